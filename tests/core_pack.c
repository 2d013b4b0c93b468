// The shape of packets.
#include "hc_test.h"
#include "core/atomic.h"
#include "hostcall/protocol.h"
#include "core/pack.h"

HC_TEST(pack, head_and_op_survive_the_wire)
{
    for (uint32_t lanes = 1; lanes <= HC_LANES_MAX; lanes += 7)
        for (uint32_t stride = 2; stride <= 510; stride += 4) {
            const struct hc_head h = {lanes, stride, 512 - stride, lanes % 2 * 2},
                                 back = hc_head_unpack(hc_head_pack(h));
            HC_EQ(back.lanes, lanes);
            HC_EQ(back.stride, stride);
            HC_EQ(back.room, 512 - stride);
            HC_EQ(back.common, h.common);
        }
    const struct hc_op o = {4095, 15, 1, 0, 255, 63}, back = hc_op_unpack(hc_op_pack(o));
    HC_EQ(back.op, 4095);
    HC_EQ(back.args, 15);
    HC_EQ(back.extent_out, 1);
    HC_EQ(back.extent_in, 0);
    HC_EQ(back.extent, 255);
    HC_EQ(back.lane, 63);
}

// Whatever a client may build must pass the server's check, and stay in the slot.
HC_TEST(pack, what_fits_is_valid)
{
    for (uint32_t lanes = 1; lanes <= HC_LANES_MAX; lanes++)
        for (uint32_t stride = 2; stride <= 510; stride += 2)
            for (uint32_t room = 2; room <= 512; room += 34) {
                struct hc_head h = {lanes, stride, room, 0};
                h.lanes = hc_head_fit(h);
                HC_ASSERT_MSG(h.lanes >= 1 && h.lanes <= lanes && hc_head_valid(h),
                              "lanes %u stride %u room %u", h.lanes, stride, room);
                for (h.common = 2; h.common <= 520; h.common += 74) {
                    h.lanes = lanes;
                    h.lanes = hc_head_fit(h);
                    HC_ASSERT_MSG(h.lanes <= lanes && (!h.lanes || hc_head_valid(h)),
                                  "lanes %u stride %u room %u common %u", h.lanes, stride, room,
                                  h.common);
                }
            }
}

HC_TEST(pack, a_full_wave_of_small_calls_is_one_packet)
{
    const struct hc_head small = {32, hc_call_stride(0, 0), hc_answer_room(0), 0},
                         two = {64, hc_call_stride(2, 0), hc_answer_room(0), 0},
                         line = {32, hc_call_stride(1, 4 * 6), hc_answer_room(0), 64};
    HC_EQ(hc_head_fit(small), 32);
    HC_EQ(hc_head_fit(two), 64);
    HC_EQ(hc_head_fit(line), 32);
}

HC_TEST(pack, shapes_that_leave_the_slot_are_refused)
{
    const struct hc_head bad[] = {{0, 2, 2, 0},   {65, 2, 2, 0},        {1, 0, 2, 0},
                                  {1, 2, 0, 0},   {1, 3, 2, 0},         {1, 2, 3, 0},
                                  {1, 512, 2, 0}, {2, 256, 2, 0},       {1, 2, 514, 0},
                                  {2, 2, 258, 0}, {255, 4094, 4094, 0}, {1, 2, 2, 3},
                                  {1, 2, 2, 510}, {1, 2, 2, 512},       {1, 4, 2, 0xfffffffe}};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        HC_ASSERT_MSG(!hc_head_valid(bad[i]), "shape %u", i);
}

// The largest blob and answer one lane may have must just fit.
HC_TEST(pack, the_largest_call_fits)
{
    for (uint32_t args = 0; args <= HC_ARGS_MAX; args++) {
        const struct hc_head h = {1, hc_call_stride(args, hc_blob_max(args)), 2, 0};
        HC_EQ(hc_head_fit(h), 1);
        HC_EQ(hc_call_stride(args, hc_blob_max(args)), HC_SLOT_UNITS - HC_HEAD_WORDS);
    }
    HC_EQ(hc_answer_room(HC_DATA_MAX), HC_SLOT_UNITS);
}
