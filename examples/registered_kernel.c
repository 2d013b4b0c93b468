// registered: lanes fetch numbers from the host program and report how long their Collatz paths
// are.
#include <hostcall/device.h>

#include "registered.h"

HC_KERNEL(registered, struct registered_args, args)
{
    for (;;) {
        const int64_t number = hc_call("jobs.next");
        if (number < 0) break;
        uint64_t n = (uint64_t)number, peak = n, steps = 0;
        for (; n != 1 && steps < args.limit; steps++) {
            n = n % 2 ? 3 * n + 1 : n / 2;
            if (n > peak) peak = n;
        }
        char comment[64];
        struct hc_call_io io = {{(uint64_t)number, steps, 0, 0, 0},
                                &peak,
                                sizeof peak,
                                comment,
                                sizeof comment - 1,
                                0,
                                false};
        if (hc_call_with("jobs.report", &io) < 0) hc_abort();
        comment[io.received] = 0;
        if (io.received)
            hc_printf("%lld takes %llu steps: %s\n", (long long)number, (unsigned long long)steps,
                      comment);
    }
}
