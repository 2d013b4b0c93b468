// Formats what a kernel printed: each conversion is checked against its argument, then done by
// snprintf.
#include "core/print.h"

#include <stdio.h>
#include <string.h>

#include "core/atomic.h"
#include "core/format.h"
#include "hostcall/protocol.h"

static const char *tag_name(uint8_t tag)
{
    switch (tag) {
    case HC_ARG_I32: return "int";
    case HC_ARG_U32: return "unsigned";
    case HC_ARG_I64: return "int64_t";
    case HC_ARG_U64: return "uint64_t";
    case HC_ARG_F64: return "double";
    case HC_ARG_PTR: return "pointer";
    default: return "string";
    }
}

static int64_t misfit(struct hc_print_job *job, const struct hc_spec *spec, const char *what)
{
    snprintf(job->why, job->why_size, "format \"%.*s\": conversion %.*s %s", (int)job->format_size,
             job->format, (int)(spec->end - spec->start), job->format + spec->start, what);
    return -HC_EINVAL;
}

static int64_t append(struct hc_print_job *job, const char *format, int width, int precision,
                      bool precise, const struct hc_print_arg *a, char length, char letter)
{
    const uint64_t v = a->bits;
    double f;
    memcpy(&f, &v, 8);
    struct hc_batch *out = job->out;
    int n = 0;
    // Most conversions fit at once; a longer one is done again with the room it said it needs.
    for (size_t room = 64;; room = (size_t)n + 1) {
        if (!hc_batch_reserve(out, room)) return -HC_ENOMEM;
        char *at = (char *)out->bytes + out->size;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#define PUT(value) \
    (precise ? snprintf(at, room, format, width, precision, value) \
             : snprintf(at, room, format, width, value))
        if (letter == 's')
            n = snprintf(at, room, format, width, precision, a->text);
        else if (letter == 'c')
            n = snprintf(at, room, format, width, (int)v);
        else if (letter == 'p')
            n = snprintf(at, room, format, width, (void *)(uintptr_t)v);
        else if (a->tag == HC_ARG_F64)
            n = PUT(f);
        else if (letter == 'd' || letter == 'i')
            n = PUT(hc_print_signed(v, length));
        else
            n = PUT(hc_print_unsigned(v, length));
#undef PUT
#pragma GCC diagnostic pop
        if (n < 0 || out->size - job->start + (size_t)n > HC_PRINT_MAX) return -HC_EMSGSIZE;
        if ((size_t)n < room) break;
    }
    job->out->size += (size_t)n;
    return 0;
}

int64_t hc_print_convert(struct hc_print_job *job, const struct hc_spec *spec)
{
    int stars[2] = {0, 0};
    for (uint32_t i = 0; i < spec->stars; i++, job->next++) {
        if (job->next >= job->count) return misfit(job, spec, "has no argument for its '*'");
        const struct hc_print_arg *star = &job->args[job->next];
        if (star->tag != HC_ARG_I32 && star->tag != HC_ARG_U32)
            return misfit(job, spec, "needs an int for its '*'");
        stars[i] = (int)star->bits;
    }
    if (!spec->letter || !strchr("diuoxXcspfFeEgGaA", spec->letter))
        return misfit(job, spec,
                      spec->letter == 'n' ? "is not offered: %n writes through a pointer"
                                          : "is not a conversion");
    if (job->next >= job->count) return misfit(job, spec, "has no argument");

    const struct hc_print_arg *a = &job->args[job->next++];
    const bool integer = a->tag >= HC_ARG_I32 && a->tag <= HC_ARG_U64;
    const bool fits = strchr("diuoxXc", spec->letter) ? integer
                      : spec->letter == 's'           ? a->tag == HC_ARG_STR
                      : spec->letter == 'p'           ? a->tag == HC_ARG_PTR || a->tag == HC_ARG_STR
                                                      : a->tag == HC_ARG_F64;
    if (!fits) {
        char what[64];
        snprintf(what, sizeof what, "got a %s (argument %u)", tag_name(a->tag), job->next);
        return misfit(job, spec, what);
    }
    if (spec->length == 'l' && (spec->letter == 'c' || spec->letter == 's'))
        return misfit(job, spec, "is not offered: no wide text");

    // The same conversion with its flags, but width and precision as arguments and the widest type.
    char format[32], *f = format;
    *f++ = '%';
    uint32_t i = spec->start + 1;
    for (; i < spec->end && strchr("-+ #0'", job->format[i]); i++)
        if (!memchr(format, job->format[i], (size_t)(f - format))) *f++ = job->format[i];
    int width = 0, precision = (int)spec->precision;
    bool precise = spec->precise;
    if (i < spec->end && job->format[i] == '*')
        width = stars[0];
    else
        for (; i < spec->end && job->format[i] >= '0' && job->format[i] <= '9'; i++)
            if (width < HC_PRINT_MAX) width = width * 10 + (job->format[i] - '0');
    if (spec->star_precision) precision = stars[spec->stars - 1];
    if (precision < 0) precise = false;
    if (width > HC_PRINT_MAX || width < -HC_PRINT_MAX || (precise && precision > HC_PRINT_MAX))
        return -HC_EMSGSIZE;

    struct hc_print_arg text = *a;
    if (spec->letter == 's') {
        if (!text.text) {
            text.text = "(null)";
            text.size = 6;
        }
        // The string has no NUL behind it: what is there is its precision.
        if (!precise || precision > (int)text.size) precision = (int)text.size;
        precise = true;
    }
    if (spec->letter == 'c' || spec->letter == 'p') precise = false;
    *f++ = '*';
    if (precise) {
        *f++ = '.';
        *f++ = '*';
    }
    if (strchr("diuoxX", spec->letter)) {
        *f++ = 'l';
        *f++ = 'l';
    }
    *f++ = spec->letter;
    *f = 0;
    return append(job, format, width, precision, precise, &text, spec->length, spec->letter);
}

int64_t hc_print_all(struct hc_print_job *job)
{
    struct hc_batch *out = job->out;
    int64_t err = 0;
    uint32_t at = 0, plain = 0;
    struct hc_spec spec;
    while (!err && hc_spec_next(job->format, job->format_size, &at, &spec)) {
        if (!hc_batch_add(out, job->format + plain, spec.start - plain)) err = -HC_ENOMEM;
        plain = spec.end;
        if (!err && spec.letter == '%')
            err = hc_batch_add(out, "%", 1) ? 0 : -HC_ENOMEM;
        else if (!err)
            err = hc_print_convert(job, &spec);
    }
    if (!err && !hc_batch_add(out, job->format + plain, job->format_size - plain)) err = -HC_ENOMEM;
    if (!err && out->size - job->start > HC_PRINT_MAX) err = -HC_EMSGSIZE;
    if (err) {
        out->size = job->start;
        return err;
    }
    return (int64_t)(out->size - job->start);
}
