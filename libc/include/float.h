// The compiler's limits of floating-point types, and the one rounding that devices have.
#ifndef _HOSTCALL_FLOAT_H
#define _HOSTCALL_FLOAT_H

#include_next <float.h>

#undef FLT_ROUNDS
#define FLT_ROUNDS 1

#endif
