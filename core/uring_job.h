// A ring from inside: what uring.c, which keeps it going, and uring_job.c, which knows the calls, share.
#ifndef HC_URING_JOB_H
#define HC_URING_JOB_H

#include "core/liburing.h"
#include "core/uring.h"

// A packet whose calls a ring does, one after another.
struct hc_job {
    struct hc_packet *packet;
    struct hc_job *next;      // in the list it is in
    struct hc_handle *handles[HC_LANES_MAX];  // of its calls; NULL: the call has ended
    struct hc_done done;
    uint32_t at;              // in ring->flying
    bool cancelling;          // an entry that calls off this one's is on its way

    uint32_t rank;            // the call at work
    bool begun;               // what follows is set
    uint32_t op;
    struct hc_turn turn;
    pthread_mutex_t *lock;    // of the handle, which the call must hold; NULL: none
    struct hc_gate *gate;
    bool holds;
    uint32_t turns;           // of the gate, when the job stepped back for a thread that waits
    bool wait;                // the next entry is a poll
    bool polled;              // the entry in flight is
    size_t moved;             // bytes that READ_LINE and WRITE have done
};


struct hc_uring {
    struct io_uring io;
    struct hc_server_t *server;
    struct hc_job *jobs;      // one a slot of the poller
    struct hc_job **flying;   // whose entry the kernel has
    uint32_t flying_count;
    struct hc_jobs ready;        // may go on
    struct hc_jobs shut;         // wait for a lock that a thread holds
    struct hc_jobs finished;
};

extern struct hc_liburing hc_liburing;  // complete once a ring was made

HC_FN void hc_jobs_add(struct hc_jobs *list, struct hc_job *job)
{
    job->next = NULL;
    if (list->first)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}
// NULL: it is empty.
HC_FN struct hc_job *hc_jobs_take(struct hc_jobs *list)
{
    struct hc_job *job = list->first;
    if (job) list->first = job->next;
    return job;
}

// uring.c: an empty entry, and the job's entry as it stands on its way.
struct io_uring_sqe *hc_entry_new(struct hc_uring *ring);
void hc_entry_fly(struct hc_uring *ring, struct hc_job *job, struct io_uring_sqe *sqe);

// uring_job.c

// Whether a ring can do that call of a packet; its handle, to be put back (NULL: none).
bool hc_job_fits(struct hc_server_t *server, struct hc_desk *desk, const struct hc_packet *packet,
                 uint32_t rank, struct hc_handle **handle);
// Goes on until it waits for an entry or a lock, or is finished.
void hc_job_run(struct hc_uring *ring, struct hc_job *job, struct hc_desk *desk);
// What the job's entry gave.  A call that has not ended then goes on in hc_job_run().
void hc_job_came(struct hc_uring *ring, struct hc_job *job, int result);
// Makes those ready that waited for a lock which a thread holds.
void hc_jobs_retry(struct hc_uring *ring);

#endif
