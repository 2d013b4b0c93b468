// Formatting of print blobs, hostile ones included.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "core/plan.h"
#include "hostcall/protocol.h"

static const char *lookup(void *user, uint32_t id)
{
    (void)user;
    return id == 7 ? "seven" : NULL;
}

struct blob {
    uint8_t bytes[256];
    size_t size;
};

static void put(struct blob *b, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) b->bytes[b->size++] = (uint8_t)(value >> 8 * i);
}
static struct blob blob(const char *format, int n, const uint8_t *tags, const uint64_t *values)
{
    struct blob b = {.size = 0};
    put(&b, (uint64_t)n, 1);
    for (int i = 0; i < n; i++) put(&b, tags[i], 1);
    put(&b, strlen(format), 4);
    memcpy(b.bytes + b.size, format, strlen(format));
    b.size += strlen(format);
    for (int i = 0; i < n; i++) put(&b, values[i], tags[i] == HC_ARG_ID ? 4 : 8);
    return b;
}
static struct hc_plan plan;

static int64_t print(const struct blob *b, const char *format, struct hc_batch *out, char *why)
{
    return hc_print_format(&plan, b->bytes, b->size, format, lookup, NULL, out, why, 256);
}

HC_TEST(format, length_modifiers_cut_as_c_does)
{
    const uint8_t tags[] = {HC_ARG_I64, HC_ARG_I64, HC_ARG_I64, HC_ARG_U64};
    const uint64_t values[] = {(uint64_t)-1, 0x1ff, 0x18000, 0x1ffffffffu};
    const struct blob b = blob("%d %hhu %hd %x", 4, tags, values);
    struct hc_batch out = {0};
    char why[256] = "";
    HC_EQ(print(&b, NULL, &out, why), 22);
    HC_ASSERT(!memcmp(out.bytes, "-1 255 -32768 ffffffff", 22));
    free(out.bytes);
}

// A format given by id takes the place of the blob's; an argument by id is a string.
HC_TEST(format, ids_stand_for_texts)
{
    const uint8_t tags[] = {HC_ARG_ID};
    const uint64_t values[] = {7};
    const struct blob b = blob("", 1, tags, values);
    struct hc_batch out = {0};
    char why[256] = "";
    HC_EQ(print(&b, "<%6s>", &out, why), 8);
    HC_ASSERT(!memcmp(out.bytes, "< seven>", 8));
    free(out.bytes);
}

// The message must name the conversion, the type and the argument.
HC_TEST(format, a_misfit_is_described)
{
    const uint8_t tags[] = {HC_ARG_I32, HC_ARG_F64};
    const uint64_t values[] = {1, 0};
    const struct blob b = blob("%d then %s", 2, tags, values);
    struct hc_batch out = {0};
    char why[256] = "";
    HC_EQ(print(&b, NULL, &out, why), -HC_EINVAL);
    HC_STR_EQ(why, "format \"%d then %s\": conversion %s got a double (argument 2)");
    HC_EQ(out.size, 0);
    free(out.bytes);
}

// Any cut of a good blob must be refused or printed, never read past its end (AddressSanitizer).
HC_TEST(format, cut_blobs_are_refused)
{
    const uint8_t tags[] = {HC_ARG_I32, HC_ARG_F64, HC_ARG_PTR};
    const uint64_t values[] = {1, 0x3ff0000000000000, 3};
    const struct blob b = blob("%d %f %p", 3, tags, values);
    for (size_t size = 0; size < b.size; size++) {
        uint8_t *exact = malloc(size ? size : 1);
        memcpy(exact, b.bytes, size);
        struct hc_batch out = {0};
        char why[256] = "";
        HC_EQ(hc_print_format(&plan, exact, size, NULL, lookup, NULL, &out, why, sizeof why),
              -HC_EPROTO);
        free(out.bytes);
        free(exact);
    }
}

// What a packet shares and one lane's values, as HC_OP_LINE has them.
struct line {
    uint32_t common[64], values[32], common_words, words;
};
static struct line line(const char *format, uint32_t n, uint32_t tags)
{
    struct line l = {.common_words = 64};
    l.common[1] = n | (uint32_t)strlen(format) << 8;
    l.common[2] = tags;
    memcpy(l.common + HC_LINE_COMMON_WORDS, format, strlen(format));
    return l;
}
static int64_t line_print(const struct line *l, struct hc_batch *out, char *why)
{
    return hc_print_line(&plan, l->common, l->common_words, l->values, l->words, lookup, NULL, out,
                         why, 256);
}

// Quick conversions and snprintf's must meet in one line, with arguments of one, two and more words.
HC_TEST(format, a_line_equals_the_c_library)
{
    // Tags, low bits first: int, int, string, string, uint64_t, int64_t, double, pointer
    struct line l = line("%d|%5d|%s|%-6s|%llu%%%hhd|%.2f|%p\n", 8, 0x65347711);
    const uint32_t words[] = {0xfffffff9, 12,     5,          0x6c6c6568, 0x6f,
                              2,          0x6968, 0xffffffff, 0xffffffff, 0x1ff,
                              0,          0,      0x3ff80000, 0x1234,     0};
    memcpy(l.values, words, sizeof words);
    l.words = sizeof words / 4;
    struct hc_batch out = {0};
    char why[256] = "", want[256];
    const int n =
        snprintf(want, sizeof want, "%d|%5d|%s|%-6s|%llu%%%hhd|%.2f|%p\n", -7, 12, "hello", "hi",
                 18446744073709551615ull, (signed char)-1, 1.5, (void *)0x1234);
    for (int twice = 0; twice < 2; twice++) {  // with a new plan, and the one before
        out.size = 0;
        HC_EQ(line_print(&l, &out, why), n);
        HC_ASSERT(!memcmp(out.bytes, want, (size_t)n));
    }
    HC_ASSERT(hc_line_ends(l.common, l.common_words));
    free(out.bytes);
}

// A conversion that does not fit is described, and what stood before it is taken back; extremes keep their sign.
HC_TEST(format, lines_are_checked_as_blobs_are)
{
    struct hc_batch out = {0};
    char why[256] = "";
    struct line l = line("then %s", 1, HC_ARG_I32);
    l.words = 1;
    HC_EQ(line_print(&l, &out, why), -HC_EINVAL);
    HC_STR_EQ(why, "format \"then %s\": conversion %s got a int (argument 1)");
    HC_EQ(out.size, 0);
    HC_ASSERT(!hc_line_ends(l.common, l.common_words));

    l = line("%lld", 1, HC_ARG_I64);
    l.values[1] = 0x80000000;
    l.words = 2;
    HC_EQ(line_print(&l, &out, why), 20);
    HC_ASSERT(!memcmp(out.bytes, "-9223372036854775808", 20));
    out.size = 0;
    l = line("%s.", 1, HC_ARG_STR);
    l.values[0] = 0xffffffff;
    l.words = 1;
    HC_EQ(line_print(&l, &out, why), 7);
    HC_ASSERT(!memcmp(out.bytes, "(null).", 7));
    free(out.bytes);
}

// Whatever stands in the shared part and the values, nothing is read past their ends (AddressSanitizer).
HC_TEST(format, random_lines_are_survived)
{
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        struct line l = line("%d %s %5.1f%n%lu %c %*d\n", 0, 0);
        random = random * 1664525u + 1013904223u;
        l.common_words = random >> 16 & 31;
        l.words = random >> 24 & 15;
        uint32_t *common = malloc(4 * l.common_words + 1), *values = malloc(4 * l.words + 1);
        for (uint32_t i = 0; i < l.words; i++) {
            random = random * 1664525u + 1013904223u;
            l.values[i] = random >> (random & 31);
        }
        l.common[1] = (random >> 8 & 15) | (random >> 12 & 63) << 8;
        l.common[2] = random * 2654435761u;
        memcpy(common, l.common, 4 * l.common_words);
        memcpy(values, l.values, 4 * l.words);
        struct hc_batch out = {0};
        char why[256] = "";
        const int64_t n = hc_print_line(&plan, common, l.common_words, values, l.words, lookup,
                                        NULL, &out, why, sizeof why);
        HC_ASSERT(n < 0 ? !out.size : n == (int64_t)out.size);
        free(out.bytes);
        free(common);
        free(values);
    }
}

HC_TEST(format, random_blobs_are_survived)
{
    uint32_t random = 1;
    for (int round = 0; round < 20000; round++) {
        struct blob b = {.size = 0};
        random = random * 1664525u + 1013904223u;
        const size_t size = random >> 24;
        for (size_t i = 0; i < size; i++) {
            random = random * 1664525u + 1013904223u;
            put(&b, random >> 24, 1);
        }
        if (size > 8) {
            b.bytes[0] = (uint8_t)(random >> 8 & 3);
            for (int i = 1; i <= b.bytes[0]; i++)
                b.bytes[i] = (uint8_t)(1 + (random >> (10 + i) & 7));
            const size_t at = 1u + b.bytes[0];
            b.bytes[at] = (uint8_t)(size / 2);
            memset(b.bytes + at + 1, 0, 3);
            for (size_t i = at + 4; i < size && i < at + 4 + size / 2; i++)
                b.bytes[i] = (uint8_t) "%%%ddsxf*.0123lhzjtpcgaen -+#'"[b.bytes[i] % 30];
        }
        struct hc_batch out = {0};
        char why[256] = "";
        const int64_t n = print(&b, NULL, &out, why);
        HC_ASSERT(n >= 0 || n == -HC_EPROTO || n == -HC_EINVAL || n == -HC_EMSGSIZE);
        HC_EQ(out.size, n < 0 ? 0 : n);
        free(out.bytes);
    }
}
