#version 460
// Kernel of tests/vulkan*.c: tells what the backend gave it.
#pragma use_vulkan_memory_model
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types : require
#extension GL_KHR_shader_subgroup_ballot : require

layout(local_size_x_id = 0, local_size_y_id = 1, local_size_z_id = 2) in;
layout(constant_id = 3) const uint REUNITES = 7u;
layout(constant_id = 4) const uint LIVE_OUTS = 7u;
layout(constant_id = 5) const uint STACK = 0u;
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer units { uint64_t at[]; };
layout(push_constant, scalar) uniform push {
    uint64_t context;
    uint64_t data;
    uint64_t stack;
    units to;               // struct told
    layout(offset = 120) uint64_t end;
};

void main()
{
    const uint lane = gl_GlobalInvocationID.x;
    if (lane == 0u) {
        to.at[0] = context;
        to.at[1] = data;
        to.at[2] = stack;
        to.at[3] = gl_WorkGroupSize.x;
        to.at[4] = gl_WorkGroupSize.y * gl_WorkGroupSize.z;
        to.at[5] = REUNITES;
        to.at[6] = LIVE_OUTS;
        to.at[7] = STACK;
        to.at[8] = end;
        to.at[9] = subgroupBallotBitCount(subgroupBallot(true));
        if (data != 0ul) {  // a pointer to a number, and a counter
            to.at[10] = units(units(data).at[0]).at[0];
            units(data).at[1]++;
            to.at[11] = units(data).at[1];
        }
    }
    if (stack != 0ul) {
        units mine = units(stack + uint64_t(lane) * STACK);
        for (uint i = 0u; i < STACK / 8u; i++) mine.at[i] = uint64_t(lane) << 32 | i;
        memoryBarrier();
        barrier();
        uint wrong = 0u;
        for (uint i = 0u; i < STACK / 8u; i++) wrong += uint(mine.at[i] != (uint64_t(lane) << 32 | i));
        to.at[16u + lane] = wrong;
    }
}
