// What the conformance programs share: checks that name the functions they are about.
//
// A program includes the headers it is about, then this.  From here on, calls of the functions that functions.txt
// lists go through volatile pointers, so that no compiler answers for the library, and are noted: a check of a
// function that was never called fails.  calls.h, made by table.py, has the pointers.
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifdef __HOSTCALL__
#define HERE(device, host) (device)  // where both may differ, and a comment says why
#else
#define HERE(device, host) (host)
#endif

struct call {
    const char *name;
    unsigned char made;  // 2: a macro, whose calls are not noted
};
static struct call *call_find(const char *name, size_t size);

static FILE *check_report;  // not stdout: that is for checks
static int check_good, check_bad;

static void check_say(const char *names, const char *verdict, int line, const char *text)
{
    for (size_t size; *names; names += size + (names[size] == ' ')) {
        size = strcspn(names, " ");
        const struct call *call = call_find(names, size);
        const bool good = *verdict != 'n' && call && call->made;
        good ? check_good++ : check_bad++;
        if (good)
            fprintf(check_report, "%s %.*s\n", verdict, (int)size, names);
        else
            fprintf(check_report, "not ok %.*s: line %d: %s\n", (int)size, names, line,
                    !call         ? "is not in the list"
                    : !call->made ? "was not called"
                                  : text);
    }
}

// One check of all of NAMES, which are separated by blanks.
#define CHECK(names, ...) check_say(names, (__VA_ARGS__) ? "ok" : "not ok", __LINE__, #__VA_ARGS__)
// As CHECK, of an error: what it fails with.
#define CHECK_ERRNO(names, number, ...)                                                    \
    do {                                                                                   \
        errno = 0;                                                                         \
        const bool check_is_ = (__VA_ARGS__);                                              \
        const int check_errno_ = errno;                                                    \
        check_say(names, check_is_ &&check_errno_ == (number) ? "ok" : "not ok", __LINE__, \
                  #__VA_ARGS__ ", errno " #number);                                        \
        if (check_is_ && check_errno_ != (number))                                         \
            fprintf(check_report, "# errno is %d\n", check_errno_);                        \
    } while (0)
// What a device has no service for says so.
#define CHECK_ENOSYS(names, ...)                                                          \
    do {                                                                                  \
        if (HERE(true, false)) {                                                          \
            errno = 0;                                                                    \
            const bool check_is_ = (__VA_ARGS__);                                         \
            check_say(names, check_is_ &&errno == ENOSYS ? "ENOSYS" : "not ok", __LINE__, \
                      #__VA_ARGS__ ", ENOSYS");                                           \
        }                                                                                 \
    } while (0)

// What never works on a device, and here fails as elsewhere.
#define CHECK_FAILS(names, number, ...)                                                 \
    do {                                                                                \
        errno = 0;                                                                      \
        const bool check_is_ = (__VA_ARGS__);                                           \
        check_say(names, check_is_ &&errno == (number) ? "ENOSYS" : "not ok", __LINE__, \
                  #__VA_ARGS__ ", errno " #number);                                     \
    } while (0)

static void check_begin(void)
{
    check_report = fdopen(dup(1), "w");
    setvbuf(check_report, NULL, _IOLBF, BUFSIZ);
}

static int check_end(void)
{
    fprintf(check_report, "# %d good, %d bad\n", check_good, check_bad);
    return check_bad != 0;
}

#include "calls.h"

#endif
