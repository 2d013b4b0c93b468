// From samples to figures, and from figures to rows of the table and lines of JSON.
#include "bench/bench.h"

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

struct bench_figure bench_samples_figure(struct bench_samples *s)
{
    struct bench_figure f = {NAN, NAN, NAN};
    if (s->count) {
        qsort(s->values, s->count, sizeof *s->values, compare);
        f.min = s->values[0];
        f.p50 = s->values[(s->count - 1) / 2];
        f.p99 = s->values[(size_t)ceil(0.99 * (double)s->count) - 1];
    }
    free(s->values);
    *s = (struct bench_samples){NULL, 0, 0};
    return f;
}

static void json_text(FILE *to, const char *name, const char *text)
{
    fprintf(to, "\"%s\":\"", name);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', to);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, to);
    }
    fputs("\",", to);
}

static void json_number(FILE *to, const char *name, double value, const char *after)
{
    if (isfinite(value))
        fprintf(to, "\"%s\":%.6g%s", name, value, after);
    else
        fprintf(to, "\"%s\":null%s", name, after);
}

void bench_row(const struct bench *b, const struct bench_figure *figure, const char *unit,
               double floor, const char *format, ...)
{
    char name[128];
    va_list list;
    va_start(list, format);
    vsnprintf(name, sizeof name, format, list);
    va_end(list);
    if (!(figure->p50 >= 0)) bench_fail("%s: nothing was measured", name);
    const double ratio = floor > 0 ? figure->p50 / floor : NAN;
    if (b->table) {
        printf("%-46s %12s %11.5g %11.5g %11.5g ", name, unit, figure->min, figure->p50,
               figure->p99);
        if (isfinite(ratio))
            printf("%9.3f\n", ratio);
        else
            printf("%9s\n", "-");
        fflush(stdout);
    }
    if (!b->json) return;
    fputc('{', b->json);
    json_text(b->json, "question", b->question);
    json_text(b->json, "case", name);
    json_text(b->json, "backend", b->dev->backend_name);
    json_text(b->json, "device", b->dev->caps.name);
    json_text(b->json, "driver", b->dev->caps.driver);
    json_text(b->json, "date", b->date);
    fprintf(b->json, "\"mapped\":%s,", b->dev->caps.mapped ? "true" : "false");
    json_text(b->json, "unit", unit);
    json_number(b->json, "min", figure->min, ",");
    json_number(b->json, "p50", figure->p50, ",");
    json_number(b->json, "p99", figure->p99, ",");
    json_number(b->json, "floor", floor > 0 ? floor : NAN, ",");
    json_number(b->json, "ratio", ratio, "}\n");
}

void bench_note(const struct bench *b, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (b->table) {
        printf("# ");
        vprintf(format, list);
        putchar('\n');
        fflush(stdout);
    }
    va_end(list);
}
