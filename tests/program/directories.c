// Directories: making, listing, renaming, removing, and walking a tree of them.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd)) exit(1);
}

static int visible(const struct dirent *e) { return e->d_name[0] != '.'; }

// Names in order, folders before what is in them; how many bytes the files have.
static long walk(const char *path, int depth, int show)
{
    struct dirent **list;
    long bytes = 0;
    const int count = scandir(path, &list, visible, alphasort);
    if (count < 0) return -1;
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX];
        struct stat s;
        snprintf(below, sizeof below, "%s/%s", path, list[i]->d_name);
        if (lstat(below, &s)) exit(1);
        if (show)
            printf("%*s%s%s\n", 2 * depth, "", list[i]->d_name,
                   S_ISDIR(s.st_mode)   ? "/"
                   : S_ISLNK(s.st_mode) ? "@"
                                        : "");
        bytes += S_ISDIR(s.st_mode) ? walk(below, depth + 1, show) : (long)s.st_size;
        free(list[i]);
    }
    free(list);
    return bytes;
}

int main(void)
{
    char path[PATH_MAX], before[PATH_MAX];
    struct stat s;
    umask(022);
    printf("mkdir %d", mkdir("top", 0755));
    printf(" %d\n", mkdir("top/sub", 0777));
    printf("again %d", mkdir("top", 0755));
    printf(" %d\n", errno == EEXIST);
    stat("top/sub", &s);
    printf("mode %o\n", (unsigned)s.st_mode & 0777);
    file("top/one.txt", "1");
    file("top/sub/two.txt", "22");
    file("top/.hidden", "h");
    printf("symlink %d\n", symlink("one.txt", "top/also"));
    printf("link %d", link("top/one.txt", "top/hard.txt"));
    stat("top/hard.txt", &s);
    printf(" %d links\n", (int)s.st_nlink);
    printf("%ld bytes\n", walk(".", 0, 1));

    DIR *d = opendir("top");
    int count = 0, dots = 0;
    for (struct dirent *e; (e = readdir(d)); count++)
        dots += !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..");
    printf("%d entries, %d of them dots\n", count, dots);
    rewinddir(d);
    printf("rewound %d", readdir(d) != NULL);
    printf(", closed %d\n", closedir(d));
    printf("opendir %d", opendir("none") == NULL);
    printf(" %d", errno == ENOENT);
    printf(" %d", opendir("top/one.txt") == NULL);
    printf(" %d\n", errno == ENOTDIR);

    if (!getcwd(before, sizeof before)) return 1;
    printf("chdir %d", chdir("top/sub"));
    if (!getcwd(path, sizeof path)) return 1;
    printf(" %s", path + strlen(before));
    stat("two.txt", &s);
    printf(" %ld %d", (long)s.st_size, chdir(".."));
    printf(" small room %d", getcwd(path, 2) == NULL);
    printf(" %d\n", errno == ERANGE);
    printf("rename %d", rename("one.txt", "sub/moved.txt"));
    printf(" over another %d", rename("sub/moved.txt", "sub/two.txt"));
    printf(" missing %d", rename("one.txt", "x"));
    printf(" %d\n", errno == ENOENT);
    printf("folder %d", rename("sub", "renamed"));
    printf(" into itself %d", rename("renamed", "renamed/in"));
    printf(" %d\n", errno == EINVAL);
    printf("rmdir full %d", rmdir("renamed"));
    printf(" %d", errno == ENOTEMPTY || errno == EEXIST);
    printf(" unlink %d", unlink("renamed/two.txt"));
    printf(" rmdir %d", rmdir("renamed"));
    printf(" gone %d", rmdir("renamed"));
    printf(" %d\n", errno == ENOENT);
    printf("remove %d", remove("hard.txt"));
    printf(", dangling: lstat %d stat %d\n", lstat("also", &s), stat("also", &s));
    chdir(before);
    for (int i = 0; i < 2000; i++) {
        snprintf(path, sizeof path, "top/many-%04d-with-a-name-of-some-length", i);
        file(path, "m");
    }
    d = opendir("top");
    for (count = 0; readdir(d);) count++;
    closedir(d);
    printf("%d entries, %ld bytes\n", count, walk("top", 0, 0));
    for (int i = 0; i < 2000; i++) {
        snprintf(path, sizeof path, "top/many-%04d-with-a-name-of-some-length", i);
        if (unlink(path)) return 1;
    }
    walk(".", 0, 1);
    return 0;
}
