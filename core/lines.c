// Keeps lanes' unfinished lines apart until they end.
#include "core/lines.h"

#include <stdlib.h>
#include <string.h>

struct hc_line {
    struct hc_line *next;
    uint64_t lane, number;
    struct hc_batch text;
};

void hc_lines_init(struct hc_lines *lines)
{
    memset(lines, 0, sizeof *lines);
    pthread_mutex_init(&lines->lock, NULL);
}

static void line_free(struct hc_line *line)
{
    free(line->text.bytes);
    free(line);
}

void hc_lines_free(struct hc_lines *lines)
{
    for (size_t b = 0; b < 256; b++)
        while (lines->bucket[b]) {
            struct hc_line *line = lines->bucket[b];
            lines->bucket[b] = line->next;
            line_free(line);
        }
    pthread_mutex_destroy(&lines->lock);
}

bool hc_batch_reserve(struct hc_batch *batch, size_t more)
{
    if (batch->size + more <= batch->capacity) return true;
    const size_t capacity = (batch->size + more) * 2 + 4096;
    uint8_t *bytes = realloc(batch->bytes, capacity);
    if (!bytes) return false;
    batch->bytes = bytes;
    batch->capacity = capacity;
    return true;
}

bool hc_batch_add(struct hc_batch *batch, const void *bytes, size_t size)
{
    if (!hc_batch_reserve(batch, size)) return false;
    if (size) memcpy(batch->bytes + batch->size, bytes, size);
    batch->size += size;
    return true;
}

static struct hc_line **line_find(struct hc_lines *lines, uint64_t lane, uint64_t number)
{
    struct hc_line **at = &lines->bucket[(lane ^ number ^ lane >> 8) & 255];
    while (*at && ((*at)->lane != lane || (*at)->number != number)) at = &(*at)->next;
    return at;
}

// Appends the line to the batch and removes it.
static bool line_finish(struct hc_lines *lines, struct hc_line **at, struct hc_batch *batch)
{
    struct hc_line *line = *at;
    if (!hc_batch_add(batch, line->text.bytes, line->text.size)) return false;
    *at = line->next;
    __atomic_fetch_sub(&lines->count, 1, __ATOMIC_RELAXED);
    line_free(line);
    return true;
}

static bool lines_add(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane,
                      const uint8_t *bytes, size_t size)
{
    struct hc_line **at = line_find(lines, lane, batch->number);
    const uint8_t *last = memrchr(bytes, '\n', size);
    size_t whole = last ? (size_t)(last - bytes) + 1 : 0;
    const size_t kept = *at ? (*at)->text.size : 0;
    if (size - whole + (whole ? 0 : kept) > HC_LINE_KEEP ||
        (!*at && whole < size && lines->count >= HC_LINES_KEEP))
        whole = size;
    if (whole) {
        // Room for all of it first: then nothing can fail half-way.
        if (!hc_batch_reserve(batch, whole + kept)) return false;
        if (*at) line_finish(lines, at, batch);
        hc_batch_add(batch, bytes, whole);
    }
    if (whole == size) return true;
    if (!*at) {
        struct hc_line *line = calloc(1, sizeof *line);
        if (!line) return hc_batch_add(batch, bytes + whole, size - whole);
        line->lane = lane;
        line->number = batch->number;
        *at = line;
        __atomic_fetch_add(&lines->count, 1, __ATOMIC_RELAXED);
    }
    return hc_batch_add(&(*at)->text, bytes + whole, size - whole);
}

bool hc_lines_add(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane,
                  const uint8_t *bytes, size_t size)
{
    // Nobody has begun a line, and this is whole ones: the usual case, told without the lock.  Only
    // this lane's own lines matter, and it makes no other call now.
    if (size && bytes[size - 1] == '\n' && !__atomic_load_n(&lines->count, __ATOMIC_RELAXED))
        return hc_batch_add(batch, bytes, size);
    pthread_mutex_lock(&lines->lock);
    const bool ok = lines_add(lines, batch, lane, bytes, size);
    pthread_mutex_unlock(&lines->lock);
    return ok;
}

void hc_lines_flush(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane)
{
    pthread_mutex_lock(&lines->lock);
    struct hc_line **at = line_find(lines, lane, batch->number);
    if (*at) line_finish(lines, at, batch);
    pthread_mutex_unlock(&lines->lock);
}

bool hc_lines_has(struct hc_lines *lines, uint64_t lane, uint64_t number)
{
    // As in hc_lines_add(): only this lane's own lines matter.
    if (!__atomic_load_n(&lines->count, __ATOMIC_RELAXED)) return false;
    pthread_mutex_lock(&lines->lock);
    const bool has = *line_find(lines, lane, number);
    pthread_mutex_unlock(&lines->lock);
    return has;
}

bool hc_lines_flush_any(struct hc_lines *lines, struct hc_batch *batch)
{
    bool found = false;
    pthread_mutex_lock(&lines->lock);
    for (size_t b = 0; b < 256 && !found; b++)
        if (lines->bucket[b]) {
            batch->number = lines->bucket[b]->number;
            found = line_finish(lines, &lines->bucket[b], batch);
        }
    pthread_mutex_unlock(&lines->lock);
    return found;
}
