#!/bin/sh
# examples_check.sh FOLDER TEXT: runs the examples as their readers do and looks at all they leave behind.
# TEXT is a file of lines for echo_lines.  Exit status 77 of an example means no device, and skips.
folder=$(cd "$1" && pwd) || exit 2
text=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
number=0
status=0

# result NAME CODE: a check; CODE 77 skips, with the first line of ./errors as reason
result()
{
    number=$((number + 1))
    case $2 in
        0) echo "ok $number - $1" ;;
        77) echo "ok $number - $1 # SKIP $(head -n 1 errors)" ;;
        *)
            echo "not ok $number - $1"
            for file in out errors tour.txt expected; do
                [ -f $file ] && sed "s/^/# $file: /" $file | head -n 50
            done
            status=1
            ;;
    esac
}

# tour NAME: what is greeted, on the terminal and in the file
tour_greets()
{
    grep -q "^What is your name? Nice to meet you, $1\.$" out && grep -q "^$1 met a GPU kernel" tour.txt
}

# The clock answers in the host's present, not in ticks or in 1970.
tour_knows_the_time()
{
    seconds=$(sed -n 's/^It is \([0-9]*\) seconds since the epoch\.$/\1/p' out)
    [ -n "$seconds" ] && [ "$seconds" -ge "$before" ] && [ "$seconds" -le "$(date +%s)" ]
}

before=$(date +%s)
echo Ada | "$folder/tour" >out 2>errors
code=$?
if [ $code -ne 0 ]; then
    result 'tour' $code
else
    tour_greets Ada
    result 'tour greets by name and writes its file' $?
    tour_knows_the_time
    result 'tour tells the present time' $?
    "$folder/tour" </dev/null >out 2>errors && tour_greets stranger
    result 'tour goes on at the end of stdin' $?
fi
rm -f tour.txt

"$folder/echo_lines" "$text" 2>errors >lines
code=$?
if [ $code -eq 0 ]; then
    LC_ALL=C awk '{ printf "line %d: %d bytes\n", NR, length($0) }' "$text" | head -n 4096 >expected
    LC_ALL=C sort -t ' ' -k 2n lines >out
    cmp -s out expected
    code=$?
fi
result 'echo_lines prints every line of its file once' $code
rm -f expected

"$folder/registered" >out 2>errors
code=$?
[ $code -ne 0 ] || grep -q '^10000 numbers; .* 6171.s with 261 steps' out
result 'registered hands out every number and finds the longest path' $((code ? code : $?))
echo "1..$number"
exit $status
