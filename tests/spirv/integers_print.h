// What the programs share that are compared before and after ir_integers(): numbers the compiler doesn't know, and
// a checksum for each line they print.
#ifndef INTEGERS_PRINT_H
#define INTEGERS_PRINT_H

#include <stddef.h>
#include <stdint.h>

void show(const char *what, uint64_t number);  // prints a line; integers_stand_in.c

#define APART __attribute__((noinline))

static volatile uint64_t seed = 88172645463325252u;
static uint64_t sum;

static APART uint64_t random64(void)
{
    uint64_t x = seed;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return seed = x;
}

// All sorts of magnitudes, and the edges.
static APART uint64_t some64(void)
{
    const uint64_t how = random64() >> 33, x = random64();
    switch (how % 8) {
    case 0: return 0;
    case 1: return ~0ull;
    case 2: return 1ull << (x & 63);
    case 3: return (1ull << (x & 63)) - 1;
    case 4: return x >> (how >> 8 & 63);
    case 5: return (uint64_t)((int64_t)x >> (how >> 8 & 63));
    default: return x;
    }
}

static APART void mix(uint64_t v) { sum = (sum ^ v) * 0x9e3779b97f4a7c15u + (sum >> 29); }

static APART void mix_bytes(const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++) mix(((const uint8_t *)p)[i]);
}

static APART void line(const char *what)
{
    show(what, sum);
    sum = 0;
}

#endif
