// A scalar interpreter for the SPIR-V of a module file (backends/vulkan/module.h): what compiler/spirv's output means,
// worked out a second time and by other code.
//
// It is strict: what it does not know, what SPIR-V leaves undefined and what no GPU would tell is a fault with a
// message.  Lanes run one at a time, each as a subgroup of width 1; those of a workgroup take turns at barriers.
// Addresses are this process's addresses.
#ifndef HC_TEST_INTERPRET_H
#define HC_TEST_INTERPRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/vulkan/module.h"

#define SPIRV_MESSAGE 300  // bytes of a message, NUL included

// ------------------------------------------------------------------------------------ module files

struct spirv_module {
    const struct hc_spirv_module *head;  // the file; its kernels follow
    const struct hc_spirv_kernel *kernel;
};
// Each copies what it is given and checks all that struct hc_spirv_module says; false: why is in `message`.
bool spirv_load(struct spirv_module *m, const char *path, char message[SPIRV_MESSAGE]);
bool spirv_load_bytes(struct spirv_module *m, const void *bytes, size_t size,
                      char message[SPIRV_MESSAGE]);
void spirv_unload(struct spirv_module *m);
const char *spirv_kernel_name(const struct spirv_module *m, uint32_t kernel);
// -1: none of that name
int spirv_find(const struct spirv_module *m, const char *name);

// --------------------------------------------------------------------------------------------- run

enum spirv_status {
    SPIRV_DONE,
    SPIRV_REFUSED,  // the SPIR-V is wrong, or more than this interpreter knows: nothing ran
    SPIRV_FAULT,
    SPIRV_STEPS,    // the step limit was reached
    SPIRV_NOT_RUN,  // a lane: another's fault came first
};

// Memory that lanes may touch.  stride 0: all lanes may, else lane i has `size` bytes at address + i * stride.
struct spirv_range {
    uint64_t address, size, stride;
};
struct spirv_constant {
    uint32_t spec, value;  // HC_SPIRV_SPEC_*
};

struct spirv_launch {
    uint32_t groups[3], group_size[3];  // x y z; 0 is 1
    const void *args;                   // what the push constants hold from HC_SPIRV_PUSH_ARGS on
    size_t args_size;                   // bytes of them
    size_t args_stride;                 // lane i's are at args + i * args_stride
    uint64_t context;  // HC_SPIRV_PUSH_CONTEXT; the ranges must name what it leads to
    const struct spirv_range *ranges;
    size_t range_count;
    const struct spirv_constant *constants;  // those of group sizes and stack are known without
    size_t constant_count;
    uint64_t steps;  // instructions of a lane; 0: 1,000,000,000
    uint32_t stack;  // bytes of stack a lane; 0: as the kernel says
    bool
        own_data;  // every lane has a fresh copy of the data segment; a fault ends only its workgroup
    bool undefined_is_fill;  // an undefined value (a shift by 32 bits, say) is `fill`s, not a fault
    uint8_t fill;            // what undefined bytes hold
};

struct spirv_lane {
    enum spirv_status status;
    uint64_t steps;
};
struct spirv_result {
    uint32_t lane;   // whose fault it was: workgroup * size of one + local index
    uint64_t steps;  // of all lanes
    char message[SPIRV_MESSAGE];
};
// Returns the first status of a lane that is not SPIRV_DONE, if any; what happened is in *result.  `lanes` may be NULL,
// else there is one for every lane.
enum spirv_status spirv_run(const struct spirv_module *m, uint32_t kernel,
                            const struct spirv_launch *launch, struct spirv_result *result,
                            struct spirv_lane *lanes);

#endif
