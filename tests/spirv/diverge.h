// What the kernels that diverge.py makes are made of, for every backend, and with DIVERGE_NATIVE for the host:
// there one lane runs at a time, alone, and calls are answered on the spot.
#ifndef DIVERGE_H
#define DIVERGE_H

#include <stdbool.h>
#include <stdint.h>

struct diverge_args {
    uint64_t out;      // 8 bytes a lane
    uint64_t elected;  // a word: counts the lanes that came to elections
    uint64_t seed;
    uint32_t full;  // whether all waves of the launch are full
};

// What the host answers to the call "fuzz.add".
static inline int64_t diverge_answer(uint64_t a, uint64_t b)
{
    return (int64_t)((a * 3 + b + 1) & 0x7fffffffffffffff);
}

#ifdef DIVERGE_NATIVE
#include "diverge_native.h"
#else
#include <hostcall/device.h>
#endif

#ifdef __CUDACC__
#define DIVERGE_FALL ((void)0)
#else
#define DIVERGE_FALL __attribute__((fallthrough))
#endif

typedef uint64_t diverge_fn(struct diverge_args args, uint64_t x, uint64_t y, uint64_t *a,
                            uint32_t depth);

HC_FN uint64_t diverge_mix(uint64_t x)
{
    x = (x ^ (x >> 31)) * 0x9fb21c651e98df25;
    return x ^ (x >> 28);
}

// A function: compilers complain of comparisons that are always true.
HC_FN bool diverge_less(uint64_t a, uint64_t b) { return a < b; }

// Stores a lane's result, hardly ever 0: that is what is there before.
HC_FN void diverge_end(struct diverge_args args, uint64_t result)
{
    ((uint64_t *)args.out)[hc_global_id()] = diverge_mix(result + 1);
}

HC_COLD uint64_t diverge_nop(void) { return (uint64_t)hc_nop() + 1; }
HC_COLD uint64_t diverge_add(uint64_t a, uint64_t b) { return (uint64_t)hc_call("fuzz.add", a, b); }

// The lanes that are here elect one, which counts them: however they group, each is counted once.  1.
// (One count for all elections: compilers may let lanes of two of them meet, where code runs together behind.)
HC_FN uint64_t diverge_elect(struct diverge_args args)
{
    const uint64_t here = hc_lanes_here();
    if (hc_lanes_first(here) == hc_lane())
        hc_word_add((uint32_t *)args.elected, hc_lanes_count(here));
    return (here >> hc_lane()) & 1;
}

// For all lanes of a wave together; each gives 1.
HC_FN uint64_t diverge_meet_lead(struct diverge_args args)
{
    const uint64_t all = hc_lanes_all();
    return hc_lanes_lead(all, hc_lane()) == hc_lanes_first(all) &&
           hc_lanes_lead(all, (uint32_t)args.seed) == (uint32_t)args.seed;
}
HC_FN uint64_t diverge_meet_max(struct diverge_args args)
{
    const uint64_t all = hc_lanes_all();
    const uint32_t most = hc_lanes_max(all, hc_lane());
    (void)args;
    return ((all >> hc_lane()) & 1) && most >= hc_lane() && all >> most == 1;
}
// Where no lane has ended.
HC_FN uint64_t diverge_meet_full(struct diverge_args args)
{
    return !args.full || hc_lanes_count(hc_lanes_all()) == hc_wave_width();
}

#endif
