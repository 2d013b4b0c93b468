// The heap when threads come and go: nothing is lost, blocks go from one to another, and none is given out twice.
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 16, BLOCKS = 400, CYCLES = 10000 };

static void *allocates(void *arg)
{
    void *small = malloc(100), *large = malloc(20000);
    if (!small || !large) return NULL;
    memset(small, 1, 100);
    memset(large, 2, 20000);
    free(large);
    free(arg);
    return small;
}

static void *churns(void *arg)
{
    unsigned char *block[BLOCKS] = {0};
    size_t size[BLOCKS] = {0};
    uint32_t random = 12345 + (uint32_t)(intptr_t)arg;
    long wrong = 0;
    for (int i = 0; i < 20000; i++) {
        random = random * 1664525u + 1013904223u;
        const int k = (int)(random >> 8) % BLOCKS;
        for (size_t n = 0; n < size[k]; n++)
            wrong += block[k][n] != (unsigned char)(k + (intptr_t)arg);
        free(block[k]);
        size[k] = (random >> 20) % (i % 50 ? 300 : 60000);
        block[k] = malloc(size[k]);
        if (!block[k]) abort();
        memset(block[k], k + (int)(intptr_t)arg, size[k]);
    }
    for (int k = 0; k < BLOCKS; k++) free(block[k]);
    return (void *)wrong;
}

static void *volatile slot;
static void *frees(void *arg)
{
    for (int i = 0; i < 100000; i++) {
        void *p;
        while (!(p = __atomic_exchange_n(&slot, NULL, __ATOMIC_ACQUIRE))) sched_yield();
        free(p);
    }
    return arg;
}

int main(void)
{
    pthread_t thread[THREADS];
    void *block = malloc(100), *result;
    long wrong = 0;
    for (int i = 0; i < CYCLES; i++) {  // 20 kB each: 200 MB if a thread's end lost them
        if (pthread_create(&thread[0], NULL, allocates, block)) return 1;
        pthread_join(thread[0], &block);
        if (!block) return 2;
    }
    free(block);
    puts("came and went");
    for (intptr_t i = 0; i < THREADS; i++) pthread_create(&thread[i], NULL, churns, (void *)i);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], &result);
        wrong += (long)(intptr_t)result;
    }
    printf("%ld wrong\n", wrong);
    pthread_create(&thread[0], NULL, frees, NULL);
    for (int i = 0; i < 100000; i++) {  // 100 MB if they stayed with who frees them
        void *p = malloc(1000);
        if (!p) return 3;
        while (slot) sched_yield();
        __atomic_store_n(&slot, p, __ATOMIC_RELEASE);
    }
    pthread_join(thread[0], NULL);
    puts("handed over");
    return 0;
}
