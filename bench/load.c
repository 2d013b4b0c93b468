// Sets up memory for one launch of calling waves, runs it beside the right server, and checks it.
#include "bench/load.h"
#include "bench/serve.h"
#include "hostcall/protocol.h"

#include <string.h>

// A wait that looks so often without an answer has none: seconds, on every device.
enum { ROUNDS_MAX = 20000000 };

const char *const bench_way_names[BENCH_WAYS] = {"hostcall", "floor", "memcpy polling",
                                                 "mailboxes"};
static const char *const kernels[BENCH_WAYS] = {"bench_null", "bench_floor", "bench_memcpy",
                                                "bench_mailbox"};

bool bench_way_works(const struct bench *b, enum bench_way way)
{
    // There a kernel waits on host memory, which Vulkan gives no way to do: on NVIDIA it never sees the
    // host's stores.
    if (way == BENCH_MAILBOX && !strcmp(b->dev->backend_name, "vulkan")) return false;
    return bench_has_kernel(b, kernels[way]) && (way != BENCH_MEMCPY || b->dev->caps.copy_beside);
}

void bench_load_needs(const struct bench *b)
{
    if (!b->dev->caps.live)
        bench_skip("%s: host and running kernels don't see each other's stores", b->dev->caps.name);
    if (!b->dev->caps.device_clock) bench_skip("%s: kernels have no clock", b->dev->caps.name);
}

uint32_t bench_slots(uint32_t waves)
{
    return waves > HC_SLOTS_MAX ? HC_SLOTS_MAX : waves > 512 ? waves : 512;
}

uint32_t bench_group_waves(const struct bench *b, uint32_t waves)
{
    return waves >= 64 && waves % 4 == 0 && 4 * b->dev->caps.wave_width <= b->dev->caps.group_max
               ? 4
               : 1;
}

static void serve(const struct bench *b, const struct bench_load *load, struct bench_args *args,
                  uint32_t groups, uint32_t group_size)
{
    const uint32_t width = b->dev->caps.wave_width;
    struct bench_serve s = {
        .b = b, .args = args, .waves = load->waves, .name = bench_way_names[load->way]};
    void (*run)(const struct bench_serve *) = NULL;
    hc_mem locks = NULL;
    switch (load->way) {
    case BENCH_MEMCPY:
        if (load->waves != 1) bench_fail("memcpy polling: only for one wave");
        args->ports = BENCH_RECORDS;
        s.request =
            bench_mem(b, HC_MEM_DEVICE, BENCH_RECORDS * BENCH_RECORD_UNITS * 8, "command buffer");
        s.reply = bench_mem(b, HC_MEM_DEVICE, BENCH_RETURN_SLOTS * 16, "return slots");
        locks = bench_mem(b, HC_MEM_DEVICE, 64, "top");
        run = bench_serve_memcpy;
        break;
    case BENCH_MAILBOX:
        args->ports = load->ports;
        s.request =
            bench_mem(b, HC_MEM_SHARED, bench_mailbox_size(load->ports, width), "mailboxes");
        locks = bench_mem(b, HC_MEM_DEVICE, load->ports * 4, "port locks");
        run = bench_serve_mailbox;
        break;
    default:
        args->pairs = load->pairs;
        args->stride = (load->lanes * load->pairs * 16 + 127) / 128 * 128;
        s.request =
            bench_mem(b, HC_MEM_SHARED, (size_t)load->waves * args->stride, "request slots");
        s.reply = bench_mem(b, HC_MEM_MAPPED, (size_t)load->waves * BENCH_REPLY_STRIDE(load->lanes),
                            "reply slots");
        run = bench_serve_floor;
        break;
    }
    args->request = s.request->addr;
    args->reply = s.reply ? s.reply->addr : 0;
    args->locks = locks ? locks->addr : 0;
    s.deadline = bench_now() + BENCH_DEADLINE_NS + (uint64_t)load->ns;
    bench_launch(b, kernels[load->way], groups, group_size, args);
    run(&s);
    bench_wait(b, s.name);
    hc_mem_destroy(&s.request);
    hc_mem_destroy(&s.reply);
    hc_mem_destroy(&locks);
}

struct bench_span bench_load_run(const struct bench *b, const struct bench_load *load,
                                 struct bench_samples *samples)
{
    const char *name = bench_way_names[load->way];
    const uint32_t width = b->dev->caps.wave_width, windows = load->calls / load->window;
    const uint64_t lanes = (uint64_t)load->waves * load->lanes;
    const uint32_t per_group = bench_group_waves(b, load->waves);

    hc_mem out = bench_mem(b, HC_MEM_SHARED, lanes * sizeof(struct bench_lane), "lane reports");
    hc_mem times = samples ? bench_mem(b, HC_MEM_MAPPED, (size_t)windows * 8, "times") : NULL;
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.out = out->addr;
    args.times = times ? times->addr : 0;
    args.ticks = bench_ticks(b, load->ns);
    args.warmup = load->warmup;
    args.calls = load->calls;
    args.window = load->window;
    args.lanes = load->lanes;
    args.rounds = ROUNDS_MAX;

    const struct hc_stats before =
        load->server ? hc_server_stats(load->server) : (struct hc_stats){0, 0, 0, 0, 0};
    if (load->way == BENCH_HOSTCALL)
        bench_run(load->server, b, kernels[load->way], load->waves / per_group, per_group * width,
                  &args, load->ns);
    else
        serve(b, load, &args, load->waves / per_group, per_group * width);

    const struct bench_span span = bench_lanes_sum(b, out->host, lanes, name);
    if (load->way == BENCH_HOSTCALL) {
        const struct hc_stats after = hc_server_stats(load->server);
        const uint64_t made = span.calls + lanes * load->warmup,
                       served = after.calls - before.calls;
        if (made != served || after.refused != before.refused)
            bench_fail("hostcall: kernels made %llu calls, the server served %llu and refused %llu",
                       (unsigned long long)made, (unsigned long long)served,
                       (unsigned long long)(after.refused - before.refused));
    }
    const uint32_t taken = ((const struct bench_lane *)out->host)->calls / load->window;
    for (uint32_t i = 0; samples && i < taken; i++)
        bench_samples_add(samples, (double)((const uint64_t *)times->host)[i] * span.ns_per_cycle /
                                       load->window);
    hc_mem_destroy(&out);
    hc_mem_destroy(&times);
    return span;
}
