// Waiting for words in memory, which all of threads is made of.
//
// Who waits polls: a device has nothing to sleep in.  A bare lock (hc_lock) is for what takes a few instructions; it
// is nobody's, so not recursive.  Locks are not handed on in order: with more threads than processors to run them, a
// lock that waits for the next in line waits for that one to be run.
#ifndef HC_LOCK_H
#define HC_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "libc/bridge.h"

// Acquire pairs with hc_unlock's release: what the lock guards.
static inline bool hc_lock_try(uint32_t *word)
{
    return !__atomic_load_n(word, __ATOMIC_RELAXED) &&
           !__atomic_exchange_n(word, 1, __ATOMIC_ACQUIRE);
}
static inline void hc_lock(uint32_t *word)
{
    for (uint32_t spins = 0; !hc_lock_try(word);) hc_bridge_relax(++spins);
}
static inline void hc_unlock(uint32_t *word) { __atomic_store_n(word, 0, __ATOMIC_RELEASE); }

// Set for good before a second thread or lane runs anything of the program; so whoever reads 0 is alone.  lock.c
extern uint32_t hc_threads_begun;
// Who runs: a number of its own for each thread and lane, never 0.
uintptr_t hc_whoami(void);

#endif
