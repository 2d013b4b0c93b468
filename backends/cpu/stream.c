// Streams on a processor: a thread a stream takes jobs in order and runs a launch's waves on
// helpers.
#include "backends/cpu/stream.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct job {
    struct job *next;
    struct hc_wave_launch launch;  // kernel NULL: a copy
    void *to;
    const void *from;
    size_t size;
    uint64_t next_wave, waves;  // atomic ticket of the waves still to run
    _Alignas(16) unsigned char args[];
};

struct hc_cpu_stream {
    struct hc_cpu_shape shape;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first, **last;
    uint64_t pending;
    bool stop;
};

struct helper {
    pthread_t thread;
    struct hc_cpu_stream *stream;
    struct job *job;
};

static void *waves_run(void *arg)
{
    struct helper *h = arg;
    struct hc_wave_room *room = hc_wave_room_create(
        h->stream->shape.width, h->stream->shape.diverge, h->stream->shape.stack);
    if (!room) return NULL;  // the other helpers take its share
    for (;;) {
        // Only a ticket: relaxed.
        const uint64_t wave = __atomic_fetch_add(&h->job->next_wave, 1, __ATOMIC_RELAXED);
        if (wave >= h->job->waves) break;
        hc_wave_run(room, &h->job->launch, wave);
    }
    hc_wave_room_destroy(room);
    return NULL;
}

static void launch_run(struct hc_cpu_stream *s, struct job *job)
{
    const uint64_t want = job->waves < s->shape.resident ? job->waves : s->shape.resident;
    struct helper *helpers = calloc(want, sizeof *helpers);
    uint64_t started = 0;
    for (; helpers && started < want; started++) {
        helpers[started].stream = s;
        helpers[started].job = job;
        if (pthread_create(&helpers[started].thread, NULL, waves_run, &helpers[started])) break;
    }
    for (uint64_t i = 0; i < started; i++) pthread_join(helpers[i].thread, NULL);
    if (job->next_wave < job->waves) {  // no helper could be had
        struct helper self = {.stream = s, .job = job};
        waves_run(&self);
    }
    free(helpers);
}

static void *stream_main(void *arg)
{
    struct hc_cpu_stream *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->first && !s->stop) pthread_cond_wait(&s->changed, &s->lock);
        struct job *job = s->first;
        if (!job) break;
        s->first = job->next;
        if (!s->first) s->last = &s->first;
        pthread_mutex_unlock(&s->lock);
        if (job->launch.kernel)
            launch_run(s, job);
        else
            memcpy(job->to, job->from, job->size);
        free(job);
        pthread_mutex_lock(&s->lock);
        s->pending--;
        pthread_cond_broadcast(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

struct hc_cpu_stream *hc_cpu_stream_create(const struct hc_cpu_shape *shape)
{
    struct hc_cpu_stream *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->shape = *shape;
    s->last = &s->first;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&s->thread, NULL, stream_main, s)) {
        free(s);
        return NULL;
    }
    return s;
}

void hc_cpu_stream_destroy(struct hc_cpu_stream *s)
{
    if (!s) return;
    pthread_mutex_lock(&s->lock);
    s->stop = true;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static int job_add(struct hc_cpu_stream *s, struct job *job)
{
    pthread_mutex_lock(&s->lock);
    *s->last = job;
    s->last = &job->next;
    s->pending++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return 0;
}

int hc_cpu_stream_launch(struct hc_cpu_stream *s, const struct hc_wave_launch *launch,
                         size_t args_size)
{
    struct job *job = calloc(1, sizeof *job + args_size);
    if (!job) return -1;
    job->launch = *launch;
    if (args_size) memcpy(job->args, launch->args, args_size);
    job->launch.args = job->args;
    job->waves = hc_wave_count(launch, s->shape.width);
    return job_add(s, job);
}

int hc_cpu_stream_copy(struct hc_cpu_stream *s, void *to, const void *from, size_t size)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job) return -1;
    job->to = to;
    job->from = from;
    job->size = size;
    return job_add(s, job);
}

int hc_cpu_stream_poll(struct hc_cpu_stream *s, uint64_t timeout_ns)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    const uint64_t ns = (uint64_t)until.tv_nsec + timeout_ns % 1000000000;
    until.tv_sec += (time_t)(timeout_ns / 1000000000 + ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_mutex_lock(&s->lock);
    while (s->pending && timeout_ns) {
        if (timeout_ns == UINT64_MAX)
            pthread_cond_wait(&s->changed, &s->lock);
        else if (pthread_cond_timedwait(&s->changed, &s->lock, &until) == ETIMEDOUT)
            break;
    }
    const int busy = s->pending != 0;
    pthread_mutex_unlock(&s->lock);
    return busy;
}
