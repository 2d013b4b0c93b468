// The host halves of the floor and of the two peers.
#include "bench/serve.h"
#include "core/atomic.h"
#include "hostcall/protocol.h"
#include "core/slot.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_BEFORE_YIELD = 20000, ROUNDS_PER_LOOK = 1 << 14 };

struct patience {
    uint32_t rounds, idle;
    bool ended;
};

// After each round.  Yields, and looks whether the kernel gave up, only long after any reply should
// have come: for machines with few processors.
static void wait_on(const struct bench_serve *s, struct patience *p, bool served, uint64_t byes)
{
    p->idle = served ? 0 : p->idle + 1;
    if (p->idle > ROUNDS_BEFORE_YIELD) sched_yield();
    if (++p->rounds % ROUNDS_PER_LOOK) return;
    const uint64_t lanes = (uint64_t)s->waves * s->args->lanes;
    if (bench_now() > s->deadline)
        bench_fail("%s: %llu of %llu lanes done at the deadline", s->name, (unsigned long long)byes,
                   (unsigned long long)lanes);
    if (p->idle <= ROUNDS_BEFORE_YIELD || hc_stream_poll(s->b->stream, 0)) return;
    if (p->ended)
        bench_fail("%s: the kernel ended, with %llu of %llu lanes done", s->name,
                   (unsigned long long)byes, (unsigned long long)lanes);
    p->ended = true;  // one more look at all there is
    p->idle = 0;
}

// ------------------------------------------------------------------------------------------------ floor

struct floor {
    const struct bench_serve *s;
    uint32_t *next;    // of each lane: its last call, or BENCH_BYE
    uint32_t *behind;  // of each wave: lanes that are not where its first lane is
    uint64_t byes;
};

// Looks at one lane, and answers it if its call is complete.  True if there was something new.
static bool floor_lane(struct floor *f, uint32_t index, const uint64_t *request, uint64_t *reply)
{
    const uint32_t units = 2 * f->s->args->pairs, seq = hc_unit_seq(hc_unit_load(request));
    uint32_t sum = 0;
    if (seq == f->next[index]) return false;
    if (seq == BENCH_BYE) {
        f->next[index] = seq;
        f->byes++;
        return true;
    }
    if (seq != f->next[index] + 1)
        bench_fail("floor: lane %u sent call %u after %u", index, seq, f->next[index]);
    for (uint32_t i = 0; i < units; i++) {
        const uint64_t unit = hc_unit_load(request + i);
        if (hc_unit_seq(unit) != seq) return false;  // still on its way
        sum += hc_unit_word(unit);
    }
    hc_unit_store2(reply, hc_unit(seq, sum), hc_unit(seq, ~sum));
    f->next[index] = seq;
    return true;
}

static bool floor_wave(struct floor *f, uint32_t wave, const uint64_t *request, uint64_t *reply)
{
    const uint32_t lanes = f->s->args->lanes, units = 2 * f->s->args->pairs, first = wave * lanes;
    bool served = false;
    f->behind[wave] = 0;
    for (uint32_t lane = 0; lane < lanes; lane++) {
        served |= floor_lane(f, first + lane, request + lane * units, reply + 2 * lane);
        f->behind[wave] += f->next[first + lane] != f->next[first];
    }
    return served;
}

// Lanes of a wave come together, so a look at the first of them will do, but now and then.
void bench_serve_floor(const struct bench_serve *s)
{
    enum { LOOK_AT_ALL = 64 };
    const uint32_t step = s->args->stride / 8, reply_step = BENCH_REPLY_STRIDE(s->args->lanes) / 8,
                   lanes = s->args->lanes;
    const bool publish = s->reply->write_combined;
    struct floor f = {
        .s = s, .next = calloc((size_t)s->waves * lanes, 4), .behind = calloc(s->waves, 4)};
    if (!f.next || !f.behind) bench_fail("out of memory");
    for (struct patience p = {0, 0, false}; f.byes < (uint64_t)s->waves * lanes;) {
        const bool all = p.rounds % LOOK_AT_ALL == 0;
        const uint64_t *request = s->request->host;
        uint64_t *reply = s->reply->host;
        bool served = false;
        for (uint32_t w = 0; w < s->waves; w++, request += step, reply += reply_step)
            if (all || f.behind[w] || hc_unit_seq(hc_unit_load(request)) != f.next[w * lanes])
                served |= floor_wave(&f, w, request, reply);
        if (served && publish) hc_mem_publish();
        wait_on(s, &p, served, f.byes);
    }
    free(f.next);
    free(f.behind);
}

// ----------------------------------------------------------------------------------------------- memcpy

static void copy(hc_stream beside, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                 size_t size)
{
    bench_check(hc_mem_copy(beside, dst, dst_at, src, src_at, size), "hc_mem_copy");
}

void bench_serve_memcpy(const struct bench_serve *s)
{
    const size_t records_size = BENCH_RECORDS * BENCH_RECORD_UNITS * 8,
                 slots = s->waves * s->args->lanes;
    hc_stream beside = NULL;
    bench_check(hc_stream_create(s->b->dev, &beside), "hc_stream_create");
    hc_mem staging =
        bench_mem(s->b, HC_MEM_SHARED, records_size + BENCH_RETURN_SLOTS * 16, "staging");
    const uint64_t *records = staging->host;
    uint64_t *slot = (uint64_t *)staging->host + records_size / 8;
    uint32_t next = 0, byes = 0;
    for (struct patience p = {0, 0, false}; byes < slots;) {
        copy(beside, staging, 0, s->request, 0, records_size);
        while (bench_check(hc_stream_poll(beside, 0), "hc_stream_poll"))
            wait_on(s, &p, false, byes);

        bool served = false, wrote = false;
        for (;; next++, served = true) {
            const uint64_t *r = records + (next % BENCH_RECORDS) * BENCH_RECORD_UNITS;
            const uint32_t seq = next + 1;
            if (hc_unit_seq(r[0]) != seq || hc_unit_seq(r[1]) != seq || hc_unit_seq(r[2]) != seq)
                break;
            const uint32_t to = hc_unit_word(r[BENCH_RECORD_SLOT]),
                           value = hc_unit_word(r[BENCH_RECORD_VALUE]) + 1;
            if (to >= slots) bench_fail("memcpy: a record for return slot %u", to);
            if (hc_unit_word(r[BENCH_RECORD_OPCODE]) == BENCH_OPCODE_BYE) {
                byes++;
                continue;
            }
            hc_unit_store2(slot + 2 * to, hc_unit(seq, value), hc_unit(seq, ~value));
            wrote = true;
        }
        if (wrote) copy(beside, s->reply, 0, staging, records_size, slots * 16);
        wait_on(s, &p, served, byes);
    }
    while (bench_check(hc_stream_poll(beside, BENCH_DEADLINE_NS), "hc_stream_poll"))
        bench_fail("memcpy: a copy hangs");
    hc_mem_destroy(&staging);
    hc_stream_destroy(&beside);
}

// ---------------------------------------------------------------------------------------------- mailbox

size_t bench_mailbox_size(uint32_t ports, uint32_t wave_width)
{
    return ports * (2 * sizeof(uint32_t) + sizeof(struct bench_header) +
                    (size_t)wave_width * BENCH_PORT_UNITS * 8);
}

void bench_serve_mailbox(const struct bench_serve *s)
{
    const uint32_t ports = s->args->ports, width = s->b->dev->caps.wave_width;
    const uint64_t lanes = (uint64_t)s->waves * s->args->lanes;
    uint32_t *outbox = s->request->host,
             *inbox = outbox + ports;  // the client calls them the other way round
    struct bench_header *headers = (struct bench_header *)(void *)(inbox + ports);
    uint64_t *buffers = (uint64_t *)(void *)(headers + ports), byes = 0;
    for (struct patience p = {0, 0, false}; byes < lanes;) {
        bool served = false;
        for (uint32_t port = 0; port < ports; port++) {
            const uint32_t in = __atomic_load_n(inbox + port, __ATOMIC_RELAXED);
            if (in == __atomic_load_n(outbox + port, __ATOMIC_RELAXED)) continue;
            // Pairs with the fence before the client's toggle: header and payload are there.
            __atomic_thread_fence(__ATOMIC_ACQUIRE);
            uint64_t *buffer = buffers + (uint64_t)port * width * BENCH_PORT_UNITS;
            if (headers[port].opcode)
                bench_fail("mailbox: port %u has opcode %u", port, headers[port].opcode);
            for (uint64_t m = headers[port].mask; m; m &= m - 1) {
                const uint32_t lane = (uint32_t)__builtin_ctzll(m);
                if (lane >= width) bench_fail("mailbox: a request from lane %u", lane);
                byes += (buffer[lane * BENCH_PORT_UNITS]++ & BENCH_MAIL_BYE) != 0;
            }
            // Pairs with the fence after the client's wait.
            __atomic_thread_fence(__ATOMIC_RELEASE);
            __atomic_store_n(outbox + port, in, __ATOMIC_RELAXED);
            served = true;
        }
        wait_on(s, &p, served, byes);
    }
}
