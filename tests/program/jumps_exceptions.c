// Exceptions made of jumps: try, catch, finally and throw again, very often.
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct handler {
    jmp_buf buffer;
    struct handler *volatile outer;
    volatile int thrown, handled;
};
static struct handler *top;

static _Noreturn void throw(int what)
{
    if (!top) {
        printf("nobody catches %d\n", what);
        exit(4);
    }
    top->thrown = what;
    longjmp(top->buffer, 1);
}

#define TRY                                                                  \
    {                                                                        \
        struct handler here_ = {.outer = top};                               \
        top = &here_;                                                        \
        for (volatile int phase_ = setjmp(here_.buffer) ? 1 : 0; phase_ < 3; \
             phase_ = phase_ == 0 ? 2 : phase_ + 1) {                        \
            if (phase_ == 0) {
#define CATCH(name, condition)                             \
    }                                                      \
    else if (phase_ == 1 && !here_.handled && (condition)) \
    {                                                      \
        const int name = here_.thrown;                     \
        here_.handled = 1;                                 \
        (void)name;
#define THROWN (here_.thrown)
#define FINALLY        \
    }                  \
    if (phase_ == 2) { \
        top = here_.outer;
#define END                                                  \
    }                                                        \
    }                                                        \
    top = here_.outer;                                       \
    if (here_.thrown && !here_.handled) throw(here_.thrown); \
    }

static int finals;

static int work(int n)
{
    if (n % 7 == 0) throw(7);
    if (n % 11 == 0) throw(11);
    if (n % 13 == 0) throw(13);
    return n;
}

static long step(int n)
{
    volatile long result = 0;
    TRY result = work(n);
    CATCH(what, THROWN == 7)
    result = -what;
    FINALLY
    finals++;
    END return result;
}

static long steps(int count)
{
    volatile long total = 0;
    for (volatile int i = 1; i <= count; i++) {
        TRY total += step(i);
        CATCH(what, THROWN == 11 || THROWN == 13)
        total += what * 1000;
        FINALLY
        finals++;
        END
    }
    return total;
}

// A generator of random trees of calls, of which each catches some of what its children throw.
static uint32_t seed = 12345;
static uint32_t random_next(void)
{
    seed = seed * 1664525 + 1013904223;
    return seed >> 16;
}

static uint32_t tree(int depth)
{
    const uint32_t kind = random_next() % 8;
    volatile uint32_t sum = kind;
    if (depth == 0) {
        if (kind < 3) throw((int)kind + 1);
        return sum;
    }
    if (kind < 4) {
        for (uint32_t i = 0; i < kind; i++) sum = sum * 31 + tree(depth - 1);
        return sum;
    }
    TRY for (volatile uint32_t i = 0; i < 3; i++) sum = sum * 31 + tree(depth - 1);
    CATCH(what, THROWN != (int)(kind - 3))
    sum = sum * 17 + (uint32_t)what;
    if (kind == 5 && what == 1) sum += tree(depth - 1);
    FINALLY
    sum += 3;
    END return sum;
}

int main(void)
{
    const long total = steps(300000);
    printf("%ld %d\n", total, finals);
    uint32_t all = 0, lost = 0;
    for (volatile int i = 0; i < 3000; i++) {
        volatile uint32_t got = 0;
        TRY got = tree(6);
        CATCH(what, 1)
        lost += (uint32_t)what;
        FINALLY
        END all = all * 33 + got;
    }
    printf("%u %u\n", all, lost);
    throw(9);
}
