// For kernels: the finest clock that a lane has, and what it reports at its end.
#ifndef BENCH_LANE_H
#define BENCH_LANE_H

// For differences only; its rate is taken from hc_ticks() over the same run.
HC_FN uint64_t bench_cycles(void)
{
#ifdef __CUDACC__
    return (uint64_t)clock64();
#else
    return hc_ticks();
#endif
}

HC_FN void bench_lane_report(const struct bench_args *a, uint32_t index, uint32_t calls,
                             uint32_t errors, uint64_t begin, uint64_t cycles)
{
    struct bench_lane *out = (struct bench_lane *)a->out + index;
    out->calls = calls;
    out->errors = errors;
    out->begin = begin;
    out->end = hc_ticks();
    out->cycles = bench_cycles() - cycles;
}

#endif
