// Prints as they come over the wire: from bytes to arguments.
#include <string.h>

#include "core/plan.h"

struct input {  // the blob being read; at > size after reading too far
    const uint8_t *bytes;
    size_t size, at;
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

static bool blob_read(struct input *in, struct hc_print_job *job,
                      const char *(*lookup)(void *user, uint32_t id), void *user)
{
    job->count = (uint32_t)input_value(in, 1);
    if (job->count > HC_PRINT_ARGS_MAX) return false;
    for (uint32_t i = 0; i < job->count; i++) job->args[i].tag = (uint8_t)input_value(in, 1);
    job->format_size = (uint32_t)input_value(in, 4);
    job->format = input_text(in, job->format_size);
    for (uint32_t i = 0; i < job->count && in->at <= in->size; i++) {
        struct hc_print_arg *a = &job->args[i];
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

int64_t hc_print_format(struct hc_plan *plan, const uint8_t *blob, size_t size, const char *format,
                        const char *(*lookup)(void *user, uint32_t id), void *user,
                        struct hc_batch *out, char *why, size_t why_size)
{
    struct input in = {.bytes = blob, .size = size};
    struct hc_print_job job = {.out = out, .start = out->size, .why = why, .why_size = why_size};
    if (!blob_read(&in, &job, lookup, user)) return -HC_EPROTO;
    if (format) job.format = format;
    // A literal in an array of its own may bring zeros.
    job.format_size = (uint32_t)(format ? strlen(format) : strnlen(job.format, job.format_size));
    return hc_plan_print(plan, &job);
}

// The format in what the lanes of a packet share; NULL: there is none.
static const char *line_format(const uint32_t *common, uint32_t common_words, uint32_t *size)
{
    if (common_words < HC_LINE_COMMON_WORDS) return NULL;
    *size = common[1] >> 8;
    if (*size > 4 * (common_words - HC_LINE_COMMON_WORDS)) return NULL;
    const char *format = (const char *)(common + HC_LINE_COMMON_WORDS);
    *size = (uint32_t)strnlen(format, *size);
    return format;
}

bool hc_line_ends(const uint32_t *common, uint32_t common_words)
{
    uint32_t size;
    const char *format = line_format(common, common_words, &size);
    return format && size && format[size - 1] == '\n';
}

static bool line_read(const uint32_t *common, uint32_t common_words, const uint32_t *values,
                      uint32_t words, struct hc_print_job *job,
                      const char *(*lookup)(void *user, uint32_t id), void *user)
{
    job->format = line_format(common, common_words, &job->format_size);
    if (!job->format) return false;
    job->count = common[1] & 0xff;
    if (job->count > HC_LINE_ARGS_MAX) return false;
    uint32_t at = 0;
    for (uint32_t i = 0; i < job->count; i++) {
        struct hc_print_arg *a = &job->args[i];
        a->tag = common[2] >> 4 * i & 15;
        if (a->tag < HC_ARG_I32 || a->tag > HC_ARG_ID || at >= words) return false;
        const uint32_t word = values[at++];
        a->text = NULL;
        a->size = 0;
        a->bits = a->tag == HC_ARG_I32 ? (uint64_t)(int32_t)word : word;
        if (a->tag == HC_ARG_STR) {
            if (word == 0xffffffff) continue;
            const uint32_t taken = word / 4 + (word % 4 != 0);
            if (taken > words - at) return false;
            a->text = (const char *)(values + at);
            a->size = word;
            at += taken;
        } else if (a->tag == HC_ARG_ID) {
            a->text = lookup(user, word);
            a->size = a->text ? (uint32_t)strlen(a->text) : 0;
            a->tag = HC_ARG_STR;
        } else if (a->tag != HC_ARG_I32 && a->tag != HC_ARG_U32) {
            if (at >= words) return false;
            a->bits |= (uint64_t)values[at++] << 32;
        }
    }
    return true;
}

int64_t hc_print_line(struct hc_plan *plan, const uint32_t *common, uint32_t common_words,
                      const uint32_t *values, uint32_t words,
                      const char *(*lookup)(void *user, uint32_t id), void *user,
                      struct hc_batch *out, char *why, size_t why_size)
{
    struct hc_print_job job = {.out = out, .start = out->size, .why = why, .why_size = why_size};
    if (!line_read(common, common_words, values, words, &job, lookup, user)) return -HC_EPROTO;
    return hc_plan_print(plan, &job);
}
