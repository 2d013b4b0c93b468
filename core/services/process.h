// The services on processes.
#ifndef HC_PROCESS_H
#define HC_PROCESS_H

#include "core/server.h"

int64_t hc_service_system(struct hc_turn *turn);
int64_t hc_service_spawn(struct hc_turn *turn);
int64_t hc_service_wait(struct hc_turn *turn);
int64_t hc_service_kill(struct hc_turn *turn);
int64_t hc_service_getid(struct hc_turn *turn);
int64_t hc_service_times(struct hc_turn *turn);
int64_t hc_service_random(struct hc_turn *turn);
bool hc_wait_blocks(struct hc_turn *turn);

#endif
