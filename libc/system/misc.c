// What little else programs ask of a system: limits, owners, randomness.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/random.h>
#include <sys/stat.h>
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
int getdtablesize(void) { return OPEN_MAX; }

ssize_t getrandom(void *to, size_t size, unsigned flags)
{
    if (flags & ~(unsigned)(GRND_NONBLOCK | GRND_RANDOM)) return hc_result(-HC_EINVAL);
    for (size_t done = 0; done < size; done += 256)
        if (getentropy((char *)to + done, size - done < 256 ? size - done : 256)) return -1;
    return (ssize_t)size;
}

// The host writes what it holds when it likes; fsync() is for one file.
void sync(void) {}

// Granted as fcntl's locks are.
int lockf(int fd, int command, off_t size)
{
    (void)size;
    if (command < F_ULOCK || command > F_TEST) return (int)hc_result(-HC_EINVAL);
    return fcntl(fd, F_GETFL) < 0 ? -1 : 0;
}

// Both answer an error instead of setting errno.
int posix_fadvise(int fd, off_t offset, off_t size, int advice)
{
    struct stat s;
    (void)offset;
    if (fstat(fd, &s)) return errno;
    if (S_ISFIFO(s.st_mode)) return ESPIPE;
    return size < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE ? EINVAL : 0;
}

int posix_fallocate(int fd, off_t offset, off_t size)
{
    struct stat s;
    if (offset < 0 || size <= 0) return EINVAL;
    if (fstat(fd, &s)) return errno;
    if (S_ISFIFO(s.st_mode)) return ESPIPE;
    if (!S_ISREG(s.st_mode)) return ENODEV;
    return s.st_size < offset + size && ftruncate(fd, offset + size) ? errno : 0;
}

long sysconf(int name)
{
    switch (name) {
    case _SC_PAGESIZE: return getpagesize();
    case _SC_CLK_TCK: return CLOCKS_PER_SEC;
    case _SC_OPEN_MAX: return OPEN_MAX;
    case _SC_ARG_MAX: return 1 << 20;
    // Threads that a program can start beside its first, which then waits for them.
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN: return hc_threads_most > 1 ? (long)hc_threads_most - 1 : 1;
    case _SC_THREAD_THREADS_MAX: return (long)hc_threads_most;
    case _SC_THREAD_KEYS_MAX: return PTHREAD_KEYS_MAX;
    case _SC_THREAD_STACK_MIN: return PTHREAD_STACK_MIN;
    case _SC_THREAD_DESTRUCTOR_ITERATIONS: return PTHREAD_DESTRUCTOR_ITERATIONS;
    case _SC_THREADS:
    case _SC_THREAD_ATTR_STACKSIZE:
    case _SC_THREAD_SAFE_FUNCTIONS:
    case _SC_BARRIERS:
    case _SC_READER_WRITER_LOCKS:
    case _SC_SEMAPHORES: return _POSIX_VERSION;
    case _SC_SEM_VALUE_MAX: return INT_MAX;
    case _SC_VERSION: return _POSIX_VERSION;
    case _SC_MONOTONIC_CLOCK: return _POSIX_MONOTONIC_CLOCK;
    case _SC_FSYNC: return _POSIX_FSYNC;
    case _SC_REGEXP: return _POSIX_REGEXP;
    case _SC_NGROUPS_MAX: return 65536;
    case _SC_STREAM_MAX: return OPEN_MAX;
    case _SC_TZNAME_MAX: return 10;
    case _SC_LINE_MAX: return 2048;
    case _SC_IOV_MAX: return 1024;
    case _SC_RE_DUP_MAX: return 255;
    case _SC_SYMLOOP_MAX: return SYMLOOP_MAX;
    case _SC_HOST_NAME_MAX: return HOST_NAME_MAX;
    case _SC_LOGIN_NAME_MAX: return LOGIN_NAME_MAX;
    case _SC_TTY_NAME_MAX: return TTY_NAME_MAX;
    case _SC_ATEXIT_MAX: return 1 << 16;
    case _SC_GETPW_R_SIZE_MAX:
    case _SC_GETGR_R_SIZE_MAX: return 4096;
    default:
        // Options that a device lacks, and limits that there are none of, are no errors.
        if (name < 0 || name > _SC_XOPEN_UUCP) errno = EINVAL;
        return -1;
    }
}
