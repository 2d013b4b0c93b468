// Services on the environment and on calls the host program registered.
#include <stdlib.h>
#include <string.h>

#include "core/services/services.h"

int64_t hc_service_null(struct hc_turn *turn)
{
    (void)turn;
    return 0;
}

int64_t hc_service_getenv(struct hc_turn *turn)
{
    const char *name;
    const int err = hc_turn_text(turn, turn->args[1], HC_EXTENT_BYTES, &name);
    if (err) return err;
    const char *value = getenv(name);
    if (!value) return -HC_ENOENT;
    const size_t size = strlen(value),
                 room = turn->args[0] < turn->room ? (size_t)turn->args[0] : turn->room;
    turn->size = (uint32_t)(size < room ? size : room);
    memcpy(turn->data, value, turn->size);
    return (int64_t)size;
}

bool hc_call_blocks(struct hc_turn *turn)
{
    struct hc_entry entry;
    return turn->args[0] <= UINT32_MAX &&
           hc_registry_call(&turn->server->registry, (uint32_t)turn->args[0], &entry) &&
           !(entry.flags & HC_CALL_QUICK);
}

int64_t hc_service_call(struct hc_turn *turn)
{
    struct hc_entry entry;
    if (turn->args[0] > UINT32_MAX ||
        !hc_registry_call(&turn->server->registry, (uint32_t)turn->args[0], &entry))
        return -HC_ENOSYS;
    struct hc_request request = {
        .data = turn->blob, .size = turn->blob_size, .wave = turn->wave, .lane = turn->lane};
    memcpy(request.args, turn->args + 1, sizeof request.args);
    struct hc_reply reply = {.data = turn->data, .room = turn->room};
    const int err = entry.fn(entry.user, &request, &reply);
    turn->size = (uint32_t)(reply.size < turn->room ? reply.size : turn->room);
    return err < 0 ? err : reply.value;
}
