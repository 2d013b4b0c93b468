// _BitInt(N) of many widths, and packed bit-fields.
#include "integers_print.h"

// clang-format off
#define WIDTHS(X) \
    X(2) X(3) X(5) X(7) X(8) X(9) X(12) X(15) X(16) X(17) X(23) X(24) X(25) X(31) X(32) X(33) X(40) X(47) \
    X(48) X(56) X(57) X(63) X(64) X(65) X(72) X(80) X(95) X(96) X(97) X(112) X(120) X(127) X(128)
#define WIDER(X) X(129) X(136) X(160) X(191) X(192) X(193) X(200) X(255) X(256)
// clang-format on

#define BASIC(N)                                                                                \
    typedef _BitInt(N) s##N;                                                                    \
    typedef unsigned _BitInt(N) u##N;                                                           \
    static APART u##N value##N(void)                                                            \
    {                                                                                           \
        u##N r = (u##N)some64();                                                                \
        for (int i = 64; i < N; i += 32) r = (u##N)((r << (N > 32 ? 32 : 0)) ^ (u##N)some64()); \
        return r;                                                                               \
    }                                                                                           \
    static APART void mix##N(u##N v)                                                            \
    {                                                                                           \
        for (int i = 0; i < N; i += 32) {                                                       \
            mix((uint32_t)v);                                                                   \
            v = (u##N)(v >> (N > 32 ? 32 : 0));                                                 \
        }                                                                                       \
    }                                                                                           \
    static APART u##N basic##N(u##N a, u##N b, unsigned n)                                      \
    {                                                                                           \
        const s##N c = (s##N)a, d = (s##N)b;                                                    \
        n %= N;                                                                                 \
        mix##N((u##N)(a + b));                                                                  \
        mix##N((u##N)(a - b));                                                                  \
        mix##N((u##N)(a * b));                                                                  \
        mix##N((u##N)(a << n));                                                                 \
        mix##N((u##N)(a >> n));                                                                 \
        mix##N((u##N)(c >> n));                                                                 \
        mix##N((u##N)(a << 1));                                                                 \
        mix##N((u##N)(c >> (N - 1)));                                                           \
        mix##N((u##N)(c >> (N / 2)));                                                           \
        mix##N((u##N)(a >> (N - 1)));                                                           \
        mix##N((u##N)(a << (N - 1)));                                                           \
        mix##N((a & b) ^ ~(a | b));                                                             \
        mix((a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4);            \
        mix((c < d) | (c <= d) << 1 | (c > d) << 2 | (c >= d) << 3 | (c != d) << 4);            \
        mix((uint64_t)a);                                                                       \
        mix((uint64_t)(int64_t)c);                                                              \
        mix((uint32_t)(int)c);                                                                  \
        mix((uint8_t)a);                                                                        \
        mix##N((u##N)(s##N)(int8_t)n);                                                          \
        mix##N((u##N)(s##N)(int64_t)(uint64_t)b);                                               \
        mix##N(c < 0 ? a : b);                                                                  \
        return a > b ? (u##N)(a - b) : (u##N)(b ^ n);                                           \
    }                                                                                           \
    static u##N store##N[5];                                                                    \
    static void try##N(void)                                                                    \
    {                                                                                           \
        for (int i = 0; i < 1000; i++) {                                                        \
            const u##N a = value##N(), b = value##N();                                          \
            mix##N(basic##N(a, b, (unsigned)random64()));                                       \
            s##N r;                                                                             \
            if (N <= 128) {                                                                     \
                mix(__builtin_add_overflow((s##N)a, (s##N)b, &r));                              \
                mix##N((u##N)r);                                                                \
                mix(__builtin_sub_overflow((s##N)a, (s##N)b, &r));                              \
                mix##N((u##N)r);                                                                \
            }                                                                                   \
            store##N[random64() % 5] += a;                                                      \
        }                                                                                       \
        for (int i = 0; i < 5; i++) mix##N(store##N[i]);                                        \
        line("basic " #N);                                                                      \
    }
WIDTHS(BASIC)
WIDER(BASIC)

#define DIVIDES(N)                                     \
    static void divide##N(void)                        \
    {                                                  \
        for (int i = 0; i < 1000; i++) {               \
            const u##N a = value##N(), b = value##N(); \
            const s##N c = (s##N)a, d = (s##N)b;       \
            if (!b) continue;                          \
            mix##N(a / b);                             \
            mix##N(a % b);                             \
            if (d != -1) {                             \
                mix##N((u##N)(c / d));                 \
                mix##N((u##N)(c % d));                 \
            }                                          \
            mix##N((u##N)(c / 2));                     \
            const double e = (double)a, f = (double)c; \
            const float g = (float)a, h = (float)c;    \
            mix_bytes(&e, sizeof e);                   \
            mix_bytes(&f, sizeof f);                   \
            mix_bytes(&g, sizeof g);                   \
            mix_bytes(&h, sizeof h);                   \
            mix##N((u##N)(s##N)(f / 2));               \
            mix##N((u##N)(e / 2));                     \
        }                                              \
        line("divide " #N);                            \
    }
WIDTHS(DIVIDES)

#pragma pack(push, 1)
struct fields {
    uint64_t a : 33;
    int64_t b : 21;
    unsigned c : 5;
    int64_t d : 58;
    signed e : 1;
    uint64_t f : 47;
    unsigned g : 31;
    unsigned h : 1;
    int i : 17;
};
struct odd_bytes {
    unsigned a : 24;
    signed b : 24;
    uint64_t c : 40, d : 56;
    uint8_t e;
};
struct after {
    char before;
    struct fields x;
    volatile struct odd_bytes y;
    char behind;
};
#pragma pack(pop)

static APART struct fields change(struct fields x, struct fields *y)
{
    x.a += y->b;
    x.b -= (int64_t)y->a;
    x.c ^= (unsigned)y->d;
    x.d *= y->i;
    x.e = (int)(y->f & 1) - 1;
    x.f = (uint64_t)x.d >> 3;
    x.g += x.c;
    x.h = !y->h;
    x.i = (int)(y->d >> 9) % 60000;
    y->d += x.i;
    y->f = y->a < x.a ? y->f : x.f;
    *y = y->h ? x : *y;
    return x;
}

static void bit_fields(void)
{
    static struct after all[4];
    __builtin_memset(all, 0x5a, sizeof all);
    for (int i = 0; i < 4000; i++) {
        struct after *p = &all[random64() % 4], *q = &all[random64() % 4];
        p->x = change(q->x, &p->x);
        p->y.a += (unsigned)random64();
        p->y.b = (int)(p->y.a ^ q->y.c) >> 8;
        p->y.c = q->y.d + (uint64_t)p->y.b;
        p->y.d ^= random64();
        if (q->x.e) p->x.a ^= (uint64_t)q->x.i;
        mix_bytes(all, sizeof all);
    }
    line("bit-fields");
}

int main(void)
{
#define TRY(N) try##N();
    WIDTHS(TRY)
    WIDER(TRY)
#define DIVIDE(N) divide##N();
    WIDTHS(DIVIDE)
    bit_fields();
    return 0;
}
