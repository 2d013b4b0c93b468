// The queue under load: more waves than slots, laps, divergence, extents, try-calls.
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Calls from lanes that must each count once.
static void nops(struct stage *s, uint32_t groups, uint32_t size, uint32_t n)
{
    s->args.n = n;
    memset(s->out->host, 0, s->out->size);
    HC_EQ(stage_run(s, "suite_nop", groups, size), 0);
    for (uint32_t i = 0; i < groups * size && i < 65536; i++) HC_EQ(stage_out(s, i), n);
}

HC_TEST(queue, every_lane_is_answered)
{
    struct stage s = stage_open(NULL);
    nops(&s, 16, 128, 50);
    HC_EQ(hc_server_stats(s.server).calls, 16 * 128 * 50);
    HC_EQ(hc_server_stats(s.server).refused, 0);
    nops(&s, 1, 1, 1000);
    stage_close(&s);
}

// With fewer slots than waves someone must wait, and nobody for ever.
HC_TEST(queue, more_workgroups_than_slots_finish)
{
    struct stage s = stage_open(&(struct hc_server_params){.slots = 2});
    s.deadline_ns = 200000000000u;
    const uint32_t groups = (uint32_t)stage_runs(20002, 20002, 2002);
    s.args.n = 1;
    HC_EQ(stage_run(&s, "suite_nop", groups, 4), 0);
    HC_EQ(hc_server_stats(s.server).calls, groups * 4);
    stage_close(&s);
}

HC_TEST(queue, one_slot_serves_all)
{
    struct stage s = stage_open(&(struct hc_server_params){.slots = 1, .extents = 1});
    nops(&s, 8, 64, 20);
    stage_close(&s);
}

HC_TEST(queue, several_pollers_share)
{
    struct stage s = stage_open(&(struct hc_server_params){.pollers = 3, .slots = 7});
    nops(&s, 16, 64, 50);
    HC_EQ(hc_server_stats(s.server).calls, 16 * 64 * 50);
    stage_close(&s);
}

// A slot that is lost to its keeper's end, or never kept, so that each call claims anew.
HC_TEST(queue, kept_slots_pass_to_later_launches)
{
    enum { SLOTS = 8, N = 20 };
    struct stage s = stage_open(&(struct hc_server_params){.slots = SLOTS, .pollers = 2});
    const uint32_t width = s.dev->caps.wave_width;
    for (int round = 0; round < 4; round++) {
        // Few enough to keep, so each does from its first call on; then more waves than slots, who need all of them.
        for (uint32_t groups = SLOTS / 2; groups; groups /= 2) {
            s.args.n = N;
            HC_EQ(stage_run(&s, "suite_keep", groups, width), 0);
            if (stage_out(&s, 0) < 0) HC_SKIP("%s: waves keep no slots", s.dev->caps.name);
            for (uint32_t i = 0; i < groups; i++) HC_EQ(stage_out(&s, i), N);
            s.args.n = N;
            HC_EQ(stage_run(&s, "suite_keep", SLOTS + 1, width), 0);
            for (uint32_t i = 0; i < SLOTS + 1; i++) HC_EQ(stage_out(&s, i), 0);
            nops(&s, groups, 2 * width, N);
        }
        nops(&s, 5 * SLOTS, width, N);
    }
    // A launch of one's own keeps nothing, and knows of no launch that is over.
    hc_stream stream = NULL;
    hc_kernel kernel;
    HC_EQ(hc_stream_create(s.dev, &stream), 0);
    HC_EQ(hc_module_kernel(s.module, "suite_keep", &kernel), 0);
    HC_EQ(stage_run(&s, "suite_keep", SLOTS / 2, width), 0);
    HC_EQ(hc_module_bind(s.module, s.server), 0);
    HC_EQ(hc_server_enter(s.server), 0);
    HC_EQ(hc_launch(stream,
                    hc_launch_params(.kernel = kernel, .groups = 2 * SLOTS, .group_size = width,
                                     .args = &s.args, .args_size = sizeof s.args)),
          0);
    HC_EQ(hc_stream_poll(stream, 20000000000u), 0);
    HC_EQ(hc_server_leave(s.server, NULL), 0);
    for (uint32_t i = 0; i < 2 * SLOTS; i++) HC_EQ(stage_out(&s, i), -1);
    hc_stream_destroy(&stream);
    HC_EQ(hc_server_stats(s.server).refused, 0);
    stage_close(&s);
}

// A word left over from the last lap must not pass for a new one: at the sweep and where numbers
// start again.
HC_TEST(queue, sequence_numbers_wrap)
{
    const uint32_t starts[] = {HC_SEQ_SWEEP - 20, HC_SEQ_MAX - 20};
    for (int i = 0; i < 2; i++) {
        struct stage s = stage_open(&(struct hc_server_params){.first_seq = starts[i], .slots = 2});
        nops(&s, 1, 4, 100);
        s.args.n = 30;
        HC_EQ(stage_run(&s, "suite_lines", 1, 4), 0);
        stage_close(&s);
    }
}

static int call_add(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user;
    reply->value = 0;
    for (int i = 0; i < 5; i++) reply->value += (int64_t)request->args[i];
    return 0;
}

static int call_fails(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user, (void)request;
    reply->value = 5;
    return -EBUSY;
}

static int call_reverse(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user;
    const uint8_t *from = request->data;
    uint8_t *to = reply->data;
    reply->size = request->size < reply->room ? request->size : reply->room;
    for (size_t i = 0; i < reply->size; i++) to[i] = from[request->size - 1 - i];
    reply->value = (int64_t)request->size;
    return 0;
}

static void calls_register(struct stage *s, unsigned flags)
{
    HC_EQ(hc_server_register(s->server, "test.add", call_add, NULL, flags), 0);
    HC_EQ(hc_server_register(s->server, "test.fails", call_fails, NULL, flags), 0);
    HC_EQ(hc_server_register(s->server, "test.reverse", call_reverse, NULL, flags), 0);
}

// Lanes that part and meet again at random must each get their own answers.
HC_TEST(queue, diverging_lanes_get_their_own_answers)
{
    setenv("SUITE_DIVERGE", "12345", 1);
    for (uint32_t seed = 0; seed < 3; seed++) {
        struct stage s = stage_open(NULL);
        if (stage_is(&s, "cpu") && seed) {
            char text[16] = {(char)('0' + seed), 0};
            setenv("HOSTCALL_CPU_DIVERGE", text, 1);
            stage_close(&s);
            s = stage_open(NULL);
        }
        calls_register(&s, HC_CALL_QUICK);
        s.args.n = 30;
        HC_EQ(stage_run(&s, "suite_diverge", 8, 96), 0);
        for (uint32_t id = 0; id < 768; id++) {
            uint32_t random = id * 2654435761u + 12345u, right = 0;
            for (uint32_t i = 0; i < 30 + id % 7; i++) {
                random = random * 1664525u + 1013904223u;
                right++;
                if (random >> 24 == 255) break;
            }
            HC_EQ(stage_out(&s, id), right);
        }
        stage_close(&s);
    }
}

// More lanes want extents than there are: each must get its turn, and its own bytes.
HC_TEST(queue, extents_change_hands)
{
    struct stage s = stage_open(&(struct hc_server_params){.extents = 3});
    calls_register(&s, 0);
    HC_EQ(stage_run(&s, "suite_extents", 4, 64), 0);
    for (uint32_t i = 0; i < 256; i++) HC_EQ(stage_out(&s, i), 0);
    stage_close(&s);
}

HC_TEST(queue, registered_calls)
{
    struct stage s = stage_open(NULL);
    calls_register(&s, 0);
    const size_t sizes[] = {1, 100, 2000, 2036, 65536};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint8_t *data = s.data->host;
        for (size_t i = 0; i < sizes[k]; i++) data[i] = (uint8_t)(i * 7);
        s.args.size = sizes[k];
        s.args.n = (uint32_t)sizes[k];
        HC_EQ(stage_run(&s, "suite_calls", 1, 0), 0);
        HC_EQ(stage_out(&s, 0), 20);
        HC_EQ(stage_out(&s, 1), -HC_ENOSYS);
        HC_EQ(stage_out(&s, 2), -HC_EBUSY);
        HC_EQ(stage_out(&s, 3), sizes[k]);
        HC_EQ(stage_out(&s, 4), sizes[k]);
        HC_EQ(stage_out(&s, 5), -HC_EMSGSIZE);
        const uint8_t *back = (const uint8_t *)s.out->host + 4096;
        for (size_t i = 0; i < sizes[k]; i++) HC_EQ(back[i], (uint8_t)((sizes[k] - 1 - i) * 7));
    }
    HC_EQ(hc_server_register(s.server, "test.add", call_add, NULL, 0), HC_ERR_BUSY);
    HC_ASSERT(strstr(hc_last_error(), "test.add"));
    stage_close(&s);
}

HC_TEST(queue, registered_calls_of_all_lanes)
{
    for (unsigned flags = 0; flags < 2; flags++) {
        struct stage s = stage_open(NULL);
        calls_register(&s, flags ? HC_CALL_QUICK : 0);
        s.args.n = 20;
        HC_EQ(stage_run(&s, "suite_call_all", 8, 64), 0);
        for (uint32_t i = 0; i < 512; i++) HC_EQ(stage_out(&s, i), 0);
        stage_close(&s);
    }
}

struct answer {
    const uint32_t *tried;  // a word that the kernel adds to
    uint32_t before;
    int fd;
};
static void *answer_later(void *arg)
{
    const struct answer *a = arg;
    // A count, nothing else: relaxed.  A device may show it no sooner than its kernel ends.
    for (int ms = 0; ms < 5000 && __atomic_load_n(a->tried, __ATOMIC_RELAXED) == a->before; ms++)
        usleep(1000);
    HC_EQ(write(a->fd, "x", 1), 1);
    return NULL;
}

// With every slot taken by a call that waits, a try must come back, and the waiting call must be
// able to end.
HC_TEST(queue, tries_do_not_wait)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(&(struct hc_server_params){.slots = 1});
    calls_register(&s, 0);
    HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
    // Without a clock of its own a lane asks the host for the time, and waits for the slot.
    if (!s.dev->caps.device_clock) HC_SKIP("%s: kernels have no clock", s.dev->caps.name);
    if (s.dev->caps.resident < 2) HC_SKIP("%s runs one wave after another", s.dev->caps.name);
    const uint32_t width = s.dev->caps.wave_width;
    HC_EQ(stage_run(&s, "suite_try", 1, width), 0);  // drivers compile for seconds
    struct answer a = {s.data->host, *(const uint32_t *)s.data->host, ends[1]};
    pthread_t thread;
    pthread_create(&thread, NULL, answer_later, &a);
    s.args.n = 1;
    HC_EQ(stage_run(&s, "suite_try", 2, width), 0);
    pthread_join(thread, NULL);
    HC_EQ(stage_out(&s, 1), 1);
    HC_EQ(stage_out(&s, 0), 1);
    for (uint32_t i = 2; i < 5; i++) HC_EQ(stage_out(&s, i), -HC_EAGAIN);
    close(ends[0]);
    close(ends[1]);
    stage_close(&s);
}

// A million calls from all lanes: run under ThreadSanitizer, no race; in any run, none lost.
HC_TEST(queue, a_million_calls)
{
    struct stage s = stage_open(&(struct hc_server_params){.pollers = 2});
    s.deadline_ns = 200000000000u;
    // Under AddressSanitizer a million only with wide waves.
    const uint32_t lanes = 4096, calls = (uint32_t)stage_runs(1000000, 1000000, 100000),
                   n = (calls + lanes - 1) / lanes;
    nops(&s, lanes / 64, 64, n);
    HC_ASSERT(hc_server_stats(s.server).calls >= calls);
    stage_close(&s);
}

enum { TURNS = 100, TURN_NS = 1000000, TURN_WAVES = 16 };
struct turns {
    uint32_t waves, begun;     // waves that have called at all
    uint32_t all[TURN_WAVES];  // calls of each wave
    uint32_t by[TURN_WAVES];   // since all waves have begun
    uint32_t fewest;           // of any wave, once another had TURNS
    bool over;
};

// Takes far longer than a wave takes to come back, so that all waves always wait; and so long in all that no wave
// is kept from its processor for most of it.
static int call_turn(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    struct turns *turns = user;
    HC_ASSERT(request->wave < turns->waves);
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    const int64_t start = t.tv_sec * 1000000000 + t.tv_nsec;
    do clock_gettime(CLOCK_MONOTONIC, &t);
    while (t.tv_sec * 1000000000 + t.tv_nsec - start < TURN_NS);
    turns->begun += !turns->all[request->wave]++;
    if (turns->begun == turns->waves && ++turns->by[request->wave] == TURNS && !turns->over) {
        turns->over = true;
        turns->fewest = TURNS;
        for (uint32_t w = 0; w < turns->waves; w++)
            if (turns->by[w] < turns->fewest) turns->fewest = turns->by[w];
    }
    reply->value = turns->over;
    return 0;
}

// A poller that serves its first slots again before its last ones, or hot ones only, leaves some waves waiting for
// as long as others call.
HC_TEST(queue, no_wave_starves)
{
    struct stage s = stage_open(NULL);
    static struct turns turns;
    turns.waves = s.dev->caps.resident < TURN_WAVES ? s.dev->caps.resident : TURN_WAVES;
    if (turns.waves < 3) HC_SKIP("%s: two waves take turns anyhow", s.dev->caps.name);
    HC_EQ(hc_server_register(s.server, "test.turn", call_turn, &turns, HC_CALL_QUICK), 0);
    HC_EQ(stage_run(&s, "suite_turns", turns.waves, 0), 0);
    for (uint32_t w = 0; w < turns.waves; w++) HC_EQ(stage_out(&s, w), turns.all[w]);
    HC_ASSERT_MSG(turns.fewest >= TURNS / 10, "one wave had %d turns, another %u", TURNS,
                  turns.fewest);
    stage_close(&s);
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// Pollers that go on looking, or sleep a little at a time, when no kernel can call.
HC_TEST(queue, a_server_without_kernels_takes_no_time)
{
    struct stage s = stage_open(&(struct hc_server_params){.pollers = 4});
    nops(&s, 4, 32, 10);
    usleep(50000);
    const double before = cpu_ms();
    usleep(500000);
    const double spent = cpu_ms() - before;
    HC_ASSERT_MSG(spent < 12, "%.1f ms of processor time in 500", spent);
    stage_close(&s);
}

// Launches of one's own: bound kernels are served between enter and leave, unbound ones get an errno.
HC_TEST(queue, own_launches_call_the_bound_server)
{
    struct stage s = stage_open(NULL);
    hc_stream stream = NULL;
    hc_kernel kernel;
    HC_EQ(hc_stream_create(s.dev, &stream), 0);
    HC_EQ(hc_module_kernel(s.module, "suite_nop", &kernel), 0);
    s.args.n = 3;
    for (int bound = 0; bound < 3; bound++) {
        HC_EQ(hc_module_bind(s.module, bound == 1 ? s.server : NULL), 0);
        HC_EQ(hc_server_enter(s.server), 0);
        HC_EQ(hc_launch(stream, hc_launch_params(.kernel = kernel, .groups = 2, .group_size = 40,
                                                 .args = &s.args, .args_size = sizeof s.args)),
              0);
        HC_EQ(hc_stream_poll(stream, 20000000000u), 0);
        HC_EQ(hc_server_leave(s.server, NULL), 0);
        for (uint32_t i = 0; i < 80; i++)
            HC_EQ(stage_out(&s, i), bound == 1 ? 3 : 3 * (1 - HC_ESHUTDOWN));
    }
    hc_stream_destroy(&stream);
    stage_close(&s);
}

enum { MEETINGS = 300 };
struct meeting {
    hc_server server;
    pthread_barrier_t start;
    int inside;  // atomic: how often either thread has entered
};
static void *meet(void *arg)
{
    struct meeting *m = arg;
    for (int i = 1; i <= MEETINGS; i++) {
        pthread_barrier_wait(&m->start);
        HC_EQ(hc_server_enter(m->server), 0);
        __atomic_fetch_add(&m->inside, 1, __ATOMIC_RELAXED);
        // A count, nothing else: relaxed.
        for (int ms = 0; __atomic_load_n(&m->inside, __ATOMIC_RELAXED) < 2 * i; ms++) {
            HC_ASSERT_MSG(ms < 20000, "round %d: the other thread has not entered in 20 s", i);
            usleep(1000);
        }
        HC_EQ(hc_server_leave(m->server, NULL), 0);
    }
    return NULL;
}

// Two threads that enter at once: the second waited for pollers that the first had woken, until the first left.
HC_TEST(queue, two_threads_enter_at_once)
{
    struct stage s = stage_open(NULL);
    struct meeting m = {.server = s.server};
    pthread_t other;
    pthread_barrier_init(&m.start, NULL, 2);
    HC_EQ(pthread_create(&other, NULL, meet, &m), 0);
    meet(&m);
    pthread_join(other, NULL);
    pthread_barrier_destroy(&m.start);
    stage_close(&s);
}
