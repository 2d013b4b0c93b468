// random() and its kin, with states of the program's.
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libc/system/names.h"

// A state is 8 bytes, however many the program gives: a 64-bit linear congruential generator, whose high half is good.
// Kept as bytes because a program's array need not be aligned.
static char first[8] = {1};
static char *state = first;

static uint64_t state_next(void)
{
    uint64_t x;
    memcpy(&x, state, sizeof x);
    x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
    memcpy(state, &x, sizeof x);
    return x;
}

long random(void) { return (long)(state_next() >> 33); }

void srandom(unsigned seed)
{
    const uint64_t x = seed;
    memcpy(state, &x, sizeof x);
    for (int i = 0; i < 4; i++) state_next();  // seeds beside each other part
}

char *setstate(char *to)
{
    char *before = state;
    state = to;
    return before;
}

char *initstate(unsigned seed, char *to, size_t size)
{
    if (size < sizeof first) return hc_result(-HC_EINVAL), NULL;
    char *before = setstate(to);
    srandom(seed);
    return before;
}
