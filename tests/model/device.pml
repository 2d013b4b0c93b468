// The device's side: waves that call.  core/client.h, core/queue.h; of bulk calls hc_transact_bulk().

bool running[WAVES];

#define TAKEN_LOCK(s) (lock[s] % 2)
#if SLOTS == 1
#define ALL_LOCKED TAKEN_LOCK(0)
#else
#define ALL_LOCKED (TAKEN_LOCK(0) && TAKEN_LOCK(1))
#endif

// The wave that w is in its launch.  The lanes of a parted wave may look between the steps of a release; of others
// nobody would see a difference.
#if PARTED
#define WAVE(w) 0
#define IF_PARTED_IN_STEPS
#else
#define WAVE(w) ((w) / LAUNCHERS)
#define IF_PARTED_IN_STEPS atomic
#endif

#if KEEP
// Launches of launcher 0 are hc_run's.
#define HAS_NUMBER(w) ((w) % LAUNCHERS == 0)
#ifdef BUG_KEEP_MANY
#define KEEPS(w, s) (HAS_NUMBER(w) && (s) == WAVE(w))
#else
#define KEEPS(w, s) (HAS_NUMBER(w) && (s) == WAVE(w) && few)
#endif
#ifdef BUG_KEEP_RECORD_OLD
#define RECORD_COUNTS(w) (record_of[WAVE(w)] != NOBODY)
#else
#define RECORD_COUNTS(w) (record_of[WAVE(w)] == PRESENT)
#endif
#ifdef BUG_KEEP_BUSY_IGNORED
#define KEPT(w) (HAS_NUMBER(w) && RECORD_COUNTS(w))
#else
#define KEPT(w) (HAS_NUMBER(w) && RECORD_COUNTS(w) && !record_busy[WAVE(w)])
#endif
#if defined(BUG_KEEP_NO_TAKEOVER)
#define LEFT(w, s) false
#elif defined(BUG_KEEP_LIVE)
#define LEFT(w, s) (HAS_NUMBER(w) && keeper[s] != NOBODY)
#else
#define LEFT(w, s) (HAS_NUMBER(w) && keeper[s] == EARLIER)
#endif
#else
#define KEPT(w) false
#define LEFT(w, s) false
#endif

// hc_watch() has a reason.  An answer that is there counts, so waits for one ask for it in the same step.
#define GONE (why != RUN || lost)

proctype wave(byte w)
{
    byte slot, seq, looks, calls;
    short word;
    bool odd;  // of the wave's bulk calls
#if KEEP
    bool kept;
#endif
#ifdef BUG_KEEP_STALE_SEQ
    bool inherited;
#endif

idle:
end:
    running[w];

call:
    atomic {
        slot = 0;
        seq = 0;
        word = 0;
        if
        :: CALLS && calls == CALLS ->
            calls = 0;
            running[w] = false;
            goto idle
        :: CALLS && calls < CALLS -> calls++
        :: else
        fi
    }
    if
    :: true
    :: word = LONG
#if EXTENTS
    :: word = BULK
#endif
    fi;
#if WORKERS
    if
    :: true
    :: word = word + SLOW
    fi;
#endif

#if EXTENTS
    if
    :: word & BULK ->
extent_try:
        if
        :: atomic { !extent_lock -> extent_lock = true }
        :: extent_lock && GONE -> goto gone_before
        fi;
        // Plain stores.
        d_step {
            odd = !odd;
            SEND_BYTES(w, 1 + 2 * w + odd)
        }
    :: else
    fi;
#endif

claim:
    // The home slot is asked for at once, the others after a look.
    atomic {
        slot = WAVE(w) % SLOTS;
        looks = 0
    }
#if KEEP
    // hc_slot_kept()
    atomic {
        if
        :: KEPT(w) -> record_busy[WAVE(w)] = true; kept = true; goto claimed
        :: else
        fi
    }
#endif
#ifdef BUG_LOOK_ONLY
    if
    :: !TAKEN_LOCK(slot) -> lock[slot] = lock[slot] | 1; goto claimed
    :: else
    fi;
#else
    atomic {
        if
        :: !TAKEN_LOCK(slot) -> lock[slot] = lock[slot] | 1; goto claimed
        :: else
        fi
    }
#endif
#if KEEP
    // hc_slot_inherit(), by a launch of few waves at once, of many after the other slots or before.
#ifdef BUG_KEEP_LOOK_ONLY
    if
    :: LEFT(w, slot) -> keeper[slot] = NOBODY; goto claimed
    :: else
    fi;
#else
    atomic {
        if
        :: LEFT(w, slot) ->
            keeper[slot] = NOBODY;
#ifdef BUG_KEEP_STALE_SEQ
            inherited = true;
#endif
            goto claimed
        :: !few || !LEFT(w, slot)
        fi
    }
#endif
#endif
#if SLOTS > 1
    do
    :: looks < SLOTS ->
        d_step {
            looks++;
            slot = (slot + 1) % SLOTS
        }
        if
        :: TAKEN_LOCK(slot)
        :: else ->
            atomic {
                if
                :: !TAKEN_LOCK(slot) -> lock[slot] = lock[slot] | 1; goto claimed
                :: else
                fi
            }
        fi
    :: else -> break
    od;
#endif
    if
#if TRY
    :: !(word & BULK) -> goto call  // -HC_EAGAIN
#endif
    :: !ALL_LOCKED || KEPT(w) || LEFT(w, WAVE(w) % SLOTS) -> goto claim
#ifndef BUG_UNWATCHED
    :: ALL_LOCKED && GONE -> goto not_sent
#endif
    fi;

claimed:
    atomic {
        looks = 0;
#if !KEEP
        seq = NEXT(lock[slot] / 2);
#elif defined(BUG_KEEP_STALE_SEQ)
        seq = (kept || inherited -> record_seq[WAVE(w)] : lock[slot] / 2);
        seq = NEXT(seq);
        inherited = false;
#else
        seq = (kept -> record_seq[WAVE(w)] : lock[slot] / 2);
        seq = NEXT(seq);
#endif
        assert(truth[slot] == FREE);
        truth[slot] = ASKED;
        number[slot] = (number[slot] + 1) % 2;
        word = word + 1 + number[slot] * SLOTS + slot;
        word_of[slot] = word;
        owner[slot] = w;
        bytes_of[slot] = (word & BULK -> 1 + 2 * w + odd : 0);
        if
        :: (word & LONG) -> SEND(w, CELL(slot, UNITS - 1), UNIT(seq, word))
        :: !(word & LONG) && SWEEPS(seq) -> SEND(w, CELL(slot, UNITS - 1), UNIT(seq, 0))
        :: else
        fi;
    }
    // The first pair of a call; a release, if an extent comes with it.
    atomic {
#ifndef BUG_OUT_RELAXED
        !(word & BULK) || !flying[w];
#endif
        d_step { SEND(w, CELL(slot, UNITS - 2), UNIT(seq, word)) }
    }
#if UNITS > 2
    // The head is stored last.
    d_step { SEND(w, CELL(slot, 0), UNIT(seq, word)) }
#endif

#ifdef BUG_GIVE_BEFORE_ANSWER
    lock[slot] = seq * 2;
#endif
    if
    :: d_step {
            SEQ(reply[ANSWER_CELL(slot, 0)]) == seq ->
            assert(WORD(reply[ANSWER_CELL(slot, 0)]) == word)
        }
    :: GONE && SEQ(reply[ANSWER_CELL(slot, 0)]) != seq -> goto gone
    fi;
#ifdef BUG_GIVE_BEFORE_DATA
    d_step {
        truth[slot] = FREE;
        lock[slot] = seq * 2
    }
#endif
    if
    :: word & LONG ->
        if
        :: d_step {
                SEQ(reply[ANSWER_CELL(slot, 1)]) == seq ->
                assert(WORD(reply[ANSWER_CELL(slot, 1)]) == word)
            }
        :: GONE && SEQ(reply[ANSWER_CELL(slot, 1)]) != seq -> goto gone
        fi
    :: else
    fi;

    // hc_slot_release(): a release only if swept units may be on their way.
#if !KEEP
#ifndef BUG_GIVE_BEFORE_DATA
    atomic {
#ifndef BUG_SWEEP_RELAXED
        !SWEEPS(seq) || !flying[w];
#endif
        assert(truth[slot] == SERVED);
        truth[slot] = FREE;
        lock[slot] = seq * 2
    }
#endif
#else
#ifdef BUG_KEEP_RECORD_FIRST
    if
    :: kept -> d_step { truth[slot] = FREE; record_seq[WAVE(w)] = seq; record_busy[WAVE(w)] = false }
    :: else
    fi;
#endif
    IF_PARTED_IN_STEPS {
        atomic {
            !SWEEPS(seq) || !flying[w];
#ifdef BUG_KEEP_RECORD_FIRST
            if
            :: !kept -> truth[slot] = FREE
            :: else
            fi;
#else
            assert(truth[slot] == SERVED);
            truth[slot] = FREE;
#endif
            if
#ifdef BUG_KEEP_LOCK_OLD
            :: kept
#else
            :: kept -> lock[slot] = seq * 2 + 1
#endif
            :: !kept && KEEPS(w, slot) -> keeper[slot] = PRESENT; lock[slot] = seq * 2 + 1
            :: else -> lock[slot] = seq * 2
            fi
        }
        if
        :: kept ->
            // hc_keep_give()
#ifndef BUG_KEEP_RECORD_FIRST
            d_step {
                record_seq[WAVE(w)] = seq;
                record_busy[WAVE(w)] = false
            }
#endif
            kept = false
        :: !kept && KEEPS(w, slot) ->
            // hc_keep_own()
#ifdef BUG_KEEP_OWNER_FIRST
            record_of[WAVE(w)] = PRESENT;
#endif
            d_step {
                record_seq[WAVE(w)] = seq;
                record_busy[WAVE(w)] = false
            }
            record_of[WAVE(w)] = PRESENT
        :: else
        fi
    }
#endif
#ifdef BUG_GIVE_TWICE
    lock[slot] = seq * 2;
#endif
#if EXTENTS
    if
    :: word & BULK ->
#ifdef BUG_EXTENT_EARLY
        extent_lock = false;
#endif
        assert(extent_in == CALL(word));
        atomic {
            !flying[w];
            extent_lock = false
        }
    :: else
    fi;
#endif
progress:
    done[w] = !done[w];
    goto call;

gone:
#if KEEP
    kept = false;
#endif
    // The call is not answered: its slot stays locked, and so does its extent, for the server may yet serve it.
#ifndef BUG_EXTENT_OF_UNANSWERED
    goto gone_before;
#endif
not_sent:
    if
    :: word & BULK ->
        atomic {
            !flying[w];
            extent_lock = false
        }
    :: else
    fi;
gone_before:
    atomic {
        if
        :: why == END ->
            calls = 0;
            slot = 0;
            seq = 0;
            word = 0;
            looks = 0;
            running[w] = false;
            goto idle
        :: else -> goto call
        fi
    }
}
