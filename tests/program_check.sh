#!/bin/bash
# program_check.sh [--backend NAME] [--as-gpu yes] [--build-only DIR | --prebuilt DIR] [--listed FILE --kinds K,K]
#     HOSTCALL_CC HOST_CC FOLDER
# Every C program of FOLDER, built by both compilers, does the same on the device as on the host: output, status
# and files left behind.  Beside NAME.c: NAME.args (an argument a line), NAME.in (its input), NAME.stderr-differs.
# Then what is hostcall's own: options, environment, signals.  TAP.
#   --backend NAME    on this backend instead of cpu
#   --as-gpu yes      for cpu only, in the form that GPUs get
#   --build-only DIR  only builds, into DIR; --prebuilt DIR runs what lies there and needs no compiler
#   --listed FILE     the programs of one of those kinds in FILE, for the backend alone; not what is hostcall's own
# A program may take PROGRAM_SECONDS (20).
set -u
backend=cpu build_to= prebuilt= as_gpu=() listed= kinds=
while [[ $1 == --* ]]; do
    case $1 in
        --backend) backend=$2 ;;
        --as-gpu) as_gpu=(--hostcall-targets=cpu --hostcall-as-gpu) ;;
        --build-only) mkdir -p "$2" && build_to=$(cd "$2" && pwd) || exit 2 ;;
        --prebuilt) prebuilt=$(cd "$2" && pwd) || exit 2 ;;
        --listed) listed=$(realpath "$2") || exit 2 ;;
        --kinds) kinds=$2 ;;
        *) echo "program_check.sh: unknown option $1" >&2 && exit 2 ;;
    esac
    shift 2
done
hostcall_cc=$1
host_cc=$2
folder=$(cd "$3" && pwd) || exit 2
work=$(mktemp -d) || exit 2
# A subshell that is killed as it starts may still have this trap.
trap '[ "$BASHPID" = "$$" ] && rm -rf "$work"' EXIT
[ -n "$build_to" ] && work=$build_to && trap - EXIT
unset HOSTCALL_HEAP HOSTCALL_STACK HOSTCALL_THREADS HOSTCALL_DEADLINE HOSTCALL_STATS
[ -n "$listed" ] && as_gpu=("--hostcall-targets=$backend")
export HOSTCALL_BACKEND=$backend HOSTCALL_TEST_GIVEN='given value' LC_ALL=C TZ=UTC
mkdir -p "$work/host" "$work/device"
[ -n "$prebuilt" ] && cp -r "$prebuilt/." "$work/"

# The programs: all of FOLDER, or the listed ones.
sources=()
for source in "$folder"/*.c; do
    kind=
    [ -n "$listed" ] && kind=$(awk -v name="$(basename "$source" .c)" '$1 == name { print $2 }' "$listed")
    if [ -z "$listed" ] || { [ -n "$kind" ] && [[ ,$kinds, == *,$kind,* ]]; }; then sources+=("$source"); fi
done
[ ${#sources[@]} -gt 0 ] || { echo "program_check.sh: no program of $kinds in $listed" >&2 && exit 2; }

number=0
failed=0
# report NAME WHY: ok if there is no file WHY, or nothing in it
report()
{
    number=$((number + 1))
    if [ -s "$2" ]; then
        failed=1
        echo "not ok $number - $1"
        head -n 40 "$2" | sed 's/^/# /'
    else
        echo "ok $number - $1"
    fi
}

# build HOST|DEVICE SOURCE
build()
{
    local name=$work/$1/$(basename "$2" .c) compiler=("$host_cc" -idirafter "$folder/../../libc/include")
    [ "$1" = device ] && compiler=("$hostcall_cc" "${as_gpu[@]}")
    timeout 120 "${compiler[@]}" -O2 -D_GNU_SOURCE -w "$2" -o "$name" -lm -lpthread > "$name.log" 2>&1 || rm -f "$name"
}

# A place of its own for each run: NAME.files holds what it leaves, beside NAME.out, .err and .status.
run()
{
    local name=$work/$1/$2 source=$folder/$2 input=/dev/null arguments=()
    [ -f "$source.args" ] && mapfile -t arguments < "$source.args"
    [ -f "$source.in" ] && input=$source.in
    mkdir "$name.files"
    (
        cd "$name.files" || exit 1
        timeout "${PROGRAM_SECONDS:-20}" "$name" "${arguments[@]}" < "$input" > "$name.out" 2> "$name.err"
        echo "status $?" > "$name.status"
    ) 2> /dev/null
}

# compare NAME: what differs
compare()
{
    local host=$work/host/$1 device=$work/device/$1 part
    if [ ! -x "$host" ] || [ ! -x "$device" ]; then
        [ -x "$host" ] || echo 'the host compiler fails' | cat - "$host.log"
        [ -x "$device" ] || echo 'hostcall-cc fails' | cat - "$device.log"
        return
    fi
    run host "$1"
    run device "$1"
    for part in out err status; do
        [ $part = err ] && [ -e "$folder/$1.stderr-differs" ] && continue
        diff --label "host.$part" --label "device.$part" -u "$host.$part" "$device.$part"
    done
    (cd "$work" && diff -r --no-dereference -u "host/$1.files" "device/$1.files")
}

# What hostcall's own are tested with.
cat > "$work/own.c" <<'END'
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

volatile long steps;

// As large as a call's frame, or with a variable that has an address.
static int deep(int n) { return steps++ < 0 ? n : deep(n + 1) * 2 + n; }
static int wide(char *before)
{
    char own[100];
    memset(own, before[0] + 1, sizeof own);
    return wide(own) + own[steps % 100];
}

static void open_all(void)
{
    static int fd[10000];
    int n = 0;
    while (n < 10000 && (fd[n] = open("/dev/null", O_RDONLY)) >= 0) n++;
    printf("%d %d\n", n > 200, n == 10000 || errno == EMFILE);
    while (n > 0) close(fd[--n]);
    const int again = open("/dev/null", O_RDONLY);
    printf("%d\n", again >= 0);
}

static void fill(void)
{
    FILE *f = fopen("/dev/full", "w");
    setvbuf(f, NULL, _IONBF, 0);
    errno = 0;
    const int n = fprintf(f, "x");
    printf("%d %d\n", n < 0, errno == ENOSPC);
}

// What may cost calls of the host's.
static void repeat(const char *what, int times)
{
    struct timespec now;
    struct stat s;
    for (int i = 0; i < times; i++) {
        if (!strcmp(what, "lseek")) lseek(0, 0, SEEK_CUR);
        else if (!strcmp(what, "fstat")) fstat(0, &s);
        else if (!strcmp(what, "isatty")) steps += isatty(0) + isatty(1) + isatty(2);
        else if (!strcmp(what, "getpid")) steps += getpid();
        else if (!strcmp(what, "getenv")) steps += getenv("HOSTCALL_TEST_GIVEN") != NULL;
        else if (!strcmp(what, "clock")) steps += clock() + clock_gettime(CLOCK_MONOTONIC, &now);
        else if (!strcmp(what, "setvbuf")) setvbuf(stdin, NULL, _IOFBF, 0);
        else if (!strcmp(what, "dup2")) dup2(2, 1), steps += isatty(1) + isatty(1);
        else abort();
    }
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "repeat")) return repeat(argv[2], atoi(argv[3])), 5;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "deep")) printf("%d\n", deep(1));
        else if (!strcmp(argv[i], "wide")) printf("%d\n", wide(argv[0]));
        else if (!strcmp(argv[i], "opens")) open_all();
        else if (!strcmp(argv[i], "full")) fill();
        else if (!strcmp(argv[i], "busy")) for (puts("busy"), fflush(stdout);;) steps++;
        else
        if (!strcmp(argv[i], "wait")) puts("waits"), fflush(stdout), getchar();
        else if (!strcmp(argv[i], "spin")) for (;;) puts("spins");
        else if (!strcmp(argv[i], "large")) {
            void *volatile large = malloc((size_t)1 << 30), *volatile small = malloc(1 << 20);
            puts(large ? "has it" : small ? "NULL" : "not even the small one");
        } else puts(argv[i]);
    }
    return 5;
}
END
own=()
if [ -z "$prebuilt" ]; then
    [ -z "$listed" ] && own=("$work/own.c")
    for source in "${sources[@]}" "${own[@]}"; do
        for where in host device; do
            build $where "$source" &
            while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
        done
    done
    wait
fi
[ -n "$build_to" ] && rm "$work/own.c" && exit
for source in "${sources[@]}"; do
    name=$(basename "$source" .c)
    compare "$name" > "$work/differs"
    report "$name: same on the device" "$work/differs"
done

# refuses STATUS WORD OPTION...: hostcall-cc ends so, and says in one line, a WORD, why not for this backend
refuses()
{
    local said status wanted=$1 word=$2
    shift 2
    rm -f "$work/refused"
    said=$("$hostcall_cc" "$@" --hostcall-vulkan-limit=100 -D_GNU_SOURCE -w "${sources[0]}" -o "$work/refused" 2>&1)
    status=$?
    : > "$work/differs"
    if [ $status -ne "$wanted" ] || [ "$(printf '%s\n' "$said" | wc -l)" -ne 1 ] ||
        [[ $said != *"$word: not for vulkan: "*" instructions"* ]] || { [ $status -eq 0 ] && [ ! -x "$work/refused" ]; }; then
        printf 'status %s, not %s; output:\n%s\n' $status "$wanted" "$said" > "$work/differs"
    fi
    report "$word: too large for vulkan is said in one line" "$work/differs"
}
if [ -n "$listed" ]; then
    if [ "$backend" = vulkan ] && [ -z "$prebuilt" ]; then
        refuses 0 warning
        refuses 1 error --hostcall-targets=cpu,vulkan
    fi
    echo "1..$number"
    exit $failed
fi

# --------------------------------------------------------------------------------- hostcall's own
own=$work/device/own

# expect NAME STATUS OUTPUT COMMAND...: exit status, and a pattern that the whole output matches
expect()
{
    local name=$1 status=$2 pattern=$3 output got
    shift 3
    output=$(timeout 20 "$@" 2>&1 < /dev/null)
    got=$?
    : > "$work/differs"
    # shellcheck disable=SC2053
    if [ $got -ne "$status" ] || [[ $output != $pattern ]]; then
        printf 'status %s, not %s; output:\n%s\n' $got "$status" "$output" > "$work/differs"
    fi
    report "$name" "$work/differs"
}

# What the compiler leaves out, machine code may still call, and the host's linker would find it in the host's library.
if [ -z "$prebuilt" ]; then
    for name in "${sources[@]}"; do
        name=$work/device/$(basename "$name" .c)
        [ ! -x "$name" ] || nm -D --undefined-only "$name" | sed "s|^|$(basename "$name"): |"
    done | grep -E ' (a?(sin|cos|tan)h?|atan2|sincos|floor|ceil|fmod|fma|fmax|fmin|nearbyint|l?l?r(int|ound)|trunc|ldexp|frexp|exp2?|exp10|pow|log(2|10)?|sqrt)[fl]?(@|$)' > "$work/differs"
    report "no program calls the host's mathematics" "$work/differs"
    nm "$own" | grep -w tgamma > "$work/differs"
    report 'functions that nobody calls are left out' "$work/differs"
fi

newline=$'\n'
expect '--hostcall-help tells the options and does not run the program' 0 '*--hostcall-heap*' \
    "$own" --hostcall-help printed
expect 'an unknown option of hostcall is refused' 2 'hostcall: *--hostcall-x*' "$own" --hostcall-x
expect 'a wrong value is refused' 2 'hostcall: *12Q*' "$own" --hostcall-heap=12Q
expect 'options are not seen by the program' 5 "a${newline}b" "$own" a --hostcall-heap=64M b
expect 'behind -- they are' 5 "--${newline}--hostcall-heap=64M" "$own" -- --hostcall-heap=64M
expect 'more than the heap is NULL' 5 NULL env HOSTCALL_HEAP=64M "$own" large
expect 'HOSTCALL_HEAP makes room' 5 'has it' env HOSTCALL_HEAP=1100M "$own" large
expect 'an option beats the environment' 5 'has it' env HOSTCALL_HEAP=64M "$own" --hostcall-heap=1100M large
expect 'EMFILE comes and goes' 5 "1 1${newline}1" "$own" opens
expect 'a full disk is ENOSPC' 5 '1 1' "$own" full
expect 'endless recursion ends as by SIGSEGV' 139 '*' "$own" deep
expect 'endless recursion with variables, too' 139 '*' "$own" wide
expect 'a deadline ends a program that makes no calls' 124 '*' "$own" --hostcall-deadline=0.3 busy
expect 'a deadline ends the program' 124 '*' env HOSTCALL_DEADLINE=0.3 "$own" spin

output=$(HOSTCALL_BACKEND=nonsense "$own" printed 2>&1)
status=$?
: > "$work/differs"
if [ $status -ne 69 ] || [ "$(printf '%s\n' "$output" | wc -l)" -ne 1 ] || [[ $output != hostcall:* ]]; then
    printf 'status %s, output:\n%s\n' $status "$output" > "$work/differs"
fi
report 'a backend that there is not: status 69 and one line' "$work/differs"

# signal NAME STATUS: the program, which waits for input, ends by it
signal()
{
    local status try
    : > "$work/differs"
    rm -f "$work/pipe" "$work/waits"
    mkfifo "$work/pipe"
    # A shell starts what is in its background with SIGINT ignored.
    env --default-signal=INT,QUIT "$own" wait < "$work/pipe" > "$work/waits" 2>&1 &
    local program=$!
    exec 3> "$work/pipe"
    for ((try = 0; try < 100; try++)); do
        [ -s "$work/waits" ] && break
        sleep 0.1
    done
    kill -s "$1" $program
    { sleep 15 && kill -9 $program; } 2> /dev/null &
    local watch=$!
    wait $program 2> /dev/null
    status=$?
    kill $watch 2> /dev/null
    exec 3>&-
    if [ $status -ne "$2" ] || [ "$(cat "$work/waits")" != waits ]; then
        { echo "status $status, not $2; output:"; cat "$work/waits"; } > "$work/differs"
    fi
    report "SIG$1 ends a program that waits for input" "$work/differs"
}
# At any moment: while it starts, computes, calls, ends.
: > "$work/differs"
for delay in 0.01 0.05 0.1 0.2 0.4 0.6 0.8 1.2; do
    for what in busy spin; do
        env --default-signal=INT timeout --foreground -s INT -k 15 $delay "$own" $what > /dev/null 2> "$work/said"
        status=$?
        # 124: timeout's own, when the program ended by its signal
        [ $status -eq 124 ] || { echo "$what, SIGINT after $delay s: status $status" && cat "$work/said"; } >> "$work/differs"
    done
done
report 'SIGINT at any time ends the program' "$work/differs"

signal INT 130
signal TERM 143
signal KILL 137

# asks EACH WHAT: WHAT a hundred times more makes EACH hundred calls more
asks()
{
    local times count=()
    for times in 1 101; do
        timeout 20 "$own" --hostcall-stats=1 repeat "$2" $times < /dev/null > /dev/null 2> "$work/said"
        count+=("$(sed -n 's/^hostcall: \([0-9]*\) calls$/\1/p' "$work/said")")
    done
    : > "$work/differs"
    if [ -z "${count[0]}" ] || [ $((count[1] - count[0])) -ne $((100 * $1)) ]; then
        { echo "once: ${count[0]} calls, 101 times: ${count[1]}" && cat "$work/said"; } > "$work/differs"
    fi
}
for each in '1 lseek' '1 fstat' '0 isatty' '2 dup2' '0 setvbuf' '0 getpid' '0 getenv' '0 clock'; do
    # shellcheck disable=SC2086
    asks $each
    report "${each#* } again asks the host ${each% *} times" "$work/differs"
done

line=$(timeout 20 "$own" spin | head -n 1; echo "${PIPESTATUS[0]}")
: > "$work/differs"
[ "$line" = "spins${newline}141" ] || echo "$line" > "$work/differs"
report 'a pipe that nobody reads ends the program, as SIGPIPE does' "$work/differs"

echo "1..$number"
exit $failed
