// newlib's view of how a process ended, and the options that POSIX has beside.
#ifndef _HOSTCALL_SYS_WAIT_H
#define _HOSTCALL_SYS_WAIT_H

#include_next <sys/wait.h>

#undef WIFSIGNALED
#define WIFSIGNALED(status) (WTERMSIG(status) != 0 && WTERMSIG(status) != 0x7f)
#define WIFCONTINUED(status) ((status) == 0xffff)
#define WCOREDUMP(status) ((status)&0x80)
#define WCONTINUED 8

#endif
