// Condition variables: a queue of those who wait, woken in the order in which they came.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "libc/system/thread.h"

struct waiter {
    struct waiter *next;
    uint32_t woken;
};

static uint32_t *lock_of(pthread_cond_t *c) { return &c->__lock; }  // of __first, __last

static void join(pthread_cond_t *c, struct waiter *w)
{
    hc_lock(lock_of(c));
    if (c->__last)
        ((struct waiter *)c->__last)->next = w;
    else
        c->__first = w;
    c->__last = w;
    hc_unlock(lock_of(c));
}

// False: it was woken before it could leave.
static bool leave(pthread_cond_t *c, struct waiter *gone)
{
    hc_lock(lock_of(c));
    struct waiter *before = NULL, *w = c->__first;
    for (; w && w != gone; w = w->next) before = w;
    if (w) {
        if (before)
            before->next = w->next;
        else
            c->__first = w->next;
        if (c->__last == w) c->__last = before;
    }
    hc_unlock(lock_of(c));
    return w != NULL;
}

static int wait(pthread_cond_t *c, pthread_mutex_t *m, int64_t until)
{
    struct waiter w = {NULL, 0};
    int result = 0;
    if (hc_cancel_point) hc_cancel_point();
    join(c, &w);
    const int wrong = pthread_mutex_unlock(m);
    if (wrong) return leave(c, &w), wrong;
    // Acquire pairs with wake's release, after which nobody else looks at w.
    for (uint32_t spins = 0; !__atomic_load_n(&w.woken, __ATOMIC_ACQUIRE);) {
        const bool cancelled = hc_cancel_wanted && hc_cancel_wanted();
        if (cancelled || hc_is_late(until)) {
            if (leave(c, &w)) {
                result = cancelled ? 0 : ETIMEDOUT;
                break;
            }
            until = HC_FOREVER;  // the waker has it in hand
        }
        hc_bridge_relax(++spins);
    }
    pthread_mutex_lock(m);
    if (hc_cancel_point && result != ETIMEDOUT) hc_cancel_point();
    return result;
}

int pthread_cond_wait(pthread_cond_t *__restrict c, pthread_mutex_t *__restrict m)
{
    return wait(c, m, HC_FOREVER);
}

int pthread_cond_clockwait(pthread_cond_t *__restrict c, pthread_mutex_t *__restrict m,
                           clockid_t clock, const struct timespec *__restrict when)
{
    int64_t until;
    const int wrong = hc_deadline(clock, when, &until);
    return wrong ? wrong : wait(c, m, until);
}

int pthread_cond_timedwait(pthread_cond_t *__restrict c, pthread_mutex_t *__restrict m,
                           const struct timespec *__restrict when)
{
    return pthread_cond_clockwait(c, m, c->__clock ? c->__clock : CLOCK_REALTIME, when);
}

static void wake(struct waiter *w)
{
    while (w) {
        struct waiter *next = w->next;  // w is gone with the store
        __atomic_store_n(&w->woken, 1, __ATOMIC_RELEASE);
        w = next;
    }
}

static int signal_some(pthread_cond_t *c, bool all)
{
    hc_lock(lock_of(c));
    struct waiter *first = c->__first;
    if (first) {
        c->__first = all ? NULL : first->next;
        if (!all) first->next = NULL;
        if (!c->__first) c->__last = NULL;
    }
    hc_unlock(lock_of(c));
    wake(first);
    return 0;
}
int pthread_cond_signal(pthread_cond_t *c) { return signal_some(c, false); }
int pthread_cond_broadcast(pthread_cond_t *c) { return signal_some(c, true); }

int pthread_cond_init(pthread_cond_t *__restrict c, const pthread_condattr_t *__restrict attr)
{
    memset(c, 0, sizeof *c);
    if (attr) c->__clock = attr->__clock;
    return 0;
}
int pthread_cond_destroy(pthread_cond_t *c) { return c->__first ? EBUSY : 0; }

int pthread_condattr_init(pthread_condattr_t *a)
{
    a->__clock = CLOCK_REALTIME;
    a->__shared = 0;
    return 0;
}
int pthread_condattr_destroy(pthread_condattr_t *a)
{
    (void)a;
    return 0;
}
int pthread_condattr_getclock(const pthread_condattr_t *__restrict a, clockid_t *__restrict clock)
{
    *clock = (clockid_t)a->__clock;
    return 0;
}
int pthread_condattr_setclock(pthread_condattr_t *a, clockid_t clock)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    a->__clock = (int)clock;
    return 0;
}
int pthread_condattr_getpshared(const pthread_condattr_t *__restrict a, int *__restrict shared)
{
    *shared = a->__shared;
    return 0;
}
int pthread_condattr_setpshared(pthread_condattr_t *a, int shared)
{
    if (shared & ~1) return EINVAL;
    a->__shared = shared;
    return 0;
}
