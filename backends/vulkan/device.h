// Device half of the vulkan backend: plain C for clang --target=nvptx64 -D__HOSTCALL_SPIRV__, which compiler/spirv
// then turns from LLVM's bitcode into SPIR-V.
//
// Vulkan names no scope that reaches the host and promises nothing between it and a running kernel.  What
// drivers do: 8-byte atomics of the widest scope, to coherent memory, reach it whole.  compiler/spirv gives
// every atomic load the Volatile semantics, without which drivers hoist polls out of their loops.
#ifndef HC_VULKAN_DEVICE_H
#define HC_VULKAN_DEVICE_H

#include "hostcall/protocol.h"
#include "backends/vulkan/module.h"

// Convergent: such a function must not be moved into or out of a branch, it may ask which lanes are here.
#define HC_FN static inline __attribute__((unused, always_inline, convergent))
#define HC_COLD static __attribute__((unused, noinline, convergent))
#define HC_NORETURN __attribute__((noreturn))

// ---------------------------------------------------------------- what compiler/spirv makes instructions of
// Each is convergent.  which (enum hc_spirv_id) and dim are constants.
#define HC_SPIRV_OP __attribute__((convergent, nothrow))
HC_SPIRV_OP uint32_t hc_spirv_id(uint32_t which, uint32_t dim);
// Bit i: lane i is here and votes for it; lanes over 63 don't count.
HC_SPIRV_OP uint64_t hc_spirv_ballot(bool vote);
// Waits for all lanes of the wave that have not ended, which are the answer.
HC_SPIRV_OP uint64_t hc_spirv_all(void);
HC_SPIRV_OP bool hc_spirv_elect(void);                // true for one of the lanes that are here
HC_SPIRV_OP uint32_t hc_spirv_first(uint32_t value);  // the first of these lanes' value
HC_SPIRV_OP uint32_t hc_spirv_shuffle(uint32_t value, uint32_t lane);
HC_SPIRV_OP uint32_t hc_spirv_max(uint32_t value);  // the largest among the lanes that are here
HC_SPIRV_OP void hc_spirv_barrier(void);            // of the workgroup, execution and memory
HC_SPIRV_OP void hc_spirv_order(void);              // memory, between the lanes of a wave
HC_SPIRV_OP uint64_t hc_spirv_clock(void);          // device scope; needs VK_KHR_shader_clock
HC_SPIRV_OP uint32_t hc_spirv_constant(uint32_t which);  // HC_SPIRV_SPEC_*
HC_SPIRV_OP bool hc_spirv_opaque(bool condition);        // the same condition; LLVM does not know
HC_NORETURN HC_SPIRV_OP void hc_spirv_end(void);         // the lane leaves the kernel

// Address spaces: 3 is workgroup memory, 5 a lane's own variables, 9 the push constants.  Objects there have
// no address that plain pointers could hold.
#define HC_SPIRV_SHARED __attribute__((address_space(3)))
#define HC_SPIRV_PUSH __attribute__((address_space(9)))
extern const HC_SPIRV_PUSH uint8_t hc_spirv_push[HC_SPIRV_PUSH_SIZE];

// ------------------------------------------------------------------------------------ memory operations

HC_FN uint64_t hc_unit_load(const uint64_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
HC_FN uint64_t hc_unit_load_acquire(const uint64_t *p)
{
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
HC_FN void hc_unit_store(uint64_t *p, uint64_t v) { __atomic_store_n(p, v, __ATOMIC_RELAXED); }
HC_FN void hc_unit_load2(const uint64_t *p, uint64_t v[2])
{
    v[0] = hc_unit_load(p);
    v[1] = hc_unit_load(p + 1);
}
HC_FN void hc_unit_store2(uint64_t *p, uint64_t a, uint64_t b)
{
    hc_unit_store(p, a);
    hc_unit_store(p + 1, b);
}
HC_FN void hc_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
// One barrier for both halves.
HC_FN void hc_unit_store2_release(uint64_t *p, uint64_t a, uint64_t b)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
    hc_unit_store2(p, a, b);
}
HC_FN uint32_t hc_word_load(const uint32_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
HC_FN uint32_t hc_word_or_acquire(uint32_t *p, uint32_t v)
{
    return __atomic_fetch_or(p, v, __ATOMIC_ACQUIRE);
}
HC_FN uint32_t hc_word_add(uint32_t *p, uint32_t v)
{
    return __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL);
}
HC_FN void hc_word_store_release(uint32_t *p, uint32_t v)
{
    __atomic_store_n(p, v, __ATOMIC_RELEASE);
}

// ------------------------------------------------------------------------------------------------- lanes

HC_FN uint32_t hc_lane(void) { return hc_spirv_id(HC_SPIRV_LANE, 0); }
HC_FN uint32_t hc_wave_width(void) { return hc_spirv_id(HC_SPIRV_WIDTH, 0); }
HC_FN uint32_t hc_group_id(void) { return hc_spirv_id(HC_SPIRV_GROUP_ID, 0); }
HC_FN uint32_t hc_group_count(void) { return hc_spirv_id(HC_SPIRV_GROUP_COUNT, 0); }
HC_FN uint32_t hc_local_id(void) { return hc_spirv_id(HC_SPIRV_LOCAL_INDEX, 0); }
HC_FN uint32_t hc_group_size(void) { return hc_spirv_id(HC_SPIRV_GROUP_SIZE, 0); }
// Counted here: there are drivers whose NumSubgroups leaves out a part-filled one.
HC_FN uint32_t hc_wave(void)
{
    const uint32_t width = hc_wave_width();
    return hc_group_id() * ((hc_group_size() + width - 1) / width) +
           hc_spirv_id(HC_SPIRV_SUBGROUP, 0);
}

// Where lanes that part need not meet again, each makes its calls alone.
HC_FN uint64_t hc_lanes_here(void)
{
    return hc_spirv_constant(HC_SPIRV_SPEC_REUNITES) ? hc_spirv_ballot(true) : 1ull << hc_lane();
}
#define HC_OPAQUE(condition) hc_spirv_opaque(condition)
// There is a workgroup, but no driver knows that beforehand.
#define HC_UNCUT(condition) ((condition) && hc_spirv_id(HC_SPIRV_GROUP_COUNT, 0) != 0)
HC_FN uint64_t hc_lanes_all(void) { return hc_spirv_all(); }
// Lanes that are here together; it takes no more than memory in order.
HC_FN void hc_lanes_sync(uint64_t mask)
{
    (void)mask;
    hc_spirv_order();
}
HC_FN uint32_t hc_lanes_first(uint64_t mask) { return (uint32_t)__builtin_ctzll(mask); }
HC_FN uint32_t hc_lanes_count(uint64_t mask) { return (uint32_t)__builtin_popcountll(mask); }
HC_FN uint32_t hc_lanes_lead(uint64_t mask, uint32_t value)
{
    (void)mask;
    return hc_spirv_first(value);
}
HC_FN uint32_t hc_lanes_max(uint64_t mask, uint32_t value)
{
    (void)mask;
    return hc_spirv_max(value);
}

// Behind the locks of extents; the host reads it where caps.cuts_loops.
HC_FN uint32_t *hc_cut_word(const struct hc_context *x)
{
    return (uint32_t *)x->extent_locks + x->extents;
}

// With HC_NO_CLOCK kernels run on devices without VK_KHR_shader_clock, and ask the host for the time.
HC_FN uint64_t hc_ticks(void)
{
#ifdef HC_NO_CLOCK
    return 0;
#else
    return hc_spirv_clock();
#endif
}
HC_FN void hc_relax(uint32_t spins) { (void)spins; }
HC_NORETURN HC_FN void hc_lane_end(void) { hc_spirv_end(); }
HC_FN const struct hc_context *hc_context(void)
{
    return (const struct hc_context *)*(const HC_SPIRV_PUSH uint64_t *)(hc_spirv_push +
                                                                        HC_SPIRV_PUSH_CONTEXT);
}

// Whether loops ran to their end up to here; else a driver ended some, and what they waited for is lost.
HC_FN void hc_cut_look(void)
{
    const struct hc_context *x = hc_context();
    const uint32_t rounds = HC_UNCUT(true) ? 2 : 1;  // 2, which the driver can't know
    uint32_t done = 0;
    while (hc_spirv_opaque(done < rounds)) done++;
    if (done < rounds && x && x->slots) hc_word_store_release(hc_cut_word(x), 1);
}

// The section tells compiler/spirv what a kernel is.
#define HC_KERNEL(name, type, arg)                                                      \
    _Static_assert(sizeof(type) <= HC_SPIRV_PUSH_SIZE - HC_SPIRV_PUSH_ARGS,             \
                   "arguments of a kernel take HC_KERNEL_ARGS_MAX bytes at most");      \
    static void name##_body(type arg);                                                  \
    __attribute__((used, section(".hc.kernel"))) void name(void);                       \
    void name(void)                                                                     \
    {                                                                                   \
        name##_body(*(const HC_SPIRV_PUSH type *)(hc_spirv_push + HC_SPIRV_PUSH_ARGS)); \
        hc_cut_look();                                                                  \
    }                                                                                   \
    static void name##_body(type arg)

#endif
