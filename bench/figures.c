// From samples to figures, and from figures to rows of the table and lines of JSON.
#include "bench/bench.h"
#include "bench/commit.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

struct bench_span bench_lanes_sum(const struct bench *b, const struct bench_lane *lanes,
                                  uint64_t count, const char *what)
{
    struct bench_span span = {0, 0, 0};
    uint64_t begin = UINT64_MAX, end = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (lanes[i].errors || !lanes[i].end)
            bench_fail("%s: lane %llu of %llu %s after %u calls", what, (unsigned long long)i,
                       (unsigned long long)count,
                       lanes[i].errors ? "lost or misread a call" : "did not report",
                       lanes[i].calls);
        span.calls += lanes[i].calls;
        if (lanes[i].begin < begin) begin = lanes[i].begin;
        if (lanes[i].end > end) end = lanes[i].end;
    }
    const double ns = b->dev->caps.ns_per_tick;
    span.seconds = (double)(end - begin) * ns / 1e9;
    if (lanes[0].cycles)
        span.ns_per_cycle = (double)(lanes[0].end - lanes[0].begin) * ns / (double)lanes[0].cycles;
    return span;
}

void bench_samples_add(struct bench_samples *s, double value)
{
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 1024;
        s->values = realloc(s->values, s->room * sizeof *s->values);
        if (!s->values) bench_fail("out of memory");
    }
    s->values[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Half percents up to 98.5, then, from 99 on, ten for each tenth part of what is left, to 99.999; then all.
static double quantile_share(int i)
{
    if (i == BENCH_QUANTILES - 1) return 1;
    return i < 198 ? i / 200.0 : 1 - pow(10, -2 - (i - 198) / 10.0);
}

// The least value that so large a share of the samples does not exceed.
static double quantile(const struct bench_samples *s, double share)
{
    const double rank = ceil(share * (double)s->count);
    return s->values[rank > 1 ? (size_t)rank - 1 : 0];
}

struct bench_figure bench_samples_figure(struct bench_samples *s)
{
    struct bench_figure f = {.min = NAN, .p50 = NAN, .p99 = NAN, .count = s->count};
    if (s->count) {
        qsort(s->values, s->count, sizeof *s->values, compare);
        f.min = s->values[0];
        f.p50 = quantile(s, 0.5);
        f.p99 = quantile(s, 0.99);
        for (int i = 0; i < BENCH_QUANTILES; i++) f.quantiles[i] = quantile(s, quantile_share(i));
    }
    free(s->values);
    *s = (struct bench_samples){NULL, 0, 0};
    return f;
}

static void json_text(FILE *to, const char *name, const char *text)
{
    if (!text) return;
    fprintf(to, ",\"%s\":\"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', to);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, to);
    }
    fputc('"', to);
}

static void json_number(FILE *to, const char *name, double value)
{
    if (isfinite(value))
        fprintf(to, ",\"%s\":%.6g", name, value);
    else
        fprintf(to, ",\"%s\":null", name);
}

static void json_count(FILE *to, const char *name, uint64_t value)
{
    if (value) fprintf(to, ",\"%s\":%llu", name, (unsigned long long)value);
}

static void json_bool(FILE *to, const char *name, bool value)
{
    fprintf(to, ",\"%s\":%s", name, value ? "true" : "false");
}

// [share of the samples, what they don't exceed]; a few samples have no distribution.
static void json_quantiles(FILE *to, const struct bench_figure *f)
{
    if (f->count < 50) return;
    fputs(",\"quantiles\":[", to);
    for (int i = 0; i < BENCH_QUANTILES - 1; i++) {
        const double share = quantile_share(i);
        if ((1 - share) * (double)f->count >= 1)
            fprintf(to, "[%.6g,%.6g],", share, f->quantiles[i]);
    }
    fprintf(to, "[1,%.6g]]", f->quantiles[BENCH_QUANTILES - 1]);
}

// What every line tells: which bench of which source, on what device.
static void json_begin(const struct bench *b)
{
    const struct hc_caps *caps = &b->dev->caps;
    fputs("{\"format\":1", b->json);
    json_text(b->json, "question", b->question);
    json_text(b->json, "backend", b->dev->backend_name);
    json_text(b->json, "device", caps->name);
    json_text(b->json, "driver", caps->driver);
    json_text(b->json, "date", b->date);
    json_text(b->json, "commit", BENCH_COMMIT);
    json_text(b->json, "command", b->command);
    json_bool(b->json, "quick", b->quick);
    json_bool(b->json, "mapped", caps->mapped);
    json_count(b->json, "wave_width", caps->wave_width);
    json_count(b->json, "resident", caps->resident);
    json_count(b->json, "processors", bench_processors());
}

static void json_row(const struct bench *b, const struct bench_facts *facts,
                     const struct bench_figure *figure, const char *unit, double floor,
                     const char *name)
{
    json_begin(b);
    json_text(b->json, "case", name);
    json_text(b->json, "way", facts->way);
    json_text(b->json, "shape", facts->shape);
    json_text(b->json, "subject", facts->subject);
    json_count(b->json, "waves", facts->waves);
    json_count(b->json, "lanes", facts->lanes);
    json_count(b->json, "pollers", facts->pollers);
    json_count(b->json, "bytes", facts->bytes);
    json_text(b->json, "unit", unit);
    json_number(b->json, "min", figure->min);
    json_number(b->json, "p50", figure->p50);
    json_number(b->json, "p99", figure->p99);
    json_number(b->json, "floor", floor > 0 ? floor : NAN);
    json_number(b->json, "ratio", floor > 0 ? figure->p50 / floor : NAN);
    json_count(b->json, "samples", figure->count);
    json_quantiles(b->json, figure);
    fputs("}\n", b->json);
}

void bench_row(const struct bench *b, const struct bench_facts *facts,
               const struct bench_figure *figure, const char *unit, double floor,
               const char *format, ...)
{
    char name[128];
    va_list list;
    va_start(list, format);
    vsnprintf(name, sizeof name, format, list);
    va_end(list);
    if (!(figure->p50 >= 0)) bench_fail("%s: nothing was measured", name);
    if (b->table) {
        printf("%-46s %12s %11.5g %11.5g %11.5g ", name, unit, figure->min, figure->p50,
               figure->p99);
        if (floor > 0)
            printf("%9.3f\n", figure->p50 / floor);
        else
            printf("%9s\n", "-");
        fflush(stdout);
    }
    if (b->json) json_row(b, facts, figure, unit, floor, name);
}

void bench_note(const struct bench *b, const char *format, ...)
{
    char note[512];
    va_list list;
    va_start(list, format);
    vsnprintf(note, sizeof note, format, list);
    va_end(list);
    if (b->table) {
        printf("# %s\n", note);
        fflush(stdout);
    }
    if (!b->json) return;
    json_begin(b);
    json_text(b->json, "note", note);
    fputs("}\n", b->json);
}
