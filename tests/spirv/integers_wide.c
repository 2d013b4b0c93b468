// __int128: arithmetic, shifts, comparisons, memory, calls and floating point.
#include "integers_print.h"

typedef __int128 s128;
typedef unsigned __int128 u128;

static APART u128 some(void) { return (u128)some64() << 64 | some64(); }
static APART void mix128(u128 v)
{
    mix((uint64_t)v);
    mix((uint64_t)(v >> 64));
}

#define EACH for (int round = 0; round < 3000; round++)
#define OPERATION(name, type, expression)              \
    EACH                                               \
    {                                                  \
        const type a = (type)some(), b = (type)some(); \
        const unsigned n = (unsigned)random64() % 128; \
        (void)b, (void)n;                              \
        mix128((u128)(expression));                    \
    }                                                  \
    line(name)

static void arithmetic(void)
{
    OPERATION("add", u128, a + b);
    OPERATION("sub", u128, a - b);
    OPERATION("mul", u128, a * b);
    OPERATION("mul of 64", u128, (u128)(uint64_t)a * (uint64_t)b);
    OPERATION("signed mul of 64", s128, (s128)(int64_t)a * (int64_t)b);
    OPERATION("mul by a number", u128, a * 1000000007u);
    OPERATION("neg", u128, -a);
    OPERATION("and or xor not", u128, (a & b) ^ ~(a | b << 1));
    OPERATION("udiv", u128, b ? a / b : 0);
    OPERATION("urem", u128, b ? a % b : 0);
    OPERATION("udiv of 64", u128, (uint64_t)b ? a / (uint64_t)b : 0);
    OPERATION("sdiv", s128, b && b != -1 ? a / b : 0);
    OPERATION("srem", s128, b && b != -1 ? a % b : 0);
    OPERATION("udiv by ten", u128, a / 10 + a % 10);
    OPERATION("sdiv by eight", s128, a / 8 + a % 8);
    OPERATION("udiv close", u128, (b | (u128)1 << 127) ? a / ((b >> 1) | (u128)1 << 126) : 0);
}

static void shifts(void)
{
    OPERATION("shl", u128, a << n);
    OPERATION("lshr", u128, a >> n);
    OPERATION("ashr", s128, a >> n);
    OPERATION("shl 1", u128, a << 1);
    OPERATION("shl 63", u128, a << 63);
    OPERATION("shl 64", u128, a << 64);
    OPERATION("shl 65", u128, a << 65);
    OPERATION("lshr 1", u128, a >> 1);
    OPERATION("lshr 64", u128, a >> 64);
    OPERATION("lshr 100", u128, a >> 100);
    OPERATION("ashr 7", s128, a >> 7);
    OPERATION("ashr 64", s128, a >> 64);
    OPERATION("ashr 127", s128, a >> 127);
    OPERATION("ashr 90", s128, a >> 90);
    OPERATION("rotate", u128, a << n | a >> (-n & 127));
    OPERATION("guarded", u128, n > 100 ? 0 : a << n << 27);
}

static void comparisons(void)
{
    OPERATION("unsigned", u128,
              (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4);
    OPERATION("signed", s128,
              (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a != b) << 4);
    OPERATION("highs equal", u128,
              (a < (a ^ (uint64_t)b)) | ((s128)a >= (s128)(a ^ (uint64_t)b)) << 1);
    OPERATION("umin", u128, a < b ? a : b);
    OPERATION("smax", s128, a > b ? a : b);
    OPERATION("abs", s128, a < 0 ? -a : a);
    OPERATION("zero", u128, a == 0 ? b : a);
    OPERATION("negative", s128, a < 0 ? b : a);
    OPERATION("three way", s128, (a > b) - (a < b));
}

static void overflow(void)
{
    EACH
    {
        const u128 a = some(), b = some();
        u128 r;
        s128 t;
        mix(__builtin_add_overflow(a, b, &r));
        mix128(r);
        mix(__builtin_sub_overflow(a, b, &r));
        mix128(r);
        mix(__builtin_mul_overflow(a, b, &r));
        mix128(r);
        mix(__builtin_add_overflow((s128)a, (s128)b, &t));
        mix128((u128)t);
        mix(__builtin_sub_overflow((s128)a, (s128)b, &t));
        mix128((u128)t);
        mix(__builtin_mul_overflow((s128)a, (s128)b, &t));
        mix128((u128)t);
        mix(__builtin_mul_overflow((s128)a >> 64, (s128)b >> 60, &t));
        mix128((u128)t);
    }
    line("overflow");
}

static void floats(void)
{
    EACH
    {
        const u128 a = some() >> (random64() % 128);
        const double d = (double)a, e = (double)(s128)a;
        const float f = (float)a, g = (float)(s128)a;
        mix_bytes(&d, sizeof d);
        mix_bytes(&e, sizeof e);
        mix_bytes(&f, sizeof f);
        mix_bytes(&g, sizeof g);
        if (d < 0x1p128) mix128((u128)d);
        if (e < 0x1p127) mix128((u128)(s128)e);
        if (f < 0x1p128f) mix128((u128)f);
        if (g < 0x1p127f) mix128((u128)(s128)g);
        const double small = (double)(int64_t)random64() / (double)(1ull << (random64() % 64));
        mix128((u128)(s128)small);
        // Halfway between two floats and two doubles, and a bit more.
        const u128 half = ((u128)1 << (24 + random64() % 103)) + ((u128)1 << (random64() % 103));
        const double h = (double)half;
        const float k = (float)(half + (round & 1));
        mix_bytes(&h, sizeof h);
        mix_bytes(&k, sizeof k);
    }
    line("floating point");
    const float most = (float)~(u128)seed, inf = (float)(~(u128)0 - (seed & 1));
    mix_bytes(&most, sizeof most);
    mix_bytes(&inf, sizeof inf);
    line("largest");
}

// Calls, loops, memory.
static APART u128 power(u128 a, unsigned n)
{
    u128 r = 1;
    for (; n; n >>= 1, a *= a)
        if (n & 1) r *= a;
    return r;
}

static APART s128 gcd(s128 a, s128 b) { return b ? gcd(b, a % b) : a; }

struct both {
    s128 a;
    char c;
    u128 b;
} __attribute__((packed));

static APART u128 choose(struct both *p, int which)
{
    volatile u128 v = p->b;
    switch (which & 3) {
    case 0: return (u128)p->a;
    case 1: return v;
    case 2: return (u128)p->c << 100;
    default: return p->b++;
    }
}

static APART void print(u128 v)
{
    char text[48], *at = text + sizeof text;
    *--at = 0;
    do *--at = (char)('0' + (int)(v % 10));
    while (v /= 10);
    show(at, 0);
}

static void rest(void)
{
    static u128 table[37];
    EACH mix128(power(some(), (unsigned)random64() & 1023));
    line("power");
    for (int i = 0; i < 200; i++) mix128((u128)gcd((s128)(some() >> 1), (s128)(some() >> 1)));
    line("gcd");
    EACH
    {
        struct both x = {(s128)some(), (char)random64(), some()};
        mix128(choose(&x, (int)random64()));
        mix_bytes(&x, sizeof x);
        table[random64() % 37] += some();
    }
    mix_bytes(table, sizeof table);
    line("memory");
    for (int i = 0; i < 10; i++) print(some());
    print(~(u128)0);
}

int main(void)
{
    arithmetic();
    shifts();
    comparisons();
    overflow();
    floats();
    rest();
    return 0;
}
