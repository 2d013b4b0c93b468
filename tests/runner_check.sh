#!/bin/sh
# runner_check.sh SAMPLE plain|criterion: runs runner_sample under its runner and checks what is reported.
sample=$1
runner=$2
status=0
number=0
out=$(HC_TEST_TIMEOUT=2 "$sample" 2>/dev/null)
code=$?

# expect NAME PATTERN: a line of the report matches
expect()
{
    number=$((number + 1))
    if printf '%s\n' "$out" | grep -Eq "$2"; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        status=1
    fi
}

expect 'a pass is reported'                  '^ok( [0-9]+)? - sample::passes( |$)'
expect 'a failure is reported'               '^not ok( [0-9]+)? - sample::fails_with_both_values'
expect 'a failure shows values and place'    'got is 3, 4 is 4'
expect 'a failure shows strings and NULL'    '"left" is "left", NULL is "\(null\)"'
expect 'a skip is reported with its reason'  '^ok( [0-9]+)? - sample::skips.*# SKIP .*no device here'
expect 'a crash is reported'                 '^not ok( [0-9]+)? - sample::crashes'
expect 'a failure on a thread is reported'   '^not ok( [0-9]+)? - sample::fails_on_another_thread'
expect 'what follows a crash still runs'     '^ok( [0-9]+)? - sample::passes_after_all_that'
if [ "$runner" = plain ]; then
    expect 'a hang is ended and reported'        '^not ok( [0-9]+)? - sample::hangs # timed out after 2.0 s'
    expect 'a test may leave a process behind'   '^ok( [0-9]+)? - sample::leaves_a_process_behind'
    expect 'output of a failed test is shown'    '^# printed before the failure'
    one=$("$sample" sample::skips | grep -c '^ok')
    out="one $one"
    expect 'a name selects one test'             '^one 1$'
fi
out="exit $code"
expect 'the exit status tells of failures'   '^exit 1$'
out="results $(HC_TEST_TIMEOUT=2 "$sample" 2>/dev/null | grep -c '99 - not a result')"
expect 'output of tests is not taken for results' '^results 0$'
echo "1..$number"
exit $status
