// Signals that a program sends itself: handlers, ignored ones, and an end by abort() that atexit does not see.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t seen, last_usr1;

static void count(int number)
{
    seen++;
    if (number == SIGUSR1) last_usr1 = seen;
    signal(number, count);
}

static void aborted(int number)
{
    static const char text[] = "SIGABRT is handled\n";
    (void)number;
    if (write(STDOUT_FILENO, text, sizeof text - 1) < 0) _exit(1);
}

static void never(void) { puts("atexit after abort"); }

int main(void)
{
    printf("%d\n", signal(SIGUSR1, count) == SIG_DFL);
    printf("%d\n", signal(SIGUSR1, count) == count);
    printf("raise %d", raise(SIGUSR1));
    printf(" seen %d\n", (int)seen);
    signal(SIGTERM, count);
    signal(SIGINT, count);
    signal(SIGSEGV, count);
    signal(SIGFPE, count);
    raise(SIGTERM);
    raise(SIGINT);
    raise(SIGSEGV);
    raise(SIGFPE);
    kill(getpid(), SIGUSR1);
    printf("seen %d, usr1 at %d\n", (int)seen, (int)last_usr1);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    printf("ignored %d %d\n", raise(SIGTERM), raise(SIGHUP));
    printf("was ignored %d\n", signal(SIGHUP, SIG_DFL) == SIG_IGN);
    printf("default of SIGCHLD %d\n", raise(SIGCHLD));
    printf("wrong number %d %d\n", raise(-1) != 0, signal(1000, count) == SIG_ERR);
    struct sigaction action = {.sa_handler = count}, before;
    sigemptyset(&action.sa_mask);
    printf("sigaction %d", sigaction(SIGUSR2, &action, NULL));
    raise(SIGUSR2);
    printf(" seen %d", (int)seen);
    sigaction(SIGUSR2, NULL, &before);
    printf(" %d\n", before.sa_handler == count);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    printf("set %d %d\n", sigismember(&set, SIGINT), sigismember(&set, SIGTERM));
    fflush(stdout);
    atexit(never);
    signal(SIGABRT, aborted);
    abort();
}
