// Compiled pipelines, kept on disk from one run to the next: a file each, in $XDG_CACHE_HOME/hostcall
// or else $HOME/.cache/hostcall.
//
// HOSTCALL_VULKAN_CACHE=0 turns this off.  Nothing that goes wrong here is an error: the pipeline is
// then compiled as if there were no file.
#include "backends/vulkan/vk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x50564348  // "HCVP"
#define VERSION 1
#define PREFIX "vk-"   // of the files' names
#define FILES_MAX 256  // beyond these the files that were not used for longest go
#define BYTES_MAX (64 << 20)

struct head {  // of a file; the driver's data follows
    uint32_t magic, version;
    uint64_t key, size, hash;
};

uint64_t vk_hash(uint64_t start, const void *data, size_t size)
{
    uint64_t h = start ^ 0xcbf29ce484222325;  // FNV-1a
    for (size_t i = 0; i < size; i++) h = (h ^ ((const uint8_t *)data)[i]) * 0x100000001b3;
    return h;
}

void vk_cache_open(struct vk_dev *d)
{
    const char *set = getenv("HOSTCALL_VULKAN_CACHE"), *base = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    int n = -1;
    if (set && *set == '0') return;
    if (base && *base == '/')
        n = asprintf(&d->cache, "%s/hostcall", base);
    else if (home && *home == '/')
        n = asprintf(&d->cache, "%s/.cache/hostcall", home);
    if (n < 0) d->cache = NULL;
}

static bool read_all(int fd, void *to, size_t size)
{
    for (ssize_t n; size; to = (char *)to + n, size -= (size_t)n)
        if ((n = read(fd, to, size)) <= 0) return false;
    return true;
}

static bool write_all(int fd, const void *from, size_t size)
{
    for (ssize_t n; size; from = (const char *)from + n, size -= (size_t)n)
        if ((n = write(fd, from, size)) <= 0) return false;
    return true;
}

// What the driver said, for free(); NULL if the file is not there or not as we wrote it.
static void *entry_read(const char *path, uint64_t key, size_t *size)
{
    struct stat s;
    struct head head;
    void *data = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return NULL;
    if (!fstat(fd, &s) && S_ISREG(s.st_mode) && s.st_uid == geteuid() && s.st_size <= BYTES_MAX &&
        read_all(fd, &head, sizeof head) && head.magic == MAGIC && head.version == VERSION &&
        head.key == key && head.size == (uint64_t)s.st_size - sizeof head)
        data = malloc(head.size + 1);
    if (data && (!read_all(fd, data, head.size) || vk_hash(key, data, head.size) != head.hash)) {
        free(data);
        data = NULL;
    }
    if (data) {
        *size = head.size;
        futimens(fd, NULL);  // used now
    }
    close(fd);
    return data;
}

struct kept {
    struct timespec used;
    off_t size;
    char name[32];
};

static int longer_unused(const void *a, const void *b)
{
    const struct timespec *x = &((const struct kept *)a)->used,
                          *y = &((const struct kept *)b)->used;
    if (x->tv_sec != y->tv_sec) return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

static void folder_trim(const char *folder)
{
    struct kept *all = NULL;
    size_t n = 0;
    off_t bytes = 0;
    DIR *dir = opendir(folder);
    if (!dir) return;
    for (struct dirent *e; (e = readdir(dir));) {
        struct stat s;
        if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) || strlen(e->d_name) >= sizeof all->name ||
            fstatat(dirfd(dir), e->d_name, &s, AT_SYMLINK_NOFOLLOW) || !S_ISREG(s.st_mode))
            continue;
        struct kept *more = realloc(all, (n + 1) * sizeof *all);
        if (!more) break;
        all = more;
        all[n].used = s.st_mtim;
        all[n].size = s.st_size;
        strcpy(all[n++].name, e->d_name);
        bytes += s.st_size;
    }
    if (n) qsort(all, n, sizeof *all, longer_unused);
    for (size_t i = 0; i < n && (n - i > FILES_MAX || bytes > BYTES_MAX); i++) {
        unlinkat(dirfd(dir), all[i].name, 0);
        bytes -= all[i].size;
    }
    free(all);
    closedir(dir);
}

static void folder_make(const char *folder)
{
    char parent[PATH_MAX];
    if (!mkdir(folder, 0700) || errno != ENOENT) return;
    snprintf(parent, sizeof parent, "%s", folder);
    *strrchr(parent, '/') = 0;
    mkdir(parent, 0700);
    mkdir(folder, 0700);
}

// Whole or not at all: other processes may read and write the same file.
static void entry_write(const char *folder, const char *path, uint64_t key, const void *data,
                        size_t size)
{
    const struct head head = {MAGIC, VERSION, key, size, vk_hash(key, data, size)};
    char temporary[PATH_MAX];
    folder_make(folder);
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= PATH_MAX) return;
    const int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) return;
    bool whole = write_all(fd, &head, sizeof head) && write_all(fd, data, size);
    whole = !close(fd) && whole;
    if (!whole || rename(temporary, path))
        unlink(temporary);
    else
        folder_trim(folder);
}

static bool entry_path(const struct vk_dev *d, uint64_t key, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%s/" PREFIX "%016" PRIx64, d->cache, key) < PATH_MAX;
}

void vk_cache_begin(struct vk_dev *d, uint64_t key, struct vk_cached *c)
{
    *c = (struct vk_cached){.key = key};
    char path[PATH_MAX];
    if (!d->cache || !entry_path(d, key, path)) return;
    size_t size = 0;
    void *data = entry_read(path, key, &size);
    VkPipelineCacheCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
        .initialDataSize = size,
        .pInitialData = data,
    };
    c->found = data && !d->vk.CreatePipelineCache(d->device, &info, NULL, &c->cache);
    if (c->found) c->held = vk_hash(key, data, size);
    free(data);
    info.initialDataSize = 0;
    info.pInitialData = NULL;
    if (!c->found && d->vk.CreatePipelineCache(d->device, &info, NULL, &c->cache))
        c->cache = VK_NULL_HANDLE;
}

void vk_cache_end(struct vk_dev *d, struct vk_cached *c, bool keep)
{
    char path[PATH_MAX];
    size_t size = 0;
    if (!c->cache) return;
    if (keep && entry_path(d, c->key, path) &&
        !d->vk.GetPipelineCacheData(d->device, c->cache, &size, NULL) && size &&
        size <= BYTES_MAX / 4) {
        void *data = malloc(size);
        if (data && !d->vk.GetPipelineCacheData(d->device, c->cache, &size, data) &&
            (!c->found || vk_hash(c->key, data, size) != c->held))
            entry_write(d->cache, path, c->key, data, size);
        free(data);
    }
    d->vk.DestroyPipelineCache(d->device, c->cache, NULL);
}
