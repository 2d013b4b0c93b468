// Numbers from text: strtol and its family, strtod, and their limits.
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *how(void)
{
    return errno == ERANGE ? "ERANGE" : errno == EINVAL ? "EINVAL" : errno ? "other" : "ok";
}

static void whole(const char *text, int base)
{
    char *end;
    errno = 0;
    const long l = strtol(text, &end, base);
    printf("[%s] %d: %ld [%s] %s,", text, base, l, end, how());
    errno = 0;
    const unsigned long long u = strtoull(text, &end, base);
    printf(" %llu [%s] %s\n", u, end, how());
}

static void real(const char *text)
{
    char *end;
    errno = 0;
    const double d = strtod(text, &end);
    printf("[%s] %.17g [%s] %s,", text, d, end, d && fabs(d) < 1e-300 ? "tiny" : how());
    errno = 0;
    const float f = strtof(text, &end);
    printf(" %.9g\n", (double)f);
}

int main(void)
{
    static const char *const wholes[] = {"0",
                                         "42abc",
                                         "  -17",
                                         "+5",
                                         "0x1fg",
                                         "077",
                                         "zz",
                                         "",
                                         "-",
                                         "9223372036854775807",
                                         "9223372036854775808",
                                         "-9223372036854775808",
                                         "-9223372036854775809",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "-1"};
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
        whole(wholes[i], 10);
        whole(wholes[i], 0);
        whole(wholes[i], 16);
        whole(wholes[i], 36);
    }
    static const char *const reals[] = {
        "0",
        "-0",
        "1",
        "0.1",
        " 1e3x",
        "1e",
        ".5",
        "5.",
        ".",
        "1e308",
        "1e309",
        "-1e400",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "0x1.8p1",
        "0x.1",
        "0x1p-1022",
        "inf",
        "-INFINITY!",
        "infin",
        "9007199254740993",
        "179769313486231570814527423731704356798070567525844996598917476803"
        "15726078002853876058955863276687817154045895351438246423432132688946418276846754670353751698604991057655128207"
        "6245490090389328944075868508455133942304583236903222948"
        "16580855933212334774797826204144723168738177180919299881"
        "2504040261841248583680000000",
        "123456789012345678901234567890e-10"};
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) real(reals[i]);
    errno = 0;
    printf("%d", strtod("1e-400", NULL) == 0);
    printf(" %s %d\n", how(), isnan(strtod("nan(123)", NULL)));
    printf("%d %ld %lld %g\n", atoi(" 12x"), atol("-3"), atoll("5000000000"), atof("1.25e2z"));
    printf("%jd %ju\n", strtoimax("-99", NULL, 10), strtoumax("ff", NULL, 16));
    printf("%d %d\n", (int)div(-7, 2).quot, (int)div(-7, 2).rem);
    printf("%ld %lld %d\n", ldiv(7, -2).rem, llabs(-5000000000LL), abs(INT_MIN + 1));
    return 0;
}
