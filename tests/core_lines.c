// Lines of lanes.
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "core/lines.h"

static void add(struct hc_lines *lines, struct hc_batch *batch, uint64_t lane, const char *text)
{
    HC_ASSERT(hc_lines_add(lines, batch, lane, (const uint8_t *)text, strlen(text)));
}
static void expect(struct hc_batch *batch, const char *text)
{
    HC_EQ(batch->size, strlen(text));
    HC_ASSERT(!memcmp(batch->bytes, text, batch->size));
    batch->size = 0;
}

// Pieces of two lanes must not share a line; several lines at once must keep their order.
HC_TEST(lines, pieces_wait_for_their_newline)
{
    struct hc_lines lines;
    struct hc_batch batch = {.number = 1};
    hc_lines_init(&lines);
    add(&lines, &batch, 1, "one");
    add(&lines, &batch, 2, "two");
    HC_EQ(batch.size, 0);
    add(&lines, &batch, 1, " and one\nnext");
    add(&lines, &batch, 2, "\n");
    expect(&batch, "one and one\ntwo\n");
    add(&lines, &batch, 1, " line\nlast\n");
    expect(&batch, "next line\nlast\n");
    HC_EQ(lines.count, 0);
    free(batch.bytes);
    hc_lines_free(&lines);
}

// A line begun on one descriptor must not come out on another.
HC_TEST(lines, descriptors_are_kept_apart)
{
    struct hc_lines lines;
    struct hc_batch batch = {.number = 1};
    hc_lines_init(&lines);
    add(&lines, &batch, 1, "to one");
    batch.number = 2;
    add(&lines, &batch, 1, "to two\n");
    expect(&batch, "to two\n");
    HC_ASSERT(hc_lines_flush_any(&lines, &batch));
    HC_EQ(batch.number, 1);
    expect(&batch, "to one");
    HC_ASSERT(!hc_lines_flush_any(&lines, &batch));
    free(batch.bytes);
    hc_lines_free(&lines);
}

// A line that never ends must not eat the host's memory.
HC_TEST(lines, endless_lines_come_out_in_parts)
{
    struct hc_lines lines;
    struct hc_batch batch = {.number = 1};
    hc_lines_init(&lines);
    for (int i = 0; i < 100000; i++) add(&lines, &batch, 5, "0123456789");
    HC_ASSERT(batch.size >= 1000000 - HC_LINE_KEEP);
    hc_lines_flush(&lines, &batch, 5);
    HC_EQ(batch.size, 1000000);
    for (size_t i = 0; i < batch.size; i++) HC_ASSERT(batch.bytes[i] == '0' + i % 10);
    for (uint64_t lane = 0; lane < HC_LINES_KEEP + 10; lane++) add(&lines, &batch, lane, "x");
    HC_EQ(lines.count, HC_LINES_KEEP);
    HC_EQ(batch.size, 1000010);
    free(batch.bytes);
    hc_lines_free(&lines);
}
