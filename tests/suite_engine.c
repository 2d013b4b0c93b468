// The engines that serve calls that block, workers and io_uring: no kernel can tell which one it has.
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const enum hc_engine engines[] = {HC_ENGINE_WORKERS, HC_ENGINE_URING};
enum { ENGINES = sizeof engines / sizeof *engines };

// Skips the rest of the test, with the reason, where there is no such engine.
static void engine_need(enum hc_engine engine)
{
    hc_dev dev = NULL;
    hc_server server = NULL;
    if (!hc_dev_open(hc_dev_params(0), &dev)) {
        const int err = hc_server_create(dev, hc_server_params(.engine = engine), &server);
        if (err == HC_ERR_UNSUPPORTED) HC_SKIP("%s", hc_last_error());
        hc_server_destroy(&server);
        hc_dev_close(&dev);
    }
}

static struct stage engine_open(enum hc_engine engine, uint32_t pollers)
{
    engine_need(engine);
    return stage_open(&(struct hc_server_params){.engine = engine, .pollers = pollers});
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum link { LINK_PIPE, LINK_PIPE_NONBLOCK, LINK_SOCKET, LINKS };

// Two descriptors: what is written to the second can be read from the first.
static void link_make(enum link link, int ends[2])
{
    if (link == LINK_SOCKET) {
        HC_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        return;
    }
    HC_EQ(pipe(ends), 0);
    for (int i = 0; i < 2 && link == LINK_PIPE_NONBLOCK; i++)
        HC_EQ(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
}

// A host thread at the other end.
struct other {
    pthread_t thread;
    int fd;
    size_t size;
    uint8_t *bytes;
};

static void *bytes_take(void *arg)
{
    struct other *o = arg;
    fcntl(o->fd, F_SETFL, 0);
    o->size = 0;
    for (ssize_t n; (n = read(o->fd, o->bytes + o->size, 4096)) > 0; o->size += (size_t)n) {}
    return NULL;
}

static void *bytes_give(void *arg)
{
    struct other *o = arg;
    fcntl(o->fd, F_SETFL, 0);
    for (size_t at = 0; at < o->size; at += 40) {
        HC_EQ(write(o->fd, o->bytes + at, 40), 40);
        if (at % 4000 == 0) usleep(500);
    }
    close(o->fd);
    return NULL;
}

// A ring that is never used, or takes what workers should.
HC_TEST(engine, the_right_one_serves)
{
    for (int e = 0; e < ENGINES; e++) {
        struct stage s = engine_open(engines[e], 1);
        int ends[2];
        link_make(LINK_PIPE, ends);
        HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
        HC_EQ(write(ends[1], "some bytes", 10), 10);
        close(ends[1]);
        s.args.mode = 4;
        HC_EQ(stage_run(&s, "suite_read_all", 1, 0), 0);
        HC_EQ(stage_out(&s, 0), 10);
        HC_EQ(stage_out(&s, 1), 0);
        const struct hc_stats stats = hc_server_stats(s.server);
        HC_EQ(engines[e] == HC_ENGINE_URING ? stats.to_ring : stats.to_workers, 4);
        HC_EQ(stats.to_ring + stats.to_workers, 4);
        close(ends[0]);
        stage_close(&s);
    }
}

// Records that are lost, torn or out of a lane's order where calls by rings and by workers share a descriptor.
static void writes_mix(enum hc_engine engine, enum link link, uint32_t pollers)
{
    enum { WAVES = 4, RECORD = 8 };
    const uint32_t n = (uint32_t)stage_runs(30, 15, 6);
    struct stage s = engine_open(engine, pollers);
    const uint32_t lanes = WAVES * s.dev->caps.wave_width;
    int ends[2];
    link_make(link, ends);
    HC_EQ(hc_server_share(s.server, ends[1], &s.args.fd), 0);
    close(ends[1]);
    struct other reader = {.fd = ends[0], .bytes = malloc((size_t)lanes * n * RECORD + 4096)};
    pthread_create(&reader.thread, NULL, bytes_take, &reader);
    s.args.n = n;
    s.args.mode = 1;
    HC_EQ(stage_run(&s, "suite_stream_write", WAVES, 0), 0);
    for (uint32_t i = 0; i < lanes; i++) HC_EQ(stage_out(&s, i), 0);
    stage_close(&s);
    pthread_join(reader.thread, NULL);
    HC_EQ(reader.size, lanes * n * RECORD);
    uint32_t *next = calloc(lanes, sizeof *next);
    for (uint8_t *at = reader.bytes; at < reader.bytes + reader.size; at += RECORD) {
        HC_EQ(at[RECORD - 1], '\n');
        at[RECORD - 1] = 0;
        const unsigned long record = strtoul((const char *)at, NULL, 16);
        HC_ASSERT(record >> 12 < lanes);
        HC_EQ(record & 0xfff, next[record >> 12]++);
    }
    free(next);
    free(reader.bytes);
    close(ends[0]);
}

HC_TEST(engine, writers_keep_their_order)
{
    for (int e = 0; e < ENGINES; e++)
        for (enum link link = 0; link < LINKS; link++) writes_mix(engines[e], link, 1);
    writes_mix(HC_ENGINE_URING, LINK_PIPE, 3);
}

// Bytes that two readers get, or none: what one reads ahead, another takes.
static void reads_mix(enum hc_engine engine, enum link link, uint32_t pollers)
{
    struct stage s = engine_open(engine, pollers);
    const uint32_t lanes = 4 * s.dev->caps.wave_width,
                   size = (uint32_t)stage_runs(80000, 40000, 20000);
    int ends[2];
    link_make(link, ends);
    HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
    close(ends[0]);
    struct other writer = {.fd = ends[1], .bytes = malloc(size), .size = size};
    for (uint32_t i = 0; i < size; i++) writer.bytes[i] = i % 11 == 10 ? '\n' : 'x';
    pthread_create(&writer.thread, NULL, bytes_give, &writer);
    HC_EQ(stage_run(&s, "suite_stream_read", 4, 0), 0);
    pthread_join(writer.thread, NULL);
    int64_t sum = 0;
    for (uint32_t i = 0; i < lanes; i++) {
        HC_ASSERT_MSG(stage_out(&s, i) >= 0, "lane %u: %lld", i, (long long)stage_out(&s, i));
        sum += stage_out(&s, i);
    }
    HC_EQ(sum, size);
    free(writer.bytes);
    stage_close(&s);
}

HC_TEST(engine, readers_share_a_stream)
{
    for (int e = 0; e < ENGINES; e++)
        for (enum link link = 0; link < LINKS; link++) reads_mix(engines[e], link, 1);
    reads_mix(HC_ENGINE_URING, LINK_PIPE, 3);
}

// Lets the launch end once its second write and its read are open, and reads once it has ended.
struct ender {
    struct other reader;
    hc_server server;
    struct hc_stats before;
    int gate;
};

static void *end_take(void *arg)
{
    struct ender *o = arg;
    struct hc_stats now;
    do {
        usleep(1000);
        now = hc_server_stats(o->server);
    } while (now.to_workers + now.to_ring < o->before.to_workers + o->before.to_ring + 3);
    HC_EQ(write(o->gate, "g", 1), 1);
    // The first write, which a pipe takes whole, read and exit; the second write is open still.
    while (hc_server_stats(o->server).packets < o->before.packets + 3) usleep(1000);
    return bytes_take(&o->reader);
}

// A launch that ends must not cut off what was being written: all of it comes, however slow the reader.
HC_TEST(engine, writes_go_on_after_the_end)
{
    enum { SIZE = 400000 };
    for (int e = 0; e < ENGINES; e++) {
        struct stage s = engine_open(engines[e], 1);
        if (s.dev->caps.resident < 2) HC_SKIP("%s runs one wave after another", s.dev->caps.name);
        int ends[2], gate[2];
        int32_t gate_fd;
        link_make(LINK_PIPE, ends);
        link_make(LINK_PIPE, gate);
        HC_EQ(hc_server_share(s.server, ends[1], &s.args.fd), 0);
        HC_EQ(hc_server_share(s.server, gate[0], &gate_fd), 0);
        close(ends[1]);
        close(gate[0]);
        stage_warm(&s, "suite_stream_end", 2, 0);
        uint8_t *data = s.data->host;
        for (uint32_t i = 0; i < SIZE; i++) data[i] = (uint8_t)(i * 31 + (i >> 8));
        struct ender ender = {.reader = {.fd = ends[0], .bytes = malloc(SIZE + 4096)},
                              .server = s.server,
                              .before = hc_server_stats(s.server),
                              .gate = gate[1]};
        pthread_create(&ender.reader.thread, NULL, end_take, &ender);
        s.args.size = SIZE;
        s.args.mode = (uint32_t)gate_fd;
        HC_EQ(stage_run(&s, "suite_stream_end", 2, 0), 3);
        stage_close(&s);
        pthread_join(ender.reader.thread, NULL);
        // One extent's worth was asked for before the end, and none after it.
        HC_EQ(ender.reader.size, 2 * HC_EXTENT_BYTES);
        for (uint32_t i = 0; i < ender.reader.size; i++)
            HC_EQ(ender.reader.bytes[i], (uint8_t)(i * 31 + (i >> 8)));
        free(ender.reader.bytes);
        close(ends[0]);
        close(gate[1]);
    }
}

// A reader that never reads: the deadline and the server's end must not wait for it.
HC_TEST(engine, a_stuck_writer_is_called_off)
{
    for (int e = 0; e < ENGINES; e++) {
        struct stage s = engine_open(engines[e], 1);
        int ends[2];
        link_make(LINK_PIPE, ends);
        HC_EQ(hc_server_share(s.server, ends[1], &s.args.fd), 0);
        stage_warm(&s, "suite_stream_end", 1, 0);
        s.args.size = 400000;
        s.deadline_ns = 500000000;
        const double start = seconds();
        HC_EQ(stage_try(&s, "suite_stream_end", 1, 0, NULL), HC_ERR_DEADLINE);
        HC_ASSERT_MSG(strstr(hc_last_error(), "write has waited"), "message: %s", hc_last_error());
        HC_ASSERT(seconds() - start < 20);
        s.deadline_ns = 60000000000u;
        s.args.n = 3;
        HC_EQ(stage_run(&s, "suite_nop", 1, 0), 0);
        HC_EQ(stage_out(&s, 0), 3);
        stage_close(&s);
        close(ends[0]);
        close(ends[1]);
    }
}

// Readers that wait must not keep a ring from writing what they wait for, however few workers there are.
HC_TEST(engine, a_ring_has_no_last_worker)
{
    enum { READERS = 2 };
    engine_need(HC_ENGINE_URING);
    struct stage s =
        stage_open(&(struct hc_server_params){.engine = HC_ENGINE_URING, .workers_max = 1});
    if (s.dev->caps.resident <= READERS) HC_SKIP("%s runs too few waves at once", s.dev->caps.name);
    int ends[2], to = -1;
    link_make(LINK_PIPE, ends);
    HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
    HC_EQ(hc_server_share(s.server, ends[1], &to), 0);
    s.args.mode = (uint32_t)to;
    s.args.n = READERS;
    s.deadline_ns = 20000000000u;
    HC_EQ(stage_run(&s, "suite_stream_wait", READERS + 1, 0), 0);
    for (uint32_t i = 0; i < READERS; i++) HC_EQ(stage_out(&s, i), 1);
    HC_EQ(stage_out(&s, READERS), READERS);
    close(ends[0]);
    close(ends[1]);
    stage_close(&s);
}

// An engine that is not there must be named with the reason, and never be needed by itself.
HC_TEST(engine, a_missing_one_is_named)
{
    unsetenv("HOSTCALL_ENGINE");
    setenv("HOSTCALL_URING_LIBRARY", "/nonexistent/liburing.so", 1);
    struct stage s = stage_open(NULL);
    hc_server none = NULL;
    HC_EQ(hc_server_create(s.dev, hc_server_params(.engine = HC_ENGINE_URING), &none),
          HC_ERR_UNSUPPORTED);
    HC_ASSERT_MSG(!none && strstr(hc_last_error(), "liburing"), "message: %s", hc_last_error());
    HC_EQ(hc_server_create(s.dev, hc_server_params(.engine = (enum hc_engine)7), &none),
          HC_ERR_ARGUMENT);
    setenv("HOSTCALL_ENGINE", "abacus", 1);
    HC_EQ(hc_server_create(s.dev, hc_server_params(0), &none), HC_ERR_ARGUMENT);
    HC_ASSERT(!none && strstr(hc_last_error(), "abacus"));
    setenv("HOSTCALL_ENGINE", "workers", 1);
    HC_EQ(hc_server_create(s.dev, hc_server_params(0), &none), 0);
    hc_server_destroy(&none);
    stage_close(&s);
}
