// What the bench programs and their kernels tell each other.
//
// bench_null and bench_floor behave alike.  Each of the first `lanes` lanes of every wave makes `warmup`
// calls, then takes its begin time, then makes calls, `window` at a time, until it made `calls` of
// them, or `ticks` have passed since begin (asked before each window; one lane asks for all that come
// together), or one failed; then it takes its end time, writes its struct bench_lane and, bench_floor
// only, says goodbye.
//
// One call of bench_null is hc_nop(), which must give 0. One call of bench_floor, of lane l in wave
// w, with n = 1, 2, 3, ... counting its calls, warm-up included, and a "unit" being 8 bytes, the
// low half a word and the upper half a sequence number:
//   request   units 0 to 2*pairs-1 at request + w*stride + l*pairs*16: unit i has word n+i and sequence n,
//             two neighbours stored at once where the device can, no fence
//   reply     two units at reply + w*BENCH_REPLY_STRIDE(lanes) + l*16: polled until both have sequence n, at
//             most `rounds` times; the call failed if they do not come, or if their words are not
//             BENCH_FLOOR_SUM(pairs, n) and its complement
//   goodbye   unit 0 gets sequence BENCH_BYE, once
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#define BENCH_BYE 0xffffffffu

#include <stdint.h>

struct bench_args {
    uint64_t request;  // host memory: what lanes send, 128-byte aligned
    uint64_t reply;    // mapped memory (bench_memcpy: device memory): what they get;
                       //      bench_write, _read: int32_t descriptors, wave w's is number w % ports
    uint64_t locks;    // device memory: bench_mailbox's locks, bench_memcpy's top
    uint64_t out;      // host memory: struct bench_lane of lane l in wave w, at w * lanes + l
    uint64_t times;    // mapped memory: length of each window of wave 0, 64 bits each, in cycles;
                       //      written by its lane 0; 0: don't
    uint64_t ticks;    // end after that many device ticks; 0: after `calls`
    uint64_t size;     // transfer_kernels.c: bytes; bench_nap, bench_wait: ns, ticks
    uint32_t warmup;   // calls before begin
    uint32_t calls;    // calls after begin, at most; a multiple of window
    uint32_t window;   // calls timed as one, at least 1; bench_read_check: whether in numbers
    uint32_t lanes;    // lanes of each wave that call, from lane 0 on
    uint32_t pairs;    // bench_floor: pairs of units a lane sends with a call
    uint32_t stride;   // bench_floor: bytes of a wave's request area; bench_read_check: of a piece
    uint32_t ports;    // bench_mailbox: how many; bench_memcpy: records of the command buffer;
                       //      bench_write, _read: descriptors
    uint32_t rounds;   // a wait gives up after that many looks
    uint32_t mode;     // bench_write, _read: enum bench_mode; bench_block: enum bench_block
};

struct bench_lane {   // written once, at a lane's end
    uint32_t calls;   // calls it made after warm-up
    uint32_t errors;  // calls that failed or gave a wrong result, warm-up included
    uint64_t begin;   // device ticks
    uint64_t end;     // device ticks
    uint64_t cycles;  // begin to end in the unit of `times`
};

enum bench_mode {
    BENCH_BY_LANE,  // hc_write, hc_read by each lane
    BENCH_BY_WAVE,  // hc_wave_write, hc_wave_read by each wave
};

// The word at byte 8 * i of everything that bench_write and bench_store put out and bench_load takes in.
#define BENCH_PATTERN(i) ((uint64_t)(i)*0x9e3779b97f4a7c15u + 1)

// What a wave does in a round of bench_block, on its own two descriptors.  Memory: struct bench_ends of
// each wave at request; size bytes to send and as many to get at reply + 2 * wave * size.
enum bench_block {
    BENCH_BLOCK_ECHO,   // writes to a pipe and reads it back: nobody waits
    BENCH_BLOCK_PAIR,   // even waves write and then read, odd ones read and then write back: readers wait
    BENCH_BLOCK_WRITE,  // writes
    BENCH_BLOCK_SYNC,   // writes to its place in a file, and syncs it
    BENCH_BLOCK_FILE,   // writes to its place in a file and reads it back
    BENCH_BLOCKS
};
struct bench_ends {
    int32_t from, to;
};

// bench_fair: of each wave, at times, its longest wait and those of its last calls, in ticks.
enum { BENCH_WAITS = 16 };
struct bench_waits {
    uint64_t longest, last[BENCH_WAITS];
};

// A ring of bench_uring's, an io_uring in memory that the kernel reads and writes; at request, one a wave.
struct bench_ring {
    uint64_t sqes, sq_tail, cq_tail, cq_head, cqes;  // where they are for the kernel
    uint64_t out, in;            // 8 bytes each that go and come, for the kernel
    uint64_t out_host, in_host;  // and where they are for the system
    int32_t from, to;            // descriptors; BENCH_RING_BOUND: places among those registered
    uint32_t sq_mask, cq_mask, next, pad;
};
enum bench_ring_mode {
    BENCH_RING_NOP,      // an entry that does nothing
    BENCH_RING_ECHO,     // a write to a pipe and a read of it, as BENCH_BLOCK_ECHO
    BENCH_RING_BOUND,    // likewise, in a ring that takes nothing but registered descriptors and memory
    BENCH_RING_HOSTILE,  // what such a ring must refuse
};

// bench_mailbox's memory, at request: uint32_t inbox[ports], outbox[ports] as its client names
// them, then headers, then 64 bytes for each lane of each port, of which the first 8 are sent and
// come back plus 1.
struct bench_header {
    uint64_t mask;    // lanes that take part
    uint32_t opcode;  // 0
    uint32_t pad;
};
#define BENCH_PORT_UNITS 8
#define BENCH_MAIL_BYE (1ull << 63)  // in what is sent: the lane's last

// bench_memcpy's command buffer: records of four units, word i of a record as below, sequence = 1 +
// how many records were reserved before it.
enum bench_opcode { BENCH_OPCODE_NULL, BENCH_OPCODE_BYE };
enum {
    BENCH_RECORD_OPCODE,
    BENCH_RECORD_SLOT,
    BENCH_RECORD_VALUE,
    BENCH_RECORD_PAD,
    BENCH_RECORD_UNITS
};
#define BENCH_RECORDS 128      // 4 KiB of them
#define BENCH_RETURN_SLOTS 64  // two units each: value + 1 and its complement

// Of bench_floor: bytes of a wave's reply area, and what the words of a call add up to.
#define BENCH_REPLY_STRIDE(lanes) (((lanes)*16u + 127u) / 128u * 128u)
#define BENCH_FLOOR_SUM(pairs, n) (2u * (pairs) * (n) + (pairs) * (2u * (pairs)-1u))

#endif
