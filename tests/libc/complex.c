// complex.h and fenv.h, and what tgmath.h chooses.
// all of: complex.h fenv.h
#include <complex.h>
#include <fenv.h>
#include <math.h>

#include "check.h"

static bool close_to(double complex got, double re, double im, double tolerance)
{
    const bool good = fabs(creal(got) - re) <= tolerance * (1 + fabs(re)) &&
                      fabs(cimag(got) - im) <= tolerance * (1 + fabs(im));
    if (!good) fprintf(check_report, "# %.17g %.17g\n", creal(got), cimag(got));
    return good;
}

static volatile double re = 1, im = 2, half = 0.5;

#define NEAR(name, a, b, ...)                                     \
    CHECK(#name, close_to(name(__VA_ARGS__), a, b, 4e-15));       \
    CHECK(#name "f", close_to(name##f(__VA_ARGS__), a, b, 2e-6)); \
    CHECK(#name "l", close_to(name##l(__VA_ARGS__), a, b, 4e-15))
#define IS(name, want, ...)                                               \
    CHECK(#name, fabs((double)name(__VA_ARGS__) - (want)) < 1e-15);       \
    CHECK(#name "f", fabs((double)name##f(__VA_ARGS__) - (want)) < 3e-7); \
    CHECK(#name "l", fabs((double)name##l(__VA_ARGS__) - (want)) < 1e-15)

static void functions(void)
{
    const double complex z = CMPLX(re, im), h = CMPLX(half, half);
    NEAR(cexp, -1.1312043837568135, 2.4717266720048188, z);
    NEAR(clog, 0.8047189562170503, 1.1071487177940904, z);
    NEAR(csqrt, 1.272019649514069, 0.7861513777574233, z);
    NEAR(csqrt, 0, 1, CMPLX(-re, 0.0));
    NEAR(cpow, -3, 4, z, 2.0);
    NEAR(csin, 3.165778513216168, 1.9596010414216063, z);
    NEAR(ccos, 2.0327230070196656, -3.0518977991518, z);
    NEAR(ctan, 0.03381282607989661, 1.0147936161466335, z);
    NEAR(csinh, -0.48905625904129363, 1.4031192506220405, z);
    NEAR(ccosh, -0.64214812471552, 1.0686074213827783, z);
    NEAR(ctanh, 1.16673625724092, -0.24345820118572528, z);
    NEAR(casin, 0.45227844715119069, 0.53063753095251787, h);
    NEAR(cacos, 1.1185178796437058, -0.53063753095251787, h);
    NEAR(catan, 0.5535743588970452, 0.4023594781085251, h);
    NEAR(casinh, 0.53063753095251787, 0.45227844715119069, h);
    NEAR(cacosh, 0.53063753095251787, 1.1185178796437058, h);
    NEAR(catanh, 0.4023594781085251, 0.5535743588970452, h);
    NEAR(conj, 1, -2, z);
    NEAR(cproj, 1, 2, z);
    CHECK("cproj",
          isinf(creal(cproj(CMPLX(re, -INFINITY)))) && cimag(cproj(CMPLX(re, -INFINITY))) == 0);
    CHECK("cprojf", isinf(crealf(cprojf(CMPLXF(1, INFINITY)))));
    CHECK("cprojl", isinf((double)creall(cprojl(CMPLXL(1, INFINITY)))));
    IS(cabs, 5, CMPLX(3 * re, -2 * im));
    IS(carg, 1.1071487177940904, z);
    IS(creal, 1, z);
    IS(cimag, 2, z);
    CHECK("cabs", isinf(cabs(CMPLX(NAN, -INFINITY))) &&
                      fabs(carg(CMPLX(-re, 0.0)) - 3.141592653589793) < 1e-15);
    CHECK("CMPLX", signbit(cimag(CMPLX(re, -0.0))) && creal(CMPLX(re, im)) == 1);
    CHECK("CMPLXF", cimagf(CMPLXF(1, -INFINITY)) == -INFINITY);
    CHECK("CMPLXL", creall(CMPLXL(3, 4)) == 3);
    CHECK("creal cimag", creal(z * z) == -3 && cimag(z * z) == 4 && creal(z / z) == 1);
    CHECK("cexp", cexp(CMPLX(-INFINITY, 1)) == 0);
}

// A device rounds to nearest and has no flags: then asking for nothing, and for that rounding, succeeds.
static void environment(void)
{
    fenv_t env;
    fexcept_t flags;
    CHECK("fegetround", fegetround() == FE_TONEAREST);
    CHECK("fesetround", fesetround(FE_TONEAREST) == 0 && fesetround(-7) != 0);
    CHECK("feclearexcept", feclearexcept(FE_ALL_EXCEPT) == 0);
    CHECK("fetestexcept", fetestexcept(FE_ALL_EXCEPT) == 0);
    CHECK("feraiseexcept", feraiseexcept(0) == 0 && fetestexcept(FE_ALL_EXCEPT) == 0);
    CHECK("fegetexceptflag", fegetexceptflag(&flags, FE_ALL_EXCEPT) == 0);
    CHECK("fesetexceptflag", fesetexceptflag(&flags, FE_ALL_EXCEPT) == 0);
    CHECK("fegetenv", fegetenv(&env) == 0);
    CHECK("fesetenv", fesetenv(&env) == 0 && fesetenv(FE_DFL_ENV) == 0);
    CHECK("feholdexcept", feholdexcept(&env) == 0);
    CHECK("feupdateenv", feupdateenv(&env) == 0 && fegetround() == FE_TONEAREST);
}

int main(void)
{
    check_begin();
    functions();
    environment();
    return check_end();
}
