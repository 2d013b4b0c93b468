// What does a server cost when nobody calls?  Processor time of the whole process with a server
// open and no kernel, and with a kernel that only sleeps; and the first call after a pause.
//
// On the cpu backend the kernel's own threads are in these figures; the floor has them too.
#include "bench/load.h"

#include <string.h>
#include <time.h>

static uint64_t cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pause_ns(double ns)
{
    const struct timespec t = {(time_t)(ns / 1e9), (long)(ns - 1e9 * (double)(time_t)(ns / 1e9))};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

struct idle {
    const struct bench *b;
    hc_server server;
    struct bench_args args;
    double ns;  // how long the process idles
};

static void without_kernel(const struct idle *i) { pause_ns(i->ns); }
static void with_kernel(const struct idle *i)
{
    bench_run(i->server, i->b, "bench_nap", 1, 0, &i->args, i->ns);
}
static void without_server(const struct idle *i)
{
    bench_launch(i->b, "bench_wait", 1, 0, &i->args);
    bench_wait(i->b, "bench_wait");
}

// Percent of one processor that the process burns meanwhile.
static struct bench_figure burn(const struct idle *i, void (*idle)(const struct idle *))
{
    struct bench_samples samples = {NULL, 0, 0};
    for (int n = i->b->quick ? 1 : 3; n > 0; n--) {
        const uint64_t cpu = cpu_now(), wall = bench_now();
        idle(i);
        bench_samples_add(&samples,
                          100.0 * (double)(cpu_now() - cpu) / (double)(bench_now() - wall));
    }
    return bench_samples_figure(&samples);
}

// A kernel calls, pauses, calls: times in pairs, first call after the pause and the one after it.
static void first_calls(struct idle *i, hc_mem times, const struct bench_lane *lane, uint32_t naps,
                        double ns, struct bench_samples *first, struct bench_samples *second)
{
    i->args.times = times->addr;
    i->args.calls = naps;
    i->args.warmup = 0;
    i->args.size = (uint64_t)ns;
    bench_run(i->server, i->b, "bench_nap", 1, 0, &i->args, ns * naps);
    const struct bench_span span = bench_lanes_sum(i->b, lane, 1, "bench_nap");
    const uint64_t *t = times->host;
    for (uint32_t n = 0; n < naps; n++, t += 2) {
        bench_samples_add(first, (double)t[0] * span.ns_per_cycle / 1000);
        bench_samples_add(second, (double)t[1] * span.ns_per_cycle / 1000);
    }
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "idle_cpu", "what does a server cost when nobody calls?", argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_nap"))
        bench_skip("%s: no kernel that sleeps", b.dev->backend_name);
    hc_mem out = bench_mem(&b, HC_MEM_SHARED, sizeof(struct bench_lane), "lane report");
    hc_mem times = bench_mem(&b, HC_MEM_MAPPED, 4096, "times");
    struct idle i = {
        .b = &b, .server = bench_server(&b, hc_server_params(0)), .ns = b.quick ? 2e8 : 2e9};
    memset(&i.args, 0, sizeof i.args);
    i.args.out = out->addr;
    i.args.calls = 1;
    i.args.warmup = 1;
    i.args.size = (uint64_t)i.ns;
    i.args.ticks = bench_ticks(&b, i.ns);

    const struct bench_figure idle = burn(&i, without_kernel), floor = burn(&i, without_server),
                              busy = burn(&i, with_kernel);
    const struct bench_facts *ours = bench_facts(.way = "hostcall");
    bench_row(&b, ours, &idle, "% of a core", 0, "server open, no kernel");
    bench_row(&b, bench_facts(.way = "floor"), &floor, "% of a core", floor.p50,
              "floor: kernel that waits, no server");
    bench_row(&b, ours, &busy, "% of a core", floor.p50, "kernel that makes no call");

    const struct bench_lane *lane = out->host;
    struct bench_samples first = {NULL, 0, 0}, second = {NULL, 0, 0}, fresh = {NULL, 0, 0},
                         after = {NULL, 0, 0};
    const double nap = b.quick ? 1e8 : 1e9;
    first_calls(&i, times, lane, b.quick ? 2 : 10, nap, &first, &second);
    for (int n = b.quick ? 2 : 10; n > 0; n--) {
        pause_ns(nap);
        first_calls(&i, times, lane, 1, 0, &fresh, &after);
    }
    const struct bench_figure f1 = bench_samples_figure(&first), f2 = bench_samples_figure(&second);
    const struct bench_figure f3 = bench_samples_figure(&fresh), f4 = bench_samples_figure(&after);
    bench_row(&b, ours, &f2, "us", f2.p50, "call right after another");
    bench_row(&b, ours, &f1, "us", f2.p50, "call after %.1f s of the kernel's silence", nap / 1e9);
    bench_row(&b, ours, &f3, "us", f2.p50, "first call of a kernel, %.1f s after the last one",
              nap / 1e9);
    bench_row(&b, ours, &f4, "us", f2.p50, "second call of that kernel");
    hc_server_destroy(&i.server);
    hc_mem_destroy(&times);
    hc_mem_destroy(&out);
    return bench_close(&b);
}
