// What the benches that move bytes share, by one call each that succeeds or ends the program.
#include "bench/transfer.h"

#include <stdlib.h>
#include <string.h>

void transfer_open(struct bench *b, const char *question, const char *about, int argc, char **argv)
{
    bench_open(b, question, about, argc, argv);
    bench_load_needs(b);
    bench_module_use(b, &transfer_image);
}

void transfer_target_open(struct transfer_target *t, const struct bench *b, uint32_t pollers)
{
    t->server = bench_server(b, hc_server_params(.pollers = pollers));
    t->fds = bench_mem(b, HC_MEM_MAPPED, sizeof t->host_fds, "descriptors");
    for (uint32_t i = 0; i < t->count; i++)
        bench_check(hc_server_share(t->server, t->host_fds[i], (int32_t *)t->fds->host + i),
                    "hc_server_share");
    hc_mem_publish();
}

void transfer_target_close(struct transfer_target *t)
{
    hc_mem_destroy(&t->fds);
    hc_server_destroy(&t->server);
}

void transfer_fill(const struct bench *b, hc_mem data, size_t size)
{
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = data->addr;
    args.size = size;
    bench_launch(b, "bench_fill", bench_resident(b), 0, &args);
    bench_wait(b, "bench_fill");
}

// Up to eight, as plain kernels have them.
static uint32_t waves_per_group(const struct bench *b, uint32_t waves)
{
    return waves % 8 == 0 && 8 * b->dev->caps.wave_width <= b->dev->caps.group_max ? 8 : 1;
}

double transfer_run(const struct bench *b, const struct transfer_target *t,
                    const struct transfer_shape *s, const char *kernel, hc_mem data, hc_mem out,
                    size_t size, uint32_t calls)
{
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = data->addr;
    args.reply = t->fds->addr;
    args.out = out->addr;
    args.size = size;
    args.calls = calls;
    args.warmup = 4;
    args.lanes = s->lanes;
    args.ports = t->count;
    args.mode = s->mode;
    const uint32_t per_group = s->waves >= 64 ? waves_per_group(b, s->waves) : 1;
    bench_run(t->server, b, kernel, s->waves / per_group, per_group * b->dev->caps.wave_width,
              &args, 0);
    return bench_lanes_sum(b, out->host, (uint64_t)s->waves * s->lanes, kernel).seconds;
}

// -------------------------------------------------------------------------------------------- floors

static double floor_run(const struct bench *b, hc_mem room, hc_mem out, bool load,
                        const struct transfer_shape *s, size_t size, uint32_t calls)
{
    const char *kernel = load ? "bench_load" : "bench_store";
    const uint32_t width = b->dev->caps.wave_width;
    const uint32_t per_group = waves_per_group(b, s->waves), groups = s->waves / per_group;
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = room->addr;
    args.out = out->addr;
    args.size = size;
    args.calls = calls;
    args.lanes = s->lanes;
    uint64_t *words = room->host;
    if (!load) memset(words, 0, size);
    bench_launch(b, kernel, groups, per_group * width, &args);
    bench_wait(b, kernel);
    for (size_t i = 0; !load && i < size / 8; i++)
        if (words[i] != BENCH_PATTERN(i)) bench_fail("bench_store: word %zu did not arrive", i);
    return bench_lanes_sum(b, out->host, (uint64_t)groups * per_group * s->lanes, kernel).seconds;
}

double transfer_floor(const struct bench *b, hc_mem room, hc_mem out, bool load,
                      const struct transfer_shape *s)
{
    // What is loaded must not stay in a cache; a store leaves the device all the same.
    const size_t size =
        !load && s->waves == 1 && room->size > TRANSFER_DATA ? TRANSFER_DATA : room->size;
    for (size_t i = 0; load && i < size / 8; i++) ((uint64_t *)room->host)[i] = BENCH_PATTERN(i);
    const double pilot = floor_run(b, room, out, load, s, size, 1);
    const double calls = b->seconds / (pilot > 1e-9 ? pilot : 1e-9);
    const uint32_t n = calls < 1 ? 1 : calls > 10000 ? 10000 : (uint32_t)calls;
    struct bench_samples samples = {NULL, 0, 0};
    for (uint32_t i = bench_repeats(b); i > 0; i--)
        bench_samples_add(&samples,
                          (double)size * n / floor_run(b, room, out, load, s, size, n) / 1e9);
    const struct bench_figure f = bench_samples_figure(&samples);
    bench_row(b,
              bench_facts(.way = "floor", .shape = s->name, .waves = s->waves, .lanes = s->lanes),
              &f, "GB/s", f.p50, "floor: plain %s, %s", load ? "loads" : "stores", s->name);
    return f.p50;
}

double transfer_memcpy(const struct bench *b, hc_mem from)
{
    char *to = malloc(from->size);
    if (!to) bench_fail("out of memory");
    memset(to, 1, from->size);
    const double rate =
        transfer_copy(b, to, from->host, from->size, "memcpy", "host memcpy, one thread");
    free(to);
    return rate;
}

double transfer_copy(const struct bench *b, void *to, const void *from, size_t size,
                     const char *way, const char *what)
{
    struct bench_samples samples = {NULL, 0, 0};
    memcpy(to, from, size);  // its pages are there, then
    for (uint32_t i = bench_repeats(b); i > 0; i--) {
        const uint64_t begin = bench_now();
        uint64_t n = 0;
        do {
            memcpy(to, from, size);
            __asm__ volatile("" ::"r"(to) : "memory");
            hc_mem_publish();
            n++;
        } while ((double)(bench_now() - begin) < b->seconds * 1e9);
        bench_samples_add(&samples, (double)size * (double)n / (double)(bench_now() - begin));
    }
    const struct bench_figure f = bench_samples_figure(&samples);
    bench_row(b, bench_facts(.way = way), &f, "GB/s", 0, "%s", what);
    return f.p50;
}

// ----------------------------------------------------------------------------------------- transfers

void transfer_measure(const struct bench *b, const struct transfer_shape *shape,
                      const char *subject, size_t room, transfer_fn *run, void *job)
{
    for (size_t size = 64; size <= TRANSFER_DATA; size *= b->quick ? 64 : 4) {
        struct transfer_shape s = *shape;
        if (s.most && s.waves > s.most / size) s.waves = (uint32_t)(s.most / size);
        uint32_t calls = room / (size * s.waves) < 8 ? 1 : 8;
        const double pilot = run(job, &s, size, calls) / calls;
        double want = b->seconds * 1e9 / (pilot > 1 ? pilot : 1);
        const double fit = (double)(room / (size * s.waves));
        if (want > fit) want = fit;
        calls = want < 1 ? 1 : (uint32_t)want;
        struct bench_samples samples = {NULL, 0, 0};
        for (uint32_t i = bench_repeats(b); i > 0; i--)
            bench_samples_add(&samples, (double)size * calls * s.waves / run(job, &s, size, calls));
        const struct bench_figure f = bench_samples_figure(&samples);
        bench_row(b,
                  bench_facts(.way = "hostcall", .shape = s.name, .subject = subject,
                              .waves = s.waves, .lanes = s.lanes, .pollers = s.pollers,
                              .bytes = size),
                  &f, "GB/s", s.floor, "%s, %zu bytes, %s", subject, size, s.name);
    }
}
