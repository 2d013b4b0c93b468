// How many bytes a second can a kernel read?  hc_read by one lane and hc_wave_read by one, by many and by all
// waves, from /dev/zero and from a file in the page cache, whose pieces are checked; beside plain loads of host
// memory by one wave, one block and all, and what one host thread copies to where answers lie.
#include "bench/transfer.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROOMS_MAX ((size_t)1 << 30)  // bytes that all waves read into; so many as fit take part

struct reader {
    const struct bench *b;
    hc_mem rooms, out;
    struct transfer_target target;
    bool numbered;  // the file's words count up from 1; else they are 0
};

// What came last to each wave's room must be whole pieces, and each descriptor as far as it was read.
static void rooms_check(const struct reader *r, const struct transfer_shape *s, size_t size,
                        uint32_t calls)
{
    const uint32_t many = r->target.count;
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.request = r->rooms->addr;
    args.out = r->out->addr;
    args.size = size * s->waves;
    args.stride = (uint32_t)(size < TRANSFER_PIECE ? size : TRANSFER_PIECE);
    args.window = r->numbered;
    const uint32_t most = bench_resident(r->b);
    bench_launch(r->b, "bench_read_check", most, 0, &args);
    bench_wait(r->b, "bench_read_check");
    bench_lanes_sum(r->b, r->out->host, (uint64_t)most * r->b->dev->caps.wave_width,
                    "what was read");
    for (uint32_t i = 0; r->numbered && i < many; i++) {
        const uint64_t waves = s->waves / many + (i < s->waves % many);
        const off_t at = lseek(r->target.host_fds[i], 0, SEEK_CUR);
        if (at != (off_t)(size * calls * waves))
            bench_fail("descriptor %u is at byte %lld of the file, should be at %llu", i,
                       (long long)at, (unsigned long long)(size * calls * waves));
    }
}

static double read_run(void *job, const struct transfer_shape *s, size_t size, uint32_t calls)
{
    const struct reader *r = job;
    transfer_fill(r->b, r->rooms, size * s->waves);  // neither zeroes nor numbers
    for (uint32_t i = 0; r->numbered && i < r->target.count; i++)
        if (lseek(r->target.host_fds[i], 0, SEEK_SET)) bench_fail("the file can't be rewound");
    const double seconds =
        transfer_run(r->b, &r->target, s, "bench_read", r->rooms, r->out, size, calls);
    rooms_check(r, s, size, calls);
    return seconds * 1e9;
}

// A file of numbers, in the page cache.
static int file_make(size_t size)
{
    const int fd = bench_file();
    if (ftruncate(fd, (off_t)size)) bench_fail("no room for a file");
    uint64_t *words = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (words == MAP_FAILED) bench_fail("mmap: no memory for a file");
    for (size_t i = 0; i < size / 8; i++) words[i] = i + 1;
    munmap(words, size);
    return fd;
}

static void read_from(struct reader *r, const char *name, const char *path, size_t room,
                      const struct transfer_shape *shapes, size_t count)
{
    r->target.name = name;
    r->numbered = room != 0;
    for (size_t i = 0; i < count; i++) {
        // Each with an offset and a lock of its own, as if the wave had opened it.
        r->target.count = shapes[i].waves < TRANSFER_FDS ? shapes[i].waves : TRANSFER_FDS;
        for (uint32_t k = 0; k < r->target.count; k++)
            if ((r->target.host_fds[k] = open(path, O_RDONLY)) < 0) bench_fail("no %s", name);
        transfer_target_open(&r->target, r->b, shapes[i].pollers);
        // Each descriptor's share of the waves may be one more than another's.
        const size_t all = room * r->target.count / (shapes[i].waves % r->target.count ? 2 : 1);
        transfer_measure(r->b, &shapes[i], name, room ? all : (size_t)1 << 40, read_run, r);
        transfer_target_close(&r->target);
        for (uint32_t k = 0; k < r->target.count; k++) close(r->target.host_fds[k]);
    }
}

static void floors(const struct reader *r, struct transfer_shape *shapes, uint32_t most)
{
    const struct bench *b = r->b;
    const uint32_t width = b->dev->caps.wave_width;
    const size_t size = b->quick ? 1 << 20 : 64 << 20;
    hc_mem room = bench_mem(b, HC_MEM_SHARED, size, "room for loads");
    transfer_memcpy(b, room);
    hc_mem answers = bench_mem(b, HC_MEM_MAPPED, size, "room for answers");
    transfer_copy(b, answers->host, room->host, size, "answers",
                  "host memcpy to where answers lie, one thread");
    hc_mem_destroy(&answers);
    const struct transfer_shape block = {"one block", BENCH_BY_WAVE, 8, width, 1, 0, 0};
    shapes[0].floor = transfer_floor(b, room, r->out, true, &shapes[0]);
    shapes[1].floor = transfer_floor(b, room, r->out, true, &shapes[1]);
    if (most > 8) transfer_floor(b, room, r->out, true, &block);
    shapes[2].floor = transfer_floor(b, room, r->out, true, &shapes[2]);
    if (most > shapes[2].waves) shapes[3].floor = transfer_floor(b, room, r->out, true, &shapes[3]);
    shapes[4].floor = shapes[3].floor;
    hc_mem_destroy(&room);
}

int main(int argc, char **argv)
{
    struct bench b;
    transfer_open(&b, "read_bandwidth", "how many bytes a second can a kernel read?", argc, argv);
    const uint32_t width = b.dev->caps.wave_width, most = bench_resident(&b),
                   many = most < 32 ? most : 32;
    struct reader r = {.b = &b};
    r.out = bench_mem(&b, HC_MEM_SHARED, (size_t)(most + 8) * width * sizeof(struct bench_lane),
                      "lane reports");
    const size_t rooms = (size_t)most * TRANSFER_DATA;
    r.rooms =
        bench_mem(&b, HC_MEM_DEVICE, rooms < ROOMS_MAX ? rooms : ROOMS_MAX, "room to read into");

    struct transfer_shape shapes[] = {
        {"one lane", BENCH_BY_LANE, 1, 1, 1, r.rooms->size, 0},
        {"one wave", BENCH_BY_WAVE, 1, width, 1, r.rooms->size, 0},
        {"many waves", BENCH_BY_WAVE, many, width, 1, r.rooms->size, 0},
        {"all waves", BENCH_BY_WAVE, most, width, 1, r.rooms->size, 0},
        {"all waves, 4 pollers", BENCH_BY_WAVE, most, width, 4, r.rooms->size, 0},
    };
    floors(&r, shapes, most);
    const size_t count = most == many ? 3 : bench_processors() < 6 ? 4 : 5;
    const size_t size = b.quick ? 8 << 20 : 256 << 20;
    const int file = file_make(size);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_from(&r, "/dev/zero", "/dev/zero", 0, shapes, count);
    read_from(&r, "file in memory", path, size, shapes, count);
    close(file);
    hc_mem_destroy(&r.rooms);
    hc_mem_destroy(&r.out);
    return bench_close(&b);
}
