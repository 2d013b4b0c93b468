// What the kernels of tests/glsl.c share.
#include "hostcall.glsl"

struct test_args {     // struct args of tests/glsl.c
    hc_units to;       //  0  results, 64 bits each
    uint64_t data;     //  8  bytes to work on ...
    uint64_t back;     // 16  ... and room for them to come back
    uint64_t size;     // 24  bytes of either
    uint n;            // 32  how often
    uint mode;         // 36
    int fd;            // 40
    uint text;         // 44  id of a text the host chose
};

void test_result(test_args a, uint i, int64_t value) { a.to.at[i] = uint64_t(value); }
