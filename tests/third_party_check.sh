#!/bin/bash
# third_party_check.sh fetch                                      downloads the programs' sources, once
# third_party_check.sh build OUT HOSTCALL_CC [HOST_CC [NAME...]]   both compilers, into OUT
# third_party_check.sh run OUT [NAME...]                           what is in OUT, on the host and on the device
# third_party_check.sh check HOSTCALL_CC [HOST_CC]                 build and run in a folder of its own; TAP
# C programs that others wrote, unedited, from Debian's source packages, do the same on the device as on the host:
# output, status and the files they leave.  third_party/NAME.sh says for each where its source is, how it is compiled
# and what is run; third_party/README.md lists them.  OUT holds executables and input alone: run wants no compiler,
# and works where OUT is carried to.  Sources are kept in HOSTCALL_THIRD_PARTY, else ~/.cache/hostcall/third_party.
# run takes the device from HOSTCALL_BACKEND (cpu), and from THIRD_PARTY_SECONDS (120) the most a program may take;
# build takes the devices from HOSTCALL_TARGETS (all), and from THIRD_PARTY_BUILD_SECONDS (300) the most for one.
set -u
self=$(realpath "$0")
folder=$(dirname "$self")/third_party
cache=${HOSTCALL_THIRD_PARTY:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/hostcall/third_party}
suite=bookworm
export LC_ALL=C TZ=UTC HOSTCALL_BACKEND=${HOSTCALL_BACKEND:-cpu}

die()
{
    echo "third_party_check: $*" >&2
    exit 2
}

names() { (cd "$folder" && printf '%s\n' *.sh | sed 's/\.sh$//'); }

# Variables and functions of a program: see README.md.
describe()
{
    [ -f "$folder/$1.sh" ] || die "no program '$1'"
    gather() { :; }
    prepare() { :; }
    # shellcheck disable=SC1090
    . "$folder/$1.sh"
}

# shellcheck disable=SC2154 # descriptions set them
is_fetched() { echo "$sha256  $cache/$archive" | sha256sum --check --status 2> /dev/null; }

# ---------------------------------------------------------------------------------------------- fetch

# apt with sources of our own, whatever the machine's are, beside its state.
apt()
{
    timeout 180 apt-get -q -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/parts" \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root \
        -o Acquire::http::Timeout=20 -o Acquire::Retries=1 "$@" < /dev/null
}

# download PACKAGE...: into $apt/new.  Says why nothing can come.
download()
{
    local name
    command -v apt-get > /dev/null || { echo 'there is no apt-get' && return; }
    mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/new"
    printf '%s\n' 'Types: deb-src' 'URIs: http://deb.debian.org/debian' "Suites: $suite" 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' > "$apt/parts/third_party.sources"
    if ! apt update > "$apt/log" 2>&1 || [ -z "$(find "$apt/lists" -name '*Sources*')" ]; then
        echo "apt-get update: $(grep -m 1 '^[EW]:' "$apt/log")"
        return
    fi
    for name; do
        # tar-only: the authors' source, without Debian's changes
        (cd "$apt/new" && apt source --download-only --tar-only "$name") > "$apt/$name.log" 2>&1
    done
}

fetch()
{
    local name wanted=() unreachable='' why count=0 all=0
    apt=$(mktemp -d) || exit 1
    trap 'rm -rf "$apt"' EXIT
    mkdir -p "$cache" || exit 1
    for name in $(names); do
        describe "$name"
        is_fetched || wanted+=("$package")
    done
    [ ${#wanted[@]} -eq 0 ] || unreachable=$(download "${wanted[@]}")
    for name in $(names); do
        describe "$name"
        all=$((all + 1))
        rm -f "$cache/$name.reason"
        [ -f "$apt/new/$archive" ] && cp "$apt/new/$archive" "$cache/$archive"
        if is_fetched; then
            count=$((count + 1))
            continue
        fi
        why=$unreachable
        [ -z "$why" ] && [ -f "$apt/new/$archive" ] && why="$archive has another sha256 sum than $sha256"
        [ -z "$why" ] && why="$archive is not in Debian $suite: $(grep -m 1 '^E:' "$apt/$package.log" ||
            cd "$apt/new" && echo "$package"[_-]*)"
        rm -f "${cache:?}/$archive"
        echo "$why" > "$cache/$name.reason"
        [ -n "$unreachable" ] || echo "third_party_check: $name: $why" >&2
    done
    [ -z "$unreachable" ] || echo "third_party_check: $unreachable" >&2
    echo "third-party programs: $count of $all are fetched"
    [ "$count" -eq "$all" ]
}

# ---------------------------------------------------------------------------------------------- build

seconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", b - a }'; }

# build_one OUT SIDE NAME COMPILER: OUT/SIDE/NAME, .build (seconds) and .log; on the host OUT/inputs/NAME, too.
# The build runs in the source's folder, with CC, AR, CFLAGS, our=(our own files) and output.
build_one()
{
    local out=$1 side=$2 name=$3 tree begun=$EPOCHREALTIME
    export CC=$4 AR=ar CFLAGS='-O2 -w'
    # shellcheck disable=SC2034 # descriptions use it
    UNALIGNED=
    # shellcheck disable=SC2034
    [ "$side" = device ] && AR=llvm-ar-22 UNALIGNED=--hostcall-unaligned
    output=$out/$side/$name
    # shellcheck disable=SC2034 # descriptions use it
    our=$folder/$name
    describe "$name"
    tree=$(mktemp -d) || exit 1
    if tar -xf "$cache/$archive" -C "$tree" --strip-components=1 && cd "$tree"; then
        (set -e; build) > "$output.log" 2>&1
        [ -x "$output" ] && seconds "$begun" "$EPOCHREALTIME" > "$output.build"
        if [ "$side" = host ]; then
            inputs=$out/inputs/$name
            mkdir -p "$inputs"
            (set -e; gather) >> "$output.log" 2>&1 || rm -f "$output"
        fi
    fi
    rm -rf "$tree"
}

# Two at a time; what is not fetched is left out.
build_all()
{
    local out=$1 name side
    mkdir -p "$out/host" "$out/device" "$out/inputs" || exit 1
    for name in "${@:4}"; do
        describe "$name"
        if ! is_fetched; then
            mkdir -p "$cache"
            cat "$cache/$name.reason" 2> /dev/null || echo 'not fetched; script/bootstrap program does it'
        fi > "$out/$name.skip"
        [ -s "$out/$name.skip" ] && continue
        rm -f "$out/$name.skip"
        for side in device host; do
            rm -f "$out/$side/$name"*
            timeout -k 5 "${THIRD_PARTY_BUILD_SECONDS:-300}" bash "$self" build_one "$out" $side "$name" "$([ $side = host ] && echo "$3" ||
                echo "$2")" &
            while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
        done
    done
    wait
}

# ------------------------------------------------------------------------------------------------ run

# In a description's perform: a command whose status counts.
step()
{
    "$@" 5>&-
    echo "status $?" >&5
}

# made_text SEED MEBIBYTES: text of words and numbers, the same everywhere
made_text()
{
    awk -v seed="$1" 'BEGIN {
        for (;;) {
            line = ""
            for (i = 0; i < 12; i++) {
                seed = (seed * 16807) % 2147483647
                line = line sprintf(seed % 5 ? "%c%c%x " : "%c%c%d ", 97 + seed % 26, 97 + seed % 17, seed % 1009)
            }
            print line
        }
    }' | head -c $(($2 << 20))
}

# run_one OUT SIDE NAME PLACE: PLACE/SIDE/NAME.files is what it leaves, beside .out, .err, .run (seconds).
run_one()
{
    local out=$1 side=$2 name=$3 place=$4/$2/$3 begun
    describe "$name"
    mkdir -p "$place.files"
    ln -sfn "$out/$side/$name" "$4/$side/$name"
    cd "$place.files" || exit 1
    [ -d "$out/inputs/$name" ] && cp -r "$out/inputs/$name/." .
    prepare
    # shellcheck disable=SC2034 # descriptions use it
    program=../$name
    begun=$EPOCHREALTIME
    perform < /dev/null > "$place.out" 2> "$place.err" 5>&1
    seconds "$begun" "$EPOCHREALTIME" > "$place.run"
}

# run_both OUT NAME PLACE: what differs
run_both()
{
    local out=$1 name=$2 place=$3 side status part
    for side in host device; do
        if [ ! -x "$out/$side/$name" ]; then
            echo "$side: there is no executable"
            tail -n 30 "$out/$side/$name.log"
            return
        fi
    done
    for side in host device; do
        timeout -k 5 "${THIRD_PARTY_SECONDS:-120}" bash "$self" run_one "$out" $side "$name" "$place"
        status=$?
        [ $status -eq 0 ] || echo "$side: ended with $status"
    done
    for part in out err; do
        diff -a --label "host.$part" --label "device.$part" -u "$place/host/$name.$part" "$place/device/$name.$part"
    done
    (cd "$place" && diff -r --no-dereference -q "host/$name.files" "device/$name.files")
    # What fails at once does so on both.
    [ "$(grep -a -m 1 '^status ' "$place/host/$name.out")" = 'status 0' ] || echo 'host: the first step fails'
}

# run_all OUT NAME...: TAP, and a table of seconds
run_all()
{
    local out name number=0 failed=0 skipped=0
    out=$(realpath "$1") || exit 2
    place=$(mktemp -d) || exit 2
    trap 'rm -rf "$place"' EXIT
    mkdir "$place/host" "$place/device"
    shift
    printf '%-10s %10s %10s %10s %10s  %s\n' program 'cc s' 'hostcall s' 'host s' 'device s' \
        "on $HOSTCALL_BACKEND" > "$place/table"
    for name; do
        number=$((number + 1))
        if [ -f "$out/$name.skip" ]; then
            skipped=$((skipped + 1))
            echo "ok $number - $name # SKIP $(head -n 1 "$out/$name.skip")"
            printf '%-10s %54s\n' "$name" skipped >> "$place/table"
            continue
        fi
        run_both "$out" "$name" "$place" > "$place/differs" 2>&1
        local result=same
        if [ -s "$place/differs" ]; then
            result=DIFFERS
            failed=1
            echo "not ok $number - $name: same on the device"
            head -n 40 "$place/differs" | cut -c 1-300 | sed 's/^/# /'
        else
            echo "ok $number - $name: same on the device"
        fi
        printf '%-10s %10s %10s %10s %10s  %s\n' "$name" "$(cat "$out/host/$name.build" 2> /dev/null)" \
            "$(cat "$out/device/$name.build" 2> /dev/null)" "$(cat "$place/host/$name.run" 2> /dev/null)" \
            "$(cat "$place/device/$name.run" 2> /dev/null)" "$result" >> "$place/table"
        rm -rf "$place/host/$name.files" "$place/device/$name.files"
    done
    echo "1..$number"
    sed 's/^/# /' "$place/table"
    echo "# $((number - skipped)) of $number programs were fetched and run"
    return $failed
}

command=${1-}
[ $# -gt 0 ] && shift
case $command in
    fetch) fetch ;;
    build)
        [ $# -ge 2 ] || die 'build wants a folder and hostcall-cc'
        mkdir -p "$1" || exit 2
        out=$(realpath "$1") compiler=$(realpath "$2") host_cc=${3:-cc}
        shift $(($# > 2 ? 3 : 2))
        # shellcheck disable=SC2046
        [ $# -gt 0 ] || set -- $(names)
        build_all "$out" "$compiler" "$host_cc" "$@"
        for name; do
            [ -x "$out/device/$name" ] || [ -f "$out/$name.skip" ] ||
                echo "third_party_check: not built: $out/device/$name.log" >&2
        done
        ;;
    run)
        out=${1:?run wants a folder}
        shift
        # shellcheck disable=SC2046
        [ $# -gt 0 ] || set -- $(names)
        run_all "$out" "$@"
        ;;
    check)
        work=$(mktemp -d) || exit 2
        trap 'rm -rf "$work"' EXIT
        # shellcheck disable=SC2046
        build_all "$work" "$(realpath "${1:?check wants hostcall-cc}")" "${2:-cc}" $(names)
        # shellcheck disable=SC2046
        (run_all "$work" $(names))
        ;;
    build_one | run_one) "$command" "$@" ;;
    *)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p}' "$self" >&2
        exit 2
        ;;
esac
