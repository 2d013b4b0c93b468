// The calls that a ring can do: which entries each takes, one after another, and the locks that it holds.
#include "core/uring_job.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>

#include "core/services/io.h"

// ------------------------------------------------------------------------------------------ locks
// The poller's thread holds a handle's lock for a job, and must not wait for it.  Of a ring's own jobs the
// next one in the gate's list gets it; if threads wait, one of them comes first.

static void gate_enter(struct hc_uring *ring, struct hc_job *job)
{
    // Only this thread stores this ring there: relaxed.
    if (__atomic_load_n(&job->gate->ring, __ATOMIC_RELAXED) == ring) {
        hc_jobs_add(&job->gate->jobs, job);
    } else if (pthread_mutex_trylock(job->lock)) {
        hc_jobs_add(&ring->shut, job);
    } else {
        __atomic_store_n(&job->gate->ring, ring, __ATOMIC_RELAXED);
        job->holds = true;
    }
}

static void gate_leave(struct hc_uring *ring, struct hc_job *job)
{
    struct hc_gate *gate = job->gate;
    struct hc_job *next = gate->jobs.first;
    job->holds = false;
    // Hints, see hc_gate_lock().
    if (next && !__atomic_load_n(&gate->waiting, __ATOMIC_RELAXED)) {
        hc_jobs_take(&gate->jobs);
        next->holds = true;
        hc_jobs_add(&ring->ready, next);
        return;
    }
    while ((next = hc_jobs_take(&gate->jobs))) {
        next->turns = __atomic_load_n(&gate->turns, __ATOMIC_RELAXED);
        hc_jobs_add(&ring->shut, next);
    }
    __atomic_store_n(&gate->ring, NULL, __ATOMIC_RELAXED);
    pthread_mutex_unlock(job->lock);
}

void hc_jobs_retry(struct hc_uring *ring)
{
    struct hc_jobs shut = ring->shut;
    ring->shut.first = NULL;
    for (struct hc_job *job; (job = hc_jobs_take(&shut));) {
        if (__atomic_load_n(&job->gate->waiting, __ATOMIC_RELAXED) &&
            __atomic_load_n(&job->gate->turns, __ATOMIC_RELAXED) == job->turns)
            hc_jobs_add(&ring->shut, job);
        else
            hc_jobs_add(&ring->ready, job);
    }
}

// ------------------------------------------------------------------------------------------ calls

static void call_end(struct hc_uring *ring, struct hc_job *job, int64_t result)
{
    const bool reads = job->op == HC_OP_READ || job->op == HC_OP_READ_LINE;
    job->done.result[job->rank] = result;
    job->done.size[job->rank] = reads && result > 0 ? (uint32_t)result : 0;
    if (job->holds) gate_leave(ring, job);
    hc_handle_put(&ring->server->handles, job->handles[job->rank]);
    job->handles[job->rank++] = NULL;
    job->begun = false;
}

// What was moved stands; else the error does.
static void call_fail(struct hc_uring *ring, struct hc_job *job, int64_t err)
{
    call_end(ring, job, job->moved ? (int64_t)job->moved : err);
}

static void call_begin(struct hc_uring *ring, struct hc_job *job, struct hc_desk *desk)
{
    struct hc_handle *h = job->handles[job->rank];
    const struct hc_service *service;
    struct hc_op op;
    // It has been read before, when the packet was taken: the same words give the same.
    hc_turn_read(ring->server, desk, job->packet, job->rank, &job->turn, &service, &op);
    if (!op.extent_in)
        job->turn.data = (uint8_t *)(job->done.words + job->rank * job->packet->head.room);
    const bool writes = op.op == HC_OP_WRITE;
    job->begun = true;
    job->op = op.op;
    job->lock = op.op == HC_OP_FSYNC ? NULL : writes ? &h->write_lock : &h->lock;
    job->gate = writes ? &h->write_gate : &h->read_gate;
    job->holds = false;
    job->turns = __atomic_load_n(&job->gate->turns, __ATOMIC_RELAXED) - 1;
    job->moved = 0;
    // Moving nothing waits, too.
    job->wait =
        (writes && !job->turn.blob_size) || (op.op == HC_OP_READ && !hc_read_size(&job->turn));
    if (hc_control_why(ring->server) == HC_END_SHUTDOWN) call_end(ring, job, -HC_ESHUTDOWN);
}

static bool fd_ready(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, 0) > 0;
}

// The call's next entry.  READ and READ_LINE may end without one.
static void call_next(struct hc_uring *ring, struct hc_job *job)
{
    struct hc_handle *h = job->handles[job->rank];
    const bool writes = job->op == HC_OP_WRITE;
    const size_t room = hc_read_size(&job->turn);
    size_t size = writes ? job->turn.blob_size - job->moved : room;
    uint8_t *to = job->turn.data;
    bool ended = false;
    if (job->op == HC_OP_READ && h->ahead_size) {
        call_end(ring, job, (int64_t)hc_ahead_take(h, to, room, false, &ended));
        return;
    }
    if (job->op == HC_OP_READ_LINE) {
        if (!h->ahead && !(h->ahead = malloc(HC_AHEAD_BYTES))) {
            call_end(ring, job, -HC_ENOMEM);
            return;
        }
        job->moved += hc_ahead_take(h, to + job->moved, room - job->moved, true, &ended);
        if (ended || job->moved == room) {
            call_end(ring, job, (int64_t)job->moved);
            return;
        }
        to = h->ahead;
        size = HC_AHEAD_BYTES;
    }
    const short events = writes ? POLLOUT : POLLIN;
    if (job->op != HC_OP_FSYNC && hc_handle_impatient(h)) {
        if (!fd_ready(h->fd, events)) {
            call_fail(ring, job, -HC_EAGAIN);
            return;
        }
        job->wait = false;
        if (writes && size > PIPE_BUF) size = PIPE_BUF;  // what a writable pipe has room for
    }
    struct io_uring_sqe *sqe = hc_entry_new(ring);
    if (job->op == HC_OP_FSYNC)
        io_uring_prep_fsync(sqe, h->fd, 0);
    else if (job->wait)
        io_uring_prep_poll_add(sqe, h->fd, (unsigned)events);
    else if (writes)
        io_uring_prep_write(sqe, h->fd, job->turn.blob + job->moved, (unsigned)size, (uint64_t)-1);
    else
        io_uring_prep_read(sqe, h->fd, to, (unsigned)size, (uint64_t)-1);
    job->polled = job->wait;
    job->wait = false;
    hc_entry_fly(ring, job, sqe);
}

void hc_job_came(struct hc_uring *ring, struct hc_job *job, int result)
{
    struct hc_handle *h = job->handles[job->rank];
    if (result == -EINTR || (result >= 0 && job->polled)) return;
    if (result == -EAGAIN) {  // the host's descriptor does not wait by itself
        job->wait = true;
    } else if (result == -ECANCELED) {
        const bool shutdown =
            job->op == HC_OP_WRITE || hc_control_why(ring->server) == HC_END_SHUTDOWN;
        call_fail(ring, job, shutdown ? -HC_ESHUTDOWN : -HC_EINTR);
    } else if (result <= 0) {
        call_fail(ring, job, hc_errno(-result));
    } else if (job->op == HC_OP_READ_LINE) {
        h->ahead_at = 0;
        h->ahead_size = (size_t)result;
    } else if (job->op == HC_OP_WRITE && job->moved + (size_t)result < job->turn.blob_size) {
        job->moved += (size_t)result;
    } else {
        call_end(ring, job, (int64_t)job->moved + result);
    }
}

void hc_job_run(struct hc_uring *ring, struct hc_job *job, struct hc_desk *desk)
{
    while (job->rank < job->packet->head.lanes) {
        if (!job->begun) {
            call_begin(ring, job, desk);
            continue;
        }
        if (job->lock && !job->holds) {
            gate_enter(ring, job);
            if (!job->holds) return;
        }
        const uint32_t rank = job->rank;
        call_next(ring, job);
        if (job->rank == rank) return;
    }
    hc_jobs_add(&ring->finished, job);
}

bool hc_job_fits(struct hc_server_t *server, struct hc_desk *desk, const struct hc_packet *packet,
                 uint32_t rank, struct hc_handle **handle)
{
    struct hc_turn turn;
    const struct hc_service *service;
    struct hc_op op;
    if (hc_turn_read(server, desk, packet, rank, &turn, &service, &op)) return false;
    const bool reads = op.op == HC_OP_READ || op.op == HC_OP_READ_LINE;
    if (!reads && op.op != HC_OP_WRITE && op.op != HC_OP_FSYNC) return false;
    // A line that the lane has begun is written first, and may wait: a worker's matter.
    if (reads ? hc_lines_has(&server->lines, turn.lane_key, 1) ||
                    hc_lines_has(&server->lines, turn.lane_key, 2)
              : hc_lines_has(&server->lines, turn.lane_key, turn.args[0]))
        return false;
    *handle = hc_handle_get(&server->handles, turn.args[0]);
    return *handle && (op.op == HC_OP_FSYNC || (*handle)->stream);
}
