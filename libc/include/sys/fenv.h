// The floating-point environment of a device: round to nearest, no flags and no traps, which C allows.
#ifndef _SYS_FENV_H_
#define _SYS_FENV_H_

#define FE_ALL_EXCEPT 0
#define FE_TONEAREST 0

typedef int fenv_t;
typedef int fexcept_t;

#define FE_DFL_ENV ((const fenv_t *)0)

#endif
