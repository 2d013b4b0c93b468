// Directories.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/system/names.h"

enum { ROOM = 32768 };

struct __dir {
    int fd;
    uint32_t size, at;  // bytes of entries, and where the next is
    uint64_t told;      // entries given out
    struct dirent now;
    _Alignas(8) char entries[ROOM];
};

DIR *fdopendir(int fd)
{
    struct stat s;
    if (_fstat(fd, &s)) return NULL;
    if (!S_ISDIR(s.st_mode)) return hc_result(-HC_ENOTDIR), NULL;
    DIR *d = malloc(sizeof *d);
    if (!d) return NULL;
    d->fd = fd;
    d->size = d->at = 0;
    d->told = 0;
    return d;
}

DIR *opendir(const char *path)
{
    const int fd = _open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    if (!d && fd >= 0) _close(fd);
    return d;
}

struct dirent *readdir(DIR *d)
{
    if (d->at >= d->size) {
        size_t size = 0;
        const int64_t n =
            hc_fetch(HC_OP_READDIR, NULL, 2, hc_fd_wire(d->fd), ROOM, d->entries, ROOM, &size);
        if (n <= 0 || !size) return hc_result(n), NULL;
        d->size = (uint32_t)size;
        d->at = 0;
    }
    const struct hc_dirent *e = (const struct hc_dirent *)(d->entries + d->at);
    const size_t length =
        e->name_size < sizeof d->now.d_name ? e->name_size : sizeof d->now.d_name - 1;
    d->at += (uint32_t)HC_DIRENT_BYTES(e->name_size);
    d->told++;
    d->now.d_ino = (ino_t)e->ino;
    d->now.d_type = e->type;
    memcpy(d->now.d_name, e->name, length);
    d->now.d_name[length] = 0;
    return &d->now;
}

void rewinddir(DIR *d)
{
    hc_ask(HC_OP_REWINDDIR, 1, hc_fd_wire(d->fd), 0, 0);
    d->size = d->at = 0;
    d->told = 0;
}

long telldir(DIR *d) { return (long)d->told; }

void seekdir(DIR *d, long to)
{
    rewinddir(d);
    while (d->told < (uint64_t)to && readdir(d)) {}
}

int dirfd(DIR *d) { return d->fd; }

// The order is that of strcoll(), which is strcmp()'s here.
int alphasort(const struct dirent **a, const struct dirent **b)
{
    return strcoll((*a)->d_name, (*b)->d_name);
}

static void list_free(struct dirent **list, size_t count)
{
    while (count) free(list[--count]);
    free(list);
}

int scandir(const char *path, struct dirent ***result, int (*wanted)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **))
{
    struct dirent **list = NULL;
    size_t count = 0, room = 0;
    DIR *d = opendir(path);
    if (!d) return -1;
    const int before = errno;
    errno = 0;
    for (struct dirent *e; (e = readdir(d)); errno = 0) {
        if (wanted && !wanted(e)) continue;
        if (count == room) {
            struct dirent **more = realloc(list, (room = 2 * room + 32) * sizeof *list);
            if (!more) break;
            list = more;
        }
        list[count] = malloc(sizeof *e);
        if (!list[count]) break;
        *list[count++] = *e;
    }
    const int why = errno;
    closedir(d);
    if (why) {
        list_free(list, count);
        errno = why;
        return -1;
    }
    errno = before;
    if (!list && !(list = malloc(sizeof *list))) return -1;
    if (order) qsort(list, count, sizeof *list, (int (*)(const void *, const void *))order);
    *result = list;
    return (int)count;
}

int closedir(DIR *d)
{
    const int result = _close(d->fd);
    free(d);
    return result;
}
