#version 460
#extension GL_GOOGLE_include_directive : require
// The null call.
#include "bench.glsl"

bool bench_call(bench_args a, inout bench_line l) { return hc_nop() == 0l; }
void bench_bye(bench_line l) {}

HC_KERNEL(bench_null, bench_args, a) { bench_run(a); }
