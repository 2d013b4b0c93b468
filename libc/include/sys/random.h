// Random bytes of the system.
#ifndef _SYS_RANDOM_H
#define _SYS_RANDOM_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM 2

__BEGIN_DECLS
ssize_t getrandom(void *bytes, size_t size, unsigned flags);
int getentropy(void *bytes, size_t size);
__END_DECLS

#endif
