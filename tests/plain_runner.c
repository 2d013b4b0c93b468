// Runs a test file without Criterion: each test in a forked child with a deadline, TAP 13 on
// stdout.
//
// usage: TEST [--list] [SUBSTRING]...    only tests whose suite::name contains one of the
// substrings HC_TEST_TIMEOUT: seconds a test may take; default 60. The parent has one thread and
// stays so, as ThreadSanitizer wants of a process that forks.
#include "hc_test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_MAX = 1 << 20 };  // bytes of a test's output that are kept

static struct hc_test *tests, **tests_end = &tests;
static int skip_fd = -1;  // in the child: carries the reason to the parent

struct outcome {
    int status;      // as waitpid gives it
    bool timed_out;
    char reason[1024];  // of a skip, else empty
    char *output;
    size_t size;
    uint64_t lost;   // bytes of output beyond OUTPUT_MAX
};

void hc_test_register(struct hc_test *test)
{
    *tests_end = test;
    tests_end = &test->next;
}

bool hc_test_same(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

void hc_test_fail(const char *file, int line, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fflush(stdout);
    fprintf(stderr, "%s:%d: %s\n", file, line, text);
    _exit(1);
}

void hc_test_skip(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const size_t size = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    if (write(skip_fd, text, size) < 0) perror("skip");
    _exit(0);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void die(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(2);
}

// Takes what the pipe holds.  False at its end.
static bool output_read(struct outcome *o, int fd)
{
    char piece[4096];
    for (;;) {
        const ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        if (n == 0) return false;
        const size_t room = OUTPUT_MAX - o->size, size = (size_t)n < room ? (size_t)n : room;
        memcpy(o->output + o->size, piece, size);
        o->size += size;
        o->lost += (size_t)n - size;
    }
}

static _Noreturn void child_run(const struct hc_test *test, int out, int reason)
{
    setpgid(0, 0);
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0) _exit(2);
    skip_fd = reason;
    test->run();
    exit(0);  // not _exit: sanitizers look for leaks on the way out
}

// Watches the child until it has ended, or ends it.  A process that it leaves behind ends with it.
static void child_watch(struct outcome *o, pid_t pid, int fd, uint64_t deadline)
{
    bool open = true;
    for (;;) {
        struct pollfd p = {.fd = open ? fd : -1, .events = POLLIN};
        poll(&p, 1, 20);
        if (open) open = output_read(o, fd);
        const pid_t ended = waitpid(pid, &o->status, WNOHANG);
        if (ended < 0 && errno != EINTR) die("waitpid");
        if (ended == pid) break;
        if (!o->timed_out && now_ms() >= deadline) {
            o->timed_out = true;
            kill(-pid, SIGKILL);
            kill(pid, SIGKILL);
        }
    }
    kill(-pid, SIGKILL);
    if (open) output_read(o, fd);
}

static void test_run(const struct hc_test *test, uint64_t timeout_ms, struct outcome *o)
{
    int out[2], reason[2];
    if (pipe2(out, O_CLOEXEC) || pipe2(reason, O_CLOEXEC)) die("pipe");
    fflush(stdout);
    const pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) child_run(test, out[1], reason[1]);
    setpgid(pid, pid);  // both do it: whoever comes first
    close(out[1]);
    close(reason[1]);
    // The child's ends stay as they are: only ours must not block.
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    child_watch(o, pid, out[0], now_ms() + timeout_ms);
    fcntl(reason[0], F_SETFL, O_NONBLOCK);
    const ssize_t n = read(reason[0], o->reason, sizeof o->reason - 1);
    o->reason[n > 0 ? n : 0] = 0;
    for (char *c = o->reason; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    close(out[0]);
    close(reason[0]);
}

static void output_print(const struct outcome *o)
{
    for (size_t i = 0; i < o->size;) {
        const char *line = o->output + i, *end = memchr(line, '\n', o->size - i);
        const size_t n = end ? (size_t)(end - line) : o->size - i;
        printf("# %.*s\n", (int)n, line);
        i += n + 1;
    }
    if (o->lost) printf("# ... and %" PRIu64 " more bytes\n", o->lost);
}

// True if the test passed or was skipped.
static bool outcome_print(const struct hc_test *test, int number, uint64_t timeout_ms,
                          const struct outcome *o)
{
    char why[128] = "";
    if (o->timed_out)
        snprintf(why, sizeof why, "timed out after %.1f s", (double)timeout_ms / 1000);
    else if (WIFSIGNALED(o->status))
        snprintf(why, sizeof why, "killed by signal %d (%s)", WTERMSIG(o->status),
                 strsignal(WTERMSIG(o->status)));
    else if (WEXITSTATUS(o->status) > 1)
        snprintf(why, sizeof why, "exit status %d", WEXITSTATUS(o->status));
    const bool ok = !o->timed_out && o->status == 0;
    printf("%s %d - %s::%s%s%s%s%s\n", ok ? "ok" : "not ok", number, test->suite, test->name,
           *why ? " # " : "", why, ok && *o->reason ? " # SKIP " : "", ok ? o->reason : "");
    if (!ok) output_print(o);
    return ok;
}

static bool chosen(const struct hc_test *test, int argc, char **argv)
{
    char name[512];
    if (argc == 0) return true;
    snprintf(name, sizeof name, "%s::%s", test->suite, test->name);
    for (int i = 0; i < argc; i++)
        if (strstr(name, argv[i])) return true;
    return false;
}

int main(int argc, char **argv)
{
    const bool list = argc > 1 && !strcmp(argv[1], "--list");
    argc -= 1 + list;
    argv += 1 + list;
    const char *timeout = getenv("HC_TEST_TIMEOUT");
    const double seconds = timeout ? strtod(timeout, NULL) : 60;
    if (!(seconds > 0)) {
        fprintf(stderr, "HC_TEST_TIMEOUT=%s is not a number of seconds\n", timeout);
        return 2;
    }
    const uint64_t timeout_ms = (uint64_t)(seconds * 1000);
    setvbuf(stdout, NULL, _IOLBF, 0);

    int count = 0, number = 0;
    for (struct hc_test *t = tests; t; t = t->next) count += chosen(t, argc, argv);
    if (!list)
        printf("TAP version 13\n1..%d%s\n", count, count ? "" : " # SKIP no test of such a name");

    bool passed = true;
    char *output = malloc(OUTPUT_MAX);
    if (!output) die("malloc");
    for (struct hc_test *t = tests; t; t = t->next) {
        if (!chosen(t, argc, argv)) continue;
        if (list) {
            printf("%s::%s\n", t->suite, t->name);
            continue;
        }
        struct outcome o = {.output = output};
        test_run(t, timeout_ms, &o);
        passed &= outcome_print(t, ++number, timeout_ms, &o);
    }
    free(output);
    return !passed;
}
