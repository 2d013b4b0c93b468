// What the C library needs of a target, and what a target is handed to run: the seam between programs, which are
// one bitcode for all targets, and a device.
//
// Above it everything is compiled once, with newlib's headers (libc/); below it each target compiles bridge.c with
// hostcall/device.h.  So only integers and pointers cross, and the structs below have one layout everywhere.
// A *thread* is lane 0 of a wave; the other lanes of a wave work in hc_parallel alone.
#ifndef HC_BRIDGE_H
#define HC_BRIDGE_H

#include <stdint.h>

#ifdef __clang__
#define HC_CONVERGENT __attribute__((convergent))  // lanes meet in it: it stays where it is
#else
#define HC_CONVERGENT
#endif

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
// Once a round of a wait, with the rounds so far, from 1 on.  The thread ends in it if the program ends.
void hc_bridge_relax(uint32_t spins);
void hc_bridge_end(void);  // ends this thread alone; does not return

uint32_t hc_bridge_thread(void);  // which wave this is, from 0 to hc_program.threads - 1
uint32_t hc_bridge_lane(void);    // which lane of it
uint32_t hc_bridge_width(void);   // lanes of a wave
// Waits until all lanes of the wave that have not ended are here.  What they stored before, all see behind it.  A lane
// ends in it if the wave's first one has.
HC_CONVERGENT void hc_bridge_meet(void);

// A lane's own, zeroed but for frames_end before hc_enter.  Code that hc-lower makes uses it: on targets where others
// can't see a lane's stack, variables that have an address live below `stack`, which that code moves.
struct hc_own {
    uint64_t stack, stack_end;  // where it stands, 16-aligned; what it may not go below
    uint64_t block;             // the lane's thread_local variables
    uint64_t frames_end;        // what the device's own stack may not go below; 0: unknown
};
struct hc_own *hc_bridge_own(void);
// A variable would lie below stack_end: says so, and ends the program as SIGSEGV would.  Does not return.
void hc_bridge_overflow(void);
// Called where recursion may begin: likewise if the device's own stack is nearly used up.
void hc_bridge_deep(void);

// What the host hands to a program, by address.
struct hc_program {
    uint64_t text;       // arguments, then environment: strings, each with its NUL
    uint64_t heap;       // memory for malloc, 4096-aligned
    uint64_t heap_size;  // bytes
    uint64_t stack;      // the first thread's, where hc_own.stack counts; else 0
    uint64_t stack_size;
    uint64_t frames;  // bytes a lane of the device's own stack; 0: unknown
    uint32_t text_size;  // bytes
    uint32_t argc, envc;
    uint32_t threads;  // waves that the launch has
};

// Where a program begins.  The kernel calls it in every lane of every wave.  start.c; does not return.
void hc_enter(const struct hc_program *program);

// ------------------------------------------------------------------------------------ what hc-lower makes
// thread_local variables as they are when a thread begins: how many bytes, a multiple of 16, and a function that
// puts them into a block.
uint64_t hc_block_size(void);
void hc_block_fill(void *block);
void hc_relocate(void);      // stores the addresses that no initialiser could have; before all else
void hc_constructors(void);  // the program's, in their order
void hc_destructors(void);

#endif
