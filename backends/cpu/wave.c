// Runs the lanes of a wave as fibers of one thread: each until it meets others, waits or ends.
#include "backends/cpu/wave.h"

#include "backends/cpu/fiber.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN 1
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN 1
#endif
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifdef WITH_TSAN
#include <sanitizer/tsan_interface.h>
#endif
#ifdef WITH_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

enum {
    GUARD_BYTES = 4096,
    SPINS_BEFORE_YIELD = 200,
    SPINS_BEFORE_SLEEP = 1024,
    SPINS_A_SLEEP =
        64,  // between two sleeps the waiter looks that often, and once for the launch's end
};

enum lane_state {
    LANE_ABSENT,
    LANE_READY,
    LANE_HERE,  // at a meeting place
    LANE_ALL,   // at the meeting place of all lanes
    LANE_SYNC,  // waits for the lanes of its mask to do the same
    LANE_WAIT,  // for a slot or an answer: looks again each round
    LANE_DONE,
};

struct lane {
    struct hc_cpu_lane id;
    enum lane_state state;
    const void *site;     // the meeting place
    uint64_t mask;        // whom it met there
    uint64_t sync;        // whom it syncs with
    uint32_t value;       // what it brings to the sync ...
    uint32_t lead, most;  // ... and takes from it: the first lane's value, the largest
    struct hc_fiber fiber;
    char *stack;
    void *tsan;        // ThreadSanitizer's
    void *fake_stack;  // AddressSanitizer's
};

struct hc_wave_room {
    uint32_t width;
    uint32_t random;     // 0: no diverging
    size_t stack_bytes;  // of a lane
    const struct hc_wave_launch *launch;
    struct hc_fiber scheduler;
    void *scheduler_tsan, *scheduler_fake;
    const void *scheduler_stack;
    size_t scheduler_stack_size;
    struct hc_keep keep;  // what the wave before left behind, until it is this wave's
    struct lane lanes[HC_LANES_MAX];
};

static _Thread_local struct hc_wave_room *this_room;
static _Thread_local struct lane *this_lane;

// ---------------------------------------------------------------------------------------- fibers

static void fiber_resume(struct hc_wave_room *room, struct lane *lane)
{
    this_lane = lane;
#ifdef WITH_TSAN
    __tsan_switch_to_fiber(lane->tsan, 0);
#endif
#ifdef WITH_ASAN
    __sanitizer_start_switch_fiber(&room->scheduler_fake, lane->stack + GUARD_BYTES,
                                   room->stack_bytes);
#endif
    hc_fiber_switch(&room->scheduler, &lane->fiber);
#ifdef WITH_ASAN
    __sanitizer_finish_switch_fiber(room->scheduler_fake, NULL, NULL);
#endif
}

static void fiber_leave(enum lane_state state)
{
    struct hc_wave_room *room = this_room;
    struct lane *lane = this_lane;
    lane->state = state;
#ifdef WITH_TSAN
    __tsan_switch_to_fiber(room->scheduler_tsan, 0);
#endif
#ifdef WITH_ASAN
    __sanitizer_start_switch_fiber(state == LANE_DONE ? NULL : &lane->fake_stack,
                                   room->scheduler_stack, room->scheduler_stack_size);
#endif
    hc_fiber_switch(&lane->fiber, &room->scheduler);
#ifdef WITH_ASAN
    __sanitizer_finish_switch_fiber(lane->fake_stack, NULL, NULL);
#endif
}

static void fiber_main(void)
{
    struct hc_wave_room *room = this_room;
#ifdef WITH_ASAN
    __sanitizer_finish_switch_fiber(NULL, &room->scheduler_stack, &room->scheduler_stack_size);
#endif
    room->launch->kernel->run(room->launch->args);
    hc_lane_end();
}

static void fiber_start(struct lane *lane)
{
    hc_fiber_make(&lane->fiber, lane->stack + GUARD_BYTES, this_room->stack_bytes, fiber_main);
#ifdef WITH_TSAN
    lane->tsan = __tsan_create_fiber(0);
#endif
}

// ------------------------------------------------------------------------------ what kernels call

const struct hc_cpu_lane *hc_cpu_lane(void) { return &this_lane->id; }

struct hc_keep *hc_keep(void) { return &this_room->keep; }

uint64_t hc_lanes_here(void)
{
    if (this_room->width == 1) return 1;
    this_lane->site = __builtin_return_address(0);
    fiber_leave(LANE_HERE);
    return this_lane->mask;
}

uint64_t hc_lanes_all(void)
{
    if (this_room->width == 1) return 1;
    fiber_leave(LANE_ALL);
    return this_lane->mask;
}

static void lanes_exchange(uint64_t mask, uint32_t value)
{
    this_lane->value = this_lane->lead = this_lane->most = value;
    if (mask == 1ull << this_lane->id.lane) return;
    this_lane->sync = mask;
    fiber_leave(LANE_SYNC);
}

void hc_lanes_sync(uint64_t mask) { lanes_exchange(mask, 0); }

uint32_t hc_lanes_lead(uint64_t mask, uint32_t value)
{
    lanes_exchange(mask, value);
    return this_lane->lead;
}

uint32_t hc_lanes_max(uint64_t mask, uint32_t value)
{
    lanes_exchange(mask, value);
    return this_lane->most;
}

uint64_t hc_ticks(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// Each rest of a wait is longer than the one before, so that a wait takes little more than it must and a long one next
// to no processor's time: after a second they are 14 ms long, after eight, and from there on, 40.
static void rest(uint32_t number)
{
    const long us = 100 * (long)(number < 400 ? number : 400);
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

void hc_relax(uint32_t spins)
{
    if (this_room->width > 1)
        fiber_leave(LANE_WAIT);
    else if (spins < SPINS_BEFORE_YIELD)
        hc_processor_pause();
    else if (spins < SPINS_BEFORE_SLEEP)
        sched_yield();
    else if (spins % SPINS_A_SLEEP == 0)
        rest((spins - SPINS_BEFORE_SLEEP) / SPINS_A_SLEEP + 1);
}

void hc_lane_end(void)
{
    fiber_leave(LANE_DONE);
    abort();  // a lane that ended was resumed
}

// ------------------------------------------------------------------------------------- scheduler

static uint32_t random_next(struct hc_wave_room *room)
{
    room->random = room->random * 1664525u + 1013904223u;
    return room->random >> 8 | 1u << 24;
}

static void group_set_out(struct hc_wave_room *room, uint64_t group)
{
    for (uint64_t m = group; m; m &= m - 1) {
        struct lane *lane = &room->lanes[hc_lanes_first(m)];
        lane->mask = group;
        lane->state = LANE_READY;
    }
}

// Lets the lanes of a mask go on if all of them that live have come to sync, with what they
// exchange.
static bool sync_release(struct hc_wave_room *room, uint64_t mask)
{
    uint64_t came = 0;
    uint32_t most = 0;
    for (uint64_t m = mask; m; m &= m - 1) {
        const struct lane *lane = &room->lanes[hc_lanes_first(m)];
        if (lane->state == LANE_DONE) continue;
        if (lane->state != LANE_SYNC || lane->sync != mask) return false;
        came |= m & -m;
        if (lane->value > most) most = lane->value;
    }
    const uint32_t lead = room->lanes[hc_lanes_first(came)].value;
    for (uint64_t m = came; m; m &= m - 1) {
        struct lane *lane = &room->lanes[hc_lanes_first(m)];
        lane->lead = lead;
        lane->most = most;
        lane->state = LANE_READY;
    }
    return true;
}

static bool syncs_release(struct hc_wave_room *room)
{
    bool any = false;
    for (uint32_t i = 0; i < room->width; i++)
        if (room->lanes[i].state == LANE_SYNC) any |= sync_release(room, room->lanes[i].sync);
    return any;
}

// Lets all lanes that stand at the same place go on as one group, or as two when diverging.
static bool groups_release(struct hc_wave_room *room)
{
    uint64_t left = 0;
    for (uint32_t i = 0; i < room->width; i++)
        if (room->lanes[i].state == LANE_HERE) left |= 1ull << i;
    if (!left) return false;
    while (left) {
        const void *site = room->lanes[hc_lanes_first(left)].site;
        uint64_t group = 0;
        for (uint64_t m = left; m; m &= m - 1)
            if (room->lanes[hc_lanes_first(m)].site == site) group |= m & -m;
        if (room->random && random_next(room) % 2) {
            const uint64_t part = group & ((uint64_t)random_next(room) << 32 | random_next(room));
            if (part) group = part;
        }
        group_set_out(room, group);
        left &= ~group;
    }
    return true;
}

// Lets all lanes go on if all that live have called hc_lanes_all().
static bool all_release(struct hc_wave_room *room)
{
    uint64_t group = 0;
    for (uint32_t i = 0; i < room->width; i++) {
        const enum lane_state state = room->lanes[i].state;
        if (state == LANE_ALL)
            group |= 1ull << i;
        else if (state != LANE_DONE && state != LANE_ABSENT)
            return false;
    }
    if (group) group_set_out(room, group);
    return group != 0;
}

static void lanes_set_up(struct hc_wave_room *room, const struct hc_wave_launch *launch,
                         uint64_t wave)
{
    const uint32_t per_group = (launch->group_size + room->width - 1) / room->width;
    for (uint32_t i = 0; i < room->width; i++) {
        struct lane *lane = &room->lanes[i];
        lane->id.context = launch->context;
        lane->id.lane = i;
        lane->id.width = room->width;
        lane->id.wave = (uint32_t)wave;
        lane->id.group = (uint32_t)(wave / per_group);
        lane->id.groups = launch->groups;
        lane->id.local = (uint32_t)(wave % per_group) * room->width + i;
        lane->id.group_size = launch->group_size;
        lane->state = lane->id.local < launch->group_size ? LANE_READY : LANE_ABSENT;
        if (lane->state == LANE_READY) fiber_start(lane);
    }
}

uint64_t hc_wave_count(const struct hc_wave_launch *launch, uint32_t width)
{
    return (uint64_t)launch->groups * ((launch->group_size + width - 1) / width);
}

void hc_wave_run(struct hc_wave_room *room, const struct hc_wave_launch *launch, uint64_t wave)
{
    this_room = room;
    room->launch = launch;
#ifdef WITH_TSAN
    room->scheduler_tsan = __tsan_get_current_fiber();
#endif
    lanes_set_up(room, launch, wave);
    for (uint32_t idle = 0;;) {
        bool alive = false, moved = false;
        const uint32_t first = room->random ? random_next(room) % room->width : 0;
        for (uint32_t i = 0; i < room->width; i++) {
            struct lane *lane = &room->lanes[(first + i) % room->width];
            if (lane->state == LANE_READY || lane->state == LANE_WAIT) {
                fiber_resume(room, lane);
                moved |= lane->state != LANE_WAIT;
#ifdef WITH_TSAN
                if (lane->state == LANE_DONE) __tsan_destroy_fiber(lane->tsan);
#endif
            }
            alive |= lane->state != LANE_DONE && lane->state != LANE_ABSENT;
        }
        if (!alive) break;
        const bool released = syncs_release(room) | groups_release(room) | all_release(room);
        if (released || moved)
            idle = 0;
        else if (++idle < SPINS_BEFORE_YIELD / room->width)
            hc_processor_pause();
        else
            sched_yield();
    }
    this_lane = NULL;
    this_room = NULL;
}

struct hc_wave_room *hc_wave_room_create(uint32_t width, uint32_t diverge, size_t stack_bytes)
{
    struct hc_wave_room *room = calloc(1, sizeof *room);
    if (!room) return NULL;
    room->width = width;
    room->random = diverge;
    room->stack_bytes = stack_bytes ? stack_bytes : 256 << 10;
    for (uint32_t i = 0; i < width; i++) {
        char *stack = mmap(NULL, room->stack_bytes + GUARD_BYTES, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (stack == MAP_FAILED) {
            hc_wave_room_destroy(room);
            return NULL;
        }
        mprotect(stack, GUARD_BYTES, PROT_NONE);
        room->lanes[i].stack = stack;
    }
    return room;
}

void hc_wave_room_destroy(struct hc_wave_room *room)
{
    if (!room) return;
    for (uint32_t i = 0; i < room->width; i++)
        if (room->lanes[i].stack) munmap(room->lanes[i].stack, room->stack_bytes + GUARD_BYTES);
    free(room);
}

// --------------------------------------------------------------------------------------- kernels

static struct hc_cpu_kernel *kernels;  // filled before main() by constructors

void hc_cpu_kernel_register(struct hc_cpu_kernel *kernel)
{
    kernel->next = kernels;
    kernels = kernel;
}

const struct hc_cpu_kernel *hc_cpu_kernel_find(const char *name)
{
    for (const struct hc_cpu_kernel *k = kernels; k; k = k->next)
        if (!strcmp(k->name, name)) return k;
    return NULL;
}
