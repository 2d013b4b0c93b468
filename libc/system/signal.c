// Signals: they reach the thread that raises them, at once or when they are let through again.
//
// All of them come from the program itself, and stay with the thread.  What has no handler goes to the host, as
// newlib's raise() does it.
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "libc/system/lock.h"
#include "libc/system/names.h"

static struct sigaction actions[NSIG];
static uint32_t actions_lock;
static _Thread_local sigset_t blocked, waiting;

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
    hc_lock(&actions_lock);
    const struct sigaction a = actions[number];
    if (a.sa_flags & SA_RESETHAND && a.sa_handler != SIG_IGN) actions[number].sa_handler = SIG_DFL;
    hc_unlock(&actions_lock);
    if (a.sa_handler == SIG_IGN) return 0;
    if (a.sa_handler == SIG_DFL) return _kill(getpid(), number);
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
    hc_lock(&actions_lock);
    const struct sigaction was = actions[number];
    if (action) actions[number] = *action;
    hc_unlock(&actions_lock);
    if (action && action->sa_handler == SIG_IGN) waiting &= ~bit(number);
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

// -------------------------------------------------------------------------------------------- sets

int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}
int sigfillset(sigset_t *set)
{
    *set = ~(sigset_t)0;
    return 0;
}
int sigaddset(sigset_t *set, int number)
{
    if (wrong(number)) return -1;
    *set |= bit(number);
    return 0;
}
int sigdelset(sigset_t *set, int number)
{
    if (wrong(number)) return -1;
    *set &= ~bit(number);
    return 0;
}
int sigismember(const sigset_t *set, int number)
{
    return wrong(number) ? -1 : (*set & bit(number)) != 0;
}

// ----------------------------------------------------------------------------------------- waiting

// Signals come from the program alone, so a wait is over at once or, in a program of one thread, never.
static void wait_on(void) { nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); }

int sigsuspend(const sigset_t *mask)
{
    const sigset_t before = blocked;
    while (!(waiting & ~*mask)) wait_on();
    sigprocmask(SIG_SETMASK, mask, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = EINTR;
    return -1;
}

int pause(void)
{
    const sigset_t mask = blocked;
    return sigsuspend(&mask);
}

// Takes a signal that waits out of `set`; 0: there is none.
static int take(const sigset_t *set)
{
    for (int i = 1; i < NSIG; i++) {
        if (!(waiting & *set & bit(i))) continue;
        waiting &= ~bit(i);
        return i;
    }
    return 0;
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    const int64_t start = hc_bridge_clock();
    int number;
    if (timeout && (timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999)) return wrong(0);
    while (!(number = take(set))) {
        if (timeout &&
            hc_bridge_clock() - start >= timeout->tv_sec * INT64_C(1000000000) + timeout->tv_nsec) {
            errno = EAGAIN;
            return -1;
        }
        wait_on();
    }
    if (info) *info = (siginfo_t){.si_signo = number, .si_code = SI_USER};
    return number;
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }
int sigwait(const sigset_t *set, int *number)
{
    *number = sigtimedwait(set, NULL, NULL);
    return 0;
}

// Calls are never interrupted: it is kept in the flags alone.
int siginterrupt(int number, int interrupts)
{
    if (wrong(number)) return -1;
    if (interrupts)
        actions[number].sa_flags &= ~SA_RESTART;
    else
        actions[number].sa_flags |= SA_RESTART;
    return 0;
}

void psiginfo(const siginfo_t *info, const char *text) { psignal(info->si_signo, text); }

// A handler may return: then the signal does what it does without one.
void abort(void)
{
    raise(SIGABRT);
    signal(SIGABRT, SIG_DFL);
    blocked &= ~bit(SIGABRT);
    raise(SIGABRT);
    _exit(128 + SIGABRT);
}
