// The client: one call of one lane, packed with those of the lanes that call together with it.
#ifndef HC_CLIENT_H
#define HC_CLIENT_H

#include "core/slot.h"
#include "core/pack.h"
#include "core/queue.h"

#ifdef __GNUC__
#define HC_UNROLL _Pragma("GCC unroll 8")
#endif
#ifdef __CUDACC__
#undef HC_UNROLL
#define HC_UNROLL _Pragma("unroll")
#endif
#ifdef __clang__
#undef HC_UNROLL
#define HC_UNROLL _Pragma("unroll")
#endif

struct hc_arg {  // an argument of hc_printf, as the wire names it
    uint32_t tag;
    uint32_t limit;  // HC_ARG_STR: bytes to look at, at most
    uint64_t bits;   // value, or address of a string
};

// Words of such an argument's value in HC_OP_LINE; of a string: its size's.
HC_FN uint32_t hc_arg_words(uint32_t tag)
{
    return tag == HC_ARG_I32 || tag == HC_ARG_U32 || tag == HC_ARG_ID || tag == HC_ARG_STR ? 1 : 2;
}

struct hc_call {
    uint32_t op;
    uint32_t args;
    uint64_t arg[HC_ARGS_MAX];
    const void *blob;  // bytes to send, or NULL with print set
    uint32_t blob_size;
    const char *format;  // print only: what the blob is gathered from
    uint32_t format_size, print_args;
    const struct hc_arg *print;
    bool line;      // print only: the format can stand in the packet once, as HC_OP_LINE has it
    uint32_t tags;  // ... and these are the arguments' kinds
    uint32_t value_words;  // ... and what they take
    void *data;            // where data that comes back goes; NULL: it stays in the extent
    uint32_t room;         // bytes of it at most
    uint32_t size;         // out: bytes that came
    int extent;  // -1: none.  Out: -1 if the call kept it, for the server may yet serve it
    bool extent_out, extent_in;
    bool try_only;
};

HC_FN struct hc_call hc_call_init(uint32_t op, uint32_t args)
{
    struct hc_call c;
    c.op = op;
    c.args = args;
    for (uint32_t i = 0; i < HC_ARGS_MAX; i++) c.arg[i] = 0;
    c.blob = 0;
    c.blob_size = 0;
    c.format = 0;
    c.format_size = 0;
    c.print_args = 0;
    c.print = 0;
    c.line = false;
    c.tags = c.value_words = 0;
    c.data = 0;
    c.room = 0;
    c.size = 0;
    c.extent = -1;
    c.extent_out = false;
    c.extent_in = false;
    c.try_only = false;
    return c;
}

// ----------------------------------------------------------------------------- gathering a blob

// Takes bytes one after another and stores them as units of a request, or plainly into an extent.
struct hc_sink {
    uint64_t *to;    // where the next pair of units goes
    uint64_t *tail;  // ... when the slot's line is full:
    uint32_t left;   // units until then
    uint32_t seq;
    uint64_t pair;  // first of a pair, if half
    bool half;
    uint32_t word, fill;  // bytes gathered, and how many
    uint8_t *extent;      // not NULL: bytes go there instead
};

HC_FN struct hc_sink hc_sink_init(struct hc_area area, uint32_t slot, uint32_t seq, uint32_t at,
                                  uint8_t *extent)
{
    struct hc_sink s;
    s.to = hc_area_unit(area, slot, at);
    s.tail = area.tails + (uint64_t)slot * HC_TAIL_UNITS;
    s.left = at < HC_LINE_UNITS ? HC_LINE_UNITS - at : ~1u;
    s.seq = seq;
    s.pair = 0;
    s.half = false;
    s.word = 0;
    s.fill = 0;
    s.extent = extent;
    return s;
}

HC_FN void hc_sink_pair(struct hc_sink *s, uint64_t a, uint64_t b)
{
    hc_unit_store2(s->to, a, b);
    s->to += 2;
    s->left -= 2;
    if (!s->left) {
        s->to = s->tail;
        s->left = ~1u;
    }
}

HC_FN void hc_sink_word(struct hc_sink *s, uint32_t word)
{
    if (s->half)
        hc_sink_pair(s, s->pair, hc_unit(s->seq, word));
    else
        s->pair = hc_unit(s->seq, word);
    s->half = !s->half;
}

HC_FN void hc_sink_byte(struct hc_sink *s, uint32_t byte)
{
    if (s->extent) {
        *s->extent++ = (uint8_t)byte;
        return;
    }
    s->word |= byte << 8 * s->fill;
    if (++s->fill < 4) return;
    hc_sink_word(s, s->word);
    s->word = 0;
    s->fill = 0;
}

// The word of a text at byte `at`; what lies behind its end is 0.
HC_FN uint32_t hc_text_word(const uint8_t *text, uint32_t at, uint32_t size)
{
    uint32_t word = 0;
    if (at + 4 <= size) {
        const uint8_t *p = text + at;
        if (!((uint64_t)p & 3)) return *(const uint32_t *)(const void *)p;
        return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    }
    for (uint32_t i = 0; at + i < size; i++) word |= (uint32_t)text[at + i] << 8 * i;
    return word;
}

HC_FN void hc_sink_bytes(struct hc_sink *s, const void *from, uint32_t n)
{
    const uint8_t *p = (const uint8_t *)from;
    uint32_t i = 0;
    if (!s->extent && !s->fill)
        for (; i + 4 <= n; i += 4) hc_sink_word(s, hc_text_word(p, i, n));
    for (; i < n; i++) hc_sink_byte(s, p[i]);
}

HC_FN void hc_sink_value(struct hc_sink *s, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) hc_sink_byte(s, (uint32_t)(value >> 8 * i) & 0xff);
}

HC_FN uint32_t hc_text_size(const char *text, uint32_t limit)
{
    uint32_t n = 0;
    while (n < limit && text[n]) n++;
    return n;
}

// The blob of HC_OP_PRINT, as protocol.h describes it.
HC_FN void hc_sink_print(struct hc_sink *s, const struct hc_call *c)
{
    hc_sink_byte(s, c->print_args);
    for (uint32_t i = 0; i < c->print_args; i++) hc_sink_byte(s, c->print[i].tag);
    hc_sink_value(s, c->format_size, 4);
    hc_sink_bytes(s, c->format, c->format_size);
    for (uint32_t i = 0; i < c->print_args; i++) {
        const struct hc_arg *a = &c->print[i];
        if (a->tag != HC_ARG_STR) {
            hc_sink_value(s, a->bits, a->tag == HC_ARG_ID ? 4 : 8);
        } else if (!a->bits) {
            hc_sink_value(s, 0xffffffff, 4);
        } else {
            hc_sink_value(s, a->limit, 4);
            hc_sink_bytes(s, (const void *)a->bits, a->limit);
        }
    }
}

// The values of HC_OP_LINE.
HC_FN void hc_sink_values(struct hc_sink *s, const struct hc_call *c)
{
    for (uint32_t i = 0; i < c->print_args; i++) {
        const struct hc_arg *a = &c->print[i];
        if (a->tag == HC_ARG_STR) {
            const uint32_t size = a->bits ? a->limit : 0;
            hc_sink_word(s, a->bits ? size : 0xffffffff);
            for (uint32_t at = 0; at < size; at += 4)
                hc_sink_word(s, hc_text_word((const uint8_t *)a->bits, at, size));
        } else {
            hc_sink_word(s, (uint32_t)a->bits);
            if (hc_arg_words(a->tag) > 1) hc_sink_word(s, (uint32_t)(a->bits >> 32));
        }
    }
}

HC_FN void hc_sink_blob(struct hc_sink *s, const struct hc_call *c, bool prints)
{
    if (prints && c->op == HC_OP_LINE)
        hc_sink_values(s, c);
    else if (prints && c->print)
        hc_sink_print(s, c);
    else
        hc_sink_bytes(s, c->blob, c->blob_size);
}

// ---------------------------------------------------------------------------------- one packet

// Writes this lane's call at word `at` of the slot.  Its first pair goes last and, if an extent
// comes with it, as a release: the host acquires it before it touches the extent.
HC_FN void hc_call_write(const struct hc_call *c, struct hc_area area, uint32_t slot, uint32_t seq,
                         uint32_t at, uint32_t stride, bool prints)
{
    uint64_t *first = hc_area_unit(area, slot, at);
    if (stride > HC_CALL_WORDS) {
        struct hc_sink s = hc_sink_init(area, slot, seq, at + HC_CALL_WORDS, 0);
        uint32_t words = HC_CALL_WORDS + 2 * c->args;
        // Unrolled, so that arg needs no address.
        HC_UNROLL
        for (uint32_t i = 0; i < HC_ARGS_MAX; i++)
            if (i < c->args)
                hc_sink_pair(&s, hc_unit(seq, (uint32_t)c->arg[i]),
                             hc_unit(seq, (uint32_t)(c->arg[i] >> 32)));
        if (!c->extent_out && c->blob_size) {
            hc_sink_blob(&s, c, prints);
            if (s.fill) hc_sink_word(&s, s.word);
            words += hc_words(c->blob_size);
        }
        for (; words < stride; words++) hc_sink_word(&s, 0);
    }

    struct hc_op op;
    op.op = c->op;
    op.args = c->args;
    op.extent_out = c->extent_out;
    op.extent_in = c->extent_in;
    op.extent = c->extent < 0 ? 0 : (uint32_t)c->extent;
    op.lane = hc_lane();
    const uint64_t a = hc_unit(seq, hc_op_pack(op)), b = hc_unit(seq, c->blob_size);
    if (c->extent_out | c->extent_in)
        hc_unit_store2_release(first, a, b);
    else
        hc_unit_store2(first, a, b);
}

// Waits for this lane's answer at word `at` and takes it.  0, or the HC_WAIT_* why there is none.
HC_FN uint32_t hc_answer_read(const struct hc_context *x, struct hc_call *c, struct hc_area area,
                              uint32_t slot, uint32_t seq, uint32_t at, int64_t *result)
{
    const uint64_t *first = hc_area_unit(area, slot, at);
    struct hc_watch watch = {0, 0, 0};
    uint64_t u[2];
    uint32_t why = 0;
    bool answered = false;
    while (!answered) {
        // Pairs with the host's stores in answer_write(): each unit carries its own word.
        hc_unit_load2(first, u);
        if (hc_unit_seq(u[0]) == seq && hc_unit_seq(u[1]) == seq) {
            answered = HC_UNCUT(true);
            break;
        }
        if (why) return why;  // only after one more look: an answer in time is an answer
        why = hc_watch(x, &watch);
    }
    if (!answered) {
        hc_word_store_release(hc_cut_word(x), 1);
        return HC_WAIT_END;
    }
    *result = (int64_t)((uint64_t)hc_unit_word(u[1]) << 32 | hc_unit_word(u[0]));
    // Acquire pairs with the release of answer word 0, which follows the host's stores to an
    // extent, and its loads from one: the next owner's stores come after those.
    if (c->extent_in || (c->extent_out && !HC_STORES_FOLLOW_BRANCHES)) hc_unit_load_acquire(first);
    if (!c->room) return 0;

    uint8_t *to = (uint8_t *)c->data;
    uint32_t size = 0, taken = 0;
    for (uint32_t i = 2; i == 2 || taken < size; i++) {
        const uint64_t *p = hc_area_unit(area, slot, at + i);
        uint64_t unit;
        watch.spins = 0;
        while (hc_unit_seq(unit = hc_unit_load(p)) != seq) {
            why = hc_watch(x, &watch);
            if (why) return why;
        }
        uint32_t word = hc_unit_word(unit);
        if (i == 2) {
            size = word < c->room ? word : c->room;
            c->size = size;
            if (c->extent_in) return 0;
            continue;
        }
        for (uint32_t b = 0; b < 4 && taken < size; b++, word >>= 8) to[taken++] = (uint8_t)word;
    }
    return 0;
}

HC_FN struct hc_area hc_area_out(const struct hc_context *x)
{
    struct hc_area area;
    area.lines = (uint64_t *)x->request_lines;
    area.tails = (uint64_t *)x->request_tails;
    return area;
}
HC_FN struct hc_area hc_area_in(const struct hc_context *x)
{
    struct hc_area area;
    area.lines = (uint64_t *)x->reply_lines;
    area.tails = (uint64_t *)x->reply_tails;
    return area;
}

// The head of a packet, and the units behind its calls if this one sweeps.
HC_FN void hc_head_write(struct hc_head head, struct hc_area out, uint32_t slot, uint32_t seq)
{
    hc_unit_store2(hc_area_unit(out, slot, 0), hc_unit(seq, hc_head_pack(head)),
                   hc_unit(seq, hc_wave()));
    if (hc_seq_sweeps(seq))
        for (uint32_t i = hc_head_words(head); i < HC_SLOT_UNITS; i++)
            hc_unit_store(hc_area_unit(out, slot, i), hc_unit(seq, 0));
}

HC_FN uint32_t hc_own_stride(const struct hc_call *c)
{
    return hc_call_stride(c->args, c->extent_out ? 0 : c->blob_size);
}
HC_FN uint32_t hc_own_room(const struct hc_call *c)
{
    return c->room && c->extent_in ? hc_answer_room(1) : hc_answer_room(c->room);
}

// What calls of HC_OP_LINE share, written by all lanes of the packet: this one takes every lanes-th pair of words.
HC_FN void hc_common_write(const struct hc_call *c, struct hc_head head, struct hc_area out,
                           uint32_t slot, uint32_t seq, uint32_t rank)
{
    for (uint32_t i = rank; 2 * i < head.common; i += head.lanes) {
        uint32_t a = head.common, b = c->print_args | c->format_size << 8;
        if (i == 1) {
            a = c->tags;
            b = 0;
        } else if (i > 1) {
            a = hc_text_word((const uint8_t *)c->format, 8 * i - 16, c->format_size);
            b = hc_text_word((const uint8_t *)c->format, 8 * i - 12, c->format_size);
        }
        hc_unit_store2(hc_area_unit(out, slot, HC_HEAD_WORDS + 2 * i), hc_unit(seq, a),
                       hc_unit(seq, b));
    }
}

// Whether all lanes print by one format, so that it can stand in their packet once.
HC_FN bool hc_line_agreed(uint64_t mask, const struct hc_call *c)
{
    const uint64_t at = (uint64_t)c->format;
    bool other = !c->line;
    other |= hc_lanes_lead(mask, (uint32_t)at) != (uint32_t)at;
    other |= hc_lanes_lead(mask, (uint32_t)(at >> 32)) != (uint32_t)(at >> 32);
    other |= hc_lanes_lead(mask, c->tags) != c->tags;
    return !hc_lanes_max(mask, other);
}

// As HC_OP_LINE, or with a format of its own.
HC_FN void hc_print_choose(struct hc_call *c, bool line, uint32_t blob_size)
{
    c->op = line ? HC_OP_LINE : HC_OP_PRINT;
    c->args = line ? 1 : 2;
    c->blob_size = line ? 4 * c->value_words : blob_size;
}

// A call in two halves, for a lane that does something else in between; no other lane of its wave may want to
// call meanwhile.  This one takes a slot, waits for one if it must, and sends the call.  0, or HC_WAIT_*.
HC_FN uint32_t hc_call_post(const struct hc_context *x, const struct hc_call *c,
                            struct hc_claim *claim)
{
    const uint32_t home = hc_slot_home(x);
    struct hc_watch full = {0, 0, 0};
    *claim = hc_slot_kept(x);
    if (!claim->seq) {
        const uint32_t held = HC_LOCK_TAKE(hc_lock(x, home));
        *claim = held & 1 ? hc_slot_claim(x, home) : hc_slot_taken(home, held);
    }
    while (!claim->seq) {
        const uint32_t why = hc_watch(x, &full);
        if (why) return why;
        *claim = hc_slot_claim(x, home);
    }
    const struct hc_head head = {1, hc_own_stride(c), hc_own_room(c), 0};
    hc_call_write(c, hc_area_out(x), claim->slot, claim->seq, HC_HEAD_WORDS, head.stride, false);
    hc_head_write(head, hc_area_out(x), claim->slot, claim->seq);
    return 0;
}

// And this one takes its answer, and gives the slot back.  0, or HC_WAIT_*: there is no answer.
HC_FN uint32_t hc_call_await(const struct hc_context *x, struct hc_call *c, struct hc_claim claim,
                             int64_t *result)
{
    const uint32_t why = hc_answer_read(x, c, hc_area_in(x), claim.slot, claim.seq, 0, result);
    if (!why) hc_slot_release(x, claim);
    return why;
}

// Makes the call and returns its result: what the host answered, -HC_EAGAIN (try_only) or
// -HC_ESHUTDOWN. Ends the lane if the launch ends.  Lanes that arrive together share a packet if
// theirs fit in one.
// Inlined for each value of prints: lanes meet by place, and those that print exchange more.
__attribute__((always_inline)) HC_FN int64_t hc_transact_as(struct hc_call *call, const bool prints)
{
    const struct hc_context *x = hc_context();
    if (!hc_bound(x)) return -HC_ESHUTDOWN;
    // A copy of our own, which no store to shared memory can touch: it stays in registers.  Of a print, which has
    // more to it, they would be too many.
    struct hc_call own = *call, *c = prints ? call : &own;
    const uint32_t blob_size = call->blob_size;
    const struct hc_area out = hc_area_out(x), in = hc_area_in(x);
    const uint32_t own_room = hc_own_room(c);
    int64_t result = 0;
    struct hc_watch full = {0, 0, 0};
    while (HC_UNCUT(true)) {
        const uint64_t mask = hc_lanes_here();
        const uint32_t rank = hc_lanes_count(mask & ((1ull << hc_lane()) - 1)),
                       lanes = hc_lanes_count(mask);
        // The wave's own slot is asked for first and looked at last: the answer is under way
        // meanwhile.
        struct hc_claim claim = {0, 0, false};
        const uint32_t home = hc_slot_home(x);
        uint32_t held = 0;
        if (rank == 0) {
            claim = hc_slot_kept(x);
            if (!claim.seq) held = HC_LOCK_TAKE(hc_lock(x, home));
        }
        if (prints) hc_print_choose(c, lanes > 1 ? hc_line_agreed(mask, c) : c->line, blob_size);
        struct hc_head head = {lanes, hc_own_stride(c), own_room, 0};
        if (prints && c->op == HC_OP_LINE)
            head.common = hc_even(HC_LINE_COMMON_WORDS + hc_words(c->format_size));
        if (lanes > 1) {
            head.stride = hc_lanes_max(mask, head.stride);
            head.room = hc_lanes_max(mask, head.room);
            head.lanes = hc_head_fit(head);
        }

        if (rank == 0 && !claim.seq)
            claim = held & 1 ? hc_slot_claim(x, home) : hc_slot_taken(home, held);
        uint32_t seq = claim.seq, slot = claim.slot;
        if (lanes > 1) {
            seq = hc_lanes_lead(mask, seq);
            slot = hc_lanes_lead(mask, slot);
        }
        if (!seq) {
            if (c->try_only) return -HC_EAGAIN;
            const uint32_t end = hc_watch(x, &full);
            if (end == HC_WAIT_END) hc_lane_end();
            if (end) return -HC_ESHUTDOWN;
            continue;
        }

        // Everything up to the release stands inside the loop, as far as a compiler can tell: lanes
        // in lockstep that wait for a slot must not keep its owner from giving it back.
        uint32_t why = 0;
        const bool mine = HC_OPAQUE(rank < head.lanes);
        if (mine) {
            if (prints && head.common) hc_common_write(c, head, out, slot, seq, rank);
            hc_call_write(c, out, slot, seq, hc_head_calls(head) + rank * head.stride, head.stride,
                          prints);
            // Last, for the host looks at it first: then the rest is mostly there, and one look is enough.
            if (rank == 0) hc_head_write(head, out, slot, seq);
            why = hc_answer_read(x, c, in, slot, seq, rank * head.room, &result);
            if (!prints) call->size = c->size;
            if (why == HC_WAIT_END) hc_lane_end();
            if (why == HC_WAIT_DOWN) {
                result = -HC_ESHUTDOWN;
                call->extent = -1;
            }
        }
        if (lanes > 1) hc_lanes_sync(mask);
        if (rank == 0 && !why) hc_slot_release(x, claim);
        if (mine) return result;
    }
    hc_word_store_release(hc_cut_word(x), 1);
    hc_lane_end();
    return 0;
}

HC_FN int64_t hc_transact_here(struct hc_call *call) { return hc_transact_as(call, false); }

// Likewise, out of line: most calls go through here, so that kernels stay small.
HC_COLD int64_t hc_transact(struct hc_call *call) { return hc_transact_as(call, false); }

// Of a print whose blob has room in a slot.
HC_COLD int64_t hc_transact_print(struct hc_call *call) { return hc_transact_as(call, true); }

#endif
