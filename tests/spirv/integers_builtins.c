// Bit and overflow builtins of 8 to 64 bits, saturation, and atomics of 8 and 16 bits by one thread.
#include "integers_print.h"

#include <stdbool.h>

#define EACH for (int round = 0; round < 2000; round++)

#define OVERFLOW(S, U)                                                                \
    EACH                                                                              \
    {                                                                                 \
        const U a = (U)some64(), b = (U)some64();                                     \
        const S c = (S)a, d = (S)b;                                                   \
        U r;                                                                          \
        S t;                                                                          \
        mix(__builtin_add_overflow(a, b, &r)), mix((uint64_t)r);                      \
        mix(__builtin_sub_overflow(a, b, &r)), mix((uint64_t)r);                      \
        mix(__builtin_mul_overflow(a, b, &r)), mix((uint64_t)r);                      \
        mix(__builtin_add_overflow(c, d, &t)), mix((uint64_t)t);                      \
        mix(__builtin_sub_overflow(c, d, &t)), mix((uint64_t)t);                      \
        mix(__builtin_mul_overflow(c, d, &t)), mix((uint64_t)t);                      \
        mix(__builtin_mul_overflow(a, c, &t)), mix((uint64_t)t);                      \
        mix((uint64_t)(U)__builtin_elementwise_add_sat(a, b));                        \
        mix((uint64_t)(U)__builtin_elementwise_sub_sat(a, b));                        \
        mix((uint64_t)(S)__builtin_elementwise_add_sat(c, d));                        \
        mix((uint64_t)(S)__builtin_elementwise_sub_sat(c, d));                        \
        mix((uint64_t)(U)__builtin_elementwise_max(a, b));                            \
        mix((uint64_t)(U)__builtin_elementwise_min(a, b));                            \
        mix((uint64_t)(S)__builtin_elementwise_max(c, d));                            \
        mix((uint64_t)(S)__builtin_elementwise_min(c, d));                            \
        mix((uint64_t)(S)__builtin_elementwise_abs(c));                               \
        mix((uint64_t)(U)__builtin_elementwise_bitreverse(a));                        \
        mix((uint64_t)(U)__builtin_elementwise_popcount(a));                          \
        mix((uint64_t)__builtin_clzg(a, 77) << 32 | (uint64_t)__builtin_ctzg(a, 99)); \
        if (a) mix((uint64_t)__builtin_clzg(a) << 32 | (uint64_t)__builtin_ctzg(a));  \
        mix((uint64_t)(c < d ? -1 : c > d));                                          \
        mix((uint64_t)(a < b ? -1 : a > b));                                          \
    }                                                                                 \
    line(#U)

#define FOLDED(left, right, b) ((left) << (b) | (right) >> (8 * sizeof(left) - (b)))

static void bits(void)
{
    EACH
    {
        const uint64_t a = some64();
        const unsigned n = (unsigned)random64();
        mix(__builtin_bswap16((uint16_t)a));
        mix(__builtin_bswap32((uint32_t)a));
        mix(__builtin_bswap64(a));
        mix(__builtin_rotateleft8((uint8_t)a, (uint8_t)n));
        mix(__builtin_rotateright8((uint8_t)a, (uint8_t)n));
        mix(__builtin_rotateleft16((uint16_t)a, (uint16_t)n));
        mix(__builtin_rotateright16((uint16_t)a, (uint16_t)n));
        mix(__builtin_rotateleft32((uint32_t)a, n));
        mix(__builtin_rotateright32((uint32_t)a, n));
        mix(__builtin_rotateleft64(a, n));
        mix(__builtin_rotateright64(a, n));
        mix(__builtin_rotateleft64(a, 13) ^ __builtin_rotateright32((uint32_t)a, 31));
        mix(FOLDED((uint32_t)a, (uint32_t)(a >> 32), 5));
        mix(FOLDED(a, ~a, (n & 62) | 1));
        mix((uint64_t)__builtin_ffsll((long long)a) << 8 | (uint64_t)__builtin_parityll(a));
        mix((uint64_t)__builtin_clrsbll((long long)a) << 8 | (uint64_t)__builtin_clrsb((int)a));
        unsigned __int128 w = (unsigned __int128)a << 64 | some64();
        mix((uint64_t)__builtin_popcountg(w) << 32 | (uint64_t)__builtin_clzg(w, 500));
        mix((uint64_t)__builtin_ctzg(w, 501));
        w = __builtin_elementwise_bitreverse(w);
        mix((uint64_t)w ^ (uint64_t)(w >> 64) * 3);
        const unsigned _BitInt(37) o = (unsigned _BitInt(37))a;
        mix((uint64_t)__builtin_popcountg(o) << 32 | (uint64_t)__builtin_clzg(o, 38));
        mix((uint64_t)__builtin_ctzg(o, 39));
        const void *p = (const void *)(uintptr_t)a;
        mix((uintptr_t)__builtin_align_down(p, 64) ^ (uintptr_t)__builtin_align_up(p, 4096));
    }
    line("bits");
}

static APART float some_float(void)
{
    const uint32_t v = (uint32_t)random64();
    float f;
    __builtin_memcpy(&f, &v, sizeof f);
    return random64() & 1 ? f : (float)(int64_t)some64();
}

static void floats(void)
{
    EACH
    {
        const float f = some_float();
        const double d = (double)some_float() * 1.5;
        if (f > -2147483648.f && f < 2147483648.f) mix((uint64_t)(int)f);
        if (f > -128.f && f < 128.f) mix((uint64_t)(int8_t)f);
        if (f >= 0.f && f < 65536.f) mix((uint16_t)f);
        if (d > -32768. && d < 32768.) mix((uint64_t)(int16_t)d);
        const float g = (float)(int8_t)random64() + (float)(uint16_t)random64();
        const double h = (double)(int16_t)random64() + (double)(bool)(random64() & 1);
        mix_bytes(&g, sizeof g);
        mix_bytes(&h, sizeof h);
    }
    line("floats");
}

#define ATOMICS(S, U)                                                                            \
    {                                                                                            \
        static U cell[13];                                                                       \
        EACH                                                                                     \
        {                                                                                        \
            U *p = &cell[random64() % 13], v = (U)some64(), old = (U)random64();                 \
            mix(__atomic_fetch_add(p, v, __ATOMIC_RELAXED));                                     \
            mix(__atomic_fetch_sub(p, v >> 1, __ATOMIC_SEQ_CST));                                \
            mix(__atomic_fetch_xor(p + 0, v, __ATOMIC_ACQUIRE));                                 \
            mix(__atomic_fetch_and(&cell[1], v | 15, __ATOMIC_RELEASE));                         \
            mix(__atomic_fetch_or(&cell[2], v & 7, __ATOMIC_ACQ_REL));                           \
            mix(__atomic_fetch_nand(&cell[3], v, __ATOMIC_RELAXED));                             \
            mix((U)__atomic_fetch_min((S *)&cell[4], (S)v, __ATOMIC_RELAXED));                   \
            mix((U)__atomic_fetch_max((S *)p, (S)v, __ATOMIC_RELAXED));                          \
            mix(__atomic_fetch_min(&cell[5], v, __ATOMIC_RELAXED));                              \
            mix(__atomic_fetch_max(&cell[6], v, __ATOMIC_RELAXED));                              \
            mix(__atomic_exchange_n(&cell[7], v, __ATOMIC_SEQ_CST));                             \
            if (random64() & 1) old = *p;                                                        \
            mix(__atomic_compare_exchange_n(p, &old, v, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)); \
            mix(old);                                                                            \
            mix(__atomic_compare_exchange_n(&cell[8], &old, v, 1, __ATOMIC_RELEASE,              \
                                            __ATOMIC_RELAXED));                                  \
            __atomic_store_n(&cell[9 + (round & 3)], (U)(v + 3), __ATOMIC_RELEASE);              \
            mix(__atomic_load_n(p, __ATOMIC_ACQUIRE));                                           \
            mix_bytes(cell, sizeof cell);                                                        \
        }                                                                                        \
        line("atomic " #U);                                                                      \
    }

static void other_atomics(void)
{
    static float f;
    static bool flag;
    EACH
    {
        mix((uint64_t)__atomic_fetch_add(&f, (float)(random64() & 255), __ATOMIC_RELAXED));
        mix(__atomic_exchange_n(&flag, (bool)(random64() & 1), __ATOMIC_ACQUIRE));
        mix(__atomic_test_and_set(&flag, __ATOMIC_ACQUIRE));
        if (random64() & 1) __atomic_clear(&flag, __ATOMIC_RELEASE);
        mix(flag);
    }
    line("other atomics");
}

int main(void)
{
    OVERFLOW(int8_t, uint8_t);
    OVERFLOW(int16_t, uint16_t);
    OVERFLOW(int32_t, uint32_t);
    OVERFLOW(int64_t, uint64_t);
    bits();
    floats();
    ATOMICS(int8_t, uint8_t)
    ATOMICS(int16_t, uint16_t)
    ATOMICS(int32_t, uint32_t)
    ATOMICS(int64_t, uint64_t)
    other_atomics();
    return 0;
}
