// Slots and their units: where they lie and when they are valid.  Shared by client and server.
#ifndef HC_SLOT_H
#define HC_SLOT_H

struct hc_area {  // one direction of all slots, at the addresses of whoever uses it
    uint64_t *lines;
    uint64_t *tails;
};

HC_FN uint64_t *hc_area_unit(struct hc_area area, uint32_t slot, uint32_t at)
{
    return at < HC_LINE_UNITS ? area.lines + (uint64_t)slot * HC_LINE_UNITS + at
                              : area.tails + (uint64_t)slot * HC_TAIL_UNITS + (at - HC_LINE_UNITS);
}

HC_FN uint64_t hc_unit(uint32_t seq, uint32_t word) { return (uint64_t)seq << 32 | word; }
HC_FN uint32_t hc_unit_seq(uint64_t unit) { return (uint32_t)(unit >> 32); }
HC_FN uint32_t hc_unit_word(uint64_t unit) { return (uint32_t)unit; }

HC_FN uint32_t hc_seq_next(uint32_t seq) { return seq >= HC_SEQ_MAX ? 1 : seq + 1; }
// A call whose seq sweeps writes every unit of its slot; see HC_SEQ_SWEEP.
HC_FN bool hc_seq_sweeps(uint32_t seq) { return seq % HC_SEQ_SWEEP == 0; }

#endif
