#define _GNU_SOURCE  // functions of GNU and BSD
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <ctype.h>

#include "check.h"

static void strings(void)
{
    char b[32] = "a:b::c", *at = b;
    static const char text[] = "needle in a Needle stack";
    CHECK("memmem", memmem(text, 24, "in", 2) == text + 7 && !memmem(text, 24, "on", 2) &&
                        memmem(text, 3, "", 0) == text);
    CHECK("memrchr", memrchr(text, 'e', 24) == text + 17 && !memrchr(text, 'z', 24));
    CHECK("rawmemchr", rawmemchr(text, 'l') == text + 4);
    CHECK("strcasestr", strcasestr(text, "NEEDLE S") == text + 12 && !strcasestr(text, "hay"));
    CHECK("strchrnul", strchrnul(text, 'z') == text + 24 && strchrnul(text, 'd') == text + 3);
    CHECK("strsep",
          !strcmp(strsep(&at, ":"), "a") && !strcmp(strsep(&at, ":"), "b") && !*strsep(&at, ":"));
    CHECK("strsep", !strcmp(strsep(&at, ":"), "c") && !strsep(&at, ":"));
    CHECK("strverscmp", strverscmp("a9", "a10") < 0 && strverscmp("a", "a") == 0 &&
                            strverscmp("1.01", "1.1") < 0);
    CHECK("mempcpy", mempcpy(b, "abc", 3) == b + 3 && !memcmp(b, "abc", 3));
    wchar_t w[4];
    CHECK("wmempcpy", wmempcpy(w, L"abc", 3) == w + 3 && w[2] == L'c');
    strcpy(b, "secret");
    explicit_bzero(b, 6);
    CHECK("explicit_bzero", !b[0] && !b[5]);
    CHECK("bcmp", bcmp("ab", "ac", 1) == 0 && bcmp("ab", "ac", 2) != 0);
    bcopy("1234", b, 4), bcopy(b, b + 1, 4);
    CHECK("bcopy", !memcmp(b, "11234", 5));
    bzero(b, 3);
    CHECK("bzero", !b[0] && !b[2] && b[3] == '3');
    CHECK("index", index(text, 'd') == text + 3 && !index(text, 'z'));
    CHECK("rindex", rindex(text, 'e') == text + 17);
    CHECK("ffsl", ffsl(1L << 40) == 41 && ffsl(0) == 0);
    CHECK("ffsll", ffsll(1LL << 50) == 51 && ffsll(-1) == 1);
    CHECK("isascii", isascii(127) && !isascii(128));
    CHECK("toascii", toascii(0xe1) == 0x61);
}

static ssize_t cookie_write(void *cookie, const char *data, size_t size)
{
    strncat(cookie, data, size);
    return (ssize_t)size;
}
static int vmake(char **to, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vasprintf(to, format, rest);
    va_end(rest);
    return n;
}

static void streams(void)
{
    char *made = NULL, b[64] = "";
    CHECK("asprintf", asprintf(&made, "%d-%s", 5, "x") == 3 && !strcmp(made, "5-x"));
    free(made);
    CHECK("vasprintf", vmake(&made, "%05.1f", 2.25) == 5 && !strcmp(made, "002.2"));
    free(made);
    FILE *f = fopencookie(b, "w", (cookie_io_functions_t){.write = cookie_write});
    CHECK("fopencookie",
          f && fprintf(f, "cookie %d", 1) == 8 && !fclose(f) && !strcmp(b, "cookie 1"));
    f = fopen("a", "w+");
    setlinebuf(f);
    CHECK("fputs_unlocked", fputs_unlocked("line\n", f) >= 0);
    struct stat s;
    CHECK("setlinebuf", !fstat(fileno(f), &s) && s.st_size == 5);
    CHECK("fwrite_unlocked",
          fwrite_unlocked("data", 1, 4, f) == 4 && !fstat(fileno(f), &s) && s.st_size == 5);
    CHECK("fflush_unlocked", !fflush_unlocked(f) && !fstat(fileno(f), &s) && s.st_size == 9);
    CHECK("putw", putw(0x41424344, f) == 0);
    rewind(f);
    CHECK("fgets_unlocked", fgets_unlocked(b, 64, f) == b && !strcmp(b, "line\n"));
    CHECK("fread_unlocked", fread_unlocked(b, 1, 4, f) == 4 && !memcmp(b, "data", 4));
    CHECK("getw", getw(f) == 0x41424344);
    CHECK("feof_unlocked", fgetc(f) == EOF && feof_unlocked(f));
    clearerr_unlocked(f);
    CHECK("clearerr_unlocked ferror_unlocked", !feof_unlocked(f) && !ferror_unlocked(f));
    fclose(f);
    static char buffer[256];
    f = fopen("a", "w");
    setbuffer(f, buffer, sizeof buffer);
    CHECK("setbuffer", fputs("held", f) >= 0 && !fstat(fileno(f), &s) && s.st_size == 0 &&
                           !memcmp(buffer, "held", 4));
    fclose(f);
    unlink("a");
}

static int order(const void *a, const void *b, void *to)
{
    ++*(int *)to;
    return *(const int *)a - *(const int *)b;
}

static void library(void)
{
    int list[] = {3, 1, 2}, calls = 0;
    qsort_r(list, 3, sizeof *list, order, &calls);
    CHECK("qsort_r", list[0] == 1 && list[2] == 3 && calls >= 2);
    int *p = reallocarray(NULL, 10, sizeof *p);
    CHECK("reallocarray", p != NULL);
    free(p);
    CHECK_ERRNO("reallocarray", ENOMEM, !reallocarray(NULL, (size_t)-1 / 2, 4));
    setenv("HC_X", "1", 1);
    CHECK("clearenv", !clearenv() && !getenv("HC_X") && !getenv("PATH") &&
                          !setenv("HC_X", "2", 1) && !strcmp(getenv("HC_X"), "2"));
    char a[] = "a-XXXXXX", b[] = "b-XXXXXX.c", c[] = "c-XXXXXX.d", d[] = "d-XXXXXX";
    int fd = mkostemp(a, O_APPEND);
    CHECK("mkostemp", fd >= 0 && fcntl(fd, F_GETFL) & O_APPEND && !unlink(a));
    close(fd);
    fd = mkstemps(b, 2);
    CHECK("mkstemps", fd >= 0 && !strcmp(b + 8, ".c") && !unlink(b));
    close(fd);
    fd = mkostemps(c, 2, 0);
    CHECK("mkostemps", fd >= 0 && !strcmp(c + 8, ".d") && !unlink(c));
    close(fd);
    CHECK("mktemp", mktemp(d) == d && d[0] == 'd' && access(d, F_OK) == -1);
    double sine, cosine;
    float sinef, cosinef;
    int sign = 0;
    sincos(1, &sine, &cosine), sincosf(1, &sinef, &cosinef);
    CHECK("sincos", sine == sin(1) && cosine == cos(1));
    CHECK("sincosf", sinef == sinf(1) && cosinef == cosf(1));
    CHECK("exp10", fabs(exp10(2) - 100) < 1e-12);
    CHECK("exp10f", fabsf(exp10f(-1) - 0.1f) < 1e-7f);
    CHECK("finite", finite(1) && !finite(INFINITY));
    CHECK("drem", drem(5.5, 2) == -0.5);
    CHECK("lgamma_r", fabs(lgamma_r(-0.5, &sign) - 1.2655121234846454) < 1e-14 && sign == -1);
    struct tm m = {
        .tm_year = 101, .tm_mon = 8, .tm_mday = 9, .tm_hour = 1, .tm_min = 46, .tm_sec = 40};
    CHECK("timegm", timegm(&m) == 1000000000 && m.tm_wday == 0 && m.tm_yday == 251);
    m = (struct tm){.tm_year = 69, .tm_mon = -1, .tm_mday = 32};
    CHECK("timegm", timegm(&m) == -31536000 && m.tm_mon == 0 && m.tm_mday == 1 && m.tm_year == 69);
    m = (struct tm){.tm_year = 101, .tm_mon = 8, .tm_mday = 9, .tm_isdst = -1};
    CHECK("timelocal", timelocal(&m) == 999993600);
    struct timeval x = {1, 900000}, y = {0, 200000}, z;
    timeradd(&x, &y, &z);
    CHECK("timeradd", z.tv_sec == 2 && z.tv_usec == 100000);
    timersub(&z, &x, &z);
    CHECK("timersub", z.tv_sec == 0 && z.tv_usec == 200000 && !timercmp(&z, &y, !=));
    CHECK("timercmp timerisset", timercmp(&y, &x, <) && timerisset(&y));
    timerclear(&z);
    CHECK("timerclear", !timerisset(&z));
}

static void system_(void)
{
    unsigned char a[300] = {0}, b[300] = {0};
    CHECK("getrandom",
          getrandom(a, 300, 0) == 300 && getrandom(b, 300, 0) == 300 && memcmp(a, b, 300));
    CHECK_ERRNO("getrandom", EINVAL, getrandom(a, 3, 0x1000) == -1);
    CHECK("getentropy", getentropy(a, 16) == 0 && memcmp(a, b, 16));
    CHECK_ERRNO("getentropy", EIO, getentropy(a, 257) == -1);
    CHECK("getpagesize", getpagesize() == 4096);
    CHECK("getdtablesize", getdtablesize() >= 20);
    CHECK("usleep", usleep(100) == 0);
    int ends[2];
    char c = 0;
    CHECK("pipe2", pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0 && read(ends[0], &c, 1) == -1 &&
                       fcntl(ends[0], F_GETFD) == FD_CLOEXEC);
    CHECK("dup3", dup3(ends[1], 25, O_CLOEXEC) == 25 && fcntl(25, F_GETFD) == FD_CLOEXEC);
    CHECK_ERRNO("dup3", EINVAL, dup3(25, 25, 0) == -1);
    close(ends[0]), close(ends[1]), close(25);
    void *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK("madvise", madvise(m, 4096, MADV_WILLNEED) == 0);
    CHECK_ERRNO("madvise", EINVAL, madvise(m, 4096, 9999) == -1);
    munmap(m, 4096);
    char *here = sbrk(0);
    CHECK("sbrk", here != (void *)-1 && sbrk(0) == (void *)here);
    struct stat s;
    const struct timeval times[2] = {{5, 0}, {6, 7}};
    symlink("x", "soft");
    CHECK("lutimes", !lutimes("soft", times) && !lstat("soft", &s) && s.st_mtim.tv_sec == 6);
    unlink("soft");
    CHECK_ENOSYS("vfork", vfork() == -1);
    CHECK_ENOSYS("getpass", !getpass(""));
    CHECK_ENOSYS("daemon", daemon(1, 1) == -1);
}

static void options(void)
{
    int flag = 0, which = -1;
    const struct option longs[] = {{"size", required_argument, NULL, 's'},
                                   {"quiet", no_argument, &flag, 7},
                                   {"level", optional_argument, NULL, 'l'},
                                   {0}};
    char *arguments[] = {"prog",    "--size=3", "file", "--quiet", "--level",
                         "--lev=2", "-s",       "4",    "--wrong", NULL};
    opterr = 0, optind = 1;
    CHECK("getopt_long", getopt_long(9, arguments, "s:", longs, &which) == 's' &&
                             !strcmp(optarg, "3") && which == 0);
    CHECK("getopt_long",
          getopt_long(9, arguments, "s:", longs, &which) == 0 && flag == 7 && which == 1);
    CHECK("getopt_long", getopt_long(9, arguments, "s:", longs, &which) == 'l' && !optarg);
    CHECK("getopt_long",
          getopt_long(9, arguments, "s:", longs, &which) == 'l' && !strcmp(optarg, "2"));
    CHECK("getopt_long",
          getopt_long(9, arguments, "s:", longs, &which) == 's' && !strcmp(optarg, "4"));
    CHECK("getopt_long", getopt_long(9, arguments, "s:", longs, &which) == '?');
    CHECK("getopt_long", getopt_long(9, arguments, "s:", longs, &which) == -1 &&
                             !strcmp(arguments[optind], "file"));
}

int main(void)
{
    check_begin();
    strings();
    streams();
    library();
    system_();
    options();
    return check_end();
}
