// A signal without a handler ends the program, with the status that a shell gives it.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void never(void) { puts("atexit after a signal"); }

int main(void)
{
    atexit(never);
    puts("before");
    fflush(stdout);
    raise(SIGTERM);
    puts("after");
    return 0;
}
