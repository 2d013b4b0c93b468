// The memory operations the protocol is made of, for code that runs on a processor: the server, and
// the cpu backend's lanes.  backends/*/device.h give the same operations to their devices;
// docs/ordering.md names the partner of every use.
//
// "unit" operations cross the link: 8 bytes, single-copy atomic, visible to host and device.
// "word" operations stay on the device: 4 bytes, between its lanes.
#ifndef HC_ATOMIC_H
#define HC_ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#ifndef HC_FN
#define HC_FN static inline __attribute__((unused))
#define HC_COLD static __attribute__((unused, noinline))
#endif

// A unit validates itself, so plain relaxed access carries its word.
HC_FN uint64_t hc_unit_load(const uint64_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
HC_FN void hc_unit_store(uint64_t *p, uint64_t v) { __atomic_store_n(p, v, __ATOMIC_RELAXED); }

// These two also carry plain memory: an extent written before, read after.
HC_FN uint64_t hc_unit_load_acquire(const uint64_t *p)
{
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
HC_FN void hc_unit_store_release(uint64_t *p, uint64_t v)
{
    __atomic_store_n(p, v, __ATOMIC_RELEASE);
}

// Two neighbours at a 16-byte boundary.  Each half is atomic, the pair is not.
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
HC_FN void hc_unit_store2_release(uint64_t *p, uint64_t a, uint64_t b)
{
    hc_unit_store_release(p, a);
    hc_unit_store_release(p + 1, b);
}

HC_FN uint32_t hc_word_load(const uint32_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
HC_FN uint32_t hc_word_or_acquire(uint32_t *p, uint32_t v)
{
    return __atomic_fetch_or(p, v, __ATOMIC_ACQUIRE);
}
HC_FN void hc_word_store_relaxed(uint32_t *p, uint32_t v)
{
    __atomic_store_n(p, v, __ATOMIC_RELAXED);
}
HC_FN void hc_word_store_release(uint32_t *p, uint32_t v)
{
    __atomic_store_n(p, v, __ATOMIC_RELEASE);
}

// What a spinning thread does between looks.
HC_FN void hc_processor_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

#endif
