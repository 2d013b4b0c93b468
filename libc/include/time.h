// newlib's time, and what C11 and BSD have beside.
#ifndef _HOSTCALL_TIME_H
#define _HOSTCALL_TIME_H

#include_next <time.h>

__BEGIN_DECLS
#if __ISO_C_VISIBLE >= 2011
#define TIME_UTC 1
int timespec_get(struct timespec *to, int base);
#endif
#if __MISC_VISIBLE
time_t timegm(struct tm *parts);
time_t timelocal(struct tm *parts);
#endif
__END_DECLS

#endif
