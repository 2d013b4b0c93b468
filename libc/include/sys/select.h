// newlib's fd_set, large enough for every descriptor that a program may have.
#ifndef _HOSTCALL_SYS_SELECT_H
#define _HOSTCALL_SYS_SELECT_H

#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif

#include_next <sys/select.h>

#endif
