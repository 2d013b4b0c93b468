#version 460
#extension GL_GOOGLE_include_directive : require
// Lane 0 ends the launch, by hc_exit(n) in mode 0, by hc_abort() in mode 1; no call goes through
// after.
#include "test.glsl"

HC_KERNEL(test_end, test_args, a)
{
    // In steps: lanes in lockstep must not wait for what another one does later.
    for (uint i = 0u; hc_nop() == 0l; i++) {
        if (hc_global_id() != 0u || i < 2u) continue;
        hc_puts("before");
        if (a.mode == 0u)
            hc_exit(int(a.n));
        else
            hc_abort();
    }
    test_result(a, hc_global_id(), hc_ended() ? hc_puts("too late") : 0l);
}
