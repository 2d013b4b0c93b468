// What benches ask of CUDA's driver itself, from its library alone: its own printf, as a peer of
// hc_printf, and what a kernel takes.
#ifndef BENCH_CUDA_H
#define BENCH_CUDA_H

#include "bench/bench.h"

// NULL, or why CUDA's printf can't be measured.  Must come before its first launch: it asks for a
// buffer of that many bytes for printed lines; a driver that refuses keeps its own, *bytes says
// which it is.
const char *bench_cuda_printf_open(const struct bench *b, size_t *bytes);

// Waits until the device is idle and all that its kernels printed is in this process's stdout
// stream.
int bench_cuda_printf_flush(void);

struct bench_kernel_facts {
    int registers;  // of a lane
    int local;      // bytes of a lane's memory of its own: its stack
    int resident;   // waves at once on the device, in groups of that size
};
// False where it is not CUDA that runs the kernel, or won't say.
bool bench_cuda_kernel_facts(const struct bench *b, const struct hc_image *image,
                             const char *kernel, uint32_t group_size,
                             struct bench_kernel_facts *facts);

#endif
