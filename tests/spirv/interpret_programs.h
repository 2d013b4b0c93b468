// Programs for the compiler and the interpreter to agree with the host about: each computes eight numbers from a seed.
// interpret_kernels.c makes kernels of them, interpret_compiled.c native functions.
#ifndef HC_TEST_INTERPRET_PROGRAMS_H
#define HC_TEST_INTERPRET_PROGRAMS_H

#include <stdint.h>

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF  // the project's own C is compiled so anyhow
#endif

struct program_args {
    uint64_t out;   // eight numbers a lane
    uint32_t seed;  // of the first lane, each next has one more
};

#define PROGRAMS(X) \
    X(digest) X(loops) X(wide) X(structs) X(packed) X(floats) X(narrow) X(parser) X(classes)

static uint32_t random_next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

// ---------------------------------------------------------------------------- digest: SHA-256

static const uint32_t digest_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotated(uint32_t x, uint32_t by) { return x >> by | x << (32 - by); }

static void digest_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], s[8];
    for (uint32_t i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
               block[3];
    for (uint32_t i = 16; i < 64; i++) {
        const uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) +
               (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
    }
    for (uint32_t i = 0; i < 8; i++) s[i] = state[i];
    for (uint32_t i = 0; i < 64; i++) {
        const uint32_t e = s[4], a = s[0];
        const uint32_t one = s[7] + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) +
                             ((e & s[5]) ^ (~e & s[6])) + digest_constants[i] + w[i];
        const uint32_t two = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) +
                             ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        for (uint32_t k = 7; k > 0; k--) s[k] = s[k - 1];
        s[4] += one;
        s[0] = one + two;
    }
    for (uint32_t i = 0; i < 8; i++) state[i] += s[i];
}

// Of "abc" `seed` times, at most 30.
static void digest(uint32_t seed, uint64_t out[8])
{
    uint8_t text[128] = {0};
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    const uint32_t size = seed % 31 * 3, blocks = (size + 9 + 63) / 64;
    for (uint32_t i = 0; i < size; i++) text[i] = (uint8_t)("abc"[i % 3]);
    text[size] = 0x80;
    text[blocks * 64 - 2] = (uint8_t)(size * 8 >> 8);
    text[blocks * 64 - 1] = (uint8_t)(size * 8);
    for (uint32_t i = 0; i < blocks; i++) digest_block(state, text + i * 64);
    for (uint32_t i = 0; i < 8; i++) out[i] = state[i];
}

// --------------------------------------------------------------------- loops, switch, goto

static void loops(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed, sum = 0, odd = 0, left = 0;
    for (uint32_t i = 0; i < 300; i++) {
        const uint32_t r = random_next(&state);
        switch (r % 11) {
        case 0: continue;
        case 1: sum += r;  // fallthrough
        case 2: sum ^= r << 3; break;
        case 7:
            for (uint32_t k = 0; k < r % 13; k++) {
                if (k == 9) goto next;
                if ((k ^ r) & 1) continue;
                odd += k;
            }
            break;
        case 8:
            do {
                left += sum >> 60;
                sum <<= 1;
            } while (sum && sum >> 63);
            break;
        default: sum = sum * 31 + r;
        }
        if (sum % 1009 == 5) break;
    next:
        left++;
    }
    out[0] = sum;
    out[1] = odd;
    out[2] = left;
    out[3] = state;
}

// ---------------------------------------------------------------------- 64 and 128 bits

static void wide(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed;
    for (uint32_t i = 0; i < 40; i++) {
        const uint64_t high = random_next(&state), low = random_next(&state);
        const uint64_t odd = random_next(&state), by = random_next(&state) % 34;
        const uint64_t a = high << 33 ^ low, b = odd << by | 1;
        out[0] += a / b;
        out[1] ^= a % b;
        out[2] += (uint64_t)((int64_t)(a << 1) / (int64_t)b);
        out[3] ^= (uint64_t)((int64_t)(a << 1) >> (b & 63));
        uint64_t product;
        out[4] += (uint64_t)__builtin_mul_overflow(a, b, &product);
        out[5] += product;
        out[6] += (uint64_t)__builtin_popcountll(a) << (i % 5) ^ (uint64_t)__builtin_clzll(b);
        out[7] = (out[7] << 7 | out[7] >> 57) + (uint64_t)__builtin_ctzll(a | 1ull << 40);
    }
}

// ------------------------------------------------------------------------ structs, pointers

struct item {
    uint8_t kind;
    uint32_t key;
    struct {
        uint16_t low;
        uint64_t high;
    } value;
    struct item *next;
};

static struct item item_of(uint64_t *state)
{
    struct item it = {0};
    it.kind = (uint8_t)random_next(state);
    it.key = random_next(state);
    it.value.low = (uint16_t)random_next(state);
    it.value.high = (uint64_t)it.key << it.kind % 32;
    return it;
}

static void structs(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed;
    struct item items[24], *list = 0;
    for (uint32_t i = 0; i < 24; i++) {
        items[i] = item_of(&state);
        struct item **at = &list;
        while (*at && (*at)->key < items[i].key) at = &(*at)->next;
        items[i].next = *at;
        *at = &items[i];
    }
    uint64_t place = 0;
    for (const struct item *it = list; it; it = it->next, place++) {
        out[0] = out[0] * 33 + it->key;
        out[1] ^= it->value.high + place;
        out[2] += it->value.low * (uint64_t)it->kind;
    }
    struct item copy[24];
    for (uint32_t i = 0; i < 24; i++) copy[23 - i] = items[i];
    out[3] = copy[0].value.high ^ copy[23].key;
    out[4] = place;
}

// ------------------------------------------------------- 64 bits that are aligned to 4 bytes only

struct packed_wide {
    uint64_t value;
} __attribute__((packed, aligned(4)));

static const struct packed_wide packed_table[7] = {
    {0x0123456789abcdef}, {0x8000000000000001}, {2}, {0xffffffff00000000}, {0x00000000ffffffff},
    {0xfedcba9876543210}, {0x5555aaaa00ff1177},
};

// Whatever is stored is half of it overwritten by the next.
static void packed(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed, from, to;
    uint32_t words[24];
    for (uint32_t i = 0; i < 23; i++) {
        from = (uint64_t)random_next(&state) << 31 ^ packed_table[random_next(&state) % 7].value;
        __builtin_memcpy(words + i, &from, 8);
        out[0] += from;
    }
    for (uint32_t i = 0; i < 60; i++) {
        const uint32_t at = random_next(&state) % 23;
        __builtin_memcpy(&to, words + at, 8);
        out[1] = out[1] * 31 + to;
        out[2] ^= packed_table[at % 7].value << i % 9;
        to += out[2];
        __builtin_memcpy(words + (at + i) % 23, &to, 8);
    }
}

// ------------------------------------------------------------------------------------ floats

static void floats(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed;
    double d = 1;
    float f = 1;
    for (uint32_t i = 0; i < 50; i++) {
        const uint32_t r = random_next(&state);
        d = d * 1.0000001 + (double)(int32_t)r / 3.0;
        f = f * 0.75f + (float)r / 7.0f;
        out[0] += (uint64_t)f;
        out[1] ^= (uint64_t)(int64_t)(d / 1024);
        out[2] += d < (double)f ? 1 : d > 1e9 ? 2 : 3;
        out[3] += (uint64_t)((float)((uint64_t)r << 31 | r) != (float)((uint64_t)r << 31));
    }
    __builtin_memcpy(&out[4], &d, 8);
    __builtin_memcpy(&out[5], &f, 4);
}

// ---------------------------------------------------------------------------- 8 and 16 bits

static void narrow(uint32_t seed, uint64_t out[8])
{
    uint64_t state = seed;
    uint8_t bytes[64];
    for (uint32_t i = 0; i < 64; i++) bytes[i] = (uint8_t)random_next(&state);
    for (uint32_t i = 0; i < 61; i++) {
        const int8_t s = (int8_t)bytes[i];
        const uint16_t h = (uint16_t)(bytes[i] << 8 | bytes[i + 1]);
        uint32_t unaligned;
        __builtin_memcpy(&unaligned, bytes + i, 4);
        out[0] += (uint64_t)(int64_t)(s / 3) + (uint64_t)(int64_t)(s % 5);
        out[1] = out[1] * 7 + (uint16_t)(h * h);
        out[2] ^= (uint64_t)unaligned << i % 24;
        out[3] += (uint64_t)(int64_t)(int16_t)(h ^ 0x8000) >> 2;
        out[4] += (uint8_t)(s + 100) < (uint8_t)(h >> 4);
    }
}

// -------------------------------------------------------------------- text, function pointers

static int64_t parser_add(int64_t a, int64_t b) { return a + b; }
static int64_t parser_subtract(int64_t a, int64_t b) { return a - b; }
static int64_t parser_multiply(int64_t a, int64_t b) { return a * b; }
static const struct {
    const char *sign;
    int64_t (*apply)(int64_t a, int64_t b);
} parser_signs[] = {{"+", parser_add}, {"-", parser_subtract}, {"*", parser_multiply}};

// A calculator for text like "12+7*3-": left to right.
static void parser(uint32_t seed, uint64_t out[8])
{
    char text[40];
    uint64_t state = seed;
    uint32_t length = 0;
    while (length < 38) {
        text[length++] = (char)('1' + random_next(&state) % 9);
        if (random_next(&state) % 3 == 0)
            text[length++] = *parser_signs[random_next(&state) % 3].sign;
    }
    text[length] = 0;
    int64_t total = 0, number = 0;
    uint32_t with = 0;
    for (const char *at = text;; at++) {
        if (*at >= '0' && *at <= '9') {
            number = number * 10 + (*at - '0');
            continue;
        }
        total = parser_signs[with].apply(total % 100000, number % 10000);
        number = 0;
        if (!*at) break;
        for (with = 0; with < 2 && *parser_signs[with].sign != *at; with++) {}
        out[1 + with]++;
    }
    out[0] = (uint64_t)total;
    out[4] = length;
}

// ------------------------------------------------------------------------ classes of numbers

// What LLVM has one intrinsic for, and SPIR-V a part of.
static uint32_t class_of_double(uint64_t bits)
{
    union {
        uint64_t bits;
        double number;
    } x = {.bits = bits};
    return (__builtin_isnan(x.number) ? 1 : 0) + (__builtin_isinf(x.number) ? 2 : 0) +
           (__builtin_isfinite(x.number) ? 4 : 0) + (__builtin_isnormal(x.number) ? 8 : 0) +
           (__builtin_isinf(x.number) && x.number < 0 ? 16 : 0);
}

static uint32_t class_of_float(uint32_t bits)
{
    union {
        uint32_t bits;
        float number;
    } x = {.bits = bits};
    return (__builtin_isnan(x.number) ? 1 : 0) + (__builtin_isinf(x.number) ? 2 : 0) +
           (__builtin_isfinite(x.number) ? 4 : 0) + (__builtin_isnormal(x.number) ? 8 : 0) +
           (__builtin_isinf(x.number) && x.number < 0 ? 16 : 0);
}

static void classes(uint32_t seed, uint64_t out[8])
{
    // The first and the last of each class.
    static const uint32_t edge[] = {0x00000000, 0x00000001, 0x007fffff, 0x00800000,
                                    0x7f7fffff, 0x7f800000, 0x7fc00000, 0x7fffffff};
    static const uint64_t wide_edge[] = {0x0000000000000000, 0x0000000000000001, 0x000fffffffffffff,
                                         0x0010000000000000, 0x7fefffffffffffff, 0x7ff0000000000000,
                                         0x7ff8000000000000, 0x7fffffffffffffff};
    uint64_t state = seed;
    for (uint32_t i = 0; i < 8; i++) {
        const uint32_t sign = random_next(&state) & 1;
        const uint32_t other = random_next(&state) & 0xffffff;
        out[i] = class_of_float(edge[i] | sign << 31) |
                 class_of_double(wide_edge[i] | (uint64_t)sign << 63) << 8 |
                 class_of_float((random_next(&state) % 4 * 0x55u) << 23 | (other & 0x3fffff)) << 16;
    }
}

#endif
