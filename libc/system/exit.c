// pthread_exit: from anywhere in a thread to its beginning.
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

#include "libc/system/thread.h"

static _Thread_local jmp_buf *beginning;
static _Thread_local struct __pthread_cleanup *cleanups;

void __pthread_cleanup_push(struct __pthread_cleanup *c)
{
    c->__next = cleanups;
    cleanups = c;
}

void __pthread_cleanup_pop(struct __pthread_cleanup *c, int execute)
{
    cleanups = c->__next;
    if (execute) c->__function(c->__argument);
}

void hc_thread_catch(struct hc_thread *t)
{
    jmp_buf here;
    beginning = &here;
    if (!setjmp(here)) hc_thread_call(t);
    beginning = NULL;
}

// The first thread's end leaves the program to the others.
static _Noreturn void first_exit(struct hc_thread *t)
{
    hc_thread_leave();
    __atomic_store_n(&t->state, HC_THREAD_DONE, __ATOMIC_RELEASE);  // pairs with who joins it
    hc_threads_await_all();
    exit(0);
}

void pthread_exit(void *result)
{
    struct hc_thread *t = hc_thread_self();
    t->result = result;
    while (cleanups) __pthread_cleanup_pop(cleanups, 1);
    if (beginning) longjmp(*beginning, 1);
    if (hc_bridge_thread() || hc_bridge_lane()) abort();  // a lane of hc_parallel is no thread
    first_exit(t);
}
