// Threads: which waves run what.
//
// A wave other than the first waits for work, does it, and waits again.  Work is a thread, for its lane 0, or a share
// of hc_parallel, for all its lanes.  Waves without work are in a list, the last one that had some in front.
#ifndef HC_THREAD_H
#define HC_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libc/system/lock.h"

enum {
    HC_STACK_BYTES = 256 << 10,      // of a thread whose creator does not say
    HC_LANE_STACK_BYTES = 64 << 10,  // of a lane in hc_parallel
};

// What its handle is the address of.  Freed by who joins it, or by itself if it is detached.
struct hc_thread {
    uint32_t state;     // HC_THREAD_*
    uint32_t cancel;    // 1: asked to end; a word that stands for itself
    bool static_, c11;  // not to be freed; which kind of function
    union {
        void *(*posix)(void *);
        int (*c11)(void *);
    } start;
    void *argument, *result;
    sigset_t blocked;    // its creator's
    void *stack_before;  // of the wave's thread before: too small, to be freed
};
enum { HC_THREAD_RUNS, HC_THREAD_DETACHED, HC_THREAD_ENDING, HC_THREAD_DONE };

struct hc_thread *hc_thread_self(void);
// ENOMEM or EAGAIN if there is no wave for it.  stack: bytes.
int hc_thread_start(const struct hc_thread *like, size_t stack, bool detached, pthread_t *out);
// Waits for its end up to a time (hc_deadline); ETIMEDOUT.
int hc_thread_join(struct hc_thread *t, int64_t until, void **result);
// What pthread_exit and a thread's own return have in common: its keys and its part of the heap; and where they part.
void hc_thread_leave(void);
void hc_threads_await_all(void);  // until this thread is the only one

// exit.c, if the program can end a thread from within: runs start(argument), to its end or to pthread_exit's.
void hc_thread_catch(struct hc_thread *t) __attribute__((weak));
void hc_thread_call(struct hc_thread *t);
// key.c, if there are keys: what a thread that ends has to do.
void hc_keys_end(void) __attribute__((weak));
// cancel.c, if anybody cancels: whether this thread is to end here; does not return then.
void hc_cancel_point(void) __attribute__((weak));
bool hc_cancel_wanted(void) __attribute__((weak));

// Times to wait until, in nanoseconds of hc_bridge_clock; HC_FOREVER: none.  EINVAL: no such time or clock.
#define HC_FOREVER INT64_MAX
int hc_deadline(clockid_t clock, const struct timespec *when, int64_t *until);
static inline bool hc_is_late(int64_t until)
{
    return until != HC_FOREVER && hc_bridge_clock() >= until;
}

// ------------------------------------------------------------------------------------- hc_parallel
struct wave;
struct hc_team {
    void (*run)(size_t i, void *arg);
    void *arg;
    size_t count, next;  // next: a ticket
    uint32_t left;       // waves that are at it ...
    struct wave *waves;  // ... and which
};
// All waves without work, `most` at the most, are put to the team's; how many.
uint32_t hc_team_gather(struct hc_team *team, uint32_t most);
void hc_team_end(struct hc_team *team);  // waits for them
// parallel.c: one lane's share.
void hc_team_work(struct hc_team *team) __attribute__((weak));

#endif
