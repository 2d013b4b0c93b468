// What little else programs ask of a system: limits, owners, randomness.
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "libc/system/names.h"

int getentropy(void *to, size_t size)
{
    if (size > 256) return (int)hc_result(-HC_EIO);
    size_t got = 0;
    const int64_t result = hc_fetch(HC_OP_RANDOM, NULL, 1, (int64_t)size, 0, to, size, &got);
    return (int)hc_result(result < 0 ? result : got < size ? -HC_EIO : 0);
}

// Owners stay: no call of the wire changes them.
int chown(const char *path, uid_t owner, gid_t group)
{
    (void)path, (void)owner, (void)group;
    return (int)hc_result(-HC_ENOSYS);
}
int lchown(const char *path, uid_t owner, gid_t group) { return chown(path, owner, group); }
int fchown(int fd, uid_t owner, gid_t group)
{
    (void)fd, (void)owner, (void)group;
    return (int)hc_result(-HC_ENOSYS);
}

int getpagesize(void) { return 4096; }

long sysconf(int name)
{
    switch (name) {
    case _SC_PAGESIZE: return getpagesize();
    case _SC_CLK_TCK: return CLOCKS_PER_SEC;
    case _SC_OPEN_MAX: return 1024;
    case _SC_ARG_MAX: return 1 << 20;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN: return 1;
    default: errno = EINVAL; return -1;
    }
}
