#!/bin/sh
# What NVIDIA's compiler says that kernels take: registers and bytes of stack of a lane, with the functions that they
# call, bytes spilled, and how many waves the registers leave room for on one multiprocessor.  Needs nvcc, no device.
set -eu

usage()
{
    cat <<END
usage: tools/gpu-registers.sh [--arch sm_NN] [--max-stack BYTES] [FILE...]

  --arch sm_NN        what to compile for (default: sm_90)
  --max-stack BYTES   exit with 1 if a kernel has more stack, or spills
  FILE                sources of kernels in C (default: those of the benches and of the suite)

nvcc is \$NVCC, the one in PATH, or /usr/local/cuda/bin/nvcc.  The table is Markdown.  Waves are those of an NVIDIA GPU with
65,536 registers a multiprocessor and at most 64 waves there.
END
}

complain()
{
    echo "gpu-registers: $*" >&2
}

cd "$(dirname "$0")/.."
arch=sm_90
most=
while [ $# -gt 0 ]; do
    case $1 in
    --help | -h) usage; exit 0 ;;
    --arch | --max-stack)
        [ $# -ge 2 ] || { complain "$1 needs a value"; exit 2; }
        if [ "$1" = --arch ]; then arch=$2; else most=$2; fi
        shift 2 ;;
    -*) complain "$1: no such option"; usage >&2; exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || set -- bench/call_kernels.c bench/kernels.c bench/transfer_kernels.c bench/may_print_kernels.c \
    tests/suite_kernels.c tests/posix_kernels.c
nvcc=${NVCC:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
[ -x "$nvcc" ] || { complain 'nvcc not found; install the CUDA Toolkit and put nvcc on PATH'; exit 2; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for file; do
    # as backends/nvcc/meson.build has it
    "$nvcc" -x cu -std=c++17 -O3 -I. -Iinclude -arch="$arch" -Xptxas -v -cubin -o "$folder/cubin" "$file" \
        >"$folder/out" 2>&1 || { cat "$folder/out" >&2; complain "$file: nvcc failed"; exit 1; }
    echo "file $file"
    cat "$folder/out"
done >"$folder/log"

# Registers are given out to waves by 256, from a quarter of them for a quarter of the waves.
LC_ALL=C awk -v most="$most" -v arch="$arch" '
function flush_kernel() {
    if (kernel == "") return
    each = int((registers * 32 + 255) / 256) * 256
    waves = each ? 4 * int(16384 / each) : 64
    if (waves > 64) waves = 64
    printf "| %s | %d | %d | %d | %d |\n", kernel, registers, stack, spilled, waves
    if (most != "" && (stack > most || spilled)) bad = bad " " kernel
    count++
    kernel = ""
}
BEGIN { printf "| kernel, %s | registers | stack bytes | spilled bytes | waves a multiprocessor |\n", arch
        print "| --- | ---: | ---: | ---: | ---: |" }
/Compiling entry function/ { flush_kernel(); split($0, part, "\047"); kernel = part[2]
                             registers = stack = spilled = 0 }
/bytes stack frame/ { spilled += $5 + $9; if ($1 > stack) stack = $1 }
/Used [0-9]+ registers/ { for (i = 1; i < NF; i++) if ($i == "Used") registers = $(i + 1)
                          if (match($0, /[0-9]+ bytes cumulative/)) stack = substr($0, RSTART) + 0 }
/^file / { flush_kernel() }
END { flush_kernel()
      if (!count) { print "gpu-registers: no kernels in what nvcc said" > "/dev/stderr"; exit 1 }
      if (bad != "") { print "gpu-registers: too much stack, or spills:" bad > "/dev/stderr"; exit 1 } }
' "$folder/log"
