// The descriptors kernels hold: numbers that carry a generation, so that a stale one is never
// another file.
#ifndef HC_HANDLES_H
#define HC_HANDLES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HC_HANDLES_MAX 4096

struct hc_handle {
    int fd;                 // the host's
    bool owned;             // close(2) it in the end
    bool ready;             // reads and writes never block: a regular file, /dev/null
    bool open;              // to kernels
    uint32_t users;         // calls at work on it
    uint32_t generation;
    pthread_mutex_t lock;   // serialises reads: order and read-ahead
    pthread_mutex_t write_lock;  // pieces of one write stay together
    uint8_t *ahead;         // what hc_read_line read too much
    size_t ahead_at, ahead_size;
};

struct hc_handles {
    pthread_mutex_t lock;
    uint32_t max;
    struct hc_handle *table;
};

// 0, or -1 for want of memory.  stdio: the descriptors behind 0, 1, 2.
int hc_handles_init(struct hc_handles *handles, uint32_t max, const int stdio[3]);
void hc_handles_free(struct hc_handles *handles);

// A number for fd, taking it over: the lowest free entry; -HC_EMFILE (fd stays the caller's) if
// there is none.
int64_t hc_handle_add(struct hc_handles *handles, int fd);
// The handle behind a number, held until hc_handle_put; NULL: never opened, closed or stale.
struct hc_handle *hc_handle_get(struct hc_handles *handles, uint64_t number);
void hc_handle_put(struct hc_handles *handles, struct hc_handle *handle);
// Closes it once no call is at work on it.  0 or -HC_EBADF.
int64_t hc_handle_close(struct hc_handles *handles, uint64_t number);

#endif
