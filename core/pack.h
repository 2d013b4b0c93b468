// How calls lie in a request and answers in a reply.  Shared by client and server, so that they
// agree.
#ifndef HC_PACK_H
#define HC_PACK_H

HC_FN uint32_t hc_even(uint32_t n) { return (n + 1) & ~1u; }
HC_FN uint32_t hc_words(uint32_t bytes) { return bytes / 4 + (bytes % 4 != 0); }

struct hc_head {
    uint32_t lanes;   // calls in the packet, 1 to HC_LANES_MAX
    uint32_t stride;  // words of a call, even
    uint32_t room;    // words of an answer, even
    uint32_t common;  // words of what its calls share, even; 0: nothing
};
// The words shared tell their number themselves; the head only says that there are any.
#define HC_HEAD_COMMON 0x80u
HC_FN uint32_t hc_head_pack(struct hc_head h)
{
    return h.lanes | (h.common ? HC_HEAD_COMMON : 0) | h.stride << 8 | h.room << 20;
}
HC_FN struct hc_head hc_head_unpack(uint32_t word)
{
    struct hc_head h;
    h.lanes = word & 0x7f;
    h.stride = word >> 8 & 0xfff;
    h.room = word >> 20;
    h.common = word & HC_HEAD_COMMON ? 2 : 0;  // at least; its first word has the number
    return h;
}
// Where the first call begins.
HC_FN uint32_t hc_head_calls(struct hc_head h) { return HC_HEAD_WORDS + h.common; }
HC_FN uint32_t hc_head_words(struct hc_head h) { return hc_head_calls(h) + h.lanes * h.stride; }
// Whether a packet of this shape stays inside its slot.
HC_FN bool hc_head_valid(struct hc_head h)
{
    return h.lanes >= 1 && h.lanes <= HC_LANES_MAX && h.stride >= HC_CALL_WORDS && h.room >= 2 &&
           h.common < HC_SLOT_UNITS && ((h.stride | h.room | h.common) & 1) == 0 &&
           hc_head_words(h) <= HC_SLOT_UNITS && h.lanes * h.room <= HC_SLOT_UNITS;
}
// How many of h.lanes lanes fit in one packet of such calls and answers; 0: what they share is too long.
HC_FN uint32_t hc_head_fit(struct hc_head h)
{
    const uint32_t calls = hc_head_calls(h);
    if (calls >= HC_SLOT_UNITS) return 0;
    const uint32_t out = (HC_SLOT_UNITS - calls) / h.stride, in = HC_SLOT_UNITS / h.room;
    const uint32_t fit = out < in ? out : in;
    return h.lanes < fit ? h.lanes : fit;
}

struct hc_op {  // word 0 of a call
    uint32_t op, args;
    uint32_t extent_out, extent_in;  // 0 or 1
    uint32_t extent;
    uint32_t lane;                   // of its wave
};
HC_FN uint32_t hc_op_pack(struct hc_op o)
{
    return o.op | o.args << 12 | o.extent_out << 16 | o.extent_in << 17 | o.extent << 18 |
           o.lane << 26;
}
HC_FN struct hc_op hc_op_unpack(uint32_t word)
{
    struct hc_op o;
    o.op = word & 0xfff;
    o.args = word >> 12 & 0xf;
    o.extent_out = word >> 16 & 1;
    o.extent_in = word >> 17 & 1;
    o.extent = word >> 18 & 0xff;
    o.lane = word >> 26;
    return o;
}

// Words a call takes, given its args and the bytes of blob it carries itself.
HC_FN uint32_t hc_call_stride(uint32_t args, uint32_t blob)
{
    return hc_even(HC_CALL_WORDS + 2 * args + hc_words(blob));
}
// Words of the answer that can bring so many bytes of data; no data, no room for its size either.
HC_FN uint32_t hc_answer_room(uint32_t bytes)
{
    return bytes ? hc_even(HC_ANSWER_WORDS + hc_words(bytes)) : 2;
}

// The most one lane alone can send or be sent without an extent.
HC_FN uint32_t hc_blob_max(uint32_t args)
{
    return 4 * (HC_SLOT_UNITS - HC_HEAD_WORDS - HC_CALL_WORDS - 2 * args);
}
#define HC_DATA_MAX (4 * (HC_SLOT_UNITS - HC_ANSWER_WORDS))

// 32-bit FNV-1a, never 0: the wire's name for a text.
HC_FN uint32_t hc_name_id(const char *name)
{
    uint32_t h = 2166136261u;
    for (; *name; name++) h = (h ^ (uint8_t)*name) * 16777619u;
    return h ? h : 1;
}

#endif
