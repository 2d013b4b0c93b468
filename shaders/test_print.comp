#version 460
#extension GL_GOOGLE_include_directive : require
// Every type of argument, eight arguments, none, long text, a misfit; and n floats from memory.
#include "test.glsl"

HC_KERNEL(test_print, test_args, a)
{
    if (hc_global_id() != 0u) return;
    test_result(a, 0u, hc_printf("no arguments\n"));
    test_result(a, 1u, hc_printf("%d %u %ld %lu %.3f %g %s %s\n", hc_i(-7), hc_u(4000000000u), hc_l(-5000000000l),
                                 hc_ul(18000000000000000000ul), hc_f(0.5), hc_d(double(a.n) + 0.125), hc_s("text"),
                                 hc_text(a.data + 1ul, 5u)));
    test_result(a, 2u,
        hc_printf("%p %s|%5d|%-5x|%c%%\n", hc_p(0x1234ul), hc_text(0ul, 3u), hc_i(42), hc_u(0xabu), hc_i(33)));
    test_result(a, 3u, hc_printf("%s\n", hc_text(a.data, uint(a.size))));
    test_result(a, 4u, hc_printf("%d\n", hc_f(1.0)));
    test_result(a, 5u, hc_printf("%s\n", hc_text(a.data, 65536u)));
    for (uint i = 0u; i < a.n; i++) hc_printf("%.9g %a\n", hc_f(uintBitsToFloat(uint(a.to.at[16u + i]))), hc_f(0.1));
}
