// A program small enough for any device: memory from the heap, calls through pointers, recursion, exit handlers.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tree {
    struct tree *less, *more;
    char word[12];
};

static struct tree *add(struct tree *t, const char *word)
{
    if (!t) {
        t = calloc(1, sizeof *t);
        if (!t) exit(2);
        strcpy(t->word, word);
    } else if (strcmp(word, t->word) < 0) {
        t->less = add(t->less, word);
    } else {
        t->more = add(t->more, word);
    }
    return t;
}

static void each(struct tree *t, void (*act)(struct tree *))
{
    if (!t) return;
    each(t->less, act);
    struct tree *more = t->more;
    act(t);
    each(more, act);
}

static void show(struct tree *t) { puts(t->word); }
static void drop(struct tree *t) { free(t); }
static void last(void) { puts("the end"); }

int main(void)
{
    static const char *const words[] = {"plum", "fig", "quince", "apple", "pear", "medlar"};
    struct tree *t = NULL;
    atexit(last);
    for (int i = 0; i < 6; i++) t = add(t, words[i]);
    each(t, show);
    each(t, drop);
    exit(5);
}
