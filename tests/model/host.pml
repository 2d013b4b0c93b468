// The server's side: pollers, a worker, whoever launches, and what befalls a launch.  core/poller.c,
// core/serve.c, core/worker.c, core/server.c, core/control.c.

byte in_flight;        // launches
byte wanted;           // drain_wanted
byte drained[POLLERS];
byte parked;           // pollers
byte open_packets;     // at the worker
bool dirty;
byte seen[SLOTS];
byte missing[SLOTS];   // the unit that a poller missed: it need not look again before it is there
bool busy[SLOTS];
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

// hc_packet_serve() by thread t.  first: unit 0.
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
#define BUSY(s) busy[s]
#endif
#define COMES(p, s)                                                                                     \
    ((s) % POLLERS == (p) && SEQ(request[CELL(s, 0)]) && SEQ(request[CELL(s, 0)]) != seen[s] && !BUSY(s) \
     && SEQ(request[CELL(s, missing[s])]) == SEQ(request[CELL(s, 0)]))

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
        // The round ends.
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
    :: else -> serve(p, slot, first); found = true
    fi;
#else
    serve(p, slot, first);
    found = true;
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
        :: found -> PUBLISH(p); found = false
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

// ------------------------------------------------------------------------------------------- launches

#define ALL_PARKED (parked == POLLERS)
#if POLLERS == 1
#define ALL_DRAINED (drained[0] == wanted)
#else
#define ALL_DRAINED (drained[0] == wanted && drained[1] == wanted)
#endif

// The waves of launcher l are l, l + LAUNCHERS, ...
#if WAVES == 1
#define IDLE(l) (!running[0] && !flying[0])
#elif LAUNCHERS == 2
#define IDLE(l) (!running[l] && !flying[l])
#elif WAVES == 2
#define IDLE(l) (!running[0] && !flying[0] && !running[1] && !flying[1])
#else
#define IDLE(l) (!running[0] && !flying[0] && !running[1] && !flying[1] && !running[2] && !flying[2])
#endif

// hc_queue_reset(), all pollers parked.
inline reset()
{
    for (i : 0 .. THREADS - 1) {
        assert(!flowing[i])
    }
    for (i : 0 .. SLOTS * UNITS - 1) {
        request[i] = 0
    }
    for (i : 0 .. SLOTS * ANSWER - 1) {
        reply[i] = 0
    }
    for (i : 0 .. SLOTS - 1) {
        lock[i] = 0;
        seen[i] = 0;
        missing[i] = 0;
        truth[i] = FREE
    }
    extent_lock = false
}

proctype launcher(byte l)
{
    byte i, launch;
    bool first;

    do
    :: launch < LAUNCHES ->
        // hc_server_enter()
#ifdef BUG_ENTER_UNDECIDED
        first = !in_flight;
#endif
        atomic {
#ifdef BUG_ENTER_UNDECIDED
            !first || ALL_PARKED;
#else
            in_flight || ALL_PARKED;
            first = !in_flight;
#endif
            d_step {
                if
                :: first ->
                    assert(!in_flight);
                    assert(!open_packets);
#ifndef BUG_NO_RESET
                    if
                    :: dirty -> reset()
                    :: else
                    fi;
#endif
                    dirty = false;
                    if
                    :: why == END -> why = RUN
                    :: else
                    fi;
                    for (i : 0 .. SLOTS - 1) {
                        assert(!TAKEN_LOCK(i))
                    }
                    assert(!extent_lock);
                    i = 0
                :: else
                fi;
                in_flight++;
                first = false
            }
        }
        d_step {
            for (i : 0 .. WAVES - 1) {
                if
                :: i % LAUNCHERS == l -> running[i] = true
                :: else
                fi
            }
            i = 0
        }
        // hc_stream_poll(): the stream is idle, and all that the launch stored has arrived.
#ifndef BUG_LEAVE_EARLY
        IDLE(l);
#endif
        // hc_server_leave()
#ifndef BUG_DRAIN_BUSY
        !open_packets;
#endif
        wanted++;
        ALL_DRAINED && !open_packets;
        d_step {
            for (i : 0 .. SLOTS - 1) {
                assert(owner[i] % LAUNCHERS != l || (truth[i] != ASKED && truth[i] != TAKEN))
            }
            i = 0;
            dirty = dirty || why != RUN;
            in_flight--
        }
        launch++
    :: else -> break
    od
}

// At any moment of a launch, or never.
proctype fate()
{
end:
    if
    :: true
#if ABORT
    :: in_flight && why == RUN -> why = END
#endif
#if SHUTDOWN
    :: in_flight && why == RUN -> why = DOWN
#endif
#if STALL
    :: in_flight ->
        lost = true;
#if DEADLINE
end_deadline:
        atomic { timeout && in_flight -> why = END }
#endif
#endif
    fi
}

init {
    atomic {
        byte i;
        for (i : 0 .. WAVES - 1) {
            run wave(i);
            run link_out(i)
        }
        for (i : 0 .. POLLERS - 1) {
            run poller(i)
        }
        for (i : 0 .. THREADS - 1) {
            run link_in(i)
        }
#if WORKERS
        run worker();
#endif
        for (i : 0 .. LAUNCHERS - 1) {
            run launcher(i)
        }
#if ABORT || SHUTDOWN || STALL
        run fate()
#endif
        i = 0
    }
}
