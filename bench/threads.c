// Reads what each thread of the process has burned, and says who did how much between two readings.
#include "bench/threads.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t clock_read(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t)) return 0;  // the thread has ended
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// What pthread_getcpuclockid() gives, for threads that are not ours too; /proc counts in steps of 10 ms.
static clockid_t thread_clock(int id)
{
    enum { PER_THREAD = 4, SCHEDULER = 2 };
    return (clockid_t)(~(unsigned)id << 3 | PER_THREAD | SCHEDULER);
}

static void name_read(struct bench_thread *thread)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/comm", thread->id);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(thread->name, sizeof thread->name, file)) strcpy(thread->name, "ended");
    if (file) fclose(file);
    thread->name[strcspn(thread->name, "\n")] = 0;
}

void bench_threads_read(struct bench_threads *now)
{
    DIR *folder = opendir("/proc/self/task");
    if (!folder) bench_fail("/proc/self/task: can't be read");
    memset(now, 0, sizeof *now);
    for (const struct dirent *d; (d = readdir(folder)) && now->count < BENCH_THREADS_MAX;) {
        struct bench_thread *thread = &now->threads[now->count];
        if (!(thread->id = atoi(d->d_name))) continue;
        name_read(thread);
        thread->ns = clock_read(thread_clock(thread->id));
        now->count++;
    }
    closedir(folder);
    now->ns = clock_read(CLOCK_PROCESS_CPUTIME_ID);
    now->when = bench_now();
}

// What thread i of the later reading took, in percent.
static double thread_share(const struct bench_threads *before, const struct bench_threads *after,
                           uint32_t i)
{
    uint64_t ns = after->threads[i].ns;
    for (uint32_t k = 0; k < before->count; k++)
        if (before->threads[k].id == after->threads[i].id) ns -= before->threads[k].ns;
    return 100.0 * (double)ns / (double)(after->when - before->when);
}

struct bench_share bench_threads_share(const struct bench_threads *before,
                                       const struct bench_threads *after)
{
    struct bench_share share = {.all = 100.0 * (double)(after->ns - before->ns) /
                                       (double)(after->when - before->when)};
    for (uint32_t i = 0; i < after->count; i++)
        if (!strncmp(after->threads[i].name, "hc-poller/", 10) ||
            !strncmp(after->threads[i].name, "hc-worker/", 10))
            share.server += thread_share(before, after, i);
    return share;
}

void bench_threads_text(const struct bench_threads *before, const struct bench_threads *after,
                        char *text, size_t size)
{
    enum { SHOWN = 6 };
    double last = 1e9;
    size_t n = 0;
    *text = 0;
    // The largest that is smaller than the one before.
    for (uint32_t shown = 0; shown < SHOWN && n < size; shown++) {
        uint32_t best = after->count;
        double most = 0;
        for (uint32_t i = 0; i < after->count; i++) {
            const double share = thread_share(before, after, i);
            if (share < last && share > most) {
                most = share;
                best = i;
            }
        }
        if (best == after->count) break;
        last = most;
        n += (size_t)snprintf(text + n, size - n, "%s%s %.2g %%", shown ? ", " : "",
                              after->threads[best].name, most);
    }
}
