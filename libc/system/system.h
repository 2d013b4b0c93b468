// What the files of the system layer share: calls over the bridge, with errno in newlib's numbers.
#ifndef HC_SYSTEM_H
#define HC_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "hostcall/protocol.h"
#include "libc/bridge.h"

// A result of the bridge as C functions return it: negative ones go to errno, and -1 comes back.
long hc_result(int64_t result);
// Linux's number as newlib's; newlib's where both agree.
int hc_errno(int linux_number);

// descriptors.c: the server's number of a program's descriptor, -1 if there can be none; and the descriptor of a number
// that the server gave out just now (errors pass).
int hc_fd_wire(int fd);
int64_t hc_fd_given(int64_t wire);

// What the host told of a standard stream, for who would ask again; 0 of others.
#define HC_TOLD_TERMINAL UINT64_C(1)
#define HC_TOLD_NO_TERMINAL UINT64_C(2)
#define HC_TOLD_TYPE(told) ((uint32_t)(told)&0xf000)  // of st_mode; 0: not told
#define HC_TOLD_BLOCK(told) ((uint32_t)(told) >> 16)    // st_blksize
#define HC_TOLD_STAT(mode, block) (((mode)&0xf000) | (uint64_t)(block) << 16)
uint64_t hc_fd_told(int fd);
// Adds facts that a call told which was made when hc_fd_told() was `before`; nothing if the stream changed since.
void hc_fd_tell(int fd, uint64_t before, uint64_t facts);
void hc_fd_forget(int fd);  // after it was closed; hc_fd_given() does it by itself

// A call with up to three numbers, for who has more to add to it.
struct hc_bridge_call hc_call_make(uint32_t op, uint32_t args, int64_t a, int64_t b, int64_t c);
// Calls with numbers alone; with a path, whose id (0) is put behind the numbers; with two paths.
int64_t hc_ask(uint32_t op, uint32_t args, int64_t a, int64_t b, int64_t c);
int64_t hc_ask_path(uint32_t op, const char *path, uint32_t args, int64_t a, int64_t b);
int64_t hc_ask_paths(uint32_t op, const char *first, const char *second);
// With a path or nothing (NULL), for data that comes back.
int64_t hc_fetch(uint32_t op, const char *path, uint32_t args, int64_t a, int64_t b, void *to,
                 size_t room, size_t *received);

#endif
