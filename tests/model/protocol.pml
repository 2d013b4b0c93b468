// The wire protocol of docs/protocol.md: its memory, what may be in flight, and the links that deliver it.
// device.pml has the waves, host.pml the server, launch.pml the launches, check.sh the configurations and seeded
// errors; README.md says what stands for what.

// ------------------------------------------------------------------------------ size of a configuration
#ifndef WAVES
#define WAVES 2
#endif
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef UNITS          // of a request: the last one is there in long requests alone
#define UNITS 2
#endif
#define ANSWER 2       // units of a reply: the second is waited for by calls that want data
#ifndef POLLERS
#define POLLERS 1
#endif
#ifndef WORKERS        // 0 or 1
#define WORKERS 1
#endif
#ifndef EXTENTS        // 0 or 1
#define EXTENTS 0
#endif
#ifndef LAUNCHES
#define LAUNCHES 1
#endif
#ifndef LAUNCHERS      // threads of the host that launch: waves are theirs in turn
#define LAUNCHERS 1
#endif
#ifndef CALLS          // of a wave in a launch; 0: without end
#define CALLS 0
#endif
#ifndef SEQ_MAX        // 7 at most
#define SEQ_MAX 5
#endif
#ifndef SEQ_SWEEP
#define SEQ_SWEEP 2
#endif
#ifndef TRY            // 1: calls may be of the kind that does not wait for a slot
#define TRY 0
#endif
#ifndef MIXED          // 1: packets of several lanes, where an answer may bring a unit that its lane does not want
#define MIXED 0
#endif
#ifndef PRINTS         // 1: what a poller serves may be answered at once or when its round ends
#define PRINTS 0
#endif
#ifndef COMBINED       // 1: replies in write-combining memory; 0: in memory where a release orders stores
#define COMBINED 1
#endif
#ifndef KEEP           // 1: launches of launcher 0 have a number, and their waves may keep slots
#define KEEP 0
#endif
#ifndef PARTED         // 1: "waves" are lanes of one wave that have parted: they have one home and one record
#define PARTED 0
#endif
#ifndef ABORT          // what may happen during a launch, once
#define ABORT 0
#endif
#ifndef SHUTDOWN
#define SHUTDOWN 0
#endif
#ifndef STALL          // the host stands still until lanes give up
#define STALL 0
#endif
#ifndef DEADLINE       // 1: a launch that is stuck after that is ended by its deadline
#define DEADLINE 0
#endif

// --------------------------------------------------------------------------------------------- memory

// A unit: its sequence number, whose word it is, and what that call wants.
#define UNIT(seq, word) ((seq) * 128 + (word))
#define SEQ(unit) ((unit) / 128)
#define WORD(unit) ((unit) % 128)
// A word: which call of which slot (1 .. 8), and flags.  A word of 0 is a swept unit.
#define CALL(word) ((word) % 16)
#define LONG 16
#define SLOW 32
#define BULK 64  // comes with an extent

#define CELL(slot, unit) ((slot) * UNITS + (unit))
#define ANSWER_CELL(slot, unit) ((slot) * ANSWER + (unit))
#define NEXT(seq) ((seq) >= SEQ_MAX -> 1 : (seq) + 1)
#ifdef BUG_NO_SWEEP
#define SWEEPS(seq) false
#else
#define SWEEPS(seq) ((seq) % SEQ_SWEEP == 0)
#endif

short request[SLOTS * UNITS];   // as the host sees it
short reply[SLOTS * ANSWER];    // as the device sees it
byte lock[SLOTS];               // seq << 1 | taken
bool extent_lock;
#if KEEP
// Keys of launches differ, and nobody asks but whether one is the present one's.
#define NOBODY 0
#define EARLIER 1
#define PRESENT 2
byte keeper[SLOTS];             // the launch whose wave keeps the slot
byte record_of[WAVES];          // a wave's record: the launch that wrote it,
byte record_seq[WAVES];         // the number of the kept slot's last call
bool record_busy[WAVES];        // (HC_KEEP_BUSY is in the number's place)
bool few;                       // hc_keep_may(): its waves are no more than half of the slots
#endif
byte extent_out, extent_in;     // of plain memory: whose bytes lie there

// What was stored and is on its way: it arrives in any order, but stores of one thread to one place in theirs.
#define FLIGHTS (SLOTS * UNITS)
#define FLOWS (SLOTS * ANSWER)
#define THREADS (POLLERS + WORKERS)
short flight[WAVES * FLIGHTS];  // of each wave: units of requests
byte flight_out[WAVES];         // ... its bytes of the extent
byte flying[WAVES];             // how many of both
short flow[THREADS * FLOWS];    // of each thread of the server: units of replies
byte flow_in[THREADS];
byte flowing[THREADS];

#define RUN 0
#define END 1   // HC_END_EXIT, HC_END_ABORT
#define DOWN 2  // HC_END_SHUTDOWN
byte why;       // the control unit
bool lost;      // the heartbeat has stood still for long enough

// ------------------------------------------------------------------ what is true, for assertions alone
#define FREE 0
#define ASKED 1
#define TAKEN 2
#define SERVED 3
byte truth[SLOTS];    // how far the slot's call is
byte number[SLOTS];   // which call of the slot it is, modulo 2; laps are odd
byte word_of[SLOTS];  // its word
byte owner[SLOTS];    // the wave that made it
byte bytes_of[SLOTS]; // what it put into the extent
bool done[WAVES];     // changes with each call that a wave has completed

// ---------------------------------------------------------------------------------------------- links

// A second store to a place pushes the first one out.
#define SEND(w, cell, unit) \
    if \
    :: flight[(w) * FLIGHTS + (cell)] -> request[cell] = flight[(w) * FLIGHTS + (cell)] \
    :: else -> flying[w]++ \
    fi; \
    flight[(w) * FLIGHTS + (cell)] = unit
#define POST(t, cell, unit) \
    if \
    :: flow[(t) * FLOWS + (cell)] -> reply[cell] = flow[(t) * FLOWS + (cell)] \
    :: else -> flowing[t]++ \
    fi; \
    flow[(t) * FLOWS + (cell)] = unit
// Likewise for an extent's bytes.
#define SEND_BYTES(w, bytes) \
    if \
    :: flight_out[w] -> extent_out = flight_out[w] \
    :: else -> flying[w]++ \
    fi; \
    flight_out[w] = bytes
#define POST_BYTES(t, bytes) \
    if \
    :: flow_in[t] -> extent_in = flow_in[t] \
    :: else -> flowing[t]++ \
    fi; \
    flow_in[t] = bytes

// One of what a wave or thread has on its way arrives.
#define FLIGHT_ENDS(w, cell) \
    :: d_step { \
        flight[(w) * FLIGHTS + cell] -> \
        request[cell] = flight[(w) * FLIGHTS + cell]; \
        flight[(w) * FLIGHTS + cell] = 0; \
        flying[w]-- \
    }
#define FLOW_ENDS(t, cell) \
    :: d_step { \
        flow[(t) * FLOWS + cell] -> \
        reply[cell] = flow[(t) * FLOWS + cell]; \
        flow[(t) * FLOWS + cell] = 0; \
        flowing[t]-- \
    }

proctype link_out(byte w)
{
end:
    do
    FLIGHT_ENDS(w, 0)
    FLIGHT_ENDS(w, 1)
#if FLIGHTS > 2
    FLIGHT_ENDS(w, 2)
#endif
#if FLIGHTS > 3
    FLIGHT_ENDS(w, 3)
#endif
#if FLIGHTS > 4
    FLIGHT_ENDS(w, 4)
    FLIGHT_ENDS(w, 5)
#endif
#if EXTENTS
    :: d_step { flight_out[w] -> extent_out = flight_out[w]; flight_out[w] = 0; flying[w]-- }
#endif
    od
}

proctype link_in(byte t)
{
end:
    do
    FLOW_ENDS(t, 0)
    FLOW_ENDS(t, 1)
#if FLOWS > 2
    FLOW_ENDS(t, 2)
    FLOW_ENDS(t, 3)
#endif
#if EXTENTS
    :: d_step { flow_in[t] -> extent_in = flow_in[t]; flow_in[t] = 0; flowing[t]-- }
#endif
    od
}

#include "device.pml"
#include "host.pml"
#include "launch.pml"

// ------------------------------------------------------------------------------------------ liveness
#ifdef EACH
// Each wave that goes on calling is answered again and again.
ltl each { []<>done[0] && []<>!done[0] && []<>done[WAVES - 1] && []<>!done[WAVES - 1] }
#endif
#ifdef ENDS
// A launch that is told to end does, whatever its waves still call.
ltl ends { [](why == END -> <>!in_flight) }
#endif
