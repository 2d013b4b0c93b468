// The lanes of a device, for a program that would otherwise use the first of each wave alone.
#ifndef HOSTCALL_PARALLEL_H
#define HOSTCALL_PARALLEL_H

#include <stddef.h>

#ifdef __HOSTCALL__

#ifdef __cplusplus
extern "C" {
#endif

// Calls fn(i, arg) for each i from 0 to n - 1, in any order and at the same time, on all lanes of all waves that run
// no thread, and on the caller; returns behind the last.  0, or EINVAL: no function.
//
// What stood in memory before, fn sees; what fn stored, the caller sees behind it.  fn may call all of the C library.
// thread_local variables are a lane's own, and stay from one call to the next.  Called by fn itself, it runs on that
// lane alone.  A lane has 64 KiB of stack.  Locks held over a call into the library are for devices whose lanes run on
// their own (cuda, cpu): where they do not, lanes of one wave that wait for each other wait for ever.
int hc_parallel(size_t n, void (*fn)(size_t i, void *arg), void *arg);

#ifdef __cplusplus
}
#endif

#else  // on a processor, the same one after the other

static inline int hc_parallel(size_t n, void (*fn)(size_t i, void *arg), void *arg)
{
    for (size_t i = 0; i < n; i++) fn(i, arg);
    return 0;
}

#endif

#endif
