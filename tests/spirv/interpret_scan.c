// The first walk over the SPIR-V: what is declared, which word defines which id, where functions and blocks are.
#include <string.h>

#include "tests/spirv/interpret_program.h"

// Capabilities, and what the module file must say for a device to be asked for them.
static const struct {
    uint32_t capability, needs;
} capabilities[] = {
    {SpvCapabilityShader, 0},
    {SpvCapabilityInt64, 0},
    {SpvCapabilityInt64Atomics, 0},
    {SpvCapabilityVulkanMemoryModel, 0},
    {SpvCapabilityVulkanMemoryModelDeviceScope, 0},
    {SpvCapabilityPhysicalStorageBufferAddresses, 0},
    {SpvCapabilityGroupNonUniform, 0},
    {SpvCapabilityGroupNonUniformVote, 0},
    {SpvCapabilityGroupNonUniformArithmetic, 0},
    {SpvCapabilityGroupNonUniformBallot, 0},
    {SpvCapabilityGroupNonUniformShuffle, 0},
    {SpvCapabilityInt8, HC_SPIRV_NEEDS_INT8},
    {SpvCapabilityInt16, HC_SPIRV_NEEDS_INT16},
    {SpvCapabilityFloat16, HC_SPIRV_NEEDS_FLOAT16},
    {SpvCapabilityFloat64, HC_SPIRV_NEEDS_FLOAT64},
    {SpvCapabilityStorageBuffer8BitAccess, HC_SPIRV_NEEDS_STORAGE8},
    {SpvCapabilityStorageBuffer16BitAccess, HC_SPIRV_NEEDS_STORAGE16},
    {SpvCapabilityShaderClockKHR, HC_SPIRV_NEEDS_CLOCK},
};

static void read_capability(struct program *p, uint32_t at)
{
    const uint32_t wanted = p->word[at + 1];
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        if (capabilities[i].capability != wanted) continue;
        if (capabilities[i].needs & ~p->kernel->needs)
            refuse(p, at, "capability %u, but the module file doesn't say so: its needs are 0x%x",
                   wanted, p->kernel->needs);
        *append(p, &p->capability) = wanted;
        return;
    }
    refuse(p, at, "capability %u is unknown", wanted);
}

// The text at word `first` of an instruction; *words: how many it takes.
static const char *text_at(struct program *p, uint32_t at, uint32_t first, uint32_t *words)
{
    const uint32_t count = p->word[at] >> 16;
    const char *text = (const char *)(p->word + at + first);
    const char *end = first < count ? memchr(text, 0, (count - first) * 4) : NULL;
    if (!end) refuse(p, at, "a text without an end");
    *words = (uint32_t)(end - text) / 4 + 1;
    return text;
}

static void read_entry(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at;
    uint32_t words;
    if (p->entry) refuse(p, at, "a second entry point");
    if (w[1] != SpvExecutionModelGLCompute) refuse(p, at, "this is no compute kernel");
    if (strcmp(text_at(p, at, 3, &words), "main")) refuse(p, at, "it is not called main");
    p->entry = w[2];
    for (uint32_t i = 3 + words; i < w[0] >> 16; i++) {
        if (!w[i] || w[i] >= p->bound) refuse(p, at, "id %u is not below the bound", w[i]);
        if (p->id[w[i]].interface) refuse(p, at, "id %u twice", w[i]);
        p->id[w[i]].interface = true;
    }
}

static void read_mode(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    switch (w[2]) {
    case SpvExecutionModeLocalSize:
    case SpvExecutionModeLocalSizeId:
        if (count != 6 || p->size_at) refuse(p, at, "a workgroup size too many or too short");
        p->size_at = at;
        p->size_is_id = w[2] == SpvExecutionModeLocalSizeId;
        memcpy(p->size_id, w + 3, sizeof p->size_id);
        return;
    case SpvExecutionModeDenormPreserve:
    case SpvExecutionModeSignedZeroInfNanPreserve:
    case SpvExecutionModeRoundingModeRTE:
    case SpvExecutionModeSubgroupUniformControlFlowKHR: return;
    default: refuse(p, at, "execution mode %u is unknown", w[2]);
    }
}

static void read_decoration(struct program *p, uint32_t at, bool of_member)
{
    const uint32_t *w = p->word + at, count = w[0] >> 16, first = of_member ? 3 : 2;
    if (count <= first || !w[1] || w[1] >= p->bound) refuse(p, at, "of what?");
    bool with_literal = false;
    switch (w[first]) {
    case SpvDecorationSpecId:
    case SpvDecorationBuiltIn:
    case SpvDecorationOffset:
    case SpvDecorationArrayStride:
    case SpvDecorationAlignment: with_literal = true; break;
    case SpvDecorationBlock:
    case SpvDecorationAliased:
    case SpvDecorationRestrict:
    case SpvDecorationAliasedPointer:
    case SpvDecorationRestrictPointer:
    case SpvDecorationNoContraction:
    case SpvDecorationNonWritable:
    case SpvDecorationNonReadable:
    case SpvDecorationNoSignedWrap:
    case SpvDecorationNoUnsignedWrap: break;
    default: refuse(p, at, "decoration %u is unknown", w[first]);
    }
    if (count != first + 1 + with_literal) refuse(p, at, "it has %u words", count);
    struct decoration *d = take(p, sizeof *d);
    d->member = of_member ? w[2] : NO_MEMBER;
    d->what = w[first];
    d->value = with_literal ? w[first + 1] : 0;
    d->next = p->id[w[1]].decorations;
    p->id[w[1]].decorations = d;
}

static void define(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at;
    bool has_result, has_type;
    op_shape(w[0] & 0xffff, &has_result, &has_type);
    if (!has_result) return;
    if (w[0] >> 16 < 2u + has_type) refuse(p, at, "it has no result");
    const uint32_t id = w[1 + has_type];
    if (!id || id >= p->bound) refuse(p, at, "id %u is not below the bound %u", id, p->bound);
    if (p->id[id].at) refuse(p, at, "id %u is defined a second time", id);
    p->id[id].at = at;
    p->id[id].type = has_type ? w[1] : 0;
    p->id[id].function = p->function.count;
}

// -------------------------------------------------------------------------------------- functions

static bool is_terminator(uint32_t op)
{
    return op == SpvOpBranch || op == SpvOpBranchConditional || op == SpvOpSwitch ||
           op == SpvOpReturn || op == SpvOpReturnValue || op == SpvOpUnreachable;
}

// A function from its OpFunction on; returns the word behind it.
static uint32_t scan_function(struct program *p, uint32_t at)
{
    struct function *f = append(p, &p->function);
    *f = (struct function){
        .id = p->word[at + 2], .at = at, .block = p->block.count, .parameter = p->parameter.count};
    struct block *b = NULL;
    define(p, at);
    for (at += p->word[at] >> 16; at < p->words; at += p->word[at] >> 16) {
        const uint32_t op = p->word[at] & 0xffff, count = p->word[at] >> 16;
        if (!count || count > p->words - at) refuse(p, at, "it is longer than the module");
        if (op == SpvOpFunctionEnd) {
            if (b || !f->blocks) refuse(p, at, "the function has no end");
            return at + count;
        }
        define(p, at);
        if (op == SpvOpLine || op == SpvOpNoLine || op == SpvOpNop) continue;
        if (op == SpvOpFunctionParameter) {
            if (f->blocks) refuse(p, at, "a parameter behind the first block");
            *append(p, &p->parameter) = p->word[at + 2];
            f->parameters++;
        } else if (op == SpvOpLabel) {
            if (b) refuse(p, at, "the block before it has no end");
            b = append(p, &p->block);
            *b = (struct block){
                .label = p->word[at + 1], .at = at, .function = p->function.count - 1};
            f->blocks++;
        } else if (!b) {
            refuse(p, at, "it is in no block");
        } else if (is_terminator(op)) {
            b->last = at;
            b = NULL;
        } else if (b->merge_at) {
            refuse(p, at, "between a merge instruction and the end of its block");
        } else if (op == SpvOpLoopMerge || op == SpvOpSelectionMerge) {
            b->merge_at = at;
        }
        bool has_result, has_type;
        op_shape(op, &has_result, &has_type);
        if (has_result && f->blocks) p->id[p->word[at + 1 + has_type]].block = p->block.count;
    }
    refuse(p, f->at, "the function has no end");
}

static void scan_header(struct program *p)
{
    if (p->words < 5 || p->word[0] != SpvMagicNumber) refuse(p, 0, "this is no SPIR-V");
    if (p->word[1] != 0x00010600) refuse(p, 0, "its version is 0x%x, not 1.6", p->word[1]);
    if (p->word[4]) refuse(p, 0, "schema %u is unknown", p->word[4]);
    p->bound = p->word[3];
    if (p->bound > 1 << 24) refuse(p, 0, "its bound, %u, is too large", p->bound);
    p->id = take(p, (p->bound + 1) * sizeof *p->id);
}

void scan(struct program *p)
{
    bool has_model = false;
    uint32_t words;
    scan_header(p);
    for (uint32_t at = 5; at < p->words;) {
        const uint32_t op = p->word[at] & 0xffff, count = p->word[at] >> 16;
        if (!count || count > p->words - at) refuse(p, at, "it is longer than the module");
        static const struct {
            uint32_t op, least;
        } least[] = {{SpvOpCapability, 2}, {SpvOpExtInstImport, 3}, {SpvOpMemoryModel, 3},
                     {SpvOpEntryPoint, 4}, {SpvOpExecutionMode, 3}, {SpvOpExecutionModeId, 3},
                     {SpvOpFunction, 5}};
        for (size_t i = 0; i < sizeof least / sizeof *least; i++)
            if (op == least[i].op && count < least[i].least) refuse(p, at, "it is too short");
        if (op == SpvOpFunction) {
            at = scan_function(p, at);
            continue;
        }
        if (p->function.count) refuse(p, at, "it is between functions");
        switch (op) {
        case SpvOpCapability: read_capability(p, at); break;
        case SpvOpMemoryModel:
            has_model = p->word[at + 1] == SpvAddressingModelPhysicalStorageBuffer64 &&
                        p->word[at + 2] == SpvMemoryModelVulkan;
            if (!has_model) refuse(p, at, "not PhysicalStorageBuffer64 and Vulkan");
            break;
        case SpvOpEntryPoint: read_entry(p, at); break;
        case SpvOpExecutionMode:
        case SpvOpExecutionModeId: read_mode(p, at); break;
        case SpvOpExtInstImport:
            if (strcmp(text_at(p, at, 2, &words), "GLSL.std.450"))
                refuse(p, at, "these instructions are unknown");
            p->glsl = p->word[at + 1];
            break;
        case SpvOpDecorate:
        case SpvOpMemberDecorate: read_decoration(p, at, op == SpvOpMemberDecorate); break;
        default: break;
        }
        define(p, at);
        at += count;
    }
    if (!has_model) refuse(p, 0, "it has no memory model");
    if (!p->entry) refuse(p, 0, "it has no entry point");
    static const uint32_t wanted[] = {SpvCapabilityShader, SpvCapabilityVulkanMemoryModel,
                                      SpvCapabilityPhysicalStorageBufferAddresses};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!capable(p, (SpvCapability)wanted[i]))
            refuse(p, 0, "it lacks capability %u", wanted[i]);
}
