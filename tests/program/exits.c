// Ends: what exit runs and in which order, what it flushes, and what _Exit leaves.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void one(void) { puts("one: registered first, runs last"); }
static void two(void)
{
    puts("two");
    atexit(one);
}
static void many(void)
{
    static int count;
    if (++count == 20) puts("twenty of them");
}

static FILE *left;
static void quit(void)
{
    fputs("held until exit", left);
    puts("quit");
}

int main(int argc, char **argv)
{
    char command[4200];
    if (argc > 1 && !strcmp(argv[1], "_Exit")) {
        printf("not flushed");
        atexit(one);
        _Exit(300);
    }
    // The program runs itself.
    snprintf(command, sizeof command, "'%s' _Exit; echo \"status $?\"", argv[0]);
    system(command);
    atexit(two);
    for (int i = 0; i < 20; i++) atexit(many);
    left = fopen("left.txt", "w");
    atexit(quit);
    printf("no newline at the end, status -2: ");
    exit(-2);
}
