// newlib's signals, and the flags of sigaction that programs name.
#ifndef _HOSTCALL_SIGNAL_H
#define _HOSTCALL_SIGNAL_H

#include_next <signal.h>

#define SA_SIGINFO 2
#define SA_NODEFER 4
#define SA_RESETHAND 8
#define SA_RESTART 16
#define SA_ONSTACK 32

#endif
