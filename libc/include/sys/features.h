// newlib's feature test macros, and which options of POSIX there are.
#ifndef _HOSTCALL_SYS_FEATURES_H
#define _HOSTCALL_SYS_FEATURES_H

#include_next <sys/features.h>

#define __LINUX_ERRNO_EXTENSIONS__ 1  // errno.h: every number has its name
#define __TM_GMTOFF tm_gmtoff         // time.h: struct tm has them, as on every Unix
#define __TM_ZONE tm_zone

#define _READ_WRITE_RETURN_TYPE _ssize_t  // of read() and write(); newlib's is int
#define _READ_WRITE_BUFSIZE_TYPE __size_t

#define _POSIX_VERSION 200809L
#define _POSIX_TIMERS 200809L
#define _POSIX_MONOTONIC_CLOCK 200809L
#define _POSIX_CLOCK_SELECTION 200809L
#define _POSIX_CPUTIME 200809L
#define _POSIX_THREAD_CPUTIME 200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS 200809L
#define _POSIX_FSYNC 200809L
#define _POSIX_REGEXP 1
#ifndef _COMPILING_NEWLIB  // its stdio would ask for cancellation at every step
#define _POSIX_THREADS 200809L
#define _POSIX_THREAD_ATTR_STACKADDR 200809L
#define _POSIX_THREAD_ATTR_STACKSIZE 200809L
#define _POSIX_TIMEOUTS 200809L
#define _POSIX_BARRIERS 200809L
#define _POSIX_READER_WRITER_LOCKS 200809L
#define _POSIX_SPIN_LOCKS 200809L
#define _POSIX_SEMAPHORES 200809L
#endif

#endif
