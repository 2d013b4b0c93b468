// What the C library needs of a target, and what a target is handed to run: the seam between programs, which are
// one bitcode for all targets, and a device.
//
// Above it everything is compiled once, with newlib's headers (libc/); below it each target compiles bridge.c with
// hostcall/device.h.  So only integers and pointers cross, and the structs below have one layout everywhere.
// A *thread* is lane 0 of a wave; other lanes never come here.
#ifndef HC_BRIDGE_H
#define HC_BRIDGE_H

#include <stdint.h>

struct hc_bridge_call {
    uint32_t op, args;  // HC_OP_*, and how many of arg count
    uint64_t arg[6];
    const void *send;  // bytes that go along, at most 64 KiB
    void *receive;     // where data that comes back goes, at most 64 KiB
    uint32_t send_size, room;
    uint32_t received;  // out: bytes that came back
    uint32_t reserved;
};

// Makes the call and waits for its answer: 0 or more, or a negative HC_E* (Linux's numbers).  The thread ends in it
// if the program ends.
int64_t hc_bridge_call(struct hc_bridge_call *call);
int64_t hc_bridge_clock(void);  // nanoseconds of the host's CLOCK_MONOTONIC, without asking it
void hc_bridge_relax(uint32_t spins);  // once a round of a wait; spins: rounds so far
void hc_bridge_end(void);              // ends this thread alone; does not return

// What the host hands to a program, by address.
struct hc_program {
    uint64_t text;       // arguments, then environment: strings, each with its NUL
    uint64_t heap;       // memory for malloc, 4096-aligned
    uint64_t heap_size;  // bytes
    uint32_t text_size;  // bytes
    uint32_t argc, envc;
    uint32_t threads;  // waves that the launch has
};

// Where a program begins, on thread 0: runs constructors, main, exit.  start.c; does not return.
void hc_start(const struct hc_program *program);

#endif
