#version 460
#extension GL_GOOGLE_include_directive : require
// Calls that don't wait, on a server with one slot: while this lane holds it itself, and after.
#include "test.glsl"

void tries(test_args a, uint at)
{
    test_result(a, at, hc_try_write(1, a.data, 1ul));
    test_result(a, at + 1u, hc_try_puts("tried"));
    test_result(a, at + 2u, hc_try_printf("%u\n", hc_u(at)));
    test_result(a, at + 3u, hc_try_call("twice", 21ul));
}

HC_KERNEL(test_try, test_args, a)
{
    if (hc_global_id() != 0u) return;
    const uint64_t lock = hc_context().locks;
    const uint old = hc_word_or_acquire(lock, 1u);
    tries(a, 0u);
    hc_word_store_release(lock, old);
    tries(a, 4u);
}
