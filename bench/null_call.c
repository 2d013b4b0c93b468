// What does one call cost?  Time of hc_nop() as the kernel sees it, for one lane and for one full
// wave, beside the floor of this machine and two other ways to reach the host.
#include "bench/load.h"

enum { PORTS = 128, PARTS = 4, WARMUP = 40 };

// Windows of one call where the clock is fine enough, of 16 where it is not.
static uint32_t window_choose(const struct bench *b)
{
    const struct bench_load pilot = {
        .way = BENCH_FLOOR, .waves = 1, .lanes = 1, .calls = 256, .window = 16, .pairs = 1};
    return bench_load_run(b, &pilot, NULL).ns_per_cycle > 20 ? 16 : 1;
}

static void measure(const struct bench *b, hc_server server, uint32_t lanes, uint32_t window)
{
    const uint32_t calls = (b->quick ? 50 : 5000) * window;
    struct bench_samples samples[BENCH_WAYS] = {{NULL, 0, 0}};
    // In turns, so that a clock that drifts drifts for all of them.
    for (int part = 0; part < PARTS; part++) {
        for (enum bench_way way = 0; way < BENCH_WAYS; way++) {
            if (!bench_way_works(b, way)) continue;
            const struct bench_load load = {
                .way = way,
                .server = way == BENCH_HOSTCALL ? server : NULL,
                .waves = 1,
                .lanes = lanes,
                .warmup = b->quick ? 4 : WARMUP,
                .calls = calls,
                .window = window,
                .pairs = lanes == 1 ? 5 : 1,
                .ports = PORTS,
                .ns = b->seconds * 1e9 * 10 / PARTS,
            };
            bench_load_run(b, &load, &samples[way]);
        }
    }
    struct bench_figure figures[BENCH_WAYS];
    for (enum bench_way way = 0; way < BENCH_WAYS; way++)
        figures[way] = bench_samples_figure(&samples[way]);
    const double floor = figures[BENCH_FLOOR].p50;
    const char *shape = lanes == 1 ? "one lane" : "one wave";
    for (enum bench_way way = 0; way < BENCH_WAYS; way++)
        if (bench_way_works(b, way))
            bench_row(b,
                      bench_facts(.way = bench_way_names[way], .shape = shape, .waves = 1,
                                  .lanes = lanes),
                      &figures[way], "ns a call", floor, "%s, %s", bench_way_names[way], shape);
    const double ours = figures[BENCH_HOSTCALL].p50;
    for (enum bench_way way = BENCH_MEMCPY; way < BENCH_WAYS; way++)
        if (bench_way_works(b, way))
            bench_note(b, "hostcall against %s, %s: %.2f times as fast", bench_way_names[way],
                       shape, figures[way].p50 / ours);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "null_call", "what does one call cost, from call to answer?", argc, argv);
    bench_load_needs(&b);
    if (!bench_way_works(&b, BENCH_FLOOR))
        bench_skip("%s: no kernel for the floor", b.dev->backend_name);
    const uint32_t window = window_choose(&b), width = b.dev->caps.wave_width;
    hc_server server = bench_server(&b, hc_server_params(0));
    measure(&b, server, 1, window);
    if (width > 1) measure(&b, server, width, window);
    bench_note(
        &b,
        "floor: one lane sends 80 bytes, a wave 16 a lane; %d ports a mailbox server; %u call%s a sample",
        PORTS, window, window > 1 ? "s" : "");
    hc_server_destroy(&server);
    return bench_close(&b);
}
