// What the printing services share.
#ifndef HC_OUTPUT_H
#define HC_OUTPUT_H

#include "core/server.h"

// Writes the desk's batch to its descriptor, all of it, and empties it.  0 or -HC_E*, which becomes the answer of
// all whose output it was.
int64_t hc_desk_write(struct hc_server_t *server, struct hc_desk *desk);

// Adds to the batch what a lane printed to descriptor `number`; writes the batch first if it is
// another descriptor's.  Bytes, or -HC_E*.
int64_t hc_output(struct hc_turn *turn, uint64_t number, const void *bytes, size_t size);

// Writes the line this lane has begun on the descriptor.  0 or -HC_E*.
int64_t hc_output_flush(struct hc_turn *turn, uint64_t number);

// Writes every line any lane has begun: the launch is over.
void hc_output_flush_all(struct hc_server_t *server);

int64_t hc_service_print(struct hc_turn *turn);
int64_t hc_service_line(struct hc_turn *turn);
int64_t hc_service_puts(struct hc_turn *turn);
int64_t hc_service_flush(struct hc_turn *turn);

#endif
