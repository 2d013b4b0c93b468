// Counts the words of all files of a folder with hc_parallel: each lane takes a file to look at, then a piece of one.
// With a second argument it also tells on stderr how long that took; if it is "alone", on the first lane alone.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <hostcall/parallel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LENGTHS = 16, PIECE = 8192, MARGIN = 64 };

static struct piece {
    const char *path;
    off_t from;
} * pieces;
static size_t piece_count;

struct totals {
    long files, bytes, lines, words;
    long length[LENGTHS];  // words of so many letters; the last: and of more
};
static struct totals sum;

// A word belongs to the piece in which it begins.
static void count(const struct piece *p, struct totals *t)
{
    char data[1 + PIECE + MARGIN];
    const int before = p->from > 0;
    const int fd = open(p->path, O_RDONLY);
    const ssize_t n = fd < 0 ? -1 : pread(fd, data, sizeof data - !before, p->from - before);
    if (fd >= 0) close(fd);
    if (n < 0) {
        fprintf(stderr, "%s: %s\n", p->path, strerror(errno));
        return;
    }
    const ssize_t end = n < before + PIECE ? n : before + PIECE;
    ssize_t i = before;
    t->files += !before;
    t->bytes += end - before;
    if (before && isalpha((unsigned char)data[0]))
        while (i < end && isalpha((unsigned char)data[i])) i++;
    while (i < end) {
        ssize_t first = i;
        while (i < n && isalpha((unsigned char)data[i])) i++;
        if (i > first) {
            t->words++;
            t->length[i - first < LENGTHS ? i - first - 1 : LENGTHS - 1]++;
        }
        if (i < end) t->lines += data[i++] == '\n';
    }
}

static void add(long *to, long n)
{
    if (n) __atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

static void counter(size_t i, void *arg)
{
    struct totals own = {0};
    count(&pieces[i], &own);
    add(arg, own.words);
    add(&sum.files, own.files);
    add(&sum.bytes, own.bytes);
    add(&sum.lines, own.lines);
    add(&sum.words, own.words);
    for (int k = 0; k < LENGTHS; k++) add(&sum.length[k], own.length[k]);
}

// What was found and is not yet known to be a file: its size is, if it is one, else -1.
static struct entry {
    char *path;
    off_t size;
} * entries;
static size_t entry_count;

static void look(size_t i, void *arg)
{
    struct stat s;
    (void)arg;
    entries[i].size = !lstat(entries[i].path, &s) && S_ISREG(s.st_mode) ? s.st_size : -1;
}

static void pieces_add(const struct entry *e)
{
    for (off_t from = 0; from <= e->size && (!from || from < e->size); from += PIECE) {
        if (piece_count % 1024 == 0)
            pieces = realloc(pieces, (piece_count + 1024) * sizeof *pieces);
        pieces[piece_count++] = (struct piece){e->path, from};
    }
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
        if (e->d_name[0] == '.') continue;
        char *path = malloc(strlen(folder) + strlen(e->d_name) + 2);
        sprintf(path, "%s/%s", folder, e->d_name);
        if (e->d_type == DT_DIR) {
            walk(path);
            free(path);
            continue;
        }
        if (entry_count % 1024 == 0)
            entries = realloc(entries, (entry_count + 1024) * sizeof *entries);
        entries[entry_count++] = (struct entry){path, 0};
    }
    closedir(d);
}

static int on_one_lane(size_t n, void (*fn)(size_t i, void *arg), void *arg)
{
    for (size_t i = 0; i < n; i++) fn(i, arg);
    return 0;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
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
    const int alone = argc > 2 && !strcmp(argv[2], "alone");
    int (*const all)(size_t, void (*)(size_t, void *), void *) = alone ? on_one_lane : hc_parallel;
    long words = 0;
    const char *folder = argc > 1 ? argv[1] : tree_make();
    const double begin = seconds();
    walk(folder);
    const double walked = seconds();
    all(entry_count, look, NULL);
    for (size_t i = 0; i < entry_count; i++) pieces_add(&entries[i]);
    const double looked = seconds();
    const int result = all(piece_count, counter, &words);
    const double end = seconds();
    printf("%d\n", result);
    printf("%ld words\n", words);
    printf("%ld files, %ld bytes, %ld lines, %ld words\n", sum.files, sum.bytes, sum.lines,
           sum.words);
    for (int i = 0; i < LENGTHS; i++)
        printf("%2d%c %8ld\n", i + 1, i < LENGTHS - 1 ? ' ' : '+', sum.length[i]);
    if (argc > 2)
        fprintf(stderr, "walk %.6f s, look %.6f s, count %.6f s, all %.6f s\n", walked - begin,
                looked - walked, end - looked, end - begin);
    return 0;
}
