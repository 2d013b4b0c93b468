// The ring engine: calls that would keep a worker waiting, done by Linux's io_uring.
//
// Each poller has a ring of its own, which it alone fills and empties between its looks at the slots: no
// call is handed to another thread.  A packet goes to the ring if all of its calls are READ, READ_LINE
// or WRITE on pipes and stream sockets, or FSYNC; its calls are done in turn, as a worker would, and
// hc_packet_serve() answers it from what they gave.  Built without liburing, hc_uring_create() fails and
// nothing else is ever called.
#ifndef HC_URING_H
#define HC_URING_H

#include "core/server.h"

struct hc_uring;

// Makes a ring.  HC_ERR_UNSUPPORTED: this system has none, or this process may not use it.
int hc_uring_create(struct hc_server_t *server, struct hc_uring **out);
// Its thread has ended.  Accepts NULL, leaves NULL.
void hc_uring_destroy(struct hc_uring **ring);

// The rest is called by the ring's poller alone.

// First of all, in the thread that will use it.
void hc_uring_begin(struct hc_uring *ring);
// Takes a packet that blocks, if the ring can do all of its calls.
bool hc_uring_take(struct hc_poller *poller, struct hc_packet *packet);
// Submits, reaps, and answers packets that are done; for a poller with packets in_ring.  True if something
// moved.  Never waits.
bool hc_uring_round(struct hc_poller *poller);
// Sleeps until an entry is done, ns at most.
void hc_uring_wait(struct hc_uring *ring, uint64_t ns);

#endif
