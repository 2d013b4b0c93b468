// Services on processes: commands, children, signals, ids, times; and random bytes.
#include "core/services/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/services/child.h"
#include "core/services/io.h"

int64_t hc_service_system(struct hc_turn *turn)
{
    if (!turn->blob_size) return access("/bin/sh", X_OK) == 0;
    const char *command;
    const int err = hc_turn_text(turn, 0, HC_EXTENT_BYTES, &command);
    if (err) return err;
    const int64_t pid = hc_child_start(turn, command, -1, -1, true);
    if (pid < 0) return pid;
    const int64_t ended = hc_child_wait(turn->server, pid, false);
    if (ended == -HC_EINTR || ended == -HC_ESHUTDOWN) hc_child_leave(turn->server, pid);
    return ended < 0 ? ended : ended >> 32;
}

int64_t hc_service_spawn(struct hc_turn *turn)
{
    const uint64_t write = turn->args[0];
    const char *command;
    const int err = hc_turn_text(turn, 0, HC_EXTENT_BYTES, &command);
    if (err) return err;
    if (write > 1) return -HC_EINVAL;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return hc_errno(errno);
    const int ours = ends[write], theirs = ends[!write];
    const int64_t fd = hc_handle_add(&turn->server->handles, ours, HC_O_CLOEXEC);
    const int64_t pid = fd < 0 ? fd : hc_child_start(turn, command, theirs, write ? 0 : 1, false);
    close(theirs);
    if (pid > 0) return fd | pid << 32;
    if (fd < 0)
        close(ours);
    else
        hc_handle_close(&turn->server->handles, (uint64_t)fd);
    return pid;
}

bool hc_wait_blocks(struct hc_turn *turn) { return !(turn->args[1] & HC_WNOHANG); }

int64_t hc_service_wait(struct hc_turn *turn)
{
    int64_t pid = (int64_t)turn->args[0];
    if (turn->args[1] & ~(uint64_t)HC_WNOHANG) return -HC_EINVAL;
    if (pid == 0) pid = -1;  // of the caller's group: all of them are
    if (pid < -1) return -HC_ECHILD;
    if (!(turn->args[1] & HC_WNOHANG)) hc_prompt_flush(turn);
    return hc_child_wait(turn->server, pid, turn->args[1] & HC_WNOHANG);
}

int64_t hc_service_kill(struct hc_turn *turn)
{
    const int64_t pid = (int64_t)turn->args[0], number = (int64_t)turn->args[1];
    if (number < 0 || number > SIGRTMAX) return -HC_EINVAL;
    if (pid > INT_MAX || pid <= INT_MIN) return -HC_ESRCH;
    // The program's own process is the launch.  Groups that the host program is in are refused: it
    // would be killed in the launch's place.
    if (pid == 0 || pid == -1 || pid == -(int64_t)getpgrp()) return -HC_EPERM;
    if (pid != getpid()) return kill((pid_t)pid, (int)number) ? hc_errno(errno) : 0;
    switch (number) {
    case 0:
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH: return 0;  // nothing, where nobody handles them
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU: return -HC_EPERM;  // a launch can't be stopped
    default: hc_control_end(turn->server, HC_END_EXIT, 128 + (int)number); return 0;
    }
}

int64_t hc_service_getid(struct hc_turn *turn)
{
    switch (turn->args[0]) {
    case HC_ID_PID: return getpid();
    case HC_ID_PPID: return getppid();
    case HC_ID_UID: return getuid();
    case HC_ID_EUID: return geteuid();
    case HC_ID_GID: return getgid();
    case HC_ID_EGID: return getegid();
    default: return -HC_EINVAL;
    }
}

static int64_t ns_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

int64_t hc_service_times(struct hc_turn *turn)
{
    struct rusage own, children;
    if (getrusage(RUSAGE_SELF, &own) || getrusage(RUSAGE_CHILDREN, &children))
        return hc_errno(errno);
    const int64_t times[4] = {ns_of(own.ru_utime), ns_of(own.ru_stime), ns_of(children.ru_utime),
                              ns_of(children.ru_stime)};
    turn->size = turn->room < sizeof times ? turn->room : (uint32_t)sizeof times;
    memcpy(turn->data, times, turn->size);
    return 0;
}

int64_t hc_service_random(struct hc_turn *turn)
{
    const uint64_t size = turn->args[0] < turn->room ? turn->args[0] : turn->room;
    while (turn->size < size) {
        const ssize_t n = getrandom(turn->data + turn->size, size - turn->size, 0);
        if (n < 0 && errno != EINTR) return hc_errno(errno);
        if (n > 0) turn->size += (uint32_t)n;
    }
    return turn->size;
}
