// Prints by a plan of the format: numbers and strings without flags are put together here, the rest by
// hc_print_convert().
#include "core/plan.h"

#include <string.h>

enum { NUMBER_MAX = 21 };  // bytes of a 64-bit number with its sign

static enum hc_plan_kind kind_of(const char *format, const struct hc_spec *spec)
{
    if (spec->letter == '%') return HC_PLAN_PERCENT;
    if (strchr("-+ #0'123456789*.", format[spec->start + 1])) return HC_PLAN_OTHER;
    if (spec->letter == 'd' || spec->letter == 'i') return HC_PLAN_SIGNED;
    if (spec->letter == 'u') return HC_PLAN_UNSIGNED;
    return spec->letter == 's' && !spec->length ? HC_PLAN_TEXT : HC_PLAN_OTHER;
}

static void plan_make(struct hc_plan *plan, const char *format, uint32_t size)
{
    plan->count = plan->plain = 0;
    plan->size = size;
    if (size >= HC_PLAN_FORMAT_MAX) return;
    memcpy(plan->format, format, size);
    plan->format[size] = 0;
    uint32_t at = 0, plain = 0, count = 0;
    struct hc_spec spec = {0};
    for (bool more = true; more; count++) {
        if (count == HC_PLAN_PIECES_MAX) return;
        struct hc_plan_piece *piece = &plan->pieces[count];
        more = hc_spec_next(plan->format, size, &at, &spec);
        piece->at = plain;
        piece->size = (more ? spec.start : size) - plain;
        piece->kind = more ? kind_of(plan->format, &spec) : HC_PLAN_END;
        piece->spec = spec;
        plain = spec.end;
        plan->plain += piece->size + 1;
    }
    plan->count = count;
}

static char *put_number(char *to, uint64_t v, bool negative)
{
    char digits[NUMBER_MAX], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    if (negative) *--at = '-';
    const size_t n = (size_t)(digits + sizeof digits - at);
    memcpy(to, at, n);
    return to + n;
}

static bool is_integer(const struct hc_print_arg *a)
{
    return a->tag >= HC_ARG_I32 && a->tag <= HC_ARG_U64;
}

// Puts a conversion without flags.  NULL: the argument is not of its kind.
static char *put_quick(char *to, const struct hc_plan_piece *piece, const struct hc_print_arg *a)
{
    if (piece->kind == HC_PLAN_TEXT) {
        if (a->tag != HC_ARG_STR || !a->text) return NULL;
        memcpy(to, a->text, a->size);
        return to + a->size;
    }
    if (!is_integer(a)) return NULL;
    if (piece->kind == HC_PLAN_UNSIGNED)
        return put_number(to, hc_print_unsigned(a->bits, piece->spec.length), false);
    const long long v = hc_print_signed(a->bits, piece->spec.length);
    return put_number(to, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

// Room for all that is plain or quick, however much of it is done already.
static char *room_make(const struct hc_plan *plan, const struct hc_print_job *job)
{
    size_t room = plan->plain + (size_t)plan->count * NUMBER_MAX;
    for (uint32_t i = 0; i < job->count; i++)
        room += job->args[i].tag == HC_ARG_STR ? job->args[i].size : 0;
    return hc_batch_reserve(job->out, room) ? (char *)job->out->bytes + job->out->size : NULL;
}

static int64_t plan_print(const struct hc_plan *plan, struct hc_print_job *job)
{
    struct hc_batch *out = job->out;
    char *to = room_make(plan, job);
    for (const struct hc_plan_piece *piece = plan->pieces; to; piece++) {
        memcpy(to, plan->format + piece->at, piece->size);
        to += piece->size;
        if (piece->kind == HC_PLAN_END) {
            out->size = (size_t)((uint8_t *)to - out->bytes);
            const size_t n = out->size - job->start;
            return n > HC_PRINT_MAX ? -HC_EMSGSIZE : (int64_t)n;
        }
        if (piece->kind == HC_PLAN_PERCENT) {
            *to++ = '%';
            continue;
        }
        if (piece->kind != HC_PLAN_OTHER && job->next < job->count) {
            char *behind = put_quick(to, piece, &job->args[job->next]);
            if (behind) {
                to = behind;
                job->next++;
                continue;
            }
        }
        out->size = (size_t)((uint8_t *)to - out->bytes);
        const int64_t err = hc_print_convert(job, &piece->spec);
        if (err) return err;
        to = room_make(plan, job);
    }
    return -HC_ENOMEM;
}

int64_t hc_plan_print(struct hc_plan *plan, struct hc_print_job *job)
{
    if (plan->size != job->format_size || !plan->count ||
        memcmp(plan->format, job->format, plan->size))
        plan_make(plan, job->format, job->format_size);
    if (!plan->count) return hc_print_all(job);
    const int64_t n = plan_print(plan, job);
    if (n < 0) job->out->size = job->start;
    return n;
}
