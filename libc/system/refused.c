// Functions that programs expect to link and no device can serve: they answer ENOSYS.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "libc/system/names.h"

#define REFUSED(name, ...) \
    int name(__VA_ARGS__) { return (int)hc_result(-HC_ENOSYS); }
#pragma clang diagnostic ignored "-Wunused-parameter"

REFUSED(clock_settime, clockid_t clock, const struct timespec *time)
REFUSED(fchdir, int fd)
REFUSED(fexecve, int fd, char *const argv[], char *const envp[])
REFUSED(fstatvfs, int fd, struct statvfs *out)
REFUSED(statvfs, const char *path, struct statvfs *out)
REFUSED(getitimer, int which, struct itimerval *out)
REFUSED(setitimer, int which, const struct itimerval *__restrict value,
        struct itimerval *__restrict old)
REFUSED(setpriority, int which, id_t who, int value)
REFUSED(setrlimit, int resource, const struct rlimit *limit)
REFUSED(setegid, gid_t id)
REFUSED(seteuid, uid_t id)
REFUSED(setgid, gid_t id)
REFUSED(setuid, uid_t id)
REFUSED(setregid, gid_t real, gid_t effective)
REFUSED(setreuid, uid_t real, uid_t effective)
REFUSED(setpgid, pid_t pid, pid_t group)
REFUSED(setpgrp, void)
REFUSED(setsid, void)
REFUSED(sigaltstack, const stack_t *__restrict stack, stack_t *__restrict old)
REFUSED(sigqueue, pid_t pid, int number, const union sigval value)
REFUSED(tcsetpgrp, int fd, pid_t group)
REFUSED(timer_create, clockid_t clock, struct sigevent *__restrict event, timer_t *__restrict timer)
REFUSED(timer_delete, timer_t timer)
REFUSED(timer_getoverrun, timer_t timer)
REFUSED(timer_gettime, timer_t timer, struct itimerspec *out)
REFUSED(timer_settime, timer_t timer, int flags, const struct itimerspec *__restrict value,
        struct itimerspec *__restrict old)
REFUSED(daemon, int stays, int keeps)

char *getpass(const char *prompt) { return hc_result(-HC_ENOSYS), NULL; }
long gethostid(void) { return hc_result(-HC_ENOSYS); }

// It can't say so: none was set.
unsigned alarm(unsigned seconds)
{
    if (seconds) hc_result(-HC_ENOSYS);
    return 0;
}

int nice(int change) { return change ? (int)hc_result(-HC_ENOSYS) : getpriority(PRIO_PROCESS, 0); }
