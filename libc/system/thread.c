// Which waves run what: those that wait for work, and who gives it to them.
#include "libc/system/thread.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reent.h>

#include "libc/system/names.h"

void __sinit(struct _reent *reent) __attribute__((weak));

enum work { NOTHING, THREAD, LANES };

struct wave {
    uint32_t work;  // what it is told to do next
    uint32_t
        current;  // what it does: lane 0's word to its lanes, which meet behind the store and before the next
    uint32_t below;     // the next one in the list of those without work; 0: none
    bool lanes_ready;   // blocks of lanes are filled
    struct wave *next;  // in a team
    struct hc_thread *thread;
    struct hc_team *team;
    char *block;  // lane 0's, as a thread
    char *stack;  // likewise, where stacks count
    size_t stack_size;
    char *lanes;  // a block and a stack for each lane, for hc_parallel
};

static struct wave *waves;  // NULL until the program first wants a thread
static uint32_t idle;       // number of the first wave without work; 0: none
static uint32_t idle_lock;  // idle, wave.below
static uint32_t running;    // threads that have not ended, beside the first
static bool has_stacks;     // hc_own.stack counts; set before waves

// ------------------------------------------------------------------------------------------ waves
// What a wave does before it has a stack must have no variables in memory.

// Acquire pairs with the release in waves_make (the waves), then with that of work_give (what the work is).
static void work_wait(uint32_t number)
{
    uint32_t spins = 0, work;
    struct wave *w;
    while (!(w = __atomic_load_n(&waves, __ATOMIC_ACQUIRE))) hc_bridge_relax(++spins);
    w += number;
    while (!(work = __atomic_load_n(&w->work, __ATOMIC_ACQUIRE))) hc_bridge_relax(++spins);
    w->current = work;
    // Nobody else stores to it until the wave is in the list again.
    __atomic_store_n(&w->work, NOTHING, __ATOMIC_RELAXED);
}

static void own_set(char *block, char *stack, size_t stack_size)
{
    struct hc_own *own = hc_bridge_own();
    own->block = (uint64_t)block;
    own->stack_end = (uint64_t)stack;
    own->stack = ((uint64_t)stack + stack_size) & ~UINT64_C(15);
}

static size_t lane_stack(void) { return has_stacks ? HC_LANE_STACK_BYTES : 0; }
static size_t lane_bytes(void) { return hc_block_size() + lane_stack(); }

static __attribute__((noinline)) void thread_run(struct wave *w);

static __attribute__((noinline)) void lane_run(struct wave *w, char *block)
{
    if (!w->lanes_ready) hc_block_fill(block);
    if (hc_team_work) hc_team_work(w->team);
}

static void lane_enter(struct wave *w)
{
    char *block = w->lanes + hc_bridge_lane() * lane_bytes();
    own_set(block, has_stacks ? block + hc_block_size() : NULL, lane_stack());
    lane_run(w, block);
}

__attribute__((noinline)) void hc_threads_serve(const struct hc_program *program)
{
    const uint32_t number = hc_bridge_thread();
    (void)program;
    if (!number) return;  // the first thread's other lanes: nobody would meet them
    for (;;) {
        if (!hc_bridge_lane()) work_wait(number);
        hc_bridge_meet();
        struct wave *w = &waves[number];
        const bool lanes = w->current == LANES;
        if (lanes) {
            lane_enter(w);
        } else if (!hc_bridge_lane()) {
            own_set(w->block, w->stack, w->stack_size);
            thread_run(w);
        }
        hc_bridge_meet();
        if (lanes && !hc_bridge_lane()) {
            w->lanes_ready = true;
            // Release pairs with the acquire in hc_team_end: what the lanes stored, and w itself.
            __atomic_fetch_sub(&w->team->left, 1, __ATOMIC_RELEASE);
        }
    }
}

// ------------------------------------------------------------------------- the list of waves without work

static bool waves_make(void)
{
    const size_t bytes = hc_threads_most * sizeof(struct wave);
    struct wave *made = hc_heap_more(bytes);
    if (!made) return false;
    memset(made, 0, bytes);
    for (uint32_t i = 1; i + 1 < hc_threads_most; i++) made[i].below = i + 1;
    idle = hc_threads_most > 1;
    has_stacks = hc_bridge_own()->stack_end != 0;
    // exit() closes streams if the first thread used them, and not if only others did.
    if (__sinit) __sinit(_GLOBAL_REENT);
    hc_threads_begun = 1;
    __atomic_store_n(&waves, made, __ATOMIC_RELEASE);
    return true;
}

static void idle_add(struct wave *w)
{
    hc_lock(&idle_lock);
    w->below = idle;
    idle = (uint32_t)(w - waves);
    hc_unlock(&idle_lock);
}

static struct wave *idle_take(void)
{
    struct wave *w = NULL;
    hc_lock(&idle_lock);
    if ((waves || waves_make()) && idle) {
        w = &waves[idle];
        idle = w->below;
    }
    hc_unlock(&idle_lock);
    return w;
}

static void work_give(struct wave *w, enum work work)
{
    __atomic_store_n(&w->work, work, __ATOMIC_RELEASE);  // pairs with work_wait's acquire
}

// ---------------------------------------------------------------------------------------- threads

static _Thread_local struct hc_thread *self;

struct hc_thread *hc_thread_self(void)
{
    static _Thread_local struct hc_thread here = {.static_ =
                                                      true};  // the first thread's, and lanes'
    if (!self) self = &here;
    return self;
}

void hc_thread_call(struct hc_thread *t)
{
    if (t->c11)
        t->result = (void *)(intptr_t)t->start.c11(t->argument);
    else
        t->result = t->start.posix(t->argument);
}

void hc_thread_leave(void)
{
    if (hc_keys_end) hc_keys_end();
}

static void reent_end(void)
{
    struct _reent *own = __getreent();
    own->__sdidinit = 0;  // streams are everybody's
    _reclaim_reent(own);
}

static void thread_run(struct wave *w)
{
    struct hc_thread *t = w->thread;
    hc_block_fill(w->block);
    self = t;
    free(t->stack_before);
    sigprocmask(SIG_SETMASK, &t->blocked, NULL);
    if (hc_thread_catch)
        hc_thread_catch(t);
    else
        hc_thread_call(t);
    hc_thread_leave();
    reent_end();
    uint32_t was = HC_THREAD_RUNS;
    // Nothing hangs on it but whether it is detached.
    if (!__atomic_compare_exchange_n(&t->state, &was, HC_THREAD_ENDING, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_ACQUIRE)) {
        free(t);
        t = NULL;
    }
    hc_heap_leave();
    // From here on the wave may be given work, which it looks for when this returns: so that who joins a thread finds
    // a wave for the next one.
    idle_add(w);
    // Release pairs with the acquire of who joins: all that the thread stored.  The handle is then theirs.
    if (t) __atomic_store_n(&t->state, HC_THREAD_DONE, __ATOMIC_RELEASE);
    __atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);  // likewise, for hc_threads_await_all
}

// A wave's memory is its own for good, a stack too small aside.
static bool wave_ready(struct wave *w, struct hc_thread *t, size_t stack)
{
    if (!w->block && !(w->block = hc_heap_more(hc_block_size()))) return false;
    if (!has_stacks || w->stack_size >= stack) return true;
    char *larger = malloc(stack);
    if (!larger) return false;
    t->stack_before = w->stack;  // its last thread may still stand on it
    w->stack = larger;
    w->stack_size = stack;
    return true;
}

int hc_thread_start(const struct hc_thread *like, size_t stack, bool detached, pthread_t *out)
{
    struct hc_thread *t = malloc(sizeof *t);
    if (!t) return EAGAIN;
    *t = *like;
    t->state = detached ? HC_THREAD_DETACHED : HC_THREAD_RUNS;
    sigprocmask(SIG_BLOCK, NULL, &t->blocked);
    struct wave *w = idle_take();
    if (!w || !wave_ready(w, t, stack ? stack : HC_STACK_BYTES)) {
        if (w) idle_add(w);
        free(t);
        return EAGAIN;
    }
    *out = (pthread_t)t;  // before it runs: it may be the one that looks
    w->thread = t;
    __atomic_fetch_add(&running, 1, __ATOMIC_RELAXED);  // a count; its end is what is waited for
    work_give(w, THREAD);
    return 0;
}

void hc_threads_await_all(void)
{
    for (uint32_t spins = 0; __atomic_load_n(&running, __ATOMIC_ACQUIRE);) hc_bridge_relax(++spins);
}

// ------------------------------------------------------------------------------------- hc_parallel

uint32_t hc_team_gather(struct hc_team *team, uint32_t most)
{
    uint32_t count = 0;
    struct wave *first = NULL, *w;
    while (count < most && (w = idle_take())) {
        if (!w->lanes && !(w->lanes = hc_heap_more(hc_bridge_width() * lane_bytes()))) {
            idle_add(w);
            break;
        }
        w->team = team;
        w->next = first;
        first = w;
        count++;
    }
    team->left = count;
    team->waves = first;
    for (w = first; w; w = w->next) work_give(w, LANES);
    return count;
}

void hc_team_end(struct hc_team *team)
{
    for (uint32_t spins = 0; __atomic_load_n(&team->left, __ATOMIC_ACQUIRE);)
        hc_bridge_relax(++spins);
    for (struct wave *w = team->waves, *next; w; w = next) {
        next = w->next;  // once it is in the list, another team's
        idle_add(w);
    }
}
