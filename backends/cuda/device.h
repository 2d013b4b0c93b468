// Device half of the cuda backend: the protocol's memory operations in PTX, lanes, and the clock.
//
// All accesses that cross the link are .relaxed.sys of 8 bytes, also as halves of a 16-byte vector:
// PTX performs a vector access as its elements, in no order, each of them single-copy atomic.
#ifndef HC_CUDA_DEVICE_H
#define HC_CUDA_DEVICE_H

#include "core/keep.h"
#include "hostcall/protocol.h"
#ifndef __CUDACC__
#include "backends/cuda/clang.h"
#endif

#define HC_FN static __device__ __forceinline__ __attribute__((unused))
#define HC_COLD static __device__ __noinline__ __attribute__((unused))
#define HC_NORETURN

#ifdef __cplusplus
extern "C" {
#endif
// The server's context, in constant memory, which no fence empties from its cache.  Set by the
// host: hc_module_bind, or cudaMemcpyToSymbol.  With -rdc=true objects share one, which lies in the
// source that defines HC_CONTEXT_HERE.
#if defined(__CUDACC_RDC__) && !defined(HC_CONTEXT_HERE)
extern __constant__ struct hc_context hc_context_data;
#else
__constant__ struct hc_context hc_context_data;
#endif
#ifdef __cplusplus
}
#endif

HC_FN uint64_t hc_unit_load(const uint64_t *p)
{
    uint64_t v;
    __asm__ volatile("ld.relaxed.sys.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory");
    return v;
}
HC_FN uint64_t hc_unit_load_acquire(const uint64_t *p)
{
    uint64_t v;
    __asm__ volatile("ld.acquire.sys.u64 %0, [%1];" : "=l"(v) : "l"(p) : "memory");
    return v;
}
HC_FN void hc_unit_store(uint64_t *p, uint64_t v)
{
    __asm__ volatile("st.relaxed.sys.u64 [%0], %1;" ::"l"(p), "l"(v) : "memory");
}
HC_FN void hc_unit_load2(const uint64_t *p, uint64_t v[2])
{
    __asm__ volatile("ld.relaxed.sys.v2.u64 {%0, %1}, [%2];"
                     : "=l"(v[0]), "=l"(v[1])
                     : "l"(p)
                     : "memory");
}
HC_FN void hc_unit_store2(uint64_t *p, uint64_t a, uint64_t b)
{
    __asm__ volatile("st.relaxed.sys.v2.u64 [%0], {%1, %2};" ::"l"(p), "l"(a), "l"(b) : "memory");
}
HC_FN void hc_fence(void) { __asm__ volatile("fence.acq_rel.sys;" ::: "memory"); }
// PTX has no release on vectors; a fence before relaxed stores is one.
HC_FN void hc_unit_store2_release(uint64_t *p, uint64_t a, uint64_t b)
{
    hc_fence();
    hc_unit_store2(p, a, b);
}
HC_FN uint32_t hc_word_load(const uint32_t *p)
{
    uint32_t v;
    __asm__ volatile("ld.relaxed.gpu.u32 %0, [%1];" : "=r"(v) : "l"(p) : "memory");
    return v;
}
HC_FN uint32_t hc_word_or_acquire(uint32_t *p, uint32_t v)
{
    uint32_t old;
    __asm__ volatile("atom.acquire.gpu.global.or.b32 %0, [%1], %2;"
                     : "=r"(old)
                     : "l"(p), "r"(v)
                     : "memory");
    return old;
}
// A slot's lock guards units alone.  They are never cached on the way (.sys), the last owner's have
// reached the host, which answered them, and a store waits for the branch that led to it: no order
// is left to ask for.
#define HC_STORES_FOLLOW_BRANCHES 1
HC_FN uint32_t hc_word_or_relaxed(uint32_t *p, uint32_t v)
{
    uint32_t old;
    __asm__ volatile("atom.relaxed.gpu.global.or.b32 %0, [%1], %2;"
                     : "=r"(old)
                     : "l"(p), "r"(v)
                     : "memory");
    return old;
}
HC_FN void hc_word_store_relaxed(uint32_t *p, uint32_t v)
{
    __asm__ volatile("st.relaxed.gpu.u32 [%0], %1;" ::"l"(p), "r"(v) : "memory");
}
HC_FN uint32_t hc_word_add(uint32_t *p, uint32_t v)
{
    uint32_t old;
    __asm__ volatile("atom.acq_rel.gpu.add.u32 %0, [%1], %2;"
                     : "=r"(old)
                     : "l"(p), "r"(v)
                     : "memory");
    return old;
}
HC_FN void hc_word_store_release(uint32_t *p, uint32_t v)
{
    __asm__ volatile("st.release.gpu.u32 [%0], %1;" ::"l"(p), "r"(v) : "memory");
}

#ifdef __CUDACC__
// In shared memory, 512 bytes a block.  HC_NO_KEEP, for kernels that need all of it, leaves them out.
#ifndef HC_NO_KEEP
#define HC_KEEP 1
HC_FN struct hc_keep *hc_keep(void)
{
    __shared__ struct hc_keep keeps[32];
    return keeps + threadIdx.x / 32;
}
HC_FN uint64_t hc_keep_owner(const struct hc_keep *k)
{
    return *(const volatile uint64_t *)&k->owner;
}
HC_FN uint32_t hc_keep_take(struct hc_keep *k) { return atomicExch_block(&k->seq, HC_KEEP_BUSY); }
HC_FN void hc_keep_give(struct hc_keep *k, uint32_t seq) { *(volatile uint32_t *)&k->seq = seq; }
HC_FN void hc_keep_own(struct hc_keep *k, uint64_t owner, uint32_t seq)
{
    hc_keep_give(k, seq);
    __threadfence_block();
    *(volatile uint64_t *)&k->owner = owner;
}
HC_FN uint32_t hc_word_swap_acquire(uint32_t *p, uint32_t expected, uint32_t v)
{
    uint32_t old;
    __asm__ volatile("atom.acquire.gpu.global.cas.b32 %0, [%1], %2, %3;"
                     : "=r"(old)
                     : "l"(p), "r"(expected), "r"(v)
                     : "memory");
    return old;
}
#endif
#endif

HC_FN uint64_t hc_lanes_here(void) { return __activemask(); }
// vote.sync waits for the threads of the mask that have not exited, and counts those.
HC_FN uint64_t hc_lanes_all(void)
{
    const uint32_t left = blockDim.x - threadIdx.x / 32 * 32;
    return __ballot_sync(left < 32 ? (1u << left) - 1 : 0xffffffffu, 1);
}
HC_FN void hc_lanes_sync(uint64_t mask) { __syncwarp((unsigned)mask); }
HC_FN uint32_t hc_lanes_first(uint64_t mask) { return (uint32_t)__ffs((int)mask) - 1; }
HC_FN uint32_t hc_lanes_count(uint64_t mask) { return (uint32_t)__popc((unsigned)mask); }
HC_FN uint32_t hc_lanes_lead(uint64_t mask, uint32_t value)
{
    return __shfl_sync((unsigned)mask, value, (int)hc_lanes_first(mask));
}
HC_FN uint32_t hc_lanes_max(uint64_t mask, uint32_t value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_max_sync((unsigned)mask, value);
#else
    uint32_t most = 0;
    for (uint64_t m = mask; m; m &= m - 1) {
        const uint32_t v = __shfl_sync((unsigned)mask, value, (int)hc_lanes_first(m));
        if (v > most) most = v;
    }
    return most;
#endif
}
HC_FN uint32_t hc_lane(void)
{
    uint32_t v;
    __asm__("mov.u32 %0, %%laneid;" : "=r"(v));
    return v;
}
HC_FN uint32_t hc_wave_width(void) { return 32; }
HC_FN uint32_t hc_group_id(void) { return blockIdx.x; }
HC_FN uint32_t hc_group_count(void) { return gridDim.x; }
HC_FN uint32_t hc_local_id(void) { return threadIdx.x; }
HC_FN uint32_t hc_group_size(void) { return blockDim.x; }
HC_FN uint32_t hc_wave(void) { return blockIdx.x * ((blockDim.x + 31) / 32) + threadIdx.x / 32; }

// %globaltimer: nanoseconds, in steps of 32 ns on an H100.
HC_FN uint64_t hc_ticks(void)
{
    uint64_t t;
    __asm__ volatile("mov.u64 %0, %%globaltimer;" : "=l"(t));
    return t;
}
// The first polls follow each other at once: a reply takes under two microseconds.
HC_FN void hc_relax(uint32_t spins)
{
    if (spins > 4096) __nanosleep(spins > 65536 ? 1000 : 100);
}
HC_FN void hc_lane_end(void) { __asm__ volatile("exit;"); }
HC_FN const struct hc_context *hc_context(void)
{
    return (const struct hc_context *)&hc_context_data;
}

#ifndef __CUDACC__
#define HC_KERNEL(name, type, arg)                                           \
    static void name##_body(type arg);                                       \
    __attribute__((device_kernel)) void name(type arg);                      \
    __attribute__((device_kernel)) void name(type arg) { name##_body(arg); } \
    static void name##_body(type arg)
#else
#define HC_KERNEL(name, type, arg)                                  \
    static __device__ void name##_body(type arg);                   \
    extern "C" __global__ void name(type arg) { name##_body(arg); } \
    static __device__ void name##_body(type arg)
#endif

#endif
