// stdlib.h and inttypes.h: numbers, memory, the environment, sorting, random numbers.
// all of: inttypes.h
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <wchar.h>

#include "check.h"

static void integers(void)
{
    char *end;
    CHECK("abs", abs(-7) == 7 && abs(0) == 0 && abs(INT_MAX) == INT_MAX);
    CHECK("labs", labs(-LONG_MAX) == LONG_MAX && llabs(-5LL) == 5);
    CHECK("llabs", llabs(-LLONG_MAX) == LLONG_MAX);
    CHECK("div", div(-7, 2).quot == -3 && div(-7, 2).rem == -1);
    CHECK("ldiv", ldiv(LONG_MIN, 10).quot == LONG_MIN / 10 && ldiv(7, -2).rem == 1);
    CHECK("lldiv", lldiv(-9LL, 4).quot == -2 && lldiv(-9LL, 4).rem == -1);
    CHECK("imaxabs", imaxabs(-INTMAX_MAX) == INTMAX_MAX && imaxabs(3) == 3);
    CHECK("imaxdiv", imaxdiv(INTMAX_MAX, -2).quot == -(INTMAX_MAX / 2) && imaxdiv(-7, 4).rem == -3);
    CHECK("atoi", atoi(" -12x") == -12 && atoi("x") == 0 && atoi("+2147483647") == INT_MAX);
    CHECK("atol", atol("\t9223372036854775807") == LONG_MAX && atol("-1") == -1);
    CHECK("atoll", atoll("-9223372036854775808") == LLONG_MIN && atoll("") == 0);
    CHECK("strtol", strtol("  -0x1fz", &end, 0) == -31 && *end == 'z');
    CHECK("strtol", strtol("0777", NULL, 0) == 511 && strtol("zz", NULL, 36) == 1295);
    const char *bare = "0x", *wrong = "0Xg", *none = "  +";
    CHECK("strtol", strtol(bare, &end, 16) == 0 && end == bare + 1);
    CHECK("strtol", strtol(wrong, &end, 0) == 0 && end == wrong + 1);
    CHECK("strtol", strtol(none, &end, 10) == 0 && end == none);
    CHECK_ERRNO("strtol", ERANGE, strtol("9223372036854775808", &end, 10) == LONG_MAX && !*end);
    CHECK_ERRNO("strtol", ERANGE, strtol("-9223372036854775809", NULL, 10) == LONG_MIN);
    CHECK_ERRNO("strtol", EINVAL, strtol("1", NULL, 37) == 0);
    CHECK_ERRNO("strtol", 0, strtol("-9223372036854775808", NULL, 10) == LONG_MIN);
    CHECK("strtoll", strtoll("7fffffffffffffff", &end, 16) == LLONG_MAX && !*end);
    CHECK("strtoll", strtoll(wrong, &end, 16) == 0 && end == wrong + 1);
    CHECK_ERRNO("strtoll", ERANGE, strtoll("99999999999999999999", NULL, 10) == LLONG_MAX);
    CHECK("strtoul", strtoul("-1", NULL, 10) == ULONG_MAX && strtoul("0b", &end, 16) == 11);
    CHECK("strtoul", strtoul(bare, &end, 0) == 0 && end == bare + 1);
    CHECK_ERRNO("strtoul", ERANGE, strtoul("18446744073709551616", NULL, 10) == ULONG_MAX);
    CHECK("strtoull", strtoull("18446744073709551615", &end, 10) == ULLONG_MAX && !*end);
    CHECK("strtoull", strtoull(bare, &end, 16) == 0 && end == bare + 1);
    CHECK_ERRNO("strtoull", ERANGE, strtoull("-18446744073709551616", NULL, 10) == ULLONG_MAX);
    CHECK("strtoimax", strtoimax("-123 ", &end, 10) == -123 && *end == ' ');
    CHECK_ERRNO("strtoimax", ERANGE, strtoimax("9999999999999999999999", NULL, 10) == INTMAX_MAX);
    CHECK("strtoumax", strtoumax("ff", &end, 16) == 255 && !*end);
    CHECK_ERRNO("strtoumax", ERANGE, strtoumax("9999999999999999999999", NULL, 10) == UINTMAX_MAX);
    wchar_t *wend;
    CHECK("wcstoimax", wcstoimax(L"-77x", &wend, 8) == -63 && *wend == L'x');
    CHECK("wcstoumax", wcstoumax(L"0x10", &wend, 0) == 16 && !*wend);
    CHECK("a64l", a64l("./") == 64 && a64l("zz1") == (63 | 63 << 6 | 3 << 12) && a64l("") == 0);
    CHECK("l64a",
          !strcmp(l64a(64), "./") && !strcmp(l64a(0), "") && a64l(l64a(123456789)) == 123456789);
}

static void floats(void)
{
    char *end;
    CHECK("atof", atof(" -1.5e2x") == -150 && atof("x") == 0);
    CHECK("strtod", strtod("0x1.8p3z", &end) == 12 && *end == 'z');
    CHECK("strtod", strtod("-.5e-1", &end) == -0.05 && !*end);
    CHECK("strtod", strtod("2.2250738585072011e-308", NULL) == 0x1.ffffffffffffep-1023);
    CHECK("strtod", strtod("9007199254740993", NULL) == 9007199254740992);
    CHECK("strtod", strtod("9007199254740993.00000000000000000000001", NULL) == 9007199254740994);
    CHECK("strtod", isinf(strtod("-Infinityx", &end)) && *end == 'x');
    CHECK("strtod", isnan(strtod("nan(12)x", &end)) && *end == 'x');
    const char *bare = "0x", *power = "1e+", *none = ".e1";
    CHECK("strtod", strtod(bare, &end) == 0 && end == bare + 1);
    CHECK("strtod", strtod(power, &end) == 1 && end == power + 1);
    CHECK("strtod", strtod(none, &end) == 0 && end == none);
    CHECK_ERRNO("strtod", ERANGE, strtod("1e400", NULL) == HUGE_VAL);
    CHECK_ERRNO("strtod", ERANGE, strtod("1e-400", NULL) == 0);
    CHECK_ERRNO("strtod", 0, strtod("1.7976931348623157e308", NULL) == 0x1.fffffffffffffp1023);
    CHECK("strtof", strtof("1.1", &end) == 1.1f && !*end);
    CHECK("strtof",
          strtof("0x1.000001p0", NULL) == 1 && strtof("0x1.0000011p0", NULL) == 0x1.000002p0f);
    // Rounded once: by way of a double it would be 1.
    CHECK("strtof", strtof("1.000000059604644775390625000000001", NULL) == 0x1.000002p0f);
    CHECK("strtof", strtof("1.000000178813934326171874999999999", NULL) == 0x1.000002p0f);
    CHECK("strtof",
          strtof("1e-45", NULL) == 0x1p-149f && strtof("3.4028235e38", NULL) == 0x1.fffffep127f);
    CHECK_ERRNO("strtof", ERANGE, strtof("1e39", NULL) == HUGE_VALF);
    CHECK_ERRNO("strtof", ERANGE, strtof("-1e-60", NULL) == 0);
    CHECK("strtold", strtold("-0.25e1 ", &end) == -2.5L && *end == ' ');
    CHECK("strtold", strtold("0x.8", NULL) == 0.5L && isinf(strtold("inf", NULL)));
    CHECK_ERRNO("strtold", ERANGE, strtold("1e5000", NULL) == HUGE_VALL);
}

static int order(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static void sorting(void)
{
    int list[] = {5, -1, 3, 3, 9, 0, -7}, key = 9, other = 4;
    bool sorted = true;
    qsort(list, 7, sizeof *list, order);
    for (int i = 1; i < 7; i++) sorted = sorted && list[i - 1] <= list[i];
    CHECK("qsort", sorted && list[0] == -7 && list[6] == 9);
    int many[200];
    for (int i = 0; i < 200; i++) many[i] = i * 7919 % 200;
    qsort(many, 200, sizeof *many, order);
    sorted = true;
    for (int i = 0; i < 200; i++) sorted = sorted && many[i] == i;
    CHECK("qsort", sorted);
    qsort(list, 0, sizeof *list, order);
    CHECK("qsort", list[0] == -7);
    CHECK("bsearch", bsearch(&key, list, 7, sizeof *list, order) == &list[6]);
    CHECK("bsearch",
          !bsearch(&other, list, 7, sizeof *list, order) && !bsearch(&key, list, 0, 4, order));
}

static void memory(void)
{
    char *p = malloc(100), *q = malloc(100);
    CHECK("malloc", p && q && (q >= p + 100 || p >= q + 100));
    CHECK("malloc", (uintptr_t)p % _Alignof(max_align_t) == 0);
    memset(p, 'x', 100);
    p = realloc(p, 10000);
    CHECK("realloc", p && p[0] == 'x' && p[99] == 'x');
    p = realloc(p, 10);
    CHECK("realloc", p && p[9] == 'x');
    void *fresh = realloc(NULL, 5);
    CHECK("realloc", fresh != NULL);
    free(fresh), free(p), free(q), free(NULL);
    volatile size_t half = SIZE_MAX / 2 + 2;
    CHECK_ERRNO("malloc", ENOMEM, !malloc(half));
    CHECK_ERRNO("calloc", ENOMEM, !calloc(half, 2));
    char *zeros = calloc(30, 10);
    bool zero = zeros != NULL;
    for (int i = 0; zero && i < 300; i++) zero = !zeros[i];
    CHECK("calloc", zero);
    free(zeros);
    void *aligned = aligned_alloc(256, 512), *again = NULL;
    CHECK("aligned_alloc", aligned && (uintptr_t)aligned % 256 == 0);
    CHECK("posix_memalign", posix_memalign(&again, 4096, 100) == 0 && (uintptr_t)again % 4096 == 0);
    CHECK("posix_memalign", posix_memalign(&again, 3, 100) == EINVAL);
    CHECK("posix_memalign", posix_memalign(&again, 2, 100) == EINVAL);
    free(aligned);
    p = malloc(64);
    free(p);
    q = malloc(64);
    CHECK("free", q != NULL);
    free(q);
}

static void environment(void)
{
    static char put[] = "HC_PUT=first";
    unsetenv("HC_SET");
    CHECK("getenv", !getenv("HC_SET") && !getenv(""));
    CHECK("setenv getenv", !setenv("HC_SET", "one", 0) && !strcmp(getenv("HC_SET"), "one"));
    CHECK("setenv", !setenv("HC_SET", "two", 0) && !strcmp(getenv("HC_SET"), "one"));
    CHECK("setenv", !setenv("HC_SET", "longer than before", 1) &&
                        !strcmp(getenv("HC_SET"), "longer than before"));
    CHECK_ERRNO("setenv", EINVAL, setenv("a=b", "x", 1) == -1);
    CHECK_ERRNO("setenv", EINVAL, setenv("", "x", 1) == -1);
    CHECK("unsetenv", !unsetenv("HC_SET") && !getenv("HC_SET") && !unsetenv("HC_SET"));
    CHECK_ERRNO("unsetenv", EINVAL, unsetenv("a=b") == -1);
    CHECK("putenv", !putenv(put) && !strcmp(getenv("HC_PUT"), "first"));
    strcpy(put + 7, "other");
    CHECK("putenv", getenv("HC_PUT") == put + 7);
    unsetenv("HC_PUT");
    char options[] = "ro,size=12,bad", *at = options, *value;
    char *const names[] = {"ro", "size", NULL};
    CHECK("getsubopt", getsubopt(&at, names, &value) == 0 && !value);
    CHECK("getsubopt", getsubopt(&at, names, &value) == 1 && !strcmp(value, "12"));
    CHECK("getsubopt", getsubopt(&at, names, &value) == -1 && !*at);
}

static void randoms(void)
{
    srand(5);
    const int a = rand(), b = rand();
    srand(5);
    CHECK("rand srand", a == rand() && b == rand() && a != b && a >= 0 && a <= RAND_MAX);
    unsigned seed = 3, same = 3;
    const int r = rand_r(&seed);
    CHECK("rand_r", r >= 0 && r == rand_r(&same) && seed == same && seed != 3);
    srandom(9);
    const long c = random(), d = random();
    srandom(9);
    CHECK("random srandom", c == random() && d == random() && c != d && c >= 0 && c <= 0x7fffffff);
    char state[128], *old = initstate(7, state, sizeof state);
    const long e = random();
    random();
    CHECK("initstate", old && old != state);
    CHECK("setstate", setstate(old) == state);
    initstate(7, state, sizeof state);
    CHECK("initstate random", random() == e);
    setstate(old);
    // The 48-bit generator is defined to the bit.
    srand48(1);
    CHECK("srand48 lrand48", lrand48() == 89400484 && lrand48() == 976015093);
    srand48(1);
    CHECK("drand48", fabs(drand48() - 0.0416303447718782) < 1e-12);
    srand48(1);
    CHECK("mrand48", mrand48() == 178800969);
    unsigned short x[3] = {0x330e, 1, 0}, y[3] = {0x330e, 1, 0}, z[3] = {0x330e, 1, 0};
    CHECK("nrand48", nrand48(x) == 89400484 && x[2] != 0);
    CHECK("jrand48", jrand48(y) == 178800969);
    CHECK("erand48", fabs(erand48(z) - 0.0416303447718782) < 1e-12);
    unsigned short start[3] = {0x330e, 1, 0};
    CHECK("seed48", seed48(start) != NULL && lrand48() == 89400484);
    lcong48((unsigned short[7]){0, 0, 2, 1, 0, 0, 0});  // each is the one before
    CHECK("lcong48", lrand48() == 65536 && lrand48() == 65536);
    srand48(1);
    CHECK("srand48", lrand48() == 89400484);
}

static void multibyte(void)
{
    wchar_t w = 0, wide[8];
    char narrow[16];
    CHECK("mblen", mblen("a", 1) == 1 && mblen("", 1) == 0 && mblen(NULL, 0) == 0);
    CHECK("mbtowc", mbtowc(&w, "b", 1) == 1 && w == L'b' && mbtowc(&w, "", 1) == 0 && w == 0);
    CHECK("wctomb", wctomb(narrow, L'c') == 1 && narrow[0] == 'c' && wctomb(NULL, 0) == 0);
    CHECK("mbstowcs", mbstowcs(wide, "word", 8) == 4 && !wcscmp(wide, L"word"));
    CHECK("mbstowcs", mbstowcs(wide, "word", 2) == 2 && mbstowcs(NULL, "word", 0) == 4);
    CHECK("wcstombs", wcstombs(narrow, L"word", 16) == 4 && !strcmp(narrow, "word"));
    CHECK("wcstombs", wcstombs(NULL, L"word", 0) == 4);
}

static void files(void)
{
    char name[] = "tmp-XXXXXX", folder[] = "dir-XXXXXX", wrong[] = "tmp-XXX";
    struct stat s;
    const int fd = mkstemp(name);
    CHECK("mkstemp",
          fd >= 0 && strcmp(name, "tmp-XXXXXX") && !stat(name, &s) && (s.st_mode & 0777) == 0600);
    CHECK("mkstemp", write(fd, "x", 1) == 1);
    CHECK_ERRNO("mkstemp", EINVAL, mkstemp(wrong) == -1);
    CHECK("mkdtemp", mkdtemp(folder) == folder && !stat(folder, &s) && S_ISDIR(s.st_mode));
    CHECK("mkdtemp", (s.st_mode & 0777) == 0700);
    CHECK_ERRNO("mkdtemp", EINVAL, !mkdtemp(wrong));
    char cwd[PATH_MAX], path[PATH_MAX], wanted[2 * PATH_MAX], dotted[64];
    getcwd(cwd, sizeof cwd);
    snprintf(wanted, sizeof wanted, "%s/%s", cwd, name);
    snprintf(dotted, sizeof dotted, "./%s/.././%s", folder, name);
    CHECK("realpath", realpath(dotted, path) == path && !strcmp(path, wanted));
    symlink(name, "link");
    char *made = realpath("link", NULL);
    CHECK("realpath", made && !strcmp(made, wanted));
    free(made);
    CHECK("realpath", realpath("/", path) && !strcmp(path, "/"));
    CHECK_ERRNO("realpath", ENOENT, !realpath("absent/file", path));
    CHECK_ERRNO("realpath", ENOENT, !realpath("", path));
    symlink("loop", "loop");
    CHECK_ERRNO("realpath", ELOOP, !realpath("loop", path));
    CHECK("system", system("exit 3") == 3 << 8 && system(NULL) != 0);
    CHECK("system",
          system("echo shell > made; test -s made") == 0 && !stat("made", &s) && s.st_size == 6);
    unlink("made"), unlink("loop"), unlink("link"), unlink(name), rmdir(folder), close(fd);
}

int main(void)
{
    check_begin();
    integers();
    floats();
    sorting();
    memory();
    environment();
    randoms();
    multibyte();
    files();
    return check_end();
}
