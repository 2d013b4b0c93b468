// A wave's record of the slot it keeps: a target that can hold one close to the wave defines HC_KEEP and these.
#ifndef HC_KEEP_H
#define HC_KEEP_H

#include <stdint.h>

// One a wave, in memory that its lanes reach in few cycles and that may hold anything when the wave begins, a record
// of another wave that is long gone too: owner says whose it is.
struct hc_keep {
    uint64_t owner;  // hc_keep_key() of the wave that wrote seq
    uint32_t seq;    // of the kept slot's last call; HC_KEEP_BUSY: a lane is calling
    uint32_t reserved;
};
#define HC_KEEP_BUSY 0xffffffffu  // no number of a call

// struct hc_keep *hc_keep(void)                      this wave's
// uint64_t hc_keep_owner(const struct hc_keep *)     load, relaxed
// uint32_t hc_keep_take(struct hc_keep *)            exchange of seq for HC_KEEP_BUSY, relaxed
// void hc_keep_give(struct hc_keep *, uint32_t seq)  store, relaxed
// void hc_keep_own(struct hc_keep *, uint64_t owner, uint32_t seq)  stores seq, then owner, in this order

#endif
