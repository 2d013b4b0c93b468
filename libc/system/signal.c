// Signals: they reach the thread that raises them, at once or when they are let through again.
//
// All of them come from the program itself.  What has no handler goes to the host, as newlib's raise() does it.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "libc/system/names.h"

static struct sigaction actions[NSIG];
static sigset_t blocked, waiting;

static int wrong(int number)
{
    if (number > 0 && number < NSIG) return 0;
    errno = EINVAL;
    return -1;
}

static sigset_t bit(int number) { return (sigset_t)1 << number; }

// Nothing is blocked while a handler runs: it may leave by a jump, and no jmp_buf has room for a mask.
static int deliver(int number)
{
    const struct sigaction a = actions[number];
    if (a.sa_handler == SIG_IGN) return 0;
    if (a.sa_handler == SIG_DFL) return _kill(getpid(), number);
    if (a.sa_flags & SA_RESETHAND) actions[number].sa_handler = SIG_DFL;
    if (a.sa_flags & SA_SIGINFO) {
        siginfo_t info = {.si_signo = number, .si_code = SI_USER};
        a.sa_sigaction(number, &info, NULL);
    } else {
        a.sa_handler(number);
    }
    return 0;
}

int raise(int number)
{
    if (wrong(number)) return -1;
    if (!(blocked & bit(number)) || number == SIGKILL || number == SIGSTOP) return deliver(number);
    if (actions[number].sa_handler != SIG_IGN) waiting |= bit(number);
    return 0;
}

int _raise_r(struct _reent *reent, int number)
{
    (void)reent;
    return raise(number);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    if (wrong(number)) return -1;
    if (action && (number == SIGKILL || number == SIGSTOP)) return wrong(0);
    const struct sigaction was = actions[number];
    if (action) {
        actions[number] = *action;
        if (action->sa_handler == SIG_IGN) waiting &= ~bit(number);
    }
    if (before) *before = was;
    return 0;
}

_sig_func_ptr signal(int number, _sig_func_ptr handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, before;
    return sigaction(number, &action, &before) ? SIG_ERR : before.sa_handler;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
    const sigset_t was = blocked;
    if (set) switch (how) {
        case SIG_BLOCK: blocked |= *set; break;
        case SIG_UNBLOCK: blocked &= ~*set; break;
        case SIG_SETMASK: blocked = *set; break;
        default: return wrong(0);
        }
    if (before) *before = was;
    for (int i = 1; i < NSIG; i++) {
        if (!(waiting & ~blocked & bit(i))) continue;
        waiting &= ~bit(i);
        deliver(i);
    }
    return 0;
}

int sigpending(sigset_t *set)
{
    *set = waiting;
    return 0;
}

// A handler may return: then the signal does what it does without one.
void abort(void)
{
    raise(SIGABRT);
    signal(SIGABRT, SIG_DFL);
    blocked &= ~bit(SIGABRT);
    raise(SIGABRT);
    _exit(128 + SIGABRT);
}
