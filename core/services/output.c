// Services that print: text and formatted output, whole lines, errors of the write reported to the
// caller.
#include "core/services/output.h"

#include <string.h>
#include <unistd.h>

#include "core/print.h"
#include "core/services/io.h"

static int64_t batch_write(struct hc_server_t *server, struct hc_batch *batch)
{
    if (!batch->size) return 0;
    struct hc_handle *h = hc_handle_get(&server->handles, batch->number);
    int64_t err = -HC_EBADF;
    if (h) {
        const int64_t n = hc_write_all(server, h, batch->bytes, batch->size, -1, false);
        err = n < 0 ? n : (size_t)n < batch->size ? -HC_ENOSPC : 0;
        hc_handle_put(&server->handles, h);
    }
    batch->size = 0;
    return err;
}

int64_t hc_desk_write(struct hc_server_t *server, struct hc_desk *desk)
{
    const int64_t err = batch_write(server, &desk->batch);
    for (uint32_t i = 0; err < 0 && i < desk->printed_count; i++) {
        desk->printed[i][0] = (uint32_t)(uint64_t)err;
        desk->printed[i][1] = (uint32_t)((uint64_t)err >> 32);
    }
    desk->printed_count = 0;
    return err;
}

static void batch_turn_to(struct hc_turn *turn, uint64_t number)
{
    struct hc_batch *batch = &turn->desk->batch;
    if (batch->number != number) hc_desk_write(turn->server, turn->desk);
    batch->number = number;
}

// Makes the batch that descriptor's.  0 or -HC_EBADF.
static int64_t output_begin(struct hc_turn *turn, uint64_t number)
{
    // A batch that has something is for a descriptor that was looked up when it began.
    if (turn->desk->batch.size && turn->desk->batch.number == number) return 0;
    struct hc_handle *h = hc_handle_get(&turn->server->handles, number);
    if (!h) return -HC_EBADF;
    hc_handle_put(&turn->server->handles, h);
    batch_turn_to(turn, number);
    return 0;
}

int64_t hc_output(struct hc_turn *turn, uint64_t number, const void *bytes, size_t size)
{
    const int64_t err = output_begin(turn, number);
    if (err) return err;
    turn->printed = true;
    return hc_lines_add(&turn->server->lines, &turn->desk->batch, turn->lane_key, bytes, size)
               ? (int64_t)size
               : -HC_ENOMEM;
}

int64_t hc_output_flush(struct hc_turn *turn, uint64_t number)
{
    // Nobody has begun a line: the usual case, told without the lock.  Only this lane's own lines
    // matter.
    if (!__atomic_load_n(&turn->server->lines.count, __ATOMIC_RELAXED) && !turn->desk->batch.size)
        return 0;
    batch_turn_to(turn, number);
    hc_lines_flush(&turn->server->lines, &turn->desk->batch, turn->lane_key);
    return hc_desk_write(turn->server, turn->desk);
}

void hc_output_flush_all(struct hc_server_t *server)
{
    struct hc_batch batch = {0};
    while (hc_lines_flush_any(&server->lines, &batch)) batch_write(server, &batch);
    free(batch.bytes);
}

// --------------------------------------------------------------------------------------- services

static const char *text_of(void *server, uint32_t id)
{
    return hc_registry_text(&((struct hc_server_t *)server)->registry, id);
}

static void misfit_tell(const struct hc_turn *turn, const char *why)
{
    if (*why)
        dprintf(turn->server->params.stderr_fd, "hostcall: wave %u, lane %u: %s\n", turn->wave,
                turn->lane, why);
}

int64_t hc_service_line(struct hc_turn *turn)
{
    struct hc_server_t *server = turn->server;
    if (!turn->common || !turn->own_blob) return -HC_EPROTO;
    struct hc_batch *text = &turn->desk->text;
    text->size = 0;
    // Nobody has begun a line, and this is a whole one: it goes to the batch as it is made.  See hc_lines_add().
    const bool direct = !__atomic_load_n(&server->lines.count, __ATOMIC_RELAXED) &&
                        hc_line_ends(turn->common, turn->common_words);
    if (direct) {
        const int64_t err = output_begin(turn, turn->args[0]);
        if (err) return err;
        text = &turn->desk->batch;
    }
    char why[256];
    *why = 0;
    const int64_t n = hc_print_line(&turn->desk->plan, turn->common, turn->common_words,
                                    (const uint32_t *)(const void *)turn->blob, turn->blob_size / 4,
                                    text_of, server, text, why, sizeof why);
    misfit_tell(turn, why);
    if (direct) turn->printed = true;
    return n < 0 || direct ? n : hc_output(turn, turn->args[0], text->bytes, text->size);
}

int64_t hc_service_print(struct hc_turn *turn)
{
    struct hc_server_t *server = turn->server;
    const char *format = NULL;
    if (turn->args[1] && !(format = text_of(server, (uint32_t)turn->args[1]))) return -HC_ENOENT;
    char why[256];
    *why = 0;
    struct hc_batch *text = &turn->desk->text;
    text->size = 0;
    const int64_t n = hc_print_format(&turn->desk->plan, turn->blob, turn->blob_size, format,
                                      text_of, server, text, why, sizeof why);
    misfit_tell(turn, why);
    return n < 0 ? n : hc_output(turn, turn->args[0], text->bytes, text->size);
}

int64_t hc_service_puts(struct hc_turn *turn)
{
    const char *text;
    size_t size = turn->blob_size;
    if (turn->args[1]) {
        const int err = hc_turn_text(turn, turn->args[1], HC_EXTENT_BYTES, &text);
        if (err) return err;
        size = strlen(text);
    } else {
        text = (const char *)turn->blob;
    }
    struct hc_batch *line = &turn->desk->text;
    line->size = 0;
    if (!hc_batch_add(line, text, size) || !hc_batch_add(line, "\n", 1)) return -HC_ENOMEM;
    return hc_output(turn, turn->args[0], line->bytes, line->size);
}

int64_t hc_service_flush(struct hc_turn *turn)
{
    struct hc_handle *h = hc_handle_get(&turn->server->handles, turn->args[0]);
    if (!h) return -HC_EBADF;
    hc_handle_put(&turn->server->handles, h);
    return hc_output_flush(turn, turn->args[0]);
}
