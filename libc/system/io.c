// Descriptors: read, write, and what else is done with an open file.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

#include "libc/system/names.h"
#include "libc/system/thread.h"

// Open flags, newlib's to the wire's.
static const int flags_known[][2] = {
    {O_CREAT, HC_O_CREAT},         {O_EXCL, HC_O_EXCL},         {O_TRUNC, HC_O_TRUNC},
    {O_APPEND, HC_O_APPEND},       {O_NONBLOCK, HC_O_NONBLOCK}, {O_CLOEXEC, HC_O_CLOEXEC},
    {O_DIRECTORY, HC_O_DIRECTORY}, {O_NOFOLLOW, HC_O_NOFOLLOW},
};

static int flags_out(int flags)
{
    int out = flags & O_ACCMODE;
    for (size_t i = 0; i < sizeof flags_known / sizeof *flags_known; i++)
        if (flags & flags_known[i][0]) out |= flags_known[i][1];
    return out;
}

static int flags_in(int wire)
{
    int flags = wire & O_ACCMODE;
    for (size_t i = 0; i < sizeof flags_known / sizeof *flags_known; i++)
        if (wire & flags_known[i][1]) flags |= flags_known[i][0];
    return flags;
}

int _open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    if (hc_cancel_point) hc_cancel_point();
    return (int)hc_result(
        hc_fd_given(hc_ask_path(HC_OP_OPEN, path, 2, flags_out(flags), mode & PERMISSIONS)));
}

int _close(int fd)
{
    const int64_t result = hc_ask(HC_OP_CLOSE, 1, hc_fd_wire(fd), 0, 0);
    hc_fd_forget(fd);
    return (int)hc_result(result);
}

off_t _lseek(int fd, off_t offset, int whence)
{
    return hc_result(hc_ask(HC_OP_LSEEK, 3, hc_fd_wire(fd), offset, whence));
}

// Nobody reads the pipe any more: what the signal does that a CPU's kernel would send.
static long write_result(int64_t result)
{
    if (result == -HC_EPIPE) raise(SIGPIPE);
    return hc_result(result);
}

static int64_t piece_write(uint32_t op, int fd, const char *data, size_t size, off_t offset)
{
    struct hc_bridge_call x =
        hc_call_make(op, op == HC_OP_PWRITE ? 2 : 1, hc_fd_wire(fd), offset, 0);
    x.send = data;
    x.send_size = (uint32_t)size;
    return hc_bridge_call(&x);
}

static int64_t piece_read(uint32_t op, int fd, char *data, size_t size, off_t offset)
{
    struct hc_bridge_call x =
        hc_call_make(op, op == HC_OP_PREAD ? 3 : 2, hc_fd_wire(fd), (int64_t)size, offset);
    x.receive = data;
    x.room = (uint32_t)size;
    return hc_bridge_call(&x);
}

// Whether a read would not wait.  Files never do.
static bool is_ready(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};
    return poll(&p, 1, 0) > 0;
}

// In pieces of what one call carries, as far as they go: an error counts only if nothing was done before it, and a
// read waits only for its first piece.
static int64_t transfer(bool writes, uint32_t op, int fd, char *data, size_t size, off_t offset)
{
    size_t done = 0;
    do {
        const size_t left = size - done, piece = left < HC_EXTENT_BYTES ? left : HC_EXTENT_BYTES;
        const int64_t n = writes ? piece_write(op, fd, data + done, piece, offset + (off_t)done)
                                 : piece_read(op, fd, data + done, piece, offset + (off_t)done);
        if (n < 0) return done ? (int64_t)done : n;
        done += (size_t)n;
        if ((size_t)n < piece || (!writes && done < size && op == HC_OP_READ && !is_ready(fd)))
            break;
    } while (done < size);
    return (int64_t)done;
}

_READ_WRITE_RETURN_TYPE _write(int fd, const void *data, size_t size)
{
    if (hc_cancel_point) hc_cancel_point();
    return write_result(transfer(true, HC_OP_WRITE, fd, (char *)(uintptr_t)data, size, 0));
}

_READ_WRITE_RETURN_TYPE _read(int fd, void *data, size_t size)
{
    if (hc_cancel_point) hc_cancel_point();
    return hc_result(transfer(false, HC_OP_READ, fd, data, size, 0));
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    if (offset < 0) return hc_result(-HC_EINVAL);
    return write_result(transfer(true, HC_OP_PWRITE, fd, (char *)(uintptr_t)data, size, offset));
}

ssize_t pread(int fd, void *data, size_t size, off_t offset)
{
    if (offset < 0) return hc_result(-HC_EINVAL);
    return hc_result(transfer(false, HC_OP_PREAD, fd, data, size, offset));
}

int _isatty(int fd)
{
    const uint64_t told = hc_fd_told(fd);
    int64_t result = -HC_ENOTTY;
    if (told & HC_TOLD_TERMINAL)
        result = 1;
    else if (!(told & HC_TOLD_NO_TERMINAL)) {
        result = hc_ask(HC_OP_ISATTY, 1, hc_fd_wire(fd), 0, 0);
        if (result >= 0 || result == -HC_ENOTTY)
            hc_fd_tell(fd, told, result < 0 ? HC_TOLD_NO_TERMINAL : HC_TOLD_TERMINAL);
    }
    return result < 0 ? (hc_result(result), 0) : 1;
}

int fsync(int fd) { return (int)hc_result(hc_ask(HC_OP_FSYNC, 1, hc_fd_wire(fd), 0, 0)); }
int fdatasync(int fd) { return fsync(fd); }
int ftruncate(int fd, off_t size)
{
    return (int)hc_result(hc_ask(HC_OP_FTRUNCATE, 2, hc_fd_wire(fd), size, 0));
}
int dup(int fd) { return (int)hc_result(hc_fd_given(hc_ask(HC_OP_DUP, 3, hc_fd_wire(fd), -1, 0))); }
int dup2(int fd, int to)
{
    const int wire = hc_fd_wire(to);
    if (wire < 0) return (int)hc_result(-HC_EBADF);
    return (int)hc_result(hc_fd_given(hc_ask(HC_OP_DUP, 3, hc_fd_wire(fd), wire, 0)));
}

int dup3(int fd, int to, int flags)
{
    const int wire = hc_fd_wire(to);
    if (fd == to || flags & ~O_CLOEXEC) return (int)hc_result(-HC_EINVAL);
    if (wire < 0) return (int)hc_result(-HC_EBADF);
    return (int)hc_result(
        hc_fd_given(hc_ask(HC_OP_DUP, 3, hc_fd_wire(fd), wire, flags_out(flags))));
}

int pipe2(int ends[2], int flags)
{
    const int64_t both = hc_ask(HC_OP_PIPE, 1, flags_out(flags), 0, 0);
    if (both < 0) return (int)hc_result(both);
    ends[0] = (int)hc_fd_given(both & 0x7fffffff);
    ends[1] = (int)hc_fd_given(both >> 32);
    return 0;
}

int pipe(int ends[2]) { return pipe2(ends, 0); }

// Locks are granted: a program is alone on its device, and the host's locks belong to processes.
static int lock(int command, struct flock *l)
{
    if (command == F_GETLK) l->l_type = F_UNLCK;
    return 0;
}

int _fcntl(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    const long argument = va_arg(rest, long);
    va_end(rest);
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC: {
        const int wire = command == F_DUPFD ? HC_F_DUPFD : HC_F_DUPFD_CLOEXEC;
        return (int)hc_result(
            hc_fd_given(hc_ask(HC_OP_FCNTL, 3, hc_fd_wire(fd), wire, (int)argument)));
    }
    case F_GETFD: return (int)hc_result(hc_ask(HC_OP_FCNTL, 3, hc_fd_wire(fd), HC_F_GETFD, 0));
    case F_SETFD:
        return (int)hc_result(hc_ask(HC_OP_FCNTL, 3, hc_fd_wire(fd), HC_F_SETFD, (int)argument));
    case F_GETFL: {
        const int64_t flags = hc_ask(HC_OP_FCNTL, 3, hc_fd_wire(fd), HC_F_GETFL, 0);
        return flags < 0 ? (int)hc_result(flags) : flags_in((int)flags);
    }
    case F_SETFL:
        return (int)hc_result(
            hc_ask(HC_OP_FCNTL, 3, hc_fd_wire(fd), HC_F_SETFL, flags_out((int)argument)));
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW: return lock(command, (struct flock *)argument);
    default: errno = EINVAL; return -1;
    }
}

// --------------------------------------------------------------------------------- the plain names

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    const int mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return _open(path, flags, mode);
}
int creat(const char *path, mode_t mode) { return _open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }
int close(int fd) { return _close(fd); }
off_t lseek(int fd, off_t offset, int whence) { return _lseek(fd, offset, whence); }
_READ_WRITE_RETURN_TYPE write(int fd, const void *data, size_t size)
{
    return _write(fd, data, size);
}
_READ_WRITE_RETURN_TYPE read(int fd, void *data, size_t size) { return _read(fd, data, size); }
int isatty(int fd) { return _isatty(fd); }

int fcntl(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    const long argument = va_arg(rest, long);
    va_end(rest);
    return _fcntl(fd, command, argument);
}
