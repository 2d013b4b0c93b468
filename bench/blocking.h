// Work that blocks, and who does it: a kernel, host threads, one host thread with a ring.
#ifndef BENCH_BLOCKING_H
#define BENCH_BLOCKING_H

#include "bench/bench.h"

struct bench_work {
    const char *name;
    enum bench_block block;
    size_t size;      // bytes a call
    bool disk;        // a file: on disk, else in memory
    uint32_t calls;   // a round
};

// Descriptors for so many workers, as struct bench_ends wants them.
struct bench_room {
    const struct bench_work *work;
    uint32_t workers;
    struct bench_ends *ends;
    int file;         // BENCH_BLOCK_SYNC and _FILE: all ends
    int drained;      // BENCH_BLOCK_WRITE: what a thread empties
};
struct bench_room bench_room_open(const struct bench_work *work, uint32_t workers);
void bench_room_close(struct bench_room *room);

// Each worker is a wave of a kernel, for the time that a measurement lasts.  The server keeps the room's
// descriptors open.
struct bench_span bench_block_kernel(const struct bench *b, hc_server server,
                                     const struct bench_room *room);
// Each worker is a thread, for so long.
struct bench_span bench_block_threads(struct bench_room *room, double seconds);
// All workers are entries of one thread's ring; no calls: the system or the build has none.
struct bench_span bench_block_ring(struct bench_room *room, double seconds);

#endif
