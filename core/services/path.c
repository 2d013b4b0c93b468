// Services that change and read directories: mkdir, rmdir, names and links, entries.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/services/files.h"
#include "core/services/place.h"

int64_t hc_service_mkdir(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    if (turn->args[0] > 07777) return -HC_EINVAL;
    bool more = false;
    const mode_t mode = hc_place_mode(place, turn->args[0], &more);
    const int dir = hc_place_enter(place);
    int64_t result = mkdirat(dir, path, mode) ? hc_errno(errno) : 0;
    if (!result && more && fchmodat(dir, path, mode, 0)) result = hc_errno(errno);
    hc_place_leave(place);
    return result;
}

int64_t hc_service_rmdir(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[0], &path);
    if (err) return err;
    const int64_t result =
        unlinkat(hc_place_enter(place), path, AT_REMOVEDIR) ? hc_errno(errno) : 0;
    hc_place_leave(place);
    return result;
}

static int64_t two_paths(struct hc_turn *turn, int (*act)(int dir, const char *, const char *))
{
    char first[PATH_MAX];
    const char *second;
    const int err = hc_turn_paths(turn, turn->args[0], first, &second);
    if (err) return err;
    const int dir = hc_place_enter(&turn->server->place);
    const int64_t result = act(dir, first, second) ? hc_errno(errno) : 0;
    hc_place_leave(&turn->server->place);
    return result;
}

static int act_rename(int dir, const char *from, const char *to)
{
    return renameat(dir, from, dir, to);
}
static int act_link(int dir, const char *from, const char *to)
{
    return linkat(dir, from, dir, to, 0);
}
static int act_symlink(int dir, const char *text, const char *path)
{
    return symlinkat(text, dir, path);
}

int64_t hc_service_rename(struct hc_turn *turn) { return two_paths(turn, act_rename); }
int64_t hc_service_link(struct hc_turn *turn) { return two_paths(turn, act_link); }
int64_t hc_service_symlink(struct hc_turn *turn) { return two_paths(turn, act_symlink); }

int64_t hc_service_readlink(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[1], &path);
    if (err) return err;
    const size_t size = turn->args[0] < turn->room ? (size_t)turn->args[0] : turn->room;
    const ssize_t n = readlinkat(hc_place_enter(place), path, (char *)turn->data, size);
    const int64_t result = n < 0 ? hc_errno(errno) : n;
    hc_place_leave(place);
    if (n > 0) turn->size = (uint32_t)n;
    return result;
}

// ---------------------------------------------------------------------------------------- entries

// Turns what getdents64(2) wrote into the wire's entries, in place: those are never longer.
static size_t entries_pack(uint8_t *bytes, size_t size)
{
    size_t done = 0;
    for (size_t at = 0; at < size;) {
        struct dirent64 head;
        memcpy(&head, bytes + at, offsetof(struct dirent64, d_name));
        const char *name = (const char *)bytes + at + offsetof(struct dirent64, d_name);
        const size_t n = strlen(name), packed = HC_DIRENT_BYTES(n);
        const struct hc_dirent entry = {
            .ino = head.d_ino, .type = head.d_type, .name_size = (uint16_t)n};
        memmove(bytes + done + offsetof(struct hc_dirent, name), name, n);
        memcpy(bytes + done, &entry, offsetof(struct hc_dirent, name));
        memset(bytes + done + offsetof(struct hc_dirent, name) + n, 0,
               packed - offsetof(struct hc_dirent, name) - n);
        done += packed;
        at += head.d_reclen;
    }
    return done;
}

int64_t hc_service_readdir(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    // This call's blob means nothing: its place is free.
    uint8_t *bytes = turn->desk->blob;
    const size_t size = turn->args[1] < turn->room ? (size_t)turn->args[1] : turn->room;
    pthread_mutex_lock(&h->lock);
    const ssize_t n = getdents64(h->fd, bytes, size);
    const int64_t failed = n < 0 ? hc_errno(errno) : 0;
    pthread_mutex_unlock(&h->lock);
    hc_handle_put(&turn->server->handles, h);
    if (failed) return failed;
    turn->size = (uint32_t)entries_pack(bytes, (size_t)n);
    memcpy(turn->data, bytes, turn->size);
    return turn->size;
}

int64_t hc_service_rewinddir(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    struct stat s;
    int64_t result = fstat(h->fd, &s) ? hc_errno(errno) : S_ISDIR(s.st_mode) ? 0 : -HC_ENOTDIR;
    pthread_mutex_lock(&h->lock);
    if (!result && lseek(h->fd, 0, SEEK_SET) < 0) result = hc_errno(errno);
    pthread_mutex_unlock(&h->lock);
    hc_handle_put(&turn->server->handles, h);
    return result;
}
