// Services on descriptors themselves: dup, pipe, fcntl, isatty.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/services/files.h"
#include "core/services/io.h"
#include "core/services/output.h"

// What was printed to the descriptor that is about to be replaced is written first.
bool hc_dup_blocks(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[1]);
    if (!h) return false;
    const bool blocks = !h->ready;
    hc_handle_put(&turn->server->handles, h);
    return blocks;
}

int64_t hc_service_dup(struct hc_turn *turn)
{
    struct hc_handles *handles = &turn->server->handles;
    const uint64_t number = turn->args[0], to = turn->args[1];
    if (turn->args[2] & ~(uint64_t)HC_O_CLOEXEC) return -HC_EINVAL;
    const bool cloexec = turn->args[2];
    if ((int64_t)to == -1) return hc_handle_dup(handles, number, 0, cloexec);
    if (number != to) hc_output_flush(turn, to);
    return hc_handle_dup_to(handles, number, to, cloexec);
}

int64_t hc_service_pipe(struct hc_turn *turn)
{
    struct hc_handles *handles = &turn->server->handles;
    if (turn->args[0] & ~(uint64_t)(HC_O_NONBLOCK | HC_O_CLOEXEC)) return -HC_EINVAL;
    // Waiting is the server's: the host's pipe may block, as a child that gets an end expects.
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return hc_errno(errno);
    const int64_t from = hc_handle_add(handles, ends[0], (uint32_t)turn->args[0]);
    const int64_t to = from < 0 ? from : hc_handle_add(handles, ends[1], (uint32_t)turn->args[0]);
    if (to >= 0) return from | to << 32;
    if (from < 0)
        close(ends[0]);
    else
        hc_handle_close(handles, (uint64_t)from);
    close(ends[1]);
    return to;
}

int64_t hc_service_isatty(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    const int64_t result = isatty(h->fd) ? 1 : hc_errno(errno);
    hc_handle_put(&turn->server->handles, h);
    return result;
}

// ------------------------------------------------------------------------------------------ fcntl

static int64_t flags_get(const struct hc_handle *h)
{
    const int host = fcntl(h->fd, F_GETFL);
    if (host < 0) return hc_errno(errno);
    // O_NONBLOCK is the handle's, whatever the host's descriptor has.
    return (host & (O_ACCMODE | O_APPEND)) |
           (__atomic_load_n(&h->nonblock, __ATOMIC_RELAXED) ? HC_O_NONBLOCK : 0);
}

// As on Linux, flags that can't be changed are ignored.
static int64_t flags_set(struct hc_handle *h, uint64_t flags)
{
    const int host = fcntl(h->fd, F_GETFL);
    if (host < 0) return hc_errno(errno);
    const int wanted = flags & HC_O_APPEND ? host | O_APPEND : host & ~O_APPEND;
    if (wanted != host && fcntl(h->fd, F_SETFL, wanted)) return hc_errno(errno);
    __atomic_store_n(&h->nonblock, (flags & HC_O_NONBLOCK) != 0, __ATOMIC_RELAXED);
    return 0;
}

bool hc_fcntl_blocks(struct hc_turn *turn) { return turn->args[1] == HC_F_SETLKW; }

static int64_t lock_wait(struct hc_turn *turn, int fd, struct flock *lock)
{
    enum { LOOK_MS = 5 };
    while (fcntl(fd, F_SETLK, lock)) {
        if (errno != EAGAIN && errno != EACCES) return hc_errno(errno);
        const int64_t err = hc_wait_end(turn->server, LOOK_MS);
        if (err) return err;
    }
    return 0;
}

static int64_t lock_do(struct hc_turn *turn, int fd)
{
    const uint64_t what = turn->args[2], type = what & 0xff, whence = what >> 8;
    if (type > HC_F_UNLCK || whence > HC_SEEK_END) return -HC_EINVAL;
    struct flock lock = {.l_type = (short)type,
                         .l_whence = (short)whence,
                         .l_start = (off_t)turn->args[3],
                         .l_len = (off_t)turn->args[4]};
    if (turn->args[1] == HC_F_SETLKW) return lock_wait(turn, fd, &lock);
    if (turn->args[1] == HC_F_SETLK) return fcntl(fd, F_SETLK, &lock) ? hc_errno(errno) : 0;
    if (fcntl(fd, F_GETLK, &lock)) return hc_errno(errno);
    const int64_t found[3] = {lock.l_start, lock.l_len, lock.l_pid};
    turn->size = turn->room < sizeof found ? turn->room : (uint32_t)sizeof found;
    memcpy(turn->data, found, turn->size);
    return lock.l_type;
}
_Static_assert(F_RDLCK == HC_F_RDLCK && F_WRLCK == HC_F_WRLCK && F_UNLCK == HC_F_UNLCK &&
                   SEEK_END == HC_SEEK_END && O_APPEND == HC_O_APPEND,
               "the wire has Linux's numbers: translate them");

int64_t hc_service_fcntl(struct hc_turn *turn)
{
    struct hc_handles *handles = &turn->server->handles;
    const uint64_t number = turn->args[0], command = turn->args[1], value = turn->args[2];
    struct hc_handle *h = hc_handle_get(handles, number);
    if (!h) return -HC_EBADF;
    int64_t result = -HC_EINVAL;
    if (command == HC_F_GETFD) result = hc_handle_cloexec(handles, number, -1);
    if (command == HC_F_SETFD) {
        result = hc_handle_cloexec(handles, number, value & HC_FD_CLOEXEC);
        if (result > 0) result = 0;
    }
    if (command == HC_F_GETFL) result = flags_get(h);
    if (command == HC_F_SETFL) result = flags_set(h, value);
    if ((command == HC_F_DUPFD || command == HC_F_DUPFD_CLOEXEC) && value < handles->max)
        result = hc_handle_dup(handles, number, value, command == HC_F_DUPFD_CLOEXEC);
    if (command == HC_F_GETLK || command == HC_F_SETLK || command == HC_F_SETLKW)
        result = lock_do(turn, h->fd);
    hc_handle_put(handles, h);
    return result;
}
