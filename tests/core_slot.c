// Slots and sequence numbers.
#include "hc_test.h"
#include "core/atomic.h"
#include "hostcall/protocol.h"
#include "core/slot.h"

// Two units that share an address would overwrite each other.
HC_TEST(slot, every_unit_has_its_own_place)
{
    static uint64_t lines[5 * HC_LINE_UNITS], tails[5 * HC_TAIL_UNITS];
    const struct hc_area area = {lines, tails};
    for (uint32_t slot = 0; slot < 5; slot++)
        for (uint32_t i = 0; i < HC_SLOT_UNITS; i++) (*hc_area_unit(area, slot, i))++;
    for (uint32_t i = 0; i < 5 * HC_LINE_UNITS; i++) HC_EQ(lines[i], 1);
    for (uint32_t i = 0; i < 5 * HC_TAIL_UNITS; i++) HC_EQ(tails[i], 1);
}

// A pair that straddles line and tail could not be stored at once.
HC_TEST(slot, pairs_are_neighbours)
{
    static uint64_t lines[HC_LINE_UNITS], tails[HC_TAIL_UNITS];
    const struct hc_area area = {lines, tails};
    for (uint32_t i = 0; i < HC_SLOT_UNITS; i += 2)
        HC_ASSERT(hc_area_unit(area, 0, i) + 1 == hc_area_unit(area, 0, i + 1));
}

HC_TEST(slot, unit_keeps_both_halves)
{
    HC_EQ(hc_unit_seq(hc_unit(0x7fffffff, 0xffffffff)), 0x7fffffff);
    HC_EQ(hc_unit_word(hc_unit(0x7fffffff, 0xffffffff)), 0xffffffff);
}

// 0 is memory nobody wrote: a call must never have that number, and its lock word must hold it.
HC_TEST(slot, sequence_skips_zero_and_fits_the_lock)
{
    HC_EQ(hc_seq_next(0), 1);
    HC_EQ(hc_seq_next(HC_SEQ_MAX - 1), HC_SEQ_MAX);
    HC_EQ(hc_seq_next(HC_SEQ_MAX), 1);
    HC_EQ((uint32_t)HC_SEQ_MAX << 1 >> 1, HC_SEQ_MAX);
}

// A unit that no message touches may not be older than a lap of the sequence numbers, wrap
// included.
HC_TEST(slot, sweeps_come_often_enough)
{
    uint32_t sweeps = 0;
    for (uint64_t seq = HC_SEQ_SWEEP; seq <= HC_SEQ_MAX; seq += HC_SEQ_SWEEP)
        sweeps += hc_seq_sweeps((uint32_t)seq);
    HC_EQ(sweeps, HC_SEQ_MAX / HC_SEQ_SWEEP);
    HC_ASSERT(sweeps >= 2);
    HC_ASSERT(!hc_seq_sweeps(1) && !hc_seq_sweeps(HC_SEQ_MAX));
}
