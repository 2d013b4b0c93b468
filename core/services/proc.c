// Services that end the launch.
#include "core/services/services.h"

int64_t hc_service_exit(struct hc_turn *turn)
{
    hc_control_end(turn->server, HC_END_EXIT, (int)(turn->args[0] & 255));
    return 0;
}

int64_t hc_service_abort(struct hc_turn *turn)
{
    hc_control_end(turn->server, HC_END_ABORT, 134);
    return 0;
}
