#version 460
#extension GL_GOOGLE_include_directive : require
// registered: lanes fetch numbers from the host program and report how long their Collatz paths
// are.
#define HC_LOCAL_BYTES 72
#include "hostcall.glsl"

struct registered_args {  // examples/registered.h
    uint64_t limit;
};

const uint PEAK = 0u, COMMENT = 8u;  // what lies where in the lane's own memory

HC_KERNEL(registered, registered_args, args)
{
    for (;;) {
        const int64_t number = hc_call("jobs.next");
        if (number < 0l) break;
        uint64_t n = uint64_t(number), peak = n, steps = 0ul;
        for (; n != 1ul && steps < args.limit; steps++) {
            n = n % 2ul != 0ul ? 3ul * n + 1ul : n / 2ul;
            peak = max(peak, n);
        }
        hc_local_word_set(PEAK, uint(peak));
        hc_local_word_set(PEAK + 4u, uint(peak >> 32));
        hc_call_io io = hc_call_io_init();
        io.args[0] = uint64_t(number);
        io.args[1] = steps;
        io.send = hc_local(PEAK);
        io.send_size = 8u;
        io.receive = hc_local(COMMENT);
        io.receive_size = 63u;
        if (hc_call_with("jobs.report", io) < 0l) {
            hc_abort();
            break;
        }
        if (io.received != 0u)
            hc_printf("%lld takes %llu steps: %s\n",
                hc_l(number), hc_ul(steps), hc_text(hc_local(COMMENT), io.received));
    }
}
