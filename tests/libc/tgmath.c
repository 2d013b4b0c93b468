// tgmath.h: which function a macro calls.
#include <tgmath.h>

#include "check.h"

static volatile float f = 2;
static volatile double d = 2;
static volatile long double l = 2;

int main(void)
{
    check_begin();
    CHECK("sqrt",
          sizeof sqrt(f) == sizeof f && sizeof sqrt(d) == sizeof d && sqrt(f) == 1.41421356f);
    CHECK("pow", sizeof pow(f, f) == sizeof f && pow(d, 3) == 8 && sizeof pow(f, d) == sizeof d);
    CHECK("fabs", fabs(-f) == 2 && sizeof fabs(-f) == sizeof f && fabs(-l) == 2);
    CHECK("carg", carg(-d) > 3.14 && creal(d) == 2);
    CHECK("sin", sizeof sin(f) == sizeof f && sizeof sin(1) == sizeof d);
    return check_end();
}
