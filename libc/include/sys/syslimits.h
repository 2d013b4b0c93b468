// Limits of the system, where Linux allows more than newlib says.
#ifndef _HOSTCALL_SYS_SYSLIMITS_H
#define _HOSTCALL_SYS_SYSLIMITS_H

#include_next <sys/syslimits.h>

#undef ARG_MAX
#define ARG_MAX 131072
#undef OPEN_MAX
#define OPEN_MAX 8192
#undef PATH_MAX
#define PATH_MAX 4096
#undef PIPE_BUF
#define PIPE_BUF 4096

#ifndef SSIZE_MAX
#define SSIZE_MAX 9223372036854775807L
#endif
#define SYMLOOP_MAX 40
#define HOST_NAME_MAX 64
#define LOGIN_NAME_MAX 256
#define TTY_NAME_MAX 32

#ifndef _POSIX_PATH_MAX
#define _POSIX_PATH_MAX 256
#define _POSIX_NAME_MAX 14
#define _POSIX_OPEN_MAX 20
#define _POSIX_ARG_MAX 4096
#define _POSIX_PIPE_BUF 512
#endif

#endif
