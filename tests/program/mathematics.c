// Mathematical functions: the bits where the result is exact or correctly rounded, a tolerance elsewhere.
#include <complex.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

static int wrong;

static void near(const char *name, double value, double wanted)
{
    const double off = fabs(value - wanted), scale = fabs(wanted) > 1e-300 ? fabs(wanted) : 1;
    if (!(off / scale < 4e-16)) printf("%s: %.17g, not %.17g\n", name, value, wanted), wrong++;
}

int main(void)
{
    printf("%a %a %a %a\n", sqrt(2), sqrt(0.1), sqrt(5e-324), sqrt(-0.0));
    printf("%a %a %a\n", fma(0.1, 10, -1), fma(1e300, 1e10, -INFINITY),
           fma(0x1p-1000, 0x1p-20, 0x1p-1020));
    printf("%a %a %a %a\n", floor(-1.5), ceil(-1.5), trunc(-1.5), round(-2.5));
    printf("%a %a %a %ld %lld\n", rint(2.5), nearbyint(-0.4), round(0.49999999999999994),
           lround(-2.5), llrint(3.5));
    printf("%a %a %a\n", fmod(5.5, -2), remainder(5.5, 2), fmod(1e300, 3));
    int e, q;
    double whole, part = modf(-3.25, &whole);
    printf("%a %a %a", part, whole, frexp(-40.5, &e));
    printf(" %d %a %a %a\n", e, ldexp(0.75, -1000), scalbn(1, 1023), logb(5e-324));
    printf("%a", remquo(29, 3, &q));
    printf(" %d %d %a %a\n", q & 7, ilogb(0.1), copysign(1, -0.0), nextafter(1, 2));
    printf("%a %a %a\n", fmax(NAN, 1), fmin(1, -2), fdim(3, 5));
    printf("%a %a %a %a\n", exp2(10), pow(2, -1000), pow(-2, 3), cbrt(27));
    printf("%d %d\n", isnan(sqrt(-1.0 - wrong)), ldexp(0.75, -1073) == 5e-324);
    printf("%a %a %a %a\n", exp(0), log(1), sin(0), atan2(-0.0, 1));
    printf("%a %a\n", (double)sqrtf(2), (double)fmaf(0.1f, 10, -1));
    printf("%d %d %d %d %d\n", isnan(NAN), !!isinf(-INFINITY), isnormal(1e-310), !!signbit(-0.0),
           isfinite(1e308));
    printf("%d %d %d\n", isless(1.0, 2.0), isunordered(1.0, NAN), fpclassify(0.0) == FP_ZERO);

    near("sin", sin(1), 0.84147098480789650665);
    near("sin large", sin(1e22), -0.85220084976713880177);
    near("cos", cos(100), 0.86231887228768393410);
    near("tan", tan(1.5), 14.101419947171719388);
    near("asin", asin(0.5), 0.52359877559829887308);
    near("acos", acos(-0.3), 1.8754889808102941008);
    near("atan", atan(10), 1.4711276743037345919);
    near("atan2", atan2(-1, -2), -2.6779450445889871222);
    near("exp", exp(1), 2.7182818284590452354);
    near("exp2", exp2(0.3), 1.2311444133449162845);
    near("expm1", expm1(1e-10), 1.00000000005000000000e-10);
    near("log", log(10), 2.3025850929940456840);
    near("log10", log10(2), 0.30102999566398119521);
    near("log2", log2(10), 3.3219280948873623479);
    near("log1p", log1p(1e-10), 9.9999999995000000000e-11);
    near("pow", pow(1.1, 10), 2.5937424601000021484);
    near("sinh", sinh(1), 1.1752011936438014569);
    near("cosh", cosh(2), 3.7621956910836314596);
    near("tanh", tanh(0.5), 0.46211715726000975850);
    near("asinh", asinh(1), 0.88137358701954302523);
    near("acosh", acosh(2), 1.3169578969248167086);
    near("atanh", atanh(0.5), 0.54930614433405484570);
    near("hypot", hypot(1e200, 1e200), 1.4142135623730950488e200);
    near("cbrt", cbrt(2), 1.2599210498948731648);
    near("erf", erf(0.5), 0.52049987781304653768);
    near("erfc", erfc(2), 0.0046777349810472658379);
    near("tgamma", tgamma(5), 24);
    near("lgamma", lgamma(10), 12.801827480081469611);
    near("cabs", cabs(3 + 4 * I), 5);
    near("cexp", cimag(cexp(I)), 0.84147098480789650665);
    near("csqrt", creal(csqrt(-3 + 4 * I)), 1);
    near("carg", carg(-1 + 0 * I), 3.1415926535897932385);
    volatile double zero = 0, much = 1000;
    errno = 0;
    printf("%d", !!isinf(log(zero)));
    printf(" %d", errno == ERANGE);
    errno = 0;
    printf(" %d", !!isinf(exp(much)));
    printf(" %d\nwrong %d\n", errno == ERANGE, wrong);
    return 0;
}
