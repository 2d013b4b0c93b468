// More of POSIX for kernels: what files are and are called, directories, descriptors, children.  Include it after
// hostcall/device.h, in C, CUDA or HIP.
//
// Results are 0 or more, or the negative of an errno, as everywhere.  Descriptors are those of hc_open.  Paths that
// are relative begin at a directory of the server's own: it starts as the host program's, hc_chdir moves it for all
// lanes and never moves the host program; hc_umask likewise.  Calls that wait (hc_poll, hc_waitpid, a lock) wait for
// what lanes of *other* waves do: lanes of one wave may share a packet, and its answers come together.
#ifndef HOSTCALL_POSIX_H
#define HOSTCALL_POSIX_H

#include "hostcall/device.h"

// ------------------------------------------------------------------------------------- plumbing

HC_FN int64_t hc_transact3(uint32_t op, int64_t a, int64_t b, int64_t c)
{
    struct hc_call call = hc_call_init(op, 3);
    call.arg[0] = (uint64_t)a;
    call.arg[1] = (uint64_t)b;
    call.arg[2] = (uint64_t)c;
    return hc_transact(&call);
}

// Two numbers go, bytes come back.
HC_FN int64_t hc_transact_data(uint32_t op, int64_t a, int64_t b, void *data, uint64_t room)
{
    struct hc_call c = hc_call_init(op, 2);
    c.arg[0] = (uint64_t)a;
    c.arg[1] = (uint64_t)b;
    c.data = data;
    c.room = room < HC_EXTENT_BYTES ? (uint32_t)room : HC_EXTENT_BYTES;
    return hc_transact_bulk(&c);
}

// A number and a text go, bytes come back.
HC_FN int64_t hc_transact_text_data(uint32_t op, const char *text, int64_t a, void *data,
                                    uint64_t room)
{
    struct hc_call c = hc_call_init(op, 2);
    c.arg[0] = (uint64_t)a;
    c.arg[1] = 0;
    c.blob = text;
    c.blob_size = hc_text_size(text, HC_EXTENT_BYTES);
    c.data = data;
    c.room = room < HC_EXTENT_BYTES ? (uint32_t)room : HC_EXTENT_BYTES;
    return hc_transact_bulk(&c);
}

// Two texts one after the other: an extent is where they come together.  As in hc_transact_bulk(), everything stands
// inside the branch of the lane that got it.
HC_COLD int64_t hc_transact_texts(uint32_t op, const char *first, const char *second)
{
    const struct hc_context *x = hc_context();
    if (!hc_bound(x)) return -HC_ESHUTDOWN;
    const uint32_t size = hc_text_size(first, HC_EXTENT_BYTES),
                   more = hc_text_size(second, HC_EXTENT_BYTES);
    if (size + more > HC_EXTENT_BYTES) return -HC_ENAMETOOLONG;
    struct hc_call c = hc_call_init(op, 1);
    c.arg[0] = size;
    c.blob_size = size + more;
    struct hc_watch watch = {0, 0, 0};
    int64_t result = 0;
    bool done = false;
    while (!done) {
        const int extent = hc_extent_try(x);
        if (extent >= 0) {
            c.extent = extent;
            c.extent_out = true;
            hc_bytes_copy(hc_extent_out(x, extent), first, 0, 1, size);
            hc_bytes_copy(hc_extent_out(x, extent) + size, second, 0, 1, more);
            result = hc_transact(&c);
            if (c.extent >= 0) hc_extent_release(x, extent);
            done = HC_OPAQUE(true);
        } else {
            const uint32_t why = hc_watch(x, &watch);
            if (why == HC_WAIT_END) hc_lane_end();
            if (why) result = -HC_ESHUTDOWN;
            done = why != 0;
        }
    }
    return result;
}

// ---------------------------------------------------------------------------------- what files are

HC_FN int hc_stat(const char *path, struct hc_stat *s)
{
    return (int)hc_transact_text_data(HC_OP_STAT, path, 0, s, sizeof *s);
}
// Of a symbolic link itself.
HC_FN int hc_lstat(const char *path, struct hc_stat *s)
{
    return (int)hc_transact_text_data(HC_OP_STAT, path, HC_AT_NOFOLLOW, s, sizeof *s);
}
HC_FN int hc_fstat(int fd, struct hc_stat *s)
{
    return (int)hc_transact_data(HC_OP_FSTAT, fd, 0, s, sizeof *s);
}
// mode: HC_R_OK | HC_W_OK | HC_X_OK, or HC_F_OK.
HC_FN int hc_access(const char *path, int mode)
{
    return (int)hc_transact_text(HC_OP_ACCESS, path, 1, (uint64_t)(int64_t)mode, 0);
}
HC_FN int hc_chmod(const char *path, uint32_t mode)
{
    return (int)hc_transact_text(HC_OP_CHMOD, path, 1, mode, 0);
}
HC_FN int hc_fchmod(int fd, uint32_t mode) { return (int)hc_transact3(HC_OP_FCHMOD, fd, mode, 0); }
HC_FN int hc_truncate(const char *path, int64_t size)
{
    return (int)hc_transact_text(HC_OP_TRUNCATE, path, 1, (uint64_t)size, 0);
}
HC_FN int hc_ftruncate(int fd, int64_t size)
{
    return (int)hc_transact3(HC_OP_FTRUNCATE, fd, size, 0);
}
// utimensat(2): times[0] of the last access, times[1] of the last change, or HC_UTIME_NOW, HC_UTIME_OMIT as
// nanoseconds; NULL: both now.  flags: HC_AT_NOFOLLOW.
HC_FN int hc_utimens(const char *path, const struct hc_timespec times[2], int flags)
{
    struct hc_call c = hc_call_init(HC_OP_UTIMENS, 6);
    c.arg[0] = times ? (uint64_t)times[0].tv_sec : 0;
    c.arg[1] = times ? (uint64_t)times[0].tv_nsec : HC_UTIME_NOW;
    c.arg[2] = times ? (uint64_t)times[1].tv_sec : 0;
    c.arg[3] = times ? (uint64_t)times[1].tv_nsec : HC_UTIME_NOW;
    c.arg[4] = (uint64_t)(int64_t)flags;
    c.arg[5] = 0;
    c.blob = path;
    c.blob_size = hc_text_size(path, HC_EXTENT_BYTES);
    return (int)hc_transact_bulk(&c);
}

// ------------------------------------------------------------------------------ names and directories

HC_FN int hc_rename(const char *from, const char *to)
{
    return (int)hc_transact_texts(HC_OP_RENAME, from, to);
}
HC_FN int hc_link(const char *path, const char *also)
{
    return (int)hc_transact_texts(HC_OP_LINK, path, also);
}
HC_FN int hc_symlink(const char *text, const char *path)
{
    return (int)hc_transact_texts(HC_OP_SYMLINK, text, path);
}
// Bytes, without a NUL; what does not fit is cut.
HC_FN int64_t hc_readlink(const char *path, char *text, uint64_t size)
{
    return hc_transact_text_data(HC_OP_READLINK, path, (int64_t)size, text, size);
}
HC_FN int hc_mkdir(const char *path, uint32_t mode)
{
    return (int)hc_transact_text(HC_OP_MKDIR, path, 1, mode, 0);
}
HC_FN int hc_rmdir(const char *path) { return (int)hc_transact_text(HC_OP_RMDIR, path, 0, 0, 0); }
HC_FN int hc_chdir(const char *path) { return (int)hc_transact_text(HC_OP_CHDIR, path, 0, 0, 0); }
// The length, a NUL added; -HC_ERANGE if it does not fit.
HC_FN int64_t hc_getcwd(char *path, uint64_t size)
{
    const int64_t n = hc_transact_data(HC_OP_GETCWD, (int64_t)size, 0, path, size);
    if (n >= 0 && (uint64_t)n >= size) return -HC_ERANGE;
    if (n >= 0) path[n] = 0;
    return n;
}
// The next entries of a directory that hc_open opened, `.` and `..` among them: bytes of struct hc_dirent, one after
// another, HC_DIRENT_BYTES(name_size) each; 0 at the end.  entries lies at 8 bytes; -HC_EINVAL if size (at most 64
// KiB count) is too small for the next one, 280 never is.
HC_FN int64_t hc_readdir(int fd, void *entries, uint64_t size)
{
    return hc_transact_data(HC_OP_READDIR, fd, (int64_t)size, entries, size);
}
HC_FN int hc_rewinddir(int fd) { return (int)hc_transact1(HC_OP_REWINDDIR, (uint64_t)(int64_t)fd); }
// The mask before.
HC_FN int hc_umask(uint32_t mask) { return (int)hc_transact1(HC_OP_UMASK, mask); }

// -------------------------------------------------------------------------------------- descriptors

// Another number for the same open file: they share its place.
HC_FN int hc_dup(int fd) { return (int)hc_transact3(HC_OP_DUP, fd, -1, 0); }
// Makes `to` such a number, in place of what it was.  flags: HC_O_CLOEXEC.  -HC_EBUSY: `to` was closed, and what was
// opened since has its place.
HC_FN int hc_dup2(int fd, int to)
{
    return to < 0 ? -HC_EBADF : (int)hc_transact3(HC_OP_DUP, fd, to, 0);
}
// flags: HC_O_NONBLOCK, HC_O_CLOEXEC.  ends[0] is read, ends[1] written.
HC_FN int hc_pipe(int ends[2], int flags)
{
    const int64_t both = hc_transact1(HC_OP_PIPE, (uint64_t)(int64_t)flags);
    if (both < 0) return (int)both;
    ends[0] = (int)(both & 0x7fffffff);
    ends[1] = (int)(both >> 32);
    return 0;
}
// HC_F_GETFD, HC_F_SETFD, HC_F_GETFL, HC_F_SETFL (HC_O_APPEND, HC_O_NONBLOCK), HC_F_DUPFD, HC_F_DUPFD_CLOEXEC.
HC_FN int hc_fcntl(int fd, int command, int64_t value)
{
    return (int)hc_transact3(HC_OP_FCNTL, fd, command, value);
}
// HC_F_GETLK, HC_F_SETLK, HC_F_SETLKW, held by the host's process against other processes.  0; for HC_F_GETLK *lock
// becomes the lock in the way, or its type HC_F_UNLCK.
HC_FN int hc_fcntl_lock(int fd, int command, struct hc_flock *lock)
{
    struct hc_call c = hc_call_init(HC_OP_FCNTL, 5);
    int64_t found[3] = {lock->start, lock->length, 0};
    c.arg[0] = (uint64_t)(int64_t)fd;
    c.arg[1] = (uint64_t)(int64_t)command;
    c.arg[2] = (uint32_t)lock->type | (uint64_t)(uint32_t)lock->whence << 8;
    c.arg[3] = (uint64_t)lock->start;
    c.arg[4] = (uint64_t)lock->length;
    c.data = found;
    c.room = sizeof found;
    const int64_t result = hc_transact(&c);
    if (result < 0 || command != HC_F_GETLK) return (int)result;
    lock->type = (int32_t)result;
    if (result == HC_F_UNLCK) return 0;
    lock->whence = HC_SEEK_SET;
    lock->start = found[0];
    lock->length = found[1];
    lock->pid = found[2];
    return 0;
}
// 1, or -HC_ENOTTY.
HC_FN int hc_isatty(int fd) { return (int)hc_transact1(HC_OP_ISATTY, (uint64_t)(int64_t)fd); }
// How many of the n descriptors are ready, 4,096 at most; waits so many milliseconds if none is, for ever if negative.
HC_FN int hc_poll(struct hc_pollfd *fds, uint32_t n, int timeout_ms)
{
    if (n > HC_EXTENT_BYTES / sizeof *fds) return -HC_EINVAL;
    struct hc_call c = hc_call_init(HC_OP_POLL, 2);
    c.arg[0] = n;
    c.arg[1] = (uint64_t)(int64_t)timeout_ms;
    c.blob = fds;
    c.data = fds;
    c.blob_size = c.room = n * (uint32_t)sizeof *fds;
    return (int)hc_transact_bulk(&c);
}

// ------------------------------------------------------------------------------- processes, and chance

HC_FN int hc_getid(int which) { return (int)hc_transact1(HC_OP_GETID, (uint64_t)(int64_t)which); }
HC_FN int hc_getpid(void) { return hc_getid(HC_ID_PID); }
HC_FN int hc_getppid(void) { return hc_getid(HC_ID_PPID); }
HC_FN int hc_getuid(void) { return hc_getid(HC_ID_UID); }
HC_FN int hc_geteuid(void) { return hc_getid(HC_ID_EUID); }
HC_FN int hc_getgid(void) { return hc_getid(HC_ID_GID); }
HC_FN int hc_getegid(void) { return hc_getid(HC_ID_EGID); }
// Processor time of the host's process in nanoseconds: user, system, and both of its children that ended.
HC_FN int hc_times(int64_t times[4])
{
    struct hc_call c = hc_call_init(HC_OP_TIMES, 0);
    c.data = times;
    c.room = 4 * sizeof *times;
    return (int)hc_transact(&c);
}
// Random bytes, up to 64 KiB: how many.
HC_FN int64_t hc_getrandom(void *bytes, uint64_t size)
{
    const uint64_t most = size < HC_EXTENT_BYTES ? size : HC_EXTENT_BYTES;
    return hc_transact_data(HC_OP_RANDOM, (int64_t)most, 0, bytes, most);
}

// Children run /bin/sh -c command in the server's directory, under its mask, with what stands behind 0, 1 and 2 and
// no other descriptor.  What this lane printed before is written first.
//
// system(3): its wait status (exit code << 8 | signal); for NULL 1 if there is a shell.
HC_FN int hc_system(const char *command)
{
    const char *text = !command ? "" : *command ? command : " ";
    return (int)hc_transact_text(HC_OP_SYSTEM, text, 0, 0, 0);
}
// popen(3)'s half: a descriptor from which what the child prints is read, or (write) where its input is written; its
// pid for hc_waitpid after hc_close.
HC_FN int hc_spawn(const char *command, bool write, int *pid)
{
    const int64_t both = hc_transact_text(HC_OP_SPAWN, command, 1, write, 0);
    *pid = both < 0 ? 0 : (int)(both >> 32);
    return both < 0 ? (int)both : (int)(both & 0x7fffffff);
}
// Of a child of hc_spawn's, -1 for any: its pid, and how it ended in *status.  options: HC_WNOHANG, then 0 if none has
// ended.  -HC_ECHILD.
HC_FN int hc_waitpid(int pid, int *status, int options)
{
    const int64_t both = hc_transact3(HC_OP_WAIT, pid, options, 0);
    if (both > 0 && status) *status = (int)(both >> 32);
    return both < 0 ? (int)both : (int)(both & 0x7fffffff);
}
// kill(2).  A signal to hc_getpid() that would end a process ends the launch, with status 128 + signal; others go to
// the processes they name.  -HC_EPERM for a group that the host program is in.
HC_FN int hc_kill(int pid, int number) { return (int)hc_transact3(HC_OP_KILL, pid, number, 0); }

#endif
