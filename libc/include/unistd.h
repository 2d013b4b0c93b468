// newlib's unistd.h, and the name of a path where all utilities are.
#ifndef _HOSTCALL_UNISTD_H
#define _HOSTCALL_UNISTD_H

#include_next <unistd.h>

#ifndef _CS_PATH
#define _CS_PATH 0
#endif

#endif
