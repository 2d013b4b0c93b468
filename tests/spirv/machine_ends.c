// hc_spirv_end() from everywhere: nothing that comes later may happen, everything that came before must have.
#include "machine_program.h"

// Which call ends is counted down, so that one program ends in every place in turn.
static int left;
static volatile int never;

NOINLINE static void maybe_end(int where)
{
    out(where);
    if (left-- == 0) hc_spirv_end();
}

__attribute__((noreturn, noinline)) static void fail(int why)
{
    out(-why);
    hc_spirv_end();
}

// noreturn, but not by way of hc_spirv_end alone.
__attribute__((noreturn, noinline)) static void fail_late(int why)
{
    while (why != never + 77777) {
        maybe_end(why);
        if (why % 3 == 2) fail(why);
        why++;
    }
    fail(why + 1);
}

NOINLINE static int *address(int *p, int where)
{
    maybe_end(where);
    return p;  // the caller is told that it is what went in, and not null
}

NOINLINE static double real(double x)
{
    maybe_end(8);
    return x * 2;
}

struct two {
    int64_t a, b;
};
NOINLINE static struct two both(int a)
{
    struct two t = {a, 5};
    if (a > 3) maybe_end(a);
    t.b += a;
    return t;
}

NOINLINE static int loops(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            if ((i ^ k) == 5) break;
            maybe_end(100 + i * 10 + k);
            sum += *address(&sum, 300 + i) + i;
            switch (both(k).b & 3) {
            case 0: continue;
            case 1: sum++; break;
            default: sum += (int)real(k);
            }
            out(sum);
        }
    return sum;
}

NOINLINE static void endless(void)
{
    for (int i = 0;; i++) maybe_end(400 + i);
}

// The last thing a function does.
NOINLINE static int tail(int x) { return x ? loops(x) : (int)both(9).a; }

NOINLINE static int recursive(int depth)
{
    if (depth == 0) {
        maybe_end(500);
        return 1;
    }
#ifdef FLAT
    return depth;
#else
    const int a = recursive(depth - 1);
    maybe_end(500 + depth);
    return a * 3 + recursive(depth - 1);
#endif
}

void kernel(void)
{
    left = END_AFTER;
    out(tail(3));
    out(tail(0));
    out(recursive(3));
    if (left > 60) fail_late(31);
    if (left > 50) fail(7);
    if (left > 40) hc_spirv_end();
    endless();
    out(600);
}
