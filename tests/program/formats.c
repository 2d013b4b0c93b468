// Formats of printf and scanf.
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void integers(void)
{
    printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%.0d]\n", -42, 42, 42, -42, 42, 42,
           7, -7, 0);
    printf("[%u] [%o] [%#o] [%x] [%#X] [%#x] [%c%%] [%*d] [%-*d]\n", UINT_MAX, 8u, 8u, 255u, 255u,
           0u, 'c', 4, 1, 4, 1);
    printf("%hhd %hd %ld %lld %jd %zu %td\n", (signed char)-128, (short)-32768, LONG_MIN, LLONG_MIN,
           INTMAX_MAX, (size_t)-1, (ptrdiff_t)-1);
    printf("%" PRId8 " %" PRIu64 " %" PRIx32 "", (int8_t)-1, UINT64_MAX, 0xabcu);
    puts("");
    printf("%3$s %1$s %2$s %1$5s\n", "one", "two", "three");
}

static void doubles(void)
{
    static const double all[] = {0,         -0.0, 1,     -1.5, 0.1, 1e10,
                                 123456789, 1e-5, 1e300, 0.5,  2.5, 1e21};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const double d = all[i];
        printf("%f %.0f %e %.3E %g %G %.10g %#g %+.1f %a\n", d, d, d, d, d, d, d, d, d, d);
    }
    printf("%.17g %.20f %.40g %10.2f|%-10.2f|%010.2f\n", 0.1, 0.1, 1. / 3, 3.14159, 3.14159,
           -3.14159);
    printf("%f %F %e %g %5.1f %-6f|\n", INFINITY, -INFINITY, INFINITY, NAN, INFINITY, NAN);
    printf("%Lf %Lg %.3Le\n", 1.5L, 0.25L, 1e10L);
    printf("%.2a %.0a %a\n", 1.999, 1.5, 0x1.8p-1000);
}

static void strings(void)
{
    char text[8];
    int at;
    printf("[%s] [%10s] [%-10s] [%.2s] [%10.2s]\n", "text", "text", "text", "text", "text");
    printf("%d%n", 12345, &at);
    printf(" %d\n", at);
    printf("%d", snprintf(text, sizeof text, "%s", "longer than that"));
    printf(" [%s] %d\n", text, snprintf(NULL, 0, "%d", 1234));
    printf("%d\n", printf("%.*s", 3, "abcdef"));
}

static void scans(void)
{
    int a = 0, b = 0, n = 0;
    unsigned u = 0;
    long long l = 0;
    double d = 0;
    float f = 0;
    char s[32] = "", t[32] = "", c = 0;
    printf("%d", sscanf(" 12,-34 rest", "%d,%d%n %31s", &a, &b, &n, s));
    printf(" %d %d %d %s\n", a, b, n, s);
    printf("%d", sscanf("0x1F 077 99999999999", "%x %i %lld", &u, &a, &l));
    printf(" %u %d %lld\n", u, a, l);
    printf("%d", sscanf("1.5e2 -inf .25", "%lf %f %*f", &d, &f));
    printf(" %g %g\n", d, f);
    printf("%d", sscanf("abc123-x", "%31[a-c]%31[^-]-%c", s, t, &c));
    printf(" %s %s %c\n", s, t, c);
    printf("%d", sscanf("12345678", "%3d%2d%c", &a, &b, &c));
    printf(" %d %d %c\n", a, b, c);
    printf("%d %d %d\n", sscanf("", "%d", &a), sscanf("x", "%d", &a), sscanf("5", "%d %d", &a, &b));
    short h = 0;
    signed char hh = 0;
    printf("%d", sscanf("300 77 %", "%hd %hhd %%%n", &h, &hh, &n));
    printf(" %d %d %d\n", h, hh, n);
}

int main(void)
{
    integers();
    doubles();
    strings();
    scans();
    int value, sum = 0;
    char word[32];
    while (scanf("%31s %d", word, &value) == 2) {
        printf("<%s %d>", word, value);
        sum += value;
    }
    printf(" %d %d\n", sum, !!feof(stdin));
    return 0;
}
