// The backend's own kernel: answers every round the host begins with the device clock.  It pairs
// the clocks, and shows whether a running kernel sees what the host stores to a piece of memory.
#include "hostcall/device.h"

#include "backends/hip/clock.h"

HC_KERNEL(hc_hip_clock, struct hc_hip_clock_args, args)
{
    if (hc_global_id()) return;
    for (uint32_t round = 1; round <= args.rounds; round++) {
        const uint64_t *go = (const uint64_t *)args.go + round % HC_HIP_CLOCK_GOES;
        uint32_t spins = 0;
        // Pairs with the store in round_begin(): the unit is all there is to see, so relaxed.
        while (hc_unit_seq(hc_unit_load(go)) != round) {
            hc_relax(++spins);
            if (spins % 64 == 0 && hc_unit_load((const uint64_t *)args.stop)) return;
        }
        const uint64_t now = hc_ticks();
        hc_unit_store2((uint64_t *)args.answer, hc_unit(round, (uint32_t)now),
                       hc_unit(round, (uint32_t)(now >> 32)));
    }
}
