// fma() in integers, rounded once: newlib's rounds twice.  Devices whose hardware has it seldom come here.
#include <math.h>
#include <stdint.h>

#define MANTISSA 52
#define HIDDEN (UINT64_C(1) << MANTISSA)
#define BIAS 1075  // of the value as mantissa * 2^exponent
#define SPECIAL (0x7ff - BIAS)

__extension__ typedef unsigned __int128 wide;

struct number {
    uint64_t mantissa;
    int exponent;
    int negative;
};

static uint64_t bits_of(double x)
{
    uint64_t bits;

    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;

    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

static struct number split(double x)
{
    uint64_t bits = bits_of(x);
    int exponent = bits >> MANTISSA & 0x7ff;
    struct number number = {bits & (HIDDEN - 1), exponent, bits >> 63};

    if (exponent)
        number.mantissa |= HIDDEN;
    else
        number.exponent = 1;
    number.exponent -= BIAS;
    return number;
}

static int width(wide x)
{
    uint64_t high = x >> 64, low = x;

    return high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
}

// x / 2^shift; what falls off stays visible as the lowest bit.
static wide shift_right(wide x, int shift)
{
    if (shift <= 0) return x;
    if (shift > 127) return x != 0;
    return x >> shift | ((x << (128 - shift)) != 0);
}

// mantissa * 2^exponent, to the nearest double, ties to even; mantissa is not 0.
static double round_once(wide mantissa, int exponent, int negative)
{
    int drop = width(mantissa) - (MANTISSA + 1);
    uint64_t kept, sign = (uint64_t)negative << 63;

    if (exponent + drop < 1 - BIAS) drop = 1 - BIAS - exponent;  // subnormal
    // two bits more than are kept: the half, and whether there was anything below it
    mantissa = drop >= 2 ? shift_right(mantissa, drop - 2) : mantissa << (2 - drop);
    exponent += drop;
    kept = (uint64_t)(mantissa >> 2);
    if ((mantissa & 2) && ((mantissa & 1) || (kept & 1))) kept++;
    if (kept == HIDDEN << 1) {
        kept >>= 1;
        exponent++;
    }
    if (!(kept & HIDDEN)) return double_of(sign | kept);
    if (exponent >= SPECIAL) return double_of(sign | UINT64_C(0x7ff) << MANTISSA);
    return double_of(sign | (uint64_t)(exponent + BIAS) << MANTISSA | (kept & (HIDDEN - 1)));
}

double fma(double x, double y, double z)
{
    struct number a = split(x), b = split(y), c = split(z);
    wide product, addend = c.mantissa;
    int exponent = a.exponent + b.exponent, negative = a.negative ^ b.negative, shift;

    // infinities and NaN, or a product of 0: no rounding comes in
    if (a.exponent == SPECIAL || b.exponent == SPECIAL || !a.mantissa || !b.mantissa)
        return x * y + z;
    if (c.exponent == SPECIAL) return z;
    product = (wide)a.mantissa * b.mantissa;
    if (!c.mantissa) return round_once(product, exponent, negative);

    // The larger one goes up to bit 126, the other follows.
    shift = 126 - width(product);
    product <<= shift;
    exponent -= shift;
    shift = 126 - width(addend);
    addend <<= shift;
    c.exponent -= shift;
    if (c.exponent > exponent) {
        product = shift_right(product, c.exponent - exponent);
        exponent = c.exponent;
    } else {
        addend = shift_right(addend, exponent - c.exponent);
    }

    if (negative == c.negative) return round_once(product + addend, exponent, negative);
    if (product == addend) return 0.0;
    if (product > addend) return round_once(product - addend, exponent, negative);
    return round_once(addend - product, exponent, c.negative);
}
