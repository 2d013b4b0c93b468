// Formats taken apart once, for the many lanes that print with them.
#ifndef HC_PLAN_H
#define HC_PLAN_H

#include "core/atomic.h"
#include "core/format.h"
#include "core/print.h"

#define HC_PLAN_FORMAT_MAX 512
#define HC_PLAN_PIECES_MAX 32

struct hc_plan_piece {  // plain text, and the conversion behind it
    uint32_t at, size;
    enum hc_plan_kind {
        HC_PLAN_END,
        HC_PLAN_SIGNED,
        HC_PLAN_UNSIGNED,
        HC_PLAN_TEXT,
        HC_PLAN_PERCENT,
        HC_PLAN_OTHER
    } kind;
    struct hc_spec spec;
};

// The format that was printed last; starts as {0}.  One thread's.
struct hc_plan {
    uint32_t size;  // of format
    uint32_t count;  // of pieces; 0: too long, or nothing yet
    uint32_t plain;  // bytes of plain text
    char format[HC_PLAN_FORMAT_MAX];
    struct hc_plan_piece pieces[HC_PLAN_PIECES_MAX];
};

// As hc_print_all(), and much faster if the format is the one before and has conversions without flags.
int64_t hc_plan_print(struct hc_plan *plan, struct hc_print_job *job);

#endif
