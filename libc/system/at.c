// Files by a directory and a name (the *at functions): the wire knows no directories of descriptors, so names that
// start in one answer ENOSYS; those that start at the root or in the current directory are what they are without.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/system/names.h"

// Whether `path` does not need the directory; else errno says why it can't be had.
static bool is_plain(int directory, const char *path)
{
    struct stat s;
    if (directory == AT_FDCWD || *path == '/') return true;
    if (!*path)
        errno = ENOENT;
    else if (!fstat(directory, &s))
        errno = S_ISDIR(s.st_mode) ? ENOSYS : ENOTDIR;
    return false;
}

static bool are_known(int flags, int known)
{
    if (flags & ~known) errno = EINVAL;
    return !(flags & ~known);
}

int openat(int directory, const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return is_plain(directory, path) ? _open(path, flags, mode) : -1;
}

int faccessat(int directory, const char *path, int mode, int flags)
{
    if (!are_known(flags, AT_EACCESS) || !is_plain(directory, path)) return -1;
    if (flags & AT_EACCESS && (getuid() != geteuid() || getgid() != getegid()))
        return (int)hc_result(-HC_ENOSYS);
    return access(path, mode);
}

int fchmodat(int directory, const char *path, mode_t mode, int flags)
{
    if (!are_known(flags, AT_SYMLINK_NOFOLLOW) || !is_plain(directory, path)) return -1;
    return flags ? (int)hc_result(-HC_EOPNOTSUPP) : chmod(path, mode);
}

int fchownat(int directory, const char *path, uid_t owner, gid_t group, int flags)
{
    if (!are_known(flags, AT_SYMLINK_NOFOLLOW) || !is_plain(directory, path)) return -1;
    return flags ? lchown(path, owner, group) : chown(path, owner, group);
}

int fstatat(int directory, const char *__restrict path, struct stat *__restrict out, int flags)
{
    if (!are_known(flags, AT_SYMLINK_NOFOLLOW) || !is_plain(directory, path)) return -1;
    return flags ? lstat(path, out) : stat(path, out);
}

int linkat(int from_directory, const char *from, int directory, const char *path, int flags)
{
    char target[PATH_MAX];
    if (!are_known(flags, AT_SYMLINK_FOLLOW) || !is_plain(from_directory, from) ||
        !is_plain(directory, path))
        return -1;
    return flags && !(from = realpath(from, target)) ? -1 : link(from, path);
}

int mkdirat(int directory, const char *path, mode_t mode)
{
    return is_plain(directory, path) ? mkdir(path, mode) : -1;
}

ssize_t readlinkat(int directory, const char *__restrict path, char *__restrict to, size_t room)
{
    return is_plain(directory, path) ? readlink(path, to, room) : -1;
}

int renameat(int from_directory, const char *from, int directory, const char *path)
{
    return is_plain(from_directory, from) && is_plain(directory, path) ? rename(from, path) : -1;
}

int symlinkat(const char *target, int directory, const char *path)
{
    return is_plain(directory, path) ? symlink(target, path) : -1;
}

int unlinkat(int directory, const char *path, int flags)
{
    if (!are_known(flags, AT_REMOVEDIR) || !is_plain(directory, path)) return -1;
    return flags ? rmdir(path) : unlink(path);
}

int utimensat(int directory, const char *path, const struct timespec times[2], int flags)
{
    if (!are_known(flags, AT_SYMLINK_NOFOLLOW) || !is_plain(directory, path)) return -1;
    struct hc_bridge_call x = hc_call_make(HC_OP_UTIMENS, 6, 0, 0, 0);
    for (int i = 0; i < 2; i++) {
        const long ns = times ? times[i].tv_nsec : UTIME_NOW;
        const bool is_time = ns >= 0 && ns < 1000000000;
        if (!is_time && ns != UTIME_NOW && ns != UTIME_OMIT) return (int)hc_result(-HC_EINVAL);
        x.arg[2 * i] = is_time ? (uint64_t)times[i].tv_sec : 0;
        x.arg[2 * i + 1] = is_time ? (uint64_t)ns : ns == UTIME_NOW ? HC_UTIME_NOW : HC_UTIME_OMIT;
    }
    if (strlen(path) > HC_EXTENT_BYTES) return (int)hc_result(-HC_ENAMETOOLONG);
    x.arg[4] = flags ? HC_AT_NOFOLLOW : 0;
    x.send = path;
    x.send_size = (uint32_t)strlen(path);
    return (int)hc_result(hc_bridge_call(&x));
}

// ------------------------------------------------------------------------- what the wire lacks

int futimens(int fd, const struct timespec times[2])
{
    (void)fd, (void)times;
    return (int)hc_result(-HC_ENOSYS);
}

int mknodat(int directory, const char *path, mode_t mode, dev_t device)
{
    (void)directory, (void)path, (void)mode, (void)device;
    return (int)hc_result(-HC_ENOSYS);
}
int mkfifoat(int directory, const char *path, mode_t mode)
{
    return mknodat(directory, path, mode | S_IFIFO, 0);
}
int mknod(const char *path, mode_t mode, dev_t device)
{
    return mknodat(AT_FDCWD, path, mode, device);
}
int mkfifo(const char *path, mode_t mode) { return mkfifoat(AT_FDCWD, path, mode); }
