// Jumps: errors from deep within, nested catchers, out of a signal's handler.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf *catcher;

static _Noreturn void fail(int code) { longjmp(*catcher, code); }

static int deep(int depth, int code)
{
    volatile char room[100];
    room[depth % 100] = (char)depth;
    if (!depth) fail(code);
    return deep(depth - 1, code) + room[depth % 100];
}

// Catches what is below 10, hands on the rest.
static int inner(int code)
{
    jmp_buf here, *volatile outer = catcher;
    volatile int steps = 1;
    catcher = &here;
    const int caught = setjmp(here);
    if (!caught) {
        steps = 2;
        deep(50, code);
    }
    catcher = outer;
    printf("inner %d after %d steps\n", caught, steps);
    if (caught >= 10) fail(caught + 1);
    return caught;
}

static sigjmp_buf from_handler;
static void handler(int number) { siglongjmp(from_handler, number == SIGUSR1 ? 5 : 6); }

static int parse(const char *text, jmp_buf wrong)
{
    int value = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') longjmp(wrong, *text);
        value = value * 10 + *text - '0';
    }
    return value;
}

int main(void)
{
    jmp_buf outer;
    for (volatile int code = 8; code < 13; code++) {
        catcher = &outer;
        const int caught = setjmp(outer);
        if (!caught)
            printf("returned %d\n", inner(code));
        else
            printf("outer %d\n", caught);
    }
    if (setjmp(outer)) {
        puts("0 comes as 1");
    } else {
        longjmp(outer, 0);
    }
    static const char *const texts[] = {"123", "4x5", "", "99!"};
    for (volatile size_t i = 0; i < 4; i++) {
        const int c = setjmp(outer);
        if (!c)
            printf("%d\n", parse(texts[i], outer));
        else
            printf("wrong: %c\n", c);
    }
    for (volatile int i = 0; i < 3; i++) {
        signal(SIGUSR1, handler);
        const int number = sigsetjmp(from_handler, 1);
        if (!number) {
            raise(SIGUSR1);
            puts("not reached");
        }
        printf("round %d: %d\n", i, number);
    }
    double kept[8];
    for (int i = 0; i < 8; i++) kept[i] = i * 1.5;
    volatile long count = 0;
    if (setjmp(outer) < 5000) {
        count++;
        longjmp(outer, (int)count);
    }
    printf("%ld %g\n", count, kept[7]);
    return 3;
}
