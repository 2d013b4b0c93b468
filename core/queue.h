// The client's hold on slots and extents: claim one, watch the control unit while waiting, give it
// back.
#ifndef HC_QUEUE_H
#define HC_QUEUE_H

// Why a wait ends without an answer; not errnos.
#define HC_WAIT_END 2   // the launch ends: the lane must end
#define HC_WAIT_DOWN 3  // the server shuts down, or its heartbeat stopped: answer -HC_ESHUTDOWN

// Whether a server was bound to the kernel's module; if not, every call answers -HC_ESHUTDOWN.
HC_FN bool hc_bound(const struct hc_context *x) { return x && x->slots; }

struct hc_watch {  // one lane's view of the server while it waits
    uint64_t since;
    uint32_t beat;
    uint32_t spins;
};

// Called once per round of any wait.  0: go on waiting.  Looks at the control unit every 64th
// round.
HC_FN uint32_t hc_watch(const struct hc_context *x, struct hc_watch *w)
{
    const uint32_t n = ++w->spins;
    hc_relax(n);
    if (n % 64) return 0;
    // Pairs with the host's store in control_publish(): a unit of its own, nothing hangs on it, so
    // relaxed.
    const uint64_t control = hc_unit_load((const uint64_t *)x->control);
    const uint32_t why = hc_unit_word(control), beat = hc_unit_seq(control);
    if (why == HC_END_SHUTDOWN) return HC_WAIT_DOWN;
    if (why != HC_RUN) return HC_WAIT_END;
    if (!x->clock_scale || n % 4096) return 0;
    // The server's pollers change the beat every HC_BEAT_NS while a kernel runs.
    const uint64_t ticks = hc_ticks() - x->clock_ticks;
    const uint64_t now =
        ((ticks >> 32) * x->clock_scale << 8) + ((ticks & 0xffffffff) * x->clock_scale >> 24);
    if (!w->since || beat != w->beat) {
        w->since = now | 1;
        w->beat = beat;
    } else if (now - w->since > HC_BEAT_LOST_MS * (uint64_t)1000000) {
        return HC_WAIT_DOWN;
    }
    return 0;
}

struct hc_claim {
    uint32_t seq;  // of the call to make; 0: no slot was free
    uint32_t slot;
};

// What a compiler must take for unknown: with it, a branch of a loop that ends the loop stays inside, where lanes in
// lockstep run it while others go on waiting.  Not needed where lanes make progress by themselves.
#ifndef HC_OPAQUE
#define HC_OPAQUE(condition) (condition)
#endif

// Drivers that end long loops by themselves: there HC_UNCUT(true) is true, but no compiler may
// conclude that having left a loop means that its condition came true; and hc_cut_word() is the word
// by which a lane tells that it had to.
#ifndef HC_UNCUT
#define HC_UNCUT(condition) (condition)
#define hc_cut_word(x) ((uint32_t *)0)
#endif

// On a target whose stores never overtake the branch that decides on them (and units are never
// cached), a slot's lock needs no order; see docs/ordering.md.
#ifndef HC_STORES_FOLLOW_BRANCHES
#define HC_STORES_FOLLOW_BRANCHES 0
#endif
#if HC_STORES_FOLLOW_BRANCHES
#define HC_LOCK_TAKE(p) hc_word_or_relaxed(p, 1)
#define HC_LOCK_GIVE(p, v) hc_word_store_relaxed(p, v)
#else
#define HC_LOCK_TAKE(p) hc_word_or_acquire(p, 1)
#define HC_LOCK_GIVE(p, v) hc_word_store_release(p, v)
#endif

HC_FN uint32_t *hc_lock(const struct hc_context *x, uint32_t slot)
{
    return (uint32_t *)x->locks + slot;
}

// The slot a wave tries first: waves keep to few slots, which the host finds hot.
HC_FN uint32_t hc_slot_home(const struct hc_context *x)
{
    const uint32_t wave = hc_wave();
    return wave < x->slots ? wave : wave % x->slots;
}

// The claim of a slot whose lock word was even when HC_LOCK_TAKE found it.
HC_FN struct hc_claim hc_slot_taken(uint32_t slot, uint32_t held)
{
    struct hc_claim c;
    c.slot = slot;
    c.seq = hc_seq_next(held >> 1);
    return c;
}

// Takes a free slot if there is one, looking from `slot` on; seq 0: there is none.  Never waits: the
// caller loops, with all that it does with the slot inside the winner's branch.  Which slot is free
// changes only when its owner gives it back, and an owner waits for the host and the lanes of its packet
// alone: so someone always gets on.
HC_FN struct hc_claim hc_slot_claim(const struct hc_context *x, uint32_t slot)
{
    for (uint32_t i = 0; i < x->slots; i++) {
        slot = slot + 1 < x->slots ? slot + 1 : 0;
        // A look before the leap, relaxed: the take decides.  It pairs with HC_LOCK_GIVE in
        // hc_slot_release(): the last owner has read its answer, and its stores come before ours.
        if (hc_word_load(hc_lock(x, slot)) & 1) continue;
        const uint32_t held = HC_LOCK_TAKE(hc_lock(x, slot));
        if (!(held & 1)) return hc_slot_taken(slot, held);
    }
    const struct hc_claim none = {0, 0};
    return none;
}

// Gives back a slot whose call seq is answered.  Release: see hc_slot_claim.
HC_FN void hc_slot_release(const struct hc_context *x, uint32_t slot, uint32_t seq)
{
    // The host waits for the packet, not for the units swept behind it: these need the order.
    if (hc_seq_sweeps(seq))
        hc_word_store_release(hc_lock(x, slot), seq << 1);
    else
        HC_LOCK_GIVE(hc_lock(x, slot), seq << 1);
}

// Takes an extent if one is free: its number, or -1.  Never waits: the caller loops, with all that
// it does with the extent inside the winner's branch.
HC_FN int hc_extent_try(const struct hc_context *x)
{
    const uint32_t start = hc_wave() % x->extents;
    for (uint32_t i = 0; i < x->extents; i++) {
        const uint32_t e = start + i < x->extents ? start + i : start + i - x->extents;
        uint32_t *lock = (uint32_t *)x->extent_locks + e;
        // Acquire pairs with hc_extent_release(): the last owner has copied its data out.
        if (!(hc_word_load(lock) & 1) && !(hc_word_or_acquire(lock, 1) & 1)) return (int)e;
    }
    return -1;
}
HC_FN void hc_extent_release(const struct hc_context *x, int extent)
{
    hc_word_store_release((uint32_t *)x->extent_locks + extent, 0);
}
HC_FN uint8_t *hc_extent_out(const struct hc_context *x, int extent)
{
    return (uint8_t *)x->extents_out + (uint64_t)extent * HC_EXTENT_BYTES;
}
HC_FN const uint8_t *hc_extent_in(const struct hc_context *x, int extent)
{
    return (const uint8_t *)x->extents_in + (uint64_t)extent * HC_EXTENT_BYTES;
}

#endif
