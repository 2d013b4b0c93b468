// Services on clocks.
#include <errno.h>
#include <time.h>

#include "core/services/services.h"

int64_t hc_service_clock(struct hc_turn *turn)
{
    struct timespec t;
    if (turn->args[0] > HC_CLOCK_MONOTONIC) return -HC_EINVAL;
    if (clock_gettime(turn->args[0] == HC_CLOCK_REALTIME ? CLOCK_REALTIME : CLOCK_MONOTONIC, &t))
        return hc_errno(errno);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
