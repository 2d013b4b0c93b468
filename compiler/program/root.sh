#!/bin/sh
# root.sh FOLDER STAMP INCLUDE NEWLIB TARGETS LIBC SYSTEM BRIDGE PROGRAM LOWER CFLAGS HEADER BRIDGE.bc... [HC-SPIRV]
# Gathers what hostcall-cc needs under the names it looks for.
set -eu
root=$1 stamp=$2 include=$3 newlib=$4 targets=$5
shift 5
mkdir -p "$root/bin" "$root/host/hostcall"
printf '%b\n' "$targets" >"$root/targets"
link() { ln -sfn "$(realpath "$1")" "$root/$2"; }
link "$include" include
link "$newlib" newlib
link "$1" libc.a
link "$2" libsystem.a
link "$3" libbridge.so
link "$4" libprogram.a
link "$5" bin/hc-lower
link "$6" cflags.txt
link "$7" host/hostcall/hostcall.h
shift 7
for file; do
    case $file in
        *.bc) link "$file" "$(basename "$file")" ;;
        *) link "$file" "bin/$(basename "$file")" ;;
    esac
done
: >"$stamp"
