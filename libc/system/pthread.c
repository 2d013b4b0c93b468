// pthread_create and what else is done with a thread from outside.
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/system/names.h"
#include "libc/system/thread.h"

int pthread_create(pthread_t *__restrict out, const pthread_attr_t *__restrict attr,
                   void *(*start)(void *), void *__restrict argument)
{
    const struct hc_thread t = {.start.posix = start, .argument = argument};
    return hc_thread_start(&t, attr ? attr->__stack : 0, attr && attr->__detached, out);
}

pthread_t pthread_self(void) { return (pthread_t)hc_thread_self(); }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }

static int joined(struct hc_thread *t, void **result)
{
    if (result) *result = t->result;
    if (!t->static_) free(t);
    return 0;
}

// Acquire pairs with the release at a thread's end.
static uint32_t state_of(struct hc_thread *t)
{
    return __atomic_load_n(&t->state, __ATOMIC_ACQUIRE);
}

int hc_thread_join(struct hc_thread *t, int64_t until, void **result)
{
    if (t == hc_thread_self()) return EDEADLK;
    if (state_of(t) == HC_THREAD_DETACHED) return EINVAL;
    for (uint32_t spins = 0; state_of(t) != HC_THREAD_DONE;) {
        if (hc_cancel_point) hc_cancel_point();
        if (hc_is_late(until)) return ETIMEDOUT;
        hc_bridge_relax(++spins);
    }
    return joined(t, result);
}

int pthread_join(pthread_t thread, void **result)
{
    return hc_thread_join((struct hc_thread *)thread, HC_FOREVER, result);
}

int pthread_tryjoin_np(pthread_t thread, void **result)
{
    struct hc_thread *t = (struct hc_thread *)thread;
    return state_of(t) == HC_THREAD_DONE ? joined(t, result) : EBUSY;
}

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *when)
{
    int64_t until;
    const int wrong = hc_deadline(CLOCK_REALTIME, when, &until);
    return wrong ? wrong : hc_thread_join((struct hc_thread *)thread, until, result);
}

int pthread_detach(pthread_t thread)
{
    struct hc_thread *t = (struct hc_thread *)thread;
    uint32_t was = HC_THREAD_RUNS;
    if (__atomic_compare_exchange_n(&t->state, &was, HC_THREAD_DETACHED, false, __ATOMIC_RELEASE,
                                    __ATOMIC_ACQUIRE))
        return 0;
    if (was == HC_THREAD_DETACHED) return EINVAL;
    return hc_thread_join(t, HC_FOREVER, NULL);  // it is about to end: no more than a moment
}

// Signals reach the thread that raises them; to others nothing but a question can go.
int pthread_kill(pthread_t thread, int number)
{
    struct hc_thread *t = (struct hc_thread *)thread;
    if (number < 0 || number >= NSIG) return EINVAL;
    if (state_of(t) == HC_THREAD_DONE) return ESRCH;
    if (!number) return 0;
    if (t != hc_thread_self()) return ENOSYS;
    return raise(number) ? errno : 0;
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    const int kept = errno, wrong = sigprocmask(how, set, before) ? errno : 0;
    errno = kept;
    return wrong;
}

// There is no fork whose handlers they could be.
int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    (void)prepare, (void)parent, (void)child;
    return 0;
}

int pthread_getconcurrency(void) { return 0; }
int pthread_setconcurrency(int level) { return level < 0 ? EINVAL : 0; }

int pthread_getschedparam(pthread_t thread, int *__restrict policy,
                          struct sched_param *__restrict param)
{
    (void)thread;
    *policy = SCHED_OTHER;
    memset(param, 0, sizeof *param);
    return 0;
}
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param)
{
    (void)thread;
    return policy == SCHED_OTHER && !param->sched_priority ? 0 : EPERM;
}
