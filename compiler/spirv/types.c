// Types, constants and variables of a SPIR-V module, each declared once, and the module's sections.
#include <string.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/spv.h"

#define GENERATOR 0  // not registered with Khronos
#define VERSION 0x00010600

uint32_t spv_id(struct spv_module *m) { return ++m->next; }

void spv_capability(struct spv_module *m, SpvCapability capability)
{
    *spv_slot(&m->capability, (uint64_t)capability, 0) = 1;
}

uint32_t spv_glsl(struct spv_module *m) { return m->glsl ? m->glsl : (m->glsl = spv_id(m)); }

// The id declared under a key, or a new one for the caller to declare.
static bool declared(struct spv_module *m, struct spv_map *map, uint64_t a, uint64_t b,
                     uint32_t *id)
{
    uint32_t *slot = spv_slot(map, a, b);
    if (*slot) {
        *id = *slot;
        return true;
    }
    *slot = *id = spv_id(m);
    return false;
}
#define KEY(op, x) ((uint64_t)(op) << 32 | (x))

uint32_t spv_void(struct spv_module *m)
{
    uint32_t id;
    if (!declared(m, &m->type_of, KEY(SpvOpTypeVoid, 0), 0, &id)) spv(&m->types, SpvOpTypeVoid, id);
    return id;
}

uint32_t spv_bool(struct spv_module *m)
{
    uint32_t id;
    if (!declared(m, &m->type_of, KEY(SpvOpTypeBool, 0), 0, &id)) spv(&m->types, SpvOpTypeBool, id);
    return id;
}

uint32_t spv_int(struct spv_module *m, uint32_t bits)
{
    uint32_t id;
    if (declared(m, &m->type_of, KEY(SpvOpTypeInt, bits), 0, &id)) return id;
    spv(&m->types, SpvOpTypeInt, id, bits, 0);
    if (bits == 8) m->needs |= HC_SPIRV_NEEDS_INT8;
    if (bits == 16) m->needs |= HC_SPIRV_NEEDS_INT16;
    if (bits != 32)
        spv_capability(m, bits == 8    ? SpvCapabilityInt8
                          : bits == 16 ? SpvCapabilityInt16
                                       : SpvCapabilityInt64);
    return id;
}

uint32_t spv_float(struct spv_module *m, uint32_t bits)
{
    uint32_t id;
    if (declared(m, &m->type_of, KEY(SpvOpTypeFloat, bits), 0, &id)) return id;
    spv(&m->types, SpvOpTypeFloat, id, bits);
    if (bits == 16) m->needs |= HC_SPIRV_NEEDS_FLOAT16;
    if (bits == 64) m->needs |= HC_SPIRV_NEEDS_FLOAT64;
    if (bits != 32) spv_capability(m, bits == 16 ? SpvCapabilityFloat16 : SpvCapabilityFloat64);
    return id;
}

uint32_t spv_vector(struct spv_module *m, uint32_t element, uint32_t count)
{
    uint32_t id;
    if (!declared(m, &m->type_of, KEY(SpvOpTypeVector, element), count, &id))
        spv(&m->types, SpvOpTypeVector, id, element, count);
    return id;
}

uint32_t spv_array(struct spv_module *m, uint32_t element, uint32_t count)
{
    uint32_t id;
    const uint32_t length = spv_constant(m, 32, count);
    if (!declared(m, &m->type_of, KEY(SpvOpTypeArray, element), count, &id))
        spv(&m->types, SpvOpTypeArray, id, element, length);
    return id;
}

uint32_t spv_pointer(struct spv_module *m, SpvStorageClass storage, uint32_t to)
{
    uint32_t id;
    if (!declared(m, &m->pointer_of, storage, to, &id))
        spv(&m->types, SpvOpTypePointer, id, (uint32_t)storage, to);
    return id;
}

static uint32_t type_aggregate(struct spv_module *m, LLVMTypeRef type)
{
    const bool array = LLVMGetTypeKind(type) == LLVMArrayTypeKind;
    const uint64_t n = array ? LLVMGetArrayLength2(type) : LLVMCountStructElementTypes(type);
    struct spv_words members = {0};
    if (n > 4096) ir_refuse(NULL, "an array of %lu elements is used as one value", n);
    spv_put(&members, 0);
    for (uint32_t i = 0; i < n; i++)
        spv_put(&members,
                spv_type(m, array ? LLVMGetElementType(type) : LLVMStructGetTypeAtIndex(type, i)));
    members.word[0] = spv_id(m);
    spv_write(&m->types, SpvOpTypeStruct, members.count, members.word);
    return members.word[0];
}

uint32_t spv_type(struct spv_module *m, LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMVoidTypeKind: return spv_void(m);
    case LLVMPointerTypeKind: return spv_int(m, 64);
    case LLVMHalfTypeKind: return spv_float(m, 16);
    case LLVMFloatTypeKind: return spv_float(m, 32);
    case LLVMDoubleTypeKind: return spv_float(m, 64);
    case LLVMIntegerTypeKind: {
        const unsigned bits = LLVMGetIntTypeWidth(type);
        if (bits == 1) return spv_bool(m);
        if (bits == 8 || bits == 16 || bits == 32 || bits == 64) return spv_int(m, bits);
        break;
    }
    case LLVMStructTypeKind:
    case LLVMArrayTypeKind: {
        uint32_t *slot = spv_slot(&m->type_of, spv_key(type), ~0u);
        if (*slot) return *slot;
        const uint32_t id = type_aggregate(m, type);
        return *spv_slot(&m->type_of, spv_key(type), ~0u) = id;
    }
    default: break;
    }
    ir_refuse(NULL, "no SPIR-V for values of type %s", LLVMPrintTypeToString(type));
}

uint32_t spv_bits(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind: return LLVMGetIntTypeWidth(type);
    case LLVMHalfTypeKind: return 16;
    case LLVMFloatTypeKind: return 32;
    default: return 64;
    }
}

bool spv_is_float(LLVMTypeRef type)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    return kind == LLVMHalfTypeKind || kind == LLVMFloatTypeKind || kind == LLVMDoubleTypeKind;
}

bool spv_is_scalar(LLVMTypeRef type)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    return spv_is_float(type) || kind == LLVMIntegerTypeKind || kind == LLVMPointerTypeKind;
}

uint32_t spv_constant_of(struct spv_module *m, uint32_t type, uint32_t bits, uint64_t value)
{
    uint32_t id;
    if (bits < 64) value &= (1ull << bits) - 1;
    if (declared(m, &m->constant_of, type, value, &id)) return id;
    if (bits == 1)
        spv(&m->types, value ? SpvOpConstantTrue : SpvOpConstantFalse, type, id);
    else if (bits == 64)
        spv(&m->types, SpvOpConstant, type, id, (uint32_t)value, (uint32_t)(value >> 32));
    else
        spv(&m->types, SpvOpConstant, type, id, (uint32_t)value);
    return id;
}

uint32_t spv_constant(struct spv_module *m, uint32_t bits, uint64_t value)
{
    return spv_constant_of(m, bits == 1 ? spv_bool(m) : spv_int(m, bits), bits, value);
}

uint32_t spv_null(struct spv_module *m, uint32_t type)
{
    uint32_t id;
    if (!declared(m, &m->constant_of, KEY(SpvOpConstantNull, type), 0, &id))
        spv(&m->types, SpvOpConstantNull, type, id);
    return id;
}

// Zero, not OpUndef: what a driver makes of that may change from use to use.
uint32_t spv_undef(struct spv_module *m, uint32_t type) { return spv_null(m, type); }

uint32_t spv_spec(struct spv_module *m, uint32_t spec)
{
    if (m->spec[spec]) return m->spec[spec];
    const uint32_t initial = spec == HC_SPIRV_SPEC_STACK    ? m->stack
                             : spec <= HC_SPIRV_SPEC_SIZE_Z ? 1
                                                            : 0;
    const uint32_t type = spv_int(m, 32), id = m->spec[spec] = spv_id(m);
    spv(&m->types, SpvOpSpecConstant, type, id, initial);
    spv(&m->decorations, SpvOpDecorate, id, SpvDecorationSpecId, spec);
    return id;
}

uint32_t spv_group_size(struct spv_module *m)
{
    if (m->group_size) return m->group_size;
    const uint32_t x = spv_spec(m, 0), y = spv_spec(m, 1), z = spv_spec(m, 2);
    const uint32_t type = spv_vector(m, spv_int(m, 32), 3);
    m->group_size = spv_id(m);
    spv(&m->types, SpvOpSpecConstantComposite, type, m->group_size, x, y, z);
    spv(&m->decorations, SpvOpDecorate, m->group_size, SpvDecorationBuiltIn,
        SpvBuiltInWorkgroupSize);
    return m->group_size;
}

uint32_t spv_global(struct spv_module *m, SpvStorageClass storage, uint32_t type,
                    uint32_t initializer)
{
    const uint32_t pointer = spv_pointer(m, storage, type), id = spv_id(m);
    if (initializer)
        spv(&m->types, SpvOpVariable, pointer, id, (uint32_t)storage, initializer);
    else
        spv(&m->types, SpvOpVariable, pointer, id, (uint32_t)storage);
    spv_put(&m->interface, id);
    return id;
}

static uint32_t push_variable(struct spv_module *m)
{
    const uint32_t words = spv_array(m, spv_int(m, 32), HC_SPIRV_PUSH_SIZE / 4), block = spv_id(m);
    spv(&m->types, SpvOpTypeStruct, block, words);
    spv(&m->decorations, SpvOpDecorate, words, SpvDecorationArrayStride, 4);
    spv(&m->decorations, SpvOpDecorate, block, SpvDecorationBlock);
    spv(&m->decorations, SpvOpMemberDecorate, block, 0, SpvDecorationOffset, 0);
    return spv_global(m, SpvStorageClassPushConstant, block, 0);
}

uint32_t spv_builtin(struct spv_module *m, enum spv_variable which)
{
    static const SpvBuiltIn builtin[SPV_VARS] = {
        [SPV_VAR_GROUP_ID] = SpvBuiltInWorkgroupId,
        [SPV_VAR_GROUP_COUNT] = SpvBuiltInNumWorkgroups,
        [SPV_VAR_LOCAL_ID] = SpvBuiltInLocalInvocationId,
        [SPV_VAR_LOCAL_INDEX] = SpvBuiltInLocalInvocationIndex,
        [SPV_VAR_LANE] = SpvBuiltInSubgroupLocalInvocationId,
        [SPV_VAR_WIDTH] = SpvBuiltInSubgroupSize,
        [SPV_VAR_SUBGROUP] = SpvBuiltInSubgroupId,
    };
    if (m->variable[which]) return m->variable[which];
    if (which == SPV_VAR_PUSH) return m->variable[which] = push_variable(m);
    if (which >= SPV_VAR_LANE) spv_capability(m, SpvCapabilityGroupNonUniform);
    const uint32_t word = spv_int(m, 32);
    const uint32_t type = which <= SPV_VAR_LOCAL_ID ? spv_vector(m, word, 3) : word;
    const uint32_t id = m->variable[which] = spv_global(m, SpvStorageClassInput, type, 0);
    spv(&m->decorations, SpvOpDecorate, id, SpvDecorationBuiltIn, (uint32_t)builtin[which]);
    return id;
}

struct spv_words spv_finish(struct spv_module *m, uint32_t main)
{
    static const SpvCapability order[] = {
        SpvCapabilityShader,
        SpvCapabilityInt8,
        SpvCapabilityInt16,
        SpvCapabilityInt64,
        SpvCapabilityFloat16,
        SpvCapabilityFloat64,
        SpvCapabilityInt64Atomics,
        SpvCapabilityStorageBuffer8BitAccess,
        SpvCapabilityStorageBuffer16BitAccess,
        SpvCapabilityPhysicalStorageBufferAddresses,
        SpvCapabilityVulkanMemoryModel,
        SpvCapabilityGroupNonUniform,
        SpvCapabilityGroupNonUniformArithmetic,
        SpvCapabilityGroupNonUniformBallot,
        SpvCapabilityGroupNonUniformShuffle,
        SpvCapabilityShaderClockKHR,
    };
    struct spv_words out = {0};
    spv_group_size(m);
    spv_capability(m, SpvCapabilityShader);
    spv_capability(m, SpvCapabilityVulkanMemoryModel);
    spv_capability(m, SpvCapabilityPhysicalStorageBufferAddresses);
    const uint32_t header[] = {SpvMagicNumber, VERSION, GENERATOR, m->next + 1, 0};
    for (uint32_t i = 0; i < 5; i++) spv_put(&out, header[i]);
    for (uint32_t i = 0; i < sizeof order / sizeof *order; i++)
        if (*spv_slot(&m->capability, (uint64_t)order[i], 0))
            spv(&out, SpvOpCapability, (uint32_t)order[i]);
    if (*spv_slot(&m->capability, SpvCapabilityShaderClockKHR, 0))
        spv_write_text(&out, SpvOpExtension, 0, NULL, "SPV_KHR_shader_clock", 0, NULL);
    if (m->glsl) spv_write_text(&out, SpvOpExtInstImport, 1, &m->glsl, "GLSL.std.450", 0, NULL);
    spv(&out, SpvOpMemoryModel, SpvAddressingModelPhysicalStorageBuffer64, SpvMemoryModelVulkan);
    spv_write_text(&out, SpvOpEntryPoint, 2, (uint32_t[]){SpvExecutionModelGLCompute, main}, "main",
                   m->interface.count, m->interface.word);
    spv(&out, SpvOpExecutionMode, main, SpvExecutionModeLocalSize, 1, 1, 1);
    spv_append(&out, &m->names);
    spv_append(&out, &m->decorations);
    spv_append(&out, &m->types);
    spv_append(&out, &m->code);
    return out;
}
