// A system layer for check_program.c on the machine that builds: standard output, memory and exit, nothing else.
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

struct _reent;

void check_start(void);
void *_malloc_r(struct _reent *reent, size_t size);
void *_calloc_r(struct _reent *reent, size_t count, size_t size);
void *_realloc_r(struct _reent *reent, void *old, size_t size);
void _free_r(struct _reent *reent, void *memory);
ssize_t _write(int fd, const void *bytes, size_t size);
ssize_t _read(int fd, void *bytes, size_t size);
long _lseek(int fd, long offset, int whence);
int _close(int fd);
int _fstat(int fd, void *status);
int _isatty(int fd);
int _fcntl(int fd, int command, int argument);
int _open(const char *path, int flags, int mode);
int _getpid(void);
int _kill(int pid, int number);

void *_malloc_r(struct _reent *reent, size_t size)
{
    (void)reent;
    return malloc(size);
}

void *_calloc_r(struct _reent *reent, size_t count, size_t size)
{
    (void)reent;
    return calloc(count, size);
}

void *_realloc_r(struct _reent *reent, void *old, size_t size)
{
    (void)reent;
    return realloc(old, size);
}

void _free_r(struct _reent *reent, void *memory)
{
    (void)reent;
    free(memory);
}

ssize_t _write(int fd, const void *bytes, size_t size) { return write(fd, bytes, size); }

ssize_t _read(int fd, void *bytes, size_t size) { return read(fd, bytes, size); }

long _lseek(int fd, long offset, int whence) { return lseek(fd, offset, whence); }

int _close(int fd) { return close(fd); }

int _isatty(int fd) { return isatty(fd); }

// The rest is not asked for by a program that stays with its standard streams.
int _fstat(int fd, void *status)
{
    (void)fd;
    (void)status;
    return -1;
}

int _fcntl(int fd, int command, int argument)
{
    (void)fd;
    (void)command;
    (void)argument;
    return -1;
}

int _open(const char *path, int flags, int mode)
{
    (void)path;
    (void)flags;
    (void)mode;
    return -1;
}

int _getpid(void) { return 1; }

int _kill(int pid, int number)
{
    (void)pid;
    _exit(128 + number);
}

int main(void)
{
    check_start();
    return 99;
}
