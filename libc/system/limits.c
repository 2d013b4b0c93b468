// What a system allows and how it is called: limits, names, use of time.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "libc/system/names.h"

// The first line of a file, without its end; its length, or -1.
static long line_read(const char *path, char *to, size_t room)
{
    const int fd = _open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    const ssize_t n = _read(fd, to, room - 1);
    _close(fd);
    if (n < 0) return -1;
    to[n] = 0;
    to[strcspn(to, "\n")] = 0;
    return (long)strlen(to);
}

int gethostname(char *to, size_t room)
{
    char name[HOST_NAME_MAX + 1];
    const long size = line_read("/proc/sys/kernel/hostname", name, sizeof name);
    if (size < 0) return -1;
    memcpy(to, name, (size_t)size < room ? (size_t)size + 1 : room);
    return (size_t)size < room ? 0 : (int)hc_result(-HC_ENAMETOOLONG);
}

// The host's.
int uname(struct utsname *out)
{
    memset(out, 0, sizeof *out);
    if (line_read("/proc/sys/kernel/ostype", out->sysname, sizeof out->sysname) < 0 ||
        gethostname(out->nodename, sizeof out->nodename) ||
        line_read("/proc/sys/kernel/osrelease", out->release, sizeof out->release) < 0 ||
        line_read("/proc/sys/kernel/version", out->version, sizeof out->version) < 0)
        return -1;
    // Linux before 6.1 does not tell; a host of programs is an x86-64.
    if (line_read("/proc/sys/kernel/arch", out->machine, sizeof out->machine) < 0)
        strcpy(out->machine, "x86_64");
    return 0;
}

// Of a file's limits nothing depends on the file; but it has to exist.
static long file_limit(int name)
{
    switch (name) {
    case _PC_LINK_MAX: return 127;
    case _PC_MAX_CANON:
    case _PC_MAX_INPUT: return 255;
    case _PC_NAME_MAX: return 255;
    case _PC_PATH_MAX: return PATH_MAX;
    case _PC_PIPE_BUF: return PIPE_BUF;
    case _PC_CHOWN_RESTRICTED: return 1;
    case _PC_NO_TRUNC: return 1;
    case _PC_VDISABLE: return 0;
    case _PC_FILESIZEBITS: return 64;
    case _PC_SYMLINK_MAX: return PATH_MAX;
    case _PC_2_SYMLINKS: return 1;
    default: errno = EINVAL; return -1;
    }
}
long pathconf(const char *path, int name) { return access(path, F_OK) ? -1 : file_limit(name); }
long fpathconf(int fd, int name) { return fcntl(fd, F_GETFL) < 0 ? -1 : file_limit(name); }

size_t confstr(int name, char *to, size_t room)
{
    static const char path[] = "/bin:/usr/bin";
    if (name != _CS_PATH) {
        errno = EINVAL;
        return 0;
    }
    if (room) {
        strncpy(to, path, room);
        to[room - 1] = 0;
    }
    return sizeof path;
}

int getrlimit(int resource, struct rlimit *out)
{
    if (resource < 0 || resource > 15) return (int)hc_result(-HC_EINVAL);
    out->rlim_cur = out->rlim_max = resource == RLIMIT_NOFILE ? OPEN_MAX
                                    : resource == RLIMIT_CORE ? 0
                                                              : RLIM_INFINITY;
    return 0;
}

static struct timeval time_of(int64_t us)
{
    return (struct timeval){(time_t)(us / 1000000), (suseconds_t)(us % 1000000)};
}

int getrusage(int who, struct rusage *out)
{
    memset(out, 0, sizeof *out);
    if (who == RUSAGE_SELF) {
        struct tms now;
        if (_times(&now) == (clock_t)-1) return -1;
        out->ru_utime = time_of(now.tms_utime);
        return 0;
    }
    int64_t ns[4] = {0};
    if (who != RUSAGE_CHILDREN) return (int)hc_result(-HC_EINVAL);
    const int64_t result = hc_fetch(HC_OP_TIMES, NULL, 0, 0, 0, ns, sizeof ns, NULL);
    out->ru_utime = time_of(ns[2] / 1000);
    out->ru_stime = time_of(ns[3] / 1000);
    return result < 0 ? (int)hc_result(result) : 0;
}
