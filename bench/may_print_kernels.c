// Three kernels that only compute, each twice from the same source: without a call, and with an hc_printf in a
// branch of which the compiler can't know that it is never taken.
//
// Of struct bench_args they take: calls, how many rounds; window, the round in which a lane prints a line;
// request, a table of size words of 32 bits for each of 64 lanes, which bench_loads follows; out, a word of 32
// bits for each lane of the launch, its result.
#include "hostcall/device.h"
#include "bench/args.h"

#if defined(__clang__) || defined(__CUDACC__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

// In a branch, or nowhere.
HC_FN void round_end(const struct bench_args *a, bool may, uint32_t round, uint32_t value)
{
    if (may && round == a->window)
        hc_printf("lane %u has %u in round %u\n", hc_global_id(), value, round);
}

HC_FN void result_keep(const struct bench_args *a, uint32_t value)
{
    ((uint32_t *)a->out)[hc_global_id()] = value;
}

// A handful of registers.
HC_FN void light(const struct bench_args *a, bool may)
{
    uint32_t x = hc_global_id() + 1;
    for (uint32_t r = 0; r < a->calls; r++) {
        UNROLL for (uint32_t i = 0; i < 16; i++) x ^= x << 13, x ^= x >> 17, x ^= x << 5;
        round_end(a, may, r, x);
    }
    result_keep(a, x);
}

// As many registers as words, all of them in use all the time.
#define HEAVY_WORDS 64
HC_FN void heavy(const struct bench_args *a, bool may)
{
    uint32_t v[HEAVY_WORDS], sum = 0;
    UNROLL for (uint32_t i = 0; i < HEAVY_WORDS; i++) v[i] = hc_global_id() * 2654435761u + i;
    for (uint32_t r = 0; r < a->calls; r++) {
        UNROLL for (uint32_t i = 0; i < HEAVY_WORDS; i++) v[i] =
            v[i] * v[(i + 1) % HEAVY_WORDS] + v[(i + 17) % HEAVY_WORDS];
        round_end(a, may, r, v[0]);
    }
    UNROLL for (uint32_t i = 0; i < HEAVY_WORDS; i++) sum ^= v[i];
    result_keep(a, sum);
}

// One load after another, all lanes of a wave from the same place: as fast as there are waves to wait.
HC_FN void loads(const struct bench_args *a, bool may)
{
    const uint32_t *table = (const uint32_t *)a->request, mask = (uint32_t)a->size - 1;
    uint32_t x = hc_wave();
    for (uint32_t r = 0; r < a->calls; r++) {
        UNROLL for (uint32_t i = 0; i < 4; i++) x = table[(x & mask) * 64 + hc_lane()] + r;
        round_end(a, may, r, x);
    }
    result_keep(a, x);
}

HC_KERNEL(bench_light, struct bench_args, a) { light(&a, false); }
HC_KERNEL(bench_light_may, struct bench_args, a) { light(&a, true); }
HC_KERNEL(bench_heavy, struct bench_args, a) { heavy(&a, false); }
HC_KERNEL(bench_heavy_may, struct bench_args, a) { heavy(&a, true); }
HC_KERNEL(bench_loads, struct bench_args, a) { loads(&a, false); }
HC_KERNEL(bench_loads_may, struct bench_args, a) { loads(&a, true); }

// Fills the table: the same word for each of 64 lanes.
HC_KERNEL(bench_table, struct bench_args, a)
{
    uint32_t *table = (uint32_t *)a.request;
    for (uint64_t i = hc_global_id(); i < a.size * 64; i += hc_global_size())
        table[i] = (uint32_t)(i / 64) * 2654435761u >> 3;
}
