// newlib's open flags, and advice that POSIX has beside.
#ifndef _HOSTCALL_FCNTL_H
#define _HOSTCALL_FCNTL_H

#include_next <fcntl.h>

#define POSIX_FADV_NORMAL 0
#define POSIX_FADV_RANDOM 1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED 3
#define POSIX_FADV_DONTNEED 4
#define POSIX_FADV_NOREUSE 5

__BEGIN_DECLS
int posix_fadvise(int fd, off_t offset, off_t size, int advice);
int posix_fallocate(int fd, off_t offset, off_t size);
__END_DECLS

#endif
