// The process: its end, its numbers, its children, signals.
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc/system/lock.h"
#include "libc/system/names.h"

// LLVM makes calls of these out of others when the program is one module, which is too late for the linker to look
// for them; so they are there in every program.
#define KEPT(name) (void (*)(void))(name)
__attribute__((used)) static void (*const invented[])(void) = {
    KEPT(bcmp),   KEPT(memchr),  KEPT(memcmp),  KEPT(memcpy), KEPT(memmove),
    KEPT(memset), KEPT(stpcpy),  KEPT(strchr),  KEPT(strcmp), KEPT(strcpy),
    KEPT(strlen), KEPT(strncmp), KEPT(memrchr),
};

void _exit(int status)
{
    hc_ask(HC_OP_EXIT, 1, status & 0xff, 0, 0);
    hc_bridge_end();
    __builtin_unreachable();
}

pid_t _getpid(void) { return (pid_t)hc_ask(HC_OP_GETID, 1, HC_ID_PID, 0, 0); }
pid_t getpid(void)
{
    static pid_t own;  // it can't change
    if (!own) own = _getpid();
    return own;
}
pid_t getppid(void) { return (pid_t)hc_ask(HC_OP_GETID, 1, HC_ID_PPID, 0, 0); }
uid_t getuid(void) { return (uid_t)hc_ask(HC_OP_GETID, 1, HC_ID_UID, 0, 0); }
uid_t geteuid(void) { return (uid_t)hc_ask(HC_OP_GETID, 1, HC_ID_EUID, 0, 0); }
gid_t getgid(void) { return (gid_t)hc_ask(HC_OP_GETID, 1, HC_ID_GID, 0, 0); }
gid_t getegid(void) { return (gid_t)hc_ask(HC_OP_GETID, 1, HC_ID_EGID, 0, 0); }

// newlib's numbers to Linux's; 0 stays, it only asks.
int hc_signal_out(int number)
{
    static const unsigned char to[32] = {
        [SIGHUP] = 1,   [SIGINT] = 2,   [SIGQUIT] = 3,  [SIGILL] = 4,   [SIGTRAP] = 5,
        [SIGABRT] = 6,  [SIGBUS] = 7,   [SIGFPE] = 8,   [SIGKILL] = 9,  [SIGUSR1] = 10,
        [SIGSEGV] = 11, [SIGUSR2] = 12, [SIGPIPE] = 13, [SIGALRM] = 14, [SIGTERM] = 15,
        [SIGCHLD] = 17, [SIGCONT] = 18, [SIGSTOP] = 19, [SIGTSTP] = 20, [SIGTTIN] = 21,
        [SIGTTOU] = 22,
    };
    return number > 0 && number < 32 ? to[number] : 0;
}

// raise() comes here for signals without a handler: kill(2) of the program itself.
int _kill(pid_t pid, int number)
{
    const int wire = hc_signal_out(number);
    if (number && !wire) return (int)hc_result(-HC_EINVAL);
    return (int)hc_result(hc_ask(HC_OP_KILL, 2, pid, wire, 0));
}
int kill(pid_t pid, int number)
{
    if (pid == getpid() && number) return raise(number);
    return _kill(pid, number);
}

int _fork(void) { return (int)hc_result(-HC_ENOSYS); }
pid_t fork(void) { return _fork(); }
pid_t vfork(void) { return _fork(); }
int _execve(const char *path, char *const argv[], char *const envp[])
{
    (void)path, (void)argv, (void)envp;
    return (int)hc_result(-HC_ENOSYS);
}
int execve(const char *path, char *const argv[], char *const envp[])
{
    return _execve(path, argv, envp);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    const int64_t both = hc_ask(HC_OP_WAIT, 2, pid, options, 0);
    if (both < 0) return (pid_t)hc_result(both);
    if (status) *status = (int)(both >> 32);
    return (pid_t)(both & 0x7fffffff);
}
int _wait(int *status) { return waitpid(-1, status, 0); }
pid_t wait(int *status) { return _wait(status); }

int system(const char *command)
{
    struct hc_bridge_call x = hc_call_make(HC_OP_SYSTEM, 0, 0, 0, 0);
    if (command && !*command) command = " ";  // 0 bytes ask whether there is a shell
    x.send = command;
    x.send_size = command ? (uint32_t)strlen(command) : 0;
    return (int)hc_result(hc_bridge_call(&x));
}

// ------------------------------------------------------------------------------------------- popen

static struct child {
    struct child *next;
    FILE *stream;
    pid_t pid;
} * children;
static uint32_t children_lock;

FILE *popen(const char *command, const char *mode)
{
    const bool writes = *mode == 'w';
    struct child *c = malloc(sizeof *c);
    if (!c) return NULL;
    struct hc_bridge_call x = hc_call_make(HC_OP_SPAWN, 1, writes, 0, 0);
    x.send = command;
    x.send_size = (uint32_t)strlen(command);
    const int64_t both = *mode == 'r' || writes ? hc_bridge_call(&x) : -HC_EINVAL;
    c->stream = both < 0 ? NULL : fdopen((int)hc_fd_given(both & 0x7fffffff), writes ? "w" : "r");
    if (!c->stream) {
        if (both < 0) hc_result(both);
        free(c);
        return NULL;
    }
    c->pid = (pid_t)(both >> 32);
    hc_lock(&children_lock);
    c->next = children;
    children = c;
    hc_unlock(&children_lock);
    return c->stream;
}

int pclose(FILE *stream)
{
    hc_lock(&children_lock);
    struct child **c = &children, *gone;
    while (*c && (*c)->stream != stream) c = &(*c)->next;
    gone = *c;
    if (gone) *c = gone->next;
    hc_unlock(&children_lock);
    if (!gone) {
        errno = ECHILD;
        return -1;
    }
    int status = -1;
    const pid_t pid = gone->pid;
    free(gone);
    fclose(stream);
    return waitpid(pid, &status, 0) < 0 ? -1 : status;
}
