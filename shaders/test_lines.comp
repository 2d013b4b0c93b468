#version 460
#extension GL_GOOGLE_include_directive : require
// Every lane prints n lines, each in two calls.
#include "test.glsl"

HC_KERNEL(test_lines, test_args, a)
{
    for (uint i = 0u; i < a.n; i++) {
        hc_printf("lane %u ", hc_u(hc_global_id()));
        hc_printf("line %u of %s\n", hc_u(i), hc_s("so many"));
    }
}
