// poll: which descriptors are ready.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "libc/system/names.h"

enum { MOST = HC_EXTENT_BYTES / sizeof(struct hc_pollfd) };

// The bits are Linux's on both sides.
int poll(struct pollfd *list, nfds_t count, int timeout)
{
    if (count > MOST) return (int)hc_result(-HC_EINVAL);
    struct hc_pollfd *wire = calloc(count ? count : 1, sizeof *wire);
    if (!wire) return -1;
    for (nfds_t i = 0; i < count; i++) {
        wire[i].fd = list[i].fd < 0 ? -1 : hc_fd_wire(list[i].fd);
        wire[i].events = (uint16_t)list[i].events;
    }
    struct hc_bridge_call x = hc_call_make(HC_OP_POLL, 2, (int64_t)count, timeout, 0);
    x.send = x.receive = wire;
    x.send_size = x.room = (uint32_t)(count * sizeof *wire);
    const int64_t ready = hc_bridge_call(&x);
    for (nfds_t i = 0; ready >= 0 && i < count; i++) list[i].revents = (short)wire[i].revents;
    free(wire);
    return (int)hc_result(ready);
}
