#version 460
#extension GL_GOOGLE_include_directive : require
// compute_scan_c of bench/compute_kernels.c, as a shader.
#include "compute.glsl"

void main()
{
    const uint lane = gl_GlobalInvocationID.x;
    if (lane >= lanes) return;
    text_bytes span = text_bytes(text + uint64_t(lane) * bytes);
    uint lines = 0u, length = 0u, longest = 0u;
    for (uint r = 0u; r < repeats; r++) {
        for (uint i = 0u; i < bytes; i++) {
            if (uint(span.at[i]) == 10u) {
                lines++;
                longest = max(longest, length);
                length = 0u;
            } else {
                length++;
            }
        }
    }
    out_words result = out_words(to + uint64_t(lane) * OUT);
    result.at[0] = lines;
    result.at[1] = max(longest, length);
}
