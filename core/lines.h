// Output of kernels: whole lines, each lane's in order, gathered per packet into one write.
#ifndef HC_LINES_H
#define HC_LINES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hc_line;

// Lines that lanes have begun and not ended, of all lanes and descriptors.
struct hc_lines {
    pthread_mutex_t lock;     // never held while writing
    struct hc_line *bucket[256];
    uint32_t count;           // lines; atomic, a hint outside the lock
};

// Finished output on its way to one descriptor.
struct hc_batch {
    uint8_t *bytes;
    size_t size, capacity;
    uint64_t number;          // the descriptor, as kernels know it
    bool used;
};

void hc_lines_init(struct hc_lines *lines);
void hc_lines_free(struct hc_lines *lines);

// Adds what a lane printed to descriptor `number`: finished lines go to the batch, after what the
// lane had begun; an unfinished rest waits, unless it is longer than HC_LINE_KEEP or too many wait.
// False: out of memory, nothing taken.
bool hc_lines_add(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane,
                  const uint8_t *bytes, size_t size);
#define HC_LINE_KEEP 4096
#define HC_LINES_KEEP 65536

// Moves the line a lane has begun on batch->number to the batch.
void hc_lines_flush(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane);
// Likewise one line of any lane and descriptor; sets batch->number.  False: none is left.
bool hc_lines_flush_any(struct hc_lines *lines, struct hc_batch *batch);
// Whether a lane has begun a line on descriptor `number`.
bool hc_lines_has(struct hc_lines *lines, uint64_t lane, uint64_t number);

// Makes room for so many more bytes.  False: out of memory.
bool hc_batch_reserve(struct hc_batch *batch, size_t more);
bool hc_batch_add(struct hc_batch *batch, const void *bytes, size_t size);

#endif
