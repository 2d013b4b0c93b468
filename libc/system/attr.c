// Attributes of threads: kept; the stack's size and detached count.
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "libc/system/thread.h"

int pthread_attr_init(pthread_attr_t *a)
{
    memset(a, 0, sizeof *a);
    a->__stack = HC_STACK_BYTES;
    a->__guard = 4096;
    return 0;
}
int pthread_attr_destroy(pthread_attr_t *a)
{
    (void)a;
    return 0;
}

// GET and SET of a field; sets refuse what `wrong`, a condition on `value`, names.
#define ATTR(name, type, field, wrong)                                                  \
    int pthread_attr_get##name(const pthread_attr_t *__restrict a, type *__restrict to) \
    {                                                                                   \
        *to = a->field;                                                                 \
        return 0;                                                                       \
    }                                                                                   \
    int pthread_attr_set##name(pthread_attr_t *a, type value)                           \
    {                                                                                   \
        if (wrong) return EINVAL;                                                       \
        a->field = value;                                                               \
        return 0;                                                                       \
    }

ATTR(detachstate, int, __detached, value & ~1)
ATTR(scope, int, __scope, value & ~1)
ATTR(inheritsched, int, __inherit, value & ~1)
ATTR(schedpolicy, int, __policy, value<SCHED_OTHER || value> SCHED_RR)
ATTR(stacksize, size_t, __stack, value < PTHREAD_STACK_MIN)
ATTR(guardsize, size_t, __guard, false)

int pthread_attr_getschedparam(const pthread_attr_t *__restrict a,
                               struct sched_param *__restrict to)
{
    *to = a->__param;
    return 0;
}
int pthread_attr_setschedparam(pthread_attr_t *__restrict a,
                               const struct sched_param *__restrict from)
{
    a->__param = *from;
    return 0;
}

// The size counts; the memory stays the caller's.
int pthread_attr_setstack(pthread_attr_t *a, void *address, size_t size)
{
    if (size < PTHREAD_STACK_MIN || (uintptr_t)address % 16) return EINVAL;
    a->__address = address;
    a->__stack = size;
    return 0;
}
int pthread_attr_getstack(const pthread_attr_t *__restrict a, void **__restrict address,
                          size_t *__restrict size)
{
    *address = a->__address;
    *size = a->__stack;
    return 0;
}
