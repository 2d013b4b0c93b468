// newlib's signals, and the flags of sigaction that programs name.
#ifndef _HOSTCALL_SIGNAL_H
#define _HOSTCALL_SIGNAL_H

#include_next <signal.h>

#define SA_SIGINFO 2
#define SA_NODEFER 4
#define SA_RESETHAND 8
#define SA_RESTART 16
#define SA_ONSTACK 32

// newlib's macros don't look at the number.
#undef sigaddset
#undef sigdelset
#undef sigemptyset
#undef sigfillset
#undef sigismember
#if __POSIX_VISIBLE
__BEGIN_DECLS
int sigaddset(sigset_t *set, int number);
int sigdelset(sigset_t *set, int number);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigismember(const sigset_t *set, int number);
__END_DECLS
#endif

#if __POSIX_VISIBLE >= 200809
__BEGIN_DECLS
int siginterrupt(int number, int interrupts);
void psiginfo(const siginfo_t *info, const char *text);
__END_DECLS
#endif

#endif
