#version 460
#extension GL_GOOGLE_include_directive : require
// Every lane makes n calls; result 0 counts lanes, result 1 answers that are right.
#include "test.glsl"

HC_KERNEL(test_many, test_args, a)
{
    uint right = 0u;
    for (uint i = 0u; i < a.n; i++) {
        const uint64_t x = uint64_t(hc_global_id()) << 20 | i;
        right += uint(hc_call("twice", x) == int64_t(2ul * x));
    }
    hc_word_add(uint64_t(a.to), 1u);
    hc_word_add(uint64_t(a.to) + 8ul, right);
}
