#version 460
#extension GL_GOOGLE_include_directive : require
// Reads standard input: lines until there are no more, then bytes.
#include "test.glsl"

HC_KERNEL(test_input, test_args, a)
{
    if (hc_global_id() != 0u) return;
    for (uint i = 0u; i < a.n; i++) test_result(a, i, hc_read_line(0, a.back + i * 32u, 16ul));
    test_result(a, a.n, hc_read(0, a.back, 16ul));
}
