#!/bin/sh
# validate.sh SPIRV_VAL FILE...: spirv-val must accept every case but those that the interpreter is to refuse.
val=$1
shift
echo "1..$#"
number=0 status=0
for file in "$@"; do
    number=$((number + 1)) name=$(basename "$file" .spv)
    case $name in
    refuses_*)
        echo "ok $number $name # SKIP it is to be refused"
        continue
        ;;
    esac
    if problem=$("$val" --target-env vulkan1.3 --scalar-block-layout "$file" 2>&1); then
        echo "ok $number $name"
    else
        echo "not ok $number $name"
        echo "# $problem"
        status=1
    fi
done
exit $status
