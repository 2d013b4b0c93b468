// Recursion deeper than the stack: hc_spirv_overflow() runs, with room for itself, and the kernel ends.
#include "machine_program.h"

static volatile int64_t told;

NOINLINE static int64_t weigh(int64_t x)
{
    volatile int64_t scratch[16];
    for (int i = 0; i < 16; i++) scratch[i] = x * i;
    for (int i = 1; i < 16; i++) scratch[i] += scratch[i - 1] ^ i;
    return scratch[15] + scratch[(int)(x & 7)];
}

void hc_spirv_overflow(void)
{
    told = weigh(3);  // also called elsewhere: with a small limit it is a state
    out(told);
    out(weigh(4));
    out(-1);
    hc_spirv_end();
}

NOINLINE static int64_t deep(int64_t n)
{
    if (n == 0) return weigh(7);
    const int64_t a = deep(n - 1);
    return a * 3 + weigh(n) + n;
}

void kernel(void)
{
    out(deep(20));
    out(weigh(1));
#ifdef MACHINE_PLAIN
    hc_spirv_overflow();
#endif
    out(deep(1 << 30));
    out(2);
}
