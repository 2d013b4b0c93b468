// What compilers call for * and / of complex numbers: infinities stay infinite (C11, annex G).
#include <complex.h>
#include <math.h>

double _Complex __muldc3(double a, double b, double c, double d);
double _Complex __divdc3(double a, double b, double c, double d);
float _Complex __mulsc3(float a, float b, float c, float d);
float _Complex __divsc3(float a, float b, float c, float d);

static double _Complex compose(double real, double imaginary)
{
    double _Complex z;

    __real__ z = real;
    __imag__ z = imaginary;
    return z;
}

// 1 or 0, with x's sign
static double boxed(double x) { return copysign(isinf(x) ? 1.0 : 0.0, x); }

static double zero_for_nan(double x) { return isnan(x) ? copysign(0.0, x) : x; }

double _Complex __muldc3(double a, double b, double c, double d)
{
    double ac = a * c, bd = b * d, ad = a * d, bc = b * c;
    double real = ac - bd, imaginary = ad + bc;
    int again = 0;

    if (!isnan(real) || !isnan(imaginary)) return compose(real, imaginary);
    if (isinf(a) || isinf(b)) {
        a = boxed(a);
        b = boxed(b);
        c = zero_for_nan(c);
        d = zero_for_nan(d);
        again = 1;
    }
    if (isinf(c) || isinf(d)) {
        c = boxed(c);
        d = boxed(d);
        a = zero_for_nan(a);
        b = zero_for_nan(b);
        again = 1;
    }
    if (!again && (isinf(ac) || isinf(bd) || isinf(ad) || isinf(bc))) {
        a = zero_for_nan(a);
        b = zero_for_nan(b);
        c = zero_for_nan(c);
        d = zero_for_nan(d);
        again = 1;
    }
    if (!again) return compose(real, imaginary);
    return compose(INFINITY * (a * c - b * d), INFINITY * (a * d + b * c));
}

double _Complex __divdc3(double a, double b, double c, double d)
{
    double larger = fmax(fabs(c), fabs(d)), scaled, real, imaginary;
    int exponent = 0;

    if (larger > 0 && isfinite(larger)) {  // keeps c*c + d*d in range
        exponent = ilogb(larger);
        c = scalbn(c, -exponent);
        d = scalbn(d, -exponent);
    }
    scaled = c * c + d * d;
    real = scalbn((a * c + b * d) / scaled, -exponent);
    imaginary = scalbn((b * c - a * d) / scaled, -exponent);
    if (!isnan(real) || !isnan(imaginary)) return compose(real, imaginary);

    if (scaled == 0 && (!isnan(a) || !isnan(b))) {
        real = copysign(INFINITY, c) * a;
        imaginary = copysign(INFINITY, c) * b;
    } else if ((isinf(a) || isinf(b)) && isfinite(c) && isfinite(d)) {
        a = boxed(a);
        b = boxed(b);
        real = INFINITY * (a * c + b * d);
        imaginary = INFINITY * (b * c - a * d);
    } else if (isinf(larger) && isfinite(a) && isfinite(b)) {
        c = boxed(c);
        d = boxed(d);
        real = 0.0 * (a * c + b * d);
        imaginary = 0.0 * (b * c - a * d);
    }
    return compose(real, imaginary);
}

float _Complex __mulsc3(float a, float b, float c, float d)
{
    double _Complex z = __muldc3(a, b, c, d);
    float _Complex result;

    __real__ result = (float)__real__ z;
    __imag__ result = (float)__imag__ z;
    return result;
}

float _Complex __divsc3(float a, float b, float c, float d)
{
    double _Complex z = __divdc3(a, b, c, d);
    float _Complex result;

    __real__ result = (float)__real__ z;
    __imag__ result = (float)__imag__ z;
    return result;
}
