// What does a print cost that a kernel may make, and never does?  Kernels that compute, with an hc_printf in a
// branch never taken and without, in turns; both must give the same, and the one must print when told to.
#include "bench/cuda.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LAUNCHES = 25, LAUNCHES_QUICK = 3, WARMUP = 3, GROUP_WAVES = 8, ROUNDS_MAX = 1 << 24 };
enum { NEVER = UINT32_MAX >> 1, TABLE = 1 << 17, TABLE_QUICK = 1 << 10 };  // words; 256 bytes each
#define LAUNCH_NS 1000000.0  // a launch is to last at least that long

extern const struct hc_image may_print_image;

static const char *const bodies[] = {"light", "heavy", "loads"};
static const char *const about[] = {"few registers", "64 words in registers", "loads that wait"};

struct pair {
    const struct bench *b;
    const char *kernels[2];  // without and with
    struct bench_args args;
    uint32_t groups, group_size;
    hc_mem out[2];
};

// Nanoseconds of a launch as the host sees it.
static double run(struct pair *p, int may, uint32_t rounds)
{
    p->args.calls = rounds;
    p->args.out = p->out[may]->addr;
    const uint64_t begin = bench_now();
    bench_launch(p->b, p->kernels[may], p->groups, p->group_size, &p->args);
    bench_wait(p->b, p->kernels[may]);
    return (double)(bench_now() - begin);
}

static uint32_t rounds_choose(struct pair *p)
{
    const double share = p->b->seconds * 1e9 / 20, want = share > LAUNCH_NS ? share : LAUNCH_NS;
    for (uint32_t rounds = 16;; rounds *= 2) {
        run(p, 0, rounds);
        if (run(p, 0, rounds) >= want || rounds >= ROUNDS_MAX) return rounds;
    }
}

// One wave prints in its second round: a line of each lane, and no more.
static void prints_check(struct pair *p)
{
    const int fd = bench_file();
    const uint32_t width = p->b->dev->caps.wave_width;
    hc_server server = bench_server(p->b, hc_server_params(.stdout_fd = fd));
    struct bench_args args = p->args;
    args.out = p->out[1]->addr;
    args.calls = 3;
    args.window = 1;
    bench_run(server, p->b, p->kernels[1], 1, 0, &args, 0);
    hc_server_destroy(&server);
    FILE *f = lseek(fd, 0, SEEK_SET) ? NULL : fdopen(fd, "r");
    if (!f) bench_fail("the file for lines can't be read");
    uint64_t seen = 0;
    uint32_t lines = 0, lane, value, round;
    while (fscanf(f, "lane %u has %u in round %u\n", &lane, &value, &round) == 3) {
        if (lane < width && round == 1) seen |= 1ull << lane;
        lines++;
    }
    if (lines != width || seen != UINT64_MAX >> (64 - width))
        bench_fail("%s: told to print, %u lanes gave %u lines", p->kernels[1], width, lines);
    fclose(f);
}

static void facts_note(const struct pair *p, const char *body)
{
    struct bench_kernel_facts facts[2];
    for (int may = 0; may < 2; may++)
        if (!bench_cuda_kernel_facts(p->b, &may_print_image, p->kernels[may], p->group_size,
                                     &facts[may]))
            return;
    bench_note(
        p->b,
        "%s, without and with: %d and %d registers, %d and %d bytes of stack a lane, %d and %d "
        "waves at once",
        body, facts[0].registers, facts[1].registers, facts[0].local, facts[1].local,
        facts[0].resident, facts[1].resident);
}

static void measure(struct pair *p, const char *body, const char *what)
{
    const struct bench *b = p->b;
    const uint32_t rounds = rounds_choose(p), launches = b->quick ? LAUNCHES_QUICK : LAUNCHES;
    struct bench_samples samples[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    struct bench_figure figures[2];
    memset(p->out[0]->host, 0xaa, p->out[0]->size);
    memset(p->out[1]->host, 0x55, p->out[1]->size);
    for (uint32_t i = 0; i < WARMUP + launches; i++) {
        for (int k = 0; k < 2; k++) {
            const int may = (int)(i + (uint32_t)k) % 2;  // neither is always the second
            const double ns = run(p, may, rounds);
            if (i >= WARMUP) bench_samples_add(&samples[may], ns / 1e6);
        }
    }
    if (memcmp(p->out[0]->host, p->out[1]->host, p->out[0]->size))
        bench_fail("%s: other results where it may print", body);
    prints_check(p);
    for (int may = 0; may < 2; may++) {
        figures[may] = bench_samples_figure(&samples[may]);
        bench_row(b,
                  bench_facts(.way = may ? "hostcall" : "floor", .subject = body,
                              .waves = p->groups * p->group_size / b->dev->caps.wave_width,
                              .lanes = b->dev->caps.wave_width),
                  &figures[may], "ms a launch", figures[0].p50, "%s: %s, %s", body, what,
                  may ? "may print" : "can't print");
    }
    bench_note(b, "%s: costs %.2f %% by the medians, %.2f %% by the least; %u launches each", body,
               100 * (figures[1].p50 / figures[0].p50 - 1),
               100 * (figures[1].min / figures[0].min - 1), launches);
    facts_note(p, body);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "may_print", "what does a print cost that a kernel may make, and never does?",
               argc, argv);
    if (!b.dev->caps.live) bench_skip("%s: kernels can't print there", b.dev->caps.name);
    bench_module_use(&b, &may_print_image);
    const uint32_t width = b.dev->caps.wave_width,
                   waves = GROUP_WAVES * width <= b.dev->caps.group_max ? GROUP_WAVES : 1;
    // Four times as many as the device keeps at most, so that what a kernel takes shows.
    struct pair p = {.b = &b,
                     .group_size = waves * width,
                     .groups = (4 * bench_resident(&b) + waves - 1) / waves};
    const uint32_t words = b.quick ? TABLE_QUICK : TABLE;
    hc_mem table = bench_mem(&b, HC_MEM_DEVICE, (size_t)words * 256, "table");
    for (int i = 0; i < 2; i++)
        p.out[i] = bench_mem(&b, HC_MEM_SHARED, (size_t)p.groups * p.group_size * 4, "results");
    memset(&p.args, 0, sizeof p.args);
    p.args.request = table->addr;
    p.args.size = words;
    p.args.window = NEVER;
    bench_launch(&b, "bench_table", p.groups, p.group_size, &p.args);
    bench_wait(&b, "bench_table");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char names[2][32];
        for (int may = 0; may < 2; may++) {
            snprintf(names[may], sizeof names[may], "bench_%s%s", bodies[i], may ? "_may" : "");
            p.kernels[may] = names[may];
        }
        measure(&p, bodies[i], about[i]);
    }
    for (int i = 0; i < 2; i++) hc_mem_destroy(&p.out[i]);
    hc_mem_destroy(&table);
    return bench_close(&b);
}
