// Types of <pthread.h>, which <sys/types.h> has, too.
//
// All of a zeroed object is as its initialiser makes it.  The fields are the system layer's own.
#ifndef _SYS__PTHREADTYPES_H_
#define _SYS__PTHREADTYPES_H_

#include <sys/sched.h>

typedef unsigned long pthread_t;
typedef unsigned int pthread_key_t;
typedef int pthread_spinlock_t;

typedef struct {
    __size_t __stack, __guard;  // bytes; stack 0: what threads get who did not ask
    void *__address;
    int __detached, __scope, __inherit, __policy;
    struct sched_param __param;
} pthread_attr_t;

typedef struct {
    unsigned int __word;   // 1: held
    unsigned int __kind;   // PTHREAD_MUTEX_*
    unsigned int __depth;  // recursive: times that its owner has it beside the first
    unsigned int __reserved;
    unsigned long __owner;  // who has it, where the kind asks for it
} pthread_mutex_t;
typedef struct {
    int __kind, __shared;
} pthread_mutexattr_t;

typedef struct {
    unsigned int __lock;
    int __clock;  // 0: CLOCK_REALTIME
    void *__first, *__last;
} pthread_cond_t;
typedef struct {
    int __clock, __shared;
} pthread_condattr_t;

typedef struct {
    unsigned int __word;  // readers; the highest bit: a writer
    unsigned int __reserved;
    unsigned long __owner;  // the writer
} pthread_rwlock_t;
typedef struct {
    int __shared;
} pthread_rwlockattr_t;

typedef struct {
    unsigned int __count, __here, __round, __inside;
} pthread_barrier_t;
typedef struct {
    int __shared;
} pthread_barrierattr_t;

typedef struct {
    unsigned int __state;
} pthread_once_t;

#endif
