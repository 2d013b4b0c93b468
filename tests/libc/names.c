// Names of files: unistd.h, sys/stat.h, dirent.h, ftw.h, glob.h, utime.h.
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "check.h"

static void make(const char *name, const char *text)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    write(fd, text, strlen(text));
    close(fd);
}

static void names(void)
{
    char b[PATH_MAX], start[PATH_MAX];
    struct stat s, t;
    make("a", "text");
    CHECK("stat", !stat("a", &s) && S_ISREG(s.st_mode) && s.st_size == 4 && s.st_nlink == 1 &&
                      s.st_uid == getuid());
    CHECK_ERRNO("stat", ENOENT, stat("absent", &s) == -1);
    CHECK_ERRNO("stat", ENOTDIR, stat("a/b", &s) == -1);
    CHECK("link",
          !link("a", "hard") && !stat("hard", &t) && t.st_ino == s.st_ino && t.st_nlink == 2);
    CHECK_ERRNO("link", EEXIST, link("a", "hard") == -1);
    CHECK("symlink",
          !symlink("a", "soft") && !lstat("soft", &t) && S_ISLNK(t.st_mode) && t.st_size == 1);
    CHECK("lstat", !lstat("a", &t) && t.st_ino == s.st_ino);
    CHECK_ERRNO("lstat", ENOENT, lstat("absent", &t) == -1);
    CHECK_ERRNO("symlink", EEXIST, symlink("a", "soft") == -1);
    CHECK("readlink", readlink("soft", b, sizeof b) == 1 && b[0] == 'a');
    CHECK_ERRNO("readlink", EINVAL, readlink("a", b, sizeof b) == -1);
    CHECK("unlink", !unlink("hard") && stat("hard", &t) == -1 && !unlink("soft") && !stat("a", &t));
    CHECK_ERRNO("unlink", ENOENT, unlink("hard") == -1);
    CHECK("access", !access("a", R_OK | W_OK) && !access("a", F_OK));
    CHECK_ERRNO("access", ENOENT, access("absent", F_OK) == -1);
    CHECK("chmod", !chmod("a", 0604) && !stat("a", &s) && (s.st_mode & 07777) == 0604);
    CHECK_ERRNO("chmod", ENOENT, chmod("absent", 0600) == -1);
    const int fd = open("a", O_RDWR);
    CHECK("fchmod", !fchmod(fd, 0600) && !fstat(fd, &s) && (s.st_mode & 07777) == 0600);
    CHECK_ERRNO("fchmod", EBADF, fchmod(99, 0600) == -1);
    CHECK("fstat", !fstat(fd, &s) && s.st_size == 4 && s.st_blksize > 0);
    CHECK_ERRNO("fstat", EBADF, fstat(99, &s) == -1);
    const mode_t mask = umask(077);
    CHECK("umask", umask(027) == 077 && close(creat("masked", 0666)) == 0 && !stat("masked", &s) &&
                       (s.st_mode & 0777) == 0640);
    umask(mask);
    unlink("masked");
    CHECK("mkdir", !mkdir("dir", 0700) && !stat("dir", &s) && S_ISDIR(s.st_mode) &&
                       (s.st_mode & 0777) == 0700);
    CHECK_ERRNO("mkdir", EEXIST, mkdir("dir", 0700) == -1);
    CHECK("getcwd", getcwd(start, sizeof start) == start && start[0] == '/');
    CHECK_ERRNO("getcwd", ERANGE, !getcwd(b, 2));
    CHECK("chdir", !chdir("dir") && getcwd(b, sizeof b) && !strncmp(b, start, strlen(start)) &&
                       !strcmp(b + strlen(start), "/dir"));
    CHECK_ERRNO("chdir", ENOENT, chdir("absent") == -1);
    chdir("..");
    make("dir/x", "");
    CHECK_ERRNO("rmdir", ENOTEMPTY, rmdir("dir") == -1);
    CHECK_ERRNO("rmdir", ENOTDIR, rmdir("a") == -1);
    unlink("dir/x");
    CHECK("rmdir", !rmdir("dir") && stat("dir", &s) == -1);
    CHECK("S_ISREG S_ISDIR", !stat(".", &s) && S_ISDIR(s.st_mode) && !S_ISREG(s.st_mode));
    CHECK("S_ISCHR S_ISBLK", !stat("/dev/null", &s) && S_ISCHR(s.st_mode) && !S_ISBLK(s.st_mode));
    CHECK("S_ISLNK S_ISFIFO S_ISSOCK",
          S_ISLNK(0120000) && S_ISFIFO(0010000) && S_ISSOCK(0140000) && !S_ISFIFO(0140000));
    // *at: the current directory, and names from the root.
    CHECK("openat", close(openat(AT_FDCWD, "o", O_CREAT | O_WRONLY, 0600)) == 0 && !stat("o", &s));
    CHECK_ERRNO("openat", EBADF, openat(99, "o", O_RDONLY) == -1);
    CHECK_ERRNO("openat", ENOTDIR, openat(fd, "o", O_RDONLY) == -1);
    CHECK("fstatat", !fstatat(AT_FDCWD, "o", &s, 0) && s.st_size == 0 &&
                         !fstatat(99, "/dev/null", &s, 0) && S_ISCHR(s.st_mode));
    CHECK_ERRNO("fstatat", EINVAL, fstatat(AT_FDCWD, "o", &s, 0x4000000) == -1);
    CHECK("faccessat",
          !faccessat(AT_FDCWD, "o", R_OK, 0) && faccessat(AT_FDCWD, "absent", F_OK, 0) == -1);
    CHECK("fchmodat",
          !fchmodat(AT_FDCWD, "o", 0644, 0) && !stat("o", &s) && (s.st_mode & 0777) == 0644);
    CHECK_ERRNO("fchmodat", EBADF, fchmodat(99, "o", 0644, 0) == -1);
    CHECK("symlinkat", !symlinkat("o", AT_FDCWD, "sl") && !lstat("sl", &s) && S_ISLNK(s.st_mode));
    CHECK("fstatat", !fstatat(AT_FDCWD, "sl", &s, AT_SYMLINK_NOFOLLOW) && S_ISLNK(s.st_mode));
    CHECK("readlinkat", readlinkat(AT_FDCWD, "sl", b, sizeof b) == 1 && b[0] == 'o');
    CHECK("linkat",
          !linkat(AT_FDCWD, "sl", AT_FDCWD, "l1", 0) && !lstat("l1", &s) && S_ISLNK(s.st_mode));
    CHECK("linkat", !linkat(AT_FDCWD, "sl", AT_FDCWD, "l2", AT_SYMLINK_FOLLOW) &&
                        !lstat("l2", &s) && S_ISREG(s.st_mode));
    CHECK("mkdirat", !mkdirat(AT_FDCWD, "d", 0700) && !stat("d", &s) && S_ISDIR(s.st_mode));
    CHECK("unlinkat", !unlinkat(AT_FDCWD, "d", AT_REMOVEDIR) && !unlinkat(AT_FDCWD, "l1", 0) &&
                          stat("d", &s) == -1);
    CHECK_ERRNO("unlinkat", EBADF, unlinkat(99, "o", 0) == -1);
    // Times.
    const struct timespec times[2] = {{1000000000, 5}, {1100000000, 7}},
                          partly[2] = {{0, UTIME_OMIT}, {1200000000, 0}};
    CHECK("utimensat", !utimensat(AT_FDCWD, "o", times, 0) && !stat("o", &s) &&
                           s.st_mtim.tv_sec == 1100000000 && s.st_mtim.tv_nsec == 7);
    CHECK("utimensat", !utimensat(AT_FDCWD, "o", partly, 0) && !stat("o", &s) &&
                           s.st_atim.tv_sec == 1000000000 && s.st_mtim.tv_sec == 1200000000);
    CHECK("utimensat",
          !utimensat(AT_FDCWD, "o", NULL, 0) && !stat("o", &s) && s.st_mtim.tv_sec > 1700000000);
    CHECK_ERRNO("utimensat", ENOENT, utimensat(AT_FDCWD, "absent", NULL, 0) == -1);
    const struct timeval old[2] = {{900000000, 1}, {950000000, 2}};
    CHECK("utimes", !utimes("o", old) && !stat("o", &s) && s.st_mtim.tv_sec == 950000000 &&
                        s.st_mtim.tv_nsec == 2000);
    CHECK("utime", !utime("o", &(struct utimbuf){5, 6}) && !stat("o", &s) &&
                       s.st_atim.tv_sec == 5 && s.st_mtim.tv_sec == 6);
    CHECK("utime", !utime("o", NULL) && !stat("o", &s) && s.st_mtim.tv_sec > 1700000000);
    CHECK_ERRNO("utime utimes", ENOENT, utime("absent", NULL) == -1 && utimes("absent", old) == -1);
    CHECK("pathconf", pathconf(".", _PC_NAME_MAX) == 255 && pathconf(".", _PC_PIPE_BUF) == 4096);
    CHECK_ERRNO("pathconf", ENOENT, pathconf("absent", _PC_NAME_MAX) == -1);
    CHECK("fpathconf", fpathconf(fd, _PC_PATH_MAX) == 4096);
    CHECK_ERRNO("fpathconf", EBADF, fpathconf(-1, _PC_PATH_MAX) == -1);
    CHECK_ENOSYS("futimens", futimens(fd, times) == -1);
    CHECK_ENOSYS("chown", chown("a", getuid(), getgid()) == -1);
    CHECK_ENOSYS("lchown", lchown("a", getuid(), getgid()) == -1);
    CHECK_ENOSYS("fchown", fchown(fd, getuid(), getgid()) == -1);
    CHECK_ENOSYS("fchownat", fchownat(AT_FDCWD, "a", getuid(), getgid(), 0) == -1);
    CHECK_ENOSYS("fchdir", fchdir(fd) == -1);
    CHECK_ENOSYS("mkfifo", mkfifo("fifo", 0600) == -1);
    CHECK_ENOSYS("mkfifoat", mkfifoat(AT_FDCWD, "fifo", 0600) == -1);
    CHECK_ENOSYS("mknod", mknod("node", S_IFREG | 0600, 0) == -1);
    CHECK_ENOSYS("mknodat", mknodat(AT_FDCWD, "node", S_IFREG | 0600, 0) == -1);
    struct statvfs v;
    CHECK_ENOSYS("statvfs", statvfs(".", &v) == -1);
    CHECK_ENOSYS("fstatvfs", fstatvfs(fd, &v) == -1);
    close(fd);
    unlink("a"), unlink("o"), unlink("l2"), unlink("sl");
}

static int wanted_no_dots(const struct dirent *e) { return e->d_name[0] != '.'; }
static int seen, deepest, after;
static int visit(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    seen += kind == FTW_F                     ? 1
            : kind == FTW_D || kind == FTW_DP ? 100
            : kind == FTW_SL                  ? 10000
                                              : 1000000;
    if (where->level > deepest) deepest = where->level;
    if (kind == FTW_DP && !strcmp(path, "t")) after = seen;
    if (!strcmp(path + where->base, "y")) return s->st_size == 2 ? 0 : 9;
    return 0;
}
static int visit_old(const char *path, const struct stat *s, int kind)
{
    (void)s;
    seen += kind == FTW_F;
    return strcmp(path, "t/sub/y") ? 0 : 5;
}

static void directories(void)
{
    mkdir("t", 0700), mkdir("t/sub", 0700);
    make("t/x", "x"), make("t/sub/y", "yy"), symlink("x", "t/z");
    DIR *d = opendir("t");
    int count = 0, dots = 0;
    long mark = 0;
    char second[256] = "";
    for (struct dirent *e; d && (e = readdir(d)); count++) {
        dots += e->d_name[0] == '.';
        if (count == 0) mark = telldir(d);
        if (count == 1) strcpy(second, e->d_name);
    }
    CHECK("opendir readdir", count == 5 && dots == 2);
    seekdir(d, mark);
    struct dirent *e = readdir(d), room, *result;
    CHECK("telldir seekdir", e && !strcmp(e->d_name, second));
    rewinddir(d);
    CHECK("readdir_r", readdir_r(d, &room, &result) == 0 && result == &room && room.d_name[0]);
    rewinddir(d);
    for (count = 0; readdir(d); count++) {}
    CHECK("rewinddir", count == 5);
    struct stat s;
    CHECK("dirfd", dirfd(d) > 2 && !fstat(dirfd(d), &s) && S_ISDIR(s.st_mode));
    CHECK("closedir", closedir(d) == 0);
    CHECK_ERRNO("opendir", ENOENT, !opendir("absent"));
    CHECK_ERRNO("opendir", ENOTDIR, !opendir("t/x"));
    d = fdopendir(open("t", O_RDONLY | O_DIRECTORY));
    CHECK("fdopendir", d && readdir(d) && !closedir(d));
    CHECK_ERRNO("fdopendir", EBADF, !fdopendir(99));
    struct dirent **list = NULL;
    CHECK("scandir", scandir("t", &list, wanted_no_dots, alphasort) == 3);
    CHECK("alphasort", list && alphasort((const struct dirent **)&list[0],
                                         (const struct dirent **)&list[1]) < 0);
    CHECK("alphasort", list && !strcmp(list[0]->d_name, "sub") && !strcmp(list[2]->d_name, "z"));
    for (int i = 0; list && i < 3; i++) free(list[i]);
    free(list);
    CHECK_ERRNO("scandir", ENOENT, scandir("absent", &list, NULL, NULL) == -1);
    CHECK("nftw", nftw("t", visit, 5, FTW_PHYS) == 0 && seen == 10202 && deepest == 2);
    seen = 0;
    CHECK("nftw", nftw("t", visit, 5, FTW_PHYS | FTW_DEPTH) == 0 && after == 10202);
    CHECK_ERRNO("nftw", ENOENT, nftw("absent", visit, 5, 0) == -1);
    CHECK("ftw", ftw("t", visit_old, 5) == 5);
    CHECK_ERRNO("ftw", ENOENT, ftw("absent", visit_old, 5) == -1);
    glob_t g;
    CHECK("glob",
          glob("t/[x-z]", 0, NULL, &g) == 0 && g.gl_pathc == 2 && !strcmp(g.gl_pathv[0], "t/x"));
    globfree(&g);
    CHECK("globfree", glob("t/none*", 0, NULL, &g) == GLOB_NOMATCH);
    globfree(&g);
    CHECK("glob", glob("t/none*", GLOB_NOCHECK, NULL, &g) == 0 && g.gl_pathc == 1 &&
                      !strcmp(g.gl_pathv[0], "t/none*"));
    globfree(&g);
    CHECK("glob", glob("t/*", GLOB_MARK, NULL, &g) == 0 && g.gl_pathc == 3 &&
                      !strcmp(g.gl_pathv[0], "t/sub/"));
    CHECK("glob", glob("t/sub/?", GLOB_APPEND, NULL, &g) == 0 && g.gl_pathc == 4 &&
                      !strcmp(g.gl_pathv[3], "t/sub/y"));
    globfree(&g);
    unlink("t/x"), unlink("t/z"), unlink("t/sub/y"), rmdir("t/sub"), rmdir("t");
}

int main(void)
{
    check_begin();
    names();
    directories();
    return check_end();
}
