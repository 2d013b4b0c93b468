// What do calls that block cost, by workers and by a ring?  Calls a second and processor time of the
// whole process a call, by so many waves; beside as many host threads that make the same system calls,
// and one host thread that hands them all to a ring.
//
// On the cpu backend the kernel's own threads are in the processor time.
#include "bench/blocking.h"
#include "bench/load.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REPEATS = 3, WAVES_MOST = 256 };

static const struct bench_work works[] = {
    {"pipe, 8 B, no wait", BENCH_BLOCK_ECHO, 8, false, 2},
    {"pipe, 8 B, reads wait", BENCH_BLOCK_PAIR, 8, false, 2},
    {"one pipe, 8 B, all write", BENCH_BLOCK_WRITE, 8, false, 1},
    {"pipe, 64 KiB, no wait", BENCH_BLOCK_ECHO, 65536, false, 2},
    {"write, fsync, memory", BENCH_BLOCK_SYNC, 8, false, 2},
    {"write, fsync, disk", BENCH_BLOCK_SYNC, 4096, true, 2},
    {"file, 64 KiB", BENCH_BLOCK_FILE, 65536, false, 2},
};

enum way { WAY_THREADS, WAY_RING, WAY_WORKERS, WAY_URING, WAYS };
static const char *const way_names[WAYS] = {"host threads", "host ring", "workers", "uring"};

struct blocking {
    const struct bench *b;
    const struct bench_work *work;
    uint32_t waves;
};

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void *drain(void *arg)
{
    static char bytes[1 << 16];
    while (read(*(const int *)arg, bytes, sizeof bytes) > 0) {}
    return NULL;
}

// Rounds of all workers together.  A server keeps what it was given open, so each run has its own.
static struct bench_span way_run(const struct blocking *k, enum way way, double *cpu)
{
    struct bench_room room = bench_room_open(k->work, k->waves);
    pthread_t drainer;
    if (room.drained >= 0) pthread_create(&drainer, NULL, drain, &room.drained);
    hc_server server = NULL;
    if (way >= WAY_WORKERS)
        server =
            bench_server(k->b, hc_server_params(.workers_max = k->waves > 64 ? k->waves : 64,
                                                .engine = way == WAY_URING ? HC_ENGINE_URING
                                                                           : HC_ENGINE_WORKERS));
    const double begin = cpu_now();
    const struct bench_span span = server            ? bench_block_kernel(k->b, server, &room)
                                   : way == WAY_RING ? bench_block_ring(&room, k->b->seconds)
                                                     : bench_block_threads(&room, k->b->seconds);
    *cpu = cpu_now() - begin;
    hc_server_destroy(&server);
    if (room.drained >= 0) {
        close(room.ends[0].to);
        pthread_join(drainer, NULL);
        room.ends[0].to = -1;
    }
    bench_room_close(&room);
    return span;
}

// Its rows.  Calls a second of the way, and *cpu_call; 0: there is no such way.
static double way_measure(const struct blocking *k, enum way way, double floor, double cpu_floor,
                          double *cpu_call)
{
    double cpu;
    struct bench_samples rates = {NULL, 0, 0}, costs = {NULL, 0, 0};
    for (uint32_t i = k->b->runs ? k->b->runs : k->b->quick ? 1 : REPEATS; i > 0; i--) {
        const struct bench_span span = way_run(k, way, &cpu);
        if (!span.calls) return 0;
        const double calls = (double)span.calls * k->work->calls;
        bench_samples_add(&rates, calls / span.seconds / 1000);
        bench_samples_add(&costs, cpu / calls / 1000);
    }
    const struct bench_figure rate = bench_samples_figure(&rates),
                              cost = bench_samples_figure(&costs);
    const struct bench_facts *facts =
        bench_facts(.way = way_names[way], .shape = way_names[way], .subject = k->work->name,
                    .waves = k->waves, .lanes = 1, .pollers = 1, .bytes = k->work->size);
    bench_row(k->b, facts, &rate, "k calls/s", floor, "%s, %u, %s", k->work->name, k->waves,
              way_names[way]);
    bench_row(k->b, facts, &cost, "us of cpu", cpu_floor, "%s, %u, %s", k->work->name, k->waves,
              way_names[way]);
    *cpu_call = cost.p50;
    return rate.p50;
}

static bool uring_works(const struct bench *b)
{
    hc_server server = NULL;
    const int err = hc_server_create(b->dev, hc_server_params(.engine = HC_ENGINE_URING), &server);
    if (err) bench_note(b, "no ring: %s", hc_last_error());
    hc_server_destroy(&server);
    return !err;
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "blocking_calls", "what do calls that block cost, by workers and by a ring?",
               argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_block"))
        bench_skip("%s: no kernel that blocks", b.dev->backend_name);
    const bool uring = uring_works(&b);
    const uint32_t most = bench_resident(&b) < WAVES_MOST ? bench_resident(&b) : WAVES_MOST;
    for (size_t w = 0; w < sizeof works / sizeof *works; w++) {
        for (uint32_t waves = 1; waves <= most; waves = waves < 4 ? 4 : waves * 8) {
            struct blocking k = {.b = &b, .work = &works[w], .waves = waves};
            if (k.work->block == BENCH_BLOCK_PAIR && waves < 2) continue;
            if (b.quick && (waves > 4 || k.work->disk)) continue;
            double cpu, cpu_floor = 0;
            const double floor = way_measure(&k, WAY_THREADS, 0, 0, &cpu_floor);
            for (enum way way = WAY_RING; way < WAYS; way++)
                if (way != WAY_URING || uring) way_measure(&k, way, floor, cpu_floor, &cpu);
        }
    }
    bench_note(&b, "each wave, or thread, has its own descriptors; floor: as many host threads");
    bench_note(&b, "workers: as many as waves, 64 at least; one poller");
    return bench_close(&b);
}
