// The heap under stress: blocks of all sizes keep what is in them and never lie in each other.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 400, STEPS = 20000 };
static unsigned char *blocks[BLOCKS];
static size_t sizes[BLOCKS];
static unsigned long state = 12345;

static unsigned long next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

// Few are large, most small.
static size_t any_size(void) { return next() % ((size_t)1 << (next() % 21)) + 1; }

static int holds(int i, size_t size)
{
    const unsigned char *b = blocks[i];
    for (size_t at = 0; at<size; at += size> 4096 ? 997 : 1)
        if (b[at] != (unsigned char)i) return 0;
    return b[size - 1] == (unsigned char)i;
}

int main(void)
{
    long wrong = 0, odd = 0, dirty = 0;
    for (int step = 0; step < STEPS; step++) {
        const int i = (int)(next() % BLOCKS);
        const size_t size = any_size();
        if (!blocks[i]) {
            const int zeroed = next() % 4 == 0;
            blocks[i] = zeroed ? calloc(size, 1) : malloc(size);
            if (zeroed)
                for (size_t at = 0; at < size; at++) dirty += blocks[i][at] != 0;
        } else if (next() % 2) {
            wrong += !holds(i, sizes[i]);
            free(blocks[i]);
            blocks[i] = NULL;
            continue;
        } else {
            blocks[i] = realloc(blocks[i], size);
            wrong += !holds(i, size < sizes[i] ? size : sizes[i]);
        }
        odd += (uintptr_t)blocks[i] % 16 != 0;
        sizes[i] = size;
        memset(blocks[i], i, size);
    }
    for (int i = BLOCKS - 1; i >= 0; i--) {
        if (blocks[i]) wrong += !holds(i, sizes[i]);
        free(blocks[i]);
    }
    printf("wrong %ld, unaligned %ld, dirty %ld\n", wrong, odd, dirty);
    for (size_t a = 16; a <= 65536; a *= 2) {
        void *p = aligned_alloc(a, 3 * a), *q = NULL;
        printf("%d", p && (uintptr_t)p % a == 0);
        printf("%d ", !posix_memalign(&q, a, 100) && (uintptr_t)q % a == 0);
        memset(p, 1, 3 * a);
        memset(q, 1, 100);
        free(p);
        free(q);
    }
    volatile size_t huge = SIZE_MAX / 8, much = SIZE_MAX / 2;  // more than addresses have, too
    void *volatile none;  // volatile: the compiler must not take it for granted
    errno = 0;
    none = malloc(huge);
    printf("\n%d %d", none == NULL, errno == ENOMEM);
    none = calloc(much, 4);
    printf(" %d", none == NULL);
    none = malloc(much);
    printf(" %d\n", none == NULL);
    char *kept = malloc(10);
    strcpy(kept, "kept");
    none = realloc(kept, huge);
    printf("%d %s\n", none == NULL, kept);
    free(kept);
    free(NULL);
    void *first = realloc(NULL, 100), **volatile large = malloc(100 << 20);
    printf("%d %d\n", first != NULL, large != NULL);
    memset(large, 1, 100 << 20);
    free(large);
    for (int i = 0; i < 50; i++) {  // freed memory comes back: 5 GiB in all
        large = malloc(100 << 20);
        if (!large) return 1;
        *(volatile char *)large = 1;
        free(large);
    }
    free(first);
    puts("done");
    return 0;
}
