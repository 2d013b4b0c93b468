// Walking a tree of files, and a file's own name: nftw, ftw, realpath.
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/system/names.h"

// Puts `rest` behind the link's target, which is to be resolved in its stead.
static bool link_follow(const char *link, const char **rest, char *left)
{
    char target[PATH_MAX];
    const ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < 0) return false;
    target[n] = 0;
    if ((size_t)n + strlen(*rest) + 2 > PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    char joined[PATH_MAX];
    snprintf(joined, sizeof joined, "%s%s%s", target, **rest ? "/" : "", *rest);
    strcpy(left, joined);
    *rest = left;
    return true;
}

char *realpath(const char *__restrict path, char *__restrict to)
{
    char done[PATH_MAX] = "", left[PATH_MAX];
    const char *rest = left;
    int links = 0;
    if (!path || !*path) return hc_result(path ? -HC_ENOENT : -HC_EINVAL), NULL;
    if (strlen(path) >= PATH_MAX) return hc_result(-HC_ENAMETOOLONG), NULL;
    strcpy(left, path);
    if (*path != '/' && !getcwd(done, sizeof done)) return NULL;
    if (!strcmp(done, "/")) *done = 0;
    while (*rest) {
        struct stat s;
        if (*rest == '/') {
            rest++;
            continue;
        }
        const size_t size = strcspn(rest, "/"), length = strlen(done);
        const char *part = rest;
        rest += size;
        if (*rest == '/') rest++;
        if (size == 1 && *part == '.') continue;
        if (size == 2 && part[0] == '.' && part[1] == '.') {
            if (length) *strrchr(done, '/') = 0;
            continue;
        }
        if (length + size + 2 > sizeof done) return hc_result(-HC_ENAMETOOLONG), NULL;
        done[length] = '/';
        memcpy(done + length + 1, part, size);
        done[length + 1 + size] = 0;
        if (lstat(done, &s)) return NULL;
        if (S_ISLNK(s.st_mode)) {
            if (++links > SYMLOOP_MAX) return hc_result(-HC_ELOOP), NULL;
            if (!link_follow(done, &rest, left)) return NULL;
            done[*rest == '/' ? 0 : length] = 0;
        } else if (part[size] == '/' && !S_ISDIR(s.st_mode)) {
            return hc_result(-HC_ENOTDIR), NULL;
        }
    }
    if (!*done) strcpy(done, "/");
    return to ? strcpy(to, done) : strdup(done);
}

// ------------------------------------------------------------------------------------------- nftw

struct walk {
    int (*old)(const char *, const struct stat *, int);
    int (*visit)(const char *, const struct stat *, int, struct FTW *);
    int flags;
    dev_t device;
    char path[PATH_MAX];
};

static int visit(struct walk *w, const struct stat *s, int kind, int base, int level)
{
    struct FTW where = {base, level};
    if (!w->old) return w->visit(w->path, s, kind, &where);
    return w->old(w->path, s, kind == FTW_SLN ? FTW_NS : kind);
}

static int tree_walk(struct walk *w, int base, int level);

// What is in the directory w->path.
static int inside_walk(struct walk *w, DIR *d, int level)
{
    const size_t length = strlen(w->path);
    int result = 0;
    for (struct dirent *e; !result && (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (length + strlen(e->d_name) + 2 > sizeof w->path) {
            result = (int)hc_result(-HC_ENAMETOOLONG);
            break;
        }
        const char *slash = length && w->path[length - 1] == '/' ? "" : "/";
        sprintf(w->path + length, "%s%s", slash, e->d_name);
        result = tree_walk(w, (int)(length + strlen(slash)), level + 1);
        w->path[length] = 0;
    }
    return result;
}

static int tree_walk(struct walk *w, int base, int level)
{
    struct stat s;
    int kind = FTW_F;
    if (w->flags & FTW_PHYS ? lstat(w->path, &s) : stat(w->path, &s)) {
        if (!level && lstat(w->path, &s)) return -1;
        if (lstat(w->path, &s)) {
            if (errno != EACCES) return -1;
            memset(&s, 0, sizeof s);
            kind = FTW_NS;
        } else {
            kind = S_ISLNK(s.st_mode) ? FTW_SLN : FTW_NS;
        }
    } else if (S_ISLNK(s.st_mode)) {
        kind = FTW_SL;
    }
    if (!level) w->device = s.st_dev;
    if (w->flags & FTW_MOUNT && s.st_dev != w->device) return 0;
    if (kind != FTW_F || !S_ISDIR(s.st_mode)) return visit(w, &s, kind, base, level);
    DIR *d = opendir(w->path);
    if (!d) return visit(w, &s, FTW_DNR, base, level);
    int result = w->flags & FTW_DEPTH ? 0 : visit(w, &s, FTW_D, base, level);
    if (!result) result = inside_walk(w, d, level);
    closedir(d);
    return result || !(w->flags & FTW_DEPTH) ? result : visit(w, &s, FTW_DP, base, level);
}

static int walk_begin(struct walk *w, const char *path, int descriptors)
{
    if (!w) return -1;
    int result = 0;
    const char *slash = strrchr(path, '/');
    if (descriptors < 1)
        result = (int)hc_result(-HC_EINVAL);
    else if (strlen(path) >= sizeof w->path)
        result = (int)hc_result(-HC_ENAMETOOLONG);
    else
        result = tree_walk(w,
                           slash && slash[1] ? (int)(strcpy(w->path, path), slash - path + 1)
                                             : (strcpy(w->path, path), 0),
                           0);
    free(w);
    return result;
}

int nftw(const char *path, int (*visitor)(const char *, const struct stat *, int, struct FTW *),
         int descriptors, int flags)
{
    struct walk *w = calloc(1, sizeof *w);
    if (!w) return -1;
    if (flags & FTW_CHDIR) {
        free(w);
        return (int)hc_result(-HC_ENOSYS);
    }
    w->visit = visitor;
    w->flags = flags;
    return walk_begin(w, path, descriptors);
}

int ftw(const char *path, int (*visitor)(const char *, const struct stat *, int), int descriptors)
{
    struct walk *w = calloc(1, sizeof *w);
    if (w) w->old = visitor;
    return walk_begin(w, path, descriptors);
}
