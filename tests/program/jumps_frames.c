// Where control comes back: the forms of setjmp's use, what variables hold then, one frame among many.
#include <alloca.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf outer;

// Each level has its own; a jump goes to the level that was asked for.
static int level(jmp_buf **levels, int n, int to)
{
    jmp_buf here;
    volatile int tries = 0;
    levels[n] = &here;
    const int got = setjmp(here);
    tries++;
    if (got) return got * 1000 + n * 10 + tries;
    if (n == 9) longjmp(*levels[to], to + 1);
    return level(levels, n + 1, to) + (n == to ? 100000 : 0);
}

static int retry(int until)
{
    volatile int n = 0;
    const int given = until * 3;
    double half = until / 2.0;
    setjmp(outer);
    if (++n < until) longjmp(outer, n);
    return n * 100 + given + (int)half;
}

static void jump(int value) { longjmp(outer, value); }
static void maybe(int value)
{
    if (value) longjmp(outer, value);
}

static void forms(void)
{
    volatile int n = 0;
    if (!setjmp(outer))
        jump(1);
    else
        n++;
    if (setjmp(outer) == 0) jump(2);
    if (setjmp(outer) > 2)
        n += 10;
    else
        jump(3);
    if (0 != setjmp(outer))
        n += 100;
    else
        jump(4);
    switch (setjmp(outer)) {
    case 0: jump(7);
    case 7: n += 1000; jump(8);
    case 8: n += 1000; break;
    default: n = -1;
    }
    volatile int rounds = 0;
    while (setjmp(outer) < 3) {
        rounds++;
        maybe(rounds);
        n = -1;
    }
    for (volatile int i = 0; setjmp(outer), i < 5;) {
        i++;
        jump(1);
    }
    do n += 100000;
    while (!setjmp(outer) && (jump(1), 1));
    printf("forms: %d %d\n", n, rounds);
}

// Two in one frame, taken in any order.
static void two(void)
{
    jmp_buf a, b;
    volatile int trail = 0;
    const int first = setjmp(a);
    trail = trail * 10 + 1;
    if (first == 3) {
        printf("two: %d\n", trail);
        return;
    }
    const int second = setjmp(b);
    trail = trail * 10 + 2;
    if (trail < 1000) longjmp(first ? b : a, second + 1);
    longjmp(trail < 100000 ? b : a, 3);
}

// Memory of the frame's own comes back each time; there is no room for all of it.
static long variable_length(int rounds)
{
    volatile int n = 0;
    volatile long total = 0;
    jmp_buf here;
    char start[16];
    memset(start, 1, sizeof start);
    setjmp(here);
    {
        const int size = 60000 + n % 100;
        char room[size], *more = alloca((size_t)size);
        memset(room, n, (size_t)size);
        memset(more, n + 1, (size_t)size);
        total += room[size / 2] + more[size - 1] + start[n % 16];
        if (++n < rounds) longjmp(here, 1);
    }
    return total;
}

struct interpreter {
    const char *name;
    jmp_buf *wrong;
    struct {
        int unused;
        jmp_buf buffer;
    } nested;
    int stack[16], top;
};

static void push(struct interpreter *x, int value)
{
    if (x->top == 16) longjmp(*x->wrong, 1);
    x->stack[x->top++] = value;
}
static int pop(struct interpreter *x)
{
    if (!x->top) longjmp(*x->wrong, 2);
    return x->stack[--x->top];
}
static void word(struct interpreter *x, char c)
{
    static const void *const label[] = {&&number, &&plus, &&times, &&unknown};
    goto *label[c >= '0' && c <= '9' ? 0 : c == '+' ? 1 : c == '*' ? 2 : 3];
number:
    push(x, c - '0');
    return;
plus:
    push(x, pop(x) + pop(x));
    return;
times:
    push(x, pop(x) * pop(x));
    return;
unknown:
    longjmp(*x->wrong, c);
}
static void interpret(const char *program)
{
    struct interpreter *x = calloc(1, sizeof *x);
    const char *volatile at = program;
    x->wrong = &x->nested.buffer;
    const int wrong = setjmp(x->nested.buffer);
    if (!wrong) {
        for (; *at; at++) word(x, *at);
        printf("%s = %d\n", program, pop(x));
    } else {
        printf("%s: %d at %d\n", program, wrong, (int)(at - program));
    }
    free(x);
}

// Computed goto and setjmp in one function.
static int labels(int from)
{
    static const void *const label[] = {&&zero, &&one, &&two, &&done};
    volatile int state = from, seen = 0;
    jmp_buf here;
    setjmp(here);
    goto *label[state];
zero:
    seen = seen * 10 + 1;
    state = 1;
    longjmp(here, 1);
one:
    seen = seen * 10 + 2;
    state = 2;
    goto *label[state];
two:
    seen = seen * 10 + 3;
    state = 3;
    longjmp(here, 1);
done:
    return seen;
}

static int *volatile sink;
// Not one of these changes after setjmp, however the compiler keeps them.
static void kept(int n)
{
    int table[8], *const inside = &table[n % 8];
    const double d = n * 1.25;
    const long l = (long)n << 33;
    const char *const text = "kept text" + n % 3;
    struct {
        int a;
        double b;
    } s = {n, d};
    for (int i = 0; i < 8; i++) table[i] = i * n;
    sink = table;
    for (int i = 0; i < 3; i++) {
        const int square = i * i + n;
        volatile int passed = 0;
        const int got = setjmp(outer);
        if (passed++ < 2) jump(square);
        printf("kept: %d %d %d %g %ld %s %d %g %d\n", i, square, got, d, l, text, s.a, s.b,
               *inside);
    }
}

// The value of a call that a jump leaves is not taken.
static int counted;
static __attribute__((noinline)) int counts(int most)
{
    if (counted == most) longjmp(outer, counted);
    return ++counted * 11;
}
static void assigned(void)
{
    int value, got = 0;
    do {
        value = counts(4);
        if (counted == 4 && (got = setjmp(outer))) break;
    } while (counted < 100);
    printf("assigned: %d %d\n", value, got);
}

int main(void)
{
    jmp_buf *levels[10];
    for (int to = 0; to < 10; to++) printf("level %d\n", level(levels, 0, to));
    for (int i = 1; i < 6; i++) printf("retry %d\n", retry(i));
    forms();
    two();
    printf("%ld\n", variable_length(2000));
    interpret("12+3*");
    interpret("12+3*+");
    interpret("1x");
    interpret("11111111111111111111");
    printf("labels %d %d\n", labels(0), labels(1));
    kept(5);
    kept(12);
    assigned();
    return 0;
}
