// Reading into and writing from several buffers: in one call, by way of one buffer.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "libc/system/names.h"

enum { PARTS = 1024 };

// Bytes of all parts, or -1.
static ssize_t size_of(const struct iovec *parts, int count)
{
    size_t size = 0;
    if (count <= 0 || count > PARTS) return hc_result(-HC_EINVAL);
    for (int i = 0; i < count; i++)
        if (parts[i].iov_len > SSIZE_MAX - size)
            return hc_result(-HC_EINVAL);
        else
            size += parts[i].iov_len;
    return (ssize_t)size;
}

ssize_t readv(int fd, const struct iovec *parts, int count)
{
    const ssize_t size = size_of(parts, count);
    if (size < 0) return -1;
    char *all = malloc(size ? (size_t)size : 1);
    if (!all) return -1;
    const ssize_t got = _read(fd, all, (size_t)size);
    size_t at = 0;
    for (int i = 0; got > 0 && i < count && at < (size_t)got; i++) {
        const size_t left = (size_t)got - at, n = left < parts[i].iov_len ? left : parts[i].iov_len;
        memcpy(parts[i].iov_base, all + at, n);
        at += n;
    }
    free(all);
    return got;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    const ssize_t size = size_of(parts, count);
    if (size < 0) return -1;
    char *all = malloc(size ? (size_t)size : 1), *at = all;
    if (!all) return -1;
    for (int i = 0; i < count; at += parts[i++].iov_len)
        memcpy(at, parts[i].iov_base, parts[i].iov_len);
    const ssize_t put = _write(fd, all, (size_t)size);
    free(all);
    return put;
}
