// The ring engine of a build without liburing: there is none.
#include "core/uring.h"

int hc_uring_create(struct hc_server_t *server, struct hc_uring **out)
{
    (void)server, (void)out;
    return hc_error(HC_ERR_UNSUPPORTED,
                    "engine uring: this library was built without liburing (install liburing-dev)");
}

void hc_uring_destroy(struct hc_uring **ring) { (void)ring; }
void hc_uring_begin(struct hc_uring *ring) { (void)ring; }
bool hc_uring_take(struct hc_poller *poller, struct hc_packet *packet)
{
    (void)poller, (void)packet;
    return false;
}
bool hc_uring_round(struct hc_poller *poller)
{
    (void)poller;
    return false;
}
void hc_uring_wait(struct hc_uring *ring, uint64_t ns) { (void)ring, (void)ns; }
