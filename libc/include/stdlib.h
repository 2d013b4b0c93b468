// newlib's stdlib, and an environment that is emptied at once.
#ifndef _HOSTCALL_STDLIB_H
#define _HOSTCALL_STDLIB_H

#include_next <stdlib.h>

#if __MISC_VISIBLE
__BEGIN_DECLS
int clearenv(void);
__END_DECLS
#endif

#endif
