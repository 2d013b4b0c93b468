// The bridge for targets that compile hostcall/device.h as C, and the kernel that programs are.
#include <hostcall/device.h>

#include "libc/bridge.h"

int64_t hc_bridge_call(struct hc_bridge_call *call)
{
    struct hc_call c = hc_call_init(call->op, call->args);
    for (uint32_t i = 0; i < HC_ARGS_MAX; i++) c.arg[i] = call->arg[i];
    c.blob = call->send;
    c.blob_size = call->send_size;
    c.data = call->receive;
    c.room = call->room;
    const int64_t result = hc_transact_bulk(&c);
    call->received = c.size;
    return result;
}

int64_t hc_bridge_clock(void) { return hc_clock_ns(HC_CLOCK_MONOTONIC); }

void hc_bridge_relax(uint32_t spins) { hc_relax(spins); }

void hc_bridge_end(void) { hc_lane_end(); }

struct hc_program_args {
    uint64_t program;  // struct hc_program
};

HC_KERNEL(hc_program, struct hc_program_args, args)
{
    if (hc_global_id() == 0) hc_start((const struct hc_program *)args.program);
}
