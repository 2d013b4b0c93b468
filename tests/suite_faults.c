// Bad input and faults: an answer for everything, and a server that lives on.
#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t garbage(struct stage *s, const uint32_t *words, uint32_t n)
{
    memcpy(s->data->host, words, n * sizeof *words);
    s->args.n = n;
    s->args.mode = 0;
    memset(s->out->host, 0x55, 8);
    HC_EQ(stage_run(s, "suite_garbage", 1, 0), 0);
    return stage_out(s, 0);
}

static void still_alive(struct stage *s)
{
    s->args.n = 3;
    memset(s->out->host, 0, s->out->size);
    HC_EQ(stage_run(s, "suite_nop", 2, 64), 0);
    for (uint32_t i = 0; i < 128; i++) HC_EQ(stage_out(s, i), 3);
}

#define HEAD(lanes, stride, room) \
    ((uint32_t)(lanes) | (uint32_t)(stride) << 8 | (uint32_t)(room) << 20)
#define CALL(op, args, out, in, extent)                                                       \
    ((uint32_t)(op) | (uint32_t)(args) << 12 | (uint32_t)(out) << 16 | (uint32_t)(in) << 17 | \
     (uint32_t)(extent) << 18)

// Every field of a request at its worst: an errno each, no access out of bounds (AddressSanitizer),
// server alive.
HC_TEST(faults, garbage_in_every_field)
{
    const struct {
        const char *what;
        uint32_t words[20], n;
        int64_t want;
    } cases[] = {
        {"all ones", {~0u, ~0u, ~0u, ~0u}, 4, -HC_EPROTO},
        {"no lanes", {HEAD(0, 2, 2), 0, 0, 0}, 4, -HC_EPROTO},
        {"too many lanes", {HEAD(65, 2, 2), 0, 0, 0}, 4, -HC_EPROTO},
        {"stride over the slot", {HEAD(64, 512, 2), 0, 0, 0}, 4, -HC_EPROTO},
        {"odd stride", {HEAD(1, 3, 2), 0, 0, 0, 0}, 5, -HC_EPROTO},
        {"stride without a call", {HEAD(1, 0, 2), 0, 0, 0}, 4, -HC_EPROTO},
        {"no room", {HEAD(1, 2, 0), 0, 0, 0}, 4, -HC_EPROTO},
        {"room over the slot", {HEAD(32, 2, 500), 0, 0, 0}, 4, -HC_EPROTO},
        {"unknown operation", {HEAD(1, 2, 2), 0, CALL(HC_OP_COUNT, 0, 0, 0, 0), 0}, 4, -HC_ENOSYS},
        {"last operation", {HEAD(1, 2, 2), 0, CALL(4095, 0, 0, 0, 0), 0}, 4, -HC_ENOSYS},
        {"15 arguments", {HEAD(1, 2, 2), 0, CALL(HC_OP_NULL, 15, 0, 0, 0), 0}, 4, -HC_EPROTO},
        {"arguments past the stride",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_LSEEK, 3, 0, 0, 0), 0, 0, 0},
         6,
         -HC_EPROTO},
        {"too few arguments",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_LSEEK, 1, 0, 0, 0), 0, 0, 0},
         6,
         -HC_EINVAL},
        {"blob past the stride",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_WRITE, 1, 0, 0, 0), 1, 1, 0},
         6,
         -HC_EPROTO},
        {"blob of 4 GiB",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_WRITE, 1, 0, 0, 0), ~0u, 1, 0},
         6,
         -HC_EPROTO},
        {"extent past the last",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_WRITE, 1, 1, 0, 255), 10, 1, 0},
         6,
         -HC_EPROTO},
        {"blob over the extent",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_WRITE, 1, 1, 0, 0), HC_EXTENT_BYTES + 1, 1, 0},
         6,
         -HC_EPROTO},
        {"never opened", {HEAD(1, 4, 2), 0, CALL(HC_OP_CLOSE, 1, 0, 0, 0), 0, 77, 0}, 6, -HC_EBADF},
        {"descriptor of 64 bits",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_CLOSE, 1, 0, 0, 0), 0, 1, 0x80000000},
         6,
         -HC_EBADF},
        {"stale generation",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_CLOSE, 1, 0, 0, 0), 0, 5 << 13 | 1, 0},
         6,
         -HC_EBADF},
        {"negative offset",
         {HEAD(1, 8, 2), 0, CALL(HC_OP_LSEEK, 3, 0, 0, 0), 0, 1, 0, 0, 0x80000000, 0, 0},
         10,
         -HC_ESPIPE},
        {"path with a NUL",
         {HEAD(1, 10, 2), 0, CALL(HC_OP_OPEN, 3, 0, 0, 0), 4, 0, 0, 0, 0, 0, 0, 0x00410041, 0},
         12,
         -HC_EINVAL},
        {"empty path",
         {HEAD(1, 8, 2), 0, CALL(HC_OP_OPEN, 3, 0, 0, 0), 0, 0, 0, 0, 0, 0, 0},
         10,
         -HC_ENOENT},
        {"unknown text",
         {HEAD(1, 8, 2), 0, CALL(HC_OP_OPEN, 3, 0, 0, 0), 0, 0, 0, 0, 0, 0xdead, 0},
         10,
         -HC_ENOENT},
        {"print of nothing",
         {HEAD(1, 6, 2), 0, CALL(HC_OP_PRINT, 2, 0, 0, 0), 0, 1, 0, 0, 0},
         8,
         -HC_EPROTO},
        {"print of 255 arguments",
         {HEAD(1, 8, 2), 0, CALL(HC_OP_PRINT, 2, 0, 0, 0), 8, 1, 0, 0, 0, 0xffffffff, ~0u},
         10,
         -HC_EPROTO},
        {"print with a tag of 99",
         {HEAD(1, 10, 2), 0, CALL(HC_OP_PRINT, 2, 0, 0, 0), 14, 1, 0, 0, 0, 0x00006301, 0, 0, 0},
         12,
         -HC_EPROTO},
        {"print with a string that runs on",
         {HEAD(1, 10, 2), 0, CALL(HC_OP_PRINT, 2, 0, 0, 0), 10, 1, 0, 0, 0, 0x00000701, 0xffff0000,
          0xff, 0},
         12,
         -HC_EPROTO},
        {"line without a format",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 0, 1, 0},
         6,
         -HC_EPROTO},
        {"line of a common part too short",
         {HEAD(1, 4, 2) | 0x80, 0, 2, 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 0, 1, 0},
         8,
         -HC_EPROTO},
        {"line whose format runs on",
         {HEAD(1, 4, 2) | 0x80, 0, 4, 1 << 8, 0, 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 0, 1, 0},
         10,
         -HC_EPROTO},
        {"line of nine arguments",
         {HEAD(1, 4, 2) | 0x80, 0, 4, 9, 0x11111111, 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 0, 1, 0},
         10,
         -HC_EPROTO},
        {"line without its values",
         {HEAD(1, 4, 2) | 0x80, 0, 4, 1, 1, 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 0, 1, 0},
         10,
         -HC_EPROTO},
        {"line with a string that runs on",
         {HEAD(1, 6, 2) | 0x80, 0, 4, 1, 7, 0, CALL(HC_OP_LINE, 1, 0, 0, 0), 8, 1, 0, 5, 0},
         12,
         -HC_EPROTO},
        {"line with values in an extent",
         {HEAD(1, 4, 2) | 0x80, 0, 4, 1, 1, 0, CALL(HC_OP_LINE, 1, 1, 0, 0), 8, 1, 0},
         10,
         -HC_EPROTO},
        {"read of 4 GiB into no room",
         {HEAD(1, 6, 2), 0, CALL(HC_OP_READ, 2, 0, 0, 0), 0, 0, 0, ~0u, ~0u},
         8,
         0},
        {"clock 2^63",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_CLOCK, 1, 0, 0, 0), 0, 0, 0x80000000},
         6,
         -HC_EINVAL},
        {"call of id 2^40",
         {HEAD(1, 4, 2), 0, CALL(HC_OP_CALL, 1, 0, 0, 0), 0, 0, 0x100},
         6,
         -HC_ENOSYS},
    };
    struct stage s = stage_open(NULL);
    const int pipe_like = open("/dev/null", O_RDONLY);
    (void)pipe_like;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t got = garbage(&s, cases[i].words, cases[i].n);
        // What standard output is decides what seeking it by a wild offset says.
        const bool seek = cases[i].want == -HC_ESPIPE && got == -HC_EINVAL;
        HC_ASSERT_MSG(got == cases[i].want || seek, "%s: %lld, not %lld", cases[i].what,
                      (long long)got, (long long)cases[i].want);
    }
    still_alive(&s);
    stage_close(&s);
}

// Random words under valid sequence numbers, then random units altogether.
HC_TEST(faults, random_requests)
{
    struct stage s = stage_open(&(struct hc_server_params){.slots = 4});
    uint32_t random = 7;
    for (int round = 0; round < 300; round++) {
        uint32_t words[HC_SLOT_UNITS];
        for (uint32_t i = 0; i < HC_SLOT_UNITS; i++)
            words[i] = random = random * 1664525u + 1013904223u;
        if (round % 2) words[0] = HEAD(1, 508, 4);
        if (round % 4 == 3) {  // a plausible call; not one that ends the launch or waits
            static const uint32_t ops[] = {HC_OP_NULL,  HC_OP_PWRITE, HC_OP_PREAD,
                                           HC_OP_CLOSE, HC_OP_LSEEK,  HC_OP_GETENV,
                                           HC_OP_PRINT, HC_OP_CALL,   HC_OP_CLOCK};
            words[2] = (words[2] & ~0xfffu) | ops[round / 4 % 9];
            words[3] &= 0x7ff;
        } else if (round % 2) {
            words[2] |= 0x800;  // an unknown operation
        }
        const int64_t r = garbage(&s, words, HC_SLOT_UNITS);
        HC_ASSERT_MSG(r != -9999, "round %d was never answered", round);
    }
    for (int round = 0; round < 20; round++) {
        uint32_t *words = s.data->host;
        for (uint32_t i = 0; i < 2 * HC_SLOT_UNITS; i++)
            words[i] = random = random * 1664525u + 1013904223u;
        s.args.n = HC_SLOT_UNITS;
        s.args.mode = 1;
        HC_EQ(stage_run(&s, "suite_garbage", 1, 0), 0);
    }
    still_alive(&s);
    stage_close(&s);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// A kernel that never ends must be ended by its deadline, with a message that says where it hung.
static void deadline(uint32_t mode, const char *says)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(NULL);
    HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
    stage_warm(&s, "suite_forever", 2, 40);
    s.args.mode = mode;
    s.deadline_ns = 1500000000;
    int status = -1;
    const double start = seconds();
    HC_EQ(stage_try(&s, "suite_forever", 2, 40, &status), HC_ERR_DEADLINE);
    HC_ASSERT(seconds() - start >= 1.4 && seconds() - start < 20);
    HC_ASSERT_MSG(strstr(hc_last_error(), "deadline of 1.5 s passed") &&
                      strstr(hc_last_error(), says),
                  "message: %s", hc_last_error());
    HC_EQ(status, -1);
    s.deadline_ns = 60000000000u;
    still_alive(&s);
    char *text = stage_printed(&s);
    uint32_t lines = 0;
    for (const char *at = text; (at = strstr(at, "begins\n")); at++) lines++;
    HC_EQ(lines, 80);
    free(text);
    close(ends[0]);
    close(ends[1]);
    stage_close(&s);
}

HC_TEST(faults, a_kernel_that_sleeps_for_ever_is_ended) { deadline(0, "no call is open"); }
HC_TEST(faults, a_kernel_that_waits_for_ever_is_ended) { deadline(1, "read has waited "); }
HC_TEST(faults, a_kernel_that_calls_for_ever_is_ended) { deadline(2, "suite_forever"); }

struct helper {
    hc_server server;
    void (*act)(hc_server server);
};
// When lanes have begun: they say so.
static void *act_later(void *arg)
{
    struct helper *h = arg;
    for (int ms = 0; ms < 20000 && !hc_server_stats(h->server).packets; ms++) usleep(1000);
    usleep(50000);
    h->act(h->server);
    return NULL;
}

// A kernel killed from outside while it waits: status as after abort, and the server usable again.
HC_TEST(faults, a_waiting_kernel_is_killed)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    for (uint32_t mode = 0; mode < 3; mode++) {
        struct stage s = stage_open(NULL);
        HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
        stage_warm(&s, "suite_forever", 2, 33);
        struct helper h = {s.server, hc_server_abort};
        pthread_t thread;
        pthread_create(&thread, NULL, act_later, &h);
        s.args.mode = mode;
        HC_EQ(stage_run(&s, "suite_forever", 2, 33), 134);
        pthread_join(thread, NULL);
        still_alive(&s);
        stage_close(&s);
    }
    close(ends[0]);
    close(ends[1]);
}

// A server that shuts down while kernels run: their calls answer ESHUTDOWN, and they end by
// themselves.
HC_TEST(faults, shutdown_answers_every_call)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    for (uint32_t mode = 4; mode < 6; mode++) {
        struct stage s = stage_open(NULL);
        HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
        stage_warm(&s, "suite_forever", 2, 33);
        struct helper h = {s.server, hc_server_shutdown};
        pthread_t thread;
        pthread_create(&thread, NULL, act_later, &h);
        s.args.mode = mode;
        HC_EQ(stage_run(&s, "suite_forever", 2, 33), 0);
        for (uint32_t i = 0; i < 66; i++) HC_EQ(stage_out(&s, i), -HC_ESHUTDOWN);
        pthread_join(thread, NULL);
        stage_close(&s);
    }
    close(ends[0]);
    close(ends[1]);
}

// Ends the server and goes on until the kernel has seen it.
static int call_stubborn(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)request, (void)reply;
    struct stage *s = user;
    const int64_t *free_extent = (const int64_t *)s->out->host + 1;
    hc_server_shutdown(s->server);
    // Pairs with the kernel's store of one unit: relaxed.
    for (int i = 0; i < 5000 && __atomic_load_n(free_extent, __ATOMIC_RELAXED) == 77; i++)
        usleep(1000);
    return 0;
}

// A lane that gave up its call gave back the extent, and the next lane's bytes went out under the first call's name.
HC_TEST(faults, an_extent_stays_with_its_unanswered_call)
{
    struct stage s = stage_open(&(struct hc_server_params){.extents = 1});
    HC_EQ(hc_server_register(s.server, "test.stubborn", call_stubborn, &s, 0), 0);
    ((int64_t *)s.out->host)[1] = 77;
    HC_EQ(stage_run(&s, "suite_extent_kept", 1, 1), 0);
    HC_EQ(stage_out(&s, 0), -HC_ESHUTDOWN);
    HC_EQ(stage_out(&s, 1), -1);
    stage_close(&s);
}

static int call_slow(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user, (void)request, (void)reply;
    usleep(400000);
    return 0;
}

// A registered call that is slow must not hold up the others, nor a server that ends.
HC_TEST(faults, a_slow_call_holds_nobody_up)
{
    struct stage s = stage_open(NULL);
    HC_EQ(hc_server_register(s.server, "test.slow", call_slow, NULL, 0), 0);
    stage_warm(&s, "suite_forever", 1, 1);
    s.args.mode = 3;
    s.deadline_ns = 1000000000;
    HC_EQ(stage_try(&s, "suite_forever", 1, 1, NULL), HC_ERR_DEADLINE);
    HC_ASSERT_MSG(strstr(hc_last_error(), "call has waited"), "message: %s", hc_last_error());
    stage_close(&s);
}

// Wrong parameters must be named, and nothing must be set.
HC_TEST(faults, bad_parameters_are_named)
{
    struct stage s = stage_open(NULL);
    hc_server none = NULL;
    HC_EQ(hc_server_create(s.dev, hc_server_params(.slots = 100000), &none), HC_ERR_ARGUMENT);
    HC_ASSERT(!none && strstr(hc_last_error(), "slots is 100000"));
    HC_EQ(stage_try(&s, "no_such_kernel", 1, 1, NULL), HC_ERR_MODULE);
    HC_ASSERT(strstr(hc_last_error(), "no_such_kernel"));
    hc_dev dev = NULL;
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "abacus"), &dev), HC_ERR_DEVICE);
    HC_ASSERT(!dev && strstr(hc_last_error(), "abacus"));
    hc_mem mem = NULL;
    HC_EQ(hc_mem_create(s.dev, hc_mem_params(0), &mem), HC_ERR_ARGUMENT);
    HC_EQ(hc_launch(NULL, hc_launch_params(0)), HC_ERR_ARGUMENT);
    still_alive(&s);
    stage_close(&s);
}
