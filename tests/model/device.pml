// The device's side: waves that call.  core/client.h, core/queue.h; of bulk calls hc_transact_bulk().

bool running[WAVES];

#define TAKEN_LOCK(s) (lock[s] % 2)
#if SLOTS == 1
#define ALL_LOCKED TAKEN_LOCK(0)
#else
#define ALL_LOCKED (TAKEN_LOCK(0) && TAKEN_LOCK(1))
#endif

// hc_watch() has a reason.  An answer that is there counts, so waits for one ask for it in the same step.
#define GONE (why != RUN || lost)

proctype wave(byte w)
{
    byte slot, seq, looks, calls;
    short word;
    bool odd;  // of the wave's bulk calls

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
        slot = w % SLOTS;
        looks = 0
    }
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
    :: !ALL_LOCKED -> goto claim
#ifndef BUG_UNWATCHED
    :: ALL_LOCKED && GONE -> goto not_sent
#endif
    fi;

claimed:
    atomic {
        looks = 0;
        seq = NEXT(lock[slot] / 2);
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
#if UNITS > 2
        SEND(w, CELL(slot, 0), UNIT(seq, word));
#endif
    }
    // The first pair of a call; a release, if an extent comes with it.
    atomic {
#ifndef BUG_OUT_RELAXED
        !(word & BULK) || !flying[w];
#endif
        d_step { SEND(w, CELL(slot, UNITS - 2), UNIT(seq, word)) }
    }

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
