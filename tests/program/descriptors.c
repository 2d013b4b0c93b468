// Low-level files: open's flags, reading, writing, places, sizes, and errors by their names.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name(long result)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {EBADF, "EBADF"},   {ENOENT, "ENOENT"},       {EEXIST, "EEXIST"},
        {EISDIR, "EISDIR"}, {EINVAL, "EINVAL"},       {ENOTDIR, "ENOTDIR"},
        {ELOOP, "ELOOP"},   {ENOTEMPTY, "ENOTEMPTY"}, {ENAMETOOLONG, "ENAMETOOLONG"},
        {ESPIPE, "ESPIPE"}, {ENOTTY, "ENOTTY"},       {ENXIO, "ENXIO"},
    };
    if (result >= 0) return "ok";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == errno)
            return strlen(strerror(errno)) > 3 ? names[i].name : "no text";
    return "another";
}

int main(void)
{
    char text[64], longname[300];
    memset(longname, 'n', sizeof longname - 1);
    longname[sizeof longname - 1] = 0;
    struct stat s;
    const int fd = open("a.txt", O_RDWR | O_CREAT | O_EXCL, 0640);
    printf("write %zd\n", write(fd, "hello, world", 12));
    printf("lseek %ld", (long)lseek(fd, 0, SEEK_CUR));
    printf(" %ld", (long)lseek(fd, -5, SEEK_END));
    printf(" %ld\n", (long)lseek(fd, 1, SEEK_CUR));
    ssize_t n = read(fd, text, sizeof text);
    printf("read %zd [%.*s]", n, (int)n, text);
    printf(" then %zd\n", read(fd, text, sizeof text));
    n = pread(fd, text, 5, 7);
    printf("pread %zd [%.*s] at %ld\n", n, (int)n, text, (long)lseek(fd, 0, SEEK_CUR));
    printf("pwrite %zd\n", pwrite(fd, "W", 1, 7));
    printf("ftruncate %s\n", name(ftruncate(fd, 20)));
    fstat(fd, &s);
    printf("size %ld mode %o regular %d links %d\n", (long)s.st_size, (unsigned)s.st_mode & 0777,
           S_ISREG(s.st_mode), (int)s.st_nlink);
    n = pread(fd, text, sizeof text, 0);
    printf("%zd [%.*s] %d\n", n, 12, text, text[19]);
    printf("beyond: pread %zd\n", pread(fd, text, 1, 1000));

    const int add = open("a.txt", O_WRONLY | O_APPEND);
    lseek(add, 0, SEEK_SET);
    n = write(add, "end", 3);
    printf("append %zd at %ld, flags %d %d\n", n, (long)lseek(add, 0, SEEK_CUR),
           (fcntl(add, F_GETFL) & O_APPEND) != 0, fcntl(add, F_GETFL) & O_ACCMODE);
    const int twin = dup(fd);
    lseek(fd, 3, SEEK_SET);
    printf("twin at %ld, same file %d\n", (long)lseek(twin, 0, SEEK_CUR), twin != fd);
    printf("write to read-only %s\n", name(write(open("a.txt", O_RDONLY), "x", 1)));
    printf("read of write-only %s\n", name(read(add, text, 1)));
    printf("close %s", name(close(twin)));
    printf(", again %s\n", name(close(twin)));
    printf("read closed %s, lseek closed %s\n", name(read(twin, text, 1)),
           name(lseek(twin, 0, SEEK_SET)));
    printf("close -1 %s, fstat 999 %s\n", name(close(-1)), name(fstat(999, &s)));
    printf("lseek before 0 %s\n", name(lseek(fd, -1, SEEK_SET)));
    printf("lseek whence 9 %s\n", name(lseek(fd, 0, 9)));
    printf("exclusive %s\n", name(open("a.txt", O_CREAT | O_EXCL | O_WRONLY, 0600)));
    printf("missing %s\n", name(open("b.txt", O_RDONLY)));
    printf("empty path %s\n", name(open("", O_RDONLY)));
    printf("in a missing folder %s\n", name(open("no/b.txt", O_WRONLY | O_CREAT, 0600)));
    printf("below a file %s\n", name(open("a.txt/b", O_RDONLY)));
    printf("folder as file %s\n", name(open(".", O_WRONLY)));
    printf("file as folder %s\n", name(open("a.txt", O_RDONLY | O_DIRECTORY)));
    printf("long name %s\n", name(open(longname, O_RDONLY)));
    printf("loop %s", name(symlink("loop", "loop")));
    printf(" %s, no follow %s\n", name(open("loop", O_RDONLY)),
           name(open("loop", O_RDONLY | O_NOFOLLOW)));
    n = readlink("loop", text, sizeof text);
    printf("readlink %zd [%.*s]\n", n, (int)n, text);
    int ends[2];
    printf("pipe %s", name(pipe(ends)));
    printf(" lseek %s\n", name(lseek(ends[0], 0, SEEK_CUR)));
    const int emptied = open("a.txt", O_WRONLY | O_TRUNC);
    fstat(fd, &s);
    printf("emptied %ld\n", (long)s.st_size);
    close(emptied);
    char big[200000];
    memset(big, 'b', sizeof big);
    printf("big %zd", write(fd, big, sizeof big));
    lseek(fd, 3, SEEK_SET);
    n = read(fd, big, sizeof big);
    printf(" %zd %c\n", n, big[n - 1]);
    printf("access %s %s\n", name(access("a.txt", R_OK | W_OK)), name(access("b.txt", F_OK)));
    return 0;
}
