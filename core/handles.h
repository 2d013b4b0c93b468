// The descriptors kernels hold: numbers that carry a generation, so that a stale one is never
// another file, and the open files they stand for.
#ifndef HC_HANDLES_H
#define HC_HANDLES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HC_HANDLES_MAX 8192

// What threads that wait for a lock of a handle, and the jobs of a ring (core/uring.h) that may not wait
// in their thread, tell each other about it.
struct hc_gate {
    uint32_t waiting, turns;   // atomic: threads that wait; how often one got it after waiting
    struct hc_uring *ring;     // atomic: whose job holds the lock; NULL: none's
    struct hc_jobs {
        struct hc_job *first, *last;
    } jobs;                    // of that ring, that wait for it; its holder's alone
};

// An open file.  Several numbers may stand for it: they share its place and what was read ahead.
struct hc_handle {
    int fd;                 // the host's
    bool owned;             // close(2) it in the end
    bool ready;             // reads and writes never block: a regular file, /dev/null
    bool stream;            // a pipe or a stream socket: what a ring reads and writes
    bool nonblock;          // atomic: the kernel wants -HC_EAGAIN instead of waiting
    uint32_t users;         // numbers that stand for it, and calls at work on it
    pthread_mutex_t lock;   // serialises reads: order and read-ahead
    pthread_mutex_t write_lock;  // pieces of one write stay together
    uint8_t *ahead;         // what hc_read_line read too much
    size_t ahead_at, ahead_size;
    struct hc_gate read_gate, write_gate;  // of lock, of write_lock
};

struct hc_number {
    struct hc_handle *handle;  // NULL: free
    uint32_t generation;    // of the number that stands here, or stood here last
    uint32_t next;          // of the next one
    bool cloexec;
};

struct hc_handles {
    pthread_mutex_t lock;
    uint32_t max;
    struct hc_number *table;
};

// 0, or -1 for want of memory.  stdio: the descriptors behind 0, 1, 2.
int hc_handles_init(struct hc_handles *handles, uint32_t max, const int stdio[3]);
void hc_handles_free(struct hc_handles *handles);

// A number for fd, taking it over: the lowest free entry; -HC_EMFILE (fd stays the caller's) if
// there is none, -HC_ENOMEM.  flags: HC_O_NONBLOCK, HC_O_CLOEXEC.
int64_t hc_handle_add(struct hc_handles *handles, int fd, uint32_t flags);
// The handle behind a number, held until hc_handle_put; NULL: never opened, closed or stale.
struct hc_handle *hc_handle_get(struct hc_handles *handles, uint64_t number);
void hc_handle_put(struct hc_handles *handles, struct hc_handle *handle);
// Locks one of a handle's locks, which a ring may want too.
void hc_gate_lock(pthread_mutex_t *lock, struct hc_gate *gate);
// Closes it once no call is at work on it.  0 or -HC_EBADF.
int64_t hc_handle_close(struct hc_handles *handles, uint64_t number);

// Another number for the same open file: the lowest free entry from `least` on; or `to` itself, closed
// first if it is open.  -HC_EBADF, -HC_EMFILE, -HC_EBUSY: the entry of `to` has another number now.
int64_t hc_handle_dup(struct hc_handles *handles, uint64_t number, uint64_t least, bool cloexec);
int64_t hc_handle_dup_to(struct hc_handles *handles, uint64_t number, uint64_t to, bool cloexec);
// The number's own flag.  Its value before, or -HC_EBADF; set below 0: leave it.
int64_t hc_handle_cloexec(struct hc_handles *handles, uint64_t number, int set);
// The handle in an entry, 0 to 2: what is behind the kernel's own stdin, stdout, stderr, for a child;
// *number is what the kernel calls it.  Held until hc_handle_put; NULL: closed, or closed for children.
struct hc_handle *hc_handle_stdio(struct hc_handles *handles, uint32_t entry, uint64_t *number);

#endif
