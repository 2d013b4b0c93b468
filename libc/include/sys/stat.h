// newlib's struct stat and modes, and the prototypes that it shows to few systems.
#ifndef _HOSTCALL_SYS_STAT_H
#define _HOSTCALL_SYS_STAT_H

#include_next <sys/stat.h>

#undef S_BLKSIZE
#define S_BLKSIZE 512  // unit of st_blocks
#define UTIME_NOW (-2L)
#define UTIME_OMIT (-1L)

__BEGIN_DECLS
int lstat(const char *__restrict path, struct stat *__restrict result);
int mknod(const char *path, mode_t mode, dev_t device);
__END_DECLS

#endif
