// C11's threads.
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

enum { THREADS = 16 };
static mtx_t lock, again;
static cnd_t changed;
static tss_t key;
static once_flag flag = ONCE_FLAG_INIT;
static int count, destroyed, initialised;
static thread_local int own = 3;

static void initialise(void) { initialised++; }
static void destroy(void *value)
{
    mtx_lock(&lock);
    destroyed += *(int *)value;
    mtx_unlock(&lock);
    free(value);
}

static int work(void *arg)
{
    int *value = malloc(sizeof *value);
    *value = 2;
    call_once(&flag, initialise);
    tss_set(key, value);
    own += *(int *)arg;
    mtx_lock(&again);
    mtx_lock(&again);
    for (int i = 0; i < 500; i++) {
        mtx_lock(&lock);
        count++;
        mtx_unlock(&lock);
    }
    mtx_unlock(&again);
    mtx_unlock(&again);
    mtx_lock(&lock);
    cnd_broadcast(&changed);
    mtx_unlock(&lock);
    if (tss_get(key) != value) return -1000;
    if (*(int *)arg % 2) thrd_exit(own);
    return own;
}

int main(void)
{
    thrd_t thread[THREADS];
    int number[THREADS], sum = 0, result;
    struct timespec when;
    mtx_init(&lock, mtx_timed);
    mtx_init(&again, mtx_plain | mtx_recursive);
    cnd_init(&changed);
    printf("%d\n", tss_create(&key, destroy) == thrd_success);
    for (int i = 0; i < THREADS; i++) {
        number[i] = i;
        if (thrd_create(&thread[i], work, &number[i]) != thrd_success) return 1;
    }
    mtx_lock(&lock);
    while (count < 500 * THREADS) cnd_wait(&changed, &lock);
    mtx_unlock(&lock);
    for (int i = 0; i < THREADS; i++) {
        if (thrd_join(thread[i], &result) != thrd_success) return 1;
        sum += result;
    }
    printf("%d %d %d %d %d\n", sum, count, destroyed, initialised, own);
    mtx_lock(&lock);
    printf("%d\n", mtx_trylock(&lock) == thrd_busy);
    timespec_get(&when, TIME_UTC);
    printf("%d\n", mtx_timedlock(&lock, &when) == thrd_timedout);
    printf("%d\n", cnd_timedwait(&changed, &lock, &when) == thrd_timedout);
    printf("%d\n", thrd_sleep(&(struct timespec){0, 1000000}, NULL));
    printf("%d\n", thrd_equal(thrd_current(), thrd_current()) != 0);
    mtx_unlock(&lock);
    mtx_destroy(&lock);
    cnd_destroy(&changed);
    tss_delete(key);
    return 0;
}
