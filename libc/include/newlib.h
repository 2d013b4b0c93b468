// What newlib is configured to do: the file that its configure script would write.
#ifndef __NEWLIB_H__
#define __NEWLIB_H__ 1

#include <_newlib_version.h>

#define _WANT_IO_C99_FORMATS 1
#define _WANT_IO_LONG_LONG 1
#define _WANT_IO_LONG_DOUBLE 1
#define _WANT_IO_POS_ARGS 1
#define _WANT_USE_LONG_TIME_T 1

#define _MB_CAPABLE 1
#define _MB_LEN_MAX 8

#define _HAVE_LONG_DOUBLE 1
#define _LDBL_EQ_DBL 1

#define HAVE_INITFINI_ARRAY 1
#define _ATEXIT_DYNAMIC_ALLOC 1
#define _HAVE_CC_INHIBIT_LOOP_TO_LIBCALL 1

#define _FVWRITE_IN_STREAMIO 1
#define _FSEEK_OPTIMIZATION 1
#define _WIDE_ORIENT 1
#define _UNBUF_STREAM_OPT 1

// Shared by all threads, as POSIX wants it: the standard streams and what exit() calls.
#define _WANT_REENT_GLOBAL_STDIO_STREAMS 1
#define _REENT_GLOBAL_ATEXIT 1
#define _RETARGETABLE_LOCKING 1

#endif
