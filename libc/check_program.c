// A program whose output C fixes to the last byte: host and device C library have to agree on it.
#define _GNU_SOURCE
#include <complex.h>
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <regex.h>
#include <search.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

static void integers(void)
{
    static const char *const formats[] = {"[%d]",  "[%8d]",  "[%-8d]", "[%08d]", "[%+d]",
                                          "[% d]", "[%.5d]", "[%x]",   "[%#o]"};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (int value = -70000; value <= 70000; value += 46667) printf(formats[i], value);
    printf("\n%lld %llu %llx\n", LLONG_MIN, ULLONG_MAX, 0x123456789abcdefLL);
    printf("%zu %zd %td %jd %hhd %hd\n", (size_t)-1, (ssize_t)-1, (ptrdiff_t)-5, INTMAX_MAX, 300,
           70000);
    printf("%" PRIu64 " %" PRIx32 " %" PRId8 "\n", UINT64_MAX, UINT32_MAX, (int8_t)-7);
    printf("%2$s %1$*3$d %%|%4$c\n", 42, "second", 7, 'x');
    printf("[%.3s] [%10s] [%-10s] [%.*s]\n", "abcdef", "right", "left", 2, "xyz");
    printf("%d %d\n", snprintf(NULL, 0, "%s%d", "length", 12345),
           snprintf((char[4]){0}, 4, "%d", 123456));
}

static void floats(void)
{
    static const double values[] = {0.0,   -0.0,    1.0,     -1.5, 0.1, 1e-5, 123456789.125,
                                    1e100, DBL_MIN, DBL_MAX, 2.5,  3.5, 0.3};
    static const char *const formats[] = {"%f", "%.0f", "%.3f", "%e",     "%.17g",    "%g",   "%#g",
                                          "%a", "%.2a", "%G",   "%20.4f", "%-20.4e|", "%+.1f"};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        for (size_t j = 0; j < sizeof formats / sizeof *formats; j++) {
            printf(formats[j], values[i]);
            putchar(' ');
        }
        putchar('\n');
    }
    printf("%f %g %F %e %5.1f\n", INFINITY, -INFINITY, INFINITY, fabs(NAN), INFINITY);
}

static void conversions(void)
{
    static const char *const texts[] = {"3.14",
                                        "0x1.8p3",
                                        "1e400",
                                        "-1e-400",
                                        "inf",
                                        "nan",
                                        ".5e1x",

                                        "9007199254740993",
                                        "1.7976931348623158e308",

                                        "0.500000000000000166533453693773481063544750213623046875"};
    char *end, word[16];
    int count, number;
    double value;
    uint64_t state = 88172645463325252u;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        errno = 0;
        value = strtod(texts[i], &end);
        printf("%a %d %s|", fabs(value), errno == ERANGE, end);
    }
    putchar('\n');
    for (int i = 0; i < 2000; i++) {  // every double comes back from 17 digits
        char text[64];
        double back;
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        memcpy(&value, &state, sizeof value);
        if (!isfinite(value)) continue;
        snprintf(text, sizeof text, "%.17g", value);
        back = strtod(text, NULL);
        if (memcmp(&back, &value, sizeof back) != 0) printf("lost: %s\n", text);
        if (i % 250 == 0) printf("%s ", text);
    }
    errno = 0;
    printf("\n%ld", strtol("99999999999999999999", &end, 10));
    printf(" %d %lu", errno == ERANGE, strtoul("-1", NULL, 0));
    printf(" %ld %ld %lld\n", strtol("0x7fz", &end, 16), strtol("0755", NULL, 0),
           strtoll("zz", NULL, 36));
    count = sscanf("12 abc 3.5 0x1f [xyz]", "%d %15s %lf %i [%15[a-y]", &number, word, &value,
                   &count, word);
    printf("%d %d %g %s\n", count, number, value, word);
    count = sscanf("2024-02-29T12:34", "%4d-%*2d-%2d%n", &number, &count, (int[1]){0});
    printf("%d %d\n", count, number);
}

static int ascending(const void *a, const void *b)
{
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static void sorting(void)
{
    int numbers[500], key = 250;
    unsigned state = 1;
    void *root = NULL;

    for (int i = 0; i < 500; i++)
        numbers[i] = (int)((state = state * 1103515245u + 12345u) >> 16) % 1000;
    qsort(numbers, 500, sizeof *numbers, ascending);
    for (int i = 0; i < 500; i += 50) printf("%d ", numbers[i]);
    numbers[100] = key;
    qsort(numbers, 500, sizeof *numbers, ascending);
    printf("%d\n", bsearch(&key, numbers, 500, sizeof *numbers, ascending) != NULL);
    for (int i = 0; i < 10; i++) tsearch(&numbers[i * 7], &root, ascending);
    printf("%d\n", tfind(&numbers[21], &root, ascending) != NULL);
    srand48(42);
    printf("%ld", lrand48());
    printf(" %ld %s %ld\n", mrand48(), l64a(123456), a64l("zzz"));
}

static void times(void)
{
    static const time_t moments[] = {0, 951782400, 1709210096, 4102444800, 1720000000, -86400};
    struct tm tm;
    char text[200];

    static char *zone[] = {"TZ=EST5EDT,M3.2.0,M11.1.0", NULL};  // setenv is the system layer's
    extern char **environ;
    environ = zone;
    tzset();
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        gmtime_r(&moments[i], &tm);
        strftime(text, sizeof text,
                 "%Y-%m-%d %H:%M:%S %a %A %b %B %j %U %W %V %G %y %e %I %p %z %u %w %F %T %D %%",
                 &tm);
        printf("%s\n", text);
        tm = *localtime(&moments[i]);
        strftime(text, sizeof text, "%c %x %X %Z %z", &tm);
        printf("%s %ld %s %d %d\n", text, tm.tm_gmtoff, tm.tm_zone, tm.tm_isdst,
               mktime(&tm) == moments[i]);
    }
    tm = (struct tm){.tm_year = 124, .tm_mon = 13, .tm_mday = 31, .tm_hour = 25, .tm_isdst = -1};
    printf("%lld", (long long)mktime(&tm));
    printf(" %d-%d-%d %ld\n", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_gmtoff);
    printf("%s", strptime("7 Mar 2021 13:14", "%d %b %Y %H:%M", &tm) ? "parsed" : "refused");
    printf(" %d\n", tm.tm_mon);
    printf("%s", asctime(gmtime(&moments[1])));
}

static void strings(void)
{
    char text[64] = "one,two;;three", *rest = NULL;

    for (char *word = strtok_r(text, ",;", &rest); word; word = strtok_r(NULL, ",;", &rest))
        printf("<%s>", word);
    printf("%zu %zu %s %s\n", strspn("aabbc", "ab"), strcspn("hello", "l"),
           strstr("needle in hay", "in"), strrchr("a/b/c", '/'));
    printf("%d %d %d\n", strcmp("a", "b") < 0, strcasecmp("HeLLo", "hEllO"),
           memcmp("abc", "abd", 3) < 0);
    printf("%s %s %d\n", strpbrk("key=value", "="), (char *)memmem("haystack", 8, "st", 2),
           strverscmp("a9", "a10") < 0);
    for (int c = 0; c < 128; c++)
        putchar('a' + !!isalpha(c) + 2 * !!isdigit(c) + 4 * !!ispunct(c) + 8 * !!isspace(c));
    printf("\n%c%c\n", toupper('q'), tolower('Q'));
}

static void wide(void)
{
    wchar_t buffer[32], *end;
    char narrow[64];
    const char *greek = "\xce\xb1\xce\xb2\xce\xb3 \xe2\x82\xac \xf0\x9f\x99\x82";
    size_t count;

    printf("%s\n", setlocale(LC_ALL, "C.UTF-8") ? "utf-8" : "no utf-8");
    count = mbstowcs(buffer, greek, 32);
    printf("%zu %x %x %zu\n", count, (unsigned)buffer[0], (unsigned)buffer[6],
           wcstombs(narrow, buffer, sizeof narrow));
    printf("%ls|%5.4ls|%lc|%s\n", buffer, buffer, (wint_t)0x3c0, narrow);
    swprintf(buffer, 32, L"%d %s %ls %.2f", 5, "narrow", L"wide", 2.5);
    printf("%ls %zu %d\n", buffer, wcslen(buffer), wcscmp(L"a", L"b") < 0);
    printf("%g %ld %d\n", wcstod(L"12.5x", &end), wcstol(L"-77", NULL, 10),
           iswalpha(L'\x3b1') != 0);
    printf("%x %zu\n", (unsigned)towupper(0x3b1), mbrlen("\xe2\x82", 2, &(mbstate_t){0}));
}

static void expressions(void)
{
    static const char *const patterns[] = {"^a.*z$", "([0-9]+)-([0-9]+)", "(a|b)*c",
                                           "[[:upper:]]{2,3}", "("};
    static const char *const texts[] = {"abcz", "tel 12-345", "ababc", "xYZx", "("};
    regmatch_t found[3];
    regex_t regex;

    for (size_t i = 0; i < 5; i++) {
        int status = regcomp(&regex, patterns[i], REG_EXTENDED);
        if (status) {
            printf("bad pattern %d\n", status == REG_EPAREN);
            continue;
        }
        status = regexec(&regex, texts[i], 3, found, 0);
        printf("%d", status);
        for (int j = 0; !status && j < 3; j++)
            printf(" %d..%d", (int)found[j].rm_so, (int)found[j].rm_eo);
        putchar('\n');
        regfree(&regex);
    }
}

static void options(void)
{
    static const struct option longs[] = {
        {"alpha", no_argument, NULL, 'a'}, {"size", required_argument, NULL, 's'}, {0}};
    char *args[] = {"program", "-ab", "value", "--size=5", "--alpha", "-s7", "rest", "more", NULL};
    int option;

    optind = 1;
    while ((option = getopt_long(8, args, "ab:s:", longs, NULL)) != -1)
        printf("%c:%s ", option, optarg ? optarg : "-");
    printf("%s %d\n", args[optind], optind);
}

static void mathematics(void)
{
    static const double values[] = {0.0, 0.5, 1.0, 2.0, 10.0, 1e-3, 0.75};
    static double (*const functions[])(double) = {
        sin,  cos,   tan,   asin, acos, atan, sinh,   cosh,   tanh, asinh, exp,
        exp2, expm1, log1p, cbrt, erf,  erfc, tgamma, lgamma, log,  log2,  log10};
    int exponent;
    double whole, fraction;
    double complex z = (1.0 + 2.0 * I) * (3.0 - 1.0 * I) / (0.5 + 0.25 * I);

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        double x = values[i];
        for (size_t j = 0; j < sizeof functions / sizeof *functions; j++) {
            double y = functions[j](x);
            if (isnan(y))
                printf("nan ");
            else
                printf("%.12g ", fabs(y) < 1e-15 ? 0.0 : y);
        }
        printf("%a %a %a %a %a\n", sqrt(x), floor(x - 0.6), ceil(x - 0.6), rint(x * 2.5),
               trunc(-x * 1.3));
    }
    fraction = modf(-3.75, &whole);
    printf("%a %a %a", fraction, whole, frexp(100.0, &exponent));
    printf(" %d\n", exponent);
    printf("%a %a %.17g %a\n", fmod(10.5, 3.2), remainder(10.5, 3.2), ldexp(0.7, -1070),
           nextafter(1.0, 2.0));
    printf("%ld %lld %ld %g %g\n", lround(-2.5), llrint(2.5), lrint(3.5), round(-0.5),
           nearbyint(1.5));
    printf("%.11g %.11g %.11g %.6g\n", pow(2.5, 3.5), hypot(3, 4), atan2(-1, -2),
           (double)sinf(1.0f));
    for (int i = 0; i < 40; i++) {
        double x = 1.0 + DBL_EPSILON * (i * 12345.0 + 1), y = 1.0 - DBL_EPSILON * (i * 777.0 + 1),
               scale = ldexp(1.0, -27 * i);
        volatile double a = x * scale, b = y, c = -scale * (i % 3), tiny = DBL_MIN * (i % 5) / 7;
        volatile float p = (float)(1.0 / (i + 3)), q = (float)(i + 0.1), r = -p * q;
        printf("%.17g %.17g %a ", fma(a, b, c), fma(a, b * DBL_MIN, tiny), (double)fmaf(p, q, r));
    }
    printf("\n%.12g %.12g %.12g\n", creal(z), cimag(z), cabs(csqrt(-3.0 + 4.0 * I)));
    printf("%d %d %d\n", isnan(NAN) != 0, fpclassify(5e-324) == FP_SUBNORMAL, signbit(-0.0) != 0);
}

static void streams(void)
{
    char *text = NULL, line[32], store[] = "first line\nsecond 42 0x2a\n";
    size_t size = 0;
    int a = 0, b = 0;
    FILE *file = open_memstream(&text, &size);

    fprintf(file, "%05d|%-6s|", 42, "ab");
    fputs("tail", file);
    fclose(file);
    printf("%s %zu\n", text, size);
    free(text);
    file = fmemopen(store, sizeof store - 1, "r");
    printf("%s", fgets(line, sizeof line, file));
    printf("%d", fscanf(file, "second %d %i", &a, &b));
    printf(" %d %d %d", a, b, fgetc(file));
    printf(" %d", fgetc(file) == EOF);
    printf(" %d\n", feof(file) != 0);
    fclose(file);
}

static void last(void) { puts("atexit"); }

int main(void)
{
    atomic_int counter = 40;

    atexit(last);
    atomic_fetch_add(&counter, 2);
    printf("%d %s\n", atomic_load(&counter), getenv("NO_SUCH_NAME") ? "set" : "unset");
    integers();
    floats();
    conversions();
    sorting();
    times();
    strings();
    wide();
    expressions();
    options();
    mathematics();
    streams();
    return 7;
}

#ifdef __HOSTCALL__
// One thread, whose state is the first.
void check_start(void);

struct _reent *__getreent(void) { return _impure_ptr; }

void check_start(void) { exit(main()); }
#endif
