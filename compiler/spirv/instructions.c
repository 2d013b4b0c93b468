// Instructions without memory or calls: arithmetic, comparisons, conversions, aggregates.
//
// Integers have 1, 8, 16, 32 or 64 bits here (integers.c saw to it).
#include <stdlib.h>

#include "compiler/spirv/emit.h"

static SpvOp binary_op(LLVMOpcode op, bool is_bool)
{
    switch (op) {
    case LLVMAdd: return SpvOpIAdd;
    case LLVMSub: return SpvOpISub;
    case LLVMMul: return SpvOpIMul;
    case LLVMUDiv: return SpvOpUDiv;
    case LLVMSDiv: return SpvOpSDiv;
    case LLVMURem: return SpvOpUMod;
    case LLVMSRem: return SpvOpSRem;  // which is not what becomes of it
    case LLVMShl: return SpvOpShiftLeftLogical;
    case LLVMLShr: return SpvOpShiftRightLogical;
    case LLVMAShr: return SpvOpShiftRightArithmetic;
    case LLVMAnd: return is_bool ? SpvOpLogicalAnd : SpvOpBitwiseAnd;
    case LLVMOr: return is_bool ? SpvOpLogicalOr : SpvOpBitwiseOr;
    case LLVMXor: return is_bool ? SpvOpLogicalNotEqual : SpvOpBitwiseXor;
    case LLVMFAdd: return SpvOpFAdd;
    case LLVMFSub: return SpvOpFSub;
    case LLVMFMul: return SpvOpFMul;
    case LLVMFDiv: return SpvOpFDiv;
    case LLVMFRem: return SpvOpFRem;
    default: return SpvOpNop;
    }
}

static void result1(struct emit *e, LLVMValueRef i, SpvOp op, uint32_t a)
{
    spv(e->code, op, emit_type(e, LLVMTypeOf(i)), emit_result(e, i), a);
}

static void result2(struct emit *e, LLVMValueRef i, SpvOp op, uint32_t a, uint32_t b)
{
    spv(e->code, op, emit_type(e, LLVMTypeOf(i)), emit_result(e, i), a, b);
}

static uint32_t operand(struct emit *e, LLVMValueRef i, unsigned n)
{
    return emit_value(e, LLVMGetOperand(i, n));
}

static void binary(struct emit *e, LLVMValueRef i)
{
    LLVMTypeRef type = LLVMTypeOf(i);
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(i);
    const bool is_bool = !spv_is_float(type) && spv_bits(type) == 1;
    const SpvOp op = binary_op(opcode, is_bool);
    if (!spv_is_scalar(type)) ir_refuse(i, "no SPIR-V for vectors here");
    if (opcode == LLVMFRem && spv_bits(type) == 64) ir_refuse(i, "fmod of doubles is not there");
    const uint32_t a = operand(e, i, 0), b = operand(e, i, 1);
    if (opcode == LLVMSRem) {
        // Vulkan leaves OpSRem of negative numbers undefined, and NVIDIA's driver takes them for unsigned ones.
        const uint32_t t = emit_type(e, type), quotient = emit2(e, SpvOpSDiv, t, a, b);
        result2(e, i, SpvOpISub, a, emit2(e, SpvOpIMul, t, quotient, b));
        return;
    }
    result2(e, i, op, a, b);
}

static void compare_integers(struct emit *e, LLVMValueRef i)
{
    LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(i, 0));
    const bool is_bool = LLVMGetTypeKind(type) == LLVMIntegerTypeKind && spv_bits(type) == 1;
    SpvOp op = SpvOpNop;
    switch (LLVMGetICmpPredicate(i)) {
    case LLVMIntEQ: op = is_bool ? SpvOpLogicalEqual : SpvOpIEqual; break;
    case LLVMIntNE: op = is_bool ? SpvOpLogicalNotEqual : SpvOpINotEqual; break;
    case LLVMIntUGT: op = SpvOpUGreaterThan; break;
    case LLVMIntUGE: op = SpvOpUGreaterThanEqual; break;
    case LLVMIntULT: op = SpvOpULessThan; break;
    case LLVMIntULE: op = SpvOpULessThanEqual; break;
    case LLVMIntSGT: op = SpvOpSGreaterThan; break;
    case LLVMIntSGE: op = SpvOpSGreaterThanEqual; break;
    case LLVMIntSLT: op = SpvOpSLessThan; break;
    case LLVMIntSLE: op = SpvOpSLessThanEqual; break;
    }
    if (is_bool && op != SpvOpLogicalEqual && op != SpvOpLogicalNotEqual)
        ir_refuse(i, "internal error: an ordered comparison of bools");
    LLVMValueRef a = LLVMGetOperand(i, 0), b = LLVMGetOperand(i, 1);
    LLVMValueRef cells = emit_cells(e, a) ? a : b;
    result2(e, i, op, emit_joined(e, cells, a), emit_joined(e, cells, b));
}

static void compare_floats(struct emit *e, LLVMValueRef i)
{
    static const SpvOp ops[] = {
        [LLVMRealOEQ] = SpvOpFOrdEqual,
        [LLVMRealOGT] = SpvOpFOrdGreaterThan,
        [LLVMRealOGE] = SpvOpFOrdGreaterThanEqual,
        [LLVMRealOLT] = SpvOpFOrdLessThan,
        [LLVMRealOLE] = SpvOpFOrdLessThanEqual,
        [LLVMRealONE] = SpvOpFOrdNotEqual,
        [LLVMRealUEQ] = SpvOpFUnordEqual,
        [LLVMRealUGT] = SpvOpFUnordGreaterThan,
        [LLVMRealUGE] = SpvOpFUnordGreaterThanEqual,
        [LLVMRealULT] = SpvOpFUnordLessThan,
        [LLVMRealULE] = SpvOpFUnordLessThanEqual,
        [LLVMRealUNE] = SpvOpFUnordNotEqual,
    };
    const LLVMRealPredicate predicate = LLVMGetFCmpPredicate(i);
    const uint32_t a = operand(e, i, 0), b = operand(e, i, 1), boolean = spv_bool(e->m);
    if (predicate == LLVMRealPredicateFalse || predicate == LLVMRealPredicateTrue) {
        result1(e, i, SpvOpCopyObject, spv_constant(e->m, 1, predicate == LLVMRealPredicateTrue));
    } else if (predicate == LLVMRealORD || predicate == LLVMRealUNO) {
        const uint32_t either = emit2(e, SpvOpLogicalOr, boolean, emit1(e, SpvOpIsNan, boolean, a),
                                      emit1(e, SpvOpIsNan, boolean, b));
        result1(e, i, predicate == LLVMRealUNO ? SpvOpCopyObject : SpvOpLogicalNot, either);
    } else {
        result2(e, i, ops[predicate], a, b);
    }
}

static void truncate(struct emit *e, LLVMValueRef i)
{
    const uint32_t have = spv_bits(LLVMTypeOf(LLVMGetOperand(i, 0)));
    const uint32_t x = operand(e, i, 0);
    if (spv_bits(LLVMTypeOf(i)) > 1) {
        result1(e, i, SpvOpUConvert, x);
        return;
    }
    const uint32_t bit =
        emit2(e, SpvOpBitwiseAnd, spv_int(e->m, have), x, spv_constant(e->m, have, 1));
    result2(e, i, SpvOpINotEqual, bit, spv_constant(e->m, have, 0));
}

// A bool becomes 1 or, sign-extended, all ones.
static void from_bool(struct emit *e, LLVMValueRef i, SpvOp convert, bool sign)
{
    LLVMTypeRef type = LLVMTypeOf(i);
    const uint32_t bits = spv_is_float(type) ? 32 : spv_bits(type), integer = spv_int(e->m, bits);
    const uint32_t one = spv_constant(e->m, bits, sign ? ~0ull : 1);
    const uint32_t zero = spv_constant(e->m, bits, 0);
    if (!convert) {
        spv(e->code, SpvOpSelect, integer, emit_result(e, i), operand(e, i, 0), one, zero);
        return;
    }
    result1(e, i, convert, emit3(e, SpvOpSelect, integer, operand(e, i, 0), one, zero));
}

static void convert(struct emit *e, LLVMValueRef i)
{
    LLVMTypeRef from = LLVMTypeOf(LLVMGetOperand(i, 0)), to = LLVMTypeOf(i);
    const bool boolean = LLVMGetTypeKind(from) == LLVMIntegerTypeKind && spv_bits(from) == 1;
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMTrunc: truncate(e, i); break;
    case LLVMZExt:
    case LLVMSExt: {
        const bool sign = LLVMGetInstructionOpcode(i) == LLVMSExt;
        if (boolean)
            from_bool(e, i, SpvOpNop, sign);
        else
            result1(e, i, sign ? SpvOpSConvert : SpvOpUConvert, operand(e, i, 0));
        break;
    }
    case LLVMPtrToInt:
    case LLVMIntToPtr:
        result1(e, i, spv_bits(from) == spv_bits(to) ? SpvOpCopyObject : SpvOpUConvert,
                operand(e, i, 0));
        break;
    case LLVMBitCast:
    case LLVMAddrSpaceCast:
        result1(e, i, emit_type(e, from) == emit_type(e, to) ? SpvOpCopyObject : SpvOpBitcast,
                operand(e, i, 0));
        break;
    case LLVMFPToUI: result1(e, i, SpvOpConvertFToU, operand(e, i, 0)); break;
    case LLVMFPToSI: result1(e, i, SpvOpConvertFToS, operand(e, i, 0)); break;
    case LLVMUIToFP:
        if (boolean)
            from_bool(e, i, SpvOpConvertUToF, false);
        else
            result1(e, i, SpvOpConvertUToF, operand(e, i, 0));
        break;
    case LLVMSIToFP:
        if (boolean)
            from_bool(e, i, SpvOpConvertSToF, true);
        else
            result1(e, i, SpvOpConvertSToF, operand(e, i, 0));
        break;
    default: result1(e, i, SpvOpFConvert, operand(e, i, 0)); break;
    }
}

static void extract(struct emit *e, LLVMValueRef i)
{
    struct spv_words w = {0};
    spv_put(&w, emit_type(e, LLVMTypeOf(i)));
    spv_put(&w, emit_result(e, i));
    spv_put(&w, operand(e, i, 0));
    for (unsigned k = 0; k < LLVMGetNumIndices(i); k++) spv_put(&w, LLVMGetIndices(i)[k]);
    spv_write(e->code, SpvOpCompositeExtract, w.count, w.word);
    free(w.word);
}

static void insert(struct emit *e, LLVMValueRef i)
{
    struct spv_words w = {0};
    spv_put(&w, emit_type(e, LLVMTypeOf(i)));
    spv_put(&w, emit_result(e, i));
    spv_put(&w, operand(e, i, 1));
    spv_put(&w, operand(e, i, 0));
    for (unsigned k = 0; k < LLVMGetNumIndices(i); k++) spv_put(&w, LLVMGetIndices(i)[k]);
    spv_write(e->code, SpvOpCompositeInsert, w.count, w.word);
    free(w.word);
}

static uint32_t joined_type(struct emit *e, LLVMValueRef i)
{
    return emit_cells(e, i) ? spv_int(e->m, 32) : emit_type(e, LLVMTypeOf(i));
}

void emit_instruction(struct emit *e, LLVMValueRef i)
{
    e->m->instructions++;
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMICmp: compare_integers(e, i); break;
    case LLVMFCmp: compare_floats(e, i); break;
    case LLVMFNeg: result1(e, i, SpvOpFNegate, operand(e, i, 0)); break;
    case LLVMTrunc:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMPtrToInt:
    case LLVMIntToPtr:
    case LLVMBitCast:
    case LLVMAddrSpaceCast:
    case LLVMFPToUI:
    case LLVMFPToSI:
    case LLVMUIToFP:
    case LLVMSIToFP:
    case LLVMFPTrunc:
    case LLVMFPExt: convert(e, i); break;
    case LLVMSelect:
        spv(e->code, SpvOpSelect, joined_type(e, i), emit_result(e, i), operand(e, i, 0),
            emit_joined(e, i, LLVMGetOperand(i, 1)), emit_joined(e, i, LLVMGetOperand(i, 2)));
        break;
    case LLVMFreeze:
        spv(e->code, SpvOpCopyObject, joined_type(e, i), emit_result(e, i),
            emit_joined(e, i, LLVMGetOperand(i, 0)));
        break;
    case LLVMGetElementPtr:
        spv(e->code, SpvOpCopyObject, joined_type(e, i), emit_result(e, i), emit_address(e, i));
        break;
    case LLVMExtractValue: extract(e, i); break;
    case LLVMInsertValue: insert(e, i); break;
    case LLVMAlloca: break;  // declared as cells
    case LLVMLoad: emit_load(e, i); break;
    case LLVMStore: emit_store(e, i); break;
    case LLVMAtomicCmpXchg: emit_exchange(e, i); break;
    case LLVMAtomicRMW: emit_update(e, i); break;
    case LLVMFence: emit_fence(e, i); break;
    case LLVMCall: emit_call(e, i); break;
    case LLVMVAArg: ir_refuse(i, "va_arg of a type that LLVM did not lower");
    default:
        if (binary_op(LLVMGetInstructionOpcode(i), false) == SpvOpNop)
            ir_refuse(i, "no SPIR-V for: %s", LLVMPrintValueToString(i));
        binary(e, i);
    }
}
