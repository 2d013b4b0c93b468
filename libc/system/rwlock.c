// Locks of many readers or one writer; readers go first, so that a thread may read while it reads.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "libc/system/thread.h"

#define WRITER (UINT32_C(1) << 31)

// Acquire pairs with the release in unlock: what the lock guards.
int pthread_rwlock_tryrdlock(pthread_rwlock_t *l)
{
    uint32_t now = __atomic_load_n(&l->__word, __ATOMIC_RELAXED);
    while (!(now & WRITER)) {
        if (now == WRITER - 1) return EAGAIN;
        if (__atomic_compare_exchange_n(&l->__word, &now, now + 1, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED))
            return 0;
    }
    return EBUSY;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *l)
{
    uint32_t none = 0;
    if (!__atomic_compare_exchange_n(&l->__word, &none, WRITER, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return EBUSY;
    __atomic_store_n(&l->__owner, hc_whoami(), __ATOMIC_RELAXED);  // stands for itself
    return 0;
}

static int wait(pthread_rwlock_t *l, int (*attempt)(pthread_rwlock_t *),
                const struct timespec *when)
{
    int64_t until = HC_FOREVER;
    int result = attempt(l);
    if (result != EBUSY) return result;
    if (__atomic_load_n(&l->__owner, __ATOMIC_RELAXED) == hc_whoami()) return EDEADLK;
    if (when && (result = hc_deadline(CLOCK_REALTIME, when, &until))) return result;
    for (uint32_t spins = 0; (result = attempt(l)) == EBUSY;) {
        if (hc_is_late(until)) return ETIMEDOUT;
        hc_bridge_relax(++spins);
    }
    return result;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *l) { return wait(l, pthread_rwlock_tryrdlock, NULL); }
int pthread_rwlock_wrlock(pthread_rwlock_t *l) { return wait(l, pthread_rwlock_trywrlock, NULL); }
int pthread_rwlock_timedrdlock(pthread_rwlock_t *__restrict l,
                               const struct timespec *__restrict when)
{
    return wait(l, pthread_rwlock_tryrdlock, when);
}
int pthread_rwlock_timedwrlock(pthread_rwlock_t *__restrict l,
                               const struct timespec *__restrict when)
{
    return wait(l, pthread_rwlock_trywrlock, when);
}

int pthread_rwlock_unlock(pthread_rwlock_t *l)
{
    if (__atomic_load_n(&l->__word, __ATOMIC_RELAXED) & WRITER) {
        __atomic_store_n(&l->__owner, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&l->__word, 0, __ATOMIC_RELEASE);
    } else {
        __atomic_fetch_sub(&l->__word, 1, __ATOMIC_RELEASE);
    }
    return 0;
}

int pthread_rwlock_init(pthread_rwlock_t *__restrict l, const pthread_rwlockattr_t *__restrict attr)
{
    (void)attr;
    memset(l, 0, sizeof *l);
    return 0;
}
int pthread_rwlock_destroy(pthread_rwlock_t *l)
{
    return __atomic_load_n(&l->__word, __ATOMIC_RELAXED) ? EBUSY : 0;
}
int pthread_rwlockattr_init(pthread_rwlockattr_t *a)
{
    a->__shared = 0;
    return 0;
}
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *a)
{
    (void)a;
    return 0;
}
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *__restrict a, int *__restrict shared)
{
    *shared = a->__shared;
    return 0;
}
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *a, int shared)
{
    if (shared & ~1) return EINVAL;
    a->__shared = shared;
    return 0;
}
