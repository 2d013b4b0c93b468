// Calls: the device library's own operations (backends/vulkan/device.h) and LLVM's intrinsics.
#include <string.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/emit.h"

static uint32_t argument(struct emit *e, LLVMValueRef i, unsigned n)
{
    return emit_value(e, LLVMGetOperand(i, n));
}

static uint64_t constant_argument(LLVMValueRef i, unsigned n)
{
    LLVMValueRef v = LLVMGetOperand(i, n);
    if (!LLVMIsAConstantInt(v))
        ir_refuse(i, "argument %u of %s must be a constant", n + 1,
                  LLVMGetValueName2(LLVMGetCalledValue(i), &(size_t){0}));
    return LLVMConstIntGetZExtValue(v);
}

// ------------------------------------------------------------------------- the device library's operations

static void op_id(struct emit *e, LLVMValueRef i)
{
    static const enum spv_variable variable[] = {
        [HC_SPIRV_GROUP_ID] = SPV_VAR_GROUP_ID,
        [HC_SPIRV_GROUP_COUNT] = SPV_VAR_GROUP_COUNT,
        [HC_SPIRV_LOCAL_ID] = SPV_VAR_LOCAL_ID,
        [HC_SPIRV_GROUP_SIZE] = SPV_VARS,
        [HC_SPIRV_LOCAL_INDEX] = SPV_VAR_LOCAL_INDEX,
        [HC_SPIRV_LANE] = SPV_VAR_LANE,
        [HC_SPIRV_WIDTH] = SPV_VAR_WIDTH,
        [HC_SPIRV_SUBGROUP] = SPV_VAR_SUBGROUP,
    };
    const uint64_t which = constant_argument(i, 0), dim = constant_argument(i, 1);
    const uint32_t word = spv_int(e->m, 32), vector = spv_vector(e->m, word, 3);
    if (which > HC_SPIRV_SUBGROUP || dim > (which <= HC_SPIRV_GROUP_SIZE ? 2 : 0))
        ir_refuse(i, "hc_spirv_id(%lu, %lu): there is no such number", which, dim);
    if (which == HC_SPIRV_GROUP_SIZE) {
        spv(e->code, SpvOpCompositeExtract, word, emit_result(e, i), spv_group_size(e->m),
            (uint32_t)dim);
        return;
    }
    const uint32_t from = spv_builtin(e->m, variable[which]);
    if (which > HC_SPIRV_LOCAL_ID) {
        spv(e->code, SpvOpLoad, word, emit_result(e, i), from);
        return;
    }
    const uint32_t all = emit1(e, SpvOpLoad, vector, from);
    spv(e->code, SpvOpCompositeExtract, word, emit_result(e, i), all, (uint32_t)dim);
}

static uint32_t subgroup(struct emit *e) { return emit_word(e, SpvScopeSubgroup); }

static void op_ballot(struct emit *e, LLVMValueRef i)
{
    const uint32_t word = spv_int(e->m, 32), wide = spv_int(e->m, 64);
    spv_capability(e->m, SpvCapabilityGroupNonUniform);
    spv_capability(e->m, SpvCapabilityGroupNonUniformBallot);
    const uint32_t all = emit2(e, SpvOpGroupNonUniformBallot, spv_vector(e->m, word, 4),
                               subgroup(e), argument(e, i, 0));
    const uint32_t low =
        emit1(e, SpvOpUConvert, wide, emit2(e, SpvOpCompositeExtract, word, all, 0));
    uint32_t high = emit1(e, SpvOpUConvert, wide, emit2(e, SpvOpCompositeExtract, word, all, 1));
    high = emit2(e, SpvOpShiftLeftLogical, wide, high, emit_word(e, 32));
    spv(e->code, SpvOpBitwiseOr, wide, emit_result(e, i), low, high);
}

static void op_elect(struct emit *e, LLVMValueRef i)
{
    spv_capability(e->m, SpvCapabilityGroupNonUniform);
    spv(e->code, SpvOpGroupNonUniformElect, spv_bool(e->m), emit_result(e, i), subgroup(e));
}

static void op_first(struct emit *e, LLVMValueRef i)
{
    spv_capability(e->m, SpvCapabilityGroupNonUniform);
    spv_capability(e->m, SpvCapabilityGroupNonUniformBallot);
    const uint32_t value = argument(e, i, 0);
    spv(e->code, SpvOpGroupNonUniformBroadcastFirst, spv_int(e->m, 32), emit_result(e, i),
        subgroup(e), value);
}

static void op_shuffle(struct emit *e, LLVMValueRef i)
{
    spv_capability(e->m, SpvCapabilityGroupNonUniform);
    spv_capability(e->m, SpvCapabilityGroupNonUniformShuffle);
    const uint32_t value = argument(e, i, 0), lane = argument(e, i, 1);
    spv(e->code, SpvOpGroupNonUniformShuffle, spv_int(e->m, 32), emit_result(e, i), subgroup(e),
        value, lane);
}

static void op_max(struct emit *e, LLVMValueRef i)
{
    spv_capability(e->m, SpvCapabilityGroupNonUniform);
    spv_capability(e->m, SpvCapabilityGroupNonUniformArithmetic);
    const uint32_t value = argument(e, i, 0);
    spv(e->code, SpvOpGroupNonUniformUMax, spv_int(e->m, 32), emit_result(e, i), subgroup(e),
        SpvGroupOperationReduce, value);
}

static void op_barrier(struct emit *e, LLVMValueRef i)
{
    (void)i;
    const uint32_t group = emit_word(e, SpvScopeWorkgroup);
    spv(e->code, SpvOpControlBarrier, group, group,
        emit_word(e, SpvMemorySemanticsAcquireReleaseMask | SpvMemorySemanticsWorkgroupMemoryMask |
                         SpvMemorySemanticsUniformMemoryMask | SpvMemorySemanticsMakeAvailableMask |
                         SpvMemorySemanticsMakeVisibleMask));
}

static void op_order(struct emit *e, LLVMValueRef i)
{
    (void)i;
    spv(e->code, SpvOpMemoryBarrier, emit_word(e, SpvScopeSubgroup),
        emit_word(e, SpvMemorySemanticsAcquireReleaseMask | SpvMemorySemanticsWorkgroupMemoryMask |
                         SpvMemorySemanticsUniformMemoryMask | SpvMemorySemanticsMakeAvailableMask |
                         SpvMemorySemanticsMakeVisibleMask));
}

static void op_clock(struct emit *e, LLVMValueRef i)
{
    const uint32_t wide = spv_int(e->m, 64);
    spv_capability(e->m, SpvCapabilityShaderClockKHR);
    e->m->needs |= HC_SPIRV_NEEDS_CLOCK;
    spv(e->code, SpvOpReadClockKHR, wide, emit_result(e, i), emit_word(e, SpvScopeDevice));
}

static void op_constant(struct emit *e, LLVMValueRef i)
{
    const uint64_t which = constant_argument(i, 0);
    if (which > HC_SPIRV_SPEC_STACK)
        ir_refuse(i, "hc_spirv_constant(%lu): there is no such constant", which);
    spv(e->code, SpvOpCopyObject, spv_int(e->m, 32), emit_result(e, i),
        spv_spec(e->m, (uint32_t)which));
}

static void op_opaque(struct emit *e, LLVMValueRef i)
{
    spv(e->code, SpvOpCopyObject, spv_bool(e->m), emit_result(e, i), argument(e, i, 0));
}

static void op_load8(struct emit *e, LLVMValueRef i)
{
    const uint32_t x = emit_small_load(e, argument(e, i, 0), 8);
    spv(e->code, SpvOpCopyObject, spv_int(e->m, 32), emit_result(e, i), x);
}

static void op_load16(struct emit *e, LLVMValueRef i)
{
    const uint32_t x = emit_small_load(e, argument(e, i, 0), 16);
    spv(e->code, SpvOpCopyObject, spv_int(e->m, 32), emit_result(e, i), x);
}

static void op_store8(struct emit *e, LLVMValueRef i)
{
    emit_small_store(e, argument(e, i, 0), 8, argument(e, i, 1));
}

static void op_store16(struct emit *e, LLVMValueRef i)
{
    emit_small_store(e, argument(e, i, 0), 16, argument(e, i, 1));
}

// ---------------------------------------------------------------------------------- LLVM's intrinsics

static void extended(struct emit *e, LLVMValueRef i, uint32_t instruction, unsigned arguments)
{
    uint32_t w[8] = {emit_type(e, LLVMTypeOf(i)), emit_result(e, i), spv_glsl(e->m), instruction};
    for (unsigned k = 0; k < arguments; k++) w[4 + k] = argument(e, i, k);
    spv_write(e->code, SpvOpExtInst, 4 + arguments, w);
}

struct extended_op {
    const char *name;
    enum GLSLstd450 instruction;
    unsigned arguments;
    bool single;  // not for doubles
};

static const struct extended_op extended_ops[] = {
    {"llvm.umin.", GLSLstd450UMin, 2, false},
    {"llvm.umax.", GLSLstd450UMax, 2, false},
    {"llvm.smin.", GLSLstd450SMin, 2, false},
    {"llvm.smax.", GLSLstd450SMax, 2, false},
    {"llvm.abs.", GLSLstd450SAbs, 1, false},
    {"llvm.fabs.", GLSLstd450FAbs, 1, false},
    {"llvm.sqrt.", GLSLstd450Sqrt, 1, false},
    {"llvm.floor.", GLSLstd450Floor, 1, false},
    {"llvm.ceil.", GLSLstd450Ceil, 1, false},
    {"llvm.trunc.", GLSLstd450Trunc, 1, false},
    {"llvm.rint.", GLSLstd450RoundEven, 1, false},
    {"llvm.nearbyint.", GLSLstd450RoundEven, 1, false},
    {"llvm.roundeven.", GLSLstd450RoundEven, 1, false},
    {"llvm.fma.", GLSLstd450Fma, 3, false},
    {"llvm.fmuladd.", GLSLstd450Fma, 3, false},
    {"llvm.minnum.", GLSLstd450NMin, 2, false},
    {"llvm.maxnum.", GLSLstd450NMax, 2, false},
    {"llvm.sin.", GLSLstd450Sin, 1, true},
    {"llvm.cos.", GLSLstd450Cos, 1, true},
    {"llvm.exp2.", GLSLstd450Exp2, 1, true},
    {"llvm.exp.", GLSLstd450Exp, 1, true},
    {"llvm.log2.", GLSLstd450Log2, 1, true},
    {"llvm.log.", GLSLstd450Log, 1, true},
    {"llvm.pow.", GLSLstd450Pow, 2, true},
};

// Of 32 bits; others were expanded.
static void bits(struct emit *e, LLVMValueRef i, const char *name)
{
    const uint32_t word = spv_int(e->m, 32), x = argument(e, i, 0), id = emit_result(e, i);
    if (spv_bits(LLVMTypeOf(i)) != 32) ir_refuse(i, "internal error: %s was not expanded", name);
    if (!strncmp(name, "llvm.ctpop.", 11)) {
        spv(e->code, SpvOpBitCount, word, id, x);
    } else if (!strncmp(name, "llvm.bitreverse.", 16)) {
        spv(e->code, SpvOpBitReverse, word, id, x);
    } else if (!strncmp(name, "llvm.ctlz.", 10)) {
        const uint32_t top = emit3(e, SpvOpExtInst, word, spv_glsl(e->m), GLSLstd450FindUMsb, x);
        spv(e->code, SpvOpISub, word, id, emit_word(e, 31), top);  // of 0: 31 - -1
    } else {
        const uint32_t low = emit3(e, SpvOpExtInst, word, spv_glsl(e->m), GLSLstd450FindILsb, x);
        const uint32_t none = emit2(e, SpvOpIEqual, spv_bool(e->m), x, emit_word(e, 0));
        spv(e->code, SpvOpSelect, word, id, none, emit_word(e, 32), low);
    }
}

static void sign_copy(struct emit *e, LLVMValueRef i)
{
    const uint32_t width = spv_bits(LLVMTypeOf(i)), integer = spv_int(e->m, width);
    const uint64_t sign = 1ull << (width - 1);
    uint32_t a = emit1(e, SpvOpBitcast, integer, argument(e, i, 0));
    uint32_t b = emit1(e, SpvOpBitcast, integer, argument(e, i, 1));
    a = emit2(e, SpvOpBitwiseAnd, integer, a, spv_constant(e->m, width, sign - 1));
    b = emit2(e, SpvOpBitwiseAnd, integer, b, spv_constant(e->m, width, sign));
    spv(e->code, SpvOpBitcast, emit_type(e, LLVMTypeOf(i)), emit_result(e, i),
        emit2(e, SpvOpBitwiseOr, integer, a, b));
}

static bool intrinsic(struct emit *e, LLVMValueRef i, const char *name)
{
    static const char *const nothing[] = {
        "llvm.lifetime.",      "llvm.assume",     "llvm.dbg.",     "llvm.experimental.noalias",
        "llvm.donothing",      "llvm.sideeffect", "llvm.prefetch", "llvm.invariant.",
        "llvm.var.annotation",
    };
    for (unsigned k = 0; k < sizeof nothing / sizeof *nothing; k++)
        if (!strncmp(name, nothing[k], strlen(nothing[k]))) return true;
    for (unsigned k = 0; k < sizeof extended_ops / sizeof *extended_ops; k++) {
        const struct extended_op *op = &extended_ops[k];
        if (strncmp(name, op->name, strlen(op->name))) continue;
        if (op->single && spv_bits(LLVMTypeOf(i)) == 64)
            ir_refuse(i, "%s: Vulkan has this function for float only", name);
        extended(e, i, op->instruction, op->arguments);
        return true;
    }
    if (!strncmp(name, "llvm.ctpop.", 11) || !strncmp(name, "llvm.ctlz.", 10) ||
        !strncmp(name, "llvm.cttz.", 10) || !strncmp(name, "llvm.bitreverse.", 16)) {
        bits(e, i, name);
        return true;
    }
    if (!strncmp(name, "llvm.copysign.", 14)) {
        sign_copy(e, i);
        return true;
    }
    return false;
}

void emit_call(struct emit *e, LLVMValueRef i)
{
    static const struct {
        const char *name;
        void (*emit)(struct emit *e, LLVMValueRef i);
    } ops[] = {
        {"hc_spirv_id", op_id},           {"hc_spirv_ballot", op_ballot},
        {"hc_spirv_elect", op_elect},     {"hc_spirv_first", op_first},
        {"hc_spirv_shuffle", op_shuffle}, {"hc_spirv_max", op_max},
        {"hc_spirv_barrier", op_barrier}, {"hc_spirv_order", op_order},
        {"hc_spirv_clock", op_clock},     {"hc_spirv_constant", op_constant},
        {"hc_spirv_opaque", op_opaque},   {"hc_spirv_load8", op_load8},
        {"hc_spirv_load16", op_load16},   {"hc_spirv_store8", op_store8},
        {"hc_spirv_store16", op_store16},
    };
    LLVMValueRef f = LLVMGetCalledValue(i);
    if (LLVMIsAInlineAsm(f)) ir_refuse(i, "assembly can't become SPIR-V");
    if (!LLVMIsAFunction(f)) ir_refuse(i, "internal error: an indirect call is left");
    const char *name = LLVMGetValueName2(f, &(size_t){0});
    for (unsigned k = 0; k < sizeof ops / sizeof *ops; k++)
        if (!strcmp(name, ops[k].name)) {
            ops[k].emit(e, i);
            return;
        }
    if (!strncmp(name, "llvm.", 5)) {
        if (!intrinsic(e, i, name)) ir_refuse(i, "no SPIR-V for %s", name);
        return;
    }
    if (LLVMIsDeclaration(f)) ir_refuse(i, "%s is called, but defined nowhere", name);
    ir_refuse(i, "internal error: a call of %s is left", name);
}
