// Open files: unistd.h, fcntl.h, poll.h, sys/select.h, sys/uio.h, sys/mman.h, termios.h, sys/ioctl.h.
#define _DEFAULT_SOURCE  // MAP_ANONYMOUS
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

static void make(const char *name, const char *text)
{
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    write(fd, text, strlen(text));
    close(fd);
}

static void descriptors(void)
{
    char b[32] = "";
    struct stat s;
    int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640);
    CHECK("open", fd > 2 && !fstat(fd, &s) && (s.st_mode & 0777) == 0640);
    CHECK_ERRNO("open", EEXIST, open("a", O_RDWR | O_CREAT | O_EXCL, 0600) == -1);
    CHECK_ERRNO("open", ENOENT, open("absent", O_RDONLY) == -1);
    CHECK_ERRNO("open", ENOTDIR, open("a", O_RDONLY | O_DIRECTORY) == -1);
    CHECK("write", write(fd, "0123456789", 10) == 10 && write(fd, "", 0) == 0);
    CHECK("lseek", lseek(fd, 2, SEEK_SET) == 2 && lseek(fd, 1, SEEK_CUR) == 3 &&
                       lseek(fd, 0, SEEK_END) == 10);
    CHECK_ERRNO("lseek", EINVAL, lseek(fd, -1, SEEK_SET) == -1);
    CHECK("read", lseek(fd, 8, SEEK_SET) == 8 && read(fd, b, 9) == 2 && !memcmp(b, "89", 2) &&
                      read(fd, b, 1) == 0);
    CHECK("pread", pread(fd, b, 3, 4) == 3 && !memcmp(b, "456", 3) && lseek(fd, 0, SEEK_CUR) == 10);
    CHECK("pwrite",
          pwrite(fd, "xy", 2, 1) == 2 && pread(fd, b, 4, 0) == 4 && !memcmp(b, "0xy3", 4));
    CHECK_ERRNO("pread", EINVAL, pread(fd, b, 1, -1) == -1);
    CHECK_ERRNO("pwrite", EINVAL, pwrite(fd, b, 1, -1) == -1);
    struct iovec out[3] = {{"one", 3}, {"", 0}, {"two", 3}};
    char first[4] = "", second[8] = "";
    struct iovec in[2] = {{first, 2}, {second, 8}};
    lseek(fd, 0, SEEK_SET);
    CHECK("writev", writev(fd, out, 3) == 6 && lseek(fd, 0, SEEK_SET) == 0);
    CHECK("readv",
          readv(fd, in, 2) == 10 && !strcmp(first, "on") && !memcmp(second, "etwo6789", 8));
    CHECK_ERRNO("readv", EINVAL, readv(fd, in, -1) == -1);
    CHECK_ERRNO("writev", EINVAL, writev(fd, out, -1) == -1);
    CHECK("fsync", fsync(fd) == 0);
    CHECK("fdatasync", fdatasync(fd) == 0);
    errno = 0;
    sync();
    CHECK("sync", errno == 0 && pread(fd, b, 1, 0) == 1);
    CHECK("ftruncate", ftruncate(fd, 4) == 0 && !fstat(fd, &s) && s.st_size == 4);
    CHECK("ftruncate", ftruncate(fd, 20) == 0 && pread(fd, b, 1, 15) == 1 && !b[0]);
    CHECK("truncate", truncate("a", 5) == 0 && !stat("a", &s) && s.st_size == 5);
    CHECK_ERRNO("truncate", ENOENT, truncate("absent", 5) == -1);
    CHECK_ERRNO("ftruncate", EINVAL, ftruncate(fd, -1) == -1);
    CHECK("posix_fallocate", posix_fallocate(fd, 5, 95) == 0 && !fstat(fd, &s) && s.st_size == 100);
    CHECK("posix_fallocate", posix_fallocate(fd, 0, 10) == 0 &&
                                 posix_fallocate(fd, 0, 0) == EINVAL && !fstat(fd, &s) &&
                                 s.st_size == 100);
    CHECK("posix_fadvise", posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL) == 0 &&
                               posix_fadvise(fd, 0, 0, 99) == EINVAL);
    CHECK("posix_fadvise", posix_fadvise(99, 0, 0, POSIX_FADV_NORMAL) == EBADF);
    CHECK("lockf",
          lockf(fd, F_LOCK, 0) == 0 && lockf(fd, F_TEST, 0) == 0 && lockf(fd, F_ULOCK, 0) == 0);
    CHECK_ERRNO("lockf", EINVAL, lockf(fd, 99, 0) == -1);
    int again = dup(fd);
    CHECK("dup", again > fd && lseek(again, 7, SEEK_SET) == 7 && lseek(fd, 0, SEEK_CUR) == 7);
    CHECK("dup2", dup2(fd, 20) == 20 && lseek(20, 0, SEEK_CUR) == 7 && dup2(fd, fd) == fd);
    CHECK_ERRNO("dup", EBADF, dup(99) == -1);
    CHECK_ERRNO("dup2", EBADF, dup2(99, 5) == -1);
    CHECK("close", close(20) == 0 && close(again) == 0);
    CHECK_ERRNO("close", EBADF, close(20) == -1);
    CHECK("fcntl", fcntl(fd, F_DUPFD, 30) == 30 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
    CHECK("fcntl", !fcntl(30, F_SETFD, FD_CLOEXEC) && fcntl(30, F_GETFD) == FD_CLOEXEC);
    CHECK("fcntl", !fcntl(30, F_SETFL, O_APPEND) && fcntl(30, F_GETFL) & O_APPEND &&
                       fcntl(fd, F_GETFL) & O_APPEND);
    CHECK("fcntl", fcntl(fd, F_DUPFD_CLOEXEC, 40) == 40 && fcntl(40, F_GETFD) == FD_CLOEXEC);
    close(30), close(40);
    CHECK_ERRNO("fcntl", EBADF, fcntl(30, F_GETFL) == -1);
    CHECK_ERRNO("fcntl", EINVAL, fcntl(fd, 9999) == -1);
    close(fd);
    fd = creat("b", 0600);
    CHECK("creat", fd > 2 && write(fd, "x", 1) == 1 && !fstat(fd, &s) && s.st_size == 1);
    CHECK_ERRNO("read", EBADF, read(fd, b, 1) == -1);
    close(fd);
    fd = open("b", O_RDONLY);
    CHECK_ERRNO("write", EBADF, write(fd, "x", 1) == -1);
    int left = 0;
    CHECK("ioctl", ioctl(fd, FIONREAD, &left) == 0 && left == 1);
    struct winsize w;
    CHECK_ERRNO("ioctl", ENOTTY, ioctl(fd, TIOCGWINSZ, &w) == -1);
    CHECK_ERRNO("isatty", ENOTTY, isatty(fd) == 0);
    CHECK_ERRNO("isatty", EBADF, isatty(99) == 0);
    close(fd);
    int ends[2];
    CHECK("pipe",
          pipe(ends) == 0 && write(ends[1], "through", 7) == 7 && read(ends[0], b, 32) == 7);
    CHECK_ERRNO("lseek", ESPIPE, lseek(ends[0], 0, SEEK_CUR) == -1);
    CHECK_ERRNO("fsync fdatasync", EINVAL, fsync(ends[1]) == -1 && fdatasync(ends[1]) == -1);
    close(ends[1]);
    CHECK("read", read(ends[0], b, 1) == 0);
    close(ends[0]);
    unlink("a"), unlink("b");
}

static void waiting(void)
{
    int ends[2];
    char c;
    pipe(ends);
    struct pollfd list[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {-1, POLLIN, 5}};
    CHECK("poll", poll(list, 3, 0) == 1 && !list[0].revents && list[1].revents == POLLOUT &&
                      !list[2].revents);
    fd_set reads, writes;
    struct timeval none = {0, 0};
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(ends[0], &reads);
    FD_SET(ends[1], &writes);
    CHECK("FD_SET FD_ZERO FD_ISSET", FD_ISSET(ends[0], &reads) && !FD_ISSET(ends[1], &reads));
    CHECK("select", select(ends[1] + 1, &reads, &writes, NULL, &none) == 1);
    CHECK("select", !FD_ISSET(ends[0], &reads) && FD_ISSET(ends[1], &writes));
    write(ends[1], "x", 1);
    CHECK("poll", poll(list, 1, 1000) == 1 && list[0].revents == POLLIN);
    FD_SET(ends[0], &reads);
    struct timespec second = {1, 0};
    CHECK("pselect", pselect(ends[0] + 1, &reads, NULL, NULL, &second, NULL) == 1 &&
                         FD_ISSET(ends[0], &reads));
    FD_CLR(ends[0], &reads);
    CHECK("FD_CLR", !FD_ISSET(ends[0], &reads));
    none.tv_usec = 1000;
    CHECK("select", select(0, NULL, NULL, NULL, &none) == 0);
    CHECK_ERRNO("select", EINVAL, select(-1, NULL, NULL, NULL, &none) == -1);
    second.tv_nsec = -1;
    CHECK_ERRNO("pselect", EINVAL, pselect(0, NULL, NULL, NULL, &second, NULL) == -1);
    read(ends[0], &c, 1);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    CHECK_ERRNO("read", EAGAIN, read(ends[0], &c, 1) == -1);
    close(ends[1]);
    CHECK("poll", poll(list, 1, 1000) == 1 && list[0].revents & POLLHUP);
    FD_ZERO(&reads);
    FD_SET(ends[1], &reads);
    CHECK_ERRNO("select", EBADF, select(ends[1] + 1, &reads, NULL, NULL, &none) == -1);
    list[0].fd = ends[1];
    CHECK("poll", poll(list, 1, 0) == 1 && list[0].revents == POLLNVAL);
    close(ends[0]);
}

static void memory(void)
{
    char *m = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK("mmap", m != MAP_FAILED && (size_t)m % 4096 == 0 && !m[0] && !m[9999] && (m[5] = 7) == 7);
    CHECK("mprotect", mprotect(m, 4096, PROT_READ | PROT_WRITE) == 0);
    CHECK_ERRNO("mprotect", EINVAL, mprotect(m + 1, 10, PROT_READ) == -1);
    CHECK("posix_madvise",
          posix_madvise(m, 4096, POSIX_MADV_WILLNEED) == 0 && posix_madvise(m, 4096, 77) == EINVAL);
    CHECK("mlock munlock", mlock(m, 4096) == 0 && munlock(m, 4096) == 0);
    CHECK("munmap", munmap(m, 10000) == 0);
    CHECK_ERRNO("munmap", EINVAL, munmap(m + 1, 10) == -1);
    make("a", "mapped text");
    const int fd = open("a", O_RDWR);
    m = mmap(NULL, 100, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK("mmap", m != MAP_FAILED && !memcmp(m, "mapped text\0", 12) && (m[0] = 'M') == 'M');
    char c = 0;
    CHECK("mmap", pread(fd, &c, 1, 0) == 1 && c == 'm');
    CHECK("msync", msync(m, 100, MS_SYNC) == 0);
    CHECK_ERRNO("msync", EINVAL, msync(m, 100, MS_SYNC | MS_ASYNC) == -1);
    munmap(m, 100);
    m = mmap(NULL, 5, PROT_READ, MAP_SHARED, fd, 0);
    CHECK("mmap", m != MAP_FAILED && !memcmp(m, "mappe", 5) && !munmap(m, 5));
    CHECK_ERRNO("mmap", EINVAL, mmap(NULL, 0, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
    CHECK_ERRNO("mmap", EBADF, mmap(NULL, 10, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED);
    CHECK_ERRNO("mmap", EINVAL, mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 1) == MAP_FAILED);
    close(fd);
    unlink("a");
}

// Of what is no terminal; for one they answer ENOSYS on a device.
static void terminals(void)
{
    struct termios t = {0};
    const int fd = open("/dev/null", O_RDWR);
    CHECK_FAILS("tcgetattr", ENOTTY, tcgetattr(fd, &t) == -1);
    CHECK_FAILS("tcsetattr", ENOTTY, tcsetattr(fd, TCSANOW, &t) == -1);
    CHECK_FAILS("tcdrain", ENOTTY, tcdrain(fd) == -1);
    CHECK_FAILS("tcflow", ENOTTY, tcflow(fd, TCOON) == -1);
    CHECK_FAILS("tcflush", ENOTTY, tcflush(fd, TCIFLUSH) == -1);
    CHECK_FAILS("tcsendbreak", ENOTTY, tcsendbreak(fd, 0) == -1);
    CHECK_FAILS("tcgetsid", ENOTTY, tcgetsid(fd) == -1);
    CHECK_FAILS("tcgetpgrp", ENOTTY, tcgetpgrp(fd) == -1);
    CHECK_ENOSYS("tcsetpgrp", tcsetpgrp(fd, getpid()) == -1);
    char name[64];
    CHECK_FAILS("ttyname", ENOTTY, !ttyname(fd));
    CHECK_FAILS("ttyname_r", ENOTTY, (errno = ttyname_r(fd, name, sizeof name)) != 0);
    CHECK("cfsetispeed cfgetispeed", !cfsetispeed(&t, B9600) && cfgetispeed(&t) == B9600);
    CHECK("cfsetospeed cfgetospeed", !cfsetospeed(&t, B38400) && cfgetospeed(&t) == B38400);
    CHECK_ERRNO("cfsetispeed", EINVAL, cfsetispeed(&t, 12345) == -1);
    CHECK_ERRNO("cfsetospeed", EINVAL, cfsetospeed(&t, 12345) == -1);
    close(fd);
}

int main(void)
{
    check_begin();
    descriptors();
    waiting();
    memory();
    terminals();
    return check_end();
}
