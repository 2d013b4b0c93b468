// Services that give and take away files by path: open, unlink.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/services/io.h"
#include "core/services/place.h"
#include "core/services/services.h"

static int open_flags(uint64_t flags)
{
    static const struct {
        uint32_t wire;
        int host;
    } bits[] = {{HC_O_CREAT, O_CREAT},         {HC_O_EXCL, O_EXCL},         {HC_O_NOCTTY, 0},
                {HC_O_TRUNC, O_TRUNC},         {HC_O_APPEND, O_APPEND},     {HC_O_NONBLOCK, 0},
                {HC_O_DIRECTORY, O_DIRECTORY}, {HC_O_NOFOLLOW, O_NOFOLLOW}, {HC_O_CLOEXEC, 0}};
    static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
    if ((flags & 3) == 3) return -1;
    int host = modes[flags & 3];
    flags &= ~(uint64_t)3;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (flags & bits[i].wire) {
            host |= bits[i].host;
            flags &= ~(uint64_t)bits[i].wire;
        }
    return flags ? -1 : host;
}

// openat(2) under the server's mask.  Where the process's would take more away, a new file's mode is
// set by hand, which needs to know that it is new.
static int place_open(struct hc_place *place, const char *path, int flags, uint64_t mode)
{
    bool more = false;
    const mode_t wanted = hc_place_mode(place, mode, &more);
    const int dir = hc_place_enter(place);
    int fd = -1;
    if (flags & O_CREAT && more) {
        fd = openat(dir, path, flags | O_EXCL, wanted);
        if (fd >= 0)
            fchmod(fd, wanted);
        else if (errno == EEXIST && !(flags & O_EXCL))
            fd = openat(dir, path, flags, wanted);
    } else {
        fd = openat(dir, path, flags, wanted);
    }
    const int err = errno;
    hc_place_leave(place);
    errno = err;
    return fd;
}

// Whether the path names a pipe that nobody reads: a blocking open waits for a reader.
static bool pipe_unread(struct hc_place *place, const char *path)
{
    struct stat s;
    const int failed = fstatat(hc_place_enter(place), path, &s, 0);
    hc_place_leave(place);
    return !failed && S_ISFIFO(s.st_mode);
}

int64_t hc_service_open(struct hc_turn *turn)
{
    enum { PIPE_LOOK_MS = 10 };
    struct hc_server_t *server = turn->server;
    const char *path;
    int64_t err = hc_turn_path(turn, turn->args[2], &path);
    if (err) return err;
    const int flags = open_flags(turn->args[0]);
    if (flags < 0 || turn->args[1] > 07777) return -HC_EINVAL;
    // Non-blocking: opening a pipe must not hold a worker for ever.  Reads and writes wait in poll.
    int fd;
    while ((fd = place_open(&server->place, path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                            turn->args[1])) < 0) {
        err = hc_errno(errno);
        if (err != -HC_ENXIO || turn->args[0] & HC_O_NONBLOCK || !pipe_unread(&server->place, path))
            return err;
        err = hc_wait_end(server, PIPE_LOOK_MS);
        if (err) return err;
    }
    const int64_t number =
        hc_handle_add(&server->handles, fd, turn->args[0] & (HC_O_NONBLOCK | HC_O_CLOEXEC));
    if (number < 0) close(fd);
    return number;
}

int64_t hc_service_unlink(struct hc_turn *turn)
{
    const char *path;
    const int err = hc_turn_path(turn, turn->args[0], &path);
    if (err) return err;
    const int64_t result =
        unlinkat(hc_place_enter(&turn->server->place), path, 0) ? hc_errno(errno) : 0;
    hc_place_leave(&turn->server->place);
    return result;
}
