// Where the POSIX suite's kernels put what comes back, as offsets into args.out, and calls in the raw.
#ifndef SUITE_POSIX_H
#define SUITE_POSIX_H

#include <stdint.h>

#define POSIX_STATS 4096
#define POSIX_TEXT 8192
#define POSIX_ENTRIES 65536

struct posix_raw {
    uint64_t arg[6];
    uint32_t op, args;
    uint32_t blob_size, room;
    char blob[64];
};

#endif
