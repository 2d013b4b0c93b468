// Counts the words of all files of a folder: one thread finds them, the others take them from a queue.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST = 127, QUEUE = 64, LENGTHS = 16 };

static struct {
    char *path[QUEUE];
    unsigned first, count;
    int ended;
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER,
           .filled = PTHREAD_COND_INITIALIZER,
           .emptied = PTHREAD_COND_INITIALIZER};

struct totals {
    long files, bytes, lines, words;
    long length[LENGTHS];  // words of so many letters; the last: and of more
};
static struct totals sum;
static pthread_mutex_t sum_lock = PTHREAD_MUTEX_INITIALIZER;

static void put(char *path)
{
    pthread_mutex_lock(&queue.lock);
    while (queue.count == QUEUE) pthread_cond_wait(&queue.emptied, &queue.lock);
    queue.path[(queue.first + queue.count++) % QUEUE] = path;
    pthread_cond_signal(&queue.filled);
    pthread_mutex_unlock(&queue.lock);
}

static char *take(void)
{
    char *path = NULL;
    pthread_mutex_lock(&queue.lock);
    while (!queue.count && !queue.ended) pthread_cond_wait(&queue.filled, &queue.lock);
    if (queue.count) {
        path = queue.path[queue.first];
        queue.first = (queue.first + 1) % QUEUE;
        queue.count--;
        pthread_cond_signal(&queue.emptied);
    }
    pthread_mutex_unlock(&queue.lock);
    return path;
}

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

static void *counter(void *arg)
{
    struct totals own = {0};
    char *path;
    while ((path = take())) {
        count(path, &own);
        free(path);
    }
    pthread_mutex_lock(&sum_lock);
    sum.files += own.files;
    sum.bytes += own.bytes;
    sum.lines += own.lines;
    sum.words += own.words;
    for (int i = 0; i < LENGTHS; i++) sum.length[i] += own.length[i];
    pthread_mutex_unlock(&sum_lock);
    return arg;
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
            put(path);
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
    pthread_t thread[MOST];
    int most = argc > 2 ? atoi(argv[2]) : MOST, started = 0, joined = 0;
    const char *folder = argc > 1 ? argv[1] : tree_make();
    while (started < most && !pthread_create(&thread[started], NULL, counter, &thread[started]))
        started++;
    walk(folder);
    pthread_mutex_lock(&queue.lock);
    queue.ended = 1;
    pthread_cond_broadcast(&queue.filled);
    pthread_mutex_unlock(&queue.lock);
    for (int i = 0; i < started; i++) {
        void *result;
        joined += !pthread_join(thread[i], &result) && result == &thread[i];
    }
    printf("%d threads, %d joined\n", started, joined);
    printf("%ld files, %ld bytes, %ld lines, %ld words\n", sum.files, sum.bytes, sum.lines,
           sum.words);
    for (int i = 0; i < LENGTHS; i++)
        printf("%2d%c %8ld\n", i + 1, i < LENGTHS - 1 ? ' ' : '+', sum.length[i]);
    return 0;
}
