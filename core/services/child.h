// Children of kernels: how they start, and who waits for them.
#ifndef HC_CHILD_H
#define HC_CHILD_H

#include "core/server.h"

void hc_children_init(struct hc_children *children);
// Those that still run go on, and are reaped by a thread of the library's own when they end.
void hc_children_free(struct hc_children *children);

// Starts `/bin/sh -c command` in the server's directory, under its mask, with what stands behind the
// kernel's 0, 1 and 2 and nothing else open.  fd, if it is 0 or more, becomes the child's descriptor `as`.
// What this lane printed before is written.  Its pid, or -HC_E*.  inner: only hc_child_wait of that
// pid finds it.
int64_t hc_child_start(struct hc_turn *turn, const char *command, int fd, int as, bool inner);

// Waits for a child of this server: that pid, or any that is not inner (-1).  pid | wait status << 32;
// 0: none has ended (now); -HC_ECHILD; -HC_EINTR, -HC_ESHUTDOWN: called off.
int64_t hc_child_wait(struct hc_server_t *server, int64_t pid, bool now);

// Stops minding the child: nobody will wait for it.
void hc_child_leave(struct hc_server_t *server, int64_t pid);

#endif
