#!/bin/bash
# libc_check.sh [--build FOLDER | --run FOLDER [--record BACKEND DEVICE]] HOSTCALL_CC HOST_CC LIBC_TESTS
# The conformance programs of LIBC_TESTS, compiled by both compilers: every check passes on the device and on the host,
# every function that functions.txt lists is shown to be what it says, and docs/libc.md is what table.py makes.  TAP.
#
# --build only compiles, into FOLDER; --run takes what was compiled there (on another machine, where the compilers need
# not be) and runs it on HOSTCALL_BACKEND; --record keeps the run as results/BACKEND.txt.
set -u
built='' runs=1 compiles=1 backend='' device=''
while [[ ${1-} == --* ]]; do
    case $1 in
        --build) built=$2 runs=0; shift 2 ;;
        --run) built=$2 compiles=0; shift 2 ;;
        --record) backend=$2 device=$3; shift 3 ;;
        *) echo "$1?" >&2; exit 2 ;;
    esac
done
hostcall_cc=$1
host_cc=$2
folder=$(cd "$3" && pwd) || exit 2
table=$folder/table.py
if [ -n "$built" ]; then
    mkdir -p "$built" && built=$(cd "$built" && pwd) || exit 2
    work=$built
else
    work=$(mktemp -d) || exit 2
    trap 'rm -rf "$work"' EXIT
fi
export HOSTCALL_BACKEND=${HOSTCALL_BACKEND:-cpu} LC_ALL=C TZ=UTC HC_GIVEN='given value'
unset HOSTCALL_HEAP HOSTCALL_STACK HOSTCALL_THREADS HOSTCALL_DEADLINE HOSTCALL_STATS

number=0
failed=0
# report NAME WHY: ok if there is nothing in the file WHY
report()
{
    number=$((number + 1))
    if [ -s "$2" ]; then
        failed=1
        echo "not ok $number - $1"
        head -n 60 "$2" | sed 's/^/# /'
    else
        echo "ok $number - $1"
    fi
}

# build SOURCE: into $work/NAME
build()
{
    local to=$work/$(basename "$1" .c) flags=(-std=c11 -D_XOPEN_SOURCE=700)
    grep -q '^#define _GNU_SOURCE' "$1" && flags=(-std=gnu11)
    rm -rf "$to"
    mkdir "$to"
    "$table" calls "$1" > "$to/calls.h" || return
    flags+=(-O1 -w "-I$to" "-I$folder" "$1" -lm)
    timeout 120 "$host_cc" "${flags[@]}" -o "$to/host" > "$to/log" 2>&1 &
    timeout 120 "$hostcall_cc" "${flags[@]}" -o "$to/device" >> "$to/log" 2>&1
    wait $!
}

# run NAME HOST|DEVICE [MODE]: its output; the status
run()
{
    local place=$work/$1/$2${3-}.files input=/dev/null status
    [ -f "$folder/$1.in" ] && input=$folder/$1.in
    rm -rf "$place"
    mkdir "$place"
    # Of a program that ends by a signal, the shell says so.
    {
        (cd "$place" && timeout 60 "../$2" ${3+"$3"} < "$input" > "../$2${3-}.out" 2> "../$2${3-}.err")
        status=$?
    } 2> /dev/null
    rm -rf "$place"
    return $status
}

# judged NAME: what is wrong with a program's runs
judged()
{
    local where status
    for where in host device; do
        if [ ! -x "$work/$1/$where" ]; then
            [ $where = host ] && [ $compiles = 0 ] && continue
            echo "no program for the $where"
            cat "$work/$1/log"
            continue
        fi
        run "$1" $where
        status=$?
        grep '^not ok' "$work/$1/$where.out" | sed "s/^/on the $where: /"
        if [ $status -gt 1 ] || ! grep -q '^# .* good' "$work/$1/$where.out"; then
            echo "on the $where: ends with status $status, after:"
            tail -n 3 "$work/$1/$where.out" "$work/$1/$where.err"
        fi
    done
}

# Programs that end: MODE, its status, and what it shows by that.  One of them says more.
endings='return 7 -
exit 3 exit
atexit 0 atexit
_exit 4 _exit
_Exit 5 _Exit
quick_exit 6 quick_exit
at_quick_exit 0 at_quick_exit
abort 134 abort
abort_handler 134 abort
assert 134 assert
pause 143 pause'
ended()
{
    local mode status name where
    while read -r mode status name; do
        for where in host device; do
            [ -x "$work/endings/$where" ] || { [ $compiles = 0 ] || echo "no program for the $where"; continue; }
            run endings $where "$mode"
            got=$?
            if [ $got -ne "$status" ] || ! grep -qx 'as expected' "$work/endings/$where$mode.out" ||
                grep -q 'not ok' "$work/endings/$where$mode.out"; then
                echo "on the $where: $mode: status $got, not $status:"
                cat "$work/endings/$where$mode.out" "$work/endings/$where$mode.err"
                [ $where = device ] && echo "not ok $name: $mode" >> "$work/endings/device.out"
            elif [ $where = device ] && [ "$name" != - ]; then
                echo "ok $name" >> "$work/endings/device.out"
            fi
        done
    done <<< "$endings"
}

if [ $compiles = 1 ]; then
    for source in "$folder"/*.c; do
        build "$source" &
        while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    done
    wait
fi
[ $runs = 1 ] || exit 0

outputs=()
for source in "$folder"/*.c; do
    name=$(basename "$source" .c)
    outputs+=("$work/$name/device.out")
    if [ "$name" = endings ]; then
        : > "$work/$name/device.out"
        ended > "$work/why"
        report "$name: $(wc -l <<< "$endings") ways, the same on the device and on the host" "$work/why"
    else
        judged "$name" > "$work/why"
        checks=$(grep -cE "^(ok|ENOSYS) " "$work/$name/device.out")
        report "$name: $checks checks on the device, all on the host" "$work/why"
    fi
done

"$table" judge "${outputs[@]}" > "$work/why" 2>&1
report 'every function is shown to be what the list says' "$work/why"
[ -n "$backend" ] && "$table" record "$backend" "$device" "${outputs[@]}"
if [ "$HOSTCALL_BACKEND" = cpu ]; then
    "$table" same "${outputs[@]}" > "$work/why" 2>&1
    report 'results/cpu.txt is what this run shows' "$work/why"
fi
"$table" write > "$work/libc.md" 2> "$work/why" &&
    diff -u "$folder/../../docs/libc.md" "$work/libc.md" > "$work/why" 2>&1
report 'docs/libc.md is what table.py makes of the list and the results' "$work/why"

echo "1..$number"
exit $failed
