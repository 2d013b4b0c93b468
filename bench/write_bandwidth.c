// How many bytes a second can a kernel write?  hc_write by one lane and hc_wave_write by one and by
// many waves, to /dev/null and to a file in memory whose bytes are checked; beside plain stores of
// as many lanes into host memory, and memcpy on the host.
#include "bench/transfer.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct writer {
    const struct bench *b;
    hc_mem data, out;
    uint64_t pattern[TRANSFER_DATA / 8];  // the same as in data
    struct transfer_target target;
    uint64_t *map;  // of the target, NULL: /dev/null
    size_t room;    // bytes one run may write
};

// Every piece must be there as often as it was written, whole; calls may come in any order.
static void file_check(const struct writer *w, size_t size, uint64_t writes)
{
    const size_t piece = size < TRANSFER_PIECE ? size : TRANSFER_PIECE, pieces = size / piece;
    uint64_t counts[TRANSFER_DATA / TRANSFER_PIECE] = {0};
    const off_t at = lseek(w->target.host_fds[0], 0, SEEK_CUR);
    if (at != (off_t)(size * writes))
        bench_fail("the file has %lld bytes of %llu", (long long)at,
                   (unsigned long long)(size * writes));
    const char *text = (const char *)w->map;
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

static double write_run(void *job, const struct transfer_shape *s, size_t size, uint32_t calls)
{
    const struct writer *w = job;
    const uint64_t writes = (uint64_t)s->waves * calls;
    if (w->map) {
        memset(w->map, 0, size * writes);
        if (lseek(w->target.host_fds[0], 0, SEEK_SET)) bench_fail("the file can't be rewound");
    }
    const double seconds =
        transfer_run(w->b, &w->target, s, "bench_write", w->data, w->out, size, calls);
    if (w->map) file_check(w, size, writes);
    return seconds * 1e9;
}

int main(int argc, char **argv)
{
    struct bench b;
    transfer_open(&b, "write_bandwidth", "how many bytes a second can a kernel write?", argc, argv);
    const uint32_t width = b.dev->caps.wave_width, most = bench_resident(&b),
                   many = most < 32 ? most : 32;
    static struct writer w;
    w.b = &b;
    w.data = bench_mem(&b, HC_MEM_DEVICE, TRANSFER_DATA, "data to write");
    w.out = bench_mem(&b, HC_MEM_SHARED, (size_t)(most + 8) * width * sizeof(struct bench_lane),
                      "lane reports");
    for (size_t i = 0; i < TRANSFER_DATA / 8; i++) w.pattern[i] = BENCH_PATTERN(i);
    transfer_fill(&b, w.data, TRANSFER_DATA);

    struct transfer_shape shapes[] = {
        {"one lane", BENCH_BY_LANE, 1, 1, 1, 0, 0},
        {"one wave", BENCH_BY_WAVE, 1, width, 1, 0, 0},
        {"many waves", BENCH_BY_WAVE, many, width, 1, 0, 0},
        {"many waves, 4 pollers", BENCH_BY_WAVE, many, width, 4, 0, 0},
    };
    const size_t count = b.quick || bench_processors() < 6 ? 3 : 4;
    hc_mem room = bench_mem(&b, HC_MEM_SHARED, b.quick ? 1 << 20 : 64 << 20, "room for stores");
    transfer_memcpy(&b, room);
    for (size_t i = 0; i < 3; i++)
        shapes[i].floor = transfer_floor(&b, room, w.out, false, &shapes[i]);
    shapes[3].floor = shapes[2].floor;
    struct transfer_shape all = {"all lanes", BENCH_BY_WAVE, most, width, 1, 0, 0};
    if (most > many) transfer_floor(&b, room, w.out, false, &all);
    hc_mem_destroy(&room);

    for (int in_file = 0; in_file < 2; in_file++) {
        w.target = (struct transfer_target){
            .name = in_file ? "file in memory" : "/dev/null",
            .host_fds = {in_file ? bench_file() : open("/dev/null", O_WRONLY)},
            .count = 1};
        const int fd = w.target.host_fds[0];
        w.room = !in_file ? (size_t)1 << 40 : b.quick ? 8 << 20 : 256 << 20;
        if (fd < 0 || (in_file && ftruncate(fd, (off_t)w.room)))
            bench_fail("no target to write to");
        if (in_file) w.map = mmap(NULL, w.room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (w.map == MAP_FAILED) bench_fail("mmap: no memory for a file");
        for (size_t i = 0; i < count; i++) {
            transfer_target_open(&w.target, &b, shapes[i].pollers);
            transfer_measure(&b, &shapes[i], w.target.name, w.room, write_run, &w);
            transfer_target_close(&w.target);
        }
        close(fd);
    }
    munmap(w.map, w.room);
    hc_mem_destroy(&w.out);
    hc_mem_destroy(&w.data);
    return bench_close(&b);
}
