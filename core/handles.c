// The table of descriptors that kernels hold, and the open files behind them.
#include "core/handles.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "hostcall/protocol.h"

enum { INDEX_BITS = 13, GENERATION_MASK = (1 << 18) - 1 };
_Static_assert(HC_HANDLES_MAX == 1 << INDEX_BITS, "a number is index and generation");

static bool socket_streams(int fd)
{
    int type = 0;
    socklen_t size = sizeof type;
    return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) && type == SOCK_STREAM;
}

static void kind_look(struct hc_handle *h)
{
    struct stat s;
    if (fstat(h->fd, &s)) return;
    // of memory devices: null, zero, full, random, urandom
    h->ready =
        S_ISREG(s.st_mode) || S_ISDIR(s.st_mode) || (S_ISCHR(s.st_mode) && major(s.st_rdev) == 1);
    h->stream = S_ISFIFO(s.st_mode) || (S_ISSOCK(s.st_mode) && socket_streams(h->fd));
}

static struct hc_handle *handle_new(int fd, bool owned, uint32_t flags)
{
    struct hc_handle *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->fd = fd;
    h->owned = owned;
    kind_look(h);
    h->nonblock = flags & HC_O_NONBLOCK;
    pthread_mutex_init(&h->lock, NULL);
    pthread_mutex_init(&h->write_lock, NULL);
    return h;
}

// The rest is called with the lock held, down to the public part.
static void handle_release(struct hc_handle *h)
{
    if (--h->users) return;
    if (h->owned) close(h->fd);
    pthread_mutex_destroy(&h->lock);
    pthread_mutex_destroy(&h->write_lock);
    free(h->ahead);
    free(h);
}

static int64_t number_take(struct hc_handles *handles, uint32_t i, struct hc_handle *h,
                           uint32_t generation, bool cloexec)
{
    struct hc_number *n = &handles->table[i];
    n->handle = h;
    n->generation = generation;
    n->cloexec = cloexec;
    h->users++;
    return (int64_t)((uint64_t)generation << INDEX_BITS | i);
}

static void number_drop(struct hc_number *n)
{
    struct hc_handle *h = n->handle;
    n->handle = NULL;
    // hc_handle_dup_to() may have asked for a generation of its own.
    const uint32_t last = n->generation > n->next ? n->generation : n->next;
    n->next = (last + 1) & GENERATION_MASK;
    handle_release(h);
}

static int64_t number_lowest(struct hc_handles *handles, uint64_t least, struct hc_handle *h,
                             bool cloexec)
{
    for (uint64_t i = least; i < handles->max; i++)
        if (!handles->table[i].handle)
            return number_take(handles, (uint32_t)i, h, handles->table[i].next, cloexec);
    return -HC_EMFILE;
}

static struct hc_number *number_find(struct hc_handles *handles, uint64_t number)
{
    const uint64_t index = number & (HC_HANDLES_MAX - 1);
    if (index >= handles->max) return NULL;
    struct hc_number *n = &handles->table[index];
    return n->handle && number >> INDEX_BITS == n->generation ? n : NULL;
}

// ----------------------------------------------------------------------------------------- public

int hc_handles_init(struct hc_handles *handles, uint32_t max, const int stdio[3])
{
    handles->table = calloc(max, sizeof *handles->table);
    if (!handles->table) return -1;
    handles->max = max;
    pthread_mutex_init(&handles->lock, NULL);
    for (uint32_t i = 0; i < 3 && i < max; i++) {
        struct hc_handle *h = handle_new(stdio[i], false, 0);
        if (!h) return -1;
        number_take(handles, i, h, 0, false);
    }
    return 0;
}

void hc_handles_free(struct hc_handles *handles)
{
    if (!handles->table) return;
    for (uint32_t i = 0; i < handles->max; i++)
        if (handles->table[i].handle) number_drop(&handles->table[i]);
    pthread_mutex_destroy(&handles->lock);
    free(handles->table);
    handles->table = NULL;
}

int64_t hc_handle_add(struct hc_handles *handles, int fd, uint32_t flags)
{
    struct hc_handle *h = handle_new(fd, true, flags);
    if (!h) return -HC_ENOMEM;
    pthread_mutex_lock(&handles->lock);
    const int64_t number = number_lowest(handles, 0, h, flags & HC_O_CLOEXEC);
    if (number < 0) {
        h->owned = false;
        h->users = 1;
        handle_release(h);
    }
    pthread_mutex_unlock(&handles->lock);
    return number;
}

struct hc_handle *hc_handle_get(struct hc_handles *handles, uint64_t number)
{
    pthread_mutex_lock(&handles->lock);
    const struct hc_number *n = number_find(handles, number);
    struct hc_handle *h = n ? n->handle : NULL;
    if (h) h->users++;
    pthread_mutex_unlock(&handles->lock);
    return h;
}

void hc_handle_put(struct hc_handles *handles, struct hc_handle *h)
{
    pthread_mutex_lock(&handles->lock);
    handle_release(h);
    pthread_mutex_unlock(&handles->lock);
}

void hc_gate_lock(pthread_mutex_t *lock, struct hc_gate *gate)
{
    if (!pthread_mutex_trylock(lock)) return;
    // Hints for rings, which take what they see late for a round: relaxed.
    __atomic_fetch_add(&gate->waiting, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(lock);
    __atomic_fetch_add(&gate->turns, 1, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&gate->waiting, 1, __ATOMIC_RELAXED);
}

int64_t hc_handle_close(struct hc_handles *handles, uint64_t number)
{
    pthread_mutex_lock(&handles->lock);
    struct hc_number *n = number_find(handles, number);
    if (n) number_drop(n);
    pthread_mutex_unlock(&handles->lock);
    return n ? 0 : -HC_EBADF;
}

int64_t hc_handle_dup(struct hc_handles *handles, uint64_t number, uint64_t least, bool cloexec)
{
    pthread_mutex_lock(&handles->lock);
    const struct hc_number *n = number_find(handles, number);
    const int64_t result = n ? number_lowest(handles, least, n->handle, cloexec) : -HC_EBADF;
    pthread_mutex_unlock(&handles->lock);
    return result;
}

int64_t hc_handle_dup_to(struct hc_handles *handles, uint64_t number, uint64_t to, bool cloexec)
{
    const uint64_t index = to & (HC_HANDLES_MAX - 1), generation = to >> INDEX_BITS;
    if (index >= handles->max || generation > GENERATION_MASK) return -HC_EBADF;
    int64_t result = -HC_EBADF;
    pthread_mutex_lock(&handles->lock);
    const struct hc_number *from = number_find(handles, number);
    struct hc_number *n = &handles->table[index];
    if (from && n->handle && n->generation != generation) {
        result = -HC_EBUSY;
    } else if (from && from == n) {
        result = (int64_t)to;
    } else if (from) {
        // What happens to be closed can't be what is copied: another number holds that.
        if (n->handle) number_drop(n);
        result = number_take(handles, (uint32_t)index, from->handle, (uint32_t)generation, cloexec);
    }
    pthread_mutex_unlock(&handles->lock);
    return result;
}

int64_t hc_handle_cloexec(struct hc_handles *handles, uint64_t number, int set)
{
    int64_t result = -HC_EBADF;
    pthread_mutex_lock(&handles->lock);
    struct hc_number *n = number_find(handles, number);
    if (n) {
        result = n->cloexec;
        if (set >= 0) n->cloexec = set;
    }
    pthread_mutex_unlock(&handles->lock);
    return result;
}

struct hc_handle *hc_handle_stdio(struct hc_handles *handles, uint32_t entry, uint64_t *number)
{
    pthread_mutex_lock(&handles->lock);
    const struct hc_number *n = &handles->table[entry];
    struct hc_handle *h = n->cloexec ? NULL : n->handle;
    *number = (uint64_t)n->generation << INDEX_BITS | entry;
    if (h) h->users++;
    pthread_mutex_unlock(&handles->lock);
    return h;
}
