// newlib's complex arithmetic, with the long double functions that it declares for few systems, and C11's CMPLX.
#ifndef _HOSTCALL_COMPLEX_H
#define _HOSTCALL_COMPLEX_H

#include_next <complex.h>

#if __ISO_C_VISIBLE >= 2011 && defined(__clang__)
#define CMPLX(real, imaginary) ((double _Complex){(real), (imaginary)})
#define CMPLXF(real, imaginary) ((float _Complex){(real), (imaginary)})
#define CMPLXL(real, imaginary) ((long double _Complex){(real), (imaginary)})
#endif

#ifdef __cplusplus
extern "C" {
#endif
long double _Complex cacosl(long double _Complex);
long double _Complex ccosl(long double _Complex);
long double _Complex csinl(long double _Complex);
long double _Complex ctanl(long double _Complex);
long double _Complex cacoshl(long double _Complex);
long double _Complex casinhl(long double _Complex);
long double _Complex catanhl(long double _Complex);
long double _Complex ccoshl(long double _Complex);
long double _Complex csinhl(long double _Complex);
long double _Complex ctanhl(long double _Complex);
long double _Complex cexpl(long double _Complex);
long double _Complex cpowl(long double _Complex, long double _Complex);
long double _Complex conjl(long double _Complex);
long double _Complex cprojl(long double _Complex);
#ifdef __cplusplus
}
#endif

#endif
