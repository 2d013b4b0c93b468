// select() and pselect(), by way of poll().
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>

#include "libc/system/names.h"

// Milliseconds, rounded up as a wait may be; -1: for ever.
static int milliseconds(const struct timespec *t)
{
    if (!t) return -1;
    if (t->tv_sec >= 2000000) return 2000000000;
    return (int)(t->tv_sec * 1000 + (t->tv_nsec + 999999) / 1000000);
}

static int sets_wait(int count, fd_set *reads, fd_set *writes, fd_set *errors,
                     const struct timespec *timeout)
{
    if (count < 0 || count > FD_SETSIZE ||
        (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999)))
        return (int)hc_result(-HC_EINVAL);
    struct pollfd *list = calloc((size_t)count + 1, sizeof *list);
    if (!list) return -1;
    nfds_t n = 0;
    for (int fd = 0; fd < count; fd++) {
        const int events = (reads && FD_ISSET(fd, reads) ? POLLIN : 0) |
                           (writes && FD_ISSET(fd, writes) ? POLLOUT : 0) |
                           (errors && FD_ISSET(fd, errors) ? POLLPRI : 0);
        if (events) list[n++] = (struct pollfd){.fd = fd, .events = (short)events};
    }
    int ready = poll(list, n, milliseconds(timeout));
    for (nfds_t i = 0; ready >= 0 && i < n; i++)
        if (list[i].revents & POLLNVAL) ready = (int)hc_result(-HC_EBADF);
    if (ready >= 0) {
        ready = 0;
        for (nfds_t i = 0; i < n; i++) {
            const int fd = list[i].fd, asked = list[i].events, got = list[i].revents;
            if (reads) FD_CLR(fd, reads);
            if (writes) FD_CLR(fd, writes);
            if (errors) FD_CLR(fd, errors);
            if (asked & POLLIN && got & (POLLIN | POLLHUP | POLLERR)) FD_SET(fd, reads), ready++;
            if (asked & POLLOUT && got & (POLLOUT | POLLERR)) FD_SET(fd, writes), ready++;
            if (asked & POLLPRI && got & POLLPRI) FD_SET(fd, errors), ready++;
        }
    }
    free(list);
    return ready;
}

int pselect(int count, fd_set *reads, fd_set *writes, fd_set *errors,
            const struct timespec *timeout, const sigset_t *mask)
{
    sigset_t before;
    if (mask) sigprocmask(SIG_SETMASK, mask, &before);
    const int ready = sets_wait(count, reads, writes, errors, timeout);
    const int why = errno;
    if (mask) sigprocmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return ready;
}

int select(int count, fd_set *reads, fd_set *writes, fd_set *errors, struct timeval *timeout)
{
    struct timespec t;
    if (timeout) t = (struct timespec){timeout->tv_sec, timeout->tv_usec * 1000};
    return sets_wait(count, reads, writes, errors, timeout ? &t : NULL);
}
