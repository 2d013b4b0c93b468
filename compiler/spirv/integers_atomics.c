// Atomics that SPIR-V lacks, as loops of compare-exchange: those of 8 and 16 bits, on the aligned 32-bit word around
// them, and operations such as nand and floating-point add.
#include <stdlib.h>

#include "compiler/spirv/integers.h"

struct atomic {
    struct ir *ir;
    LLVMBuilderRef b;
    LLVMValueRef at, pointer;
    LLVMTypeRef type;    // what it works on
    LLVMTypeRef word;    // what is exchanged
    LLVMValueRef where;  // of the word
    LLVMValueRef shift;  // of the bits in the word; NULL: they are all of it
    LLVMValueRef rest;   // mask of the others
    LLVMAtomicOrdering success, failure;
};

static unsigned bits_of(struct ir *ir, LLVMTypeRef type)
{
    return (unsigned)LLVMSizeOfTypeInBits(ir->layout, type);
}

static LLVMValueRef word_number(const struct atomic *a, uint64_t value)
{
    return LLVMConstInt(a->word, value, false);
}

static void find_word(struct atomic *a)
{
    struct ir *ir = a->ir;
    const unsigned bits = bits_of(ir, a->type);
    a->word = LLVMIntTypeInContext(ir->context, bits < 32 ? 32 : bits);
    a->where = a->pointer;
    if (bits >= 32) return;
    LLVMValueRef bytes = word_number(a, 0);
    if (LLVMGetAlignment(a->at) < 4) {
        LLVMValueRef low = LLVMBuildPtrToInt(a->b, a->pointer, ir->i64, "");
        low = LLVMBuildAnd(a->b, low, LLVMConstInt(ir->i64, 3, false), "");
        bytes = LLVMBuildTrunc(a->b, low, ir->i32, "");
        low = LLVMBuildNeg(a->b, low, "");
        a->where = LLVMBuildGEP2(a->b, ir->i8, a->pointer, &low, 1, "");
    }
    a->shift = LLVMBuildShl(a->b, bytes, word_number(a, 3), "");
    LLVMValueRef mask = LLVMBuildShl(a->b, word_number(a, (1u << bits) - 1), a->shift, "");
    a->rest = LLVMBuildNot(a->b, mask, "");
}

static LLVMValueRef from_word(const struct atomic *a, LLVMValueRef word)
{
    LLVMTypeRef as = LLVMIntTypeInContext(a->ir->context, bits_of(a->ir, a->type));
    if (a->shift) word = LLVMBuildTrunc(a->b, LLVMBuildLShr(a->b, word, a->shift, ""), as, "");
    if (LLVMGetTypeKind(a->type) == LLVMPointerTypeKind)
        return LLVMBuildIntToPtr(a->b, word, a->type, "");
    return LLVMBuildBitCast(a->b, word, a->type, "");
}

// `old` with the value in its place.
static LLVMValueRef into_word(const struct atomic *a, LLVMValueRef old, LLVMValueRef value)
{
    LLVMTypeRef as = LLVMIntTypeInContext(a->ir->context, bits_of(a->ir, a->type));
    if (LLVMGetTypeKind(a->type) == LLVMPointerTypeKind)
        value = LLVMBuildPtrToInt(a->b, value, as, "");
    else
        value = LLVMBuildBitCast(a->b, value, as, "");
    if (!a->shift) return value;
    value = LLVMBuildShl(a->b, LLVMBuildZExt(a->b, value, a->word, ""), a->shift, "");
    return LLVMBuildOr(a->b, LLVMBuildAnd(a->b, old, a->rest, ""), value, "");
}

static LLVMValueRef load_word(const struct atomic *a, LLVMAtomicOrdering order)
{
    LLVMValueRef v = LLVMBuildLoad2(a->b, a->word, a->where, "");
    LLVMSetAlignment(v, bits_of(a->ir, a->word) / 8);
    LLVMSetOrdering(v, order);
    LLVMSetAtomicSyncScopeID(v, LLVMGetAtomicSyncScopeID(a->at));
    LLVMSetVolatile(v, LLVMGetVolatile(a->at));
    return v;
}

static LLVMValueRef exchange(const struct atomic *a, LLVMValueRef old, LLVMValueRef value)
{
    LLVMValueRef v = LLVMBuildAtomicCmpXchgSyncScope(a->b, a->where, old, value, a->success,
                                                     a->failure, LLVMGetAtomicSyncScopeID(a->at));
    LLVMSetAlignment(v, bits_of(a->ir, a->word) / 8);
    LLVMSetVolatile(v, LLVMGetVolatile(a->at));
    return v;
}

// --------------------------------------------------------------------------- the new value

static LLVMValueRef choose(const struct atomic *a, LLVMIntPredicate p, LLVMValueRef x,
                           LLVMValueRef y)
{
    return LLVMBuildSelect(a->b, LLVMBuildICmp(a->b, p, x, y, ""), x, y, "");
}

static LLVMValueRef float_call(const struct atomic *a, const char *name, size_t length,
                               LLVMValueRef x, LLVMValueRef y)
{
    LLVMTypeRef type = a->type;
    LLVMValueRef f =
        LLVMGetIntrinsicDeclaration(a->ir->module, LLVMLookupIntrinsicID(name, length), &type, 1);
    return LLVMBuildCall2(a->b, LLVMGlobalGetValueType(f), f, (LLVMValueRef[]){x, y}, 2, "");
}
#define FLOAT_CALL(name) float_call(a, name, sizeof name - 1, old, y)

static LLVMValueRef new_value(const struct atomic *a, LLVMAtomicRMWBinOp op, LLVMValueRef old,
                              LLVMValueRef y)
{
    LLVMBuilderRef b = a->b;
    LLVMValueRef flag, none = LLVMConstNull(a->type), one;
    switch (op) {
    case LLVMAtomicRMWBinOpXchg: return y;
    case LLVMAtomicRMWBinOpAdd: return LLVMBuildAdd(b, old, y, "");
    case LLVMAtomicRMWBinOpSub: return LLVMBuildSub(b, old, y, "");
    case LLVMAtomicRMWBinOpAnd: return LLVMBuildAnd(b, old, y, "");
    case LLVMAtomicRMWBinOpNand: return LLVMBuildNot(b, LLVMBuildAnd(b, old, y, ""), "");
    case LLVMAtomicRMWBinOpOr: return LLVMBuildOr(b, old, y, "");
    case LLVMAtomicRMWBinOpXor: return LLVMBuildXor(b, old, y, "");
    case LLVMAtomicRMWBinOpMax: return choose(a, LLVMIntSGT, old, y);
    case LLVMAtomicRMWBinOpMin: return choose(a, LLVMIntSLE, old, y);
    case LLVMAtomicRMWBinOpUMax: return choose(a, LLVMIntUGT, old, y);
    case LLVMAtomicRMWBinOpUMin: return choose(a, LLVMIntULE, old, y);
    case LLVMAtomicRMWBinOpFAdd: return LLVMBuildFAdd(b, old, y, "");
    case LLVMAtomicRMWBinOpFSub: return LLVMBuildFSub(b, old, y, "");
    case LLVMAtomicRMWBinOpFMax: return FLOAT_CALL("llvm.maxnum");
    case LLVMAtomicRMWBinOpFMin: return FLOAT_CALL("llvm.minnum");
    case LLVMAtomicRMWBinOpUIncWrap:
        one = LLVMConstInt(a->type, 1, false);
        flag = LLVMBuildICmp(b, LLVMIntUGE, old, y, "");
        return LLVMBuildSelect(b, flag, none, LLVMBuildAdd(b, old, one, ""), "");
    case LLVMAtomicRMWBinOpUDecWrap:
        one = LLVMConstInt(a->type, 1, false);
        flag = LLVMBuildOr(b, LLVMBuildICmp(b, LLVMIntEQ, old, none, ""),
                           LLVMBuildICmp(b, LLVMIntUGT, old, y, ""), "");
        return LLVMBuildSelect(b, flag, y, LLVMBuildSub(b, old, one, ""), "");
    case LLVMAtomicRMWBinOpUSubCond:
    case LLVMAtomicRMWBinOpUSubSat:
        flag = LLVMBuildICmp(b, LLVMIntUGE, old, y, "");
        if (op == LLVMAtomicRMWBinOpUSubCond) none = old;
        return LLVMBuildSelect(b, flag, LLVMBuildSub(b, old, y, ""), none, "");
    default: ir_refuse(a->at, "an atomic operation that can't be done");
    }
}

// ---------------------------------------------------------------------------------- loops

static LLVMBasicBlockRef block_before(struct ir *ir, LLVMBasicBlockRef other)
{
    return LLVMInsertBasicBlockInContext(ir->context, other, "");
}

// From the block in front of `at` to a new one.
static LLVMBasicBlockRef cut(struct atomic *a, LLVMBasicBlockRef *before, LLVMBasicBlockRef *after)
{
    *before = ir_split(a->ir, a->at);
    *after = LLVMGetInstructionParent(a->at);
    LLVMBasicBlockRef loop = block_before(a->ir, *after);
    LLVMSetSuccessor(LLVMGetBasicBlockTerminator(*before), 0, loop);
    return loop;
}

// old: what is there; value: NULL for cmpxchg.
static LLVMValueRef modify_loop(struct atomic *a, LLVMAtomicRMWBinOp op, LLVMValueRef y)
{
    LLVMBasicBlockRef before, after, loop;
    LLVMValueRef start = load_word(a, LLVMAtomicOrderingMonotonic);
    loop = cut(a, &before, &after);
    LLVMPositionBuilderAtEnd(a->b, loop);
    LLVMValueRef word = LLVMBuildPhi(a->b, a->word, ""), old = from_word(a, word);
    LLVMValueRef pair = exchange(a, word, into_word(a, word, new_value(a, op, old, y)));
    LLVMValueRef seen = LLVMBuildExtractValue(a->b, pair, 0, "");
    LLVMBuildCondBr(a->b, LLVMBuildExtractValue(a->b, pair, 1, ""), after, loop);
    LLVMAddIncoming(word, (LLVMValueRef[]){start, seen}, (LLVMBasicBlockRef[]){before, loop}, 2);
    return old;
}

// The word's other bits may change meanwhile: then the exchange is tried again.
static LLVMValueRef compare_loop(struct atomic *a, LLVMValueRef expected, LLVMValueRef value)
{
    LLVMBasicBlockRef before, after, loop, try;
    LLVMValueRef start = load_word(a, a->failure);
    loop = cut(a, &before, &after);
    try = block_before(a->ir, after);
    LLVMPositionBuilderAtEnd(a->b, loop);
    LLVMValueRef word = LLVMBuildPhi(a->b, a->word, ""), old = from_word(a, word);
    LLVMBuildCondBr(a->b, LLVMBuildICmp(a->b, LLVMIntEQ, old, expected, ""), try, after);
    LLVMPositionBuilderAtEnd(a->b, try);
    LLVMValueRef pair = exchange(a, word, into_word(a, word, value));
    LLVMValueRef seen = LLVMBuildExtractValue(a->b, pair, 0, "");
    LLVMBuildCondBr(a->b, LLVMBuildExtractValue(a->b, pair, 1, ""), after, loop);
    LLVMAddIncoming(word, (LLVMValueRef[]){start, seen}, (LLVMBasicBlockRef[]){before, try}, 2);
    LLVMPositionBuilderBefore(a->b, a->at);
    LLVMValueRef done = LLVMBuildPhi(a->b, a->ir->i1, "");
    LLVMValueRef flags[2] = {LLVMConstInt(a->ir->i1, 0, false), LLVMConstInt(a->ir->i1, 1, false)};
    LLVMAddIncoming(done, flags, (LLVMBasicBlockRef[]){loop, try}, 2);
    LLVMValueRef r = LLVMGetPoison(LLVMTypeOf(a->at));
    r = LLVMBuildInsertValue(a->b, r, old, 0, "");
    return LLVMBuildInsertValue(a->b, r, done, 1, "");
}

static bool in_spirv(LLVMAtomicRMWBinOp op)
{
    return op == LLVMAtomicRMWBinOpXchg || op == LLVMAtomicRMWBinOpAdd ||
           op == LLVMAtomicRMWBinOpSub || op == LLVMAtomicRMWBinOpAnd ||
           op == LLVMAtomicRMWBinOpOr || op == LLVMAtomicRMWBinOpXor ||
           op == LLVMAtomicRMWBinOpMax || op == LLVMAtomicRMWBinOpMin ||
           op == LLVMAtomicRMWBinOpUMax || op == LLVMAtomicRMWBinOpUMin;
}

static bool is_small(struct ir *ir, LLVMTypeRef type)
{
    return LLVMSizeOfTypeInBits(ir->layout, type) < 32;
}

// A read-modify-write has one order, a compare-exchange also one for when nothing is written.
static LLVMAtomicOrdering failure_order(LLVMAtomicOrdering success)
{
    return success == LLVMAtomicOrderingAcquireRelease ? LLVMAtomicOrderingAcquire
           : success == LLVMAtomicOrderingRelease      ? LLVMAtomicOrderingMonotonic
                                                       : success;
}

static LLVMAtomicOrdering at_least_monotonic(LLVMAtomicOrdering order)
{
    return order < LLVMAtomicOrderingMonotonic ? LLVMAtomicOrderingMonotonic : order;
}

static void expand(struct ir *ir, LLVMValueRef v)
{
    struct atomic a = {.ir = ir, .at = v, .b = ir_before(ir, v)};
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(v);
    const unsigned value = opcode == LLVMStore ? 0 : opcode == LLVMAtomicCmpXchg ? 2 : 1;
    a.pointer = LLVMGetOperand(v, opcode == LLVMStore);
    a.type = LLVMTypeOf(opcode == LLVMLoad ? v : LLVMGetOperand(v, value));
    find_word(&a);
    if (opcode == LLVMLoad) {
        LLVMReplaceAllUsesWith(
            v, from_word(&a, load_word(&a, at_least_monotonic(LLVMGetOrdering(v)))));
    } else if (opcode == LLVMAtomicCmpXchg) {
        a.success = LLVMGetCmpXchgSuccessOrdering(v);
        a.failure = LLVMGetCmpXchgFailureOrdering(v);
        LLVMReplaceAllUsesWith(v, compare_loop(&a, LLVMGetOperand(v, 1), LLVMGetOperand(v, 2)));
    } else {
        LLVMAtomicRMWBinOp op =
            opcode == LLVMStore ? LLVMAtomicRMWBinOpXchg : LLVMGetAtomicRMWBinOp(v);
        a.success = at_least_monotonic(LLVMGetOrdering(v));
        a.failure = failure_order(a.success);
        LLVMValueRef old = modify_loop(&a, op, LLVMGetOperand(v, value));
        if (opcode != LLVMStore) LLVMReplaceAllUsesWith(v, old);
    }
    LLVMInstructionEraseFromParent(v);
    LLVMDisposeBuilder(a.b);
}

static bool needs_loop(struct ir *ir, LLVMValueRef v)
{
    switch (LLVMGetInstructionOpcode(v)) {
    case LLVMAtomicRMW: return !in_spirv(LLVMGetAtomicRMWBinOp(v)) || is_small(ir, LLVMTypeOf(v));
    case LLVMAtomicCmpXchg: return is_small(ir, LLVMTypeOf(LLVMGetOperand(v, 2)));
    case LLVMLoad:
        return LLVMGetOrdering(v) != LLVMAtomicOrderingNotAtomic && is_small(ir, LLVMTypeOf(v));
    case LLVMStore:
        return LLVMGetOrdering(v) != LLVMAtomicOrderingNotAtomic &&
               is_small(ir, LLVMTypeOf(LLVMGetOperand(v, 0)));
    default: return false;
    }
}

void ir_small_atomics(struct ir *ir)
{
    size_t n = 0, room = 64;
    LLVMValueRef *all = malloc(room * sizeof *all);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef v = LLVMGetFirstInstruction(b); v; v = LLVMGetNextInstruction(v)) {
                if (!needs_loop(ir, v)) continue;
                if (n == room) all = realloc(all, (room *= 2) * sizeof *all);
                if (!all) ir_refuse(NULL, "out of memory");
                all[n++] = v;
            }
    for (size_t i = 0; i < n; i++) expand(ir, all[i]);
    free(all);
}
