// Floats of 16, 32 and 64 bits as slots hold them.
//
// 16 bits are worked out in double: the sums, products, quotients and roots of two such numbers come out the same as
// if they were rounded once, as double has more than twice their digits; so does a product plus a third.
#ifndef HC_TEST_INTERPRET_NUMBERS_H
#define HC_TEST_INTERPRET_NUMBERS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline double get16(uint64_t bits)
{
    const uint32_t exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    double value;
    if (exponent == 31)
        value = fraction ? NAN : INFINITY;
    else
        value = exponent ? ldexp(fraction | 0x400, (int)exponent - 25) : ldexp(fraction, -24);
    return bits >> 15 & 1 ? -value : value;
}

static inline uint64_t put16(double value)
{
    const uint64_t top = signbit(value) ? 0x8000 : 0;
    const double size = fabs(value);
    if (isnan(size)) return top | 0x7e00;
    if (size >= 65520) return top | 0x7c00;
    if (size < 0x1p-14) return top | (uint64_t)nearbyint(size * 0x1p24);
    const int exponent = ilogb(size);
    return top |
           (((uint64_t)(exponent + 14) << 10) + (uint64_t)nearbyint(ldexp(size, 10 - exponent)));
}

static inline float get32(uint64_t bits)
{
    const uint32_t word = (uint32_t)bits;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}
static inline uint64_t put32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}
static inline double get64(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
static inline uint64_t put64(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double get(uint64_t value, uint32_t bits)
{
    return bits == 16 ? get16(value) : bits == 32 ? (double)get32(value) : get64(value);
}

#endif
