// How many calls a second do several devices make together?  Null calls of each device alone, and of all of
// them at once, each with a server of its own in one process; the floor is what they make alone, added up.
//
// Where there is but one, it is opened twice, each with half of the waves that it has room for: what that
// shows is what two servers do to each other.
#include "bench/load.h"

#include <pthread.h>
#include <string.h>

enum { REPEATS = 5, REPEATS_QUICK = 2, DEVICES_MAX = 16, POLLERS = 4 };

struct side {
    struct bench b;  // with a device, module and stream of its own
    hc_server server;
    uint32_t waves;
    pthread_t thread;
    pthread_barrier_t *start;
    double rate;  // million calls a second
};

static bool side_open(const struct bench *b, struct side *side, int index)
{
    side->b = *b;
    side->b.index = index;
    if (!bench_device_open(&side->b)) return false;
    side->waves = bench_resident(&side->b);
    return true;
}

static void *side_run(void *arg)
{
    struct side *side = arg;
    const struct bench_load load = {
        .way = BENCH_HOSTCALL,
        .server = side->server,
        .waves = side->waves,
        .lanes = 1,
        .warmup = 4,
        .calls = 1u << 30,
        .window = 1,
        .ns = side->b.seconds * 1e9,
    };
    if (side->start) pthread_barrier_wait(side->start);
    const struct bench_span span = bench_load_run(&side->b, &load, NULL);
    side->rate = (double)span.calls / span.seconds / 1e6;
    return NULL;
}

// At once: their rates together.
static double sides_run(struct side *sides, uint32_t count)
{
    pthread_barrier_t start;
    double rate = 0;
    if (pthread_barrier_init(&start, NULL, count)) bench_fail("no barrier");
    for (uint32_t i = 0; i < count; i++) {
        sides[i].start = &start;
        if (pthread_create(&sides[i].thread, NULL, side_run, &sides[i])) bench_fail("no thread");
    }
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(sides[i].thread, NULL);
        sides[i].start = NULL;
        rate += sides[i].rate;
    }
    pthread_barrier_destroy(&start);
    return rate;
}

static void measure(const struct bench *b, struct side *sides, uint32_t count, uint32_t pollers)
{
    const int repeats = b->quick ? REPEATS_QUICK : REPEATS;
    struct bench_samples alone[DEVICES_MAX], all = {NULL, 0, 0};
    memset(alone, 0, sizeof alone);
    for (uint32_t i = 0; i < count; i++) {
        sides[i].server =
            bench_server(&sides[i].b, hc_server_params(.slots = bench_slots(sides[i].waves),
                                                       .pollers = pollers));
    }
    // In turns, so that a clock that drifts drifts for all of them.
    for (int n = 0; n < repeats; n++) {
        for (uint32_t i = 0; i < count; i++) bench_samples_add(&alone[i], sides_run(&sides[i], 1));
        bench_samples_add(&all, sides_run(sides, count));
    }
    double floor = 0;
    const char *threads = pollers > 1 ? "pollers" : "poller";
    for (uint32_t i = 0; i < count; i++) {
        hc_server_destroy(&sides[i].server);
        const struct bench_figure figure = bench_samples_figure(&alone[i]);
        floor += figure.p50;
        bench_row(b,
                  bench_facts(.way = "hostcall", .shape = "alone", .waves = sides[i].waves,
                              .lanes = 1, .pollers = pollers),
                  &figure, "M calls/s", 0, "device %d alone, %u waves, %u %s", sides[i].b.index,
                  sides[i].waves, pollers, threads);
    }
    const struct bench_figure figure = bench_samples_figure(&all);
    bench_row(b, bench_facts(.way = "hostcall", .shape = "together", .pollers = count * pollers),
              &figure, "M calls/s", floor, "all %u at once, %u %s each", count, pollers, threads);
}

int main(int argc, char **argv)
{
    static struct side sides[DEVICES_MAX];
    struct bench b;
    bench_open(&b, "devices", "how many calls a second do several devices make together?", argc,
               argv);
    bench_load_needs(&b);
    uint32_t count = 0;
    while (count < DEVICES_MAX && side_open(&b, &sides[count], (int)count)) count++;
    const bool single = count == 1;
    if (single && side_open(&b, &sides[count], 0)) count++;
    for (uint32_t i = 0; i < count && single; i++) sides[i].waves = (sides[i].waves + 1) / 2;
    for (uint32_t pollers = 1; pollers <= (b.quick ? 1 : POLLERS); pollers *= POLLERS)
        measure(&b, sides, count, pollers);
    for (uint32_t i = 0; i < count; i++)
        bench_note(&b, "device %d: %s", sides[i].b.index, sides[i].b.dev->caps.name);
    if (single) bench_note(&b, "there is one device: it was opened twice");
    for (uint32_t i = 0; i < count; i++) bench_device_close(&sides[i].b);
    return bench_close(&b);
}
