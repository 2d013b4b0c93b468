// Functions of the system layer that newlib calls or declares only for some systems.
#ifndef HC_NAMES_H
#define HC_NAMES_H

#include <stddef.h>
#include <sys/reent.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/types.h>

#include "libc/system/system.h"

// The bits of a mode that calls look at; programs pass those of a file's kind, too.
#define PERMISSIONS 07777

int _open(const char *path, int flags, ...);
int _close(int fd);
off_t _lseek(int fd, off_t offset, int whence);
_READ_WRITE_RETURN_TYPE _write(int fd, const void *data, size_t size);
_READ_WRITE_RETURN_TYPE _read(int fd, void *data, size_t size);
int _isatty(int fd);
int _fcntl(int fd, int command, ...);
int _fstat(int fd, struct stat *out);
int _stat(const char *path, struct stat *out);
int _link(const char *from, const char *to);
int _unlink(const char *path);
int _rename(const char *from, const char *to);
int _mkdir(const char *path, mode_t mode);
pid_t _getpid(void);
int _kill(pid_t pid, int number);
int _fork(void);
int _wait(int *status);
int _execve(const char *path, char *const argv[], char *const envp[]);
clock_t _times(struct tms *out);
int _gettimeofday(struct timeval *out, void *zone);
void _exit(int status) __attribute__((noreturn));

// Wire numbers of signals: Linux's.
int hc_signal_out(int number);

// What lanes other than the first do while the program runs, if it has threads: thread.c is linked where they are
// used.  Does not return, or returns at once.
void hc_threads_serve(const struct hc_program *program) __attribute__((weak));

// What start.c and threads need: memory that is never freed, from the heap's end; NULL: none left.
void hc_heap_set(void *heap, size_t size);
void *hc_heap_more(size_t size);
// A thread ends: what it has free goes to the others.
void hc_heap_leave(void);
extern uint32_t hc_threads_most;  // waves of the launch, the first thread's among them

#endif
