// Waits for several descriptors at once: poll.
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "core/services/files.h"
#include "core/services/io.h"

bool hc_poll_blocks(struct hc_turn *turn) { return turn->args[1] != 0; }

_Static_assert(POLLIN == HC_POLLIN && POLLPRI == HC_POLLPRI && POLLOUT == HC_POLLOUT &&
                   POLLERR == HC_POLLERR && POLLHUP == HC_POLLHUP && POLLNVAL == HC_POLLNVAL,
               "the wire has Linux's numbers: translate them");

// Whether there is something that was read ahead.  Who reads now holds the lock, and takes it.
static bool ahead_has(struct hc_handle *h)
{
    if (pthread_mutex_trylock(&h->lock)) return false;
    const bool has = h->ahead_size;
    pthread_mutex_unlock(&h->lock);
    return has;
}

// Asks once for all.  How many are ready, or -HC_E*; waits up to ms if none is.
static int64_t look(struct hc_pollfd *fds, struct pollfd *host, struct hc_handle **handles,
                    size_t n, int ms)
{
    int64_t ready = 0;
    for (size_t i = 0; i < n; i++) {
        fds[i].revents = 0;
        if (fds[i].fd >= 0 && !handles[i])
            fds[i].revents = HC_POLLNVAL;
        else if (handles[i] && fds[i].events & HC_POLLIN && ahead_has(handles[i]))
            fds[i].revents = HC_POLLIN;
        if (fds[i].revents) ms = 0;
    }
    if (poll(host, n + 1, ms) < 0) return errno == EINTR ? 0 : hc_errno(errno);
    for (size_t i = 0; i < n; i++) {
        fds[i].revents |= (uint16_t)host[i].revents;
        ready += fds[i].revents != 0;
    }
    return ready;
}

static int64_t wait_ready(struct hc_turn *turn, struct hc_pollfd *fds, struct pollfd *host,
                          struct hc_handle **handles, size_t n)
{
    const int64_t timeout = (int64_t)turn->args[1];
    const uint64_t start = hc_now();
    for (;;) {
        int ms = -1;
        if (timeout >= 0) {
            const uint64_t spent = (hc_now() - start) / 1000000;
            const uint64_t left = (uint64_t)timeout > spent ? (uint64_t)timeout - spent : 0;
            ms = left < 1 << 30 ? (int)left : 1 << 30;
        }
        const int64_t ready = look(fds, host, handles, n, ms);
        if (ready || !ms) return ready;
        if (host[n].revents) return hc_wait_end(turn->server, 0);
    }
}

int64_t hc_service_poll(struct hc_turn *turn)
{
    const size_t n = turn->blob_size / sizeof(struct hc_pollfd),
                 size = n * sizeof(struct hc_pollfd);
    if (turn->args[0] != n || turn->blob_size != size || turn->room < size) return -HC_EINVAL;
    if (turn->args[1]) hc_prompt_flush(turn);
    struct hc_pollfd *fds = calloc(n + 1, sizeof *fds);
    struct pollfd *host = calloc(n + 1, sizeof *host);
    struct hc_handle **handles = calloc(n + 1, sizeof *handles);
    int64_t result = -HC_ENOMEM;
    if (fds && host && handles) {
        memcpy(fds, turn->blob, size);
        for (size_t i = 0; i < n; i++) {
            if (fds[i].fd >= 0)
                handles[i] = hc_handle_get(&turn->server->handles, (uint64_t)fds[i].fd);
            host[i].fd = handles[i] ? handles[i]->fd : -1;
            host[i].events = (short)fds[i].events;
        }
        host[n].fd = turn->server->cancel_fd;
        host[n].events = POLLIN;
        result = wait_ready(turn, fds, host, handles, n);
        for (size_t i = 0; i < n; i++)
            if (handles[i]) hc_handle_put(&turn->server->handles, handles[i]);
    }
    if (result >= 0) {
        memcpy(turn->data, fds, size);
        turn->size = (uint32_t)size;
    }
    free(fds);
    free(host);
    free(handles);
    return result;
}
