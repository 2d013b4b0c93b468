// Services on open descriptors: read, write, seek, sync, close.
#include "core/services/io.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/services/output.h"

int64_t hc_wait_end(struct hc_server_t *server, int ms)
{
    struct pollfd p = {.fd = server->cancel_fd, .events = POLLIN};
    if (poll(&p, 1, ms) <= 0) return 0;
    return hc_control_why(server) == HC_END_SHUTDOWN ? -HC_ESHUTDOWN : -HC_EINTR;
}

bool hc_handle_impatient(const struct hc_handle *handle)
{
    // Set by another lane's call, at any time: relaxed.
    return __atomic_load_n(&handle->nonblock, __ATOMIC_RELAXED);
}

// Waits until it can be read.  0, -HC_EAGAIN: the kernel does not want to wait, -HC_EINTR: the
// launch ends, -HC_ESHUTDOWN: the server does.
static int64_t wait_input(struct hc_server_t *server, const struct hc_handle *handle)
{
    struct pollfd p[2] = {{.fd = handle->fd, .events = POLLIN},
                          {.fd = server->cancel_fd, .events = POLLIN}};
    for (;;) {
        const bool now = hc_handle_impatient(handle);
        const int n = poll(p, 2, now ? 0 : -1);
        if (n < 0 && errno != EINTR) return hc_errno(errno);
        if (n >= 0 && p[0].revents) return 0;
        if (n > 0 && p[1].revents)
            return hc_control_why(server) == HC_END_SHUTDOWN ? -HC_ESHUTDOWN : -HC_EINTR;
        if (now) return -HC_EAGAIN;
    }
}

static int64_t wait_output(struct hc_server_t *server, const struct hc_handle *handle,
                           bool may_refuse)
{
    struct pollfd p = {.fd = handle->fd, .events = POLLOUT};
    for (;;) {
        const bool now = may_refuse && hc_handle_impatient(handle);
        const int n = poll(&p, 1, now ? 0 : 100);
        if (n < 0 && errno != EINTR) return hc_errno(errno);
        if (n > 0) return 0;
        if (now) return -HC_EAGAIN;
        // A flag by itself: relaxed.
        if (hc_control_why(server) == HC_END_SHUTDOWN ||
            __atomic_load_n(&server->impatient, __ATOMIC_RELAXED))
            return -HC_ESHUTDOWN;
    }
}

void hc_ahead_drop(struct hc_handle *h)
{
    if (h->ahead_size && lseek(h->fd, -(off_t)h->ahead_size, SEEK_CUR) >= 0)
        h->ahead_at = h->ahead_size = 0;
}

static int64_t write_all(struct hc_server_t *server, struct hc_handle *handle, const uint8_t *bytes,
                         size_t size, int64_t at, bool may_refuse)
{
    size_t done = 0;
    int64_t err = 0;
    do {
        size_t piece = size - done;
        if (!handle->ready) {
            // A pipe that polls writable takes PIPE_BUF bytes without blocking (POSIX).
            if (piece > PIPE_BUF) piece = PIPE_BUF;
            if ((err = wait_output(server, handle, may_refuse))) break;
        }
        const ssize_t n = at < 0 ? write(handle->fd, bytes + done, piece)
                                 : pwrite(handle->fd, bytes + done, piece, at + (int64_t)done);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && !handle->ready))) continue;
        if (n < 0) err = hc_errno(errno);
        if (n <= 0) break;
        done += (size_t)n;
    } while (done < size);
    return done || !err ? (int64_t)done : err;
}

int64_t hc_write_all(struct hc_server_t *server, struct hc_handle *handle, const uint8_t *bytes,
                     size_t size, int64_t at, bool may_refuse)
{
    hc_gate_lock(&handle->write_lock, &handle->write_gate);
    if (at < 0 && handle->ready) {
        pthread_mutex_lock(&handle->lock);
        hc_ahead_drop(handle);
        pthread_mutex_unlock(&handle->lock);
    }
    const int64_t n = write_all(server, handle, bytes, size, at, may_refuse);
    pthread_mutex_unlock(&handle->write_lock);
    return n;
}

// ------------------------------------------------------------------------------- whether they block

bool hc_always_blocks(struct hc_turn *turn)
{
    (void)turn;
    return true;
}

bool hc_fd_blocks(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return false;
    const bool blocks = !h->ready;
    hc_handle_put(&turn->server->handles, h);
    return blocks;
}

// --------------------------------------------------------------------------------------- services

int64_t hc_service_write(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    // In a lane's order: what it printed to this descriptor and did not end with a newline goes
    // first.
    int64_t n = hc_output_flush(turn, turn->args[0]);
    if (n >= 0) n = hc_write_all(turn->server, h, turn->blob, turn->blob_size, -1, true);
    hc_handle_put(&turn->server->handles, h);
    return n;
}

int64_t hc_service_pwrite(struct hc_turn *turn)
{
    if ((int64_t)turn->args[1] < 0) return -HC_EINVAL;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    const int64_t n =
        hc_write_all(turn->server, h, turn->blob, turn->blob_size, (int64_t)turn->args[1], true);
    hc_handle_put(&turn->server->handles, h);
    return n;
}

size_t hc_read_size(const struct hc_turn *turn)
{
    return turn->args[1] < turn->room ? (size_t)turn->args[1] : turn->room;
}

void hc_prompt_flush(struct hc_turn *turn)
{
    hc_output_flush(turn, 1);
    hc_output_flush(turn, 2);
}

static int64_t read_once(struct hc_turn *turn, struct hc_handle *h, void *to, size_t size)
{
    for (;;) {
        if (!h->ready) {
            const int64_t err = wait_input(turn->server, h);
            if (err) return err;
        }
        const ssize_t n = read(h->fd, to, size);
        if (n >= 0) return n;
        if (errno != EINTR && (errno != EAGAIN || h->ready)) return hc_errno(errno);
    }
}

size_t hc_ahead_take(struct hc_handle *h, uint8_t *to, size_t room, bool line, bool *ended)
{
    const uint8_t *from = h->ahead + h->ahead_at;
    const size_t most = room < h->ahead_size ? room : h->ahead_size;
    const uint8_t *end = line && most ? memchr(from, '\n', most) : NULL;
    const size_t n = end ? (size_t)(end - from) + 1 : most;
    if (n) memcpy(to, from, n);
    h->ahead_at += n;
    h->ahead_size -= n;
    *ended = end;
    return n;
}

int64_t hc_service_read(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    if (!h->ready) hc_prompt_flush(turn);
    bool ended;
    hc_gate_lock(&h->lock, &h->read_gate);
    const int64_t n = h->ahead_size
                          ? (int64_t)hc_ahead_take(h, turn->data, hc_read_size(turn), false, &ended)
                          : read_once(turn, h, turn->data, hc_read_size(turn));
    pthread_mutex_unlock(&h->lock);
    if (n > 0) turn->size = (uint32_t)n;
    hc_handle_put(&turn->server->handles, h);
    return n;
}

int64_t hc_service_pread(struct hc_turn *turn)
{
    if ((int64_t)turn->args[2] < 0) return -HC_EINVAL;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    ssize_t n;
    do {
        n = pread(h->fd, turn->data, hc_read_size(turn), (off_t)turn->args[2]);
    } while (n < 0 && errno == EINTR);
    const int64_t result = n < 0 ? hc_errno(errno) : n;
    if (n > 0) turn->size = (uint32_t)n;
    hc_handle_put(&turn->server->handles, h);
    return result;
}

static int64_t line_read(struct hc_turn *turn, struct hc_handle *h)
{
    if (!h->ahead && !(h->ahead = malloc(HC_AHEAD_BYTES))) return -HC_ENOMEM;
    const size_t room = hc_read_size(turn);
    size_t done = 0;
    for (bool ended = false; done < room && !ended;) {
        if (!h->ahead_size) {
            const int64_t n = read_once(turn, h, h->ahead, HC_AHEAD_BYTES);
            if (n < 0 && !done) return n;
            if (n <= 0) break;
            h->ahead_at = 0;
            h->ahead_size = (size_t)n;
        }
        done += hc_ahead_take(h, turn->data + done, room - done, true, &ended);
    }
    return (int64_t)done;
}

int64_t hc_service_read_line(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    if (!h->ready) hc_prompt_flush(turn);
    hc_gate_lock(&h->lock, &h->read_gate);
    const int64_t n = line_read(turn, h);
    pthread_mutex_unlock(&h->lock);
    if (n > 0) turn->size = (uint32_t)n;
    hc_handle_put(&turn->server->handles, h);
    return n;
}

int64_t hc_service_lseek(struct hc_turn *turn)
{
    const int whence = turn->args[2] == HC_SEEK_SET   ? SEEK_SET
                       : turn->args[2] == HC_SEEK_CUR ? SEEK_CUR
                       : turn->args[2] == HC_SEEK_END ? SEEK_END
                                                      : -1;
    if (whence < 0) return -HC_EINVAL;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    hc_gate_lock(&h->lock, &h->read_gate);
    // The host's offset is ahead of the kernel's by what was read ahead.
    const off_t offset = (off_t)turn->args[1] - (whence == SEEK_CUR ? (off_t)h->ahead_size : 0);
    const off_t at = lseek(h->fd, offset, whence);
    const int64_t result = at < 0 ? hc_errno(errno) : at;
    if (at >= 0) h->ahead_at = h->ahead_size = 0;
    pthread_mutex_unlock(&h->lock);
    hc_handle_put(&turn->server->handles, h);
    return result;
}

int64_t hc_service_close(struct hc_turn *turn)
{
    const int64_t err = hc_output_flush(turn, turn->args[0]);
    const int64_t closed = hc_handle_close(&turn->server->handles, turn->args[0]);
    return closed ? closed : err == -HC_EBADF ? 0 : err;
}

int64_t hc_service_fsync(struct hc_turn *turn)
{
    int64_t err = hc_output_flush(turn, turn->args[0]);
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    if (!err && fsync(h->fd)) err = hc_errno(errno);
    hc_handle_put(&turn->server->handles, h);
    return err;
}
