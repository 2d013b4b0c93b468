// interpret_programs.h as kernels.
#include "backends/vulkan/device.h"
#include "tests/spirv/interpret_programs.h"

#define KERNEL(name)                                                           \
    HC_KERNEL(name##_kernel, struct program_args, args)                        \
    {                                                                          \
        const uint32_t lane = hc_group_id() * hc_group_size() + hc_local_id(); \
        name(args.seed + lane, (uint64_t *)args.out + lane * 8);               \
    }
PROGRAMS(KERNEL)
