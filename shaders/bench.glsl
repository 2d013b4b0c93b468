// What bench_null.comp and bench_floor.comp share: bench/args.h in GLSL, and the loop it describes.
// Whoever includes this defines bench_call() and bench_bye().  Each lane looks at the clock for
// itself, as lanes need not meet here.
#include "hostcall.glsl"
#include "bench/args.h"

struct bench_args {
    uint64_t request, reply, locks, out_, times, ticks, size;
    uint warmup, calls, window, lanes, pairs, stride, ports, rounds;
    int fd;
    uint mode;
};
struct bench_lane {
    uint calls, errors;
    uint64_t begin, end, cycles;
};
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer bench_lanes { bench_lane at[]; };

struct bench_line {     // one lane's connection
    uint64_t request;   // bench_floor: its own units
    uint64_t reply;     // bench_floor: its own pair
    uint seq;           // bench_floor: of its last call
    uint index;         // of the lane among all that call
};

bool bench_call(bench_args a, inout bench_line l);
void bench_bye(bench_line l);

// Where the clock's upper half does not count, differences of up to four seconds hold.
uint64_t bench_since(uint64_t from)
{
    const uint64_t d = hc_ticks() - from;
    return hc_clock_scale() == 0ul ? d & 0xfffffffful : d;
}

void bench_calls(bench_args a, bench_line l)
{
    const bool timed = a.times != 0ul && hc_wave() == 0u && hc_lane() == 0u;
    uint calls = 0u, errors = 0u;
    for (uint i = 0u; i < a.warmup && errors == 0u; i++) errors += uint(!bench_call(a, l));

    const uint64_t begin = hc_ticks();
    while (calls < a.calls && errors == 0u && (a.ticks == 0ul || bench_since(begin) < a.ticks)) {
        const uint64_t from = hc_ticks();
        for (uint i = 0u; i < a.window && errors == 0u; i++) errors += uint(!bench_call(a, l));
        if (timed) hc_units(a.times).at[calls / a.window] = bench_since(from);
        calls += a.window;
    }
    bench_lanes(a.out_).at[l.index] = bench_lane(calls, errors, begin, hc_ticks(), bench_since(begin));
    if (errors == 0u) bench_bye(l);
}

void bench_run(bench_args a)
{
    if (hc_lane() < a.lanes) {
        const uint wave = hc_wave(), lane = hc_lane();
        bench_line l;
        l.index = wave * a.lanes + lane;
        l.seq = 0u;
        l.request = a.request + uint64_t(wave) * a.stride + uint64_t(lane) * a.pairs * 16ul;
        l.reply = a.reply + uint64_t(wave) * ((a.lanes * 16u + 127u) / 128u * 128u) + uint64_t(lane) * 16ul;
        bench_calls(a, l);
    }
}
