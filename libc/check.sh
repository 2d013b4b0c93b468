#!/bin/bash
# libc/check.sh LIBC_SOURCE LIBC_BUILD CLANG LLD CC: the device C library against the host's, without a device.
# check_program.c is built twice, and the device's build runs here on check_system.c.  TAP.
set -uo pipefail
export LC_ALL=C
source=$1 build=$2 clang=$3 lld=$4 cc=$5
suffix=${clang##*clang}  # the other tools carry clang's: llvm-nm-22
nm=llvm-nm$suffix objcopy=llvm-objcopy$suffix dis=llvm-dis$suffix

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mapfile -t flags <"$source/cflags.txt"
flags+=(-isystem "$build/sysroot/include" -isystem "$build/sysroot/newlib")

count=0
# result STATUS NAME: a line of TAP, and what stands in $dir/log if it failed
result()
{
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        head -n 40 "$dir/log" | sed 's/^/# /'
    fi
    : >"$dir/log"
}
# try NAME COMMAND...: one test, whether the command succeeds
try()
{
    local name=$1
    shift
    "$@" >"$dir/log" 2>&1
    result $? "$name"
}
: >"$dir/log"

undefined_in_archive()
{
    "$nm" --no-sort "$build/libc.a" >"$dir/names" 2>/dev/null
    awk 'NF > 1 && $(NF - 1) ~ /^[TDBRVWC]$/ {print $NF}' "$dir/names" | sort -u >"$dir/defined"
    awk 'NF > 1 && $(NF - 1) == "U" {print $NF}' "$dir/names" | sort -u | comm -23 - "$dir/defined" >"$dir/needed"
    diff "$source/system_layer.txt" "$dir/needed"
}
defined_once()
{
    ! awk 'NF > 1 && $(NF - 1) ~ /^[TDBRC]$/ {print $NF}' "$dir/names" | sort | uniq -d | grep .
}
malloc_family_is_absent()
{
    ! grep -xE '_?(malloc|calloc|realloc|free|memalign|malloc_usable_size|mallinfo)(_r)?|aligned_alloc|posix_memalign' \
        "$dir/defined"
}
# Bytes behind a string are not the program's: on a GPU they may be nobody's.
no_words_of_strings()
{
    local name status=0
    for name in memchr rawmemchr memrchr stpcpy stpncpy strcat strchr strcmp strcpy strlen strncat strncmp strncpy memccpy; do
        if [ ! -f "$build/objects/libc_string_$name.o" ]; then
            echo "$name: no object"
            status=1
        elif "$dis" "$build/objects/libc_string_$name.o" -o - | grep 'load i64'; then
            echo "in $name"
            status=1
        fi
    done
    return $status
}
# What clang makes of math in newlib or in a program, all targets have to select.
no_strange_intrinsics()
{
    ! "$dis" "$dir/program.bc" -o - | grep -oE '@llvm\.(modf|frexp|ldexp|sin|cos|tan|sincos|exp(2|10)?|log(2|10)?|powi?|get\.rounding)\b'
}
headers_stand_alone()
{
    local name standard status=0
    while read -r name; do
        for standard in gnu11 c11; do
            echo "#include <$name>" | "$clang" "${flags[@]}" -std=$standard -fsyntax-only -x c - || status=1
        done
    done < <(cd "$build/sysroot" && find include newlib -name '*.h' -printf '%P\n' | grep -vE '^(machine|ssp)/' | sort -u)
    return $status
}
no_trace_of_x86()
{
    ! "$clang" "${flags[@]}" -dM -E -x c /dev/null | grep -E '__(x86|amd64|i386|SSE|MMX|AVX|k8|linux|gnu_linux)|define linux'
}
build_for_host()
{
    "$cc" -std=gnu11 -O1 -w -ffp-contract=off "$source/check_program.c" -o "$dir/host" -lm
}
build_for_device()
{
    "$clang" "${flags[@]}" -Wall -Wextra -Werror -Wno-format-truncation -emit-llvm -c "$source/check_program.c" -o "$dir/program.o" &&
        "$lld" -e check_start --lto-emit-llvm --lto-O2 "$dir/program.o" "$build/libc.a" -o "$dir/program.bc" &&
        "$clang" -Wno-override-module -O2 -x ir -c "$dir/program.bc" -o "$dir/native.o"
}
# Before it is linked to the host's library, which would quietly fill what is missing.
needs_the_system_layer_alone()
{
    "$nm" -u "$dir/native.o" | awk '{print $NF}' | sort -u | comm -23 - "$source/system_layer.txt" >"$dir/more"
    cat "$dir/more"
    [ ! -s "$dir/more" ]
}
runs()
{
    "$objcopy" --keep-global-symbol=check_start "$dir/native.o" &&
        "$cc" "$source/check_system.c" "$dir/native.o" -no-pie -o "$dir/device" || return 1
    "$dir/host" >"$dir/host.txt" 2>&1
    local expected=$?
    "$dir/device" >"$dir/device.txt" 2>&1
    local status=$?
    [ $expected -eq 7 ] && [ $status -eq $expected ] || echo "exit status: $status, on the host $expected"
    [ $expected -eq 7 ] && [ $status -eq $expected ]
}
prints_the_same()
{
    [ "$(wc -l <"$dir/host.txt")" -ge 60 ] && diff "$dir/host.txt" "$dir/device.txt"
}

echo 1..12
try 'libc.a needs what system_layer.txt says, no more and no less' undefined_in_archive
try 'no name is defined by two objects' defined_once
try 'malloc is not in libc.a' malloc_family_is_absent
try 'string functions read byte by byte' no_words_of_strings
try 'every header compiles alone, as gnu11 and as c11' headers_stand_alone
try 'no macro says x86 or Linux' no_trace_of_x86
try 'the program builds for the host' build_for_host
try 'the program builds and links for a device' build_for_device
try 'no math intrinsic that a GPU lacks' no_strange_intrinsics
try 'a linked program needs the system layer alone' needs_the_system_layer_alone
try 'the program ends as on the host' runs
try 'the program prints what it prints on the host' prints_the_same
