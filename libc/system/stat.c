// What files are: stat and its kin, modes, times.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "libc/system/names.h"

// st_mode is the same on the wire and in newlib's headers.
static int answer(int64_t result, const struct hc_stat *from, struct stat *out)
{
    if (result < 0) return (int)hc_result(result);
    memset(out, 0, sizeof *out);
    out->st_dev = (dev_t)from->dev;
    out->st_ino = (ino_t)from->ino;
    out->st_mode = (mode_t)from->mode;
    out->st_nlink = (nlink_t)from->nlink;
    out->st_uid = (uid_t)from->uid;
    out->st_gid = (gid_t)from->gid;
    out->st_rdev = (dev_t)from->rdev;
    out->st_size = (off_t)from->size;
    out->st_blksize = (blksize_t)from->blksize;
    out->st_blocks = (blkcnt_t)from->blocks;
    out->st_atim.tv_sec = from->atime_s;
    out->st_atim.tv_nsec = (long)from->atime_ns;
    out->st_mtim.tv_sec = from->mtime_s;
    out->st_mtim.tv_nsec = (long)from->mtime_ns;
    out->st_ctim.tv_sec = from->ctime_s;
    out->st_ctim.tv_nsec = (long)from->ctime_ns;
    return 0;
}

int fstat(int fd, struct stat *out)
{
    struct hc_stat s;
    return answer(hc_fetch(HC_OP_FSTAT, NULL, 1, hc_fd_wire(fd), 0, &s, sizeof s, NULL), &s, out);
}

// What newlib asks for its streams: type and block size, which stay; and the size of regular files, which does not.
int _fstat(int fd, struct stat *out)
{
    const uint64_t told = hc_fd_told(fd);
    if (HC_TOLD_TYPE(told)) {
        memset(out, 0, sizeof *out);
        out->st_mode = (mode_t)HC_TOLD_TYPE(told);
        out->st_blksize = (blksize_t)HC_TOLD_BLOCK(told);
        return 0;
    }
    if (fstat(fd, out)) return -1;
    if (!S_ISREG(out->st_mode) && out->st_blksize >= 0 && out->st_blksize <= UINT16_MAX)
        hc_fd_tell(fd, told, HC_TOLD_STAT(out->st_mode, out->st_blksize));
    return 0;
}

int _stat(const char *path, struct stat *out)
{
    struct hc_stat s;
    return answer(hc_fetch(HC_OP_STAT, path, 1, 0, 0, &s, sizeof s, NULL), &s, out);
}

int lstat(const char *path, struct stat *out)
{
    struct hc_stat s;
    return answer(hc_fetch(HC_OP_STAT, path, 1, HC_AT_NOFOLLOW, 0, &s, sizeof s, NULL), &s, out);
}

int stat(const char *path, struct stat *out) { return _stat(path, out); }
int access(const char *path, int mode)
{
    return (int)hc_result(hc_ask_path(HC_OP_ACCESS, path, 1, mode, 0));
}
int chmod(const char *path, mode_t mode)
{
    return (int)hc_result(hc_ask_path(HC_OP_CHMOD, path, 1, mode & PERMISSIONS, 0));
}
int fchmod(int fd, mode_t mode)
{
    return (int)hc_result(hc_ask(HC_OP_FCHMOD, 2, hc_fd_wire(fd), mode & PERMISSIONS, 0));
}
mode_t umask(mode_t mask) { return (mode_t)hc_ask(HC_OP_UMASK, 1, (int64_t)mask, 0, 0); }
int truncate(const char *path, off_t size)
{
    return (int)hc_result(hc_ask_path(HC_OP_TRUNCATE, path, 1, size, 0));
}

int utimes(const char *path, const struct timeval times[2])
{
    struct timeval now[2];
    if (!times) {
        if (gettimeofday(&now[0], NULL)) return -1;
        now[1] = now[0];
        times = now;
    }
    if (strlen(path) > HC_EXTENT_BYTES) return (int)hc_result(-HC_ENAMETOOLONG);
    struct hc_bridge_call x = hc_call_make(HC_OP_UTIMENS, 6, 0, 0, 0);
    for (int i = 0; i < 2; i++) {
        x.arg[2 * i] = (uint64_t)times[i].tv_sec;
        x.arg[2 * i + 1] = (uint64_t)times[i].tv_usec * 1000;
    }
    x.send = path;
    x.send_size = (uint32_t)strlen(path);
    return (int)hc_result(hc_bridge_call(&x));
}
