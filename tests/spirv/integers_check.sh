#!/bin/sh
# integers_check.sh TOOL [--seeds A-B]
# Programs with integers of all widths go through integers_tool, for devices with and without 8 and 16-bit integers, and
# must print what they print untouched; one TAP line each.  Bitcode is made for nvptx64, as kernels are, but runs here.
# --seeds: random programs of csmith, too.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(dirname "$(dirname "$here")")
tool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") || exit 2
first=1 last=0
[ "${2-}" = --seeds ] && first=${3%-*} last=${3#*-}
clang=${CLANG:-clang-22}
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT
cd "$room" || exit 2
status=0 number=0

flags='-w -O2 -fno-vectorize -fno-slp-vectorize -Xclang -fexperimental-max-bitint-width=256'
device="$flags --target=nvptx64 -ffreestanding -emit-llvm -c"
random='--bitfields --packed-struct --max-funcs 6'

report()
{
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        head -n 20 log | cut -c 1-300 | sed 's/^/# /'
        status=1
    fi
}

# same NAME: in.bc, with the object files other.o and stand_in.o, prints the same as `want`.
same()
{
    for small in 1 0; do
        for level in 0 2; do
            {
                timeout 120 "$tool" $small in.bc runtime.bc out.bc &&
                    timeout 300 "$clang" -w -O$level out.bc other.o stand_in.o -o out &&
                    timeout 60 ./out >got && diff want got
            } >log 2>&1
            report "$1, $([ $small = 1 ] && echo all widths || echo 32 and 64 bits), -O$level" $?
        done
    done
}

{
    "$clang" -O2 -c "$here/integers_stand_in.c" -o stand_in.o &&
        "$clang" --target=nvptx64 -ffreestanding -fno-builtin -O2 -emit-llvm -c "$root/compiler/spirv/runtime_wide.c" \
            -o runtime.bc &&
        echo 'typedef int nothing;' >nothing.c && "$clang" -c nothing.c -o nothing.o
} >log 2>&1
result=$?
report 'what the programs need is built' $result
[ $result -eq 0 ] || { echo "1..$number" && exit 1; }

for name in wide odd builtins; do
    for debug in -g0 -g; do
        cp nothing.o other.o
        {
            "$clang" $flags "$here/integers_$name.c" stand_in.o -o native && timeout 60 ./native >want &&
                "$clang" $device $debug "$here/integers_$name.c" -o in.bc && test -s want
        } >log 2>&1
        report "$name $debug is built" $?
        same "$name $debug"
    done
done

{
    python3 "$here/integers_generate.py" >generated.ll && "$clang" $flags -c "$here/integers_generated.c" -o other.o &&
        "$clang" -w -O0 generated.ll other.o stand_in.o -o native && timeout 60 ./native >want &&
        "$clang" -w -O0 -Xclang -disable-O0-optnone -emit-llvm -c generated.ll -o in.bc && test -s want
} >log 2>&1
report 'generated is built' $?
same generated

# What doesn't end soon, or at all, is left out.
before=$number
seed=$first
cp nothing.o other.o
while [ "$seed" -le "$last" ]; do
    {
        csmith --seed "$seed" $random >random.c &&
            "$clang" $flags -I/usr/include/csmith -emit-llvm -c random.c -o in.bc &&
            "$clang" -w -O1 in.bc -o native && timeout 3 ./native >want
    } 2>log && same "csmith $seed"
    seed=$((seed + 1))
done
if [ "$last" -ge "$first" ] && [ "$number" -eq "$before" ]; then
    report 'any program of csmith' 1
fi
echo "1..$number"
exit $status
