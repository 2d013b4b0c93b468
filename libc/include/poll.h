// Waiting for descriptors; values are Linux's.
#ifndef _POLL_H
#define _POLL_H

#include <sys/cdefs.h>

#define POLLIN 1
#define POLLPRI 2
#define POLLOUT 4
#define POLLERR 8
#define POLLHUP 0x10
#define POLLNVAL 0x20
#define POLLRDNORM 0x40
#define POLLRDBAND 0x80
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200

typedef unsigned long nfds_t;

struct pollfd {
    int fd;
    short events, revents;
};

__BEGIN_DECLS
int poll(struct pollfd *fds, nfds_t count, int milliseconds);
__END_DECLS

#endif
