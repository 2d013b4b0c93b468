// hc_parallel: each index once, all of them done when it returns, also from threads and from itself.
#include <hostcall/parallel.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 20000, FEW = 3 };
static unsigned char seen[MANY];
static long sum;
static char *text[MANY];
static _Thread_local long own;

static void see(size_t i, void *arg)
{
    __atomic_fetch_add(&seen[i], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add((long *)arg, (long)i, __ATOMIC_RELAXED);
    own++;
}

static void writes(size_t i, void *arg)
{
    char line[64];
    snprintf(line, sizeof line, "%zu squared is %zu, %.3f", i, i * i, (double)i / 7);
    text[i] = strdup(line);
    (void)arg;
}

static void inner(size_t i, void *arg)
{
    __atomic_fetch_add((long *)arg, (long)i, __ATOMIC_RELAXED);
}
static void outer(size_t i, void *arg)
{
    long inside = 0;
    hc_parallel(i % 10, inner, &inside);
    __atomic_fetch_add((long *)arg, inside, __ATOMIC_RELAXED);
}

static void *from_thread(void *arg)
{
    long result = 0;
    for (int i = 0; i < 20; i++) hc_parallel(100, inner, &result);
    *(long *)arg = result;
    return arg;
}

int main(void)
{
    const size_t counts[] = {0, 1, 2, FEW, 127, 128, 129, MANY};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        long once = 0;
        sum = 0;
        memset(seen, 0, sizeof seen);
        const int result = hc_parallel(counts[c], see, &sum);
        for (size_t i = 0; i < MANY; i++) once += seen[i] == (i < counts[c]);
        printf("%d: %zu indices, sum %ld, right %ld\n", result, counts[c], sum, once);
    }
    hc_parallel(MANY, writes, NULL);
    unsigned long hash = 5381;
    for (size_t i = 0; i < MANY; i++) {
        for (const char *p = text[i]; *p; p++) hash = hash * 33 + (unsigned char)*p;
        free(text[i]);
    }
    printf("%s %lx\n", "texts", hash);
    sum = 0;
    hc_parallel(1000, outer, &sum);
    printf("nested: %ld\n", sum);
    pthread_t thread[5];
    long results[5] = {0};
    for (int i = 0; i < 5; i++) pthread_create(&thread[i], NULL, from_thread, &results[i]);
    for (int i = 0; i < 5; i++) pthread_join(thread[i], NULL);
    for (int i = 0; i < 5; i++) printf("%ld ", results[i]);
    for (int i = 0; i < 300; i++) hc_parallel(64, inner, &sum);
    printf("\nagain: %ld\n", sum);
    return 0;
}
