// 128-bit division and conversions to and from floating point, for what C does with __int128: in halves, of 64-bit
// integers only.  Compiled to bitcode by clang with -fno-builtin; calls come from integers.c.
#include <stdint.h>

struct hc_rt_pair {
    uint64_t lo, hi;
};
typedef struct hc_rt_pair pair;

pair hc_rt_udiv128(uint64_t, uint64_t, uint64_t, uint64_t);
pair hc_rt_urem128(uint64_t, uint64_t, uint64_t, uint64_t);
pair hc_rt_sdiv128(uint64_t, uint64_t, uint64_t, uint64_t);
pair hc_rt_srem128(uint64_t, uint64_t, uint64_t, uint64_t);
double hc_rt_u128_to_f64(uint64_t, uint64_t);
double hc_rt_s128_to_f64(uint64_t, uint64_t);
float hc_rt_u128_to_f32(uint64_t, uint64_t);
float hc_rt_s128_to_f32(uint64_t, uint64_t);
pair hc_rt_f64_to_u128(double);
pair hc_rt_f64_to_s128(double);

static pair negate(pair a) { return (pair){-a.lo, ~a.hi + !a.lo}; }

static pair negate_if(pair a, int negative) { return negative ? negate(a) : a; }

static pair subtract(pair a, pair b) { return (pair){a.lo - b.lo, a.hi - b.hi - (a.lo < b.lo)}; }

static int below(pair a, pair b) { return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo); }

static pair multiply(uint64_t a, uint64_t b)
{
    const uint64_t low = 0xffffffff, a0 = a & low, a1 = a >> 32, b0 = b & low, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32), other = a0 * b1 + (middle & low);
    return (pair){a * b, a1 * b1 + (middle >> 32) + (other >> 32)};
}

static pair shift_left(pair a, unsigned n)
{
    if (!n) return a;
    if (n >= 64) return (pair){0, a.lo << (n - 64)};
    return (pair){a.lo << n, a.hi << n | a.lo >> (64 - n)};
}

static pair shift_right(pair a, unsigned n)
{
    if (!n) return a;
    if (n >= 64) return (pair){a.hi >> (n - 64), 0};
    return (pair){a.lo >> n | a.hi << (64 - n), a.hi >> n};
}

static unsigned zeros(uint64_t a) { return (unsigned)__builtin_clzll(a); }  // not of 0

// One 32-bit digit of a quotient by long division: (rest : digit) / d with rest < d, d's highest bit set.
static uint64_t digit_of(uint64_t *rest, uint32_t digit, uint64_t d)
{
    const uint64_t d1 = d >> 32, d0 = (uint32_t)d;
    uint64_t q = *rest / d1, r = *rest % d1;
    // The guess from d's upper half is too large by 2 at most.
    while (q >> 32 || q * d0 > (r << 32 | digit)) {
        q--;
        r += d1;
        if (r >> 32) break;
    }
    *rest = (*rest << 32 | digit) - q * d;
    return q;
}

// a / d where a.hi < d, so that the quotient has 64 bits.
static uint64_t divide_half(pair a, uint64_t d, uint64_t *rest)
{
    const unsigned n = zeros(d);
    a = shift_left(a, n);
    d <<= n;
    uint64_t r = a.hi;
    const uint64_t high = digit_of(&r, (uint32_t)(a.lo >> 32), d);
    const uint64_t low = digit_of(&r, (uint32_t)a.lo, d);
    *rest = r >> n;
    return high << 32 | low;
}

static pair divide(pair a, pair b, pair *rest)
{
    if (!b.hi) {
        pair q = {0, 0}, r = {0, 0};
        if (a.hi) {
            q.hi = a.hi / b.lo;
            a.hi %= b.lo;
        }
        if (a.hi) {
            q.lo = divide_half(a, b.lo, &r.lo);
        } else {
            q.lo = a.lo / b.lo;
            r.lo = a.lo % b.lo;
        }
        *rest = r;
        return q;
    }
    // b's highest 64 bits, and half of a so that it fits, give the quotient or one more.  Less one, it is the quotient
    // or one too few.
    const unsigned n = zeros(b.hi);
    uint64_t unused, q = divide_half(shift_right(a, 1), shift_left(b, n).hi, &unused) >> (63 - n);
    if (q) q--;
    pair product = multiply(q, b.lo);
    product.hi += q * b.hi;
    pair r = subtract(a, product);
    if (!below(r, b)) {
        r = subtract(r, b);
        q++;
    }
    *rest = r;
    return (pair){q, 0};
}

pair hc_rt_udiv128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi)
{
    pair rest;
    return divide((pair){a_lo, a_hi}, (pair){b_lo, b_hi}, &rest);
}

pair hc_rt_urem128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi)
{
    pair rest;
    divide((pair){a_lo, a_hi}, (pair){b_lo, b_hi}, &rest);
    return rest;
}

pair hc_rt_sdiv128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi)
{
    pair rest, a = negate_if((pair){a_lo, a_hi}, a_hi >> 63);
    pair b = negate_if((pair){b_lo, b_hi}, b_hi >> 63);
    return negate_if(divide(a, b, &rest), (a_hi ^ b_hi) >> 63);
}

pair hc_rt_srem128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi)
{
    pair rest, a = negate_if((pair){a_lo, a_hi}, a_hi >> 63);
    divide(a, negate_if((pair){b_lo, b_hi}, b_hi >> 63), &rest);
    return negate_if(rest, a_hi >> 63);
}

// ------------------------------------------------------------------------------ floating point

// The bits of a floating-point number with `digits` bits of mantissa, the first of which isn't stored, and an
// exponent's bias: rounded to the nearest, to even if there are two.
static uint64_t float_bits(pair a, unsigned digits, unsigned bias)
{
    if (!(a.hi | a.lo)) return 0;
    const unsigned n = a.hi ? zeros(a.hi) : 64 + zeros(a.lo), cut = 64 - digits;
    a = shift_left(a, n);  // the highest bit is set
    uint64_t mantissa = a.hi >> cut;
    const uint64_t half = 1ull << (cut - 1), under = a.hi & (2 * half - 1);
    if (under > half || (under == half && (a.lo || mantissa & 1))) mantissa++;
    // The first bit adds one to the exponent, and so does the carry of rounding.
    return ((uint64_t)(bias + 126 - n) << (digits - 1)) + mantissa;
}

static double as_double(pair a, uint64_t sign)
{
    const union {
        uint64_t bits;
        double number;
    } r = {float_bits(a, 53, 1023) | sign << 63};
    return r.number;
}

// 2^128 - 1 rounds to 2^128, that is infinity with float's exponent.
static float as_float(pair a, uint64_t sign)
{
    const union {
        uint32_t bits;
        float number;
    } r = {(uint32_t)(float_bits(a, 24, 127) | sign << 31)};
    return r.number;
}

double hc_rt_u128_to_f64(uint64_t lo, uint64_t hi) { return as_double((pair){lo, hi}, 0); }

double hc_rt_s128_to_f64(uint64_t lo, uint64_t hi)
{
    return as_double(negate_if((pair){lo, hi}, hi >> 63), hi >> 63);
}

float hc_rt_u128_to_f32(uint64_t lo, uint64_t hi) { return as_float((pair){lo, hi}, 0); }

float hc_rt_s128_to_f32(uint64_t lo, uint64_t hi)
{
    return as_float(negate_if((pair){lo, hi}, hi >> 63), hi >> 63);
}

// Towards zero; what doesn't fit is undefined in C.
static pair magnitude(uint64_t bits)
{
    const unsigned exponent = bits >> 52 & 2047;
    const pair mantissa = {(bits & ((1ull << 52) - 1)) | 1ull << 52, 0};
    if (exponent < 1023 || exponent > 1023 + 127) return (pair){0, 0};
    return exponent < 1023 + 52 ? shift_right(mantissa, 1023 + 52 - exponent)
                                : shift_left(mantissa, exponent - 1023 - 52);
}

pair hc_rt_f64_to_s128(double a)
{
    const union {
        double number;
        uint64_t bits;
    } from = {a};
    return negate_if(magnitude(from.bits), from.bits >> 63);
}

pair hc_rt_f64_to_u128(double a) { return hc_rt_f64_to_s128(a); }
