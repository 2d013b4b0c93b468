// How much slower is a kernel in C than the same by hand in GLSL?  SHA-256 and a scan of text, which
// make no calls; the results of every lane are compared with the host's.
#include "bench/bench.h"
#include "bench/compute.h"
#include "bench/compute_host.h"

#include <math.h>
#include <string.h>

enum { GROUP = 64, BYTES = 256, REPEATS_MAX = 1 << 14, REPEATS_QUICK = 64 };
enum { LAUNCHES = 25, LAUNCHES_QUICK = 3, WARMUP = 3 };
#define LAUNCH_NS 1000000.0  // a launch is to last at least that long

extern const struct hc_image compute_image;

enum way { WAY_C, WAY_GLSL, WAYS };
static const char *const way_names[WAYS] = {"C", "GLSL"};

struct work {
    const char *name;
    const char *kernels[WAYS];
    uint32_t (*expect)(const uint8_t *text, uint32_t bytes, uint32_t repeats, uint32_t out[8]);
};
static const struct work works[] = {
    {"sha256", {"compute_sha256_c", "compute_sha256"}, compute_sha256},
    {"scan", {"compute_scan_c", "compute_scan"}, compute_scan},
};

struct compute {
    const struct bench *b;
    hc_module module;
    hc_mem text, text_host;  // of the device, and the same where the host reads it
    hc_mem out[WAYS], out_host[WAYS];
};

static hc_kernel kernel_find(const struct compute *c, const char *name)
{
    hc_kernel kernel = NULL;
    return hc_module_kernel(c->module, name, &kernel) ? NULL : kernel;
}

// Nanoseconds of a launch as the host sees it, launch to end.  *launch_ns: of hc_launch alone.
static double run(const struct compute *c, const struct work *w, enum way way, uint32_t lanes,
                  uint32_t repeats, double *launch_ns)
{
    const struct compute_args args = {.text = c->text->addr,
                                      .out = c->out[way]->addr,
                                      .lanes = lanes,
                                      .bytes = BYTES,
                                      .repeats = repeats};
    const hc_kernel kernel = kernel_find(c, w->kernels[way]);
    const uint64_t from = bench_now();
    bench_check(hc_launch(c->b->stream, hc_launch_params(.kernel = kernel, .groups = lanes / GROUP,
                                                         .group_size = GROUP, .args = &args,
                                                         .args_size = sizeof args)),
                w->kernels[way]);
    const uint64_t launched = bench_now();
    bench_wait(c->b, w->kernels[way]);
    if (launch_ns) *launch_ns = (double)(launched - from);
    return (double)(bench_now() - from);
}

static void copy(const struct compute *c, hc_mem to, hc_mem from, size_t size)
{
    bench_check(hc_mem_copy(c->b->stream, to, 0, from, 0, size), "hc_mem_copy");
    bench_wait(c->b, "hc_mem_copy");
}

static void out_clear(const struct compute *c, enum way way, uint32_t lanes)
{
    memset(c->out_host[way]->host, 0xff, (size_t)lanes * COMPUTE_OUT);
    copy(c, c->out[way], c->out_host[way], (size_t)lanes * COMPUTE_OUT);
}

static void check(const struct compute *c, const struct work *w, uint32_t ways, uint32_t lanes,
                  uint32_t repeats)
{
    for (enum way way = 0; way < ways; way++)
        copy(c, c->out_host[way], c->out[way], (size_t)lanes * COMPUTE_OUT);
    for (uint32_t i = 0; i < lanes; i++) {
        uint32_t want[COMPUTE_OUT / 4];
        const uint8_t *text = (const uint8_t *)c->text_host->host + (size_t)i * BYTES;
        const uint32_t n = w->expect(text, BYTES, repeats, want);
        for (enum way way = 0; way < ways; way++) {
            const uint32_t *got =
                (const uint32_t *)c->out_host[way]->host + (size_t)i * COMPUTE_OUT / 4;
            for (uint32_t k = 0; k < n; k++)
                if (got[k] != want[k])
                    bench_fail("%s: word %u of lane %u is 0x%08x, should be 0x%08x",
                               w->kernels[way], k, i, got[k], want[k]);
        }
    }
}

static void code_note(const struct compute *c, const struct work *w, uint32_t ways)
{
    for (enum way way = 0; way < ways; way++) {
        double ns = 0;
        run(c, w, way, GROUP, 1, &ns);
        const uint32_t n = compute_instructions(&compute_image, w->kernels[way]);
        if (n && !strcmp(c->b->dev->backend_name, "vulkan"))
            bench_note(c->b, "%s, %s: %u SPIR-V instructions; first launch took %.1f ms to enqueue",
                       w->name, way_names[way], n, ns / 1e6);
        else
            bench_note(c->b, "%s, %s: first launch took %.1f ms to enqueue", w->name,
                       way_names[way], ns / 1e6);
    }
}

// As many passes over the text as make the faster way last long enough.
static uint32_t repeats_choose(const struct compute *c, const struct work *w, uint32_t ways,
                               uint32_t lanes)
{
    const uint32_t most = c->b->quick ? REPEATS_QUICK : REPEATS_MAX;
    const double share = c->b->seconds * 1e9 / 100, want = share > LAUNCH_NS ? share : LAUNCH_NS;
    for (uint32_t repeats = 1;; repeats *= 2) {
        double least = INFINITY;
        for (uint32_t k = 0; k < 2 * ways; k++)
            least = fmin(least, run(c, w, (enum way)(k % ways), lanes, repeats, NULL));
        if (least >= want || repeats == most) return repeats;
    }
}

static void measure(const struct compute *c, const struct work *w, uint32_t ways, uint32_t groups)
{
    const uint32_t lanes = groups * GROUP, launches = c->b->quick ? LAUNCHES_QUICK : LAUNCHES;
    const uint32_t repeats = repeats_choose(c, w, ways, lanes);
    const double mib = (double)lanes * BYTES * repeats / (1 << 20);
    struct bench_samples samples[WAYS] = {{NULL, 0, 0}};
    struct bench_figure figures[WAYS];
    for (enum way way = 0; way < ways; way++) out_clear(c, way, lanes);
    for (uint32_t i = 0; i < WARMUP + launches; i++) {
        for (uint32_t k = 0; k < ways; k++) {
            const enum way way = (enum way)((i + k) % ways);  // neither is always the second
            const double ns = run(c, w, way, lanes, repeats, NULL);
            if (i >= WARMUP) bench_samples_add(&samples[way], ns / 1e3 / mib);
        }
    }
    check(c, w, ways, lanes, repeats);
    for (enum way way = 0; way < ways; way++) figures[way] = bench_samples_figure(&samples[way]);
    const double peer = ways > WAY_GLSL ? figures[WAY_GLSL].p50 : 0;
    for (uint32_t k = ways; k-- > 0;)
        bench_row(c->b, bench_facts(.way = way_names[k], .subject = w->name, .lanes = lanes),
                  &figures[k], "us a MiB", peer, "%s in %s, %u groups", w->name, way_names[k],
                  groups);
    bench_note(c->b, "%s, %u groups: %u launches of %.2f MiB, in C %.2f ms each", w->name, groups,
               launches, mib, figures[WAY_C].p50 * mib / 1e3);
    if (peer > 0)
        bench_note(c->b, "%s, %u groups: C takes %.2f times GLSL's time (least: %.2f times)",
                   w->name, groups, figures[WAY_C].p50 / peer,
                   figures[WAY_C].min / figures[WAY_GLSL].min);
}

// Text: lines of some 40 bytes.
static void text_write(uint8_t *text, size_t size)
{
    uint32_t x = 1;
    for (size_t i = 0; i < size; i++) {
        x ^= x << 13, x ^= x >> 17, x ^= x << 5;
        text[i] = x % 40 ? (uint8_t)(' ' + (x >> 8) % 95) : '\n';
    }
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "compute", "how much slower is a kernel in C than by hand in GLSL?", argc, argv);
    if (!compute_sha256_works()) bench_fail("the host's SHA-256 is wrong");
    if (b.dev->caps.group_max && b.dev->caps.group_max < GROUP)
        bench_skip("%s: no groups of %d lanes", b.dev->backend_name, GROUP);
    static const uint32_t groups[] = {128, 4096}, groups_quick[] = {2, 16};
    const uint32_t *sizes = b.quick ? groups_quick : groups;
    const size_t lanes = (size_t)sizes[1] * GROUP;

    struct compute c = {.b = &b};
    bench_check(hc_module_create(b.dev, &compute_image, &c.module), "hc_module_create");
    c.text = bench_mem(&b, HC_MEM_DEVICE, lanes * BYTES, "text");
    c.text_host = bench_mem(&b, HC_MEM_SHARED, lanes * BYTES, "text, the host's");
    for (enum way way = 0; way < WAYS; way++) {
        c.out[way] = bench_mem(&b, HC_MEM_DEVICE, lanes * COMPUTE_OUT, "results");
        c.out_host[way] = bench_mem(&b, HC_MEM_SHARED, lanes * COMPUTE_OUT, "results, the host's");
    }
    text_write(c.text_host->host, lanes * BYTES);
    copy(&c, c.text, c.text_host, lanes * BYTES);

    // On vulkan both must be there; elsewhere there is no GLSL.
    const uint32_t ways = strcmp(b.dev->backend_name, "vulkan") ? WAY_GLSL : WAYS;
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        for (enum way way = 0; way < ways; way++)
            if (!kernel_find(&c, works[i].kernels[way])) bench_fail("%s", hc_last_error());
        code_note(&c, &works[i], ways);
        for (int k = 0; k < 2; k++) measure(&c, &works[i], ways, sizes[k]);
    }
    if (ways == WAYS)
        bench_note(&b, "floor: GLSL's median; groups of %d lanes, each with %d bytes of its own",
                   GROUP, BYTES);
    else
        bench_note(&b, "%s: no GLSL there, so no peer", b.dev->backend_name);

    for (enum way way = 0; way < WAYS; way++) {
        hc_mem_destroy(&c.out_host[way]);
        hc_mem_destroy(&c.out[way]);
    }
    hc_mem_destroy(&c.text_host);
    hc_mem_destroy(&c.text);
    hc_module_destroy(&c.module);
    return bench_close(&b);
}
