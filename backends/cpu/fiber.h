// Fibers: stacks that a thread changes between by itself, in a few nanoseconds.
#ifndef HC_CPU_FIBER_H
#define HC_CPU_FIBER_H

#include <stddef.h>

#if defined(__x86_64__) || defined(__aarch64__)

struct hc_fiber {
    void *sp;  // where the rest of a fiber that does not run is kept
};

#else  // ucontext is in every libc, and asks the kernel at each switch

#include <ucontext.h>
struct hc_fiber {
    ucontext_t context;
};

#endif

// Makes a fiber that will run entry on that stack.  entry must not return.
void hc_fiber_make(struct hc_fiber *fiber, void *stack, size_t size, void (*entry)(void));
// Leaves `from`, which is running, for `to`.
void hc_fiber_switch(struct hc_fiber *from, struct hc_fiber *to);

#endif
