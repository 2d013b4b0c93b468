#!/bin/sh
# assemble.sh SPIRV_AS BEFORE AFTER CASE OUT: a case between the two files that all share, unless it says "; alone".
# A line "putX VALUE" calls that function, which appends VALUE to what the kernel writes.
set -eu
as=$1 before=$2 after=$3 case=$4 out=$5
if grep -q '^; alone$' "$case"; then
    before=/dev/null after=/dev/null
fi
cat "$before" "$case" "$after" |
    awk '/^ *put[0-9a-z]+ / { printf "%%called_%d = OpFunctionCall %%void %%%s %s\n", ++calls, $1, $2; next } { print }' |
    "$as" --target-env vulkan1.3 -o "$out" -
