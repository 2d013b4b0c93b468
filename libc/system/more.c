// What newlib's stdio, search and dirent lack of POSIX.
#include <dirent.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/lock.h>

#include "libc/system/names.h"

ssize_t getdelim(char **line, size_t *room, int end, FILE *stream)
{
    if (!line || !room) return hc_result(-HC_EINVAL);
    return __getdelim(line, room, end, stream);
}
ssize_t getline(char **line, size_t *room, FILE *stream)
{
    return getdelim(line, room, '\n', stream);
}

void flockfile(FILE *stream) { __lock_acquire_recursive(stream->_lock); }
void funlockfile(FILE *stream) { __lock_release_recursive(stream->_lock); }
// The lock answers whether it was taken.
int ftrylockfile(FILE *stream) { return __lock_try_acquire_recursive(stream->_lock) ? 0 : -1; }

int readdir_r(DIR *__restrict d, struct dirent *__restrict to, struct dirent **__restrict result)
{
    const int before = errno;
    errno = 0;
    const struct dirent *e = readdir(d);
    const int why = errno;
    errno = before;
    *result = e ? to : NULL;
    if (e) *to = *e;
    return e ? 0 : why;
}

// ------------------------------------------------------------------------------------------- lists

struct element {
    struct element *next, *before;
};

void insque(void *element, void *behind)
{
    struct element *e = element, *b = behind;
    e->before = b;
    e->next = b ? b->next : NULL;
    if (e->next) e->next->before = e;
    if (b) b->next = e;
}

void remque(void *element)
{
    struct element *e = element;
    if (e->before) e->before->next = e->next;
    if (e->next) e->next->before = e->before;
}

void *lfind(const void *key, const void *base, size_t *count, size_t size,
            int (*compare)(const void *, const void *))
{
    const char *at = base;
    for (size_t i = 0; i < *count; i++, at += size)
        if (!compare(key, at)) return (void *)(uintptr_t)at;
    return NULL;
}

void *lsearch(const void *key, void *base, size_t *count, size_t size,
              int (*compare)(const void *, const void *))
{
    void *found = lfind(key, base, count, size, compare);
    return found ? found : memcpy((char *)base + (*count)++ * size, key, size);
}
