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
    bool kept;  // by the wave, from one call to the next
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
    c.kept = false;
    return c;
}

#ifdef HC_KEEP
// Keeping.  A claim costs a round trip to device memory, a tenth of a call.  So in a launch of hc_run with no more
// waves than half the slots, a wave that has claimed its home keeps it: the lock stays taken until the launch is over,
// its number is in the wave's record too, and lanes of the wave take the record instead of the lock.  The other half
// is for whoever else calls, so that keeping holds nobody up.
HC_FN uint64_t hc_keep_key(const struct hc_context *x)
{
    return x->launch ^ (uint64_t)hc_wave() << 32;
}
HC_FN bool hc_keep_may(const struct hc_context *x)
{
    const uint32_t waves = (hc_group_size() + hc_wave_width() - 1) / hc_wave_width();
    return x->launch && 2 * (uint64_t)hc_group_count() * waves <= x->slots;
}
// Number of the slot's last call, as its owner left it.
HC_FN uint32_t hc_lock_seq(const struct hc_context *x, uint32_t slot)
{
    return hc_word_load(hc_lock(x, slot)) >> 1;
}
// The launch whose wave keeps the slot, or 0.
HC_FN uint32_t *hc_keeper(const struct hc_context *x, uint32_t slot)
{
    return (uint32_t *)x->extent_locks + x->extents + 1 + slot;
}

// The kept slot, if the wave has one and no lane of it is calling; else seq 0.
HC_FN struct hc_claim hc_slot_kept(const struct hc_context *x)
{
    struct hc_claim c = {0, 0, false};
    struct hc_keep *keep = hc_keep();
    if (!x->launch || hc_keep_owner(keep) != hc_keep_key(x)) return c;
    // Pairs with hc_keep_give() of the lane that called before, which has read its answer; the order between its
    // stores and ours is that of HC_LOCK_TAKE where that is relaxed, and of one thread on a processor.
    const uint32_t seq = hc_keep_take(keep);
    if (seq == HC_KEEP_BUSY) return c;
    c.slot = hc_wave();
    c.seq = hc_seq_next(seq);
    c.kept = true;
    return c;
}

// The wave's home was taken.  Kept by a wave of an earlier launch, which is over, it is whoever's finds that first.
HC_FN struct hc_claim hc_slot_inherit(const struct hc_context *x, uint32_t slot)
{
    struct hc_claim none = {0, 0, false};
    const uint32_t keeper = x->launch ? hc_word_load(hc_keeper(x, slot)) : 0;
    if (!keeper || keeper == (uint32_t)x->launch) return none;
    // Among waves that have the same home, and lanes that parted.  Acquire: the lock's number is read after it.
    if (hc_word_swap_acquire(hc_keeper(x, slot), keeper, 0) != keeper) return none;
    return hc_slot_taken(slot, hc_word_load(hc_lock(x, slot)));
}
#else
HC_FN struct hc_claim hc_slot_kept(const struct hc_context *x)
{
    const struct hc_claim none = {0, 0, false};
    (void)x;
    return none;
}
HC_FN bool hc_keep_may(const struct hc_context *x)
{
    (void)x;
    return false;
}
HC_FN struct hc_claim hc_slot_inherit(const struct hc_context *x, uint32_t slot)
{
    const struct hc_claim none = {0, 0, false};
    (void)x, (void)slot;
    return none;
}
#endif

// Takes a free slot if there is one, looking from `slot` on; seq 0: there is none.  Never waits: the
// caller loops, with all that it does with the slot inside the winner's branch.  Which slot is free
// changes only when its owner gives it back, and an owner waits for the host and the lanes of its packet
// alone: so someone always gets on.
HC_COLD struct hc_claim hc_slot_claim(const struct hc_context *x, uint32_t slot)
{
    const uint32_t home = slot;
    const bool few = hc_keep_may(x);
    const struct hc_claim none = {0, 0, false};
    if (few) {
        const struct hc_claim old = hc_slot_inherit(x, home);
        if (old.seq) return old;
    }
    for (uint32_t i = 0; i < x->slots; i++) {
        slot = slot + 1 < x->slots ? slot + 1 : 0;
        // A look before the leap, relaxed: the take decides.  It pairs with HC_LOCK_GIVE in
        // hc_slot_release(): the last owner has read its answer, and its stores come before ours.
        if (hc_word_load(hc_lock(x, slot)) & 1) continue;
        const uint32_t held = HC_LOCK_TAKE(hc_lock(x, slot));
        if (!(held & 1)) return hc_slot_taken(slot, held);
    }
    return few ? none : hc_slot_inherit(x, home);
}

// Gives back a slot whose call is answered, or keeps it for the wave's next one.  Release: see hc_slot_claim.
HC_FN void hc_slot_release(const struct hc_context *x, struct hc_claim c)
{
    uint32_t *lock = hc_lock(x, c.slot);
    uint32_t word = c.seq << 1;
#ifdef HC_KEEP
    const bool keeps = c.kept || (c.slot == hc_wave() && hc_keep_may(x));
    // In this order for the launch after this one, which comes when both are there.
    if (keeps) word |= 1;
    if (keeps && !c.kept) hc_word_store_relaxed(hc_keeper(x, c.slot), (uint32_t)x->launch);
#endif
    // The host waits for the packet, not for the units swept behind it: these need the order.
    if (hc_seq_sweeps(c.seq))
        hc_word_store_release(lock, word);
    else
        HC_LOCK_GIVE(lock, word);
#ifdef HC_KEEP
    if (c.kept)
        hc_keep_give(hc_keep(), c.seq);
    else if (keeps)
        hc_keep_own(hc_keep(), hc_keep_key(x), c.seq);
#endif
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
