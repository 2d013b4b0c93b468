// C11's threads over POSIX's.
#include <errno.h>
#include <threads.h>

#include "libc/system/thread.h"

static int result_of(int number)
{
    switch (number) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ENOMEM: return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    default: return thrd_error;
    }
}

int thrd_create(thrd_t *out, thrd_start_t start, void *argument)
{
    const struct hc_thread t = {.c11 = true, .start.c11 = start, .argument = argument};
    return result_of(hc_thread_start(&t, 0, false, out));
}
int thrd_join(thrd_t thread, int *result)
{
    void *value;
    const int wrong = pthread_join(thread, &value);
    if (!wrong && result) *result = (int)(intptr_t)value;
    return result_of(wrong);
}
int thrd_detach(thrd_t thread) { return result_of(pthread_detach(thread)); }
int thrd_equal(thrd_t a, thrd_t b) { return a == b; }
thrd_t thrd_current(void) { return pthread_self(); }
void thrd_yield(void) { sched_yield(); }
int thrd_sleep(const struct timespec *wanted, struct timespec *left)
{
    const int before = errno, wrong = nanosleep(wanted, left) ? -2 : 0;
    errno = before;
    return wrong;
}

int mtx_init(mtx_t *m, int kind)
{
    if (kind & ~(mtx_recursive | mtx_timed)) return thrd_error;
    const pthread_mutexattr_t attr = {.__kind = kind & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE
                                                                     : PTHREAD_MUTEX_NORMAL};
    return result_of(pthread_mutex_init(m, &attr));
}
void mtx_destroy(mtx_t *m) { pthread_mutex_destroy(m); }
int mtx_lock(mtx_t *m) { return result_of(pthread_mutex_lock(m)); }
int mtx_trylock(mtx_t *m) { return result_of(pthread_mutex_trylock(m)); }
int mtx_timedlock(mtx_t *__restrict m, const struct timespec *__restrict when)
{
    return result_of(pthread_mutex_timedlock(m, when));
}
int mtx_unlock(mtx_t *m) { return result_of(pthread_mutex_unlock(m)); }

int cnd_init(cnd_t *c) { return result_of(pthread_cond_init(c, NULL)); }
void cnd_destroy(cnd_t *c) { pthread_cond_destroy(c); }
int cnd_signal(cnd_t *c) { return result_of(pthread_cond_signal(c)); }
int cnd_broadcast(cnd_t *c) { return result_of(pthread_cond_broadcast(c)); }
int cnd_wait(cnd_t *c, mtx_t *m) { return result_of(pthread_cond_wait(c, m)); }
int cnd_timedwait(cnd_t *__restrict c, mtx_t *__restrict m, const struct timespec *__restrict when)
{
    return result_of(pthread_cond_timedwait(c, m, when));
}

int tss_create(tss_t *key, tss_dtor_t destructor)
{
    return result_of(pthread_key_create(key, destructor));
}
void tss_delete(tss_t key) { pthread_key_delete(key); }
void *tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void *value) { return result_of(pthread_setspecific(key, value)); }

void call_once(once_flag *flag, void (*function)(void)) { pthread_once(flag, function); }
