// The interpreter against what asm/*.spvasm say they expect, and how runs end.
#include <stdio.h>
#include <string.h>

#include "hc_test.h"
#include "tests/spirv/interpret_case.h"

static void check(const char *name)
{
    static struct wanted w;
    struct spirv_result result;
    uint64_t out[OUT / 8];
    const int number = find_case(name);
    read_wanted(&w, &asm_texts[number]);
    const enum spirv_status status = run_case(&w, &asm_modules[number], out, &result, NULL);
    printf("%s\n", result.message);
    HC_EQ(status, w.status);
    HC_ASSERT(strstr(result.message, w.message));
    HC_ASSERT(!*result.message == (status == SPIRV_DONE));
    for (uint32_t i = 0; i < OUT / 8; i++)
        HC_ASSERT_MSG(out[i] == w.out[i], "result %u is %" PRIx64 ", not %" PRIx64, i, out[i],
                      w.out[i]);
}

// clang-format off
#define CASES(X) \
    X(arrays) X(atomic_misaligned) X(atomic_misaligned_add) X(atomics) X(barrier_missed) X(barrier_missed_later) \
    X(barriers) X(calls) X(clock) X(composites) X(data_is_own) X(data_is_shared) X(division_by_zero) \
    X(division_overflows) X(endless) X(floats_compare) X(floats_convert) X(floats_half) X(floats_other) \
    X(floats_out_of_range) X(floats_single) X(index_negative) X(index_past_the_end) X(integers_bits) \
    X(integers_compare) X(integers_convert) X(integers_limits) X(integers_pairs) X(integers_signed) \
    X(integers_wrap) X(loops_nest) X(memory_composites) X(memory_scalars) X(misaligned) X(misaligned_more) X(null) \
    X(own_stack) X(past_the_end) X(phi_swap) X(places) X(push_constants) X(refuses_bit_width) \
    X(refuses_group_size) X(refuses_interface) X(refuses_layout) X(refuses_loop) X(refuses_loop_entry) \
    X(refuses_loop_twice) X(refuses_merge) X(refuses_merge_twice) X(refuses_needs) X(refuses_other_way) \
    X(refuses_own_part) X(refuses_phi_edge) X(refuses_phi_stranger) X(refuses_phi_value) X(refuses_private_atomic) \
    X(refuses_recursion) X(refuses_semantics) X(refuses_shared_size) X(refuses_unaligned_load) \
    X(refuses_undefined_id) X(refuses_unknown) X(refuses_use_before) X(refuses_widths) \
    X(rest_of_negative) X(shift_too_far) \
    X(shuffle_from_nobody) X(specialised) X(subgroups) X(switches) X(undefined_is_filled) X(unreachable)
// clang-format on

// The file says what each is about.
#define RUN_CASE(name) \
    HC_TEST(interpret, name) { check(#name); }
CASES(RUN_CASE)

// A file that nothing runs would check nothing.
HC_TEST(interpret, all_files_are_cases)
{
#define COUNT(name) +1
    int files = 0;
    while (asm_texts[files].bytes) files++;
    HC_EQ(files, 0 CASES(COUNT));
}

// ------------------------------------------------------------------------------------------ lanes

// With own data a fault ends its workgroup and no other; with shared data it ends all.
HC_TEST(interpret, faults_of_lanes)
{
    static struct wanted w;
    struct spirv_result result;
    struct spirv_lane lanes[8];
    uint64_t out[OUT / 8];
    const int number = find_case("barrier_missed");
    read_wanted(&w, &asm_texts[number]);
    w.launch.groups[0] = 2;
    for (int own = 0; own < 2; own++) {
        w.launch.own_data = own;
        HC_EQ(run_case(&w, &asm_modules[number], out, &result, lanes), SPIRV_FAULT);
        HC_EQ(result.lane, 3);
        HC_EQ(lanes[3].status, SPIRV_FAULT);
        HC_EQ(lanes[2].status, SPIRV_NOT_RUN);
        HC_EQ(lanes[7].status, own ? SPIRV_FAULT : SPIRV_NOT_RUN);
        HC_EQ(lanes[7].steps > 0, own);
    }
}

// Steps are what the launch's limit counts: one less than a kernel takes must not do.
HC_TEST(interpret, steps_are_exact)
{
    static struct wanted w;
    struct spirv_result result;
    uint64_t out[OUT / 8];
    const int number = find_case("loops_nest");
    read_wanted(&w, &asm_texts[number]);
    HC_EQ(run_case(&w, &asm_modules[number], out, &result, NULL), SPIRV_DONE);
    const uint64_t steps = result.steps;
    w.launch.steps = steps;
    HC_EQ(run_case(&w, &asm_modules[number], out, &result, NULL), SPIRV_DONE);
    w.launch.steps = steps - 1;
    HC_EQ(run_case(&w, &asm_modules[number], out, &result, NULL), SPIRV_STEPS);
    HC_EQ(result.steps, steps - 1);
}
