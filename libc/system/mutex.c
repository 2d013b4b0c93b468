// Mutexes and spin locks: a word that is 1 while somebody has it.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "libc/system/thread.h"

// Owners are words that stand for themselves: only the owner finds its own number in it.
static bool is_mine(const pthread_mutex_t *m)
{
    return __atomic_load_n(&m->__owner, __ATOMIC_RELAXED) == hc_whoami();
}
static void owner_set(pthread_mutex_t *m, unsigned long owner)
{
    __atomic_store_n(&m->__owner, owner, __ATOMIC_RELAXED);
}

// For those that know their owner: -1, go on, or what the lock answers.
static int again(pthread_mutex_t *m, int otherwise)
{
    if (!is_mine(m)) return -1;
    if (m->__kind != PTHREAD_MUTEX_RECURSIVE) return otherwise;
    if (m->__depth == UINT32_MAX) return EAGAIN;
    m->__depth++;
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
    if (m->__kind) {
        const int result = again(m, EBUSY);
        if (result >= 0) return result;
    }
    if (!hc_lock_try(&m->__word)) return EBUSY;
    if (m->__kind) owner_set(m, hc_whoami());
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
    if (m->__kind) {
        const int result = again(m, EDEADLK);
        if (result >= 0) return result;
    }
    hc_lock(&m->__word);
    if (m->__kind) owner_set(m, hc_whoami());
    return 0;
}

int pthread_mutex_clocklock(pthread_mutex_t *__restrict m, clockid_t clock,
                            const struct timespec *__restrict when)
{
    int64_t until;
    int result = pthread_mutex_trylock(m);
    if (result != EBUSY) return result;
    if (m->__kind && is_mine(m)) return EDEADLK;
    if ((result = hc_deadline(clock, when, &until))) return result;
    for (uint32_t spins = 0; (result = pthread_mutex_trylock(m)) == EBUSY;) {
        if (hc_is_late(until)) return ETIMEDOUT;
        hc_bridge_relax(++spins);
    }
    return result;
}

int pthread_mutex_timedlock(pthread_mutex_t *__restrict m, const struct timespec *__restrict when)
{
    return pthread_mutex_clocklock(m, CLOCK_REALTIME, when);
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
    if (m->__kind) {
        if (!is_mine(m)) return EPERM;
        if (m->__depth) {
            m->__depth--;
            return 0;
        }
        owner_set(m, 0);
    }
    hc_unlock(&m->__word);
    return 0;
}

int pthread_mutex_init(pthread_mutex_t *__restrict m, const pthread_mutexattr_t *__restrict attr)
{
    memset(m, 0, sizeof *m);
    if (attr) m->__kind = (unsigned)attr->__kind;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
    return __atomic_load_n(&m->__word, __ATOMIC_RELAXED) ? EBUSY : 0;
}

int pthread_mutexattr_init(pthread_mutexattr_t *a)
{
    memset(a, 0, sizeof *a);
    return 0;
}
int pthread_mutexattr_destroy(pthread_mutexattr_t *a)
{
    (void)a;
    return 0;
}
int pthread_mutexattr_gettype(const pthread_mutexattr_t *__restrict a, int *__restrict kind)
{
    *kind = a->__kind;
    return 0;
}
int pthread_mutexattr_settype(pthread_mutexattr_t *a, int kind)
{
    if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ERRORCHECK) return EINVAL;
    a->__kind = kind;
    return 0;
}
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *__restrict a, int *__restrict shared)
{
    *shared = a->__shared;
    return 0;
}
int pthread_mutexattr_setpshared(pthread_mutexattr_t *a, int shared)
{
    if (shared & ~1) return EINVAL;
    a->__shared = shared;
    return 0;
}
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *__restrict a, int *__restrict protocol)
{
    (void)a;
    *protocol = PTHREAD_PRIO_NONE;
    return 0;
}
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *a, int protocol)
{
    (void)a;
    return protocol == PTHREAD_PRIO_NONE ? 0 : ENOTSUP;
}
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *__restrict a, int *__restrict robust)
{
    (void)a;
    *robust = PTHREAD_MUTEX_STALLED;
    return 0;
}
int pthread_mutexattr_setrobust(pthread_mutexattr_t *a, int robust)
{
    (void)a;
    return robust == PTHREAD_MUTEX_STALLED ? 0 : ENOTSUP;
}

// -------------------------------------------------------------------------------------- spin locks

int pthread_spin_init(pthread_spinlock_t *s, int shared)
{
    (void)shared;
    *s = 0;
    return 0;
}
int pthread_spin_destroy(pthread_spinlock_t *s)
{
    (void)s;
    return 0;
}
int pthread_spin_lock(pthread_spinlock_t *s)
{
    hc_lock((uint32_t *)s);
    return 0;
}
int pthread_spin_trylock(pthread_spinlock_t *s) { return hc_lock_try((uint32_t *)s) ? 0 : EBUSY; }
int pthread_spin_unlock(pthread_spinlock_t *s)
{
    hc_unlock((uint32_t *)s);
    return 0;
}
