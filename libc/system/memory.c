// malloc: small blocks of a thread's own lists, large ones and whole chunks from one heap under a lock.
//
// A block of up to SMALL_MAX bytes is cut from a chunk of one size; free puts it on the list of the thread that frees
// it, which is where that thread's next block of that size comes from.  So threads meet only when a list is empty, or
// too long: then a batch of blocks goes from or to the depot, which all share.
// Larger ones have spans of the heap to themselves, kept in a list by address and joined with their neighbours.
#include <errno.h>
#include <malloc.h>
#include <reent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libc/system/lock.h"
#include "libc/system/names.h"

enum {
    ALIGN = 16,
    HEAD = 16,          // in front of a block
    SMALL_MAX = 32752,  // with its head: 32 KiB
    CLASSES = 40,
    CHUNK = 65536,
    BATCH = 4096,  // bytes that go from one thread to another at once
};

struct head {
    size_t size;        // small: number of its class; else bytes of the span, this head included
    struct head *next;  // in use: NULL, or if aligned: the head of the block around
};
struct span {  // free
    size_t size;
    struct span *next;
};

struct
    batch {  // free blocks of one size that belong to nobody, chained by head.next; this is the first
    struct head head;
    struct batch *next;
    size_t count;
};
struct list {
    struct head *first;
    size_t count, most;  // blocks of a batch; 0: not known yet
};

static char *heap_next, *heap_end;
static struct span *spans;
static uint32_t heap_lock;
static struct batch *depot[CLASSES];
static _Thread_local struct list lists[CLASSES];

// The lock guards spans, heap_next, depot, and what lies in spans and batches.
static void lock(void) { hc_lock(&heap_lock); }
static void unlock(void) { hc_unlock(&heap_lock); }

void hc_heap_set(void *heap, size_t size)
{
    heap_next = heap;
    heap_end = heap_next + size;
}

// ------------------------------------------------------------------------------------------- spans

static void *fresh(size_t size)
{
    if ((size_t)(heap_end - heap_next) < size) return NULL;
    void *p = heap_next;
    heap_next += size;
    return p;
}

static void *span_take(size_t size)
{
    lock();
    void *p = NULL;
    for (struct span **s = &spans; *s && !p; s = &(*s)->next) {
        struct span *found = *s;
        if (found->size < size) continue;
        const size_t rest = found->size - size;
        if (rest >= 64) {  // its end is taken, so that the list stays as it is
            found->size = rest;
            p = (char *)found + rest;
        } else {
            *s = found->next;
            p = found;
            size = found->size;
        }
        break;
    }
    if (!p) p = fresh(size);
    unlock();
    if (p) ((struct head *)p)->size = size;
    return p;
}

static void span_give(void *p, size_t size)
{
    lock();
    struct span **s = &spans, *before = NULL;
    while (*s && (char *)*s < (char *)p) {
        before = *s;
        s = &before->next;
    }
    struct span *own = p;
    own->size = size;
    own->next = *s;
    *s = own;
    if (own->next && (char *)own + own->size == (char *)own->next) {
        own->size += own->next->size;
        own->next = own->next->next;
    }
    if (before && (char *)before + before->size == (char *)own) {
        before->size += own->size;
        before->next = own->next;
        own = before;
    }
    if (!own->next &&
        (char *)own + own->size == heap_next) {  // the last one: back to what is fresh
        heap_next = (char *)own;
        s = &spans;
        while (*s != own) s = &(*s)->next;
        *s = NULL;
    }
    unlock();
}

void *hc_heap_more(size_t size)
{
    lock();
    char *end = heap_end - ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1));
    const bool fits = size < (size_t)(heap_end - heap_next);
    if (fits) heap_end = end;
    unlock();
    return fits ? end : NULL;
}

// --------------------------------------------------------------------------------- small blocks

// Four sizes to each doubling from 32 bytes on: 32 48 64 80 96 112 128 160 192 224 256 ... 32768.
static size_t class_size(unsigned c)
{
    if (c < 2) return 32 + 16 * c;
    c -= 2;
    return ((size_t)4 + c % 4) << (c / 4 + 4);
}

static unsigned class_of(size_t size)
{
    if (size <= 32) return 0;
    if (size <= 48) return 1;
    const unsigned top = 63 - (unsigned)__builtin_clzll(size - 1);  // of 64 .. : 5 and more
    const unsigned quarter = (unsigned)((size - 1) >> (top - 2)) - 3;
    return (top - 6) * 4 + quarter + 2;
}

static size_t batch_most(unsigned c)
{
    const size_t n = BATCH / class_size(c);
    return n > 2 ? n : 2;
}

// Free blocks of a fresh chunk: the first batch, the others are in the depot.
static struct batch *chunk_cut(unsigned c)
{
    const size_t size = class_size(c), span = size < CHUNK / 8 ? CHUNK : 8 * size;
    const size_t most = batch_most(c);
    size_t left = span / size;
    char *chunk = span_take(span);
    if (!chunk) {  // not even that much is left: one block will do
        left = 1;
        chunk = span_take(size);
        if (!chunk) return NULL;
    }
    struct batch *first = NULL, *last = NULL;
    while (left) {  // from its end on, so that the lowest addresses are given out first
        const size_t count = left % most ? left % most : most;
        struct head *next = NULL;
        for (size_t i = 0; i < count; i++) {
            struct head *h = (struct head *)(chunk + --left * size);
            h->next = next;
            next = h;
        }
        struct batch *b = (struct batch *)next;
        b->count = count;
        b->next = first;
        first = b;
        if (!last) last = b;
    }
    if (first != last) {
        lock();
        last->next = depot[c];
        depot[c] = first->next;
        unlock();
    }
    return first;
}

static bool list_fill(unsigned c)
{
    lock();
    struct batch *b = depot[c];
    if (b) depot[c] = b->next;
    unlock();
    if (!b) b = chunk_cut(c);
    if (!b) return false;
    lists[c] = (struct list){&b->head, b->count, batch_most(c)};
    return true;
}

static void depot_add(unsigned c, struct head *first, size_t count)
{
    struct batch *b = (struct batch *)first;
    b->count = count;
    lock();
    b->next = depot[c];
    depot[c] = b;
    unlock();
}

// A thread that frees what others allocate does not keep it.
static void list_trim(unsigned c)
{
    struct list *l = &lists[c];
    if (!l->most) l->most = batch_most(c);
    if (l->count <= 2 * l->most) return;
    struct head *last = l->first;
    for (size_t i = 1; i < l->most; i++) last = last->next;
    depot_add(c, last->next, l->count - l->most);
    last->next = NULL;
    l->count = l->most;
}

void hc_heap_leave(void)
{
    for (unsigned c = 0; c < CLASSES; c++) {
        if (lists[c].first) depot_add(c, lists[c].first, lists[c].count);
        lists[c] = (struct list){NULL, 0, 0};
    }
}

void *malloc(size_t wanted)
{
    if (wanted > SIZE_MAX / 2) goto none;
    const size_t size = (wanted + HEAD + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    struct head *h;
    if (size <= SMALL_MAX + HEAD) {
        const unsigned c = class_of(size);
        if (!lists[c].first && !list_fill(c)) goto none;
        h = lists[c].first;
        lists[c].first = h->next;
        lists[c].count--;
        h->size = c;
    } else {
        h = span_take(size);
        if (!h) goto none;
    }
    h->next = NULL;
    return (char *)h + HEAD;
none:
    errno = ENOMEM;
    return NULL;
}

static struct head *head_of(void *p)
{
    struct head *h = (struct head *)((char *)p - HEAD);
    return h->next ? h->next : h;
}

void free(void *p)
{
    if (!p) return;
    struct head *h = head_of(p);
    if (h->size >= CLASSES) {
        span_give(h, h->size);
        return;
    }
    const unsigned c = (unsigned)h->size;
    h->next = lists[c].first;
    lists[c].first = h;
    if (++lists[c].count > 2 * lists[c].most && hc_threads_begun) list_trim(c);
}

size_t malloc_usable_size(void *p)
{
    if (!p) return 0;
    const struct head *h = head_of(p);
    const size_t size = h->size < CLASSES ? class_size((unsigned)h->size) : h->size;
    return size - (size_t)((char *)p - (const char *)h);
}

void *calloc(size_t count, size_t each)
{
    size_t size;
    if (__builtin_mul_overflow(count, each, &size)) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = malloc(size);
    return p ? memset(p, 0, size) : NULL;
}

void *realloc(void *p, size_t size)
{
    if (!p) return malloc(size);
    const size_t had = malloc_usable_size(p);
    if (size <= had && size >= had / 4) return p;
    void *moved = malloc(size);
    if (!moved) return size <= had ? p : NULL;
    memcpy(moved, p, size < had ? size : had);
    free(p);
    return moved;
}

void *memalign(size_t align, size_t size)
{
    if (align <= ALIGN) return malloc(size);
    if (align & (align - 1) || size > SIZE_MAX / 2 || align > SIZE_MAX / 4) {
        errno = EINVAL;
        return NULL;
    }
    char *p = malloc(size + align);
    if (!p || !((uintptr_t)p & (align - 1))) return p;
    char *to = (char *)(((uintptr_t)p + align) & ~(uintptr_t)(align - 1));
    ((struct head *)(to - HEAD))->next = (struct head *)(p - HEAD);
    return to;
}

void *aligned_alloc(size_t align, size_t size) { return memalign(align, size); }

int posix_memalign(void **out, size_t align, size_t size)
{
    if (align < sizeof(void *) || align & (align - 1)) return EINVAL;
    const int before = errno;
    void *p = memalign(align, size);
    errno = before;
    if (!p) return ENOMEM;
    *out = p;
    return 0;
}

// ------------------------------------------------------------------------- what newlib calls them

void *_malloc_r(struct _reent *r, size_t size)
{
    (void)r;
    return malloc(size);
}
void _free_r(struct _reent *r, void *p)
{
    (void)r;
    free(p);
}
void *_calloc_r(struct _reent *r, size_t count, size_t each)
{
    (void)r;
    return calloc(count, each);
}
void *_realloc_r(struct _reent *r, void *p, size_t size)
{
    (void)r;
    return realloc(p, size);
}
void *_memalign_r(struct _reent *r, size_t align, size_t size)
{
    (void)r;
    return memalign(align, size);
}

// Nothing moves the heap's end any more; who asks is told where it is, or that there is no more.
void *_sbrk(ptrdiff_t more)
{
    if (!more) return heap_next;
    errno = ENOMEM;
    return (void *)-1;
}
void *sbrk(ptrdiff_t more) { return _sbrk(more); }
