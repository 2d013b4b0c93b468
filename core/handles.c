// The table of descriptors that kernels hold.
#include "core/handles.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "hostcall/protocol.h"

enum { INDEX_BITS = 12, GENERATION_MASK = (1 << 18) - 1 };
_Static_assert(HC_HANDLES_MAX == 1 << INDEX_BITS, "a number is index and generation");

static bool never_blocks(int fd)
{
    struct stat s;
    if (fstat(fd, &s)) return false;
    if (S_ISREG(s.st_mode) || S_ISDIR(s.st_mode)) return true;
    // null, zero, full, random, urandom
    return S_ISCHR(s.st_mode) && major(s.st_rdev) == 1;
}

static void handle_open(struct hc_handle *h, int fd, bool owned)
{
    h->fd = fd;
    h->owned = owned;
    h->ready = never_blocks(fd);
    h->open = true;
    h->users = 1;
    h->ahead_at = h->ahead_size = 0;
}

// Called with the lock held, when open and users both end.
static void handle_release(struct hc_handle *h)
{
    if (--h->users) return;
    if (h->owned) close(h->fd);
    free(h->ahead);
    h->ahead = NULL;
    h->generation = (h->generation + 1) & GENERATION_MASK;
}

int hc_handles_init(struct hc_handles *handles, uint32_t max, const int stdio[3])
{
    handles->table = calloc(max, sizeof *handles->table);
    if (!handles->table) return -1;
    handles->max = max;
    pthread_mutex_init(&handles->lock, NULL);
    for (uint32_t i = 0; i < max; i++) {
        pthread_mutex_init(&handles->table[i].lock, NULL);
        pthread_mutex_init(&handles->table[i].write_lock, NULL);
    }
    for (uint32_t i = 0; i < 3 && i < max; i++) handle_open(&handles->table[i], stdio[i], false);
    return 0;
}

void hc_handles_free(struct hc_handles *handles)
{
    if (!handles->table) return;
    for (uint32_t i = 0; i < handles->max; i++) {
        struct hc_handle *h = &handles->table[i];
        if (h->open) handle_release(h);
        pthread_mutex_destroy(&h->lock);
        pthread_mutex_destroy(&h->write_lock);
    }
    pthread_mutex_destroy(&handles->lock);
    free(handles->table);
    handles->table = NULL;
}

int64_t hc_handle_add(struct hc_handles *handles, int fd)
{
    int64_t number = -HC_EMFILE;
    pthread_mutex_lock(&handles->lock);
    for (uint32_t i = 0; i < handles->max; i++) {
        struct hc_handle *h = &handles->table[i];
        if (h->users) continue;
        handle_open(h, fd, true);
        number = (int64_t)((uint64_t)h->generation << INDEX_BITS | i);
        break;
    }
    pthread_mutex_unlock(&handles->lock);
    return number;
}

static struct hc_handle *handle_find(struct hc_handles *handles, uint64_t number)
{
    const uint64_t index = number & (HC_HANDLES_MAX - 1);
    if (index >= handles->max) return NULL;
    struct hc_handle *h = &handles->table[index];
    return h->open && number >> INDEX_BITS == h->generation ? h : NULL;
}

struct hc_handle *hc_handle_get(struct hc_handles *handles, uint64_t number)
{
    pthread_mutex_lock(&handles->lock);
    struct hc_handle *h = handle_find(handles, number);
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

int64_t hc_handle_close(struct hc_handles *handles, uint64_t number)
{
    pthread_mutex_lock(&handles->lock);
    struct hc_handle *h = handle_find(handles, number);
    if (h) {
        h->open = false;
        handle_release(h);
    }
    pthread_mutex_unlock(&handles->lock);
    return h ? 0 : -HC_EBADF;
}
