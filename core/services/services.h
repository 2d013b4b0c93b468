// The services that need no header of their own.
#ifndef HC_SERVICES_H
#define HC_SERVICES_H

#include "core/server.h"

int64_t hc_service_null(struct hc_turn *turn);
int64_t hc_service_open(struct hc_turn *turn);
int64_t hc_service_unlink(struct hc_turn *turn);
int64_t hc_service_clock(struct hc_turn *turn);
int64_t hc_service_getenv(struct hc_turn *turn);
int64_t hc_service_exit(struct hc_turn *turn);
int64_t hc_service_abort(struct hc_turn *turn);
int64_t hc_service_call(struct hc_turn *turn);
bool hc_call_blocks(struct hc_turn *turn);

#endif
