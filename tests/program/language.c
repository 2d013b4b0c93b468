// The language: what C and its GNU dialect offer beside functions.
#include <complex.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <alloca.h>

static char order[16];
__attribute__((constructor(200))) static void second(void) { strcat(order, "2"); }
__attribute__((constructor(150))) static void first(void) { strcat(order, "1"); }
__attribute__((constructor)) static void third(void) { strcat(order, "3"); }
__attribute__((destructor(150))) static void gone_last(void) { puts("destructor 150"); }
__attribute__((destructor(200))) static void gone_first(void) { puts("destructor 200"); }
static void at_exit(void) { puts("atexit"); }

static _Thread_local int own = 5;
struct bits {
    unsigned a : 3, b : 7;
    int c : 5;
    unsigned long long d : 40;
};
struct flexible {
    size_t count;
    int items[];
};
struct point {
    int x, y;
    struct {
        int z;
    };
};
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int (*const table[])(int, int) = {[1] = sub, [0] = add};
#define MAX(a, b)                         \
    ({                                    \
        __typeof__(a) a_ = (a), b_ = (b); \
        a_ > b_ ? a_ : b_;                \
    })
#define KIND(x) _Generic((x), int : "int", double : "double", char * : "text", default : "other")

static int rows(int n, int m, int grid[n][m])
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) sum += (grid[i][j] = i * m + j);
    return sum + (int)(sizeof grid[0] / sizeof(int));
}

static int run(const unsigned char *code)
{
    static const void *const labels[] = {&&stop, &&push, &&plus, &&times};
    int stack[8], top = 0;
    goto *labels[*code];
push:
    stack[top++] = code[1];
    code += 2;
    goto *labels[*code];
plus:
    top--;
    stack[top - 1] += stack[top];
    goto *labels[*++code];
times:
    top--;
    stack[top - 1] *= stack[top];
    goto *labels[*++code];
stop:
    return stack[0];
}

int main(void)
{
    atexit(at_exit);
    printf("constructors %s\n", order);
    struct bits b = {7, 100, -16, (1ULL << 40) - 1};
    b.a++, b.b += 100, b.c--, b.d += 2;
    printf("bits %d %d %d %llu\n", b.a, b.b, b.c, (unsigned long long)b.d);
    struct flexible *f = malloc(sizeof *f + 5 * sizeof(int));
    for (f->count = 0; f->count < 5; f->count++) f->items[f->count] = (int)f->count * 3;
    printf("flexible %d\n", f->items[4]);
    free(f);
    const struct point p = {.y = 2, .z = 3}, *q = &(struct point){.x = 9};
    const int list[] = {[3] = 30, 40, [1] = 10, [6 ... 8] = 7};
    printf("initialisers %d %d %d %d, %zu: %d %d %d\n", p.x, p.y, p.z, q->x,
           sizeof list / sizeof *list, list[2], list[4], list[8]);
    printf("table %d %d\n", table[0](5, 3), table[1](5, 3));
    printf("computed goto %d\n", run((const unsigned char[]){1, 3, 1, 4, 2, 1, 6, 3, 0}));
    for (int n = 1; n < 50; n += 16) {
        int grid[n][n + 1];
        char *text = alloca((size_t)n + 1);
        memset(text, 'x', (size_t)n);
        text[n] = 0;
        printf("vla %d %zu %zu\n", rows(n, n + 1, grid), sizeof grid / sizeof(int), strlen(text));
    }
    own += 2;
    printf("thread's own %d, max %d, %s %s %s\n", own, MAX(3, 8), KIND(1), KIND(1.0),
           KIND("x" + 0));
    __int128 wide = (__int128)INT64_MAX * INT64_MAX;
    printf("int128 %llx %llx %lld\n", (unsigned long long)(wide >> 64), (unsigned long long)wide,
           (long long)(wide / 1000000007 % 1000003));
    unsigned __int128 u = ~(unsigned __int128)0 / 7;
    printf("%llx %g\n", (unsigned long long)(u >> 64), (double)u);
    double _Complex z = 3 + 4 * I, w = z * z / (1 - I);
    printf("complex %g %g %g\n", creal(w), cimag(w), creal(conj(z) * z));
    int over;
    printf("%d", __builtin_add_overflow(INT32_MAX, 1, &over));
    printf(" %d %d %d %d\n", __builtin_mul_overflow(1 << 20, 1 << 20, &over),
           __builtin_popcountll(0xff00ffULL), __builtin_clz(1), __builtin_ctzll(1ULL << 40));
    printf("%x %llx\n", __builtin_bswap32(0x12345678), (unsigned long long)__builtin_bswap64(1));
    alignas(64) char aligned[64];
    printf("aligned %d %zu %zu\n", (int)((uintptr_t)aligned % 64), offsetof(struct point, z),
           alignof(double));
    switch (list[3]) {
    case 1 ... 29: puts("low"); break;
    case 30: puts("thirty"); __attribute__((fallthrough));
    default: puts("and on");
    }
    printf("%s %d %d\n", __func__, -7 / 2, -7 % 3);
    volatile float single = 16777216.0f;
    volatile unsigned shift = 31;
    printf("%g %u %d %d\n", (double)(single + 1.0f), 1u << shift, (int)(unsigned char)300,
           (signed char)200);
    printf("%u %lld\n", (unsigned)3e9, (long long)-1e15);
    return 7;
}
