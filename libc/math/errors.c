// errno of functions that newlib leaves it out of, or sets to EDOM at a pole: newlib's are compiled by the name of
// bare_*, newlib.py says which.
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>

// A result that is no number comes from outside the function's domain, and an infinite one of finite arguments is
// too large, or a pole.
static double judged(double y, bool has_nan, bool is_finite)
{
    if (isnan(y) && !has_nan)
        errno = EDOM;
    else if (isinf(y) && is_finite)
        errno = ERANGE;
    return y;
}

#define ONE(type, name)       \
    type bare_##name(type x); \
    type name(type x) { return (type)judged(bare_##name(x), isnan(x), isfinite(x)); }
#define TWO(type, name, second)                                                                   \
    type bare_##name(type x, second y);                                                           \
    type name(type x, second y)                                                                   \
    {                                                                                             \
        return (type)judged(bare_##name(x, y), isnan(x) || isnan(y), isfinite(x) && isfinite(y)); \
    }
// Too small results count as well.
#define NEXT(type, name, second)                                                       \
    type bare_##name(type x, second y);                                                \
    type name(type x, second y)                                                        \
    {                                                                                  \
        const type result = bare_##name(x, y);                                         \
        const int kind = fpclassify(result);                                           \
        if (kind == FP_INFINITE ? isfinite(x)                                          \
                                : (kind == FP_ZERO || kind == FP_SUBNORMAL) && x != y) \
            errno = ERANGE;                                                            \
        return result;                                                                 \
    }
#define SCALED(type, name, power)                                            \
    type bare_##name(type x, power n);                                       \
    type name(type x, power n)                                               \
    {                                                                        \
        const type y = bare_##name(x, n);                                    \
        if ((isinf(y) && isfinite(x)) || (y == 0 && x != 0)) errno = ERANGE; \
        return y;                                                            \
    }
#define EXPONENT(type, name)                      \
    int bare_##name(type x);                      \
    int name(type x)                              \
    {                                             \
        if (x == 0 || !isfinite(x)) errno = EDOM; \
        return bare_##name(x);                    \
    }

ONE(double, sin)
ONE(double, cos)
ONE(double, tan)
ONE(float, tanf)
ONE(double, atanh)
ONE(float, atanhf)
ONE(double, lgamma)
ONE(float, lgammaf)
ONE(double, logb)
ONE(float, logbf)
ONE(double, y0)
ONE(double, y1)
TWO(double, fmod, double)
TWO(float, fmodf, float)
NEXT(double, nextafter, double)
NEXT(float, nextafterf, float)
NEXT(double, nexttoward, long double)
NEXT(float, nexttowardf, long double)
SCALED(double, scalbn, int)
SCALED(float, scalbnf, int)
SCALED(double, scalbln, long)
SCALED(float, scalblnf, long)
EXPONENT(double, ilogb)
EXPONENT(float, ilogbf)

double bare_yn(int n, double x);
double yn(int n, double x) { return judged(bare_yn(n, x), isnan(x), isfinite(x)); }

// Too large an argument is too small a result.
double bare_erfc(double x);
double erfc(double x)
{
    const double y = bare_erfc(x);
    if (y == 0 && isfinite(x)) errno = ERANGE;
    return y;
}
float bare_erfcf(float x);
float erfcf(float x)
{
    const float y = bare_erfcf(x);
    if (y == 0 && isfinite(x)) errno = ERANGE;
    return y;
}

// newlib answers an infinity at all poles; only 0 is one.
double bare_tgamma(double x);
double tgamma(double x)
{
    if (x == 0) {
        errno = ERANGE;
        return copysign(INFINITY, x);
    }
    if (x < 0 && (isinf(x) || floor(x) == x)) {
        errno = EDOM;
        return NAN;
    }
    return judged(bare_tgamma(x), isnan(x), isfinite(x));
}
float bare_tgammaf(float x);
float tgammaf(float x)
{
    if (x == 0 || (x < 0 && (isinf(x) || floorf(x) == x))) return (float)tgamma((double)x);
    return (float)judged(bare_tgammaf(x), isnan(x), isfinite(x));
}
