// Does every wave get its turn?  All waves call in a loop; the longest that one of them waits is held
// against the median of all waits, and the fewest calls of a wave against the most.
//
// On the cpu backend waves outnumber processors, and most of a long wait is the system's doing.
#include "bench/load.h"
#include "hostcall/protocol.h"

#include <string.h>

enum { SLOTS = 512, POLLERS = 4 };

static uint32_t clamp(uint32_t value, uint32_t most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

struct fair {
    struct bench_samples waits;    // of the last calls of each wave, in us
    struct bench_samples longest;  // of each wave
    struct bench_samples calls;    // likewise
};

static void run(const struct bench *b, hc_server server, uint32_t waves, struct fair *fair)
{
    const double us = b->dev->caps.ns_per_tick / 1000;
    const uint32_t per_group = bench_group_waves(b, waves);
    hc_mem out = bench_mem(b, HC_MEM_SHARED, waves * sizeof(struct bench_lane), "lane reports");
    hc_mem times = bench_mem(b, HC_MEM_MAPPED, waves * sizeof(struct bench_waits), "waits");
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.out = out->addr;
    args.times = times->addr;
    args.ticks = bench_ticks(b, b->seconds * 1e9);
    bench_run(server, b, "bench_fair", waves / per_group, per_group * b->dev->caps.wave_width,
              &args, b->seconds * 1e9);
    bench_lanes_sum(b, out->host, waves, "bench_fair");
    const struct bench_lane *lanes = out->host;
    const struct bench_waits *waits = times->host;
    for (uint32_t w = 0; w < waves; w++) {
        bench_samples_add(&fair->calls, lanes[w].calls);
        bench_samples_add(&fair->longest, (double)waits[w].longest * us);
        for (uint32_t i = 0; i < BENCH_WAITS && i < lanes[w].calls; i++)
            bench_samples_add(&fair->waits, (double)waits[w].last[i] * us);
    }
    hc_mem_destroy(&times);
    hc_mem_destroy(&out);
}

static void measure(const struct bench *b, uint32_t waves, uint32_t slots, uint32_t pollers)
{
    struct fair fair = {{NULL, 0, 0}, {NULL, 0, 0}, {NULL, 0, 0}};
    hc_server server = bench_server(b, hc_server_params(.slots = slots, .pollers = pollers));
    run(b, server, waves, &fair);
    hc_server_destroy(&server);
    const struct bench_figure waits = bench_samples_figure(&fair.waits),
                              longest = bench_samples_figure(&fair.longest),
                              calls = bench_samples_figure(&fair.calls);
    char name[64];
    snprintf(name, sizeof name, "%u waves, %u slots, %u poller%s", waves, slots, pollers,
             pollers > 1 ? "s" : "");
    const struct bench_facts *facts =
        bench_facts(.way = "hostcall", .waves = waves, .lanes = 1, .pollers = pollers);
    const double worst = longest.quantiles[BENCH_QUANTILES - 1],
                 most = calls.quantiles[BENCH_QUANTILES - 1];
    bench_row(b, facts, &waits, "us", 0, "%s: a wait", name);
    bench_row(b, facts, &longest, "us", waits.p50, "%s: a wave's longest", name);
    bench_row(b, facts, &calls, "calls", 0, "%s: by a wave", name);
    bench_note(b, "longest wait %.5g us, %.1f x the median; fewest calls %.0f, most %.0f, %.2f x",
               worst, worst / waits.p50, calls.min, most, most / calls.min);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "fairness", "does every wave get its turn?", argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_fair"))
        bench_skip("%s: no kernel that calls in turns", b.dev->backend_name);
    const uint32_t resident = bench_resident(&b);
    // A slot for each wave, two waves to a slot, and a crowd.
    const struct {
        uint32_t waves, slots;
    } shapes[] = {{clamp(resident, SLOTS), SLOTS},
                  {resident, clamp(resident / 2, HC_SLOTS_MAX)},
                  {resident, clamp(resident / 16, SLOTS)}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (uint32_t pollers = 1; pollers <= POLLERS; pollers *= POLLERS)
            if (pollers <= shapes[i].slots && (pollers == 1 || !b.quick))
                measure(&b, shapes[i].waves, shapes[i].slots, pollers);
    return bench_close(&b);
}
