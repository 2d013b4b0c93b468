// What does a server cost when nobody calls?  Processor time with no server, with a server open and no
// kernel, and with a kernel that only sleeps, by the server's threads and by all; and the first call
// after a silence, for silences and sleeps of several lengths.
//
// On the cpu backend the kernel's own threads are in these figures; the floor has them too.
#include "bench/load.h"
#include "bench/threads.h"

#include <string.h>
#include <time.h>

enum { SILENCES_MAX = 128 };
#define LONG_S 10  // silences so long only if measurements may be

static void pause_ns(double ns)
{
    const struct timespec t = {(time_t)(ns / 1e9), (long)(ns - 1e9 * (double)(time_t)(ns / 1e9))};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

struct idle {
    const struct bench *b;
    hc_server server;
    hc_mem out, times;
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

// --------------------------------------------------------------------------------------- processor time

struct burned {
    struct bench_figure all, server;
    char who[200];
};

static struct burned burn(struct idle *i, void (*idle)(const struct idle *))
{
    static struct bench_threads before, after;
    struct bench_samples all = {NULL, 0, 0}, server = {NULL, 0, 0};
    struct burned burned;
    i->args.warmup = 1;
    i->args.calls = 1;
    i->args.size = (uint64_t)i->ns;
    i->args.ticks = bench_ticks(i->b, i->ns);
    for (int n = i->b->quick ? 1 : 3; n > 0; n--) {
        bench_threads_read(&before);
        idle(i);
        bench_threads_read(&after);
        const struct bench_share share = bench_threads_share(&before, &after);
        bench_samples_add(&all, share.all);
        bench_samples_add(&server, share.server);
    }
    bench_threads_text(&before, &after, burned.who, sizeof burned.who);
    burned.all = bench_samples_figure(&all);
    burned.server = bench_samples_figure(&server);
    return burned;
}

static void burned_rows(const struct idle *i, const char *way, const struct burned *burned,
                        double floor, const char *when)
{
    const struct bench_facts *facts = bench_facts(.way = way);
    if (i->server)
        bench_row(i->b, facts, &burned->server, "% of a core", 0, "%s: server's threads", when);
    bench_row(i->b, facts, &burned->all, "% of a core", floor, "%s: all threads", when);
    bench_note(i->b, "most by %s", *burned->who ? burned->who : "nobody");
}

// ------------------------------------------------------------------------------------------ first calls

struct firsts {
    struct bench_samples first, second;  // after the silence, and right after that, in us
};

// A kernel is silent, calls, calls again: `silences` times over.
static void silences_measure(struct idle *i, uint32_t silences, double ns, struct firsts *firsts)
{
    i->args.times = i->times->addr;
    i->args.calls = silences;
    i->args.warmup = 0;
    i->args.size = (uint64_t)ns;
    bench_run(i->server, i->b, "bench_nap", 1, 0, &i->args, ns * silences);
    const struct bench_span span = bench_lanes_sum(i->b, i->out->host, 1, "bench_nap");
    const uint64_t *t = i->times->host;
    for (uint32_t n = 0; n < silences; n++, t += 2) {
        bench_samples_add(&firsts->first, (double)t[0] * span.ns_per_cycle / 1000);
        bench_samples_add(&firsts->second, (double)t[1] * span.ns_per_cycle / 1000);
    }
}

static uint32_t silences_count(const struct bench *b, double seconds)
{
    if (b->quick) return 2;
    return seconds >= LONG_S ? 3 : seconds >= 1 ? 10 : seconds >= 0.1 ? 30 : 100;
}

// First calls after silences of a running kernel, and of kernels launched after as long without one.
static void silences_rows(struct idle *i)
{
    const double lengths[] = {0.01, 0.1, 1, LONG_S};
    const struct bench_facts *ours = bench_facts(.way = "hostcall");
    double floor = 0;
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        const double s = lengths[k];
        if (i->b->quick ? s > 0.1 : s >= LONG_S && i->b->seconds < LONG_S) break;
        struct firsts firsts = {{NULL, 0, 0}, {NULL, 0, 0}};
        silences_measure(i, silences_count(i->b, s), s * 1e9, &firsts);
        const struct bench_figure first = bench_samples_figure(&firsts.first),
                                  second = bench_samples_figure(&firsts.second);
        if (!k) {
            floor = second.p50;
            bench_row(i->b, ours, &second, "us", floor, "call right after another");
        }
        bench_row(i->b, ours, &first, "us", floor, "call after %g s of the kernel's silence", s);
    }
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        const double s = lengths[k];
        if (s < (i->b->quick ? 0.1 : 1)) continue;
        if (s > (i->b->quick ? 0.1 : i->b->seconds < LONG_S ? 1 : LONG_S)) break;
        struct firsts firsts = {{NULL, 0, 0}, {NULL, 0, 0}};
        for (uint32_t n = silences_count(i->b, s); n > 0; n--) {
            pause_ns(s * 1e9);
            silences_measure(i, 1, 0, &firsts);
        }
        const struct bench_figure first = bench_samples_figure(&firsts.first),
                                  second = bench_samples_figure(&firsts.second);
        bench_row(i->b, ours, &first, "us", floor,
                  "first call of a kernel, %g s after the last one", s);
        bench_row(i->b, ours, &second, "us", floor, "second call of that kernel");
    }
}

// What shorter and longer sleeps, or none, would cost and give.
static void settings_rows(const struct bench *b, hc_mem out, hc_mem times, double ns)
{
    static const struct {
        const char *name;
        uint64_t spin_ns;
        uint32_t sleep_ns;
    } settings[] = {{"spins for ever", UINT64_MAX, 0},
                    {"sleeps of 10 us", 0, 10000},
                    {"sleeps of 25 us", 0, 25000},
                    {"sleeps of 50 us", 0, 50000},
                    {"sleeps of 100 us", 0, 100000}};
    const struct bench_facts *ours = bench_facts(.way = "hostcall", .shape = "settings");
    for (size_t k = 0; k < sizeof settings / sizeof *settings; k += b->quick ? 2 : 1) {
        struct idle i = {.b = b, .out = out, .times = times, .ns = ns / 2};
        struct firsts firsts = {{NULL, 0, 0}, {NULL, 0, 0}};
        i.args.out = out->addr;
        i.server = bench_server(
            b, hc_server_params(.spin_ns = settings[k].spin_ns, .sleep_ns = settings[k].sleep_ns));
        const struct burned burned = burn(&i, with_kernel);
        silences_measure(&i, b->quick ? 2 : SILENCES_MAX, 0.03 * 1e9, &firsts);
        const struct bench_figure first = bench_samples_figure(&firsts.first);
        bench_samples_figure(&firsts.second);
        bench_row(b, ours, &burned.server, "% of a core", 0, "%s: silent kernel, server's threads",
                  settings[k].name);
        bench_row(b, ours, &first, "us", 0, "%s: call after 0.03 s", settings[k].name);
        hc_server_destroy(&i.server);
    }
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "idle_cpu", "what does a server cost when nobody calls?", argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_nap"))
        bench_skip("%s: no kernel that sleeps", b.dev->backend_name);
    struct idle i = {
        .b = &b,
        .out = bench_mem(&b, HC_MEM_SHARED, sizeof(struct bench_lane), "lane report"),
        .times = bench_mem(&b, HC_MEM_MAPPED, SILENCES_MAX * 16, "times"),
        .ns = b.quick         ? 2e8
              : b.seconds > 2 ? (b.seconds < LONG_S ? b.seconds : LONG_S) * 1e9
                              : 2e9,
    };
    i.args.out = i.out->addr;

    const struct burned none = burn(&i, without_kernel);
    burned_rows(&i, "floor", &none, 0, "no server, no kernel");
    const struct burned floor = burn(&i, without_server);
    burned_rows(&i, "floor", &floor, floor.all.p50, "floor: kernel that waits, no server");
    i.server = bench_server(&b, hc_server_params(0));
    const struct burned idle = burn(&i, without_kernel), silent = burn(&i, with_kernel);
    burned_rows(&i, "hostcall", &idle, 0, "server open, no kernel");
    burned_rows(&i, "hostcall", &silent, floor.all.p50, "kernel that makes no call");
    silences_rows(&i);
    hc_server_destroy(&i.server);
    settings_rows(&b, i.out, i.times, i.ns);
    if (b.seconds < LONG_S)
        bench_note(&b, "--seconds %d measures silences of %d s, too", LONG_S, LONG_S);
    hc_mem_destroy(&i.times);
    hc_mem_destroy(&i.out);
    return bench_close(&b);
}
