// The workers: serve packets whose calls may block.  Started when all others are busy.
#include <stdlib.h>
#include <sys/prctl.h>

#include "core/server.h"

void hc_packet_open(struct hc_server_t *server)
{
    pthread_mutex_lock(&server->lock);
    server->open_packets++;
    pthread_mutex_unlock(&server->lock);
}

void hc_packet_close(struct hc_server_t *server, struct hc_packet *packet)
{
    __atomic_store_n(&packet->since, 0, __ATOMIC_RELAXED);
    // Pairs with the acquire in hc_packet_take(): the poller may overwrite the packet now.
    __atomic_store_n(&packet->busy, 0, __ATOMIC_RELEASE);
    pthread_mutex_lock(&server->lock);
    if (!--server->open_packets) pthread_cond_broadcast(&server->settled);
    pthread_mutex_unlock(&server->lock);
}

static void *worker_main(void *arg)
{
    struct hc_server_t *server = arg;
    struct hc_desk *desk = calloc(1, sizeof *desk);
    if (desk) hc_desk_add(server, desk);
    // A thread has the slack of whoever made it, a poller most often, and hands it on to the commands it starts.
    prctl(PR_SET_TIMERSLACK, server->timer_slack);
    pthread_mutex_lock(&server->work_lock);
    while (desk) {
        server->workers_idle++;
        while (!server->work_first && !server->work_stop)
            pthread_cond_wait(&server->work_wake, &server->work_lock);
        server->workers_idle--;
        struct hc_packet *packet = server->work_first;
        if (!packet) break;
        server->work_first = packet->next;
        if (!server->work_first) server->work_last = &server->work_first;
        server->work_waiting--;
        pthread_mutex_unlock(&server->work_lock);
        hc_packet_serve(server, desk, packet);
        hc_desk_settle(server, desk);
        hc_mem_publish();
        hc_packet_close(server, packet);
        pthread_mutex_lock(&server->work_lock);
    }
    pthread_mutex_unlock(&server->work_lock);
    return NULL;  // hc_server_destroy() clears the desk
}

// Called with work_lock held.
static int worker_add(struct hc_server_t *server)
{
    if (pthread_create(&server->workers[server->workers_started], NULL, worker_main, server))
        return -1;
    hc_thread_name(server->workers[server->workers_started], "worker", server->workers_started);
    server->workers_started++;
    return 0;
}

int hc_work_start(struct hc_server_t *server)
{
    server->work_last = &server->work_first;
    server->workers = calloc(server->params.workers_max, sizeof *server->workers);
    if (!server->workers) return hc_error(HC_ERR_MEMORY, "server: out of memory");
    pthread_mutex_lock(&server->work_lock);
    const int err = worker_add(
        server);  // one at least, so that a packet never waits for a thread that can't start
    pthread_mutex_unlock(&server->work_lock);
    return err ? hc_error(HC_ERR_SYSTEM, "server: no worker thread") : 0;
}

void hc_work_stop(struct hc_server_t *server)
{
    if (!server->workers) return;
    pthread_mutex_lock(&server->work_lock);
    server->work_stop = true;
    pthread_cond_broadcast(&server->work_wake);
    pthread_mutex_unlock(&server->work_lock);
    for (uint32_t i = 0; i < server->workers_started; i++) pthread_join(server->workers[i], NULL);
    free(server->workers);
}

void hc_work_add(struct hc_server_t *server, struct hc_packet *packet)
{
    packet->next = NULL;
    pthread_mutex_lock(&server->work_lock);
    *server->work_last = packet;
    server->work_last = &packet->next;
    server->work_waiting++;
    if (server->workers_idle >= server->work_waiting ||
        server->workers_started >= server->params.workers_max)
        pthread_cond_signal(&server->work_wake);
    else if (worker_add(server))
        pthread_cond_signal(
            &server->work_wake);  // the system has no thread for us: whoever is free takes it
    pthread_mutex_unlock(&server->work_lock);
}
