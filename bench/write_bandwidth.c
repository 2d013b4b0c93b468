// How many bytes a second can a kernel write?  hc_write by one lane and hc_wave_write by one and by
// many waves, to /dev/null and to a file in memory whose bytes are checked; beside plain stores of
// as many lanes into host memory, and memcpy on the host.
#include "bench/load.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PIECE = 65536, DATA = 1 << 20, REPEATS = 5 };  // PIECE: what one call takes, HC_EXTENT_BYTES

struct shape {
    const char *name;
    enum bench_mode mode;
    uint32_t waves, lanes, pollers;
    double floor;  // GB/s of plain stores
};

struct target {
    const char *name;
    int host_fd;
    uint64_t *map;  // of the file, NULL: /dev/null
    size_t room;    // bytes one run may write
};

struct writer {
    const struct bench *b;
    hc_mem data, out;
    uint64_t pattern[DATA / 8];  // the same as in data
};

static uint64_t pattern_word(uint64_t i) { return i * 0x9e3779b97f4a7c15u + 1; }

static int repeats(const struct bench *b) { return b->quick ? 2 : REPEATS; }

// -------------------------------------------------------------------------------------------- floors

static double store_run(const struct writer *w, hc_mem to, const struct shape *s,
                        uint32_t group_size, uint32_t groups, size_t size, uint32_t calls)
{
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = to->addr;
    args.out = w->out->addr;
    args.size = size;
    args.calls = calls;
    args.lanes = s->lanes;
    memset(to->host, 0, size);
    bench_launch(w->b, "bench_store", groups, group_size, &args);
    bench_wait(w->b, "bench_store");
    const uint64_t *words = to->host;
    for (size_t i = 0; i < size / 8; i++)
        if (words[i] != pattern_word(i)) bench_fail("bench_store: word %zu did not arrive", i);
    const uint32_t width = w->b->dev->caps.wave_width;
    return bench_lanes_sum(w->b, w->out->host, (uint64_t)groups * (group_size / width) * s->lanes,
                           "bench_store")
        .seconds;
}

static double store_floor(const struct writer *w, hc_mem to, const struct shape *s)
{
    const uint32_t width = w->b->dev->caps.wave_width;
    // Groups of up to eight waves, as plain kernels have them.
    const uint32_t per_group = s->waves >= 8 && 8 * width <= w->b->dev->caps.group_max ? 8 : 1;
    const uint32_t groups = (s->waves + per_group - 1) / per_group;
    const size_t size = s->waves == 1 && to->size > DATA ? DATA : to->size;
    const double pilot = store_run(w, to, s, per_group * width, groups, size, 1);
    const double calls = w->b->seconds / (pilot > 1e-9 ? pilot : 1e-9);
    struct bench_samples samples = {NULL, 0, 0};
    const uint32_t n = calls < 1 ? 1 : calls > 10000 ? 10000 : (uint32_t)calls;
    for (int i = repeats(w->b); i > 0; i--)
        bench_samples_add(&samples, (double)size * n /
                                        store_run(w, to, s, per_group * width, groups, size, n) /
                                        1e9);
    const struct bench_figure f = bench_samples_figure(&samples);
    bench_row(w->b,
              bench_facts(.way = "floor", .shape = s->name, .waves = s->waves, .lanes = s->lanes),
              &f, "GB/s", f.p50, "floor: plain stores, %s", s->name);
    return f.p50;
}

static void memcpy_floor(const struct bench *b, hc_mem from)
{
    char *to = malloc(from->size);
    if (!to) bench_fail("out of memory");
    memset(to, 1, from->size);
    struct bench_samples samples = {NULL, 0, 0};
    for (int i = repeats(b); i > 0; i--) {
        const uint64_t begin = bench_now();
        uint64_t n = 0;
        do {
            memcpy(to, from->host, from->size);
            __asm__ volatile("" ::"r"(to) : "memory");
            n++;
        } while ((double)(bench_now() - begin) < b->seconds * 1e9);
        bench_samples_add(&samples, (double)from->size * (double)n / (double)(bench_now() - begin));
    }
    const struct bench_figure f = bench_samples_figure(&samples);
    bench_row(b, bench_facts(.way = "memcpy"), &f, "GB/s", 0, "host memcpy, one thread");
    free(to);
}

// -------------------------------------------------------------------------------------------- writes

// Every piece must be there as often as it was written, whole; calls may come in any order.
static void file_check(const struct writer *w, const struct target *t, size_t size, uint64_t writes)
{
    const size_t piece = size < PIECE ? size : PIECE, pieces = size / piece;
    uint64_t counts[DATA / PIECE] = {0};
    const off_t at = lseek(t->host_fd, 0, SEEK_CUR);
    if (at != (off_t)(size * writes))
        bench_fail("the file has %lld bytes of %llu", (long long)at,
                   (unsigned long long)(size * writes));
    const char *text = (const char *)t->map;
    for (uint64_t i = 0; i < writes * pieces; i++, text += piece) {
        size_t k = 0;
        while (k < pieces && memcmp(text, w->pattern + k * piece / 8, piece)) k++;
        if (k == pieces)
            bench_fail("piece %llu of the file is not what a kernel wrote", (unsigned long long)i);
        counts[k]++;
    }
    for (size_t k = 0; k < pieces; k++)
        if (counts[k] != writes)
            bench_fail("piece %zu was written %llu times of %llu", k, (unsigned long long)counts[k],
                       (unsigned long long)writes);
}

// Nanoseconds the kernel took to write size bytes `calls` times from each lane or wave.
static double write_run(const struct writer *w, hc_server server, int fd, const struct target *t,
                        const struct shape *s, size_t size, uint32_t calls)
{
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = w->data->addr;
    args.out = w->out->addr;
    args.size = size;
    args.calls = calls;
    args.warmup = 4;
    args.lanes = s->lanes;
    args.fd = fd;
    args.mode = s->mode;
    const uint64_t writes = (uint64_t)s->waves * calls;
    if (t->map) {
        memset(t->map, 0, size * writes);
        if (lseek(t->host_fd, 0, SEEK_SET)) bench_fail("the file can't be rewound");
    }
    bench_run(server, w->b, "bench_write", s->waves, 0, &args, 0);
    const struct bench_span span =
        bench_lanes_sum(w->b, w->out->host, (uint64_t)s->waves * s->lanes, "bench_write");
    if (t->map) file_check(w, t, size, writes);
    return span.seconds * 1e9;
}

static void write_measure(const struct writer *w, const struct target *t, const struct shape *s)
{
    const struct bench *b = w->b;
    int fd = -1;
    hc_server server = bench_server(b, hc_server_params(.pollers = s->pollers));
    bench_check(hc_server_share(server, t->host_fd, &fd), "hc_server_share");
    for (size_t size = 64; size <= DATA; size *= b->quick ? 64 : 4) {
        uint32_t calls = t->room / (size * s->waves) < 8 ? 1 : 8;
        const double pilot = write_run(w, server, fd, t, s, size, calls) / calls;
        double want = b->seconds * 1e9 / (pilot > 1 ? pilot : 1);
        const double fit = (double)(t->room / (size * s->waves));
        if (want > fit) want = fit;
        calls = want < 1 ? 1 : (uint32_t)want;
        struct bench_samples samples = {NULL, 0, 0};
        for (int i = repeats(b); i > 0; i--)
            bench_samples_add(&samples, (double)size * calls * s->waves /
                                            write_run(w, server, fd, t, s, size, calls));
        const struct bench_figure f = bench_samples_figure(&samples);
        bench_row(b,
                  bench_facts(.way = "hostcall", .shape = s->name, .subject = t->name,
                              .waves = s->waves, .lanes = s->lanes, .pollers = s->pollers,
                              .bytes = size),
                  &f, "GB/s", s->floor, "%s, %zu bytes, %s", t->name, size, s->name);
    }
    hc_server_destroy(&server);
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "write_bandwidth", "how many bytes a second can a kernel write?", argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_write"))
        bench_skip("%s: no kernel that writes", b.dev->backend_name);
    const uint32_t width = b.dev->caps.wave_width, most = bench_resident(&b),
                   many = most < 32 ? most : 32;
    static struct writer w;
    w.b = &b;
    w.data = bench_mem(&b, HC_MEM_DEVICE, DATA, "data to write");
    w.out = bench_mem(&b, HC_MEM_SHARED, (size_t)(most + 8) * width * sizeof(struct bench_lane),
                      "lane reports");
    for (size_t i = 0; i < DATA / 8; i++) w.pattern[i] = pattern_word(i);
    struct bench_args fill;
    memset(&fill, 0, sizeof fill);
    fill.request = w.data->addr;
    fill.size = DATA;
    bench_launch(&b, "bench_fill", many, 0, &fill);
    bench_wait(&b, "bench_fill");

    struct shape shapes[] = {
        {"one lane", BENCH_WRITE_LANE, 1, 1, 1, 0},
        {"one wave", BENCH_WRITE_WAVE, 1, width, 1, 0},
        {"many waves", BENCH_WRITE_WAVE, many, width, 1, 0},
        {"many waves, 4 pollers", BENCH_WRITE_WAVE, many, width, 4, 0},
    };
    const size_t count = b.quick || bench_processors() < 6 ? 3 : 4;
    hc_mem room = bench_mem(&b, HC_MEM_SHARED, b.quick ? 1 << 20 : 64 << 20, "room for stores");
    memcpy_floor(&b, room);
    for (size_t i = 0; i < 3; i++) shapes[i].floor = store_floor(&w, room, &shapes[i]);
    shapes[3].floor = shapes[2].floor;
    struct shape all = {"all lanes", BENCH_WRITE_WAVE, most, width, 1, 0};
    if (most > many) store_floor(&w, room, &all);
    hc_mem_destroy(&room);

    struct target targets[] = {
        {"/dev/null", open("/dev/null", O_WRONLY), NULL, (size_t)1 << 40},
        {"file in memory", bench_file(), NULL, b.quick ? 8 << 20 : 256 << 20}};
    struct target *file = &targets[1];
    if (targets[0].host_fd < 0 || ftruncate(file->host_fd, (off_t)file->room))
        bench_fail("no target to write to");
    file->map = mmap(NULL, file->room, PROT_READ | PROT_WRITE, MAP_SHARED, file->host_fd, 0);
    if (file->map == MAP_FAILED) bench_fail("mmap: no memory for a file");
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < count; i++) write_measure(&w, &targets[t], &shapes[i]);
    close(targets[0].host_fd);
    munmap(file->map, file->room);
    close(file->host_fd);
    hc_mem_destroy(&w.out);
    hc_mem_destroy(&w.data);
    return bench_close(&b);
}
