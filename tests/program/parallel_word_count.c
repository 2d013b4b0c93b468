// Counts the words of all files of a folder with hc_parallel: each lane takes a file.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <hostcall/parallel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LENGTHS = 16 };

static char **paths;
static size_t path_count;

struct totals {
    long files, bytes, lines, words;
    long length[LENGTHS];  // words of so many letters; the last: and of more
};
static struct totals sum;

static void count(const char *path, struct totals *t)
{
    char data[4096];
    size_t n;
    int letters = 0;
    FILE *f = fopen(path, "r");
    if (!f) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return;
    }
    t->files++;
    while ((n = fread(data, 1, sizeof data, f)) > 0) {
        t->bytes += (long)n;
        for (size_t i = 0; i < n; i++) {
            t->lines += data[i] == '\n';
            if (isalpha((unsigned char)data[i])) {
                letters++;
                continue;
            }
            if (letters) t->words++, t->length[letters < LENGTHS ? letters - 1 : LENGTHS - 1]++;
            letters = 0;
        }
    }
    if (letters) t->words++, t->length[letters < LENGTHS ? letters - 1 : LENGTHS - 1]++;
    fclose(f);
}

static void add(long *to, long n) { __atomic_fetch_add(to, n, __ATOMIC_RELAXED); }

static void counter(size_t i, void *arg)
{
    struct totals own = {0};
    count(paths[i], &own);
    add(arg, own.words);
    add(&sum.files, own.files);
    add(&sum.bytes, own.bytes);
    add(&sum.lines, own.lines);
    add(&sum.words, own.words);
    for (int k = 0; k < LENGTHS; k++) add(&sum.length[k], own.length[k]);
}

static void walk(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    if (!d) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return;
    }
    while ((e = readdir(d))) {
        struct stat s;
        char *path = malloc(strlen(folder) + strlen(e->d_name) + 2);
        sprintf(path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || lstat(path, &s)) {
            free(path);
        } else if (S_ISDIR(s.st_mode)) {
            walk(path);
            free(path);
        } else if (S_ISREG(s.st_mode)) {
            if (path_count % 256 == 0) paths = realloc(paths, (path_count + 256) * sizeof *paths);
            paths[path_count++] = path;
        } else {
            free(path);
        }
    }
    closedir(d);
}

// A tree of its own, if it was given none.
static const char *tree_make(void)
{
    mkdir("tree", 0777);
    for (int i = 0; i < 60; i++) {
        char name[64];
        sprintf(name, "tree/%d", i % 7);
        mkdir(name, 0777);
        sprintf(name, "tree/%d/file%d", i % 7, i);
        FILE *f = fopen(name, "w");
        for (int k = 0; f && k < 10 * i; k++)
            fprintf(f, "%.*s%c", 1 + (i * 31 + k * 17) % 23, "abcdefghijklmnopqrstuvw",
                    k % 9 ? ' ' : '\n');
        if (f) fclose(f);
    }
    return "tree";
}

int main(int argc, char **argv)
{
    long words = 0;
    walk(argc > 1 ? argv[1] : tree_make());
    printf("%d\n", hc_parallel(path_count, counter, &words));
    for (size_t i = 0; i < path_count; i++) free(paths[i]);
    free(paths);
    printf("%ld words\n", words);
    printf("%ld files, %ld bytes, %ld lines, %ld words\n", sum.files, sum.bytes, sum.lines,
           sum.words);
    for (int i = 0; i < LENGTHS; i++)
        printf("%2d%c %8ld\n", i + 1, i < LENGTHS - 1 ? ' ' : '+', sum.length[i]);
    return 0;
}
