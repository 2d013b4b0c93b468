// Semaphores: a count in memory.
#include <errno.h>
#include <semaphore.h>

#include "libc/system/thread.h"

static int fail(int number)
{
    errno = number;
    return -1;
}

// Acquire pairs with sem_post's release: what was done before it.
static bool take(sem_t *s)
{
    uint32_t now = __atomic_load_n(&s->__value, __ATOMIC_RELAXED);
    while (now)
        if (__atomic_compare_exchange_n(&s->__value, &now, now - 1, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return true;
    return false;
}

static int wait(sem_t *s, int64_t until)
{
    for (uint32_t spins = 0; !take(s);) {
        if (hc_cancel_point) hc_cancel_point();
        if (hc_is_late(until)) return fail(ETIMEDOUT);
        hc_bridge_relax(++spins);
    }
    return 0;
}

int sem_wait(sem_t *s)
{
    if (hc_cancel_point) hc_cancel_point();
    return wait(s, HC_FOREVER);
}
int sem_trywait(sem_t *s) { return take(s) ? 0 : fail(EAGAIN); }

int sem_clockwait(sem_t *__restrict s, clockid_t clock, const struct timespec *__restrict when)
{
    int64_t until;
    if (take(s)) return 0;
    const int wrong = hc_deadline(clock, when, &until);
    return wrong ? fail(wrong) : wait(s, until);
}
int sem_timedwait(sem_t *__restrict s, const struct timespec *__restrict when)
{
    return sem_clockwait(s, CLOCK_REALTIME, when);
}

int sem_post(sem_t *s)
{
    uint32_t now = __atomic_load_n(&s->__value, __ATOMIC_RELAXED);
    do {
        if (now >= SEM_VALUE_MAX) return fail(EOVERFLOW);
    } while (!__atomic_compare_exchange_n(&s->__value, &now, now + 1, false, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
    return 0;
}

int sem_init(sem_t *s, int shared, unsigned value)
{
    (void)shared;
    if (value > SEM_VALUE_MAX) return fail(EINVAL);
    s->__value = value;
    return 0;
}
int sem_destroy(sem_t *s)
{
    (void)s;
    return 0;
}
int sem_getvalue(sem_t *__restrict s, int *__restrict value)
{
    *value = (int)__atomic_load_n(&s->__value, __ATOMIC_RELAXED);
    return 0;
}
