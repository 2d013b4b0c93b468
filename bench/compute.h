// What the two compute kernels get, in C and in GLSL alike.
#ifndef BENCH_COMPUTE_H
#define BENCH_COMPUTE_H

#include <stdint.h>

// Lane i's piece of text is the `bytes` bytes at text + i * bytes, read `repeats` times over as if it
// stood there that often in a row.  At out + i * COMPUTE_OUT it leaves
//   sha256  the eight words of the SHA-256 of that, each in the device's byte order
//   scan    two words: newlines in it, and bytes of its longest line, newlines not counted
struct compute_args {
    uint64_t text, out;
    uint32_t lanes;
    uint32_t bytes;  // a multiple of 64
    uint32_t repeats;
    uint32_t pad;
};

#define COMPUTE_OUT 32u

#endif
