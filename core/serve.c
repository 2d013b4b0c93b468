// Serves one packet: checks each call, runs its service, publishes the answers.
#include <string.h>

#include "core/server.h"
#include "core/services/io.h"
#include "core/services/output.h"

enum {
    BATCH_FULL = 1 << 18,  // bytes of output that are worth a write
    BUFFER_UNITS = 8,      // of a write-combining buffer: 64 bytes
};

static uint64_t *answer_unit(struct hc_server_t *server, uint32_t slot, uint32_t at)
{
    return hc_area_unit(server->out, slot, at);
}

// Publishes words [at, at + count) of an answer, its first word last and as a release: pairs with
// the acquire in hc_answer_read(), which then reads what was stored to the extent before.
static void answer_write(struct hc_server_t *server, uint32_t slot, uint32_t seq, uint32_t at,
                         const uint32_t *words, uint32_t count)
{
    for (uint32_t i = count; i-- > 1;)
        hc_unit_store(answer_unit(server, slot, at + i), hc_unit(seq, words[i]));
    hc_unit_store_release(answer_unit(server, slot, at), hc_unit(seq, words[0]));
}

void hc_packet_refuse(struct hc_server_t *server, struct hc_desk *desk, uint32_t slot, uint32_t seq)
{
    const uint64_t result = (uint64_t)(int64_t)-HC_EPROTO;
    for (uint32_t i = 0; i < HC_SLOT_UNITS; i++)
        hc_unit_store(answer_unit(server, slot, i),
                      hc_unit(seq, (uint32_t)(i & 1 ? result >> 32 : result)));
    hc_desk_count(&desk->stats.refused, 1);
}

int64_t hc_turn_read(struct hc_server_t *server, struct hc_desk *desk,
                     const struct hc_packet *packet, uint32_t rank, struct hc_turn *turn,
                     const struct hc_service **service, struct hc_op *op)
{
    const uint32_t *words =
        packet->words + hc_head_calls(packet->head) + rank * packet->head.stride;
    *op = hc_op_unpack(words[0]);
    const uint32_t carried = HC_CALL_WORDS + 2 * op->args;
    turn->server = server;
    turn->desk = desk;
    turn->wave = packet->wave;
    turn->lane = op->lane;
    turn->lane_key = (uint64_t)packet->wave << 6 | op->lane;
    turn->blob_size = words[1];
    turn->common = packet->head.common ? packet->words + HC_HEAD_WORDS : NULL;
    turn->common_words = packet->head.common;
    turn->own_blob = !op->extent_out;
    turn->size = turn->room = 0;
    turn->printed = false;
    *service = NULL;
    if (op->op >= HC_OP_COUNT) return -HC_ENOSYS;
    *service = &hc_services[op->op];
    if (op->args > HC_ARGS_MAX || carried > packet->head.stride) return -HC_EPROTO;
    if (op->args < (*service)->args_min) return -HC_EINVAL;
    if ((op->extent_out || op->extent_in) && op->extent >= server->params.extents)
        return -HC_EPROTO;
    for (uint32_t i = 0; i < HC_ARGS_MAX; i++)
        turn->args[i] = i < op->args ? words[HC_CALL_WORDS + 2 * i] |
                                           (uint64_t)words[HC_CALL_WORDS + 2 * i + 1] << 32
                                     : 0;

    const uint8_t *blob = (const uint8_t *)(words + carried);
    if (op->extent_out) {
        if (turn->blob_size > HC_EXTENT_BYTES) return -HC_EPROTO;
        blob = (const uint8_t *)server->extents_out->host + (size_t)op->extent * HC_EXTENT_BYTES;
    } else if (turn->blob_size > 4 * (packet->head.stride - carried)) {
        return -HC_EPROTO;
    }
    turn->blob = turn->blob_size ? blob : (const uint8_t *)"";
    if (op->extent_in) {
        turn->data = (uint8_t *)server->extents_in->host + (size_t)op->extent * HC_EXTENT_BYTES;
        turn->room = HC_EXTENT_BYTES;
    } else {
        turn->data = desk->data;
        turn->room =
            packet->head.room > HC_ANSWER_WORDS ? 4 * (packet->head.room - HC_ANSWER_WORDS) : 0;
    }
    return 0;
}

static void blob_copy(struct hc_turn *turn)
{
    memcpy(turn->desk->blob, turn->blob, turn->blob_size);
    turn->desk->blob[turn->blob_size] = 0;
    turn->blob = turn->desk->blob;
}

// What a ring has done is taken over as if the service had run just now.
static int64_t done_take(const struct hc_done *done, const struct hc_packet *packet, uint32_t rank,
                         struct hc_turn *turn)
{
    turn->size = done->size[rank];
    if (turn->data == turn->desk->data && turn->size)
        memcpy(turn->data, done->words + rank * packet->head.room, turn->size);
    return done->result[rank];
}

bool hc_packet_blocks(struct hc_server_t *server, struct hc_desk *desk, struct hc_packet *packet)
{
    const uint32_t *before = NULL;
    for (uint32_t rank = 0; rank < packet->head.lanes; rank++) {
        struct hc_turn turn;
        const struct hc_service *service;
        const uint32_t *words =
            packet->words + hc_head_calls(packet->head) + rank * packet->head.stride;
        struct hc_op op = hc_op_unpack(words[0]);
        if (op.op >= HC_OP_COUNT || !hc_services[op.op].blocks) continue;
        // Lanes mostly ask for the same of one descriptor.
        if (before && hc_services[op.op].blocks == hc_fd_blocks && op.args &&
            (words[0] & 0xffff) == (before[0] & 0xffff) && words[2] == before[2] &&
            words[3] == before[3])
            continue;
        before = words;
        if (!hc_turn_read(server, desk, packet, rank, &turn, &service, &op) &&
            service->blocks(&turn))
            return true;
    }
    return false;
}

// Publishes the answers of a packet that was served.  Write-combining buffers leave by themselves when they
// are full, so the last one is filled up; an answer with holes waits in its buffers for hc_mem_publish().
static void packet_answer(struct hc_server_t *server, struct hc_desk *desk,
                          const struct hc_served *served)
{
    const struct hc_packet *packet = served->packet;
    const struct hc_head head = packet->head;
    // A launch that ends gets no answers: its lanes look at the control unit while they wait, and
    // end.  What they asked for has been done.
    const uint32_t why = hc_control_why(server);
    if (why == HC_END_EXIT || why == HC_END_ABORT) return;
    if (served->extents) hc_mem_publish();  // data in extents leaves before the answers do
    for (uint32_t rank = 0; rank < head.lanes; rank++) {
        answer_write(server, packet->slot, packet->seq, rank * head.room,
                     served->words + rank * head.room, served->counts[rank]);
        if (served->counts[rank] < head.room) desk->holes = true;
    }
    for (uint32_t i = head.lanes * head.room; i % BUFFER_UNITS; i++)
        hc_unit_store(answer_unit(server, packet->slot, i), hc_unit(packet->seq, 0));
    if (hc_seq_sweeps(packet->seq)) {
        for (uint32_t rank = 0; rank <= head.lanes; rank++) {
            const uint32_t from = rank < head.lanes ? rank * head.room + served->counts[rank]
                                                    : head.lanes * head.room;
            const uint32_t to = rank < head.lanes ? (rank + 1) * head.room : HC_SLOT_UNITS;
            for (uint32_t i = from; i < to; i++)
                hc_unit_store(answer_unit(server, packet->slot, i), hc_unit(packet->seq, 0));
        }
    }
}

void hc_desk_settle(struct hc_server_t *server, struct hc_desk *desk)
{
    hc_desk_write(server, desk);
    for (uint32_t i = 0; i < desk->waiting_count; i++) {
        packet_answer(server, desk, &desk->waiting[i]);
        desk->waiting[i].packet->waits = false;
    }
    desk->waiting_count = 0;
}

void hc_packet_serve(struct hc_server_t *server, struct hc_desk *desk, struct hc_packet *packet)
{
    const struct hc_head head = packet->head;
    bool printed = false;
    struct hc_served *served = &desk->waiting[desk->waiting_count];
    served->packet = packet;
    served->extents = false;
    for (uint32_t rank = 0; rank < head.lanes; rank++) {
        struct hc_turn turn;
        struct hc_op op;
        const struct hc_service *service;
        int64_t result = hc_turn_read(server, desk, packet, rank, &turn, &service, &op);
        if (!result && !desk->done && hc_control_why(server) == HC_END_SHUTDOWN)
            result = -HC_ESHUTDOWN;
        if (!result && desk->done) {
            result = done_take(desk->done, packet, rank, &turn);
        } else if (!result) {
            if (!service->raw_blob && turn.blob_size) blob_copy(&turn);
            result = service->run(&turn);
        }
        if (turn.size > turn.room) turn.size = turn.room;  // a registered call may claim anything
        served->extents |= op.extent_in;
        uint32_t *words = served->words + rank * head.room;
        uint16_t *count = &served->counts[rank];
        words[0] = (uint32_t)(uint64_t)result;
        words[1] = (uint32_t)((uint64_t)result >> 32);
        *count = 2;
        if (head.room > 2) {
            words[2] = turn.size;
            *count = HC_ANSWER_WORDS;
            if (!op.extent_in && turn.size) {
                *count = (uint16_t)(HC_ANSWER_WORDS + hc_words(turn.size));
                words[*count - 1] = 0;
                memcpy(words + HC_ANSWER_WORDS, desk->data, turn.size);
            }
        }
        if (turn.printed && result >= 0) {
            desk->printed[desk->printed_count++] = words;
            printed = true;
        }
    }
    hc_desk_count(&desk->stats.packets, 1);
    hc_desk_count(&desk->stats.calls, head.lanes);
    if (!printed) {
        packet_answer(server, desk, served);
        return;
    }
    // What packets print is written together; until then they wait.
    packet->waits = true;
    desk->waiting_count++;
    if (desk->waiting_count == HC_WAITING_MAX || desk->batch.size >= BATCH_FULL)
        hc_desk_settle(server, desk);
}

const char *hc_op_name(uint32_t op)
{
    return op < HC_OP_COUNT ? hc_services[op].name : "an unknown call";
}

int hc_turn_text(struct hc_turn *turn, uint64_t id, size_t limit, const char **text)
{
    if (id) {
        *text = id <= UINT32_MAX ? hc_registry_text(&turn->server->registry, (uint32_t)id) : NULL;
        return *text ? 0 : -HC_ENOENT;
    }
    if (turn->blob_size > limit) return -HC_ENAMETOOLONG;
    if (memchr(turn->blob, 0, turn->blob_size)) return -HC_EINVAL;
    *text = (const char *)turn->blob;
    return 0;
}
