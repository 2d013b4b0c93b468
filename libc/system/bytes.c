// memcpy, memmove and memset, sixteen bytes at a time: a device's thread is slow, but each access may be wide.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Otherwise their loops would become calls of themselves.
#define PLAIN __attribute__((no_builtin))

typedef uint64_t wide __attribute__((vector_size(16), may_alias));
typedef uint64_t word __attribute__((may_alias));
typedef uint32_t half __attribute__((may_alias));

// n units of a type from the lowest on.  All four loads come before the stores, so that they wait together.
#define COPY_UP(type)                                                  \
    for (; n >= 4 * sizeof(type); n -= 4 * sizeof(type)) {             \
        const type *from = (const type *)f;                            \
        type *to = (type *)t;                                          \
        const type a = from[0], b = from[1], c = from[2], d = from[3]; \
        to[0] = a, to[1] = b, to[2] = c, to[3] = d;                    \
        f += 4 * sizeof(type), t += 4 * sizeof(type);                  \
    }                                                                  \
    for (; n >= sizeof(type); n -= sizeof(type)) {                     \
        *(type *)t = *(const type *)f;                                 \
        f += sizeof(type), t += sizeof(type);                          \
    }
#define COPY_DOWN(type)                                                \
    for (; n >= 4 * sizeof(type); n -= 4 * sizeof(type)) {             \
        f -= 4 * sizeof(type), t -= 4 * sizeof(type);                  \
        const type *from = (const type *)f;                            \
        type *to = (type *)t;                                          \
        const type a = from[0], b = from[1], c = from[2], d = from[3]; \
        to[0] = a, to[1] = b, to[2] = c, to[3] = d;                    \
    }                                                                  \
    for (; n >= sizeof(type); n -= sizeof(type)) {                     \
        f -= sizeof(type), t -= sizeof(type);                          \
        *(type *)t = *(const type *)f;                                 \
    }

enum { SHORT = 16 };  // bytes that are not worth a look at addresses

// How far both addresses can be aligned together.
static inline size_t common(const char *t, const char *f)
{
    const uintptr_t differ = ((uintptr_t)t ^ (uintptr_t)f) & 15;
    return differ == 0 ? 16 : differ & 3 ? 1 : differ & 7 ? 4 : 8;
}

PLAIN static inline void copy_up(char *t, const char *f, size_t n)
{
    const size_t align = n < SHORT ? 1 : common(t, f);
    if (align > 1)
        for (; (uintptr_t)t & (align - 1); n--) *t++ = *f++;
    if (align == 16) {
        COPY_UP(wide)
    } else if (align == 8) {
        COPY_UP(word)
    } else if (align == 4) {
        COPY_UP(half)
    }
    COPY_UP(char)
}

PLAIN static inline void copy_down(char *t, const char *f, size_t n)
{
    const size_t align = n < SHORT ? 1 : common(t, f);
    t += n;
    f += n;
    if (align > 1)
        for (; (uintptr_t)t & (align - 1); n--) *--t = *--f;
    if (align == 16) {
        COPY_DOWN(wide)
    } else if (align == 8) {
        COPY_DOWN(word)
    } else if (align == 4) {
        COPY_DOWN(half)
    }
    COPY_DOWN(char)
}

PLAIN void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    copy_up(to, from, n);
    return to;
}

PLAIN void *memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from < n)
        copy_down(to, from, n);
    else
        copy_up(to, from, n);
    return to;
}

PLAIN void *memset(void *to, int byte, size_t n)
{
    char *t = to;
    if (n >= SHORT) {
        const uint64_t each = (unsigned char)byte * UINT64_C(0x0101010101010101);
        const wide all = {each, each};
        for (; (uintptr_t)t & 15; n--) *t++ = (char)byte;
        for (; n >= 64; n -= 64, t += 64) {
            wide *at = (wide *)t;
            at[0] = all, at[1] = all, at[2] = all, at[3] = all;
        }
        for (; n >= 16; n -= 16, t += 16) *(wide *)t = all;
    }
    while (n--) *t++ = (char)byte;
    return to;
}
