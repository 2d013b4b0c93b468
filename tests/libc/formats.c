// stdio.h: what printf and scanf make of formats, and standard input and output.
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    fputs(text, f);
    fclose(f);
}

// Whether a file holds exactly this.
static bool holds(const char *name, const char *text)
{
    char b[512];
    FILE *f = fopen(name, "r");
    if (!f) return false;
    const size_t n = fread(b, 1, sizeof b - 1, f);
    b[n] = 0;
    fclose(f);
    return !strcmp(b, text);
}

static int vput(FILE *f, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vfprintf(f, format, rest);
    va_end(rest);
    return n;
}
static int vput_out(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vprintf(format, rest);
    va_end(rest);
    return n;
}
static int vput_fd(int fd, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vdprintf(fd, format, rest);
    va_end(rest);
    return n;
}
static int vtext(char *to, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vsprintf(to, format, rest);
    va_end(rest);
    return n;
}
static int vtext_room(char *to, size_t room, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vsnprintf(to, room, format, rest);
    va_end(rest);
    return n;
}

static bool prints(const char *wanted, const char *format, ...)
{
    char b[512];
    va_list rest;
    va_start(rest, format);
    const int n = vsnprintf(b, sizeof b, format, rest);
    va_end(rest);
    if (n != (int)strlen(wanted) || strcmp(b, wanted)) fprintf(check_report, "# \"%s\"\n", b);
    return n == (int)strlen(wanted) && !strcmp(b, wanted);
}

static void formats_out(void)
{
    char b[64];
    int count = 0;
    CHECK("vsnprintf",
          prints("-12|  +7|0x1f|0017|1f  |", "%d|%+4d|%#x|%04o|%-4x|", -12, 7, 31, 15, 31));
    CHECK("vsnprintf", prints("a    b|ab|%|A", "%-5cb|%.2s|%%|%X", 'a', "abc", 10));
    CHECK("vsnprintf",
          prints("1.500000|1.5|1e+100|1.50e+00", "%f|%g|%g|%.2e", 1.5, 1.5, 1e100, 1.5));
    CHECK("vsnprintf",
          prints("inf|-INF|nan|0x1.8p+1", "%f|%F|%g|%a", INFINITY, -INFINITY, NAN, 3.0));
    CHECK("vsnprintf", prints("0.1000000000000000055511151231257827", "%.34f", 0.1));
    CHECK("vsnprintf", prints("-1|255|-1|65535", "%hhd|%hhu|%hd|%hu", 255, 511, 65535, 65535));
    CHECK("vsnprintf",
          prints("-9223372036854775808|18446744073709551615", "%lld|%ju", LLONG_MIN, UINTMAX_MAX));
    CHECK("vsnprintf",
          prints("3|-4|   42|42   |", "%zu|%td|%*d|%-*d|", (size_t)3, (ptrdiff_t)-4, 5, 42, 5, 42));
    CHECK("vsnprintf", prints("b a|wide", "%2$s %1$s|%3$ls", "a", "b", L"wide"));
    CHECK("vsnprintf", prints("2.5|0.0001|1e-05", "%Lg|%g|%g", 2.5L, 1e-4, 1e-5));
    CHECK("snprintf", snprintf(b, 4, "%s", "abcdef") == 6 && !strcmp(b, "abc"));
    CHECK("snprintf", snprintf(NULL, 0, "%d%n", 1234, &count) == 4 && count == 4);
    CHECK("sprintf", sprintf(b, "%s-%d", "x", 5) == 3 && !strcmp(b, "x-5"));
    CHECK("vsprintf", vtext(b, "%c%c", 'o', 'k') == 2 && !strcmp(b, "ok"));
    CHECK("vsnprintf", vtext_room(b, 3, "%d", 12345) == 5 && !strcmp(b, "12"));
    FILE *f = fopen("a", "w");
    CHECK("fprintf", fprintf(f, "%d,", 42) == 3);
    CHECK("vfprintf", vput(f, "%s;", "text") == 5);
    fclose(f);
    CHECK("fprintf vfprintf", holds("a", "42,text;"));
    f = fopen("a", "r");
    CHECK_ERRNO("fprintf", EBADF, fprintf(f, "x") < 0);
    fclose(f);
    f = fopen("a", "w");
    CHECK("dprintf", dprintf(fileno(f), "%s %d", "fd", 3) == 4);
    CHECK("vdprintf", vput_fd(fileno(f), "%c", '!') == 1);
    fclose(f);
    CHECK("dprintf vdprintf", holds("a", "fd 3!"));
    CHECK_ERRNO("dprintf", EBADF, dprintf(99, "x") < 0);
    // Standard output goes to a file from here on; checks have their own stream.
    CHECK("freopen", freopen("out", "w", stdout) == stdout);
    CHECK("printf", printf("%s %i\n", "printed", 1) == 10);
    CHECK("vprintf", vput_out("%u\n", 7u) == 2);
    CHECK("puts", puts("put") >= 0);
    CHECK("putchar", putchar('c') == 'c');
    CHECK("putchar_unlocked", putchar_unlocked('\n') == '\n');
    fflush(stdout);
    CHECK("printf vprintf puts putchar putchar_unlocked", holds("out", "printed 1\n7\nput\nc\n"));
    freopen("err", "w", stderr);
    errno = ENOENT;
    perror("why");
    fflush(stderr);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "why: %s\n", strerror(ENOENT));
    CHECK("perror", holds("err", wanted));
    remove("a"), remove("out"), remove("err");
}

static int vget(FILE *f, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vfscanf(f, format, rest);
    va_end(rest);
    return n;
}
static int vget_in(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vscanf(format, rest);
    va_end(rest);
    return n;
}
static int vfrom(const char *text, const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vsscanf(text, format, rest);
    va_end(rest);
    return n;
}

static void formats_in(void)
{
    int a = 0, b = 0, c = 0;
    unsigned u = 0;
    long long ll = 0;
    signed char small = 0;
    double d = 0;
    float f = 0;
    char text[32], more[32], *made = NULL;
    CHECK("sscanf",
          sscanf(" 12 0x1f 017", "%d %i %i", &a, &b, &c) == 3 && a == 12 && b == 31 && c == 15);
    CHECK("sscanf", sscanf("ff-5", "%x%d", &u, &a) == 2 && u == 255 && a == -5);
    CHECK("sscanf", sscanf("1.5e1 0x1.8p1", "%lf %f", &d, &f) == 2 && d == 15 && f == 3);
    CHECK("sscanf", sscanf("inf nan", "%lf %f", &d, &f) == 2 && isinf(d) && isnan(f));
    CHECK("sscanf", sscanf("key=value", "%[^=]=%s", text, more) == 2 && !strcmp(text, "key") &&
                        !strcmp(more, "value"));
    CHECK("sscanf",
          sscanf("abc-d", "%[a-c]%c", text, more) == 2 && !strcmp(text, "abc") && *more == '-');
    CHECK("sscanf", sscanf("12345", "%2d%*d%n", &a, &b) == 1 && a == 12 && b == 5);
    CHECK("sscanf", sscanf("300 9223372036854775807", "%hhd %lld", &small, &ll) == 2 &&
                        small == 44 && ll == LLONG_MAX);
    CHECK("sscanf", sscanf("x", "%d", &a) == 0 && sscanf("", "%d", &a) == EOF);
    CHECK("sscanf", sscanf("5%", "%d%%%n", &a, &b) == 1 && b == 2);
    CHECK("sscanf", sscanf("malloc ed", "%ms", &made) == 1 && !strcmp(made, "malloc"));
    free(made);
    CHECK("sscanf", sscanf("2 1", "%2$d %1$d", &a, &b) == 2 && a == 1 && b == 2);
    CHECK("vsscanf", vfrom("7:8", "%d:%d", &a, &b) == 2 && a == 7 && b == 8);
    put("a", "10 20 word\n30");
    FILE *file = fopen("a", "r");
    CHECK("fscanf", fscanf(file, "%d%d", &a, &b) == 2 && a == 10 && b == 20);
    CHECK("fscanf", fscanf(file, "%d", &a) == 0 && fgetc(file) == 'w');
    CHECK("vfscanf", vget(file, "%3s %d", text, &c) == 2 && !strcmp(text, "ord") && c == 30);
    CHECK("vfscanf", vget(file, "%d", &c) == EOF && feof(file));
    fclose(file);
    remove("a");
    // formats.in
    CHECK("getchar", getchar() == 'a');
    CHECK("getchar_unlocked", getchar_unlocked() == 'b');
    CHECK("scanf", scanf("%d %s", &a, text) == 2 && a == 42 && !strcmp(text, "words"));
    CHECK("vscanf", vget_in("%d", &a) == 1 && a == -7);
    CHECK("getchar", getchar() == '\n' && getchar() == EOF && scanf("%d", &a) == EOF);
}

int main(void)
{
    check_begin();
    formats_in();
    formats_out();
    return check_end();
}
