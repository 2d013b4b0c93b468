// The pollers: look for requests, take them, and sleep when no kernel can send any.
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "core/server.h"
#include "core/uring.h"

enum {
    COLD_SLOTS = 4,         // looked at per round beside hot ones; each costs about 2 ns
    COLD_SHARE = 4,         // ... and one more for so many hot ones: a new wave waits for few rounds
    COLD_ALONE = 64,        // ... when there are no hot ones
    HOT_ROUNDS = 20000,     // a slot stays hot for so many rounds without a request
    CLOCK_ROUNDS = 256,     // rounds between looks at the clock
    YIELD_NS = 1000000,     // idle for so long, a poller yields no more but sleeps
    DOZE_NS = 10000,        // at first so long at a time
    DOZE_UNTIL_NS = 10000000,  // ... until it is idle for so long; then sleep_ns
};

bool hc_packet_take(struct hc_poller *poller, uint32_t slot)
{
    struct hc_server_t *server = poller->server;
    // Relaxed: a unit validates itself.
    const uint64_t first = hc_unit_load(hc_area_unit(server->in, slot, 0));
    const uint32_t seq = hc_unit_seq(first);
    if (!seq || seq == poller->seen[slot]) return false;
    struct hc_packet *packet = &server->packets[slot];
    // Acquire pairs with the release in hc_packet_close(): the packet is ours again.  A device that
    // keeps to the protocol sends nothing before that.
    if (__atomic_load_n(&packet->busy, __ATOMIC_ACQUIRE) || packet->waits) return false;

    struct hc_head head = hc_head_unpack(hc_unit_word(first));
    if (head.common) {
        const uint64_t length = hc_unit_load(hc_area_unit(server->in, slot, HC_HEAD_WORDS));
        if (hc_unit_seq(length) != seq) return false;  // still on its way
        head.common = hc_unit_word(length);
        if (!head.common) head.common = HC_SLOT_UNITS;  // no such shape
    }
    if (!hc_head_valid(head)) {
        poller->seen[slot] = seq;
        hc_packet_refuse(server, poller->desk, slot, seq);
        return true;
    }
    const uint32_t count = hc_head_words(head);
    for (uint32_t i = 1; i < count; i++) {
        // Acquire pairs with the client's release of the first pair of a call that brings an extent.
        const uint64_t unit = hc_unit_load_acquire(hc_area_unit(server->in, slot, i));
        if (hc_unit_seq(unit) != seq) return false;  // still on its way
        packet->words[i] = hc_unit_word(unit);
    }
    poller->seen[slot] = seq;
    packet->seq = seq;
    packet->head = head;
    packet->wave = packet->words[1];
    if (!hc_packet_blocks(server, poller->desk, packet)) {
        hc_packet_serve(server, poller->desk, packet);
        return true;
    }
    // An answer of this round to this slot may still wait in our buffers, as far as no lane waited for it.
    // It must not arrive over the worker's.
    hc_mem_publish();
    // Read for the deadline's message only.
    __atomic_store_n(&packet->about,
                     (uint64_t)packet->wave << 12 |
                         hc_op_unpack(packet->words[hc_head_calls(head)]).op,
                     __ATOMIC_RELAXED);
    __atomic_store_n(&packet->since, hc_now(), __ATOMIC_RELAXED);
    __atomic_store_n(&packet->busy, 1, __ATOMIC_RELAXED);          // handed over under the workers' lock
    hc_packet_open(server);
    if (poller->ring && hc_uring_take(poller, packet)) return true;
    hc_work_add(server, packet);
    hc_desk_count(&poller->desk->stats.to_workers, 1);
    return true;
}

// ------------------------------------------------------------------------------------ which slots

static void slots_swap(struct hc_poller *p, uint32_t i, uint32_t k)
{
    const uint32_t slot = p->order[i];
    p->order[i] = p->order[k];
    p->order[k] = slot;
}

static void answers_push(struct hc_poller *p)
{
    hc_mem_publish();
    p->desk->holes = p->pushes = false;
}

// What waits is answered.  Buffers that are full leave by themselves, and to wait for that takes longer than a call:
// only those that are not are pushed at once.
static void answers_leave(struct hc_poller *p)
{
    hc_desk_settle(p->server, p->desk);
    p->pushes = true;
    if (p->desk->holes) answers_push(p);
}

// One round over the hot slots and some cold ones, whose turn it is.
static bool slots_scan(struct hc_poller *p, uint32_t cold)
{
    bool found = false, found_cold = false;
    for (uint32_t i = 0; i < p->hot_count;) {
        const uint32_t slot = p->order[i];
        if (hc_packet_take(p, slot)) {
            p->idle_rounds[slot] = 0;
            found = true;
        } else if (++p->idle_rounds[slot] > HOT_ROUNDS) {
            slots_swap(p, i, --p->hot_count);
            continue;
        }
        i++;
    }
    if (found) answers_leave(p);  // before the cold ones, which take as long as a hot one's call
    // All of them: from the first on, for one that turns hot puts the first into its place.
    if (cold >= p->own - p->hot_count) {
        cold = p->own - p->hot_count;
        p->cold_at = p->hot_count;
    }
    for (; cold; cold--) {
        if (p->cold_at < p->hot_count || p->cold_at >= p->own) p->cold_at = p->hot_count;
        const uint32_t i = p->cold_at++, slot = p->order[i];
        if (!hc_packet_take(p, slot)) continue;
        p->idle_rounds[slot] = 0;
        slots_swap(p, i, p->hot_count++);
        found_cold = true;
    }
    if (found_cold) answers_leave(p);
    // There is time now, should one have stayed all the same.
    if (!found && !found_cold && p->pushes) answers_push(p);
    return found || found_cold;
}

// ---------------------------------------------------------------------------------- when to sleep

// Poller 0 tells the lanes now and then that the server is alive.
static void beat(struct hc_poller *p, uint64_t now)
{
    if (p->index || now - p->beat < HC_BEAT_NS) return;
    // Stopped for so long (a debugger, SIGSTOP), lanes may have given up their waits and left slots locked:
    // the next launch begins afresh.
    if (now - p->beat > HC_BEAT_LOST_MS * (uint64_t)1000000 / 2) {
        pthread_mutex_lock(&p->server->lock);
        p->server->dirty = true;
        pthread_mutex_unlock(&p->server->lock);
    }
    p->beat = now;
    hc_control_beat(p->server);
}

// Every slot once more, for a launch that has ended: all it stored is here, nothing can come after.
static void drain(struct hc_poller *p, uint64_t wanted)
{
    slots_scan(p, p->own);
    answers_push(p);
    beat(p, hc_now());  // a stop that only the launch has noticed so far
    pthread_mutex_lock(&p->server->lock);
    p->drained = wanted;
    pthread_cond_broadcast(&p->server->settled);
    pthread_mutex_unlock(&p->server->lock);
}

// Level-triggered: what is waited for is state under the lock, so no wake-up can be lost.
static bool park(struct hc_poller *p)
{
    struct hc_server_t *server = p->server;
    pthread_mutex_lock(&server->lock);
    while (!server->in_flight && !server->stop && p->drained == server->drain_wanted) {
        if (!p->parked) {
            p->parked = true;
            server->pollers_parked++;
            pthread_cond_broadcast(&server->settled);
        }
        pthread_cond_wait(&server->wake, &server->lock);
    }
    if (p->parked) {
        p->parked = false;
        server->pollers_parked--;
        p->beat = server->entered;  // lanes may have waited since
    }
    const bool go_on = !server->stop;
    pthread_mutex_unlock(&server->lock);
    return go_on;
}

// How many cold slots the next round looks at.  After a sleep all: whoever calls then must not wait for more sleeps.
static uint32_t cold_share(const struct hc_poller *p, uint64_t idle_ns)
{
    if (idle_ns >= YIELD_NS) return p->own;
    return p->hot_count ? COLD_SLOTS + p->hot_count / COLD_SHARE : COLD_ALONE;
}

// Spins for spin_ns after the last request, then yields, after a millisecond sleeps, sleep_ns at most; a ring
// that has something done ends that sleep.
static void idle_wait(struct hc_poller *p, uint64_t idle_ns)
{
    const uint64_t most = p->server->params.sleep_ns;
    if (idle_ns < p->server->params.spin_ns) {
        hc_processor_pause();
    } else if (idle_ns < YIELD_NS) {
        sched_yield();
    } else {
        const struct timespec t = {
            0, (long)(idle_ns < DOZE_UNTIL_NS && DOZE_NS < most ? DOZE_NS : most)};
        if (p->in_ring)
            hc_uring_wait(p->ring, (uint64_t)t.tv_nsec);
        else
            nanosleep(&t, NULL);
    }
}

void *hc_poller_main(void *arg)
{
    struct hc_poller *p = arg;
    struct hc_server_t *server = p->server;
    uint64_t last = 0, now = 0;
    uint32_t rounds = 0;
    bool served = false;  // since the last look at the clock
    // Linux lets a sleep last 50 us longer, to wake several threads at once.  Here it would double the time that a
    // call waits.  1 ns is the least; 0 would mean the default.
    prctl(PR_SET_TIMERSLACK, 1ul);
    if (p->ring) hc_uring_begin(p->ring);
    while (true) {
        // These three are hints here, decided again under the lock: relaxed.
        if ((!__atomic_load_n(&server->in_flight, __ATOMIC_RELAXED) ||
             __atomic_load_n(&server->stop, __ATOMIC_RELAXED)) &&
            !p->in_ring) {
            const uint64_t wanted = __atomic_load_n(&server->drain_wanted, __ATOMIC_RELAXED);
            if (p->drained != wanted) drain(p, wanted);
            if (!park(p)) break;
            last = now = hc_now();
        }
        const uint64_t wanted = __atomic_load_n(&server->drain_wanted, __ATOMIC_ACQUIRE);
        if (p->drained != wanted) drain(p, wanted);
        bool found = slots_scan(p, cold_share(p, now - last));
        if (p->in_ring) found |= hc_uring_round(p);
        const bool sleepy = !found && now - last >= p->server->params.spin_ns;
        if (found) served = true;
        if (++rounds % CLOCK_ROUNDS == 0 || sleepy) {
            now = hc_now();
            if (served) last = now;
            served = false;
            if (p->pushes) answers_push(p);
            beat(p, now);
        }
        if (!found) idle_wait(p, now - last);
    }
    return NULL;
}
