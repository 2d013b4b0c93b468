// The ways to end a program: endings.c MODE; tests/libc_check.sh knows which status each must have.
#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int order;

static void say(void) { write(1, "as expected\n", 12); }
static void wrong(void) { write(1, "not ok\n", 7); }

// Called last first.
static void second(void)
{
    if (order++ != 1) wrong();
    say();
}
static void first(void)
{
    if (order++ != 0) wrong();
}
static void handler(int number)
{
    if (number == SIGABRT) say();
}

// Each ends the program.
static int mode_run(const char *mode)
{
    if (!strcmp(mode, "return")) {
        atexit(say);
        return 7;
    }
    if (!strcmp(mode, "exit")) {  // streams are written
        fputs("as expected\n", stdout);
        exit(3);
    }
    if (!strcmp(mode, "atexit")) {
        if (atexit(second) || atexit(first) || at_quick_exit(wrong)) wrong();
        exit(0);
    }
    if (!strcmp(mode, "_exit")) {  // they are not, and nobody is called
        say();
        atexit(wrong);
        fputs("not ok\n", stdout);
        _exit(4);
    }
    if (!strcmp(mode, "_Exit")) {
        say();
        atexit(wrong);
        at_quick_exit(wrong);
        _Exit(5);
    }
    if (!strcmp(mode, "quick_exit")) {
        atexit(wrong);
        at_quick_exit(say);
        quick_exit(6);
    }
    if (!strcmp(mode, "at_quick_exit")) {
        if (at_quick_exit(second) || at_quick_exit(first)) wrong();
        quick_exit(0);
    }
    if (!strcmp(mode, "abort")) {
        say();
        atexit(wrong);
        abort();
    }
    if (!strcmp(mode, "abort_handler")) {
        signal(SIGABRT, handler);
        abort();
    }
    if (!strcmp(mode, "pause")) {  // until a signal comes from outside
        char command[64];
        snprintf(command, sizeof command, "sleep 0.2; kill -TERM %d", (int)getpid());
        say();
        if (popen(command, "r")) pause();
        wrong();
    }
    if (!strcmp(mode, "assert")) {
        int calls = 0;
        assert(++calls);
        if (calls == 1) say();
        assert(calls == 2);
        wrong();
    }
    return 99;
}

int main(int argc, char **argv) { return argc == 2 ? mode_run(argv[1]) : 2; }
