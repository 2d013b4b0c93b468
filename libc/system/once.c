// What is done once, by whoever comes first.
#include <pthread.h>

#include "libc/system/thread.h"

enum { NEW, RUNS, DONE };

int pthread_once(pthread_once_t *o, void (*function)(void))
{
    // Acquire pairs with the release behind the function: what it stored.
    uint32_t was = __atomic_load_n(&o->__state, __ATOMIC_ACQUIRE);
    if (was == DONE) return 0;
    was = NEW;
    if (__atomic_compare_exchange_n(&o->__state, &was, RUNS, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE)) {
        function();
        __atomic_store_n(&o->__state, DONE, __ATOMIC_RELEASE);
        return 0;
    }
    for (uint32_t spins = 0; __atomic_load_n(&o->__state, __ATOMIC_ACQUIRE) != DONE;)
        hc_bridge_relax(++spins);
    return 0;
}
