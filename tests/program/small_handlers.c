// Handlers of signals that are called, where pointers to functions are numbers and SIG_IGN is one too.
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void count(int number) { seen += number == SIGUSR1 ? 1 : 2; }

static void digit(int value)
{
    const char line[2] = {(char)('0' + value), '\n'};
    if (write(STDOUT_FILENO, line, sizeof line) < 0) _exit(1);
}

int main(void)
{
    digit(signal(SIGUSR1, count) == SIG_DFL);
    digit(raise(SIGUSR1));
    digit(seen);
    digit(signal(SIGTERM, SIG_IGN) == SIG_DFL);
    digit(raise(SIGTERM));
    digit(signal(SIGTERM, count) == SIG_IGN);
    digit(raise(SIGTERM));
    digit(seen);
    return seen;
}
