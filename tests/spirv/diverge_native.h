// The part of hostcall/device.h that diverge.h needs, for one lane on the host.
#ifndef DIVERGE_NATIVE_H
#define DIVERGE_NATIVE_H

#include <setjmp.h>
#include <stdbool.h>

#define HC_FN static inline __attribute__((unused))
#define HC_COLD static __attribute__((unused, noinline))

// Set by whoever runs a kernel: the lane's number, and where it goes when it ends early.
extern uint32_t diverge_lane;
extern jmp_buf diverge_ended;

HC_FN uint32_t hc_global_id(void) { return diverge_lane; }
HC_FN uint32_t hc_lane(void) { return 0; }
HC_FN uint32_t hc_wave_width(void) { return 1; }
HC_FN uint64_t hc_lanes_here(void) { return 1; }
HC_FN uint64_t hc_lanes_all(void) { return 1; }
HC_FN uint32_t hc_lanes_first(uint64_t mask) { return (uint32_t)__builtin_ctzll(mask); }
HC_FN uint32_t hc_lanes_count(uint64_t mask) { return (uint32_t)__builtin_popcountll(mask); }
HC_FN uint32_t hc_lanes_lead(uint64_t mask, uint32_t value) { return (void)mask, value; }
HC_FN uint32_t hc_lanes_max(uint64_t mask, uint32_t value) { return (void)mask, value; }
HC_FN uint32_t hc_word_add(uint32_t *p, uint32_t v)
{
    *p += v;
    return *p - v;
}
HC_FN int64_t hc_nop(void) { return 0; }
#define hc_call(name, a, b) diverge_answer(a, b)
__attribute__((noreturn)) HC_FN void hc_lane_end(void) { longjmp(diverge_ended, 1); }

struct diverge_kernel {
    const char *name;
    void (*run)(struct diverge_args args);
};
extern const struct diverge_kernel diverge_kernels[];
extern const uint32_t diverge_kernel_count;

// clang-format off
#define HC_KERNEL(name, type, arg) static void name##_run(type arg)
#define DIVERGE_ENTRY(name) {#name, name##_run}
// clang-format on
#define DIVERGE_TABLE(...)                                         \
    const struct diverge_kernel diverge_kernels[] = {__VA_ARGS__}; \
    const uint32_t diverge_kernel_count = sizeof diverge_kernels / sizeof *diverge_kernels;

#endif
