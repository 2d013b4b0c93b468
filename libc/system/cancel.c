// Cancellation, at the points that pthread.h names.
#include <errno.h>
#include <pthread.h>

#include "libc/system/thread.h"

static _Thread_local int state, type;

bool hc_cancel_wanted(void)
{
    return state == PTHREAD_CANCEL_ENABLE &&
           __atomic_load_n(&hc_thread_self()->cancel, __ATOMIC_RELAXED);
}

void hc_cancel_point(void)
{
    if (!hc_cancel_wanted()) return;
    state = PTHREAD_CANCEL_DISABLE;
    pthread_exit(PTHREAD_CANCELED);
}

void pthread_testcancel(void) { hc_cancel_point(); }

int pthread_cancel(pthread_t thread)
{
    __atomic_store_n(&((struct hc_thread *)thread)->cancel, 1, __ATOMIC_RELAXED);
    return 0;
}

static int set(int *what, int value, int *before)
{
    if (value & ~1) return EINVAL;
    if (before) *before = *what;
    *what = value;
    return 0;
}
int pthread_setcancelstate(int value, int *before) { return set(&state, value, before); }
int pthread_setcanceltype(int value, int *before) { return set(&type, value, before); }
