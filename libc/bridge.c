// The bridge for targets that compile hostcall/device.h as C, and the kernel that programs are.
#include <hostcall/device.h>

#include "libc/bridge.h"

// Memory that each lane has for itself, and a plain pointer can name.
#if defined(__HOSTCALL_SPIRV__)
#define HC_OWN(type, name) static type name[128 * 64];
#define HC_OWN_HERE(name) (&name[hc_global_id()])
#elif defined(__NVPTX__)
#define HC_OWN(type, name) \
    static __attribute__((address_space(3), loader_uninitialized)) type name[32];
#define HC_OWN_HERE(name) ((struct hc_own *)&name[hc_lane()])  // a workgroup is one wave
#elif defined(__AMDGCN__)
#define HC_OWN(type, name) \
    static __attribute__((address_space(3), loader_uninitialized)) type name[64];
#define HC_OWN_HERE(name) ((struct hc_own *)&name[hc_lane()])
#else
#define HC_OWN(type, name) static _Thread_local type name;  // a lane is a thread
#define HC_OWN_HERE(name) (&name)
#endif

// In bitcode these become part of who calls them.
#ifdef __clang__
#define SHORT __attribute__((always_inline))
#else
#define SHORT
#endif

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

// A wait of the program's own ends with the program, as a call's does.
void hc_bridge_relax(uint32_t spins)
{
    const struct hc_context *x = hc_context();
    struct hc_watch watch = {0, 0, spins - 1};
    if (hc_bound(x) ? hc_watch(x, &watch) != 0 : true) hc_lane_end();
}

void hc_bridge_end(void) { hc_lane_end(); }

SHORT uint32_t hc_bridge_thread(void) { return hc_wave(); }
SHORT uint32_t hc_bridge_lane(void) { return hc_lane(); }
SHORT uint32_t hc_bridge_width(void) { return hc_wave_width(); }
void hc_bridge_meet(void)
{
    hc_fence();
    if (!(hc_lanes_all() & 1)) hc_lane_end();
    hc_fence();
}

HC_OWN(struct hc_own, own_memory)
SHORT struct hc_own *hc_bridge_own(void) { return HC_OWN_HERE(own_memory); }

// Ends the program as SIGSEGV does.
HC_COLD void overflow_say(const char *text, uint64_t size)
{
    hc_write(2, text, size);
    hc_exit(128 + 11);
}

void hc_bridge_overflow(void)
{
    static const char text[] =
        "hostcall: stack overflow: a thread's variables take more than its stack has; "
        "--hostcall-stack=BYTES sets the first thread's\n";
    overflow_say(text, sizeof text - 1);
}

// What is called from there without recursion must do with this much.
#define HC_FRAMES_LEFT 8192

#if defined(__NVPTX__) && !defined(__HOSTCALL_SPIRV__)
SHORT static uint64_t frames_at(void)
{
    uint64_t at;
    __asm__ volatile("stacksave.u64 %0;" : "=l"(at));
    return at;
}

SHORT void hc_bridge_deep(void)
{
    static const char text[] =
        "hostcall: stack overflow: calls go deeper than the device's stack allows; "
        "--hostcall-frames=BYTES sets its size\n";
    if (frames_at() < hc_bridge_own()->frames_end) overflow_say(text, sizeof text - 1);
}
#else
HC_FN uint64_t frames_at(void) { return 0; }
SHORT void hc_bridge_deep(void) {}
#endif

struct hc_program_args {
    uint64_t program;  // struct hc_program
};

HC_KERNEL(hc_program, struct hc_program_args, args)
{
    const struct hc_program *program = (const struct hc_program *)args.program;
    const struct hc_own none = {0, 0, 0, 0};
    *hc_bridge_own() = none;
    if (frames_at() && program->frames > HC_FRAMES_LEFT)
        hc_bridge_own()->frames_end = frames_at() - program->frames + HC_FRAMES_LEFT;
    hc_enter(program);
}
