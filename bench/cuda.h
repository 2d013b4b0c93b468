// CUDA's own printf, as a peer of hc_printf: what it needs beside a launch, from the driver's
// library alone.
#ifndef BENCH_CUDA_PRINTF_H
#define BENCH_CUDA_PRINTF_H

#include "bench/bench.h"

// NULL, or why CUDA's printf can't be measured.  Must come before its first launch: it asks for a
// buffer of that many bytes for printed lines; a driver that refuses keeps its own, *bytes says
// which it is.
const char *bench_cuda_printf_open(const struct bench *b, size_t *bytes);

// Waits until the device is idle and all that its kernels printed is in this process's stdout
// stream.
int bench_cuda_printf_flush(void);

#endif
