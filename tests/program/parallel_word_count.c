// Counts the words of all files of a folder with hc_parallel: each lane takes a piece of a file.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <hostcall/parallel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static void pieces_add(const char *path, off_t size)
{
    off_t from = 0;
    do {
        if (piece_count % 1024 == 0)
            pieces = realloc(pieces, (piece_count + 1024) * sizeof *pieces);
        pieces[piece_count++] = (struct piece){path, from};
        from += PIECE;
    } while (from < size);
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
            pieces_add(path, s.st_size);
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
    printf("%d\n", hc_parallel(piece_count, counter, &words));
    printf("%ld words\n", words);
    printf("%ld files, %ld bytes, %ld lines, %ld words\n", sum.files, sum.bytes, sum.lines,
           sum.words);
    for (int i = 0; i < LENGTHS; i++)
        printf("%2d%c %8ld\n", i + 1, i < LENGTHS - 1 ? ' ' : '+', sum.length[i]);
    return 0;
}
