// Most kernels of the benches: the null call, its floor and its two peers, calls that block, prints,
// and waits.  args.h says what the host halves in serve.c may rely on.
#include "hostcall/device.h"
#include "bench/args.h"
#include "bench/lane.h"
#include "bench/mail.h"

#ifdef __CUDACC__
#include <stdio.h>
#endif

// ------------------------------------------------------------------------------- what device.h leaves out

// The short sleep between two looks at a mailbox.
HC_FN void bench_mail_doze(uint32_t spins)
{
#if defined(__CUDACC__)
    (void)spins;
    __nanosleep(64);
#elif defined(__AMDGCN__)
    (void)spins;
    __builtin_amdgcn_s_sleep(2);
#else
    hc_relax(spins);
#endif
}

// --------------------------------------------------------------------------------------- the four ways

enum bench_kind { BENCH_KIND_NULL, BENCH_KIND_FLOOR, BENCH_KIND_MEMCPY, BENCH_KIND_MAILBOX };

struct bench_line {     // one lane's connection
    uint64_t *request;  // floor: its own units
    uint64_t *reply;    // floor, memcpy: its own pair
    uint32_t seq;       // floor: of its last call
    uint32_t index;     // of the lane among all that call
};

HC_FN struct bench_line bench_line_open(const struct bench_args *a, uint32_t kind)
{
    struct bench_line l;
    const uint64_t lane = hc_lane(), wave = hc_wave();
    l.index = (uint32_t)(wave * a->lanes + lane);
    l.seq = 0;
    l.request = (uint64_t *)(a->request + wave * a->stride + lane * a->pairs * 16);
    l.reply = (uint64_t *)(kind == BENCH_KIND_FLOOR
                               ? a->reply + wave * BENCH_REPLY_STRIDE(a->lanes) + lane * 16
                               : a->reply + (uint64_t)l.index * 16);
    return l;
}

// Polls the lane's reply pair until both units are of call seq.
HC_FN bool bench_pair_wait(const uint64_t *reply, uint32_t seq, uint32_t rounds, uint64_t u[2])
{
    for (uint32_t n = 1; n <= rounds; n++) {
        hc_unit_load2(reply, u);
        if (hc_unit_seq(u[0]) == seq && hc_unit_seq(u[1]) == seq) return true;
        hc_relax(n);
    }
    return false;
}

HC_FN bool bench_floor_call(const struct bench_args *a, struct bench_line *l)
{
    uint64_t u[2];
    const uint32_t seq = ++l->seq;
    for (uint32_t i = 0; i < a->pairs; i++)
        hc_unit_store2(l->request + 2 * i, hc_unit(seq, seq + 2 * i),
                       hc_unit(seq, seq + 2 * i + 1));
    if (!bench_pair_wait(l->reply, seq, a->rounds, u)) return false;
    const uint32_t sum = BENCH_FLOOR_SUM(a->pairs, seq);
    return hc_unit_word(u[0]) == sum && hc_unit_word(u[1]) == ~sum;
}

// A command buffer in device memory that the host copies out again and again, and return slots
// there that it copies in.  Records are self-validating, which the original's were not.
HC_FN bool bench_memcpy_call(const struct bench_args *a, struct bench_line *l, uint32_t opcode)
{
    uint64_t u[2];
    const uint32_t at = hc_word_add((uint32_t *)a->locks, 1), seq = at + 1,
                   value = at * 3 + l->index;
    uint64_t *record = (uint64_t *)a->request + (uint64_t)(at % a->ports) * BENCH_RECORD_UNITS;
    hc_unit_store2(record + BENCH_RECORD_OPCODE, hc_unit(seq, opcode), hc_unit(seq, l->index));
    hc_unit_store2(record + BENCH_RECORD_VALUE, hc_unit(seq, value), hc_unit(seq, 0));
    if (opcode == BENCH_OPCODE_BYE) return true;
    if (!bench_pair_wait(l->reply, seq, a->rounds, u)) return false;
    return hc_unit_word(u[0]) == value + 1 && hc_unit_word(u[1]) == ~(value + 1);
}

// Takes the first port from 0 on whose lock is free and whose mailboxes agree.  Its number, or ~0.
HC_FN uint32_t bench_port_open(const struct bench_args *a, const uint32_t *inbox,
                               const uint32_t *outbox)
{
    for (uint32_t n = 1; n <= a->rounds; n++) {
        for (uint32_t port = 0; port < a->ports; port++) {
            uint32_t *lock = (uint32_t *)a->locks + port;
            if (hc_word_or_acquire(lock, 1) & 1) continue;
            if (bench_mail_load(inbox + port) == bench_mail_load(outbox + port)) return port;
            hc_word_store_release(lock, 0);
        }
        hc_relax(n);
    }
    return ~0u;
}

// One port a wave: payload, release fence, toggle of the outbox; wait for the inbox, acquire fence.
// Lanes that say goodbye may share a port with others that don't, so that stands in the payload.
HC_FN bool bench_mailbox_call(const struct bench_args *a, struct bench_line *l, uint64_t bye)
{
    uint32_t *inbox = (uint32_t *)a->request, *outbox = inbox + a->ports;
    struct bench_header *headers = (struct bench_header *)(outbox + a->ports);
    uint64_t *buffers = (uint64_t *)(headers + a->ports);
    const uint64_t mask = hc_lanes_here();
    const bool lead = hc_lane() == hc_lanes_first(mask);

    const uint32_t port = hc_lanes_lead(mask, lead ? bench_port_open(a, inbox, outbox) : 0);
    if (port == ~0u) return false;
    uint64_t *buffer = buffers + ((uint64_t)port * hc_wave_width() + hc_lane()) * BENCH_PORT_UNITS;
    const uint64_t value = bye | (uint64_t)(++l->seq & 0x7fffffff) << 32 | l->index;
    uint32_t state = 0;
    if (lead) {
        headers[port].mask = mask;
        headers[port].opcode = 0;
        state = bench_mail_load(outbox + port) ^ 1;
    }
    buffer[0] = value;
    hc_lanes_sync(mask);
    hc_fence();
    if (lead) bench_mail_store(outbox + port, state);
    state = hc_lanes_lead(mask, state);

    bool answered = false;
    for (uint32_t n = 1; n <= a->rounds && !answered; n++) {
        answered = hc_lanes_lead(mask, bench_mail_load(inbox + port)) == state;
        if (!answered) bench_mail_doze(n);
    }
    if (!answered) return false;
    hc_fence();
    const bool right = buffer[0] == value + 1;
    hc_lanes_sync(mask);
    if (lead) hc_word_store_release((uint32_t *)a->locks + port, 0);
    return right;
}

HC_FN bool bench_call(const struct bench_args *a, struct bench_line *l, uint32_t kind)
{
    switch (kind) {
    case BENCH_KIND_FLOOR: return bench_floor_call(a, l);
    case BENCH_KIND_MEMCPY: return bench_memcpy_call(a, l, BENCH_OPCODE_NULL);
    case BENCH_KIND_MAILBOX: return bench_mailbox_call(a, l, 0);
    default: return hc_nop() == 0;
    }
}

HC_FN void bench_bye(const struct bench_args *a, struct bench_line *l, uint32_t kind)
{
    if (kind == BENCH_KIND_FLOOR) hc_unit_store(l->request, hc_unit(BENCH_BYE, 0));
    if (kind == BENCH_KIND_MEMCPY) bench_memcpy_call(a, l, BENCH_OPCODE_BYE);
    if (kind == BENCH_KIND_MAILBOX) bench_mailbox_call(a, l, BENCH_MAIL_BYE);
}

HC_FN void bench_calls(const struct bench_args *a, uint32_t kind)
{
    if (hc_lane() >= a->lanes) return;
    struct bench_line line = bench_line_open(a, kind);
    const bool timed = a->times && hc_wave() == 0 && hc_lane() == 0;
    uint32_t calls = 0, errors = 0;
    for (uint32_t i = 0; i < a->warmup && !errors; i++) errors += !bench_call(a, &line, kind);

    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    while (calls < a->calls && !errors) {
        const uint64_t mask = hc_lanes_here();
        const bool over = a->ticks && hc_ticks() - begin >= a->ticks;
        if (hc_lanes_lead(mask, over)) break;
        const uint64_t from = bench_cycles();
        for (uint32_t i = 0; i < a->window && !errors; i++) errors += !bench_call(a, &line, kind);
        if (a->lanes > 1) hc_lanes_sync(mask);
        if (timed) ((uint64_t *)a->times)[calls / a->window] = bench_cycles() - from;
        calls += a->window;
    }
    bench_lane_report(a, line.index, calls, errors, begin, cycles);
    if (!errors) bench_bye(a, &line, kind);
}

HC_KERNEL(bench_null, struct bench_args, a) { bench_calls(&a, BENCH_KIND_NULL); }
HC_KERNEL(bench_floor, struct bench_args, a) { bench_calls(&a, BENCH_KIND_FLOOR); }
HC_KERNEL(bench_memcpy, struct bench_args, a) { bench_calls(&a, BENCH_KIND_MEMCPY); }
HC_KERNEL(bench_mailbox, struct bench_args, a) { bench_calls(&a, BENCH_KIND_MAILBOX); }

// ------------------------------------------------------------------------------- blocks, lines and waits

#define BENCH_BLOCK_LAST (~0ull)

// One round.  Word 0 of what is sent tells it from all others, *word; of an odd wave's: what came.
HC_FN bool bench_block_round(const struct bench_args *a, uint32_t wave, uint64_t *word)
{
    const struct bench_ends *ends = (const struct bench_ends *)a->request + wave;
    const int64_t size = (int64_t)a->size, at = (int64_t)wave * size;
    uint64_t *out = (uint64_t *)(a->reply + 2 * wave * a->size), *in = out + a->size / 8;
    const bool odd = a->mode == BENCH_BLOCK_PAIR && wave % 2;
    const bool places = a->mode == BENCH_BLOCK_SYNC || a->mode == BENCH_BLOCK_FILE;
    if (odd && hc_read(ends->from, in, a->size) != size) return false;
    if (odd) *word = in[0];
    out[0] = *word;
    if ((places ? hc_pwrite(ends->to, out, a->size, at) : hc_write(ends->to, out, a->size)) != size)
        return false;
    if (odd || a->mode == BENCH_BLOCK_WRITE) return true;
    if (a->mode == BENCH_BLOCK_SYNC) return hc_fsync(ends->to) == 0;
    if ((places ? hc_pread(ends->from, in, a->size, at) : hc_read(ends->from, in, a->size)) != size)
        return false;
    return in[0] == *word;
}

// Rounds by the first lane of each wave, until it made `calls` of them or `ticks` have passed; an odd wave of a pair
// ends with the even one.
HC_KERNEL(bench_block, struct bench_args, a)
{
    if (hc_lane()) return;
    uint32_t errors = 0, rounds = 0;
    const uint32_t wave = hc_wave();
    for (uint32_t i = 0; i < a.warmup; i++) errors += hc_nop() != 0;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint64_t word = 0; word != BENCH_BLOCK_LAST && !errors; rounds++) {
        word = (uint64_t)wave << 32 | rounds;
        if (rounds + 1 >= a.calls || hc_ticks() - begin >= a.ticks) word = BENCH_BLOCK_LAST;
        errors += !bench_block_round(&a, wave, &word);
    }
    bench_lane_report(&a, wave, rounds, errors, begin, cycles);
}

// `calls` lines from each lane, numbered so that a lost, doubled or torn one shows.
HC_KERNEL(bench_print, struct bench_args, a)
{
    if (hc_lane() >= a.lanes) return;
    uint32_t errors = 0;
    const uint32_t index = hc_wave() * a.lanes + hc_lane();
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t i = 0; i < a.calls; i++)
        errors += hc_printf("lane %u prints line %u\n", index, i) <= 0;
    bench_lane_report(&a, index, a.calls, errors, begin, cycles);
}

#ifdef __CUDACC__
HC_KERNEL(bench_cuda_printf, struct bench_args, a)
{
    if (hc_lane() >= a.lanes) return;
    const uint32_t index = hc_wave() * a.lanes + hc_lane();
    for (uint32_t i = 0; i < a.calls; i++) printf("lane %u prints line %u\n", index, i);
}
#endif

// Sleeps size ns, then times a call, then times another one: `calls` times over.  Asks the host
// nothing else, so with warmup = 1 it is a kernel that only sleeps.
HC_KERNEL(bench_nap, struct bench_args, a)
{
    uint32_t errors = 0, timed = 0;
    if (hc_lane() || hc_wave()) return;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t i = 0; i < a.calls; i++) {
        if (a.size) errors += hc_nanosleep(a.size) != 0;
        if (a.warmup) continue;
        for (uint32_t k = 0; k < 2; k++) {
            const uint64_t from = bench_cycles();
            errors += hc_nop() != 0;
            ((uint64_t *)a.times)[timed++] = bench_cycles() - from;
        }
    }
    bench_lane_report(&a, 0, a.calls, errors, begin, cycles);
}

// The first lane of each wave calls until `ticks` have passed.  A wait is from one call's end to the next one's.
HC_KERNEL(bench_fair, struct bench_args, a)
{
    if (hc_lane()) return;
    struct bench_waits *waits = (struct bench_waits *)a.times + hc_wave();
    uint32_t calls = 0, errors = 0;
    uint64_t longest = 0;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint64_t from = begin, now; from - begin < a.ticks && !errors; from = now) {
        errors += hc_nop() != 0;
        now = hc_ticks();
        waits->last[calls++ % BENCH_WAITS] = now - from;
        if (now - from > longest) longest = now - from;
    }
    waits->longest = longest;
    bench_lane_report(&a, hc_wave(), calls, errors, begin, cycles);
}

// Waits a.ticks device ticks without a server: what waiting itself costs.
HC_KERNEL(bench_wait, struct bench_args, a)
{
    if (hc_lane() || hc_wave()) return;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t n = 1; hc_ticks() - begin < a.ticks; n++) hc_relax(n);
    bench_lane_report(&a, 0, 0, 0, begin, cycles);
}
