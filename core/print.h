// Formats what a kernel printed, by the host's C library.
#ifndef HC_PRINT_H
#define HC_PRINT_H

#include "core/lines.h"
#include "hostcall/protocol.h"

// The longest text one call may print, in bytes.
#define HC_PRINT_MAX (1 << 20)

struct hc_spec;

struct hc_print_arg {
    uint8_t tag;       // HC_ARG_*, but for HC_ARG_ID
    uint64_t bits;
    const char *text;  // HC_ARG_STR; NULL: a null pointer
    uint32_t size;     // of it
};

// One text to be made.
struct hc_print_job {
    struct hc_print_arg args[HC_PRINT_ARGS_MAX];
    uint32_t count, next;  // of args; next: whose turn it is
    const char *format;
    uint32_t format_size;
    struct hc_batch *out;
    size_t start;          // size of out when it began
    char *why;             // takes the reason for -HC_EINVAL
    size_t why_size;
};

// Appends all of it, or one conversion and moves next behind its arguments.  Bytes, or 0; or an error as of
// hc_print_format(), upon which hc_print_all() leaves out as it was.
int64_t hc_print_all(struct hc_print_job *job);
int64_t hc_print_convert(struct hc_print_job *job, const struct hc_spec *spec);

// What C makes of an argument under a length modifier (hc_spec.length).
static inline long long hc_print_signed(uint64_t v, char length)
{
    return length == 'H'   ? (signed char)v
           : length == 'h' ? (short)v
           : length        ? (long long)v
                           : (int)v;
}
static inline unsigned long long hc_print_unsigned(uint64_t v, char length)
{
    return length == 'H'   ? (unsigned char)v
           : length == 'h' ? (unsigned short)v
           : length        ? v
                           : (unsigned)v;
}

struct hc_plan;  // core/plan.h

// Appends the text of a HC_OP_PRINT blob (format: NULL, or in place of the blob's) to out.  lookup
// gives the texts that HC_ARG_ID arguments name.  Bytes appended; or -HC_EINVAL (a conversion does
// not fit its argument; why, of why_size bytes, says which), -HC_EMSGSIZE (over HC_PRINT_MAX),
// -HC_EPROTO (the blob is not one), -HC_ENOMEM; nothing is appended then.
int64_t hc_print_format(struct hc_plan *plan, const uint8_t *blob, size_t size, const char *format,
                        const char *(*lookup)(void *user, uint32_t id), void *user,
                        struct hc_batch *out, char *why, size_t why_size);

// Likewise of a call of HC_OP_LINE: what its packet shares, and its own values.
int64_t hc_print_line(struct hc_plan *plan, const uint32_t *common, uint32_t common_words,
                      const uint32_t *values, uint32_t words,
                      const char *(*lookup)(void *user, uint32_t id), void *user,
                      struct hc_batch *out, char *why, size_t why_size);
// Whether what prints by this shared part ends with a newline.
bool hc_line_ends(const uint32_t *common, uint32_t common_words);

#endif
