// echo_lines: every lane reads its own line of a text file and prints how long it is.
#include <hostcall/device.h>

#include "echo_lines.h"

HC_KERNEL(echo_lines, struct echo_lines_args, args)
{
    const uint32_t line = hc_global_id();
    if (line >= args.lines) return;
    const int64_t start = (int64_t)((const uint64_t *)args.starts)[line];
    char text[256];
    uint32_t length = 0;
    for (bool ended = false; !ended;) {
        const int64_t n = hc_pread(args.fd, text, sizeof text, start + length);
        if (n < 0) {
            hc_printf("line %u: error %d\n", line + 1, (int)-n);
            hc_exit(1);
        }
        int64_t i = 0;
        while (i < n && text[i] != '\n') i++;
        length += (uint32_t)i;
        ended = i < n || n < (int64_t)sizeof text;
    }
    hc_printf("line %u: %u bytes\n", line + 1, length);
}
