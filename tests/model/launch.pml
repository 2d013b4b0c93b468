// Who launches: enter, leave and reset, and what befalls a launch.  core/server.c, core/queue.c, core/run.c,
// core/control.c.

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

#if KEEP
#define KEEPER(s) keeper[s]
// A launch of few waves has but those whose homes are the lower half of the slots.
#define RUNS(i) (!HAS_NUMBER(i) || !few || WAVE(i) < (SLOTS + 1) / 2)
#else
#define KEEPER(s) false
#define RUNS(i) true
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
#if KEEP && !defined(BUG_KEEP_RESET)
        keeper[i] = NOBODY;
#endif
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
                        assert(!TAKEN_LOCK(i) || KEEPER(i))
                    }
                    assert(!extent_lock);
                    i = 0
                :: else
                fi;
                in_flight++;
                first = false
            }
        }
#if KEEP
        // hc_run(): a number that no launch had.  Slots and records may be left from the last one.
        if
        :: l == 0 ->
            if
            :: few = true
            :: few = false
            fi;
            d_step {
                for (i : 0 .. SLOTS - 1) {
                    keeper[i] = (keeper[i] -> EARLIER : NOBODY)
                }
                for (i : 0 .. WAVES - 1) {
#ifdef BUG_KEEP_RECORD_OLD
                    record_of[i] = (record_of[i] -> EARLIER : NOBODY)
#else
                    record_of[i] = NOBODY;
                    record_seq[i] = 0;
                    record_busy[i] = false
#endif
                }
                i = 0
            }
        :: else
        fi;
#endif
        d_step {
            for (i : 0 .. WAVES - 1) {
                if
                :: i % LAUNCHERS == l && RUNS(i) -> running[i] = true
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
#if KEEP
            for (i : 0 .. SLOTS - 1) {
                assert(dirty || keeper[i] != PRESENT || lock[i] == record_seq[i] * 2 + 1)
            }
            i = 0;
#endif
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
