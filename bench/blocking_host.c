// Work that blocks, by the waves of a kernel, by host threads that make the same system calls, and by one
// thread that hands them all to a ring.
#include "bench/blocking.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef BENCH_URING
#include "core/liburing.h"
#endif

static void ends_make(struct bench_ends *a, struct bench_ends *b)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) bench_fail("pipe: %s", strerror(errno));
    a->to = ends[1];
    b->from = ends[0];
}

static int file_open(bool disk)
{
    if (!disk) return bench_file();
    char name[] = "bench-file-XXXXXX";
    const int fd = mkstemp(name);
    if (fd < 0) bench_fail("%s in this folder: %s", name, strerror(errno));
    unlink(name);
    return fd;
}

struct bench_room bench_room_open(const struct bench_work *work, uint32_t workers)
{
    struct bench_room room = {work, workers, calloc(workers, sizeof *room.ends), -1, -1};
    if (!room.ends) bench_fail("out of memory");
    const bool files = work->block == BENCH_BLOCK_SYNC || work->block == BENCH_BLOCK_FILE;
    struct bench_ends one = {-1, -1};
    if (files) one.from = one.to = room.file = file_open(work->disk);
    if (work->block == BENCH_BLOCK_WRITE) {
        struct bench_ends drained;
        ends_make(&one, &drained);
        room.drained = drained.from;
    }
    for (uint32_t i = 0; i < workers; i++) {
        struct bench_ends *e = &room.ends[i];
        if (work->block == BENCH_BLOCK_ECHO)
            ends_make(e, e);
        else if (work->block != BENCH_BLOCK_PAIR)
            *e = one;
        else if (i % 2 == 0) {
            ends_make(e, e + 1);
            ends_make(e + 1, e);
        }
    }
    return room;
}

void bench_room_close(struct bench_room *room)
{
    const bool own = room->work->block == BENCH_BLOCK_ECHO || room->work->block == BENCH_BLOCK_PAIR;
    for (uint32_t i = 0; i < room->workers && own; i++) {
        close(room->ends[i].from);
        close(room->ends[i].to);
    }
    if (room->file >= 0) close(room->file);
    if (room->drained >= 0) {
        close(room->ends[0].to);
        close(room->drained);
    }
    free(room->ends);
}

// ----------------------------------------------------------------------------------------- kernel

struct bench_span bench_block_kernel(const struct bench *b, hc_server server,
                                     const struct bench_room *room)
{
    const struct bench_work *work = room->work;
    const uint32_t waves = room->workers;
    const size_t size = work->size;
    hc_mem ends = bench_mem(b, HC_MEM_SHARED, waves * sizeof *room->ends, "descriptors");
    hc_mem data = bench_mem(b, HC_MEM_DEVICE, 2 * waves * size, "data");
    hc_mem out = bench_mem(b, HC_MEM_SHARED, waves * sizeof(struct bench_lane), "reports");
    struct bench_ends *shared = ends->host;
    struct bench_args args;
    memset(&args, 0, sizeof args);
    const bool own = work->block == BENCH_BLOCK_ECHO || work->block == BENCH_BLOCK_PAIR;
    for (uint32_t i = 0; i < waves; i++) {
        shared[i] = i && !own ? shared[0] : room->ends[i];
        if (i && !own) continue;
        if (room->ends[i].from >= 0)
            bench_check(hc_server_share(server, room->ends[i].from, &shared[i].from), "share");
        bench_check(hc_server_share(server, room->ends[i].to, &shared[i].to), "share");
    }
    args.request = ends->addr;
    args.reply = data->addr;
    args.out = out->addr;
    args.size = size;
    args.calls = UINT32_MAX;
    args.ticks = bench_ticks(b, b->seconds * 1e9);
    args.warmup = 4;
    args.lanes = 1;
    args.mode = work->block;
    bench_run(server, b, "bench_block", waves, 0, &args, b->seconds * 1e9);
    const struct bench_span span = bench_lanes_sum(b, out->host, waves, "bench_block");
    hc_mem_destroy(&out);
    hc_mem_destroy(&data);
    hc_mem_destroy(&ends);
    return span;
}

// ---------------------------------------------------------------------------------------- threads

struct worker {
    struct bench_room *room;
    pthread_barrier_t *begin;
    pthread_t thread;
    uint32_t index, rounds;
    uint64_t until;   // as bench_now() tells time
    uint8_t *out, *in;
};

// The odd one of a pair ends with the even one.
static bool follows(const struct worker *w)
{
    return w->room->work->block == BENCH_BLOCK_PAIR && w->index % 2;
}

static bool all(ssize_t n, size_t size) { return n == (ssize_t)size; }

static bool round_do(const struct worker *w)
{
    const struct bench_work *work = w->room->work;
    const struct bench_ends *e = &w->room->ends[w->index];
    const size_t size = work->size;
    const off_t at = (off_t)(w->index * size);
    if (work->block == BENCH_BLOCK_WRITE) return all(write(e->to, w->out, size), size);
    if (work->block == BENCH_BLOCK_SYNC)
        return all(pwrite(e->to, w->out, size, at), size) && !fsync(e->to);
    if (work->block == BENCH_BLOCK_FILE)
        return all(pwrite(e->to, w->out, size, at), size) &&
               all(pread(e->from, w->in, size, at), size);
    return all(write(e->to, w->out, size), size) && all(read(e->from, w->in, size), size);
}

static void *worker_run(void *arg)
{
    struct worker *w = arg;
    struct bench_ends *e = &w->room->ends[w->index];
    const size_t size = w->room->work->size;
    pthread_barrier_wait(w->begin);
    if (follows(w)) {
        for (; all(read(e->from, w->in, size), size); w->rounds++)
            if (!all(write(e->to, w->out, size), size)) break;
        return NULL;
    }
    for (; bench_now() < w->until; w->rounds++)
        if (!round_do(w))
            bench_fail("%s: thread %u: %s", w->room->work->name, w->index, strerror(errno));
    if (w->room->work->block == BENCH_BLOCK_PAIR) {
        close(e->to);
        e->to = -1;
    }
    return NULL;
}

struct bench_span bench_block_threads(struct bench_room *room, double seconds)
{
    struct worker *workers = calloc(room->workers, sizeof *workers);
    struct bench_span span = {0, 0, 0};
    pthread_barrier_t begin;
    if (!workers || pthread_barrier_init(&begin, NULL, room->workers + 1))
        bench_fail("out of memory");
    const uint64_t start = bench_now();
    for (uint32_t i = 0; i < room->workers; i++) {
        uint8_t *bytes = calloc(2, room->work->size);
        workers[i] = (struct worker){
            .room = room,
            .begin = &begin,
            .index = i,
            .until = start + (uint64_t)(seconds * 1e9),
            .out = bytes,
            .in = bytes + room->work->size,
        };
        if (!bytes || pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]))
            bench_fail("no thread");
    }
    pthread_barrier_wait(&begin);
    const uint64_t began = bench_now();
    for (uint32_t i = 0; i < room->workers; i++) pthread_join(workers[i].thread, NULL);
    span.seconds = (double)(bench_now() - began) / 1e9;
    for (uint32_t i = 0; i < room->workers; i++) {
        span.calls += workers[i].rounds;
        free(workers[i].out);
    }
    pthread_barrier_destroy(&begin);
    free(workers);
    return span;
}

// ------------------------------------------------------------------------------------------- ring

#ifdef BENCH_URING

// Each worker has one entry in flight, two to a round; BENCH_BLOCK_WRITE: one.
static void entry_put(struct io_uring *io, const struct worker *w, uint32_t step)
{
    const struct bench_work *work = w->room->work;
    const struct bench_ends *e = &w->room->ends[w->index];
    const unsigned size = (unsigned)work->size;
    const bool places = work->block == BENCH_BLOCK_SYNC || work->block == BENCH_BLOCK_FILE;
    const uint64_t at = places ? (uint64_t)w->index * size : (uint64_t)-1;
    const bool odd = work->block == BENCH_BLOCK_PAIR && w->index % 2;
    struct io_uring_sqe *sqe = io_uring_get_sqe(io);
    if (!sqe) bench_fail("ring: no room for an entry");
    if (work->block == BENCH_BLOCK_WRITE || (step % 2 == 0) != odd)
        io_uring_prep_write(sqe, e->to, w->out, size, at);
    else if (work->block == BENCH_BLOCK_SYNC)
        io_uring_prep_fsync(sqe, e->to, 0);
    else
        io_uring_prep_read(sqe, e->from, w->in, size, at);
    io_uring_sqe_set_data64(sqe, w->index);
}

struct bench_span bench_block_ring(struct bench_room *room, double seconds)
{
    static const char *const names[] = {HC_LIBURING_NAMES};
    const struct bench_work *work = room->work;
    struct bench_span span = {0, 0, 0};
    struct hc_liburing api;
    struct io_uring io;
    const char *only = getenv(HC_LIBURING_ENV);
    void *library = dlopen(only ? only : names[0], RTLD_NOW | RTLD_LOCAL);
    if (!library || hc_liburing_load(library, &api)) return span;
    struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    if (api.queue_init_params(2 * room->workers, &io, &p)) {
        p = (struct io_uring_params){0};
        if (api.queue_init_params(2 * room->workers, &io, &p)) return span;
    }
    struct worker *workers = calloc(room->workers, sizeof *workers);
    uint32_t *step = calloc(room->workers, sizeof *step);
    uint8_t *bytes = calloc(2 * room->workers, work->size);
    if (!workers || !step || !bytes) bench_fail("out of memory");
    const uint64_t start = bench_now(), until = start + (uint64_t)(seconds * 1e9);
    uint32_t working = 0;  // who decide by themselves when to end
    for (uint32_t i = 0; i < room->workers; i++) {
        uint8_t *own = bytes + 2 * i * work->size;
        workers[i] = (struct worker){.room = room, .index = i, .out = own, .in = own + work->size};
        entry_put(&io, &workers[i], 0);
        working += !follows(&workers[i]);
    }
    while (working) {
        const struct io_uring_cqe *cqe;
        unsigned head, count = 0;
        if (io_uring_cq_ready(&io))
            api.submit_and_get_events(&io);
        else
            api.submit_and_wait(&io, 1);
        const bool over = bench_now() >= until;
        io_uring_for_each_cqe(&io, head, cqe)
        {
            struct worker *w = &workers[cqe->user_data];
            const bool half = work->block != BENCH_BLOCK_WRITE && step[w->index]++ % 2 == 0;
            const int want = work->block == BENCH_BLOCK_SYNC && !half ? 0 : (int)work->size;
            if (cqe->res != want)
                bench_fail("%s: ring: worker %u got %d", work->name, w->index, cqe->res);
            count++;
            w->rounds += !half;
            if (half || !over || follows(w))
                entry_put(&io, w, step[w->index]);
            else
                working--;
        }
        io_uring_cq_advance(&io, count);
    }
    span.seconds = (double)(bench_now() - start) / 1e9;
    api.queue_exit(&io);  // calls off reads that nobody answers any more
    for (uint32_t i = 0; i < room->workers; i++) span.calls += workers[i].rounds;
    dlclose(library);
    free(step);
    free(workers);
    free(bytes);
    return span;
}

#else

struct bench_span bench_block_ring(struct bench_room *room, double seconds)
{
    (void)room, (void)seconds;
    return (struct bench_span){0, 0, 0};
}

#endif
