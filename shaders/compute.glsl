// What compute_sha256.comp and compute_scan.comp share: bench/compute.h in GLSL.  Plain shaders, which
// make no calls: nothing of hostcall.glsl but the place of the arguments.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types : require
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x_id = 0) in;  // the launch's group_size

struct block { uint words[16]; };
layout(buffer_reference, scalar, buffer_reference_align = 1) readonly buffer text_bytes { uint8_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) readonly buffer text_blocks { block at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) writeonly buffer out_words { uint at[]; };

layout(push_constant, scalar) uniform push
{
    uint64_t reserved[3];
    uint64_t text, to;
    uint lanes, bytes, repeats, pad;
};

const uint OUT = 32u;  // bytes a lane
