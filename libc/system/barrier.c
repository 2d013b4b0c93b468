// Barriers: rounds of as many threads as it was made for.
#include <errno.h>
#include <pthread.h>

#include "libc/system/thread.h"

int pthread_barrier_init(pthread_barrier_t *__restrict b,
                         const pthread_barrierattr_t *__restrict attr, unsigned count)
{
    (void)attr;
    if (!count || count > INT32_MAX) return EINVAL;
    *b = (pthread_barrier_t){.__count = count};
    return 0;
}

// Who comes last begins the next round; the release there pairs with the others' acquire, and carries what all of them
// stored before they came (their own acquire-release on __here).
int pthread_barrier_wait(pthread_barrier_t *b)
{
    __atomic_fetch_add(&b->__inside, 1, __ATOMIC_RELAXED);  // see destroy
    const uint32_t round = __atomic_load_n(&b->__round, __ATOMIC_RELAXED);
    const bool last = __atomic_add_fetch(&b->__here, 1, __ATOMIC_ACQ_REL) == b->__count;
    if (last) {
        __atomic_store_n(&b->__here, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&b->__round, round + 1, __ATOMIC_RELEASE);
    } else {
        for (uint32_t spins = 0; __atomic_load_n(&b->__round, __ATOMIC_ACQUIRE) == round;)
            hc_bridge_relax(++spins);
    }
    __atomic_fetch_sub(&b->__inside, 1, __ATOMIC_RELEASE);
    return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

// Threads of the last round may not have left yet; acquire pairs with their last release, as the memory may be reused.
int pthread_barrier_destroy(pthread_barrier_t *b)
{
    if (__atomic_load_n(&b->__here, __ATOMIC_RELAXED)) return EBUSY;
    for (uint32_t spins = 0; __atomic_load_n(&b->__inside, __ATOMIC_ACQUIRE);)
        hc_bridge_relax(++spins);
    return 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t *a)
{
    a->__shared = 0;
    return 0;
}
int pthread_barrierattr_destroy(pthread_barrierattr_t *a)
{
    (void)a;
    return 0;
}
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *__restrict a,
                                   int *__restrict shared)
{
    *shared = a->__shared;
    return 0;
}
int pthread_barrierattr_setpshared(pthread_barrierattr_t *a, int shared)
{
    if (shared & ~1) return EINVAL;
    a->__shared = shared;
    return 0;
}
