// <fenv.h> where there is one rounding and no flags: asking for nothing, or for that rounding, succeeds.
#include <fenv.h>

int feclearexcept(int excepts) { return excepts != 0; }

int fegetexceptflag(fexcept_t *flag, int excepts)
{
    *flag = 0;
    return excepts != 0;
}

int feraiseexcept(int excepts) { return excepts != 0; }

int fesetexceptflag(const fexcept_t *flag, int excepts)
{
    (void)flag;
    return excepts != 0;
}

int fetestexcept(int excepts)
{
    (void)excepts;
    return 0;
}

int fegetround(void) { return FE_TONEAREST; }

int fesetround(int rounding_mode) { return rounding_mode != FE_TONEAREST; }

int fegetenv(fenv_t *env)
{
    *env = 0;
    return 0;
}

int feholdexcept(fenv_t *env)
{
    *env = 0;
    return 0;
}

int fesetenv(const fenv_t *env)
{
    (void)env;
    return 0;
}

int feupdateenv(const fenv_t *env)
{
    (void)env;
    return 0;
}
