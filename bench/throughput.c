// How many calls a second does a server take?  Null calls against waves that call at once and
// threads that serve them, one lane a wave and full waves; beside raw flag slots with one host
// thread, and mailboxes.
#include "bench/load.h"

enum { PORTS_MIN = 128, PORTS_MAX = 4096 };

static struct bench_figure measure(const struct bench *b, enum bench_way way, hc_server server,
                                   uint32_t waves, uint32_t lanes)
{
    const uint32_t ports = waves > PORTS_MAX ? PORTS_MAX : waves > PORTS_MIN ? waves : PORTS_MIN;
    const struct bench_load load = {
        .way = way,
        .server = server,
        .waves = waves,
        .lanes = lanes,
        .warmup = 4,
        .calls = 1u << 30,
        .window = 1,
        .pairs = 1,
        .ports = (ports + 3) / 4 * 4,
        .ns = b->seconds * 1e9,
    };
    struct bench_samples samples = {NULL, 0, 0};
    for (uint32_t i = bench_repeats(b); i > 0; i--) {
        const struct bench_span span = bench_load_run(b, &load, NULL);
        bench_samples_add(&samples, (double)span.calls / span.seconds / 1e6);
    }
    return bench_samples_figure(&samples);
}

static void row(const struct bench *b, enum bench_way way, uint32_t waves, uint32_t lanes,
                uint32_t threads, const struct bench_figure *figure, double floor)
{
    const char *shape = lanes == 1 ? "one lane each" : "full";
    bench_row(b,
              bench_facts(.way = bench_way_names[way], .shape = shape, .waves = waves,
                          .lanes = lanes, .pollers = threads),
              figure, lanes == 1 ? "M calls/s" : "M lane-calls/s", floor,
              "%u waves, %s: %s, %u %s%s", waves, shape, bench_way_names[way], threads,
              way == BENCH_HOSTCALL ? "poller" : "thread", threads > 1 ? "s" : "");
}

// Floors and peers first: rows of all numbers of pollers are compared with the same floor.
static void shape(const struct bench *b, uint32_t waves, uint32_t lanes)
{
    const struct bench_figure floor = measure(b, BENCH_FLOOR, NULL, waves, lanes);
    row(b, BENCH_FLOOR, waves, lanes, 1, &floor, floor.p50);
    const uint32_t pollers_max = b->quick ? 1 : 8;
    for (uint32_t pollers = 1;
         pollers <= pollers_max && (pollers == 1 || pollers < bench_processors()); pollers *= 2) {
        hc_server server =
            bench_server(b, hc_server_params(.slots = bench_slots(waves), .pollers = pollers));
        const struct bench_figure ours = measure(b, BENCH_HOSTCALL, server, waves, lanes);
        hc_server_destroy(&server);
        row(b, BENCH_HOSTCALL, waves, lanes, pollers, &ours, floor.p50);
    }
    if (!bench_way_works(b, BENCH_MAILBOX)) return;
    const struct bench_figure peer = measure(b, BENCH_MAILBOX, NULL, waves, lanes);
    row(b, BENCH_MAILBOX, waves, lanes, 1, &peer, floor.p50);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "throughput", "how many calls a second does a server take?", argc, argv);
    bench_load_needs(&b);
    if (!bench_way_works(&b, BENCH_FLOOR))
        bench_skip("%s: no kernel for the floor", b.dev->backend_name);
    const uint32_t width = b.dev->caps.wave_width, most = bench_resident(&b);
    for (uint32_t full = 0; full <= (width > 1); full++)
        for (uint32_t waves = 1; waves <= most;
             waves = waves < most && waves * 2 > most ? most : waves * 2) {
            if (b.quick && waves > 2) break;
            shape(&b, waves, full ? width : 1);
        }
    return bench_close(&b);
}
