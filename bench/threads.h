// Processor time, thread by thread: who of the process burns it.
#ifndef BENCH_THREADS_H
#define BENCH_THREADS_H

#include "bench/bench.h"

enum { BENCH_THREADS_MAX = 512 };

struct bench_thread {
    int id;
    char name[16];  // "hc-poller/0"
    uint64_t ns;    // of processor time
};
struct bench_threads {
    uint64_t when;  // bench_now()
    uint64_t ns;    // of the process, threads that have ended too
    uint32_t count;
    struct bench_thread threads[BENCH_THREADS_MAX];
};

void bench_threads_read(struct bench_threads *now);

// Percent of one processor between two readings.
struct bench_share {
    double all;
    double server;  // by pollers and workers
};
struct bench_share bench_threads_share(const struct bench_threads *before,
                                       const struct bench_threads *after);

// The threads that took most between them, as text: "hc-poller/0 1.5 %, cuda-EvtHandlr 0.4 %".
void bench_threads_text(const struct bench_threads *before, const struct bench_threads *after,
                        char *text, size_t size);

#endif
