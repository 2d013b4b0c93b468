// Lines that threads print at the same time are whole and none is lost; popen and files beside it.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 30, LINES = 40 };
static FILE *file;

static void *prints(void *arg)
{
    const int own = (int)(long)arg;
    char name[32], line[200];
    for (int i = 0; i < LINES; i++) {
        fprintf(file, "thread %d line %d %.*s.\n", own, i, (own * 7 + i) % 60,
                "------------------------------------------------------------");
        flockfile(file);
        fputs("pair of ", file);
        fprintf(file, "%d", own);
        putc_unlocked('\n', file);
        funlockfile(file);
    }
    sprintf(name, "own%d", own);
    FILE *f = fopen(name, "w+");
    for (int i = 0; i < LINES; i++) fprintf(f, "%d %g %s\n", i, i / 8., name);
    rewind(f);
    int same = 0;
    for (int i = 0; i < LINES && fgets(line, sizeof line, f); i++) {
        double value;
        same += sscanf(line, "%*d %lf", &value) == 1 && value == i / 8.;
    }
    fclose(f);
    remove(name);
    if (own % 10 == 0) {
        sprintf(line, "echo %d", own);
        f = popen(line, "r");
        if (!f || !fgets(line, sizeof line, f) || atoi(line) != own || pclose(f)) same = -1;
    }
    return (void *)(long)same;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

int main(void)
{
    pthread_t thread[THREADS];
    char line[200], *lines[2 * THREADS * LINES + 1];
    int count = 0;
    long same = 0;
    file = fopen("lines", "w");
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&thread[i], NULL, prints, (void *)i)) return 1;
    for (int i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(thread[i], &result);
        same += (long)result;
    }
    fclose(file);
    file = fopen("lines", "r");
    while (count <= 2 * THREADS * LINES && fgets(line, sizeof line, file))
        lines[count++] = strdup(line);
    fclose(file);
    remove("lines");
    qsort(lines, (size_t)count, sizeof *lines, by_text);
    for (int i = 0; i < count; i++) fputs(lines[i], stdout);
    printf("%d lines, %ld\n", count, same);
    return 0;
}
