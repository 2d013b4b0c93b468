#!/bin/bash
# machine_check.sh APPLY CLANG [--random A-B] [--csmith A-B] [--keep DIR]
# Programs as ir_machine() and ir_ends() leave them must do what they did before: machine_*.c, and what
# machine_random.py and csmith make of those seeds.  One TAP line each (a range of seeds: one).  Failures stay in DIR.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
apply=$1 clang=$2
shift 2
random= csmith= keep=
while [ $# -gt 0 ]; do
    case $1 in
        --random) random=$2 ;;
        --csmith) csmith=$2 ;;
        --keep) keep=$2 ;;
        *) echo "machine_check.sh: unknown argument '$1'" >&2 && exit 2 ;;
    esac
    shift 2
done
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT
tests=0

bitcode="-w -gline-tables-only -ffreestanding -fconvergent-functions -emit-llvm -c -I$here"

tap()  # tap ok|'not ok' NAME
{
    tests=$((tests + 1))
    printf '%s %d - %s\n' "$1" $tests "$2"
    [ "$1" = ok ] && return
    sed 's/^/# /' "$room/log"
    [ -n "$keep" ] && mkdir -p "$keep/$tests" && cp -r "$room/." "$keep/$tests" && echo "# see $keep/$tests"
}

# native NAME: NAME.ll becomes the program NAME
native() { "$clang" -O1 -w "$room/$1.ll" "$here/machine_native.c" -o "$room/$1" >>"$room/log" 2>&1; }

# compare LIMIT [all]: plain.bc and in.bc are there.  0: same, 1: not, 3: the program doesn't end
compare()
{
    local plain_status status stack
    "$apply" "$room/plain.bc" "$room/plain.ll" plain >>"$room/log" 2>&1 &&
        timeout 60 "$apply" "$room/in.bc" "$room/out.ll" "$@" >"$room/stat" 2>>"$room/log" || return 1
    cat "$room/stat" >>"$room/log"
    native plain && native out || return 1
    timeout 5 "$room/plain" >"$room/plain.txt" 2>>"$room/log"
    plain_status=$?
    [ $plain_status -eq 124 ] && return 3
    # Only so much stack as was asked for, unless the depth is unknown.
    read -r _ joined _ stack _ recursive <"$room/stat"
    [ "$recursive" = 1 ] && stack=${depth:-1048576}
    timeout 60 "$room/out" "$stack" >"$room/out.txt" 2>>"$room/log"
    status=$?
    cmp "$room/plain.txt" "$room/out.txt" >>"$room/log" && [ $status = $plain_status ]
}

# program NAME TARGET LEVEL LIMIT JOINED [FLAG]: JOINED functions at least must have become states
program()
{
    : >"$room/log"
    if "$clang" --target=$2 $3 $bitcode ${6-} "$here/machine_$1.c" -o "$room/in.bc" 2>>"$room/log" &&
        "$clang" --target=$2 $3 $bitcode ${6-} -DMACHINE_PLAIN "$here/machine_$1.c" -o "$room/plain.bc" 2>>"$room/log" &&
        compare "$4" && [ "$joined" -ge "$5" ]; then
        tap ok "$1 $2 $3 limit $4 ${6-}${depth:+ stack $depth}"
    else
        tap 'not ok' "$1 $2 $3 limit $4 ${6-}${depth:+ stack $depth}"
    fi
}

# refused NUMBER LEVEL TEXT
refused()
{
    local line
    line=$(grep -n "// refused $1" "$here/machine_refused.c" | cut -d: -f1)
    "$clang" --target=nvptx64 $2 $bitcode -DREFUSED=$1 "$here/machine_refused.c" -o "$room/in.bc" 2>"$room/log" &&
        "$apply" "$room/in.bc" "$room/out.ll" 100 >>"$room/log" 2>&1
    if [ $? = 1 ] && grep -q "machine_refused.c:$line: .*$3" "$room/log"; then tap ok "refused: $3"; else tap 'not ok' "refused: $3"; fi
}

# seeds NAME A-B MAKE: MAKE SEED FILE writes a C program
seeds()
{
    local same=0 skipped=0 states=0 failed= seed
    for seed in $(seq "${2%-*}" "${2#*-}"); do
        : >"$room/log"
        "$3" "$seed" "$room/program.c" 2>>"$room/log" || { skipped=$((skipped + 1)) && continue; }
        set -- "$1" "$2" "$3" $(case $((seed % 4)) in
            0) echo nvptx64 -O1 -fno-inline 0 all ;; 1) echo nvptx64 -O2 -fno-inline-functions 200 ;;
            2) echo x86_64 -O1 -fno-inline 100 all ;; 3) echo nvptx64 -O1 -fno-unroll-loops 0 all ;; esac)
        if ! "$clang" --target=$4 $5 $6 $bitcode -I/usr/include/csmith "$room/program.c" -o "$room/in.bc" 2>>"$room/log"; then
            failed="$failed $seed" && continue
        fi
        cp "$room/in.bc" "$room/plain.bc"
        compare $7 ${8-}
        case $? in
            0) same=$((same + 1)) states=$((states + joined)) ;;
            3) skipped=$((skipped + 1)) ;;
            *)
                failed="$failed $seed"
                [ -n "$keep" ] && mkdir -p "$keep/$1-$seed" && cp -r "$room/." "$keep/$1-$seed"
                ;;
        esac
    done
    echo "# $1: $same the same, $states functions became states, $skipped skipped, failed:${failed:- none}"
    if [ -z "$failed" ] && [ $same -gt 0 ] && [ $states -gt 0 ]; then tap ok "$1 $2"; else tap 'not ok' "$1 $2"; fi
}
make_random() { python3 "$here/machine_random.py" "$1" >"$2"; }
make_csmith()
{
    timeout 20 csmith --seed "$1" --concise --no-argc --max-funcs 20 --max-block-depth 3 --max-expr-complexity 5 |
        sed 's/"csmith.h"/"machine_csmith.h"/' >"$2" && [ -s "$2" ]
}

depth=
for level in -O0 -O1 -O2; do
    program recursion nvptx64 $level 12000 15
    program copies nvptx64 $level 100 7
    program arrays nvptx64 $level 100 2
    program spaces nvptx64 $level 100 2
done
program recursion x86_64 -O2 100 15
program copies x86_64 -O1 300 7
program copies nvptx64 -O2 1000000 0
for depth in 1500 5000 100000; do
    program overflow nvptx64 -O2 12000 1
    program overflow nvptx64 -O1 100 3
done
depth=
for after in 0 1 4 7 11 16 22 29 33 36 45 47 55 65 80; do
    program ends nvptx64 -O2 100 4 -DEND_AFTER=$after
    program ends nvptx64 -O1 1000000 1 -DEND_AFTER=$after
    program ends nvptx64 -O2 1000000 0 "-DEND_AFTER=$after -DFLAT"
done
refused 1 -O1 'computed goto'
refused 2 -O0 'another type'
refused 3 -O1 'pointer to workgroup memory'
refused 4 -O1 'where the stack is used up'
refused 5 -O0 'variadic'
refused 6 -O1 '536870912 bytes'
[ -z "$random" ] || seeds random "$random" make_random
[ -z "$csmith" ] || seeds csmith "$csmith" make_csmith
echo "1..$tests"
