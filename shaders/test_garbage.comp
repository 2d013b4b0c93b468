#version 460
#extension GL_GOOGLE_include_directive : require
// Writes n requests of the host's making straight into a slot: at data, words as they are to stand
// there, size bytes each.  Reports what each is answered, then whether an honest call still works.
#include "test.glsl"

bool slot_send(test_args a, uint i)
{
    hc_context_ref x = hc_context();
    const uint slot = i % x.slots, words = uint(a.size) / 4u;
    const uint64_t lock = x.locks + 4ul * slot;
    const uint seq = (hc_word_or_acquire(lock, 1u) >> 1) + 1u;
    for (uint w = words; w-- > 0u;)
        hc_unit_store(hc_unit_at(x.request_lines, x.request_tails, slot, w),
            hc_unit(seq, hc_words(a.data + a.size * i).at[w]));
    const uint64_t low = hc_unit_at(x.reply_lines, x.reply_tails, slot, 0u);
    hc_watch_t watch = hc_watch_t(0ul, 0u, 0u);
    uint why = 0u;
    while (why == 0u && (hc_unit_seq(hc_unit_load(low)) != seq || hc_unit_seq(hc_unit_load(low + 8ul)) != seq)) {
        why = hc_watch(watch);
    }
    test_result(a, i, int64_t(uint64_t(hc_unit_word(hc_unit_load(low + 8ul))) << 32 | hc_unit_word(hc_unit_load(low))));
    hc_word_store_release(lock, seq << 1);
    return why == 0u;
}

HC_KERNEL(test_garbage, test_args, a)
{
    if (hc_global_id() != 0u) return;
    bool well = true;
    for (uint i = 0u; i < a.n && well; i++) well = slot_send(a, i);
    test_result(a, a.n, well ? hc_call("twice", 21ul) : -1l);
}
