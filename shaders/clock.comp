#version 460
// Stores the device's clock into one unit over and over, for a host that watches
// (backends/vulkan/clock.c).
#pragma use_vulkan_memory_model
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types : require
#extension GL_EXT_shader_atomic_int64 : require
#extension GL_EXT_shader_realtime_clock : require
#extension GL_KHR_memory_scope_semantics : require

layout(local_size_x_id = 0) in;
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer hc_unit { queuefamilycoherent uint64_t v; };
layout(push_constant, scalar) uniform push {
    uint64_t context;
    uint64_t unused[2];
    hc_unit to;
    uint rounds;
};

void main()
{
    if (gl_LocalInvocationIndex == 0u) {
        for (uint i = 0u; i < rounds; i++) {
            const uvec2 now = clockRealtime2x32EXT();
            atomicStore(to.v, packUint2x32(now), gl_ScopeQueueFamily, 0, gl_SemanticsVolatile);
        }
    }
}
