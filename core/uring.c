// The ring engine: submits the entries of jobs, sees to what has come, and answers packets that are done.
#include "core/uring_job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct hc_liburing hc_liburing;
static pthread_once_t uring_once = PTHREAD_ONCE_INIT;
static const char *uring_lacks = "";  // what hc_liburing lacks; NULL: nothing, "": all

enum {
    ENTRIES = 256,  // that wait to be submitted; more are submitted at once
    PASSES = 4,     // of a round, over what goes on as soon as something before it has ended
};
enum { ENTRY_CALL, ENTRY_CANCEL, ENTRY_MASK = 7 };  // in the low bits of an entry's user_data

// ---------------------------------------------------------------------------------------- entries

struct io_uring_sqe *hc_entry_new(struct hc_uring *ring)
{
    struct io_uring_sqe *sqe;
    while (!(sqe = io_uring_get_sqe(&ring->io))) hc_liburing.submit(&ring->io);
    return sqe;
}

void hc_entry_fly(struct hc_uring *ring, struct hc_job *job, struct io_uring_sqe *sqe)
{
    io_uring_sqe_set_data64(sqe, (uintptr_t)job | ENTRY_CALL);
    job->at = ring->flying_count;
    ring->flying[ring->flying_count++] = job;
}

static void entry_land(struct hc_uring *ring, struct hc_job *job)
{
    struct hc_job *last = ring->flying[--ring->flying_count];
    ring->flying[job->at] = last;
    last->at = job->at;
}

// What has no reason to wait any more: readers once the launch ends, writers as in hc_write_all().  Asked
// again and again, for an entry that is just about to go on can't be called off.
static void entries_cancel(struct hc_uring *ring, uint32_t why)
{
    const bool writers =
        why == HC_END_SHUTDOWN || __atomic_load_n(&ring->server->impatient, __ATOMIC_RELAXED);
    for (uint32_t i = 0; i < ring->flying_count; i++) {
        struct hc_job *job = ring->flying[i];
        if (job->cancelling || job->op == HC_OP_FSYNC || (job->op == HC_OP_WRITE && !writers))
            continue;
        struct io_uring_sqe *sqe = hc_entry_new(ring);
        io_uring_prep_cancel64(sqe, (uintptr_t)job | ENTRY_CALL, 0);
        io_uring_sqe_set_data64(sqe, (uintptr_t)job | ENTRY_CANCEL);
        job->cancelling = true;
    }
}

// ----------------------------------------------------------------------------------------- rounds

static void jobs_answer(struct hc_poller *poller)
{
    struct hc_jobs finished = poller->ring->finished;
    poller->ring->finished.first = NULL;
    for (struct hc_job *job = finished.first; job; job = job->next) {
        poller->desk->done = &job->done;
        hc_packet_serve(poller->server, poller->desk, job->packet);
    }
    poller->desk->done = NULL;
    hc_mem_publish();
    for (struct hc_job *job; (job = hc_jobs_take(&finished)); poller->in_ring--)
        hc_packet_close(poller->server, job->packet);
}

bool hc_uring_take(struct hc_poller *poller, struct hc_packet *packet)
{
    struct hc_server_t *server = poller->server;
    struct hc_job *job = &poller->ring->jobs[packet->slot / server->params.pollers];
    bool fits = true;
    uint32_t rank = 0;
    for (; rank < packet->head.lanes && fits; rank++) {
        job->handles[rank] = NULL;
        fits = hc_job_fits(server, poller->desk, packet, rank, &job->handles[rank]);
    }
    while (!fits && rank-- > 0)
        if (job->handles[rank]) hc_handle_put(&server->handles, job->handles[rank]);
    if (!fits) return false;
    job->packet = packet;
    job->rank = 0;
    job->begun = job->holds = false;
    hc_jobs_add(&poller->ring->ready, job);
    poller->in_ring++;
    hc_desk_count(&poller->desk->stats.to_ring, 1);
    return true;
}

static bool entries_reap(struct hc_uring *ring)
{
    const struct io_uring_cqe *cqe;
    unsigned head, count = 0;
    // The kernel has something to do for the ring.  A word of its own, which it sets: relaxed.
    const unsigned flags = __atomic_load_n(ring->io.sq.kflags, __ATOMIC_RELAXED);
    if (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) hc_liburing.get_events(&ring->io);
    io_uring_for_each_cqe(&ring->io, head, cqe)
    {
        struct hc_job *job = (struct hc_job *)(uintptr_t)(cqe->user_data & ~(uint64_t)ENTRY_MASK);
        count++;
        if (cqe->user_data & ENTRY_CANCEL) {
            job->cancelling = false;
            continue;
        }
        entry_land(ring, job);
        hc_job_came(ring, job, cqe->res);
        hc_jobs_add(&ring->ready, job);
    }
    io_uring_cq_advance(&ring->io, count);
    return count;
}

bool hc_uring_round(struct hc_poller *poller)
{
    struct hc_uring *ring = poller->ring;
    const uint32_t why = hc_control_why(poller->server);
    bool moved = false;
    if (why != HC_RUN) entries_cancel(ring, why);
    if (ring->shut.first) hc_jobs_retry(ring);
    for (int pass = 0; pass < PASSES; pass++) {
        for (struct hc_job *job; (job = hc_jobs_take(&ring->ready));)
            hc_job_run(ring, job, poller->desk);
        if (io_uring_sq_ready(&ring->io)) hc_liburing.submit_and_get_events(&ring->io);
        if (!entries_reap(ring)) break;
        moved = true;
    }
    if (!ring->finished.first) return moved;
    jobs_answer(poller);
    return true;
}

void hc_uring_wait(struct hc_uring *ring, uint64_t ns)
{
    struct __kernel_timespec t = {.tv_nsec = (long long)ns};
    struct io_uring_cqe *cqe;
    hc_liburing.wait_cqe_timeout(&ring->io, &cqe, &t);
}

// ------------------------------------------------------------------------------------ life of a ring

static void uring_load(void)
{
    void *library =
        hc_library_open(HC_LIBURING_ENV, (const char *const[]){HC_LIBURING_NAMES, NULL});
    if (library) uring_lacks = hc_liburing_load(library, &hc_liburing);
}

// The newest way that the kernel knows: completions wait until the ring's one thread asks for them.
static int ring_make(struct hc_uring *ring, uint32_t slots)
{
    const unsigned ways[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                 IORING_SETUP_TASKRUN_FLAG,
                             IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG, 0};
    int err = -EINVAL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways && err == -EINVAL; i++) {
        struct io_uring_params p = {
            .flags = ways[i] | IORING_SETUP_R_DISABLED | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP,
            .cq_entries = 2 * slots + ENTRIES,  // an entry and its cancelling for each: never full
        };
        err = hc_liburing.queue_init_params(ENTRIES, &ring->io, &p);
    }
    if (err)
        return hc_error(HC_ERR_UNSUPPORTED, "engine uring: io_uring_setup: %s%s", strerror(-err),
                        err == -EPERM ? " (the sysctl kernel.io_uring_disabled, or a sandbox)"
                                      : "");
    return 0;
}

static int ring_check(struct hc_uring *ring)
{
    const unsigned needed = IORING_FEAT_NODROP | IORING_FEAT_FAST_POLL | IORING_FEAT_EXT_ARG |
                            IORING_FEAT_NATIVE_WORKERS;
    const int ops[] = {IORING_OP_READ, IORING_OP_WRITE, IORING_OP_FSYNC, IORING_OP_POLL_ADD,
                       IORING_OP_ASYNC_CANCEL};
    struct io_uring_probe *probe = hc_liburing.get_probe_ring(&ring->io);
    bool has = probe && (ring->io.features & needed) == needed;
    for (size_t i = 0; i < sizeof ops / sizeof *ops && has; i++)
        has = io_uring_opcode_supported(probe, ops[i]);
    hc_liburing.free_probe(probe);
    return has ? 0 : hc_error(HC_ERR_UNSUPPORTED, "engine uring: needs Linux 5.12 or later");
}

int hc_uring_create(struct hc_server_t *server, struct hc_uring **out)
{
    const uint32_t slots = server->params.slots / server->params.pollers + 1;
    pthread_once(&uring_once, uring_load);
    if (uring_lacks)
        return hc_error(HC_ERR_UNSUPPORTED, "engine uring: liburing.so.2 %s%s (install liburing2)",
                        *uring_lacks ? "lacks " : "is not found", uring_lacks);
    struct hc_uring *ring = calloc(1, sizeof *ring);
    if (!ring) return hc_error(HC_ERR_MEMORY, "server: out of memory");
    const int err = ring_make(ring, slots);
    if (err) {
        free(ring);
        return err;
    }
    *out = ring;
    ring->server = server;
    ring->jobs = calloc(slots, sizeof *ring->jobs);
    ring->flying = calloc(slots, sizeof *ring->flying);
    if (!ring->jobs || !ring->flying) return hc_error(HC_ERR_MEMORY, "server: out of memory");
    return ring_check(ring);
}

void hc_uring_destroy(struct hc_uring **ring)
{
    if (!*ring) return;
    hc_liburing.queue_exit(&(*ring)->io);
    free((*ring)->jobs);
    free((*ring)->flying);
    free(*ring);
    *ring = NULL;
}

void hc_uring_begin(struct hc_uring *ring)
{
    // Of the kernel's own threads, which do what can't be polled for, there may be as many as workers.
    unsigned most[2] = {ring->server->params.workers_max, ring->server->params.workers_max};
    hc_liburing.register_by_code((unsigned)ring->io.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
    hc_liburing.register_iowq_max_workers(&ring->io, most);
}
