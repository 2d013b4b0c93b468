// Newlib's locks: of its streams, its environment, its list of atexit.
//
// They exist in every program, and nothing but stores and compares is done as long as it has one thread; what they
// hold then is as it would be with several, so threads may begin while a lock is held.
#include <stdlib.h>
#include <sys/lock.h>

#include "libc/system/lock.h"

struct __lock {
    uint32_t word;    // 1: held
    uint32_t depth;   // times that its owner has it beside the first; the owner's
    uintptr_t owner;  // a word that stands for itself: only the owner finds its own number in it
};

#define LOCK(name)                      \
    extern struct __lock __lock_##name; \
    struct __lock __lock_##name;
LOCK(__sinit_recursive_mutex)
LOCK(__sfp_recursive_mutex)
LOCK(__atexit_recursive_mutex)
LOCK(__at_quick_exit_mutex)
LOCK(__malloc_recursive_mutex)
LOCK(__env_recursive_mutex)
LOCK(__tz_mutex)
LOCK(__dd_hash_mutex)
LOCK(__arc4random_mutex)

uint32_t hc_threads_begun;

uintptr_t hc_whoami(void)
{
    static _Thread_local char here;
    return (uintptr_t)&here;
}

// With no memory for a lock there is none: the stream it was for works as long as one thread uses it.
void __retarget_lock_init(_LOCK_T *lock) { *lock = calloc(1, sizeof **lock); }
void __retarget_lock_init_recursive(_LOCK_T *lock) { __retarget_lock_init(lock); }
void __retarget_lock_close(_LOCK_T lock) { free(lock); }
void __retarget_lock_close_recursive(_LOCK_T lock) { free(lock); }

static bool take(_LOCK_T lock, bool waits)
{
    if (!hc_threads_begun)
        lock->word = 1;
    else if (waits)
        hc_lock(&lock->word);
    else
        return hc_lock_try(&lock->word);
    return true;
}

static bool recursive_take(_LOCK_T lock, bool waits)
{
    if (!lock) return true;
    const uintptr_t me = hc_whoami();
    if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == me) {
        lock->depth++;
        return true;
    }
    if (!take(lock, waits)) return false;
    __atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
    return true;
}

void __retarget_lock_acquire(_LOCK_T lock)
{
    if (lock) take(lock, true);
}
void __retarget_lock_acquire_recursive(_LOCK_T lock) { recursive_take(lock, true); }
int __retarget_lock_try_acquire(_LOCK_T lock) { return !lock || take(lock, false); }
int __retarget_lock_try_acquire_recursive(_LOCK_T lock) { return recursive_take(lock, false); }

void __retarget_lock_release(_LOCK_T lock)
{
    if (lock) hc_unlock(&lock->word);
}
void __retarget_lock_release_recursive(_LOCK_T lock)
{
    if (!lock) return;
    if (lock->depth) {
        lock->depth--;
        return;
    }
    __atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
    hc_unlock(&lock->word);
}
