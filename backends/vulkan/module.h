// The module file: what compiler/spirv writes and the vulkan backend loads.  One file holds all kernels of a
// C source, each as a SPIR-V module, and the data segment they share.
//
// Little-endian, everything at a multiple of 8 bytes: struct hc_spirv_module, its kernels, then what they
// point at, by byte offset in the file.
#ifndef HC_VULKAN_MODULE_H
#define HC_VULKAN_MODULE_H

#include <stdint.h>

#define HC_SPIRV_MAGIC 0x4d534348  // "HCSM"
#define HC_SPIRV_VERSION 1

struct hc_spirv_module {
    uint32_t magic, version;
    uint32_t size;     // bytes of the file
    uint32_t kernels;  // struct hc_spirv_kernel, these follow at once
    uint32_t data_at,
        data_size;  // the data segment: bytes to copy to device memory, 256-byte aligned there
    uint32_t relocs_at,
        relocs;  // uint32_t each: at that byte of the segment add its address to 8 bytes
};

struct hc_spirv_kernel {
    uint32_t name_at;             // NUL-terminated
    uint32_t code_at, code_size;  // SPIR-V 1.6 for Vulkan 1.3, entry point "main"
    uint32_t stack;               // bytes of stack a lane, a multiple of 16; 0: none
    uint32_t shared;              // bytes of workgroup memory
    uint32_t needs;               // HC_SPIRV_NEEDS_*
};

// Features beyond what the backend always asks for (bufferDeviceAddress, vulkanMemoryModel, shaderInt64,
// shaderBufferInt64Atomics, scalarBlockLayout; subgroup ballot, shuffle and arithmetic).
#define HC_SPIRV_NEEDS_INT8 0x1
#define HC_SPIRV_NEEDS_INT16 0x2
#define HC_SPIRV_NEEDS_FLOAT16 0x4
#define HC_SPIRV_NEEDS_FLOAT64 0x8
#define HC_SPIRV_NEEDS_STORAGE8 0x10
#define HC_SPIRV_NEEDS_STORAGE16 0x20
#define HC_SPIRV_NEEDS_CLOCK 0x40
#define HC_SPIRV_NEEDS_RECURSION \
    0x80  // not a feature: `stack` is a wish, HC_SPIRV_SPEC_STACK says how much there is

// Push constants: 128 bytes.
#define HC_SPIRV_PUSH_CONTEXT 0  // u64: address of struct hc_context, 0: none
#define HC_SPIRV_PUSH_DATA 8     // u64: address of the data segment
#define HC_SPIRV_PUSH_STACK \
    16  // u64: address of the stacks, lane i of the launch has its own at i * stack bytes
#define HC_SPIRV_PUSH_ARGS 24  // the kernel's arguments
#define HC_SPIRV_PUSH_SIZE 128

// What a kernel can ask about its place: hc_spirv_id(which, dim).
enum hc_spirv_id {
    HC_SPIRV_GROUP_ID,     // WorkgroupId, x y z
    HC_SPIRV_GROUP_COUNT,  // NumWorkgroups, x y z
    HC_SPIRV_LOCAL_ID,     // LocalInvocationId, x y z
    HC_SPIRV_GROUP_SIZE,   // the workgroup size, x y z
    HC_SPIRV_LOCAL_INDEX,  // LocalInvocationIndex
    HC_SPIRV_LANE,         // SubgroupLocalInvocationId
    HC_SPIRV_WIDTH,        // SubgroupSize
    HC_SPIRV_SUBGROUP,     // SubgroupId
};

// Specialisation constants, 32 bits each.
#define HC_SPIRV_SPEC_SIZE_X 0  // workgroup size; 1
#define HC_SPIRV_SPEC_SIZE_Y 1
#define HC_SPIRV_SPEC_SIZE_Z 2
#define HC_SPIRV_SPEC_REUNITES \
    3  // 1: lanes that part are together again where control flow meets; 0
#define HC_SPIRV_SPEC_LIVE_OUTS 4  // 1: the driver clobbers what a divergent loop leaves behind; 0
#define HC_SPIRV_SPEC_STACK 5      // bytes of stack a lane; struct hc_spirv_kernel's

#endif
