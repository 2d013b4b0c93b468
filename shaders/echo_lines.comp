#version 460
#extension GL_GOOGLE_include_directive : require
// echo_lines: every lane reads its own line of a text file and prints how long it is.
#define HC_LOCAL_BYTES 256
#include "hostcall.glsl"

struct echo_lines_args {  // examples/echo_lines.h
    hc_units starts;
    int fd;
    uint lines;
};

HC_KERNEL(echo_lines, echo_lines_args, args)
{
    const uint line = hc_global_id();
    if (line >= args.lines) return;
    const int64_t start = int64_t(args.starts.at[line]);
    uint size = 0u;
    bool ended = false;
    while (!ended) {
        const int64_t n = hc_pread(args.fd, hc_local(0u), HC_LOCAL_BYTES, start + size);
        if (n < 0l) {
            hc_printf("line %u: error %d\n", hc_u(line + 1u), hc_i(int(-n)));
            hc_exit(1);
            return;
        }
        uint i = 0u;
        while (i < uint(n) && hc_local_get(i) != 10u) i++;
        size += i;
        ended = i < uint(n) || n < HC_LOCAL_BYTES;
    }
    hc_printf("line %u: %u bytes\n", hc_u(line + 1u), hc_u(size));
}
