// What the pthread functions answer, and that what they guard is guarded.
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 24 };
static pthread_t thread[THREADS];

#define ALL for (int i = 0; i < THREADS; i++)

static void start_all(void *(*run)(void *), int count)
{
    for (int i = 0; i < count; i++)
        if (pthread_create(&thread[i], NULL, run, (void *)(intptr_t)i)) abort();
}
static long join_all(int count)
{
    long sum = 0;
    for (int i = 0; i < count; i++) {
        void *result;
        if (pthread_join(thread[i], &result)) abort();
        sum += (long)(intptr_t)result;
    }
    return sum;
}

static struct timespec in_ms(clockid_t clock, long ms)
{
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

// ------------------------------------------------------------------------------------------ mutexes
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_spinlock_t spin;
static long plain, spun;

static void *adds(void *arg)
{
    for (int i = 0; i < 2000; i++) {
        pthread_mutex_lock(&mutex);
        plain++;
        pthread_mutex_unlock(&mutex);
        pthread_spin_lock(&spin);
        spun++;
        pthread_spin_unlock(&spin);
    }
    return arg;
}

static void *tries(void *m)
{
    struct timespec soon = in_ms(CLOCK_REALTIME, 20);
    const int result = pthread_mutex_trylock(m), late = pthread_mutex_timedlock(m, &soon);
    return (void *)(intptr_t)(result == EBUSY && late == ETIMEDOUT &&
                              pthread_mutex_unlock(m) == EPERM);
}

static void mutexes(void)
{
    pthread_mutexattr_t attr;
    pthread_mutex_t m;
    int kind;
    pthread_spin_init(&spin, 0);
    start_all(adds, THREADS);
    printf("mutex: %ld,", join_all(THREADS));
    printf(" %ld %ld\n", plain, spun);
    pthread_mutexattr_init(&attr);
    for (int k = 0; k < 2; k++) {
        pthread_mutexattr_settype(&attr, k ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_ERRORCHECK);
        pthread_mutexattr_gettype(&attr, &kind);
        pthread_mutex_init(&m, &attr);
        printf("%d:", kind);
        printf(" %d", pthread_mutex_unlock(&m));
        printf(" %d", pthread_mutex_lock(&m));
        printf(" %s", strerror(pthread_mutex_lock(&m)) == strerror(EDEADLK) ? "EDEADLK" : "held");
        start_all(tries, 0);
        pthread_create(&thread[0], NULL, tries, &m);
        printf(" %ld", join_all(1));
        printf(" %d", pthread_mutex_unlock(&m));
        printf(" %d", pthread_mutex_unlock(&m));
        printf(" %d\n", pthread_mutex_unlock(&m));
        pthread_mutex_destroy(&m);
    }
    printf("%d %d\n", pthread_mutexattr_settype(&attr, 77) == EINVAL,
           pthread_mutexattr_destroy(&attr));
}

// --------------------------------------------------------------------------------- conditions, barriers
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int turn, sleeping;
static pthread_barrier_t barrier;

static void *takes_turns(void *arg)
{
    const int own = (int)(intptr_t)arg;
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&mutex);
        while (turn % THREADS != own) pthread_cond_wait(&cond, &mutex);
        turn++;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

static void *sleeps(void *arg)
{
    pthread_mutex_lock(&mutex);
    sleeping++;
    pthread_cond_wait(&cond, &mutex);
    sleeping--;
    pthread_mutex_unlock(&mutex);
    return arg;
}

static int sleepers(int wanted)
{
    for (;;) {
        pthread_mutex_lock(&mutex);
        const int now = sleeping;
        pthread_mutex_unlock(&mutex);
        if (now == wanted) return now;
        sched_yield();
    }
}

static void *meets(void *arg)
{
    static int here[8];
    long serial = 0;
    for (int i = 0; i < 8; i++) {
        __atomic_fetch_add(&here[i], 1, __ATOMIC_RELAXED);
        serial += pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
        if (here[i] != THREADS) abort();
    }
    (void)arg;
    return (void *)serial;
}

static void conditions(void)
{
    start_all(takes_turns, THREADS);
    join_all(THREADS);
    printf("turns: %d\n", turn);
    start_all(sleeps, 10);
    printf("sleep: %d", sleepers(10));
    pthread_cond_signal(&cond);
    printf(" %d", sleepers(9));
    pthread_cond_signal(&cond);
    pthread_cond_signal(&cond);
    printf(" %d", sleepers(7));
    pthread_cond_broadcast(&cond);
    printf(" %ld %d\n", join_all(10), sleepers(0));

    pthread_condattr_t attr;
    pthread_cond_t c;
    clockid_t clock;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_condattr_getclock(&attr, &clock);
    pthread_cond_init(&c, &attr);
    struct timespec when = in_ms(CLOCK_MONOTONIC, 30), now;
    pthread_mutex_lock(&mutex);
    printf("timed: %d", pthread_cond_timedwait(&c, &mutex, &when) == ETIMEDOUT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf(" %d",
           now.tv_sec > when.tv_sec || (now.tv_sec == when.tv_sec && now.tv_nsec >= when.tv_nsec));
    when = in_ms(CLOCK_REALTIME, -5);
    printf(" %d", pthread_cond_timedwait(&cond, &mutex, &when) == ETIMEDOUT);
    when.tv_nsec = 1000000000;
    printf(" %d %d\n", pthread_cond_timedwait(&cond, &mutex, &when) == EINVAL,
           clock == CLOCK_MONOTONIC);
    pthread_mutex_unlock(&mutex);
    pthread_cond_destroy(&c);

    printf("barrier: %d", pthread_barrier_init(&barrier, NULL, 0) == EINVAL);
    pthread_barrier_init(&barrier, NULL, THREADS);
    start_all(meets, THREADS);
    printf(" %ld", join_all(THREADS));
    printf(" %d\n", pthread_barrier_destroy(&barrier));
}

// ---------------------------------------------------------------------------------- locks of readers
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static long left_hand, right_hand;

static void *reads_or_writes(void *arg)
{
    long wrong = 0;
    for (int i = 0; i < 500; i++) {
        if ((intptr_t)arg % 4) {
            pthread_rwlock_rdlock(&rwlock);
            wrong += left_hand != right_hand;
        } else {
            pthread_rwlock_wrlock(&rwlock);
            left_hand++;
            right_hand++;
        }
        pthread_rwlock_unlock(&rwlock);
    }
    return (void *)wrong;
}

static void *rw_tries(void *arg)
{
    struct timespec soon = in_ms(CLOCK_REALTIME, 10);
    int got = pthread_rwlock_tryrdlock(&rwlock) == 0;
    if (got) pthread_rwlock_unlock(&rwlock);
    got = 10 * got + (pthread_rwlock_trywrlock(&rwlock) == EBUSY);
    got = 10 * got + (pthread_rwlock_timedwrlock(&rwlock, &soon) == ETIMEDOUT);
    return (void *)(intptr_t)(got + 0 * (intptr_t)arg);
}

static void readers(void)
{
    start_all(reads_or_writes, THREADS);
    printf("rwlock: %ld", join_all(THREADS));
    printf(" %ld", left_hand);
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_rdlock(&rwlock);
    start_all(rw_tries, 1);
    printf(" %ld", join_all(1));
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_wrlock(&rwlock);
    start_all(rw_tries, 1);
    printf(" %ld", join_all(1));
    printf(" %d %d\n", pthread_rwlock_wrlock(&rwlock) == EDEADLK,
           pthread_rwlock_rdlock(&rwlock) == EDEADLK);
    pthread_rwlock_unlock(&rwlock);
}

// -------------------------------------------------------------------------------- keys, once, own variables
static pthread_key_t key, second;
static int destroyed, again;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int onces;
static _Thread_local int own = 7;
static _Thread_local char own_name[16] = "own";

static void destroy(void *value)
{
    __atomic_fetch_add(&destroyed, (int)(intptr_t)value, __ATOMIC_RELAXED);
}
static void set_again(void *value)
{
    __atomic_fetch_add(&again, 1, __ATOMIC_RELAXED);
    pthread_setspecific(second, value);
}
static void do_once(void)
{
    sched_yield();
    onces++;
}
static void *uses_keys(void *arg)
{
    pthread_once(&once, do_once);
    if (onces != 1 || own != 7 || strcmp(own_name, "own")) abort();
    own += 1 + (int)(intptr_t)arg;
    own_name[0] = 'O';
    errno = 1000 + (int)(intptr_t)arg;
    if (pthread_getspecific(key)) abort();
    pthread_setspecific(key, (void *)((intptr_t)arg + 1));
    pthread_setspecific(second, (void *)1);
    sched_yield();
    if (pthread_getspecific(key) != (void *)((intptr_t)arg + 1)) abort();
    if (errno != 1000 + (int)(intptr_t)arg || own != 8 + (int)(intptr_t)arg) abort();
    return (void *)1;
}

static void keys(void)
{
    errno = 5;
    printf("keys: %d", pthread_key_create(&key, destroy));
    printf(" %d\n", pthread_key_create(&second, set_again));
    start_all(uses_keys, THREADS);
    printf("%ld", join_all(THREADS));
    printf(" %d %d, %d %d %s %d\n", destroyed, again, onces, own, own_name, errno);
    printf("%d", pthread_key_delete(key));
    printf(" %d\n", pthread_setspecific(key, &key) == EINVAL);
}

// --------------------------------------------------------------------------------- ends of threads
static char order[64];
static void note(void *text) { strcat(order, text); }

static _Noreturn void deep(int n)
{
    if (n) deep(n - 1);
    pthread_exit((void *)42L);
}
static void *leaves(void *arg)
{
    pthread_cleanup_push(note, "first ");
    pthread_cleanup_push(note, "second ");
    pthread_cleanup_push(note, "never ");
    pthread_cleanup_pop(0);
    deep(arg ? 5 : 6);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(1);
    return NULL;
}
static sem_t ready, never;
static void *waits(void *arg)
{
    pthread_cleanup_push(note, "cancelled");
    sem_post(&ready);
    sem_wait(&never);
    pthread_cleanup_pop(1);
    return arg;
}
static void *waits_for_condition(void *arg)
{
    static pthread_cond_t no = PTHREAD_COND_INITIALIZER;
    pthread_mutex_lock(&mutex);
    pthread_cleanup_push((void (*)(void *))pthread_mutex_unlock, &mutex);
    sem_post(&ready);
    pthread_cond_wait(&no, &mutex);
    pthread_cleanup_pop(0);
    return arg;
}
static void *computes(void *arg)
{
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    sem_post(&ready);
    usleep(20000);
    pthread_testcancel();
    pthread_setcancelstate(before, NULL);
    pthread_testcancel();
    return arg;
}
static void *returns(void *arg) { return arg; }
static void *detached(void *arg)
{
    sem_post(arg);
    return NULL;
}

static void ends(void)
{
    void *result;
    pthread_attr_t attr;
    start_all(leaves, 1);
    printf("exit: %ld", join_all(1));
    printf(" %s\n", order);
    order[0] = 0;
    sem_init(&ready, 0, 0);
    sem_init(&never, 0, 0);
    void *(*const run[])(void *) = {waits, waits_for_condition, computes};
    for (int i = 0; i < 3; i++) {
        start_all(run[i], 1);
        sem_wait(&ready);
        printf("cancel: %d", pthread_cancel(thread[0]));
        printf(" %d", pthread_join(thread[0], &result));
        printf(" %d\n", result == PTHREAD_CANCELED);
    }
    printf("%s %d\n", order, pthread_mutex_trylock(&mutex));
    pthread_mutex_unlock(&mutex);

    pthread_attr_init(&attr);
    printf("attr: %d", pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
    printf(" %d", pthread_attr_setstacksize(&attr, 1) == EINVAL);
    printf(" %d\n", pthread_attr_setstacksize(&attr, 1 << 20));
    for (int i = 0; i < 300; i++) {
        while (pthread_create(&thread[0], &attr, detached, &ready)) sched_yield();
        if (i % 2) sem_wait(&ready);
    }
    for (int i = 0; i < 150; i++) sem_wait(&ready);
    pthread_attr_destroy(&attr);
    start_all(returns, 2);
    printf("detach: %d", pthread_detach(thread[0]));
    printf(" %d", pthread_join(thread[1], NULL));
    printf(" %d %d\n", pthread_join(pthread_self(), NULL) == EDEADLK,
           pthread_equal(pthread_self(), pthread_self()) != 0);
}

static void semaphores(void)
{
    sem_t s;
    int value;
    struct timespec soon = in_ms(CLOCK_REALTIME, 10);
    printf("sem: %d", sem_init(&s, 0, 2));
    printf(" %d", sem_wait(&s));
    printf(" %d", sem_trywait(&s));
    printf(" %d", sem_trywait(&s));
    printf(" %d", errno == EAGAIN);
    printf(" %d", sem_timedwait(&s, &soon));
    printf(" %d", errno == ETIMEDOUT);
    sem_post(&s);
    sem_getvalue(&s, &value);
    printf(" %d %d\n", value, sem_destroy(&s));
}

static int handled;
static void handler(int number) { handled = number; }
static void *raises(void *arg)
{
    sigset_t set;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    const long inherited = sigismember(&set, SIGUSR2);
    pthread_kill(pthread_self(), SIGUSR1);
    return (void *)(inherited + 0 * (intptr_t)arg);
}
static void signals(void)
{
    sigset_t set;
    signal(SIGUSR1, handler);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    printf("signals: %d", pthread_sigmask(SIG_BLOCK, &set, NULL));
    start_all(raises, 1);
    printf(" %ld", join_all(1));
    printf(" %d %d\n", handled == SIGUSR1, pthread_kill(pthread_self(), 0));
}

static void *last(void *arg)
{
    usleep(30000);
    puts("the last thread");
    return arg;
}

int main(void)
{
    mutexes();
    conditions();
    readers();
    keys();
    ends();
    semaphores();
    signals();
    start_all(last, 1);
    pthread_exit(NULL);
}
