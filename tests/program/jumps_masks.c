// sigsetjmp's mask: kept and put back if it is asked for, else left as it is.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static sigjmp_buf out;

static const char *blocked(int number)
{
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, number) ? "blocked" : "open";
}

static void block(int how, int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(how, &set, NULL);
}

static volatile sig_atomic_t handled;
static void handler(int number)
{
    handled++;
    siglongjmp(out, number == SIGUSR1 ? 1 : 2);
}

static void leave(int value)
{
    block(SIG_BLOCK, SIGUSR1);
    siglongjmp(out, value);
}

int main(void)
{
    for (volatile int save = 0; save < 3; save++) {
        block(SIG_UNBLOCK, SIGUSR1);
        const int got = sigsetjmp(out, save);
        if (!got) leave(save);
        printf("save %d: %d, %s\n", save, got, blocked(SIGUSR1));
    }
    // What the mask lets through on the way comes at once.
    signal(SIGUSR2, handler);
    block(SIG_UNBLOCK, SIGUSR1);
    volatile int rounds = 0;
    const int got = sigsetjmp(out, 1);
    if (rounds++ == 0) {
        block(SIG_BLOCK, SIGUSR2);
        raise(SIGUSR2);
        printf("waiting: %d\n", (int)handled);
        siglongjmp(out, 5);
    }
    printf("rounds %d: %d, handled %d, %s\n", rounds, got, (int)handled, blocked(SIGUSR2));
    // Handlers that leave by jumps, again and again.
    signal(SIGUSR1, handler);
    for (volatile int i = 0; i < 1000; i++)
        if (!sigsetjmp(out, 1)) raise(SIGUSR1);
    printf("%d\n", (int)handled);
    return 0;
}
