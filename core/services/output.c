// Services that print: text and formatted output, whole lines, errors of the write reported to the
// caller.
#include "core/services/output.h"

#include <string.h>
#include <unistd.h>

#include "core/print.h"
#include "core/services/io.h"

int64_t hc_batch_write(struct hc_server_t *server, struct hc_batch *batch)
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

static int64_t batch_turn_to(struct hc_turn *turn, uint64_t number)
{
    struct hc_batch *batch = &turn->desk->batch;
    const int64_t err = batch->number != number ? hc_batch_write(turn->server, batch) : 0;
    batch->number = number;
    return err;
}

int64_t hc_output(struct hc_turn *turn, uint64_t number, const void *bytes, size_t size)
{
    // A batch that has something is for a descriptor that was looked up when it began.
    if (!turn->desk->batch.size || turn->desk->batch.number != number) {
        struct hc_handle *h = hc_handle_get(&turn->server->handles, number);
        if (!h) return -HC_EBADF;
        hc_handle_put(&turn->server->handles, h);
        const int64_t err = batch_turn_to(turn, number);
        if (err) return err;
    }
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
    const int64_t err = batch_turn_to(turn, number);
    if (err) return err;
    hc_lines_flush(&turn->server->lines, &turn->desk->batch, turn->lane_key);
    return hc_batch_write(turn->server, &turn->desk->batch);
}

void hc_output_flush_all(struct hc_server_t *server)
{
    struct hc_batch batch = {0};
    while (hc_lines_flush_any(&server->lines, &batch)) hc_batch_write(server, &batch);
    free(batch.bytes);
}

// --------------------------------------------------------------------------------------- services

static const char *text_of(void *server, uint32_t id)
{
    return hc_registry_text(&((struct hc_server_t *)server)->registry, id);
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
    const int64_t n = hc_print_format(turn->blob, turn->blob_size, format, text_of, server, text,
                                      why, sizeof why);
    if (*why)
        dprintf(server->params.stderr_fd, "hostcall: wave %u, lane %u: %s\n", turn->wave,
                turn->lane, why);
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
