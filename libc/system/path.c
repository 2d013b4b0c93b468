// Names in the file system: links, directories, where the program is.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc/system/names.h"

int _unlink(const char *path) { return (int)hc_result(hc_ask_path(HC_OP_UNLINK, path, 0, 0, 0)); }
int unlink(const char *path) { return _unlink(path); }
int _link(const char *from, const char *to)
{
    return (int)hc_result(hc_ask_paths(HC_OP_LINK, from, to));
}
int link(const char *from, const char *to) { return _link(from, to); }
int symlink(const char *target, const char *path)
{
    return (int)hc_result(hc_ask_paths(HC_OP_SYMLINK, target, path));
}
int _rename(const char *from, const char *to)
{
    return (int)hc_result(hc_ask_paths(HC_OP_RENAME, from, to));
}
int rename(const char *from, const char *to) { return _rename(from, to); }
int _mkdir(const char *path, mode_t mode)
{
    return (int)hc_result(hc_ask_path(HC_OP_MKDIR, path, 1, mode & PERMISSIONS, 0));
}
int mkdir(const char *path, mode_t mode) { return _mkdir(path, mode); }
int rmdir(const char *path) { return (int)hc_result(hc_ask_path(HC_OP_RMDIR, path, 0, 0, 0)); }
int chdir(const char *path) { return (int)hc_result(hc_ask_path(HC_OP_CHDIR, path, 0, 0, 0)); }

// remove(3) takes directories, too.
int remove(const char *path)
{
    struct stat s;
    if (!lstat(path, &s) && S_ISDIR(s.st_mode)) return rmdir(path);
    return _unlink(path);
}

int _remove_r(struct _reent *reent, const char *path)
{
    (void)reent;
    return remove(path);
}

ssize_t readlink(const char *__restrict path, char *__restrict to, size_t room)
{
    if (!room) return hc_result(-HC_EINVAL);
    const uint32_t size = room < HC_EXTENT_BYTES ? (uint32_t)room : HC_EXTENT_BYTES;
    return hc_result(hc_fetch(HC_OP_READLINK, path, 1, size, 0, to, size, NULL));
}

char *getcwd(char *to, size_t room)
{
    char path[4096];
    size_t size = 0;
    const int64_t length =
        hc_fetch(HC_OP_GETCWD, NULL, 1, sizeof path - 1, 0, path, sizeof path - 1, &size);
    if (length < 0) return hc_result(length), NULL;
    if (to && room <= size) return hc_result(room ? -34 /* ERANGE */ : -HC_EINVAL), NULL;
    if (!to) to = malloc(room > size ? room : size + 1);
    if (!to) return NULL;
    memcpy(to, path, size);
    to[size] = 0;
    return to;
}
