// The control unit: tells every lane whether calls proceed, and that the server is alive.
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/server.h"

// Called with control_lock held: the unit has one writer at a time.
static void control_publish(struct hc_server_t *server)
{
    // Read by the lanes' hc_watch().  Relaxed: nothing hangs on it but itself.
    hc_unit_store(server->control->host, (uint64_t)server->beat << 32 | server->why);
    hc_mem_publish();
}

void hc_control_end(struct hc_server_t *server, uint32_t why, int status)
{
    pthread_mutex_lock(&server->control_lock);
    const bool news =
        server->why == HC_RUN || (server->why != HC_END_SHUTDOWN && why == HC_END_SHUTDOWN);
    if (news) {
        __atomic_store_n(&server->why, why, __ATOMIC_RELAXED);  // read by hc_control_why()
        if (why != HC_END_SHUTDOWN) server->status = status;
        control_publish(server);
        eventfd_write(server->cancel_fd, 1);
    }
    pthread_mutex_unlock(&server->control_lock);
}

void hc_control_reset(struct hc_server_t *server)
{
    eventfd_t drained;
    pthread_mutex_lock(&server->control_lock);
    server->status = 0;
    if (server->why != HC_END_SHUTDOWN) {
        __atomic_store_n(&server->why, HC_RUN, __ATOMIC_RELAXED);
        eventfd_read(server->cancel_fd, &drained);  // non-blocking
    }
    control_publish(server);
    pthread_mutex_unlock(&server->control_lock);
}

void hc_control_beat(struct hc_server_t *server)
{
    if (pthread_mutex_trylock(&server->control_lock)) return;  // whoever holds it publishes too
    server->beat++;
    control_publish(server);
    pthread_mutex_unlock(&server->control_lock);
}

uint32_t hc_control_why(struct hc_server_t *server)
{
    return __atomic_load_n(&server->why, __ATOMIC_RELAXED);
}
