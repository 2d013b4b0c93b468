// Formats what a kernel printed: each conversion is checked against its argument, then done by
// snprintf.
#include "core/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/atomic.h"
#include "core/format.h"
#include "hostcall/protocol.h"

struct arg {
    uint8_t tag;
    uint64_t bits;
    const char *text;  // NULL: a null pointer, or no string
    uint32_t size;
};

struct input {  // the blob being read; at > size after reading too far
    const uint8_t *bytes;
    size_t size, at;
};

struct job {
    struct arg args[HC_PRINT_ARGS_MAX];
    uint32_t count, next;
    const char *format;
    uint32_t format_size;
    struct hc_batch *out;
    size_t start;
    char *why;
    size_t why_size;
};

static uint64_t input_value(struct input *in, uint32_t bytes)
{
    uint64_t v = 0;
    if (in->size - in->at < bytes || in->at > in->size) {
        in->at = in->size + 1;
        return 0;
    }
    for (uint32_t i = 0; i < bytes; i++) v |= (uint64_t)in->bytes[in->at++] << 8 * i;
    return v;
}

static const char *input_text(struct input *in, uint32_t size)
{
    if (in->at > in->size || in->size - in->at < size) {
        in->at = in->size + 1;
        return "";
    }
    in->at += size;
    return (const char *)in->bytes + in->at - size;
}

static bool blob_read(struct input *in, struct job *job,
                      const char *(*lookup)(void *user, uint32_t id), void *user)
{
    job->count = (uint32_t)input_value(in, 1);
    if (job->count > HC_PRINT_ARGS_MAX) return false;
    for (uint32_t i = 0; i < job->count; i++) job->args[i].tag = (uint8_t)input_value(in, 1);
    job->format_size = (uint32_t)input_value(in, 4);
    job->format = input_text(in, job->format_size);
    for (uint32_t i = 0; i < job->count && in->at <= in->size; i++) {
        struct arg *a = &job->args[i];
        if (a->tag == HC_ARG_STR) {
            a->size = (uint32_t)input_value(in, 4);
            a->text = a->size == 0xffffffff ? NULL : input_text(in, a->size);
        } else if (a->tag == HC_ARG_ID) {
            a->text = lookup(user, (uint32_t)input_value(in, 4));
            a->size = a->text ? (uint32_t)strlen(a->text) : 0;
            a->tag = HC_ARG_STR;
        } else if (a->tag >= HC_ARG_I32 && a->tag <= HC_ARG_PTR) {
            a->bits = input_value(in, 8);
        } else {
            return false;
        }
    }
    return in->at <= in->size;
}

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

static int64_t misfit(struct job *job, const struct hc_spec *spec, const char *what)
{
    snprintf(job->why, job->why_size, "format \"%.*s\": conversion %.*s %s", (int)job->format_size,
             job->format, (int)(spec->end - spec->start), job->format + spec->start, what);
    return -HC_EINVAL;
}

// What C makes of an argument under a length modifier.
static long long as_signed(uint64_t v, char length)
{
    return length == 'H'   ? (signed char)v
           : length == 'h' ? (short)v
           : length        ? (long long)v
                           : (int)v;
}
static unsigned long long as_unsigned(uint64_t v, char length)
{
    return length == 'H'   ? (unsigned char)v
           : length == 'h' ? (unsigned short)v
           : length        ? v
                           : (unsigned)v;
}

// The two conversions most programs use, %d and %u without flags, an order of magnitude faster than
// snprintf.
static int64_t append_decimal(struct job *job, uint64_t v, bool negative)
{
    char digits[20], *at = digits + sizeof digits;
    if (!hc_batch_reserve(job->out, sizeof digits + 1)) return -HC_ENOMEM;
    do {
        *--at = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    if (negative) hc_batch_add(job->out, "-", 1);
    hc_batch_add(job->out, at, (size_t)(digits + sizeof digits - at));
    return 0;
}

static int64_t append(struct job *job, const char *format, int width, int precision, bool precise,
                      const struct arg *a, char length, char letter)
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
            n = PUT(as_signed(v, length));
        else
            n = PUT(as_unsigned(v, length));
#undef PUT
#pragma GCC diagnostic pop
        if (n < 0 || out->size - job->start + (size_t)n > HC_PRINT_MAX) return -HC_EMSGSIZE;
        if ((size_t)n < room) break;
    }
    job->out->size += (size_t)n;
    return 0;
}

static int64_t convert(struct job *job, const struct hc_spec *spec)
{
    int stars[2] = {0, 0};
    for (uint32_t i = 0; i < spec->stars; i++, job->next++) {
        if (job->next >= job->count) return misfit(job, spec, "has no argument for its '*'");
        const struct arg *star = &job->args[job->next];
        if (star->tag != HC_ARG_I32 && star->tag != HC_ARG_U32)
            return misfit(job, spec, "needs an int for its '*'");
        stars[i] = (int)star->bits;
    }
    if (!spec->letter || !strchr("diuoxXcspfFeEgGaA", spec->letter))
        return misfit(job, spec,
                      spec->letter == 'n' ? "is not offered: %n writes through a pointer"
                                          : "is not a conversion");
    if (job->next >= job->count) return misfit(job, spec, "has no argument");

    const struct arg *a = &job->args[job->next++];
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

    if (spec->end - spec->start == 2) {  // no flags, width, precision or length
        const int d = (int)a->bits;
        if (spec->letter == 'd')
            return append_decimal(job, d < 0 ? 0u - (unsigned)d : (unsigned)d, d < 0);
        if (spec->letter == 'u') return append_decimal(job, (unsigned)a->bits, false);
        if (spec->letter == 's' && a->text)
            return hc_batch_add(job->out, a->text, a->size) ? 0 : -HC_ENOMEM;
    }

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

    struct arg text = *a;
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

int64_t hc_print_format(const uint8_t *blob, size_t size, const char *format,
                        const char *(*lookup)(void *user, uint32_t id), void *user,
                        struct hc_batch *out, char *why, size_t why_size)
{
    struct input in = {.bytes = blob, .size = size};
    struct job job = {.out = out, .start = out->size, .why = why, .why_size = why_size};
    if (!blob_read(&in, &job, lookup, user)) return -HC_EPROTO;
    if (format) {
        job.format = format;
        job.format_size = (uint32_t)strlen(format);
    }
    int64_t err = 0;
    uint32_t at = 0, plain = 0;
    struct hc_spec spec;
    while (!err && hc_spec_next(job.format, job.format_size, &at, &spec)) {
        if (!hc_batch_add(out, job.format + plain, spec.start - plain)) err = -HC_ENOMEM;
        plain = spec.end;
        if (!err && spec.letter == '%')
            err = hc_batch_add(out, "%", 1) ? 0 : -HC_ENOMEM;
        else if (!err)
            err = convert(&job, &spec);
    }
    if (!err && !hc_batch_add(out, job.format + plain, job.format_size - plain)) err = -HC_ENOMEM;
    if (!err && out->size - job.start > HC_PRINT_MAX) err = -HC_EMSGSIZE;
    if (err) {
        out->size = job.start;
        return err;
    }
    return (int64_t)(out->size - job.start);
}
