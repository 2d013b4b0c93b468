// What compiled kernels call without saying so: C's functions on memory.  Compiled to bitcode and linked into every
// kernel.
#include <stddef.h>
#include <stdint.h>

struct rt_16 {
    uint64_t a, b;
} __attribute__((aligned(16)));

void *hc_rt_copy(void *restrict to, const void *restrict from, uint64_t n);
void *hc_rt_move(void *to, const void *from, uint64_t n);
void *hc_rt_set(void *to, int byte, uint64_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
int bcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);

void *hc_rt_copy(void *restrict to, const void *restrict from, uint64_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    uint64_t i = 0;
    if ((((uint64_t)t | (uint64_t)f) & 15) == 0)
        for (; i + 16 <= n; i += 16) *(struct rt_16 *)(t + i) = *(const struct rt_16 *)(f + i);
    else if ((((uint64_t)t | (uint64_t)f) & 3) == 0)
        for (; i + 4 <= n; i += 4) *(uint32_t *)(t + i) = *(const uint32_t *)(f + i);
    for (; i < n; i++) t[i] = f[i];
    return to;
}

void *hc_rt_move(void *to, const void *from, uint64_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((uint64_t)t - (uint64_t)f >= n) {  // `to` lies before `from`, or behind its end
        for (uint64_t i = 0; i < n; i++) t[i] = f[i];
    } else {
        for (uint64_t i = n; i-- > 0;) t[i] = f[i];
    }
    return to;
}

void *hc_rt_set(void *to, int byte, uint64_t n)
{
    uint8_t *t = to;
    uint64_t i = 0;
    const uint64_t word = (uint8_t)byte * 0x0101010101010101u;
    if (((uint64_t)t & 7) == 0)
        for (; i + 8 <= n; i += 8) *(uint64_t *)(t + i) = word;
    for (; i < n; i++) t[i] = (uint8_t)byte;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return hc_rt_copy(to, from, n);
}

void *memmove(void *to, const void *from, size_t n) { return hc_rt_move(to, from, n); }

void *memset(void *to, int byte, size_t n) { return hc_rt_set(to, byte, n); }

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}

int bcmp(const void *a, const void *b, size_t n) { return memcmp(a, b, n); }

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n]) n++;
    return n;
}
