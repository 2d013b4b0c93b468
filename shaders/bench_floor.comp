#version 460
#extension GL_GOOGLE_include_directive : require
// The floor under any call: units there, units back, no queue between.
#include "bench.glsl"

bool bench_call(bench_args a, inout bench_line l)
{
    const uint seq = ++l.seq;
    for (uint i = 0u; i < 2u * a.pairs; i++) hc_unit_store(l.request + 8ul * i, hc_unit(seq, seq + i));
    uint64_t low = 0ul, high = 0ul;
    bool answered = false;
    for (uint n = 0u; n < a.rounds && !answered; n++) {
        low = hc_unit_load(l.reply);
        high = hc_unit_load(l.reply + 8ul);
        answered = hc_unit_seq(low) == seq && hc_unit_seq(high) == seq;
    }
    const uint sum = 2u * a.pairs * seq + a.pairs * (2u * a.pairs - 1u);
    return answered && hc_unit_word(low) == sum && hc_unit_word(high) == ~sum;
}
void bench_bye(bench_line l) { hc_unit_store(l.request, hc_unit(BENCH_BYE, 0u)); }

HC_KERNEL(bench_floor, bench_args, a) { bench_run(a); }
