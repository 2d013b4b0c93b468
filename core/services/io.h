// What the descriptor services share: transfers that can be called off.
#ifndef HC_IO_H
#define HC_IO_H

#include "core/server.h"

// Writes all of it; other writers of the descriptor wait.  at: file offset, or -1 for the
// descriptor's own. The end of the launch does not call it off, since what was printed before must
// come out; the end of the server does, and of its patience (hc_server_t.impatient).  may_refuse: a
// handle that is nonblock takes what it can.  Bytes written, fewer only after an error, or -HC_E* if
// it was none.
int64_t hc_write_all(struct hc_server_t *server, struct hc_handle *handle, const uint8_t *bytes,
                     size_t size, int64_t at, bool may_refuse);

// Gives back what hc_read_line read too much: the host's place in the file is the kernel's again.  What
// can't be given back (a pipe's) stays.  Called with handle->lock held.
void hc_ahead_drop(struct hc_handle *handle);

// Waits so many milliseconds.  0, or early: -HC_EINTR, the launch ends, -HC_ESHUTDOWN, the server does.
int64_t hc_wait_end(struct hc_server_t *server, int ms);

// Moves what was read ahead to `to`, room bytes at most; line: only to the end of the first line, and
// *ended says whether it came.  Called with handle->lock held.
size_t hc_ahead_take(struct hc_handle *handle, uint8_t *to, size_t room, bool line, bool *ended);
#define HC_AHEAD_BYTES 65536  // that are read ahead at once

// How much READ and READ_LINE may give.
size_t hc_read_size(const struct hc_turn *turn);

// Whether the kernel wants -HC_EAGAIN instead of waiting.
bool hc_handle_impatient(const struct hc_handle *handle);

// A lane about to wait for input shows its prompt first.
void hc_prompt_flush(struct hc_turn *turn);

int64_t hc_service_read(struct hc_turn *turn);
int64_t hc_service_write(struct hc_turn *turn);
int64_t hc_service_pread(struct hc_turn *turn);
int64_t hc_service_pwrite(struct hc_turn *turn);
int64_t hc_service_read_line(struct hc_turn *turn);
int64_t hc_service_lseek(struct hc_turn *turn);
int64_t hc_service_close(struct hc_turn *turn);
int64_t hc_service_fsync(struct hc_turn *turn);
// Whether the descriptor args[0] is one that may block.  Then all its calls run on workers: their
// locks may be held for long, and a poller must not wait for them.
bool hc_fd_blocks(struct hc_turn *turn);
bool hc_always_blocks(struct hc_turn *turn);

#endif
