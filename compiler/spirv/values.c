// Operands: constants, addresses, results of other instructions.
#include <string.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/emit.h"

uint32_t emit1(struct emit *e, SpvOp op, uint32_t type, uint32_t a)
{
    const uint32_t id = spv_id(e->m);
    spv(e->code, op, type, id, a);
    return id;
}

uint32_t emit2(struct emit *e, SpvOp op, uint32_t type, uint32_t a, uint32_t b)
{
    const uint32_t id = spv_id(e->m);
    spv(e->code, op, type, id, a, b);
    return id;
}

uint32_t emit3(struct emit *e, SpvOp op, uint32_t type, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t id = spv_id(e->m);
    spv(e->code, op, type, id, a, b, c);
    return id;
}

uint32_t emit_type(struct emit *e, LLVMTypeRef type) { return spv_type(e->m, type); }
uint32_t emit_word(struct emit *e, uint32_t value) { return spv_constant(e->m, 32, value); }

const struct cells *emit_cells(struct emit *e, LLVMValueRef pointer)
{
    const uint32_t number = *spv_slot(&e->cells_of, spv_key(pointer), 0);
    return number ? &e->cells[number - 1] : NULL;
}

static uint32_t push_u64(struct emit *e, uint32_t at)
{
    const uint32_t word = spv_int(e->m, 32), wide = spv_int(e->m, 64);
    const uint32_t pointer = spv_pointer(e->m, SpvStorageClassPushConstant, word);
    uint32_t half[2];
    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t p = emit3(e, SpvOpAccessChain, pointer, spv_builtin(e->m, SPV_VAR_PUSH),
                                 emit_word(e, 0), emit_word(e, at / 4 + k));
        half[k] = emit1(e, SpvOpUConvert, wide, emit1(e, SpvOpLoad, word, p));
    }
    half[1] = emit2(e, SpvOpShiftLeftLogical, wide, half[1], emit_word(e, 32));
    return emit2(e, SpvOpBitwiseOr, wide, half[0], half[1]);
}

// The lane's place in the launch, counted through all workgroups.
static uint32_t lane_index(struct emit *e)
{
    const uint32_t word = spv_int(e->m, 32), vector = spv_vector(e->m, word, 3);
    const uint32_t group = emit1(e, SpvOpLoad, vector, spv_builtin(e->m, SPV_VAR_GROUP_ID));
    const uint32_t x = emit2(e, SpvOpCompositeExtract, word, group, 0);
    const uint32_t size = emit2(e, SpvOpCompositeExtract, word, spv_group_size(e->m), 0);
    const uint32_t local = emit1(e, SpvOpLoad, word, spv_builtin(e->m, SPV_VAR_LOCAL_INDEX));
    return emit2(e, SpvOpIAdd, word, emit2(e, SpvOpIMul, word, x, size), local);
}

static uint32_t data_address_id(struct emit *e)
{
    if (e->data_address) return e->data_address;
    struct spv_words *code = e->code;
    const uint32_t wide = spv_int(e->m, 64);
    e->code = &e->prologue;
    e->data_address = push_u64(e, HC_SPIRV_PUSH_DATA);
    if (e->options->lane_data) {
        if (!e->data_size) e->data_size = spv_id(e->m);
        const uint32_t lane = emit1(e, SpvOpUConvert, wide, lane_index(e));
        const uint32_t skip = emit2(e, SpvOpIMul, wide, lane, e->data_size);
        e->data_address = emit2(e, SpvOpIAdd, wide, e->data_address, skip);
    }
    e->code = code;
    return e->data_address;
}

static uint32_t global_address(struct emit *e, LLVMValueRef key, LLVMValueRef base, int64_t offset)
{
    const struct cells *c = emit_cells(e, base);
    if (c) return emit_word(e, (uint32_t)offset);
    uint32_t *slot = spv_slot(&e->value, spv_key(key), 0);
    if (*slot) return *slot;
    const uint64_t at = data_offset(e->data, base, e->kernel) + (uint64_t)offset;
    const uint32_t segment = data_address_id(e);
    struct spv_words *code = e->code;
    e->code = &e->prologue;
    const uint32_t id = emit2(e, SpvOpIAdd, spv_int(e->m, 64), segment, spv_constant(e->m, 64, at));
    e->code = code;
    return *spv_slot(&e->value, spv_key(key), 0) = id;
}

static uint32_t float_constant(struct emit *e, LLVMValueRef v)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    const uint32_t bits = spv_bits(t);
    LLVMValueRef integer = LLVMConstBitCast(v, LLVMIntTypeInContext(e->ir->context, bits));
    return spv_constant_of(e->m, emit_type(e, t), bits, LLVMConstIntGetZExtValue(integer));
}

static uint32_t aggregate_constant(struct emit *e, LLVMValueRef v)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    const bool array = LLVMGetTypeKind(t) == LLVMArrayTypeKind;
    const uint64_t n = array ? LLVMGetArrayLength2(t) : LLVMCountStructElementTypes(t);
    struct spv_words members = {0};
    spv_put(&members, emit_type(e, t));
    spv_put(&members, 0);
    for (unsigned i = 0; i < n; i++)
        spv_put(&members, emit_value(e, LLVMGetAggregateElement(v, i)));
    members.word[1] = spv_id(e->m);
    spv_write(e->code, SpvOpCompositeConstruct, members.count, members.word);
    return members.word[1];
}

uint32_t emit_result(struct emit *e, LLVMValueRef v)
{
    uint32_t *slot = spv_slot(&e->value, spv_key(v), 0);
    if (!*slot) *slot = spv_id(e->m);
    return *slot;
}

// Constants that take instructions stand in the prologue: a phi may ask for them anywhere.
static uint32_t constant_value(struct emit *e, LLVMValueRef v)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    LLVMValueRef base;
    int64_t offset;
    if (data_address(e->ir, v, &base, &offset)) {
        if (!base) return spv_constant(e->m, spv_bits(t), (uint64_t)offset);
        if (LLVMIsAFunction(base))
            return spv_constant(e->m, spv_bits(t), data_function(e->data, base));
        const uint32_t id = global_address(e, v, base, offset);
        return LLVMGetTypeKind(t) == LLVMPointerTypeKind || spv_bits(t) == 64
                   ? id
                   : emit1(e, SpvOpUConvert, emit_type(e, t), id);
    }
    if (!spv_is_scalar(t)) return aggregate_constant(e, v);
    ir_refuse(NULL, "in %s: no SPIR-V for the constant %s", e->kernel, LLVMPrintValueToString(v));
}

uint32_t emit_value(struct emit *e, LLVMValueRef v)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    if (LLVMIsUndef(v) || LLVMIsPoison(v) || LLVMIsAConstantAggregateZero(v))
        return spv_undef(e->m, emit_type(e, t));
    if (LLVMIsAConstantInt(v))
        return spv_constant(e->m, LLVMGetIntTypeWidth(t), LLVMConstIntGetZExtValue(v));
    if (LLVMIsAConstantFP(v)) return float_constant(e, v);
    if (!LLVMIsConstant(v)) return emit_result(e, v);
    struct spv_words *code = e->code;
    e->code = &e->prologue;
    const uint32_t id = constant_value(e, v);
    e->code = code;
    return id;
}

uint32_t emit_joined(struct emit *e, LLVMValueRef joined, LLVMValueRef v)
{
    const bool none = LLVMIsUndef(v) || LLVMIsPoison(v);
    return none && emit_cells(e, joined) ? emit_word(e, 0) : emit_value(e, v);
}

// An index as an integer of so many bits, sign kept.
static uint32_t index_value(struct emit *e, LLVMValueRef v, uint32_t bits)
{
    const uint32_t id = emit_value(e, v), have = spv_bits(LLVMTypeOf(v));
    if (have == bits) return id;
    return emit1(e, have > bits ? SpvOpUConvert : SpvOpSConvert, spv_int(e->m, bits), id);
}

static uint32_t scaled(struct emit *e, uint32_t index, uint64_t size, uint32_t bits)
{
    const uint32_t type = spv_int(e->m, bits);
    if (size == 1) return index;
    if (size & (size - 1)) return emit2(e, SpvOpIMul, type, index, spv_constant(e->m, bits, size));
    return emit2(e, SpvOpShiftLeftLogical, type, index,
                 emit_word(e, (uint32_t)__builtin_ctzll(size)));
}

uint32_t emit_address(struct emit *e, LLVMValueRef gep)
{
    const uint32_t bits = emit_cells(e, gep) ? 32 : 64, type = spv_int(e->m, bits);
    uint32_t address = emit_value(e, LLVMGetOperand(gep, 0));
    int64_t offset = 0;
    LLVMTypeRef t = LLVMGetGEPSourceElementType(gep);
    for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(gep); i++) {
        LLVMValueRef index = LLVMGetOperand(gep, i);
        if (i > 1 && LLVMGetTypeKind(t) == LLVMStructTypeKind) {
            const unsigned member = (unsigned)LLVMConstIntGetZExtValue(index);
            offset += (int64_t)LLVMOffsetOfElement(e->ir->layout, t, member);
            t = LLVMStructGetTypeAtIndex(t, member);
            continue;
        }
        if (i > 1) t = LLVMGetElementType(t);
        const uint64_t size = LLVMABISizeOfType(e->ir->layout, t);
        if (LLVMIsAConstantInt(index)) {
            offset += LLVMConstIntGetSExtValue(index) * (int64_t)size;
            continue;
        }
        address =
            emit2(e, SpvOpIAdd, type, address, scaled(e, index_value(e, index, bits), size, bits));
    }
    if (offset)
        address = emit2(e, SpvOpIAdd, type, address, spv_constant(e->m, bits, (uint64_t)offset));
    return address;
}

bool emit_constant_memory(struct emit *e, LLVMValueRef pointer)
{
    (void)e;
    while (LLVMIsAGetElementPtrInst(pointer) || LLVMIsAConstantExpr(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    return LLVMIsAGlobalVariable(pointer) && LLVMIsGlobalConstant(pointer);
}
