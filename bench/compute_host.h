// What the host knows about the compute kernels: what they should give, and how large their code is.
#ifndef BENCH_COMPUTE_HOST_H
#define BENCH_COMPUTE_HOST_H

#include "hostcall/hostcall.h"

// What a lane leaves behind (bench/compute.h) for this piece of text read `repeats` times.  Words written:
uint32_t compute_sha256(const uint8_t *text, uint32_t bytes, uint32_t repeats, uint32_t out[8]);
uint32_t compute_scan(const uint8_t *text, uint32_t bytes, uint32_t repeats, uint32_t out[8]);
// Whether compute_sha256() gets a published digest right.
bool compute_sha256_works(void);

// Instructions in the functions of a kernel's SPIR-V; 0: the image has none for it.
uint32_t compute_instructions(const struct hc_image *image, const char *kernel);

#endif
