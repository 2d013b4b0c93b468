// An assertion that fails ends the program with abort's status, after those that hold.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static int looked;

static int look(int value)
{
    looked++;
    return value;
}

static void never(void) { puts("atexit after a failed assertion"); }

int main(void)
{
    _Static_assert(sizeof(int) == 4, "int has 32 bits");
    atexit(never);
    assert(look(1));
    assert(look(2) == 2 && "holds");
    printf("looked %d\n", looked);
    fflush(stdout);
    assert(look(0) && "does not hold");
    puts("not reached");
    return 0;
}
