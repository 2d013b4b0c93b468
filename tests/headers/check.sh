#!/bin/sh
# check.sh ROOT LANGUAGE HEADER... -- COMPILER [ARGS]...
# Compiles each public header alone, twice in a row, warnings being errors; reports in TAP.
root=$1
language=$2
shift 2
headers=
while [ "$1" != -- ]; do
    headers="$headers $1"
    shift
done
shift

dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
status=0
number=0
for header in $headers; do
    number=$((number + 1))
    source=$dir/alone.$language
    printf '#include "%s"\n#include "%s"\nextern int hc_alone;\n' "$header" "$header" >"$source"
    if "$@" -I "$root/include" -I "$root" -c "$source" -o "$dir/alone.o" >"$dir/log" 2>&1; then
        echo "ok $number - $header"
    else
        echo "not ok $number - $header"
        sed 's/^/# /' "$dir/log"
        status=1
    fi
done
echo "1..$number"
exit $status
