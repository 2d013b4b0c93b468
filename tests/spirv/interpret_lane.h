// Inside the interpreter: a launch, and what gives its lanes their memory.
#ifndef HC_TEST_INTERPRET_LANE_H
#define HC_TEST_INTERPRET_LANE_H

#include "tests/spirv/interpret_program.h"

struct launch {
    struct program program;
    const struct spirv_module *module;
    const struct spirv_launch *options;
    const struct insn *first;
    uint64_t step_limit, clock;
    uint32_t group_lanes, stack;
    uint8_t *stacks, *data;
};

// Copies the data segment to `to` and relocates it there.
void fill_data(const struct spirv_module *m, uint8_t *to);
// false: no memory
bool lane_begin(struct launch *l, struct lane *lane, uint32_t group, uint32_t local,
                uint64_t *shared);
void lane_end(struct lane *lane);
// The message of a lane's fault.
void lane_message(const struct program *p, const struct lane *lane, char *message);

#endif
