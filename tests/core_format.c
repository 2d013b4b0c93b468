// Formatting of print blobs, hostile ones included.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "core/print.h"
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
static int64_t print(const struct blob *b, const char *format, struct hc_batch *out, char *why)
{
    return hc_print_format(b->bytes, b->size, format, lookup, NULL, out, why, 256);
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
        HC_EQ(hc_print_format(exact, size, NULL, lookup, NULL, &out, why, sizeof why), -HC_EPROTO);
        free(out.bytes);
        free(exact);
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
