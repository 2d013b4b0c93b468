// Memory of a size that isn't known, between calls whose frames lie above it.
#include "machine_program.h"

NOINLINE static uint32_t mix(uint32_t seed, const uint8_t *text, int length)
{
    uint8_t table[32];
    uint32_t h = seed;
    for (int i = 0; i < 32; i++) table[i] = (uint8_t)(i * 7 + seed);
    for (int i = 0; i < length; i++) {
        h = (h ^ table[text[i] & 31]) * 16777619;
        table[h & 31] ^= (uint8_t)(h >> 24);
    }
    return h ^ table[h % 32];
}

// It takes more in every round, and gives nothing back before it returns.
NOINLINE static int64_t stretch(int n, const uint8_t *text)
{
    int64_t sum = 0;
    for (int round = 1; round < 4; round++) {
        int *sizes = __builtin_alloca((size_t)(n * round) * sizeof *sizes);
        for (int i = 0; i < n * round; i++) sizes[i] = (int)(mix((uint32_t)i, text, 5) & 0xff);
        sum = sum * 3 + (int64_t)(mix((uint32_t)sizes[0], text, 8) & 0xffff);
        uint8_t *tail = __builtin_alloca((size_t)sizes[n - 1] + 1);
        tail[0] = (uint8_t)sum;
        tail[sizes[n - 1]] = 5;
        sum += mix((uint32_t)round, tail, 1) & 0xfff;
        for (int i = 0; i < n * round; i++) sum += sizes[i] * (i + tail[0]);
    }
    return sum;
}

// Every level has an array, and the next one reads it.
NOINLINE static int64_t deeper(int depth, const int64_t *above, int n)
{
    int64_t *here = __builtin_alloca((size_t)(depth % 4 + 1) * sizeof *here), sum = 0;
    for (int i = 0; i <= depth % 4; i++) here[i] = above[i % n] * 3 + depth + i;
    if (depth > 0) sum = deeper(depth - 1, here, depth % 4 + 1) + deeper(depth - 2, above, n);
    for (int i = 0; i <= depth % 4; i++) sum = sum * 7 + here[i];
    return sum;
}

void kernel(void)
{
    static const uint8_t text[] = "the quick brown fox jumps over the lazy dog";
    out(stretch(5, text));
    out(stretch(9, text + 2));
    out(deeper(9, (const int64_t[]){5, 8}, 2));
}
