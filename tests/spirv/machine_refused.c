// What ir_machine() says it can't do; REFUSED says which.  It names the line where that stands behind "refused".
#include "machine_program.h"

#if REFUSED == 1
NOINLINE static int f(int n)  // refused 1
{
    static const void *const labels[] = {&&a, &&b, &&c, &&d};
    goto *labels[n & 3];
a:
    out(f(n - 1) + 1);
c:
    return f(n / 2) + f(n / 3 - 1);
b:
    out(n);
    n--;
    goto *labels[n % 3];
d:
    return n;
}
#elif REFUSED == 2
NOINLINE static int f(int n)
{
    return n ? (int)((float (*)(int, int))f)(n - 1, 5) + 1 : 0;  // refused 2
}
#elif REFUSED == 3  // a choice, needed later
#define SHARED __attribute__((address_space(3)))
static SHARED int left[4], right[4];
NOINLINE static int f(int n)
{
    SHARED int *p = n % 3 ? left : right;  // refused 3
    *p += n;
    const int sum = n ? f(n - 1) : 0;
    return *p + sum;
}
#elif REFUSED == 4  // no end of stack for what says that the stack has ended
NOINLINE static int f(int n) { return n ? f(n - 1) * 3 + n : 0; }
void hc_spirv_overflow(void)  // refused 4
{
    out(f(9));
    hc_spirv_end();
}
#elif REFUSED == 5
NOINLINE static int g(int n, ...) { return n ? g(n - 1, n) * 3 + g(n / 2) : 1; }
NOINLINE static int f(int n)
{
    return g(n, n);  // refused 5
}
#elif REFUSED == 6
NOINLINE static int f(int n)
{
    char large[1 << 29];  // refused 6
    large[n] = 1;
    out((int64_t)(uintptr_t)large);
    return n ? f(n - 1) * 3 + large[n / 2] : 0;
}
#endif

void kernel(void) { out(f(20)); }
