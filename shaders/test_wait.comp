#version 460
#extension GL_GOOGLE_include_directive : require
// Waits for what does not come: by itself, in a read, for a slot, calling until calls fail,
// without a call for a word the host may set, or in a read through an extent.
#include "test.glsl"

HC_KERNEL(test_wait, test_args, a)
{
    if (hc_local_id() != 0u) return;
    int64_t result = 0l;
    if (a.mode == 0u) result = hc_nanosleep(1000000000000ul);
    if (a.mode == 1u) result = hc_read(0, a.back, 16ul);
    if (a.mode == 2u) {
        for (uint i = 0u; i < hc_context().slots; i++) hc_word_or_acquire(hc_context().locks + 4u * i, 1u);
        result = hc_nop();
    }
    if (a.mode == 3u)
        do result = hc_nop(); while (result == 0l);
    if (a.mode == 4u)
        // Many loads a round: 2^31 rounds are what the lifted limit of lavapipe leaves, and the host takes
        // 20 seconds to give up.
        for (uint i = 0u; i < 0xffffffffu && result == 0l; i++) {
#define LOAD result |= int64_t(hc_unit_load(a.data));
            LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD LOAD
        }
    if (a.mode == 5u) {
        result = hc_read(0, a.back, 4096ul);
        test_result(a, 1u, int64_t(int(hc_extent_try())));
    }
    test_result(a, hc_group_id(), result);
}
