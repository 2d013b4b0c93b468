// What the benches that move bytes share: the shape of a launch, its descriptors, floors, and a row a size.
#ifndef BENCH_TRANSFER_H
#define BENCH_TRANSFER_H

#include "bench/load.h"

// PIECE: what one call takes at most, HC_EXTENT_BYTES.  DATA: the largest transfer.
enum { TRANSFER_PIECE = 65536, TRANSFER_DATA = 1 << 20, TRANSFER_FDS = 32 };

extern const struct hc_image transfer_image;

struct transfer_shape {
    const char *name;
    enum bench_mode mode;
    uint32_t waves, lanes, pollers;
    size_t most;   // bytes that all waves may move at once; fewer waves move more.  0: any
    double floor;  // GB/s
};

// A server, and descriptors of the kernel's for these of the host's, which share their offsets.
struct transfer_target {
    const char *name;
    int host_fds[TRANSFER_FDS];
    uint32_t count;  // of descriptors: wave w's is number w % count
    hc_server server;
    hc_mem fds;
};
void transfer_target_open(struct transfer_target *t, const struct bench *b, uint32_t pollers);
void transfer_target_close(struct transfer_target *t);

// bench_open, with the kernels that move bytes.
void transfer_open(struct bench *b, const char *question, const char *about, int argc, char **argv);

// Fills size bytes of device memory with the pattern.
void transfer_fill(const struct bench *b, hc_mem data, size_t size);
// Seconds that bench_write or bench_read took for `calls` transfers by each of the shape's waves.
double transfer_run(const struct bench *b, const struct transfer_target *t,
                    const struct transfer_shape *s, const char *kernel, hc_mem data, hc_mem out,
                    size_t size, uint32_t calls);

// GB/s of plain stores into, or loads from, `room` of host memory, as a row; its median.
double transfer_floor(const struct bench *b, hc_mem room, hc_mem out, bool load,
                      const struct transfer_shape *s);
// GB/s of one host thread that copies size bytes of memory, as a row of this way; its median.
double transfer_copy(const struct bench *b, void *to, const void *from, size_t size,
                     const char *way, const char *what);
// Likewise from this memory to the host's own.
double transfer_memcpy(const struct bench *b, hc_mem from);

// Nanoseconds of `calls` transfers of size bytes by each wave.
typedef double transfer_fn(void *job, const struct transfer_shape *s, size_t size, uint32_t calls);
// A row a size, 64 bytes to DATA.  room: bytes that one run may move.
void transfer_measure(const struct bench *b, const struct transfer_shape *s, const char *subject,
                      size_t room, transfer_fn *run, void *job);

#endif
