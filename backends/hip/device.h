// Device half of the hip backend: plain C for clang --target=amdgcn-amd-amdhsa, waves of 32 or 64
// lanes.
//
// Loads and stores that cross the link are 8 bytes, relaxed, at system scope, to memory allocated
// as coherent: together that makes them miss every cache the host does not see into.  Nothing here
// reads and modifies host memory in one go: PCIe carries few such operations.  Compile with
// -fatomic-remote-memory -fatomic-fine-grained-memory all the same, so that a kernel's own atomics
// stay right wherever their memory lies; those on words, below, say that theirs is the device's and
// get one instruction.
#ifndef HC_HIP_DEVICE_H
#define HC_HIP_DEVICE_H

#include "hostcall/protocol.h"

// Convergent: such a function must not be moved into or out of a branch, it may ask which lanes are
// here.
#define HC_FN static inline __attribute__((unused, always_inline, convergent))
#define HC_COLD static __attribute__((unused, noinline, convergent))
#define HC_NORETURN __attribute__((noreturn))

// Set by the host: hc_module_bind, or hipMemcpyToSymbol.  Weak: every object that includes this has
// one.
extern __attribute__((weak, visibility("protected"))) uint64_t hc_context_address;
__attribute__((weak, visibility("protected"))) uint64_t hc_context_address;

// Units and words lie in global memory; saying so spares the hardware the question.
#define HC_HIP_GLOBAL __attribute__((address_space(1)))

HC_FN uint64_t hc_unit_load(const uint64_t *p)
{
    return __scoped_atomic_load_n((const HC_HIP_GLOBAL uint64_t *)p, __ATOMIC_RELAXED,
                                  __MEMORY_SCOPE_SYSTEM);
}
HC_FN uint64_t hc_unit_load_acquire(const uint64_t *p)
{
    return __scoped_atomic_load_n((const HC_HIP_GLOBAL uint64_t *)p, __ATOMIC_ACQUIRE,
                                  __MEMORY_SCOPE_SYSTEM);
}
HC_FN void hc_unit_store(uint64_t *p, uint64_t v)
{
    __scoped_atomic_store_n((HC_HIP_GLOBAL uint64_t *)p, v, __ATOMIC_RELAXED,
                            __MEMORY_SCOPE_SYSTEM);
}
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
// One write-back of the caches for both halves.
HC_FN void hc_unit_store2_release(uint64_t *p, uint64_t a, uint64_t b)
{
    __scoped_atomic_thread_fence(__ATOMIC_RELEASE, __MEMORY_SCOPE_SYSTEM);
    hc_unit_store2(p, a, b);
}
HC_FN void hc_fence(void) { __scoped_atomic_thread_fence(__ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM); }

HC_FN uint32_t hc_word_load(const uint32_t *p)
{
    return __scoped_atomic_load_n((const HC_HIP_GLOBAL uint32_t *)p, __ATOMIC_RELAXED,
                                  __MEMORY_SCOPE_DEVICE);
}
HC_FN uint32_t hc_word_or_acquire(uint32_t *p, uint32_t v)
{
    [[clang::atomic(no_remote_memory, no_fine_grained_memory)]]
    {
        return __scoped_atomic_fetch_or((HC_HIP_GLOBAL uint32_t *)p, v, __ATOMIC_ACQUIRE,
                                        __MEMORY_SCOPE_DEVICE);
    }
}
HC_FN uint32_t hc_word_add(uint32_t *p, uint32_t v)
{
    [[clang::atomic(no_remote_memory, no_fine_grained_memory)]]
    {
        return __scoped_atomic_fetch_add((HC_HIP_GLOBAL uint32_t *)p, v, __ATOMIC_ACQ_REL,
                                         __MEMORY_SCOPE_DEVICE);
    }
}
HC_FN void hc_word_store_release(uint32_t *p, uint32_t v)
{
    __scoped_atomic_store_n((HC_HIP_GLOBAL uint32_t *)p, v, __ATOMIC_RELEASE,
                            __MEMORY_SCOPE_DEVICE);
}

// Each lane's own word, by the permutation that changes nothing.  Not assembly: LLVM would take it for a call of who
// knows what, and give kernels a stack for recursion.
HC_FN bool hc_opaque(bool condition)
{
    return __builtin_amdgcn_mov_dpp(condition, 0xe4, 0xf, 0xf, true) != 0;
}
#define HC_OPAQUE(condition) hc_opaque(condition)

// Lanes of a wave run in lockstep under an execution mask, 64 bits in both widths.
HC_FN uint64_t hc_lanes_here(void) { return __builtin_amdgcn_read_exec(); }
// In lockstep the lanes that have not ended are here where control flow has met again.
HC_FN uint64_t hc_lanes_all(void) { return hc_lanes_here(); }
HC_FN void hc_lanes_sync(uint64_t mask)
{
    (void)mask;
    __builtin_amdgcn_wave_barrier();
}
HC_FN uint32_t hc_lanes_first(uint64_t mask) { return (uint32_t)__builtin_ctzll(mask); }
HC_FN uint32_t hc_lanes_count(uint64_t mask) { return (uint32_t)__builtin_popcountll(mask); }
HC_FN uint32_t hc_lanes_lead(uint64_t mask, uint32_t value)
{
    return (uint32_t)__builtin_amdgcn_readlane((int)value, (int)hc_lanes_first(mask));
}
HC_FN uint32_t hc_lanes_max(uint64_t mask, uint32_t value)
{
    uint32_t most = 0;
    for (uint64_t m = mask; m; m &= m - 1) {
        const uint32_t v = (uint32_t)__builtin_amdgcn_readlane((int)value, (int)hc_lanes_first(m));
        if (v > most) most = v;
    }
    return most;
}
HC_FN uint32_t hc_lane(void)
{
    return __builtin_amdgcn_mbcnt_hi(~0u, __builtin_amdgcn_mbcnt_lo(~0u, 0));
}
HC_FN uint32_t hc_wave_width(void) { return __builtin_amdgcn_wavefrontsize(); }
HC_FN uint32_t hc_group_id(void) { return __builtin_amdgcn_workgroup_id_x(); }
// First of the hidden arguments of code object version 5.
HC_FN uint32_t hc_group_count(void)
{
    return *(const __attribute__((address_space(4))) uint32_t *)__builtin_amdgcn_implicitarg_ptr();
}
HC_FN uint32_t hc_local_id(void) { return __builtin_amdgcn_workitem_id_x(); }
HC_FN uint32_t hc_group_size(void) { return __builtin_amdgcn_workgroup_size_x(); }
HC_FN uint32_t hc_wave(void)
{
    const uint32_t width = hc_wave_width();
    return hc_group_id() * ((hc_group_size() + width - 1) / width) + hc_local_id() / width;
}

// The constant-rate counter, 100 MHz on most.  Never the cycle counter: it changes speed, and has
// only 20 bits on gfx11.
HC_FN uint64_t hc_ticks(void) { return __builtin_readsteadycounter(); }
// s_sleep counts 64 clocks.  A wave that sleeps leaves its SIMD and the link to others.
HC_FN void hc_relax(uint32_t spins)
{
    if (spins > 65536)
        __builtin_amdgcn_s_sleep(64);
    else if (spins > 4096)
        __builtin_amdgcn_s_sleep(16);
    else
        __builtin_amdgcn_s_sleep(1);
}
// Ends the whole wave: AMD's lanes have no end of their own.  Lanes beside this one that have not
// made their next call yet don't make it.
HC_NORETURN HC_FN void hc_lane_end(void) { __builtin_amdgcn_endpgm(); }
HC_FN const struct hc_context *hc_context(void)
{
    return (const struct hc_context *)hc_context_address;
}

#define HC_KERNEL(name, type, arg)                                               \
    static void name##_body(type arg);                                           \
    __attribute__((amdgpu_kernel, visibility("protected"))) void name(type arg); \
    void name(type arg) { name##_body(arg); }                                    \
    static void name##_body(type arg)

#endif
