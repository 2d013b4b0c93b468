// Services that tell and change what a file is: stat, access, mode, size, times.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/services/files.h"
#include "core/services/io.h"
#include "core/services/place.h"

static int64_t stat_answer(struct hc_turn *turn, const struct stat *s)
{
    const struct hc_stat told = {
        .dev = s->st_dev,
        .ino = s->st_ino,
        .nlink = s->st_nlink,
        .rdev = s->st_rdev,
        .size = (uint64_t)s->st_size,
        .blksize = (uint64_t)s->st_blksize,
        .blocks = (uint64_t)s->st_blocks,
        .mode = s->st_mode,
        .uid = s->st_uid,
        .gid = s->st_gid,
        .atime_s = s->st_atim.tv_sec,
        .atime_ns = s->st_atim.tv_nsec,
        .mtime_s = s->st_mtim.tv_sec,
        .mtime_ns = s->st_mtim.tv_nsec,
        .ctime_s = s->st_ctim.tv_sec,
        .ctime_ns = s->st_ctim.tv_nsec,
    };
    turn->size = turn->room < sizeof told ? turn->room : (uint32_t)sizeof told;
    memcpy(turn->data, &told, turn->size);
    return 0;
}

int64_t hc_service_stat(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    if (turn->args[0] & ~(uint64_t)HC_AT_NOFOLLOW) return -HC_EINVAL;
    struct stat s;
    const int flags = turn->args[0] ? AT_SYMLINK_NOFOLLOW : 0;
    const int64_t failed = fstatat(hc_place_enter(place), path, &s, flags) ? hc_errno(errno) : 0;
    hc_place_leave(place);
    return failed ? failed : stat_answer(turn, &s);
}

int64_t hc_service_fstat(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    struct stat s;
    const int64_t failed = fstat(h->fd, &s) ? hc_errno(errno) : 0;
    hc_handle_put(&turn->server->handles, h);
    return failed ? failed : stat_answer(turn, &s);
}

int64_t hc_service_access(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    if (turn->args[0] & ~(uint64_t)(HC_R_OK | HC_W_OK | HC_X_OK)) return -HC_EINVAL;
    const int64_t result =
        faccessat(hc_place_enter(place), path, (int)turn->args[0], 0) ? hc_errno(errno) : 0;
    hc_place_leave(place);
    return result;
}

int64_t hc_service_chmod(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    if (turn->args[0] > 07777) return -HC_EINVAL;
    const int64_t result =
        fchmodat(hc_place_enter(place), path, (mode_t)turn->args[0], 0) ? hc_errno(errno) : 0;
    hc_place_leave(place);
    return result;
}

int64_t hc_service_fchmod(struct hc_turn *turn)
{
    if (turn->args[1] > 07777) return -HC_EINVAL;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    const int64_t result = fchmod(h->fd, (mode_t)turn->args[1]) ? hc_errno(errno) : 0;
    hc_handle_put(&turn->server->handles, h);
    return result;
}

int64_t hc_service_truncate(struct hc_turn *turn)
{
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    if ((int64_t)turn->args[0] < 0) return -HC_EINVAL;
    // There is no truncateat().
    const int fd = openat(hc_place_enter(&turn->server->place), path,
                          O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int64_t result = fd < 0 ? hc_errno(errno) : 0;
    hc_place_leave(&turn->server->place);
    if (fd < 0) return result;
    if (ftruncate(fd, (off_t)turn->args[0])) result = hc_errno(errno);
    close(fd);
    return result;
}

int64_t hc_service_ftruncate(struct hc_turn *turn)
{
    if ((int64_t)turn->args[1] < 0) return -HC_EINVAL;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    pthread_mutex_lock(&h->lock);
    hc_ahead_drop(h);  // it may lie behind the new end
    const int64_t result = ftruncate(h->fd, (off_t)turn->args[1]) ? hc_errno(errno) : 0;
    pthread_mutex_unlock(&h->lock);
    hc_handle_put(&turn->server->handles, h);
    return result;
}

int64_t hc_service_utimens(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[5], &path);
    if (err) return err;
    if (turn->args[4] & ~(uint64_t)HC_AT_NOFOLLOW) return -HC_EINVAL;
    const struct timespec times[2] = {
        {.tv_sec = (time_t)turn->args[0], .tv_nsec = (long)turn->args[1]},
        {.tv_sec = (time_t)turn->args[2], .tv_nsec = (long)turn->args[3]}};
    const int flags = turn->args[4] ? AT_SYMLINK_NOFOLLOW : 0;
    const int64_t result =
        utimensat(hc_place_enter(place), path, times, flags) ? hc_errno(errno) : 0;
    hc_place_leave(place);
    return result;
}
