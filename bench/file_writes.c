// How fast do many waves write to files in the page cache?  hc_wave_write of each wave to a region of its own,
// in a file each or all in one file, with more and more pollers, which serve regular files themselves; beside
// one host thread's memcpy of as many bytes, the floor, and pwrite by as many host threads.
//
// The files' pages are there before: what is measured overwrites them.  They lie in TMPDIR, have no name any more
// while they are in use, and together at most 256 MiB.
#include "bench/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { THREADS_MAX = 4 };

struct files {
    const struct bench *b;
    hc_mem data, out;
    bool one;                    // one file of all regions, a descriptor each
    size_t region;               // bytes
    uint8_t *bytes;              // what all regions should hold, on the host
    uint8_t *maps[TRANSFER_FDS]; // of the regions
    struct transfer_target target;
    uint32_t waves;
};

static off_t region_at(const struct files *f, uint32_t i)
{
    return f->one ? (off_t)(i * f->region) : 0;
}

static const char *folder(void)
{
    const char *name = getenv("TMPDIR");
    return name && *name ? name : "/tmp";
}

static int file_open(size_t size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/hostcall-bench-XXXXXX", folder());
    const int fd = mkstemp(path);
    if (fd < 0) bench_fail("%s: %s", path, strerror(errno));
    unlink(path);
    const int err = posix_fallocate(fd, 0, (off_t)size);
    if (err) bench_fail("%s: no room for %zu bytes: %s", folder(), size, strerror(err));
    return fd;
}

static void files_open(struct files *f)
{
    for (uint32_t i = 0; i < f->waves; i++) {
        int *fd = &f->target.host_fds[i];
        if (!f->one || i == 0) {
            *fd = file_open(f->one ? f->waves * f->region : f->region);
        } else {
            char path[64];
            snprintf(path, sizeof path, "/proc/self/fd/%d", f->target.host_fds[0]);
            *fd = open(path, O_RDWR | O_CLOEXEC);
        }
        f->maps[i] =
            mmap(NULL, f->region, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, region_at(f, i));
        if (*fd < 0 || f->maps[i] == MAP_FAILED) bench_fail("region %u of a file: no memory", i);
    }
    f->target.count = f->waves;
}

static void files_close(struct files *f)
{
    for (uint32_t i = 0; i < f->waves; i++) {
        munmap(f->maps[i], f->region);
        close(f->target.host_fds[i]);
    }
}

static void files_clear(const struct files *f)
{
    for (uint32_t i = 0; i < f->waves; i++) {
        memset(f->maps[i], 0, f->region);
        if (lseek(f->target.host_fds[i], region_at(f, i), SEEK_SET) < 0)
            bench_fail("region %u can't be rewound", i);
    }
}

static void files_check(const struct files *f, const char *who)
{
    for (uint32_t i = 0; i < f->waves; i++)
        if (memcmp(f->maps[i], f->bytes + i * f->region, f->region))
            bench_fail("%s: region %u of %u is not what was written", who, i, f->waves);
}

// --------------------------------------------------------------------------------------- the two ways
// Each writes all regions, size bytes at a time, and returns how many nanoseconds that took.

static double by_hostcall(const struct files *f, uint32_t pollers, size_t size)
{
    (void)pollers;  // the target has them
    const struct transfer_shape s = {
        .mode = BENCH_BY_WAVE, .waves = f->waves, .lanes = f->b->dev->caps.wave_width};
    return 1e9 * transfer_run(f->b, &f->target, &s, "bench_write", f->data, f->out, size,
                              (uint32_t)(f->region / size));
}

struct writer {
    const struct files *f;
    pthread_t thread;
    uint32_t first, step;  // regions
    size_t size;
    bool failed;
};

static void *writer_main(void *arg)
{
    struct writer *w = arg;
    const struct files *f = w->f;
    for (uint32_t i = w->first; i < f->waves; i += w->step)
        for (size_t at = 0; at < f->region; at += w->size)
            if (pwrite(f->target.host_fds[i], f->bytes + i * f->region + at, w->size,
                       region_at(f, i) + (off_t)at) != (ssize_t)w->size)
                w->failed = true;
    return NULL;
}

static double by_host(const struct files *f, uint32_t threads, size_t size)
{
    struct writer writers[THREADS_MAX];
    const uint64_t begin = bench_now();
    for (uint32_t i = 0; i < threads; i++) {
        writers[i] = (struct writer){.f = f, .first = i, .step = threads, .size = size};
        if (pthread_create(&writers[i].thread, NULL, writer_main, &writers[i]))
            bench_fail("no thread that writes");
    }
    for (uint32_t i = 0; i < threads; i++) pthread_join(writers[i].thread, NULL);
    const uint64_t end = bench_now();
    for (uint32_t i = 0; i < threads; i++)
        if (writers[i].failed) bench_fail("pwrite: a file can't be written");
    return (double)(end - begin);
}

static void measure(const struct files *f, double (*way)(const struct files *, uint32_t, size_t),
                    uint32_t threads, size_t size, double floor)
{
    const bool ours = way == by_hostcall;
    const char *name = ours ? "hostcall" : "host's pwrite",
               *subject = f->one ? "one file" : "a file each";
    struct bench_samples samples = {NULL, 0, 0};
    for (uint32_t i = bench_repeats(f->b); i > 0; i--) {
        files_clear(f);
        const double ns = way(f, threads, size);
        files_check(f, name);
        bench_samples_add(&samples, (double)(f->region * f->waves) / ns);
    }
    const struct bench_figure figure = bench_samples_figure(&samples);
    bench_row(f->b,
              bench_facts(.way = name, .subject = subject, .waves = ours ? f->waves : 0,
                          .pollers = threads, .bytes = size),
              &figure, "GB/s", floor, "%s, %zu KiB, %s, %u %s%s", subject, size >> 10, name,
              threads, ours ? "poller" : "thread", threads > 1 ? "s" : "");
}

int main(int argc, char **argv)
{
    struct bench b;
    transfer_open(&b, "file_writes", "how fast do many waves write to files in the page cache?",
                  argc, argv);
    const uint32_t most = bench_resident(&b);
    struct files f = {.b = &b, .waves = most < TRANSFER_FDS ? most : TRANSFER_FDS};
    const size_t total = b.quick ? 8 << 20 : 256 << 20;
    f.region = total / f.waves / TRANSFER_DATA * TRANSFER_DATA;
    if (!f.region) f.region = TRANSFER_DATA;
    f.data = bench_mem(&b, HC_MEM_DEVICE, TRANSFER_DATA, "data to write");
    f.out = bench_mem(&b, HC_MEM_SHARED,
                      (size_t)f.waves * b.dev->caps.wave_width * sizeof(struct bench_lane),
                      "lane reports");
    transfer_fill(&b, f.data, TRANSFER_DATA);
    const size_t bytes = f.waves * f.region;
    f.bytes = malloc(bytes);
    uint8_t *copy = malloc(bytes);
    if (!f.bytes || !copy) bench_fail("out of memory");
    memset(f.bytes, 1, bytes);
    memset(copy, 2, bytes);
    const double floor =
        transfer_copy(&b, copy, f.bytes, bytes, "floor", "floor: host memcpy, one thread");
    free(copy);

    struct statfs fs;
    const bool memory = !statfs(folder(), &fs) && fs.f_type == TMPFS_MAGIC;
    bench_note(&b, "%u waves, %zu MiB, pages that are there already; in %s, which is %s", f.waves,
               bytes >> 20, folder(), memory ? "a tmpfs" : "no tmpfs");
    for (int one = 0; one < 2; one++) {
        f.one = one;
        files_open(&f);
        for (size_t size = TRANSFER_PIECE; size <= TRANSFER_DATA; size *= 16) {
            for (size_t i = 0; i < bytes / 8; i++)
                ((uint64_t *)(void *)f.bytes)[i] = BENCH_PATTERN(i % (size / 8));
            for (uint32_t threads = 1; threads <= THREADS_MAX; threads *= 2) {
                if (threads > 2 && threads >= bench_processors()) break;
                measure(&f, by_host, threads, size, floor);
                transfer_target_open(&f.target, &b, threads);
                measure(&f, by_hostcall, threads, size, floor);
                transfer_target_close(&f.target);
            }
        }
        files_close(&f);
    }
    free(f.bytes);
    hc_mem_destroy(&f.out);
    hc_mem_destroy(&f.data);
    return bench_close(&b);
}
