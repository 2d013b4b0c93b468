// Services on paths: open, unlink.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "core/services/services.h"

static int open_flags(uint64_t flags)
{
    static const struct {
        uint32_t wire;
        int host;
    } bits[] = {
        {HC_O_CREAT, O_CREAT}, {HC_O_EXCL, O_EXCL}, {HC_O_TRUNC, O_TRUNC}, {HC_O_APPEND, O_APPEND}};
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

int64_t hc_service_open(struct hc_turn *turn)
{
    const char *path;
    const int err = hc_turn_text(turn, turn->args[2], PATH_MAX - 1, &path);
    if (err) return err;
    const int flags = open_flags(turn->args[0]);
    if (flags < 0 || turn->args[1] > 07777) return -HC_EINVAL;
    // Non-blocking: opening a pipe must not hold a worker for ever.  Reads and writes wait in poll.
    const int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, (mode_t)turn->args[1]);
    if (fd < 0) return hc_errno(errno);
    const int64_t number = hc_handle_add(&turn->server->handles, fd);
    if (number < 0) close(fd);
    return number;
}

int64_t hc_service_unlink(struct hc_turn *turn)
{
    const char *path;
    const int err = hc_turn_text(turn, turn->args[0], PATH_MAX - 1, &path);
    if (err) return err;
    return unlink(path) ? hc_errno(errno) : 0;
}
