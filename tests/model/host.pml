// The server's side: pollers and a worker.  core/poller.c, core/serve.c, core/worker.c.

byte in_flight;        // launches
byte wanted;           // drain_wanted
byte drained[POLLERS];
byte parked;           // pollers
byte open_packets;     // at the worker
bool dirty;
byte seen[SLOTS];
byte missing[SLOTS];   // the unit that a poller missed: it need not look again before it is there
bool busy[SLOTS];
short waiting[SLOTS];  // unit 0 of a packet that printed: it is answered when the round ends
chan work = [SLOTS] of { byte };

// Stores in write-combining buffers wait for nothing but hc_mem_publish(); others, for a release (of a unit,
// of busy, of a mutex).
#if COMBINED
#define PUBLISH(t) !flowing[t]
#define RELEASE(t) true
#else
#define PUBLISH(t) true
#define RELEASE(t) !flowing[t]
#endif

// hc_packet_serve() by thread t, up to the answer.  first: unit 0.
inline serve(t, slot, first)
{
#if EXTENTS
    if
    :: WORD(first) & BULK ->
        // hc_write hands the bytes to the system where they lie: it reads them for as long as it takes.
        assert(extent_out == bytes_of[slot]);
        assert(extent_out == bytes_of[slot]);
        d_step { POST_BYTES(t, CALL(WORD(first))) }
    :: else
    fi;
#endif
    d_step {
        assert(truth[slot] == TAKEN);
        truth[slot] = SERVED
    }
}

// packet_answer()
inline answer(t, slot, first)
{
    if
#ifndef BUG_ANSWER_AFTER_END
    :: why == END  // no answer
#endif
    :: else ->
#if EXTENTS && !defined(BUG_DATA_UNPUBLISHED)
        if
        :: WORD(first) & BULK -> PUBLISH(t)
        :: else
        fi;
#endif
        d_step {
            if
            :: MIXED || (WORD(first) & LONG) -> POST(t, ANSWER_CELL(slot, 1), UNIT(SEQ(first), WORD(first)))
            :: else
            fi
        }
        // The first word.
        atomic {
#ifndef BUG_FIRST_WORD_RELAXED
            RELEASE(t);
#endif
            d_step { POST(t, ANSWER_CELL(slot, 0), UNIT(SEQ(first), WORD(first))) }
        }
        if
        :: SWEEPS(SEQ(first)) ->
            d_step {
                if
                :: !MIXED && !(WORD(first) & LONG) -> POST(t, ANSWER_CELL(slot, 1), UNIT(SEQ(first), 0))
                :: else
                fi
            }
        :: else
        fi
    fi
}

#ifdef BUG_BUSY_IGNORED
#define BUSY(s) false
#else
#define BUSY(s) (busy[s] || waiting[s])
#endif
#define COMES(p, s)                                                                                     \
    ((s) % POLLERS == (p) && SEQ(request[CELL(s, 0)]) && SEQ(request[CELL(s, 0)]) != seen[s] && !BUSY(s) \
     && SEQ(request[CELL(s, missing[s])]) == SEQ(request[CELL(s, 0)]))

#if PRINTS
#define SETTLE(p, s) \
    if \
    :: s < SLOTS && s % POLLERS == p && waiting[s] -> first = waiting[s]; waiting[s] = 0; answer(p, s, first); first = 0 \
    :: else \
    fi
#else
#define SETTLE(p, s) skip
#endif

proctype poller(byte p)
{
    byte slot, at, goal;
    short first;
    bool found, draining;

round:
    if
    :: atomic { !found && !in_flight && drained[p] == wanted && RELEASE(p) -> parked++ }
end:
        atomic {
            in_flight || drained[p] != wanted;
            parked--;
#ifdef BUG_STALL_ASLEEP
            lost = (p == 0 -> false : lost)
#endif
        }
        goto round
    :: !found && drained[p] != wanted ->
        d_step {
            draining = true;
            goal = wanted;
            slot = p
        }
    :: atomic { in_flight && COMES(p, 0) -> slot = 0 }
#if SLOTS > 1
    :: atomic { in_flight && COMES(p, 1) -> slot = 1 }
#endif
    :: found ->
        // The round ends: hc_desk_settle().
        SETTLE(p, 0);
        SETTLE(p, 1);
        PUBLISH(p);
        found = false;
        goto round
    :: atomic { p == 0 && !found && lost -> dirty = true; lost = false }
        goto round
    fi;

take:
    atomic {
        first = request[CELL(slot, 0)];
        if
        :: !SEQ(first) || SEQ(first) == seen[slot] || BUSY(slot) -> goto next
        :: else
        fi
    }
    at = 1;
    do
    :: at < UNITS - 1 || (at == UNITS - 1 && (WORD(first) & LONG)) ->
        atomic {
            if
#ifdef BUG_NO_COMPARE
            :: true
#else
            :: SEQ(request[CELL(slot, at)]) == SEQ(first)
#endif
                -> assert(WORD(request[CELL(slot, at)]) == word_of[slot]); at++
            :: else -> missing[slot] = at; goto next
            fi
        }
    :: else -> break
    od;
    atomic {
        assert(WORD(first) == word_of[slot]);
        assert(truth[slot] == ASKED);
        truth[slot] = TAKEN;
        missing[slot] = 0;
        seen[slot] = SEQ(first);
        at = 0
    }
#if WORKERS
    if
    :: WORD(first) & SLOW ->
#ifndef BUG_HAND_OVER
        PUBLISH(p);
#endif
        RELEASE(p);
        busy[slot] = true;
        open_packets++;
        work!slot
    :: else ->
#endif
        serve(p, slot, first);
        found = true;
        if
        :: true -> answer(p, slot, first)
#if PRINTS
        :: true -> waiting[slot] = first
#endif
        fi
#if WORKERS
    fi;
#endif

next:
    atomic {
        at = 0;
        first = 0
    }
    if
    :: draining ->
        slot = slot + POLLERS;
        if
        :: slot < SLOTS -> goto take
        :: else
        fi;
        if
        :: found -> SETTLE(p, 0); SETTLE(p, 1); PUBLISH(p); found = false
        :: else
        fi;
        d_step {
#ifndef BUG_STALL_UNSEEN
            if
            :: p == 0 && lost -> dirty = true; lost = false
            :: else
            fi;
#endif
            drained[p] = goal;
            draining = false
        }
    :: else
    fi;
    slot = 0;
    goto round
}

proctype worker()
{
    byte slot;
    short first;
end:
    do
    :: work?slot ->
        first = UNIT(seen[slot], word_of[slot]);
        serve(POLLERS, slot, first);
        answer(POLLERS, slot, first);
#ifndef BUG_WORKER_UNPUBLISHED
        PUBLISH(POLLERS);
#endif
        RELEASE(POLLERS);
        busy[slot] = false;
        d_step {
            open_packets--;
            first = 0;
            slot = 0
        }
    od
}
