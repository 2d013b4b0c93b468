#!/bin/sh
# diverge.sh --build DIR [--backend NAME] [--seeds A-B | --fresh N] [--kernels N] [--without LIST] [--keep DIR]
#            [--limit N] [--source FILE]
# Makes diverge.py's kernels of other seeds, builds them beside a build folder's library and runs diverge.c on them: one
# TAP line a seed.  --fresh: seeds that follow from the date.  --keep: sources that failed stay there.
# --limit: hc-spirv's.
# --source: that file in place of seeds; exit status 1 if it fails, for diverge.py --reduce.
# On cpu with 1, 4 and 32 lanes a wave; for vulkan, DIR must have been built with it.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
root=$(dirname "$(dirname "$here")")
build= backend=cpu first=1 last=4 kernels=40 keep= source= without= limit=
while [ $# -gt 0 ]; do
    case $1 in
        --build) build=$2 ;;
        --backend) backend=$2 ;;
        --seeds) first=${2%-*} last=${2#*-} ;;
        --fresh) first=$(date +%Y%m%d000) last=$((first + $2 - 1)) ;;
        --kernels) kernels=$2 ;;
        --without) without=$2 ;;
        --keep) keep=$2 ;;
        --limit) limit=$2 ;;
        --source) source=$2 ;;
        *) echo "diverge.sh: unknown argument '$1'" >&2 && exit 2 ;;
    esac
    shift 2
done
[ -f "$build/libhostcall.a" ] || { echo "diverge.sh: --build wants a build folder" >&2 && exit 2; }
build=$(cd "$build" && pwd)
[ -z "$keep" ] || mkdir -p "$keep" || exit 2
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT
cc=${CC:-cc}
paths="-I$root -I$root/include -I$root/tests"
flags="-D_GNU_SOURCE -std=c11 -O1 -g -ffp-contract=off -UHC_TEST_CRITERION $paths"
kernel_flags="--target=nvptx64 -D__HOSTCALL_SPIRV__ -nostdlib -ffreestanding -std=gnu11 -O2 -gline-tables-only -emit-llvm
    -fconvergent-functions -ffp-contract=off -fno-vectorize -fno-slp-vectorize $paths"

# In the room: kernels.c becomes the program `diverge`.
build_program()
{
    $cc $flags -DDIVERGE_NATIVE -c kernels.c -o native.o && $cc $flags -c kernels.c -o cpu.o || return
    parts=
    if [ "$backend" = vulkan ]; then
        ${CLANG:-clang-22} $kernel_flags -c kernels.c -o kernels.bc &&
            timeout 300 "$build/compiler/spirv/hc-spirv" kernels.bc -o kernels.hcm ${limit:+--limit $limit} || return
        parts='--part vulkan - vulkan1.3 kernels.hcm'
    fi
    "$build/embed" image.c diverge $parts && $cc $flags -c image.c -o image.o &&
        $cc -rdynamic diverge.o runner.o native.o cpu.o image.o "$build/libhostcall.a" $libraries -o diverge
}

# Runs it on every kind of device; what failed is in `log`.
run_program()
{
    result=0
    : >log
    case $backend in
        cpu)
            for width in 1 4 32; do
                HOSTCALL_BACKEND=cpu HOSTCALL_CPU_WIDTH=$width ./diverge >one 2>&1 || { result=1 && cat one >>log; }
            done
            ;;
        vulkan)
            shim=$build/tests/lvp_nolimit.so
            [ -f "$shim" ] || shim=
            env HOSTCALL_BACKEND=vulkan HOSTCALL_VULKAN_CACHE=0 MESA_SHADER_CACHE_DISABLE=true \
                HC_TEST_TIMEOUT="${HC_TEST_TIMEOUT:-600}" ${shim:+LD_PRELOAD=$shim} ./diverge >log 2>&1 || result=1
            ;;
        *) HOSTCALL_BACKEND=$backend ./diverge >log 2>&1 || result=1 ;;
    esac
    return $result
}

libraries='-ldl -lpthread'
[ ! -d "$build/backends/vulkan" ] || libraries="$libraries -lvulkan"
cd "$room" || exit 2
$cc $flags -c "$root/tests/plain_runner.c" -o runner.o && $cc $flags -c "$here/diverge.c" -o diverge.o || exit 2

if [ -n "$source" ]; then
    cp "$source" kernels.c || exit 2
    build_program >log 2>&1 || { cat log && exit 3; }
    run_program
    status=$?
    cat log
    exit $status
fi
echo "TAP version 13"
echo "1..$((last - first + 1))"
seed=$first failed=0
while [ "$seed" -le "$last" ]; do
    "$here/diverge.py" --seed "$seed" --kernels "$kernels" --without "$without" -o kernels.c || exit 2
    if build_program >log 2>&1 && run_program; then
        echo "ok $((seed - first + 1)) - seed $seed"
    else
        echo "not ok $((seed - first + 1)) - seed $seed"
        sed 's/^/# /' log
        [ -z "$keep" ] || cp kernels.c "$keep/diverge-$seed.c"
        failed=1
    fi
    seed=$((seed + 1))
done
exit $failed
