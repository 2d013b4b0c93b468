// Device half of the cpu backend: lanes are fibers, a wave is a thread that runs its lanes in turn.
//
// Lanes run independently and meet where hc_lanes_here() is called: all lanes of a wave that are
// not waiting elsewhere arrive before those at the same place go on together.
#ifndef HC_CPU_DEVICE_H
#define HC_CPU_DEVICE_H

#include "core/atomic.h"
#include "core/keep.h"
#include "hostcall/protocol.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HC_NORETURN __attribute__((noreturn))
#define HC_CPU_API __attribute__((visibility("default")))  // kernels are outside of the library

struct hc_cpu_lane {        // who a lane is; constant while it lives
    const struct hc_context *context;
    uint32_t lane, width;   // place in its wave, and the wave's lanes
    uint32_t wave;          // number of the wave in the launch
    uint32_t group, groups;
    uint32_t local, group_size;
};

// The lane that runs on this thread now.  Only in kernels.
HC_CPU_API const struct hc_cpu_lane *hc_cpu_lane(void);
HC_CPU_API uint64_t hc_lanes_here(void);
// Waits for every lane of the wave that has not ended to call it: those.
HC_CPU_API uint64_t hc_lanes_all(void);
HC_CPU_API void hc_lanes_sync(uint64_t mask);
HC_CPU_API uint32_t hc_lanes_lead(uint64_t mask, uint32_t value);
HC_CPU_API uint32_t hc_lanes_max(uint64_t mask, uint32_t value);
HC_CPU_API uint64_t hc_ticks(void);
// Lets the other lanes of the wave, then other threads, go on.
HC_CPU_API void hc_relax(uint32_t spins);
HC_CPU_API HC_NORETURN void hc_lane_end(void);

HC_FN const struct hc_context *hc_context(void) { return hc_cpu_lane()->context; }
HC_FN uint32_t hc_lane(void) { return hc_cpu_lane()->lane; }
HC_FN uint32_t hc_wave_width(void) { return hc_cpu_lane()->width; }
HC_FN uint32_t hc_wave(void) { return hc_cpu_lane()->wave; }
HC_FN uint32_t hc_group_id(void) { return hc_cpu_lane()->group; }
HC_FN uint32_t hc_group_count(void) { return hc_cpu_lane()->groups; }
HC_FN uint32_t hc_local_id(void) { return hc_cpu_lane()->local; }
HC_FN uint32_t hc_group_size(void) { return hc_cpu_lane()->group_size; }
HC_FN uint32_t hc_lanes_count(uint64_t mask) { return (uint32_t)__builtin_popcountll(mask); }
HC_FN uint32_t hc_lanes_first(uint64_t mask) { return (uint32_t)__builtin_ctzll(mask); }
#define HC_KEEP 1
HC_CPU_API struct hc_keep *hc_keep(void);
HC_FN uint64_t hc_keep_owner(const struct hc_keep *k)
{
    return __atomic_load_n(&k->owner, __ATOMIC_RELAXED);
}
HC_FN uint32_t hc_keep_take(struct hc_keep *k)
{
    return __atomic_exchange_n(&k->seq, HC_KEEP_BUSY, __ATOMIC_RELAXED);
}
HC_FN void hc_keep_give(struct hc_keep *k, uint32_t seq)
{
    __atomic_store_n(&k->seq, seq, __ATOMIC_RELAXED);
}
// The lanes of a wave take turns on one thread: program order is all there is.
HC_FN void hc_keep_own(struct hc_keep *k, uint64_t owner, uint32_t seq)
{
    hc_keep_give(k, seq);
    __atomic_store_n(&k->owner, owner, __ATOMIC_RELAXED);
}
HC_FN uint32_t hc_word_swap_acquire(uint32_t *p, uint32_t expected, uint32_t v)
{
    __atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
    return expected;
}
HC_FN uint32_t hc_word_add(uint32_t *p, uint32_t v)
{
    return __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL);
}
// A read-modify-write in place of a fence, which ThreadSanitizer does not follow.
HC_FN void hc_fence(void)
{
    static uint32_t word;
    __atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
}

// Kernels announce themselves to the backend when the program starts.
struct hc_cpu_kernel {
    const char *name;
    void (*run)(const void *args);
    uint32_t args_size;
    struct hc_cpu_kernel *next;
};
HC_CPU_API void hc_cpu_kernel_register(struct hc_cpu_kernel *kernel);

#define HC_KERNEL(name, type, arg)                                                              \
    static void name##_body(type arg);                                                          \
    static void name##_run(const void *args)                                                    \
    {                                                                                           \
        type a;                                                                                 \
        __builtin_memcpy(&a, args, sizeof a);                                                   \
        name##_body(a);                                                                         \
    }                                                                                           \
    __attribute__((constructor)) static void name##_announce(void)                              \
    {                                                                                           \
        static struct hc_cpu_kernel kernel = {#name, name##_run, (uint32_t)sizeof(type), 0};    \
        hc_cpu_kernel_register(&kernel);                                                        \
    }                                                                                           \
    static void name##_body(type arg)

#ifdef __cplusplus
}
#endif
#endif
