// Long transfers by a whole wave: its lanes copy together while the call before is under way.
#ifndef HC_BULK_H
#define HC_BULK_H

#include "core/client.h"

// ------------------------------------------------------------------------------------- copying

struct hc_16 {
    uint64_t a, b;
} __attribute__((aligned(16)));

// Loads in flight of one lane.  Twice as many make a lone wave a sixth faster on an H100, and take it 18 registers
// more: then blocks of 512 could not be launched.
#define HC_COPY_DEPTH 8

// Four words of 32 bits, or sixteen bytes, as memory allows.
HC_FN struct hc_16 hc_16_load(const uint8_t *p, bool words)
{
    struct hc_16 v = {0, 0};
    if (words) {
        const uint32_t *w = (const uint32_t *)(const void *)p;
        v.a = (uint64_t)w[1] << 32 | w[0];
        v.b = (uint64_t)w[3] << 32 | w[2];
    } else {
        for (uint32_t i = 0; i < 8; i++) {
            v.a |= (uint64_t)p[i] << 8 * i;
            v.b |= (uint64_t)p[8 + i] << 8 * i;
        }
    }
    return v;
}
HC_FN void hc_16_store(uint8_t *p, struct hc_16 v, bool words)
{
    if (words) {
        uint32_t *w = (uint32_t *)(void *)p;
        w[0] = (uint32_t)v.a;
        w[1] = (uint32_t)(v.a >> 32);
        w[2] = (uint32_t)v.b;
        w[3] = (uint32_t)(v.b >> 32);
    } else {
        for (uint32_t i = 0; i < 8; i++) {
            p[i] = (uint8_t)(v.a >> 8 * i);
            p[8 + i] = (uint8_t)(v.b >> 8 * i);
        }
    }
}

// Copies size bytes, of which this lane takes every step-th piece of 16, beginning with its own number.
HC_FN void hc_bytes_copy(void *to, const void *from, uint32_t own, uint32_t step, uint32_t size)
{
    uint8_t *t = (uint8_t *)to;
    const uint8_t *f = (const uint8_t *)from;
    const bool from_words = ((uint64_t)f & 3) == 0, to_words = ((uint64_t)t & 3) == 0;
    const uint32_t n = size / 16;
    uint32_t i = own;
    if ((((uint64_t)t | (uint64_t)f) & 15) == 0) {
        struct hc_16 *t16 = (struct hc_16 *)(void *)t;
        const struct hc_16 *f16 = (const struct hc_16 *)(const void *)f;
        for (; i + (HC_COPY_DEPTH - 1) * step < n; i += HC_COPY_DEPTH * step) {
            struct hc_16 v[HC_COPY_DEPTH];
            HC_UNROLL
            for (uint32_t k = 0; k < HC_COPY_DEPTH; k++) v[k] = f16[i + k * step];
            HC_UNROLL
            for (uint32_t k = 0; k < HC_COPY_DEPTH; k++) t16[i + k * step] = v[k];
        }
        for (; i < n; i += step) t16[i] = f16[i];
    }
    for (; i < n; i += step) hc_16_store(t + 16 * i, hc_16_load(f + 16 * i, from_words), to_words);
    for (i = 16 * n + own; i < size; i += step) t[i] = f[i];
}

// --------------------------------------------------------------------------------------- transfers

// Lanes of mask, all that there are, wait for each other; what each stored before is there for the others.
HC_FN void hc_lanes_meet(uint64_t mask)
{
    (void)hc_lanes_all();
    hc_lanes_sync(mask);
}

// A transfer by the lanes of a wave, as each of them sees it.
struct hc_bulk {
    uint64_t mask;
    uint32_t rank, lanes;
    uint32_t op;
    int fd;
    int extent[2];           // the second: -1, none was free
    struct hc_claim claim;   // the lead's: of the call under way
    uint32_t why;            // HC_WAIT_*: no more calls can be made
};

// What the lead found, for all.
HC_FN uint32_t hc_bulk_share(const struct hc_bulk *b, uint32_t value)
{
    hc_lanes_meet(b->mask);
    return hc_lanes_lead(b->mask, value);
}

// Takes one extent, waiting for it, and another one if it is free: who waits holds none, so that extents
// always come back.
HC_FN void hc_bulk_begin(const struct hc_context *x, struct hc_bulk *b, bool both)
{
    int first = -1, second = -1;
    uint32_t why = 0;
    if (b->rank == 0) {
        struct hc_watch watch = {0, 0, 0};
        while ((first = hc_extent_try(x)) < 0 && !(why = hc_watch(x, &watch))) {}
        if (!why && both) second = hc_extent_try(x);
    }
    b->why = hc_bulk_share(b, why);
    b->extent[0] = (int)hc_lanes_lead(b->mask, (uint32_t)first);
    b->extent[1] = (int)hc_lanes_lead(b->mask, (uint32_t)second);
}

HC_FN void hc_bulk_end(const struct hc_context *x, const struct hc_bulk *b)
{
    hc_lanes_meet(b->mask);
    if (b->rank) return;
    hc_extent_release(x, b->extent[0]);
    if (b->extent[1] >= 0) hc_extent_release(x, b->extent[1]);
}

HC_FN struct hc_call hc_bulk_call(const struct hc_bulk *b, uint32_t which, uint32_t piece)
{
    struct hc_call c = hc_call_init(b->op, 1);
    c.arg[0] = (uint64_t)(int64_t)b->fd;
    c.extent = b->extent[which];
    if (b->op == HC_OP_WRITE) {
        c.extent_out = true;
        c.blob_size = piece;
    } else {
        c.arg[c.args++] = piece;
        c.extent_in = true;
        c.room = piece;
    }
    return c;
}

// The lead sends the call for a piece, once all lanes are here.  Its release in hc_call_write() covers what the
// others stored before they met.
HC_FN void hc_bulk_post(const struct hc_context *x, struct hc_bulk *b, uint32_t which,
                        uint32_t piece)
{
    hc_lanes_meet(b->mask);
    if (b->rank) return;
    const struct hc_call c = hc_bulk_call(b, which, piece);
    b->why = hc_call_post(x, &c, &b->claim);
}

// All get the answer: bytes, or a negative errno.
HC_FN int64_t hc_bulk_await(const struct hc_context *x, struct hc_bulk *b, uint32_t which,
                            uint32_t piece)
{
    int64_t result = 0;
    if (b->rank == 0 && !b->why) {
        struct hc_call c = hc_bulk_call(b, which, piece);
        b->why = hc_call_await(x, &c, b->claim, &result);
    }
    b->why = hc_bulk_share(b, b->why);
    const int32_t shared = (int32_t)hc_lanes_lead(b->mask, (uint32_t)result);
    return b->why ? -HC_ESHUTDOWN : shared > (int32_t)piece ? (int64_t)piece : shared;
}

HC_FN uint32_t hc_bulk_piece(uint64_t left)
{
    return left < HC_EXTENT_BYTES ? (uint32_t)left : HC_EXTENT_BYTES;
}

// Sends all of it, piece after piece: each is sent when the one before is known to have been taken whole, and
// copied while that is under way.  Bytes taken, or the first piece's error.
HC_FN int64_t hc_bulk_send(const struct hc_context *x, struct hc_bulk *b, const uint8_t *data,
                           uint64_t size)
{
    uint64_t done = 0;
    uint32_t which = 0, piece = hc_bulk_piece(size);
    hc_bytes_copy(hc_extent_out(x, b->extent[0]), data, b->rank, b->lanes, piece);
    for (;;) {
        hc_bulk_post(x, b, which, piece);
        const uint32_t next = hc_bulk_piece(size - done - piece);
        const bool ahead = next && b->extent[1] >= 0;
        if (ahead)
            hc_bytes_copy(hc_extent_out(x, b->extent[which ^ 1]), data + done + piece, b->rank,
                          b->lanes, next);
        const int64_t n = hc_bulk_await(x, b, which, piece);
        if (n < 0) return done ? (int64_t)done : n;
        done += (uint64_t)n;
        if (n < (int64_t)piece || !next) return (int64_t)done;
        if (!ahead)
            hc_bytes_copy(hc_extent_out(x, b->extent[0]), data + done, b->rank, b->lanes, next);
        which ^= ahead;
        piece = next;
    }
}

// Receives until a piece is not full, or size bytes are here; asks for the next piece before it copies one.
HC_FN int64_t hc_bulk_receive(const struct hc_context *x, struct hc_bulk *b, uint8_t *data,
                              uint64_t size)
{
    uint64_t done = 0;
    uint32_t which = 0, piece = hc_bulk_piece(size);
    hc_bulk_post(x, b, 0, piece);
    for (;;) {
        const int64_t n = hc_bulk_await(x, b, which, piece);
        if (n < 0) return done ? (int64_t)done : n;
        const uint32_t next = n < (int64_t)piece ? 0 : hc_bulk_piece(size - done - (uint64_t)piece);
        const bool ahead = next && b->extent[1] >= 0;
        if (ahead) hc_bulk_post(x, b, which ^ 1, next);
        hc_bytes_copy(data + done, hc_extent_in(x, b->extent[which]), b->rank, b->lanes,
                      (uint32_t)n);
        done += (uint64_t)n;
        if (!next) return (int64_t)done;
        if (!ahead) hc_bulk_post(x, b, 0, next);
        which ^= ahead;
        piece = next;
    }
}

HC_COLD int64_t hc_wave_transfer(uint32_t op, int fd, void *data, uint64_t size)
{
    const struct hc_context *x = hc_context();
    if (!hc_bound(x)) return -HC_ESHUTDOWN;
    struct hc_bulk b;
    b.mask = hc_lanes_all();
    b.rank = hc_lanes_count(b.mask & ((1ull << hc_lane()) - 1));
    b.lanes = hc_lanes_count(b.mask);
    b.op = op;
    b.fd = fd;
    b.claim.slot = b.claim.seq = 0;
    b.claim.kept = false;
    hc_bulk_begin(x, &b, size > HC_EXTENT_BYTES);
    int64_t n = -HC_ESHUTDOWN;
    if (!b.why) {
        n = op == HC_OP_WRITE ? hc_bulk_send(x, &b, (const uint8_t *)data, size)
                              : hc_bulk_receive(x, &b, (uint8_t *)data, size);
        // A call that was not answered keeps its extent: the host may still read or fill it.
        if (!b.why) hc_bulk_end(x, &b);
    }
    if (b.why == HC_WAIT_END) hc_lane_end();
    return n;
}

#endif
