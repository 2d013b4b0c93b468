#version 460
#extension GL_GOOGLE_include_directive : require
// One lane, calls without files: clocks, errors, text.
#include "test.glsl"

HC_KERNEL(test_clock, test_args, a)
{
    if (hc_global_id() != 0u) return;
    test_result(a, 17u, hc_clock_ns(HC_CLOCK_REALTIME));
    test_result(a, 18u, hc_clock_ns(HC_CLOCK_MONOTONIC));
    test_result(a, 19u, hc_nanosleep(3000000ul));
    test_result(a, 20u, hc_clock_ns(HC_CLOCK_MONOTONIC));
    test_result(a, 21u, hc_write(99, a.data, 1ul));
    test_result(a, 22u, hc_pread(0, a.back, 1ul, -1l));
    test_result(a, 23u, int64_t(hc_user()));
    test_result(a, 24u, hc_puts("done"));
    hc_printf("half a line");
    test_result(a, 25u, hc_flush(1));
}
