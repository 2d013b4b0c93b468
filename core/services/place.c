// Keeps a server's current directory and mask apart from the process's: chdir, getcwd, umask.
#include "core/services/place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// umask(2) can only be read by changing it, for all threads.
static uint32_t process_umask(void)
{
    uint32_t mask = 022;
    char line[256];
    FILE *status = fopen("/proc/self/status", "re");
    if (!status) return mask;
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "Umask: %o", &mask) == 1) break;
    fclose(status);
    return mask & 0777;
}

void hc_place_init(struct hc_place *place)
{
    pthread_rwlock_init(&place->lock, NULL);
    place->fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (place->fd < 0) place->fd = AT_FDCWD;
    place->umask = place->host_umask = process_umask();
}

void hc_place_free(struct hc_place *place)
{
    if (place->fd >= 0) close(place->fd);
    pthread_rwlock_destroy(&place->lock);
}

int hc_place_enter(struct hc_place *place)
{
    pthread_rwlock_rdlock(&place->lock);
    return place->fd;
}

void hc_place_leave(struct hc_place *place) { pthread_rwlock_unlock(&place->lock); }

mode_t hc_place_mode(const struct hc_place *place, uint64_t mode, bool *more)
{
    const uint32_t wanted =
        (uint32_t)mode & ~__atomic_load_n(&place->umask, __ATOMIC_RELAXED) & 07777;
    *more = wanted & place->host_umask;
    return wanted;
}

int hc_turn_path(struct hc_turn *turn, uint64_t id, const char **path)
{
    return hc_turn_text(turn, id, PATH_MAX - 1, path);
}

int hc_turn_paths(struct hc_turn *turn, uint64_t first_size, char first[PATH_MAX],
                  const char **second)
{
    if (first_size > turn->blob_size || memchr(turn->blob, 0, turn->blob_size)) return -HC_EINVAL;
    if (first_size >= PATH_MAX || turn->blob_size - first_size >= PATH_MAX) return -HC_ENAMETOOLONG;
    memcpy(first, turn->blob, first_size);
    first[first_size] = 0;
    *second = (const char *)turn->blob + first_size;
    return 0;
}

// --------------------------------------------------------------------------------------- services

int64_t hc_service_chdir(struct hc_turn *turn)
{
    struct hc_place *place = &turn->server->place;
    const char *path;
    const int err = hc_turn_path(turn, turn->args[0], &path);
    if (err) return err;
    const int dir = hc_place_enter(place);
    const int fd = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const int64_t failed = fd < 0 ? hc_errno(errno) : 0;
    hc_place_leave(place);
    if (failed) return failed;
    if (faccessat(fd, ".", X_OK, AT_EACCESS)) {  // O_PATH asks for no permission
        const int64_t denied = hc_errno(errno);
        close(fd);
        return denied;
    }
    pthread_rwlock_wrlock(&place->lock);
    const int old = place->fd;
    place->fd = fd;
    pthread_rwlock_unlock(&place->lock);
    if (old >= 0) close(old);
    return 0;
}

int64_t hc_service_getcwd(struct hc_turn *turn)
{
    char link[64], path[PATH_MAX];
    struct stat here, there;
    const int dir = hc_place_enter(&turn->server->place);
    snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
    const ssize_t n = readlink(dir < 0 ? "/proc/self/cwd" : link, path, sizeof path - 1);
    const int64_t failed = n < 0 || fstatat(dir, "", &here, AT_EMPTY_PATH) ? hc_errno(errno) : 0;
    hc_place_leave(&turn->server->place);
    if (failed) return failed;
    path[n] = 0;
    // A directory that was removed is told with a name that is not there, or is another's.
    if (stat(path, &there) || here.st_dev != there.st_dev || here.st_ino != there.st_ino)
        return -HC_ENOENT;
    const size_t room = turn->args[0] < turn->room ? (size_t)turn->args[0] : turn->room;
    turn->size = (uint32_t)((size_t)n < room ? (size_t)n : room);
    memcpy(turn->data, path, turn->size);
    return n;
}

int64_t hc_service_umask(struct hc_turn *turn)
{
    // A value by itself: relaxed.
    return __atomic_exchange_n(&turn->server->place.umask, (uint32_t)(turn->args[0] & 0777),
                               __ATOMIC_RELAXED);
}
