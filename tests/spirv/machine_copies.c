// Functions that are called from many places: with a small limit they become states, though nothing is recursive.
#include "machine_program.h"

struct shape {
    int kind;
    int16_t size[5];
    double weight;
};

static int64_t total;
static volatile int zero;

// A leaf, with a loop and a table on the stack.
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

// Its caller keeps many values across many calls.
NOINLINE static uint64_t blend(uint32_t a, uint32_t b, const uint8_t *text, int length)
{
    const uint32_t c = mix(a, text, length), d = mix(b, text + 1, length - 1);
    const uint32_t e = mix(c ^ d, text, length / 2), f = mix(c + d, text, 3);
    return ((uint64_t)(c ^ e) << 32 | (d + f)) + mix(e * 3, text, length) % 17;
}

NOINLINE static struct shape make(int kind, struct shape like, double weight)
{
    like.kind = kind + like.kind % 3;
    for (int i = 0; i < 5; i++) like.size[i] = (int16_t)(like.size[i] * 3 - kind * i);
    like.weight = weight * like.kind;
    return like;
}

// No result; a pointer to a struct of the caller is changed.
NOINLINE static void turn(struct shape *s, int by)
{
    const int16_t last = s->size[4];
    for (int i = 4; i > 0; i--) s->size[i] = (int16_t)(s->size[i - 1] + by);
    s->size[0] = last;
    total += s->kind * by;
}

NOINLINE static double area(const struct shape *s, bool outside)
{
    double sum = s->weight;
    for (int i = 0; i < 5; i++) {
        if (s->size[i] < 0 && !outside) continue;
        sum = sum * 1.5 + s->size[i];
    }
    return outside ? -sum : sum;
}

// Calls in every place a call can stand in.
NOINLINE static int64_t mess(struct shape s, const uint8_t *text, int n)
{
    int64_t sum = 0;
    for (int i = 0; i < n; i++) {
        struct shape t = make(i, s, i * 0.5);
        if (mix((uint32_t)i, text, 4) & 1 && area(&t, false) > 3) {
            turn(&t, i);
        } else if (area(&t, true) < -100 || mix(9, text, i % 8) & 2) {
            turn(&s, -i);
            if (i % 4 == 3) continue;
        }
        switch (mix((uint32_t)sum, text, 5) % 5) {
        case 0: sum += (int64_t)blend(1, 2, text, 9); break;
        case 1: s = make(7, t, area(&s, i & 1)); break;
        case 2: sum ^= t.size[i % 5]; __attribute__((fallthrough));
        case 3:
            sum -= mix((uint32_t)i, text, 6) ? mix(3, text, 2) : blend(3, 4, text, 5) & 0xff;
            break;
        default:
            if (sum > 1 << 30) return sum + (int64_t)area(&t, false);
        }
        while (mix((uint32_t)sum, text, 3) % 3 == 0) sum = sum * 3 + 1;
    }
    return sum + s.kind;
}

// More calls than it pays to keep values in variables for; some values are there all the time, some come and go.
NOINLINE static int64_t crowd(uint64_t a, uint32_t b, const uint8_t *text)
{
    uint64_t c = a * 3, d = b ^ 77, e = a + b, f = a - b;
#define STEP(x, y, z)                                               \
    if ((x)&1) {                                                    \
        const uint64_t old = (x);                                   \
        (x) = mix((uint32_t)(y), text, 3) + (z);                    \
        if (((x)&6) == 2) (y) ^= old + mix((uint32_t)(z), text, 2); \
    } else {                                                        \
        (z) += (x) >> 1;                                            \
    }
    for (int i = 0; i < 3; i++) {
        STEP(a, b, c)
        STEP(c, d, e)
        STEP(e, f, a)
        STEP(d, c, b)
        STEP(b, a, f)
        STEP(f, e, d)
        STEP(a, c, e)
        STEP(b, d, f)
    }
    return (int64_t)(a + c * 3 + d * 5 + e * 7 + f * 11 + b);
}

// An endless loop for the compiler; it ends after all.
NOINLINE static int spin(int from, const uint8_t *text)
{
    for (;;) {
        from = (int)(mix((uint32_t)from, text, 3) % 1000);
        if (from < 100 + zero) return from;
    }
}

// Objects that want a wider alignment than frames have.
struct wide {
    _Alignas(64) int64_t a[3];
    int b;
};
NOINLINE static int64_t aligned(struct wide by_value, int n)
{
    struct wide here = by_value;
    here.a[n % 3] += by_value.b;
    const uint8_t text[8] = {1, 2, 3, 4, 5, 6, 7, (uint8_t)n};
    uintptr_t low = ((uintptr_t)&here | (uintptr_t)&by_value) & 63;
    turn((struct shape[]){{1, {2, 3, 4, 5, 6}, 1}}, (int)low);
    const int64_t m = mix((uint32_t)here.a[0], text, 8);
    __asm__ volatile("" ::"r"(&here), "r"(&by_value) : "memory");
    return m + here.a[n % 3] * 5 + here.b + (int64_t)low;
}

void kernel(void)
{
    static const uint8_t text[] = "the quick brown fox jumps over the lazy dog";
    const struct shape s = {2, {5, -3, 8, 1, 9}, 1.25};
    out(mess(s, text, 9));
    out(mess(make(3, s, 2), text + 5, 14));
    out((int64_t)blend(1, 2, text, 20));
    out(crowd(5, 9, text));
    out(crowd(12345678901, 98, text + 7));
    out(spin(5, text));
    out(spin(77, text + 3));
    struct wide w = {{1, 2, 3}, 4};
    out(aligned(w, 1));
    w.b = 9;
    out(aligned(w, 5));
    struct shape t = make(1, s, 3);
    turn(&t, 2);
    out((int64_t)(area(&t, true) * 1000));
    out((int64_t)(area(&s, false) * 1000));
    out(total);
}
