// Takes a module's instructions in an order that has operands first, and replaces those on integers that
// SPIR-V, or the device, does not have.
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/integers.h"

static LLVMValueRef *lower_select(struct integers *in, LLVMValueRef v)
{
    const size_t n = integers_parts(in, LLVMTypeOf(v), NULL);
    LLVMValueRef *flag = integers_of(in, LLVMGetOperand(v, 0));
    LLVMValueRef *a = integers_of(in, LLVMGetOperand(v, 1));
    LLVMValueRef *b = integers_of(in, LLVMGetOperand(v, 2));
    LLVMValueRef *part = integers_room(in, n * sizeof *part);
    const size_t each = n / integers_parts(in, LLVMTypeOf(LLVMGetOperand(v, 0)), NULL);
    for (size_t i = 0; i < n; i++)
        part[i] = a[i] == b[i] ? a[i] : LLVMBuildSelect(in->b, flag[i / each], a[i], b[i], "");
    return part;
}

// Bits above N are cleared again: they may come from poison.
static LLVMValueRef *lower_freeze(struct integers *in, LLVMValueRef v)
{
    LLVMTypeRef *leaf;
    const size_t leaves = integers_leaves(in, LLVMTypeOf(v), &leaf);
    const size_t n = integers_parts(in, LLVMTypeOf(v), NULL);
    LLVMValueRef *part = integers_room(in, n * sizeof *part), *at = part;
    memcpy(part, integers_of(in, LLVMGetOperand(v, 0)), n * sizeof *part);
    for (size_t i = 0; i < n; i++) part[i] = LLVMBuildFreeze(in->b, part[i], "");
    for (size_t i = 0; i < leaves; i++) {
        const unsigned bits = integers_width(leaf[i]), count = bits ? integers_count(bits) : 1;
        if (bits) {
            struct wide w = wide_trim(in, (struct wide){bits, count, at});
            memmove(at, w.part, count * sizeof *at);
        }
        at += count;
    }
    return part;
}

// Empty; filled when everything has parts.
static LLVMValueRef *lower_phi(struct integers *in, LLVMValueRef v)
{
    LLVMTypeRef *types;
    const size_t n = integers_parts(in, LLVMTypeOf(v), &types);
    LLVMValueRef *part = integers_room(in, n * sizeof *part);
    for (size_t i = 0; i < n; i++) part[i] = LLVMBuildPhi(in->b, types[i], "");
    return part;
}

static void fill_phi(struct integers *in, LLVMValueRef v)
{
    const unsigned edges = LLVMCountIncoming(v);
    const size_t n = integers_parts(in, LLVMTypeOf(v), NULL);
    LLVMValueRef *phi = integers_get(&in->map, v);
    LLVMValueRef **from = integers_room(in, edges * sizeof *from);
    for (unsigned e = 0; e < edges; e++) {
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(v, e);
        from[e] = NULL;
        // A block that jumps here twice must bring the same value.
        for (unsigned k = 0; k < e && !from[e]; k++)
            if (LLVMGetIncomingBlock(v, k) == block) from[e] = from[k];
        LLVMPositionBuilderBefore(in->b, LLVMGetBasicBlockTerminator(block));
        if (!from[e]) from[e] = integers_of(in, LLVMGetIncomingValue(v, e));
        for (size_t i = 0; i < n; i++) LLVMAddIncoming(phi[i], &from[e][i], &block, 1);
    }
}

// The type an aggregate's index path leads to, and the part it begins with.
static LLVMTypeRef member_at(struct integers *in, LLVMTypeRef type, LLVMValueRef v, size_t *at)
{
    const unsigned *index = LLVMGetIndices(v);
    *at = 0;
    for (unsigned i = 0; i < LLVMGetNumIndices(v); i++) {
        if (LLVMGetTypeKind(type) == LLVMArrayTypeKind) {
            type = LLVMGetElementType(type);
            *at += index[i] * integers_parts(in, type, NULL);
            continue;
        }
        for (unsigned k = 0; k < index[i]; k++)
            *at += integers_parts(in, LLVMStructGetTypeAtIndex(type, k), NULL);
        type = LLVMStructGetTypeAtIndex(type, index[i]);
    }
    return type;
}

static LLVMValueRef *lower_insert(struct integers *in, LLVMValueRef v)
{
    size_t at, n = integers_parts(in, LLVMTypeOf(v), NULL);
    LLVMTypeRef type = member_at(in, LLVMTypeOf(v), v, &at);
    LLVMValueRef *part = integers_room(in, n * sizeof *part);
    memcpy(part, integers_of(in, LLVMGetOperand(v, 0)), n * sizeof *part);
    memcpy(part + at, integers_of(in, LLVMGetOperand(v, 1)),
           integers_parts(in, type, NULL) * sizeof *part);
    return part;
}

LLVMValueRef *integers_lower(struct integers *in, LLVMValueRef v, LLVMOpcode op)
{
    size_t at;
    switch (op) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
        return wide_binary(in, op, wide_of(in, LLVMGetOperand(v, 0)),
                           wide_of(in, LLVMGetOperand(v, 1)))
            .part;
    case LLVMICmp:
        return integers_one(in, wide_compare(in, LLVMGetICmpPredicate(v),
                                             wide_of(in, LLVMGetOperand(v, 0)),
                                             wide_of(in, LLVMGetOperand(v, 1))));
    case LLVMSelect: return lower_select(in, v);
    case LLVMFreeze: return lower_freeze(in, v);
    case LLVMPHI: return lower_phi(in, v);
    case LLVMLoad: return integers_lower_load(in, v);
    case LLVMStore: integers_lower_store(in, v); return NULL;
    case LLVMCall: return integers_rebuild_call(in, v);
    case LLVMRet: integers_rebuild_return(in, v); return NULL;
    case LLVMInsertValue: return lower_insert(in, v);
    case LLVMExtractValue:
        member_at(in, LLVMTypeOf(LLVMGetOperand(v, 0)), v, &at);
        return integers_of(in, LLVMGetOperand(v, 0)) + at;
    case LLVMInsertElement:
    case LLVMExtractElement: return integers_element(in, v, op);
    case LLVMShuffleVector: return integers_shuffle(in, v);
    case LLVMGetElementPtr: return integers_gep(in, v);
    case LLVMZExt:
    case LLVMSExt:
    case LLVMTrunc:
    case LLVMUIToFP:
    case LLVMSIToFP:
    case LLVMFPToUI:
    case LLVMFPToSI:
    case LLVMPtrToInt:
    case LLVMIntToPtr:
    case LLVMBitCast: return integers_cast(in, v, op);
    default:
        ir_refuse(in->at,
                  "an operation on integers of unusual width, or a vector, that can't be done");
    }
}

// -------------------------------------------------------------------------- which, and in what order

// Of i1 only logic, comparisons for equality, and what chooses or extends by one stay.
static bool stays_on_i1(struct integers *in, LLVMValueRef v, LLVMOpcode op)
{
    LLVMTypeRef of = LLVMGetNumOperands(v) ? LLVMTypeOf(LLVMGetOperand(v, 0)) : NULL;
    const bool to = LLVMTypeOf(v) == in->ir->i1, from = of == in->ir->i1;
    switch (op) {
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
    case LLVMSelect:
    case LLVMFreeze:
    case LLVMPHI:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMCall:
    case LLVMRet:
    case LLVMBr:
    case LLVMInsertValue:
    case LLVMExtractValue:
    case LLVMFCmp: return true;
    case LLVMICmp:
        return !from || LLVMGetICmpPredicate(v) == LLVMIntEQ ||
               LLVMGetICmpPredicate(v) == LLVMIntNE;
    default: return !to && !from;
    }
}

static bool concerned(struct integers *in, LLVMValueRef v)
{
    const int n = LLVMGetNumOperands(v);
    if (!integers_plain(in, LLVMTypeOf(v)) || !stays_on_i1(in, v, LLVMGetInstructionOpcode(v)))
        return true;
    for (int i = 0; i < n; i++)
        if (!integers_plain(in, LLVMTypeOf(LLVMGetOperand(v, (unsigned)i)))) return true;
    return LLVMIsACallInst(v) &&
           LLVMGetCalledFunctionType(v) != integers_function_type(in, LLVMGetCalledFunctionType(v));
}

static bool expression_concerned(struct integers *in, LLVMValueRef v)
{
    if (!LLVMIsAConstantExpr(v)) return false;
    if (!integers_plain(in, LLVMTypeOf(v)) || LLVMTypeOf(v) == in->ir->i1) return true;
    for (int i = 0; i < LLVMGetNumOperands(v); i++)
        if (!integers_plain(in, LLVMTypeOf(LLVMGetOperand(v, (unsigned)i))) ||
            expression_concerned(in, LLVMGetOperand(v, (unsigned)i)))
            return true;
    return false;
}

// A constant expression of plain type that has others in it becomes instructions.  For a phi they stand in
// the first block: it comes before every jump to another.
static void lower_expressions(struct integers *in, LLVMValueRef v)
{
    for (unsigned i = 0; i < (unsigned)LLVMGetNumOperands(v); i++) {
        LLVMValueRef c = LLVMGetOperand(v, i);
        if (!expression_concerned(in, c) || !integers_plain(in, LLVMTypeOf(c))) continue;
        LLVMValueRef at = v;
        if (LLVMIsAPHINode(v))
            at = LLVMGetBasicBlockTerminator(
                LLVMGetEntryBasicBlock(LLVMGetBasicBlockParent(LLVMGetInstructionParent(v))));
        LLVMPositionBuilderBefore(in->b, at);
        LLVMSetOperand(v, i, integers_lower(in, c, LLVMGetConstOpcode(c))[0]);
    }
}

static void replace(struct integers *in, LLVMValueRef v)
{
    in->at = v;
    lower_expressions(in, v);
    if (!concerned(in, v)) return;
    LLVMPositionBuilderBefore(in->b, v);
    LLVMValueRef *part = integers_lower(in, v, LLVMGetInstructionOpcode(v));
    LLVMTypeRef type = LLVMTypeOf(v);
    if (!integers_plain(in, type))
        integers_put(&in->map, v, part);
    else if (part)
        LLVMReplaceAllUsesWith(v, integers_whole(in, type, part));
    if (in->olds == in->olds_room) {
        in->olds_room = in->olds_room ? 2 * in->olds_room : 256;
        in->old = realloc(in->old, in->olds_room * sizeof *in->old);
        if (!in->old) ir_refuse(NULL, "out of memory");
    }
    in->old[in->olds++] = v;
}

// The blocks of a function so that definitions come before uses, but for phis: reverse post-order.
static LLVMBasicBlockRef *in_order(struct integers *in, LLVMValueRef f, size_t *n)
{
    const unsigned all = LLVMCountBasicBlocks(f);
    struct todo {
        LLVMBasicBlockRef block;
        unsigned next;
    } *stack = integers_room(in, all * sizeof *stack);
    LLVMBasicBlockRef *order = integers_room(in, all * sizeof(LLVMBasicBlockRef));
    size_t depth = 0, left = all;
    stack[depth++] = (struct todo){LLVMGetEntryBasicBlock(f), 0};
    integers_put(&in->map, stack[0].block, stack);
    while (depth) {
        struct todo *t = &stack[depth - 1];
        LLVMValueRef end = LLVMGetBasicBlockTerminator(t->block);
        if (t->next == LLVMGetNumSuccessors(end)) {
            order[--left] = t->block;
            depth--;
            continue;
        }
        LLVMBasicBlockRef to = LLVMGetSuccessor(end, t->next++);
        if (integers_get(&in->map, to)) continue;
        integers_put(&in->map, to, stack);
        stack[depth++] = (struct todo){to, 0};
    }
    *n = all - left;
    return order + left;
}

static void replace_all(struct integers *in, LLVMValueRef f)
{
    size_t n;
    LLVMBasicBlockRef *block = in_order(in, f, &n);
    for (size_t i = 0; i < n; i++)
        for (LLVMValueRef v = LLVMGetFirstInstruction(block[i]), next; v; v = next) {
            next = LLVMGetNextInstruction(v);
            replace(in, v);
        }
}

void ir_integers(struct ir *ir, unsigned widths)
{
    struct integers in = {.ir = ir, .widths = widths};
    in.b = LLVMCreateBuilderInContext(ir->context);
    ir_run(ir, "function(unreachableblockelim)");
    ir_small_atomics(ir);
    integers_intrinsics(ir, widths);
    integers_functions(&in);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        if (LLVMCountBasicBlocks(f)) replace_all(&in, f);
    for (size_t i = 0; i < in.olds; i++)
        if (LLVMIsAPHINode(in.old[i]) && !integers_plain(&in, LLVMTypeOf(in.old[i])))
            fill_phi(&in, in.old[i]);
    for (size_t i = 0; i < in.olds; i++)
        if (LLVMTypeOf(in.old[i]) != ir->none)
            LLVMReplaceAllUsesWith(in.old[i], LLVMGetPoison(LLVMTypeOf(in.old[i])));
    for (size_t i = 0; i < in.olds; i++) LLVMInstructionEraseFromParent(in.old[i]);
    integers_functions_end(&in);
    LLVMDisposeBuilder(in.b);
    for (struct integers_memory *m = in.memory, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(in.old);
    free(in.map.entry);
    // No more than this: other passes would bring unusual widths back.
    ir_run(ir, "function(instsimplify,dce)");
}
