// The process among others: group, session, priority, groups of users, as the host's /proc tells them.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "libc/system/names.h"

enum { GROUP = 5, SESSION = 6, NICE = 19 };  // fields of /proc/PID/stat

// Field `number` of a process (0: this one), from the third on, to *to; 0, or -1 with ESRCH.
static int field_read(pid_t pid, int number, int *to)
{
    char path[32] = "/proc/self/stat", text[1024];
    if (pid) snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    const int fd = _open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? 0 : _read(fd, text, sizeof text - 1);
    if (fd >= 0) _close(fd);
    text[n > 0 ? n : 0] = 0;
    const char *at = strrchr(text, ')');  // behind the name, which may hold anything
    for (int i = 2; at && i < number; i++) at = strchr(at + 1, ' ');
    if (!at) return (int)hc_result(-HC_ESRCH);
    *to = atoi(at + 1);
    return 0;
}

pid_t getpgid(pid_t pid)
{
    int group;
    return field_read(pid, GROUP, &group) ? -1 : group;
}
pid_t getpgrp(void) { return getpgid(0); }
pid_t getsid(pid_t pid)
{
    int session;
    return field_read(pid, SESSION, &session) ? -1 : session;
}

int getpriority(int which, id_t who)
{
    int nice;
    if (which != PRIO_PROCESS)
        return (int)hc_result(which == PRIO_PGRP || which == PRIO_USER ? -HC_ENOSYS : -HC_EINVAL);
    return field_read((pid_t)who, NICE, &nice) ? -1 : nice;
}

int killpg(pid_t group, int number)
{
    if (group < 0 || group == 1) return (int)hc_result(-HC_EINVAL);
    const pid_t own = getpgrp();
    if (own < 0) return -1;
    return _kill(group ? -group : -own, number);
}

int getgroups(int room, gid_t *list)
{
    char line[4096];
    int count = -1;
    if (room < 0) return (int)hc_result(-HC_EINVAL);
    FILE *f = fopen("/proc/self/status", "r");
    if (!f) return -1;
    while (count < 0 && fgets(line, sizeof line, f)) {
        if (strncmp(line, "Groups:", 7)) continue;
        count = 0;
        char *rest;
        for (char *w = strtok_r(line + 7, " \t\n", &rest); w; w = strtok_r(NULL, " \t\n", &rest))
            if (count++ < room) list[count - 1] = (gid_t)strtoul(w, NULL, 10);
    }
    fclose(f);
    if (count < 0) return (int)hc_result(-HC_ENOSYS);
    return room && count > room ? (int)hc_result(-HC_EINVAL) : count;
}
