// Jumps out of all kinds of calls: comparators, handlers, `...`, structs and numbers as results, pointers to longjmp.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct large {
    long v[9];
};
struct pair {
    long a, b;
};
struct mixed {
    double x;
    int i;
};

static jmp_buf out;
static _Thread_local int depth = 3;
static _Thread_local jmp_buf own;
static int limit, compared;

static void check(int n)
{
    depth++;
    if (n == limit) longjmp(out, 100 + n);
    depth--;
}

static __attribute__((noinline)) struct large large(int n)
{
    struct large l = {{n, n + 1, n + 2}};
    check(n);
    l.v[8] = n * 2;
    return l;
}
static __attribute__((noinline)) struct pair pair(int n)
{
    check(n);
    return (struct pair){n, -n};
}
static __attribute__((noinline)) struct mixed mixed(int n)
{
    check(n);
    return (struct mixed){n / 4.0, n};
}
static __attribute__((noinline)) double real(int n)
{
    check(n);
    return n * 0.5;
}
static __attribute__((noinline)) float single(int n)
{
    check(n);
    return (float)n * 0.25f;
}
static __attribute__((noinline)) const char *text(int n)
{
    check(n);
    return "some text" + n % 4;
}
static __attribute__((noinline)) __int128 wide(int n)
{
    check(n);
    return (__int128)n << 70;
}
static __attribute__((noinline)) _Bool yes(int n)
{
    check(n);
    return n & 1;
}
static __attribute__((noinline)) long by_value(struct large l, struct pair p, int n)
{
    check(n);
    return l.v[1] + p.b;
}

// One step after the other; the limit says in which it ends.
static void results(void)
{
    const struct large l = large(1);
    printf("%ld %ld ", l.v[2], l.v[8]);
    const struct pair p = pair(2);
    printf("%ld %ld ", p.a, p.b);
    const struct mixed m = mixed(3);
    printf("%g %d ", m.x, m.i);
    printf("%g ", real(4) + single(5));
    printf("%s ", text(6));
    printf("%ld ", (long)(wide(7) >> 69));
    printf("%d ", yes(8));
    printf("%ld ", by_value(l, p, 9));
    printf("%ld ", (large(10).v[8] + pair(11).b) * (mixed(12).i + 1));
    puts("all");
}

static int compare(const void *a, const void *b)
{
    const int x = *(const int *)a, y = *(const int *)b;
    if (++compared == limit) longjmp(out, x != y ? 50 : 51);
    return (x > y) - (x < y);
}

static __attribute__((noinline)) int sum(int n, ...)
{
    va_list rest;
    int total = 0;
    va_start(rest, n);
    for (int i = 0; i < n; i++) {
        const int k = va_arg(rest, int);
        if (k < 0) longjmp(out, -k);
        total += k + (int)va_arg(rest, double);
    }
    va_end(rest);
    return total;
}

static void raises(int number)
{
    if (number == SIGUSR2) raise(SIGUSR1);
    longjmp(out, number == SIGUSR1 ? 61 : 62);
}

static void steps(int n)
{
    if (n == 0) longjmp(own, depth);
    steps(n - 1);
    depth = 1000;
}

typedef int operation(int, int);
static int add(int a, int b) { return a + b; }
static int divide(int a, int b)
{
    if (!b) longjmp(out, 71);
    return a / b;
}
static operation *const operations[] = {add, divide};

static _Noreturn void finish(jmp_buf b, int value) { longjmp(b, value); }

int main(void)
{
    for (volatile int i = 0; i < 14; i++) {
        depth = 0;
        limit = i;
        const int got = setjmp(out);
        if (!got)
            results();
        else
            printf("left with %d at depth %d\n", got, depth);
    }
    for (volatile int i = 1; i < 60; i += 7) {
        int numbers[20], copy[20];
        for (int k = 0; k < 20; k++) numbers[k] = copy[k] = k * 37 % 23;
        compared = 0;
        limit = i;
        if (!setjmp(out)) {
            qsort(numbers, 20, sizeof *numbers, compare);
            const int key = 5;
            printf("sorted, %s\n",
                   bsearch(&key, numbers, 20, sizeof key, compare) ? "has it" : "lacks it");
        } else {
            printf("not sorted after %s\n", compared == i ? "the limit" : "something else");
        }
    }
    int got = setjmp(out);
    if (!got) printf("%d\n", sum(3, 1, 2.0, 3, 4.0, -52, 0.0));
    printf("sum: %d, %d\n", got, sum(2, 1, 2.0, 3, 4.0));

    signal(SIGUSR1, raises);
    signal(SIGUSR2, raises);
    if (!(got = setjmp(out))) raise(SIGUSR2);
    printf("handler: %d\n", got);

    depth = 33;
    if (!(got = setjmp(own))) steps(40);
    printf("own: %d %d\n", got, depth);

    for (volatile int i = 0; i < 4; i++) {
        operation *const o = operations[i % 2];
        if (!(got = setjmp(out)))
            printf("operation: %d\n", o(10, i & 2 ? 0 : 5));
        else
            printf("division by zero, %d\n", got);
    }

    void (*volatile jump)(jmp_buf, int) = longjmp;
    if (!(got = setjmp(out))) jump(out, 81);
    printf("by a pointer: %d\n", got);
    if (!(got = setjmp(out))) finish(out, 0);
    printf("0 is %d\n", got);
    if (!(got = setjmp(out))) finish(out, -5);
    printf("and %d\n", got);
    return depth;
}
