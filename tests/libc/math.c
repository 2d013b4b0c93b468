// math.h: every function in its three types, at a usual value, at an edge, and where it fails.
// all of: math.h
#include <float.h>
#include <limits.h>
#include <math.h>

#include "check.h"

static bool near_d(double got, double want)
{
    const double scale = fabs(want) > 1e-300 ? fabs(want) : 1;
    return got == want || fabs(got - want) <= 2e-15 * scale || (isnan(got) && isnan(want));
}
static bool near_f(float got, double want)
{
    const double scale = fabs(want) > 1e-30 ? fabs(want) : 1;
    return (double)got == want || fabs(got - want) <= 4e-7 * scale || (isnan(got) && isnan(want));
}
static bool near_l(long double got, double want) { return near_d((double)got, want); }
// With the sign of zeros.
static bool is(double got, double want)
{
    return isnan(want) ? isnan(got) : got == want && !signbit(got) == !signbit(want);
}

// Of FUNCTION, FUNCTIONf and FUNCTIONl: about WANT, or exactly so.
#define NEAR(name, want, ...)                             \
    CHECK(#name, near_d(name(__VA_ARGS__), want));        \
    CHECK(#name "f", near_f(name##f(__VA_ARGS__), want)); \
    CHECK(#name "l", near_l(name##l(__VA_ARGS__), want))
#define IS(name, want, ...)                                   \
    CHECK(#name, is((double)name(__VA_ARGS__), want));        \
    CHECK(#name "f", is((double)name##f(__VA_ARGS__), want)); \
    CHECK(#name "l", is((double)name##l(__VA_ARGS__), want))
#define FAILS(name, number, want, ...)                                      \
    CHECK_ERRNO(#name, number, is((double)name(__VA_ARGS__), want));        \
    CHECK_ERRNO(#name "f", number, is((double)name##f(__VA_ARGS__), want)); \
    CHECK_ERRNO(#name "l", number, is((double)name##l(__VA_ARGS__), want))

static void trigonometric(void)
{
    NEAR(sin, 0.8414709848078965, 1);
    IS(sin, -0.0, -0.0);
    FAILS(sin, EDOM, NAN, INFINITY);
    CHECK("sin", near_d(sin(1e22), -0.8522008497671888));
    CHECK("sinf", near_f(sinf(1e10f), -0.48750602507627800));
    NEAR(cos, 0.5403023058681398, 1);
    IS(cos, 1, 0);
    FAILS(cos, EDOM, NAN, -INFINITY);
    NEAR(tan, 1.5574077246549023, 1);
    IS(tan, -0.0, -0.0);
    FAILS(tan, EDOM, NAN, INFINITY);
    NEAR(asin, 0.5235987755982989, 0.5);
    IS(asin, -0.0, -0.0);
    FAILS(asin, EDOM, NAN, 1.5);
    NEAR(acos, 1.0471975511965979, 0.5);
    IS(acos, 0, 1);
    FAILS(acos, EDOM, NAN, -1.5);
    NEAR(atan, 0.7853981633974483, 1);
    NEAR(atan, -1.5707963267948966, -INFINITY);
    NEAR(atan2, -2.356194490192345, -1, -1);
    NEAR(atan2, 3.141592653589793, 0.0, -0.0);
    IS(atan2, -0.0, -0.0, 1);
    NEAR(sinh, 1.1752011936438014, 1);
    FAILS(sinh, ERANGE, -INFINITY, -12000);
    NEAR(cosh, 1.5430806348152437, 1);
    FAILS(cosh, ERANGE, INFINITY, 12000);
    NEAR(tanh, 0.7615941559557649, 1);
    IS(tanh, -1, -12000);
    NEAR(asinh, 0.881373587019543, 1);
    IS(asinh, -INFINITY, -INFINITY);
    NEAR(acosh, 1.3169578969248166, 2);
    FAILS(acosh, EDOM, NAN, 0.5);
    NEAR(atanh, 0.5493061443340549, 0.5);
    FAILS(atanh, EDOM, NAN, 2);
    FAILS(atanh, ERANGE, INFINITY, 1);
}

static void powers(void)
{
    NEAR(exp, 2.718281828459045, 1);
    IS(exp, 0, -INFINITY);
    FAILS(exp, ERANGE, INFINITY, 12000);
    FAILS(exp, ERANGE, 0, -12000);
    NEAR(exp2, 1.4142135623730951, 0.5);
    IS(exp2, 1024, 10);
    FAILS(exp2, ERANGE, INFINITY, 17000);
    NEAR(expm1, 1.7182818284590453, 1);
    NEAR(expm1, 1e-20, 1e-20);
    FAILS(expm1, ERANGE, INFINITY, 12000);
    NEAR(log, 0.6931471805599453, 2);
    FAILS(log, EDOM, NAN, -1);
    FAILS(log, ERANGE, -INFINITY, 0);
    NEAR(log10, 0.30102999566398120, 2);
    IS(log10, 3, 1000);
    FAILS(log10, EDOM, NAN, -1);
    FAILS(log10, ERANGE, -INFINITY, 0);
    NEAR(log2, 1.5849625007211562, 3);
    IS(log2, -10, 0.0009765625);
    FAILS(log2, EDOM, NAN, -1);
    FAILS(log2, ERANGE, -INFINITY, 0);
    NEAR(log1p, 0.6931471805599453, 1);
    NEAR(log1p, 1e-20, 1e-20);
    FAILS(log1p, EDOM, NAN, -2);
    FAILS(log1p, ERANGE, -INFINITY, -1);
    IS(logb, 3, 10);
    FAILS(logb, HERE(ERANGE, 0), -INFINITY, 0);  // glibc forgets
    CHECK("ilogb", ilogb(0.1) == -4 && ilogb(INFINITY) == INT_MAX && ilogb(0x1p-1070) == -1070);
    CHECK("ilogbf", ilogbf(0.1f) == -4 && ilogbf(0x1p-149f) == -149);
    CHECK("ilogbl", ilogbl(0.1L) == -4 && ilogbl(8) == 3);
    CHECK_ERRNO("ilogb", EDOM, ilogb(0) == FP_ILOGB0);
    CHECK_ERRNO("ilogbf", EDOM, ilogbf(NAN) == FP_ILOGBNAN);
    CHECK_ERRNO("ilogbl", EDOM, ilogbl(0) == FP_ILOGB0);
    NEAR(pow, 1.4142135623730951, 2, 0.5);
    IS(pow, -8, -2, 3);
    IS(pow, 1, NAN, 0);
    FAILS(pow, EDOM, NAN, -8, 0.5);
    FAILS(pow, ERANGE, INFINITY, 1e10, 2000);
    FAILS(pow, ERANGE, 0, 1e-10, 2000);
    FAILS(pow, ERANGE, INFINITY, 0, -2);
    NEAR(sqrt, 1.4142135623730951, 2);
    IS(sqrt, -0.0, -0.0);
    FAILS(sqrt, EDOM, NAN, -1);
    NEAR(cbrt, -3, -27);
    IS(cbrt, -0.0, -0.0);
    NEAR(cbrt, 1.2599210498948732, 2);
    IS(hypot, 5, 3, 4);
    IS(hypot, INFINITY, -INFINITY, NAN);
    CHECK("hypot", hypot(3e300, 4e300) == 5e300);
    CHECK_ERRNO("hypot", ERANGE, hypot(DBL_MAX, DBL_MAX) == INFINITY);
    CHECK_ERRNO("hypotf", ERANGE, hypotf(FLT_MAX, FLT_MAX) == INFINITY);
    CHECK_ERRNO("hypotl", ERANGE, hypotl(LDBL_MAX, LDBL_MAX) == INFINITY);
}

static void special(void)
{
    NEAR(erf, 0.8427007929497149, 1);
    IS(erf, -1, -INFINITY);
    NEAR(erfc, 0.15729920705028513, 1);
    IS(erfc, 2, -INFINITY);
    FAILS(erfc, ERANGE, 0, 200);
    NEAR(tgamma, 1.772453850905516, 0.5);
    NEAR(tgamma, 120, 6);
    FAILS(tgamma, EDOM, NAN, -2);
    FAILS(tgamma, ERANGE, INFINITY, 2000);
    FAILS(tgamma, ERANGE, -INFINITY, -0.0);
    NEAR(lgamma, 0.5723649429247001, 0.5);
    IS(lgamma, 0, 1);
    FAILS(lgamma, ERANGE, INFINITY, -2);
    CHECK("lgamma", near_d(lgamma(-0.5), 1.2655121234846454) && signgam == -1);
    CHECK("j0", near_d(j0(1), 0.7651976865579666) && j0(0) == 1);
    CHECK("j1", near_d(j1(1), 0.44005058574493355) && j1(0) == 0);
    CHECK("jn", near_d(jn(2, 1), 0.1149034849319005) && near_d(jn(-1, 1), -0.44005058574493355));
    CHECK("y0", near_d(y0(1), 0.08825696421567698));
    CHECK("y1", near_d(y1(1), -0.7812128213002887));
    CHECK("yn", near_d(yn(2, 1), -1.6506826068162546));
    CHECK_ERRNO("y0", ERANGE, y0(0) == -INFINITY);
    CHECK_ERRNO("y1", ERANGE, y1(0) == -INFINITY);
    CHECK_ERRNO("yn", ERANGE, yn(2, 0) == -INFINITY);
}

static void rounding(void)
{
    IS(ceil, -1, -1.5);
    IS(ceil, -0.0, -0.5);
    IS(floor, -2, -1.5);
    IS(floor, INFINITY, INFINITY);
    IS(trunc, -1, -1.75);
    IS(trunc, -0.0, -0.25);
    IS(round, -3, -2.5);
    CHECK("round", is(round(0.49999999999999994), 0));
    IS(round, 8388609, 8388609);
    IS(rint, 2, 2.5);
    IS(rint, -0.0, -0.5);
    IS(nearbyint, 4, 3.5);
    IS(nearbyint, -2, -2.5);
    CHECK("lrint", lrint(2.5) == 2 && lrint(-1e15 - 0.5) == -1000000000000000);
    CHECK("lrintf", lrintf(3.5f) == 4 && lrintf(-0.5f) == 0);
    CHECK("lrintl", lrintl(-2.5L) == -2 && lrintl(1e10L) == 10000000000);
    CHECK("llrint", llrint(2.5) == 2 && llrint(-4611686018427387904.0) == -4611686018427387904);
    CHECK("llrintf", llrintf(3.5f) == 4 && llrintf(1e15f) == 999999986991104);
    CHECK("llrintl", llrintl(-2.5L) == -2 && llrintl(0.4L) == 0);
    CHECK("lround", lround(-2.5) == -3 && lround(4503599627370495.5) == 4503599627370496);
    CHECK("lroundf", lroundf(2.5f) == 3 && lroundf(-0.4f) == 0);
    CHECK("lroundl", lroundl(-2.5L) == -3 && lroundl(0.5L) == 1);
    CHECK("llround", llround(-2.5) == -3 && llround(1e18) == 1000000000000000000);
    CHECK("llroundf", llroundf(2.5f) == 3 && llroundf(-1e15f) == -999999986991104);
    CHECK("llroundl", llroundl(-2.5L) == -3 && llroundl(1.49L) == 1);
    IS(fmod, 1.5, 5.5, 2);
    IS(fmod, -1, -7, 3);
    FAILS(fmod, EDOM, NAN, 1, 0);
    FAILS(fmod, EDOM, NAN, INFINITY, 1);
    IS(remainder, -0.5, 5.5, 2);
    IS(remainder, 2, 2, INFINITY);
    FAILS(remainder, EDOM, NAN, 1, 0);
    int q = 0;
    CHECK("remquo", is(remquo(29, 3, &q), -1) && (q & 7) == 2);
    CHECK("remquo", is(remquo(-7, 2, &q), 1) && q < 0 && (-q & 7) == 4);
    CHECK("remquof", is(remquof(29, 3, &q), -1) && (q & 7) == 2);
    CHECK("remquol", is((double)remquol(29, 3, &q), -1) && (q & 7) == 2);
    double whole;
    float whole_f;
    long double whole_l;
    CHECK("modf", is(modf(-3.25, &whole), -0.25) && whole == -3);
    CHECK("modf", is(modf(-INFINITY, &whole), -0.0) && whole == -INFINITY);
    CHECK("modff", is(modff(3.25f, &whole_f), 0.25) && whole_f == 3);
    CHECK("modfl", is((double)modfl(-3.25L, &whole_l), -0.25) && whole_l == -3);
}

static void parts(void)
{
    int e = 0;
    CHECK("frexp", frexp(-40.5, &e) == -0.6328125 && e == 6);
    CHECK("frexp", frexp(0x1p-1074, &e) == 0.5 && e == -1073 && is(frexp(-0.0, &e), -0.0) && !e);
    CHECK("frexpf", frexpf(0x1p-149f, &e) == 0.5f && e == -148);
    CHECK("frexpl", frexpl(3, &e) == 0.75L && e == 2);
    IS(ldexp, 24, 3, 3);
    FAILS(ldexp, ERANGE, INFINITY, 1, 20000);
    FAILS(ldexp, ERANGE, -0.0, -1, -20000);
    CHECK("ldexp", ldexp(0.75, -1073) == 0x1p-1073 && ldexp(0.5, -1073) == 0x1p-1074);
    IS(scalbn, -0.5, -2, -2);
    FAILS(scalbn, ERANGE, INFINITY, 1, 20000);
    IS(scalbln, 96, 3, 5);
    FAILS(scalbln, ERANGE, 0, 1, -20000);
    IS(copysign, -3, 3, -0.0);
    IS(fabs, 2.5, -2.5);
    IS(fabs, 0, -0.0);
    IS(fdim, 2, 5, 3);
    IS(fdim, 0, 3, 5);
    IS(fmax, 1, NAN, 1);
    IS(fmax, 2, -3, 2);
    IS(fmin, -3, -3, 2);
    IS(fmin, 1, 1, NAN);
    CHECK("fma", fma(0.1, 10, -1) == 0x1p-54 && fma(2, 3, 4) == 10);
    CHECK("fmaf", fmaf(0.1f, 10, -1) == 0x1p-26f && fmaf(2, 3, 4) == 10);
    CHECK("fmal", fmal(2, 3, 4) == 10 && isnan(fmal(INFINITY, 0, 1)));
    CHECK("nextafter", nextafter(1, 2) == 1 + DBL_EPSILON && nextafter(0, -1) == -0x1p-1074);
    CHECK_ERRNO("nextafter", ERANGE, nextafter(DBL_MAX, INFINITY) == INFINITY);
    CHECK("nextafterf", nextafterf(1, 2) == 1 + FLT_EPSILON && is(nextafterf(1, 1), 1));
    CHECK_ERRNO("nextafterf", ERANGE, nextafterf(FLT_MAX, INFINITY) == INFINITY);
    CHECK("nextafterl", nextafterl(1, 2) == 1 + LDBL_EPSILON);
    CHECK_ERRNO("nextafterl", ERANGE, nextafterl(LDBL_MAX, INFINITY) == INFINITY);
    CHECK("nexttoward", nexttoward(1, 2.0L) == 1 + DBL_EPSILON && nexttoward(1, 0.0L) < 1);
    CHECK_ERRNO("nexttoward", ERANGE, nexttoward(DBL_MAX, INFINITY) == INFINITY);
    CHECK("nexttowardf", nexttowardf(1, 2.0L) == 1 + FLT_EPSILON);
    CHECK("nexttowardl", nexttowardl(1, 2.0L) == 1 + LDBL_EPSILON);
    CHECK("nan", isnan(nan("")) && isnan(nan("12")));
    CHECK("nanf", isnan(nanf("")));
    CHECK("nanl", isnan(nanl("")));
}

static volatile double one = 1, inf = INFINITY, not = NAN, tiny = 0x1p-1070, nought = 0;

static void classes(void)
{
    volatile float f = 0x1p-140f;
    CHECK("fpclassify", fpclassify(one) == FP_NORMAL && fpclassify(tiny) == FP_SUBNORMAL);
    CHECK("fpclassify", fpclassify(inf) == FP_INFINITE && fpclassify(not ) == FP_NAN);
    CHECK("fpclassify", fpclassify(nought) == FP_ZERO && fpclassify(f) == FP_SUBNORMAL);
    CHECK("isfinite", isfinite(one) && !isfinite(inf) && !isfinite(not ));
    CHECK("isinf", isinf(-inf) && !isinf(one) && !isinf(not ));
    CHECK("isnan", isnan(not ) && !isnan(inf));
    CHECK("isnormal", isnormal(one) && !isnormal(tiny) && !isnormal(f) && !isnormal(nought));
    CHECK("signbit", signbit(-nought) && !signbit(one) && signbit(-inf));
    CHECK("isgreater", isgreater(inf, one) && !isgreater(one, one) && !isgreater(not, one));
    CHECK("isgreaterequal", isgreaterequal(one, one) && !isgreaterequal(one, not ));
    CHECK("isless", isless(nought, one) && !isless(one, not ));
    CHECK("islessequal", islessequal(one, one) && !islessequal(not, not ));
    CHECK("islessgreater",
          islessgreater(one, inf) && !islessgreater(one, one) && !islessgreater(one, not ));
    CHECK("isunordered", isunordered(one, not ) && !isunordered(one, inf));
    CHECK("isnan", math_errhandling & MATH_ERRNO);
}

int main(void)
{
    check_begin();
    trigonometric();
    powers();
    special();
    rounding();
    parts();
    classes();
    return check_end();
}
