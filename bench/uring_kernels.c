// The kernel of uring_device: a wave that fills entries of an io_uring and looks for their ends itself.
#include "hostcall/device.h"
#include "bench/args.h"
#include "bench/mail.h"

// Of linux/io_uring.h.
enum {
    RING_NOP = 0,
    RING_READ_FIXED = 4,
    RING_WRITE_FIXED = 5,
    RING_OPENAT = 18,
    RING_READ = 22,
    RING_WRITE = 23,
    RING_FIXED_FILE = 1,
    RING_LOST = -9999,
};

// One entry, and its end: what the system call gave.  head: operation, flags and descriptor.
HC_FN int32_t bench_ring_entry(const struct bench_args *a, struct bench_ring *r, uint64_t head,
                               uint64_t address, uint32_t size)
{
    const uint32_t n = r->next++;
    uint64_t *sqe = (uint64_t *)(r->sqes + (uint64_t)(n & r->sq_mask) * 64);
    const uint64_t *cqe = (const uint64_t *)(r->cqes + (uint64_t)(n & r->cq_mask) * 16);
    hc_unit_store(sqe, head);
    hc_unit_store(sqe + 1, ~0ull);  // at the descriptor's own place
    hc_unit_store(sqe + 2, address);
    hc_unit_store(sqe + 3, size);
    hc_unit_store(sqe + 4, n);
    for (uint32_t i = 5; i < 8; i++) hc_unit_store(sqe + i, 0);
    hc_fence();  // the entry before the tail, which the system's thread loads with acquire
    bench_mail_store((uint32_t *)r->sq_tail, n + 1);
    uint32_t rounds = 1;
    while (bench_mail_load((const uint32_t *)r->cq_tail) == n && rounds <= a->rounds)
        hc_relax(rounds++);
    if (rounds > a->rounds) return RING_LOST;
    hc_fence();  // pairs with the system's release of the tail: the end's words, and what was read
    const bool own = hc_unit_load(cqe) == n;
    const int32_t result = (int32_t)(uint32_t)hc_unit_load(cqe + 1);
    bench_mail_store((uint32_t *)r->cq_head, n + 1);
    return own ? result : RING_LOST;
}

HC_FN uint64_t bench_ring_head(uint32_t op, uint32_t flags, int32_t fd)
{
    return op | flags << 8 | (uint64_t)(uint32_t)fd << 32;
}

HC_FN bool bench_ring_round(const struct bench_args *a, struct bench_ring *r, uint64_t word)
{
    const bool bound = a->mode == BENCH_RING_BOUND;
    const uint32_t flags = bound ? RING_FIXED_FILE : 0;
    if (a->mode == BENCH_RING_NOP)
        return bench_ring_entry(a, r, bench_ring_head(RING_NOP, 0, -1), 0, 0) == 0;
    hc_unit_store((uint64_t *)r->out, word);
    const uint64_t write = bench_ring_head(bound ? RING_WRITE_FIXED : RING_WRITE, flags, r->to),
                   read = bench_ring_head(bound ? RING_READ_FIXED : RING_READ, flags, r->from);
    return bench_ring_entry(a, r, write, r->out_host, 8) == 8 &&
           bench_ring_entry(a, r, read, r->in_host, 8) == 8 &&
           hc_unit_load((const uint64_t *)r->in) == word;
}

// What a hostile kernel may try: another's descriptor, memory that is not registered, a file by its name.
// How many were not refused.
HC_FN uint32_t bench_ring_attack(const struct bench_args *a, struct bench_ring *r)
{
    uint32_t passed = 0;
    passed += bench_ring_entry(a, r, bench_ring_head(RING_READ, 0, 0), r->in_host, 8) >= 0;
    passed += bench_ring_entry(a, r, bench_ring_head(RING_WRITE, RING_FIXED_FILE, r->to),
                               r->out_host, 8) >= 0;
    passed += bench_ring_entry(a, r, bench_ring_head(RING_OPENAT, 0, -100), r->out_host, 0) >= 0;
    passed += bench_ring_entry(a, r, bench_ring_head(RING_WRITE_FIXED, RING_FIXED_FILE, r->to),
                               r->out_host + 65536, 8) >= 0;
    passed += bench_ring_entry(a, r, bench_ring_head(RING_WRITE_FIXED, RING_FIXED_FILE, 77),
                               r->out_host, 8) >= 0;
    return passed;
}

// Rounds by the first lane of each wave, in its ring, until `ticks` have passed.
HC_KERNEL(bench_uring, struct bench_args, a)
{
    if (hc_lane()) return;
    const uint32_t wave = hc_wave();
    struct bench_ring ring = ((const struct bench_ring *)a.request)[wave];
    uint32_t errors = 0, rounds = 0;
    const uint64_t begin = hc_ticks();
    if (a.mode == BENCH_RING_HOSTILE) errors = bench_ring_attack(&a, &ring);
    while (a.mode != BENCH_RING_HOSTILE && !errors && hc_ticks() - begin < a.ticks)
        errors += !bench_ring_round(&a, &ring, (uint64_t)wave << 32 | rounds++);
    struct bench_lane *out = (struct bench_lane *)a.out + wave;
    out->calls = rounds;
    out->errors = errors;
    out->begin = begin;
    out->end = hc_ticks();
    out->cycles = out->end - begin;
}
