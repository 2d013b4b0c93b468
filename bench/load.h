// One launch of waves that do nothing but call, in one of four ways, and what came of it.
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include "bench/bench.h"

enum bench_way { BENCH_HOSTCALL, BENCH_FLOOR, BENCH_MEMCPY, BENCH_MAILBOX, BENCH_WAYS };

struct bench_load {
    enum bench_way way;
    hc_server server;       // BENCH_HOSTCALL's
    uint32_t waves, lanes;  // lanes of each wave that call
    uint32_t warmup;
    uint32_t calls, window;  // of each lane, at most; calls timed as one
    double ns;               // stop after that long; 0: after calls
    uint32_t pairs;          // of units in a request of BENCH_FLOOR
    uint32_t ports;          // BENCH_MAILBOX
};

extern const char *const bench_way_names[BENCH_WAYS];

// Whether the device can do it that way.
bool bench_way_works(const struct bench *b, enum bench_way way);

// Runs it, checks that every call was answered rightly and none twice, and adds the time of each
// window of wave 0, in ns a call, to samples (NULL: they are not taken).
struct bench_span bench_load_run(const struct bench *b, const struct bench_load *load,
                                 struct bench_samples *samples);

// Slots of a server for so many waves: one each where there can be as many, 512 at least.
uint32_t bench_slots(uint32_t waves);

// Waves of a group, of so many in all: four where there are many, for devices keep fewer groups than waves.
uint32_t bench_group_waves(const struct bench *b, uint32_t waves);

// Ends the program, as skipped, where kernels and host don't see each other or kernels have no
// clock.
void bench_load_needs(const struct bench *b);

#endif
