// Runs a test file under Criterion: TAP goes to the stdout we were given, what tests print to
// stderr.
#include "hc_test.h"

#include <criterion/event.h>
#include <criterion/options.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
    if (gettid() != getpid())
        abort();  // Criterion's way out of a test works on its own thread only

    struct criterion_assert_stats stats = {
        .message = text, .passed = false, .line = (unsigned)line, .file = file};
    criterion_send_assert(&stats);
    criterion_abort_test();
}

void hc_test_skip(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    criterion_skip_test("%s", text);
}

// Default visibility: Criterion's test processes look main up by name to get around it.
__attribute__((visibility("default"))) int main(int argc, char **argv)
{
    // Kernels print to stdout, and half a line of theirs would spoil a line of TAP.  Criterion
    // reports when all is over, so its report may as well wait in memory.
    static char tap[64];
    const int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3),
              report = memfd_create("report", MFD_CLOEXEC);
    if (out < 0 || report < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        perror("criterion_runner");
        return 2;
    }
    snprintf(tap, sizeof tap, "--tap=/proc/self/fd/%d", report);

    char **args = calloc((size_t)argc + 2, sizeof *args);
    if (!args) return 2;
    args[0] = argv[0];
    args[1] = tap;
    for (int i = 1; i < argc; i++) args[i + 1] = argv[i];

    struct criterion_test_set *tests = criterion_initialize();
    int result = 0;
    if (criterion_handle_args(argc + 1, args, true)) result = !criterion_run_all_tests(tests);
    criterion_finalize(tests);
    free(args);

    char piece[4096];
    ssize_t n;
    while ((n = read(report, piece, sizeof piece)) > 0)
        if (write(out, piece, (size_t)n) != n) return 2;
    return result;
}
