// Functions that call themselves: what ir_machine() must not change.
#include "machine_program.h"

// Arguments and a result; a call whose result is an argument of another.
NOINLINE static int ackermann(int m, int n)
{
    if (m == 0) return n + 1;
    if (n == 0) return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

// Two functions; results kept across calls, in a chain of additions.
static int64_t odd_paths(int n, int64_t weight);
NOINLINE static int64_t even_paths(int n, int64_t weight)
{
    if (n <= 0) return weight;
    const int64_t a = odd_paths(n - 1, weight * 3 + n);
    const int64_t b = odd_paths(n - 2, weight ^ 0x55);
    return a - b + even_paths(n - 3, a & 15);
}
NOINLINE static int64_t odd_paths(int n, int64_t weight)
{
    if (n <= 0) return -weight;
    return even_paths(n - 1, weight + n) * 2 + even_paths(n - 2, weight - n);
}

// Pointers to locals of callers, at every depth.
struct path {
    const struct path *up;
    int step;
    uint8_t mark;
};
NOINLINE static int64_t walk(const struct path *up, int depth)
{
    struct path here = {up, depth * 7, (uint8_t)(depth ^ 3)};
    int64_t sum = 0;
    if (depth == 0) {
        for (const struct path *p = &here; p; p = p->up) sum = sum * 5 + p->step + p->mark;
        return sum;
    }
    for (int i = 0; i < 3; i++) {
        here.step += i;
        sum += walk(&here, depth - 1) ^ here.step;
        if (sum % 7 == 3) continue;
        here.mark++;
    }
    return sum + here.mark;
}

// Structs by value and as results, smaller and larger than registers.
struct pair {
    int a;
    int64_t b;
};
struct large {
    int64_t word[9];
    char tail;
};
NOINLINE static struct pair split(struct pair p)
{
    if (p.a <= 1) return (struct pair){p.a + 1, p.b ^ 9};
    struct pair left = split((struct pair){p.a / 2, p.b + 1});
    struct pair right = split((struct pair){p.a - p.a / 2 - 1, left.b});
    p.a += 1000;  // a copy
    return (struct pair){left.a + right.a, left.b * 3 + right.b + p.a};
}
NOINLINE static struct large grow(struct large l, int n)
{
    struct large before = l;
    for (int i = 0; i < 9; i++) l.word[i] = l.word[i] * 3 + n + i;
    l.tail++;
    if (n == 0) return l;
    struct large a = grow(l, n - 1), b = grow(before, n / 2);
    for (int i = 0; i < 9; i++) a.word[i] ^= b.word[8 - i] + l.word[i];
    a.tail = (char)(a.tail + b.tail + before.tail);
    return a;
}

// Narrow values live across calls.
NOINLINE static bool search(uint64_t board, uint8_t row, uint16_t *tries, bool parity)
{
    const bool here = (board >> (row * 5) & 1) != parity;
    const uint8_t next = (uint8_t)(row + 1);
    (*tries)++;
    if (row == 9) return here;
    const bool deep = search(board ^ (board >> 3), next, tries, here);
    if (deep && !here) return search(board * 3, next, tries, parity);
    return deep != here;
}

// Quicksort on an array and on the stack of the caller.
NOINLINE static void sort(int *a, int n)
{
    while (n > 1) {
        const int pivot = a[n / 2];
        int i = 0, k = n - 1;
        while (i <= k) {
            while (a[i] < pivot) i++;
            while (a[k] > pivot) k--;
            if (i <= k) {
                const int t = a[i];
                a[i++] = a[k];
                a[k--] = t;
            }
        }
        if (k + 1 < n - i) {
            sort(a, k + 1);
            a += i;
            n -= i;
        } else {
            sort(a + i, n - i);
            n = k + 1;
        }
    }
}

// Binary trees: built, measured, mirrored.
struct tree {
    struct tree *left, *right;
    int key;
};
static struct tree nodes[128];
static int nodes_used;
NOINLINE static struct tree *insert(struct tree *t, int key)
{
    if (!t) {
        t = &nodes[nodes_used++];
        *t = (struct tree){.key = key};
    } else if (key < t->key) {
        t->left = insert(t->left, key);
    } else {
        t->right = insert(t->right, key);
    }
    return t;
}
NOINLINE static int height(const struct tree *t)
{
    if (!t) return 0;
    const int left = height(t->left), right = height(t->right);
    return 1 + (left > right ? left : right);
}
NOINLINE static int64_t in_order(const struct tree *t, int64_t *at)
{
    return t ? in_order(t->left, at) + (*at = *at * 31 + t->key) % 1000 + in_order(t->right, at)
             : 1;
}

// A local array, and calls inside a loop that has values of its own.
NOINLINE static int queens(int n, int row, int *column)
{
    int found = 0;
    if (row == n) {
        int sum = 0;
        for (int i = 0; i < n; i++) sum = sum * n + column[i];
        return sum & 0xff;
    }
    for (int c = 0, skipped = 1; c < n; c++) {
        bool free = true;
        for (int r = 0; r < row && free; r++)
            free = column[r] != c && column[r] + row - r != c && column[r] - row + r != c;
        if (!free) {
            skipped++;
            continue;
        }
        int copy[8];
        for (int i = 0; i < row; i++) copy[i] = column[i];
        copy[row] = c;
        found += queens(n, row + 1, copy) * skipped;
    }
    return found;
}

// Floating point and 128 bits across calls.
NOINLINE static double integrate(double from, double to, int depth)
{
    const double middle = (from + to) / 2, whole = (to - from) * (middle * middle - middle);
    if (depth == 0) return whole;
    const double parts = integrate(from, middle, depth - 1) + integrate(middle, to, depth - 1);
    return (parts * 4 - whole) / 3;
}
NOINLINE static unsigned __int128 product(unsigned __int128 x, int n)
{
    if (n < 2) return x + 1;
    const unsigned __int128 a = product(x * 3 + 1, n / 2), b = product(x ^ 77, n - n / 2);
    return a * b + x;
}

// Gotos into and out of loops around the calls.
NOINLINE static int tangle(int x, int depth)
{
    int y = depth, i = 0;
    if (depth == 0) return x & 31;
    if (x & 1) goto inside;
again:
    for (; i < 4; i++) {
        y += tangle(x + i, depth - 1);
    inside:
        if ((y ^ x) % 5 == 0) goto out;
        if (y % 3 == 0) {
            x++;
            i += 2;
            goto again;
        }
    }
    y -= tangle(y & 63, depth - 1);
out:
    return y * 3 + x + i;
}

// The result is not used; the callee's effect is.
static int64_t trace;
NOINLINE static int visit(int n)
{
    trace = trace * 7 + n;
    if (n > 1) {
        visit(n / 2);
        visit(n / 3);
        trace ^= n;
    }
    return n;
}

void kernel(void)
{
    out(ackermann(2, 6));
    out(even_paths(9, 5));
    out(walk(NULL, 5));
    const struct pair p = split((struct pair){19, 4});
    out(p.a);
    out(p.b);
    const struct large l = grow((struct large){{1, 2, 3, 4, 5, 6, 7, 8, 9}, 3}, 6);
    for (int i = 0; i < 9; i++) out(l.word[i]);
    out(l.tail);
    uint16_t tries = 0;
    out(search(0x123456789abcdef, 0, &tries, false));
    out(tries);
    int values[60];
    for (int i = 0; i < 60; i++) values[i] = i * i * 37 % 101;
    sort(values, 60);
    for (int i = 0; i < 60; i += 7) out(values[i]);
    struct tree *t = NULL;
    for (int i = 0; i < 100; i++) t = insert(t, i * 73 % 127);
    out(height(t));
    int64_t at = 1;
    out(in_order(t, &at));
    out(at);
    int column[8] = {0};
    out(queens(6, 0, column));
    out((int64_t)(integrate(0, 3, 6) * 1e9));
    const unsigned __int128 big = product(12345, 21);
    out((int64_t)(big >> 64));
    out((int64_t)big);
    out(tangle(5, 5));
    visit(100);
    out(trace);
}
