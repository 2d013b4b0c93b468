// Sorting and searching: qsort, bsearch, trees, hash tables.
#define _GNU_SOURCE
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int calls;

static int by_value(const void *a, const void *b)
{
    calls++;
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}
static int plain(const void *a, const void *b) { return strcmp(a, b); }

struct odd {
    char bytes[7];
};
static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(struct odd)); }

static void visit(const void *node, VISIT order, int depth)
{
    (void)depth;
    if (order == postorder || order == leaf) printf("%s ", *(char *const *)node);
}

int main(void)
{
    enum { N = 20000 };
    static int numbers[N];
    static struct odd odds[500];
    unsigned state = 1;
    for (int shape = 0; shape < 4; shape++) {
        long sum = 0, sorted = 0;
        for (int i = 0; i < N; i++) {
            state = state * 1664525 + 1013904223;
            numbers[i] = shape == 0   ? (int)(state >> 8)
                         : shape == 1 ? i
                         : shape == 2 ? N - i
                                      : (int)(state >> 30);
            sum += numbers[i];
        }
        calls = 0;
        qsort(numbers, N, sizeof *numbers, by_value);
        for (int i = 1; i < N; i++) sorted += numbers[i - 1] <= numbers[i];
        for (int i = 0; i < N; i++) sum -= numbers[i];
        printf("sorted %d sum %ld first %d last %d\n", sorted == N - 1, sum, numbers[0],
               numbers[N - 1]);
        const int *found = bsearch(&numbers[N / 3], numbers, N, sizeof *numbers, by_value),
                  none = -1;
        printf("found %d %d\n", found && *found == numbers[N / 3],
               bsearch(&none, numbers, N, sizeof *numbers, by_value) == NULL);
    }
    for (int i = 0; i < 500; i++) snprintf(odds[i].bytes, 7, "%06d", i * 7919 % 100000);
    qsort(odds, 500, sizeof *odds, by_bytes);
    printf("%s %s %s\n", odds[0].bytes, odds[250].bytes, odds[499].bytes);

    char *words[] = {"pear", "apple", "fig", "cherry", "banana", "elder", "date"};
    enum { WORDS = sizeof words / sizeof *words };
    void *tree = NULL;
    for (int i = 0; i < WORDS; i++) tsearch(words[i], &tree, plain);
    tsearch("fig", &tree, plain);
    twalk(tree, visit);
    printf("%d %d\n", tfind("fig", &tree, plain) != NULL, tfind("grape", &tree, plain) == NULL);
    tdelete("fig", &tree, plain);
    twalk(tree, visit);
    qsort(words, WORDS, sizeof *words, by_text);
    printf("%s %s\n", words[0], words[WORDS - 1]);

    hcreate(50);
    for (int i = 0; i < WORDS; i++) hsearch((ENTRY){words[i], words[WORDS - 1 - i]}, ENTER);
    ENTRY *e = hsearch((ENTRY){"cherry", NULL}, FIND);
    printf("%s %d\n", e ? (char *)e->data : "none", hsearch((ENTRY){"none", NULL}, FIND) == NULL);
    hdestroy();

    srand(7);
    const int first = rand();
    srand(7);
    printf("%d %d\n", first == rand(), RAND_MAX >= 32767);
    srand48(1);
    printf("%ld", lrand48());
    printf(" %ld\n", mrand48());
    return 0;
}
