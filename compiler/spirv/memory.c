// memcpy, memmove and memset: a few bytes as loads and stores, a known number as a loop, others by calls of runtime.c.
#include <stdlib.h>

#include "compiler/spirv/passes.h"

enum { PIECES_MAX = 16 };  // loads and stores one after another, at most

struct transfer {
    LLVMValueRef call, to, from;  // from: a byte to repeat, if `fill`
    LLVMValueRef size;
    unsigned to_align, from_align;
    bool fill, overlap;
};

static unsigned argument_align(struct ir *ir, LLVMValueRef call, unsigned n)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName("align", 5);
    LLVMAttributeRef a = LLVMGetCallSiteEnumAttribute(call, n + 1, kind);
    (void)ir;
    return a ? (unsigned)LLVMGetEnumAttributeValue(a) : 1;
}

static LLVMValueRef at_byte(struct ir *ir, LLVMBuilderRef b, LLVMValueRef p, LLVMValueRef byte)
{
    return LLVMBuildGEP2(b, ir->i8, p, &byte, 1, "");
}

static LLVMTypeRef unit_type(struct ir *ir, unsigned bytes)
{
    return LLVMIntTypeInContext(ir->context, 8 * bytes);
}

// The byte, as often as it fits in a unit.
static LLVMValueRef repeated(struct ir *ir, LLVMBuilderRef b, LLVMValueRef byte, unsigned unit)
{
    LLVMTypeRef type = unit_type(ir, unit);
    LLVMValueRef ones = LLVMConstInt(type, 0x0101010101010101u, 0);
    return LLVMBuildMul(b, LLVMBuildZExt(b, byte, type, ""), ones, "");
}

static LLVMValueRef unit_get(struct ir *ir, LLVMBuilderRef b, const struct transfer *t,
                             LLVMValueRef byte, unsigned unit)
{
    if (t->fill) return repeated(ir, b, t->from, unit);
    LLVMValueRef v = LLVMBuildLoad2(b, unit_type(ir, unit), at_byte(ir, b, t->from, byte), "");
    LLVMSetAlignment(v, unit < t->from_align ? unit : t->from_align);
    return v;
}

static void unit_put(struct ir *ir, LLVMBuilderRef b, const struct transfer *t, LLVMValueRef byte,
                     unsigned unit, LLVMValueRef v)
{
    LLVMValueRef store = LLVMBuildStore(b, v, at_byte(ir, b, t->to, byte));
    LLVMSetAlignment(store, unit < t->to_align ? unit : t->to_align);
}

// The largest unit that both sides are aligned to.
static unsigned unit_of(const struct transfer *t)
{
    unsigned unit = t->to_align;
    if (!t->fill && t->from_align < unit) unit = t->from_align;
    return unit > 8 ? 8 : unit;
}

// All loads come before the stores, so the two sides may overlap.
static bool unroll(struct ir *ir, const struct transfer *t, uint64_t first, uint64_t size)
{
    LLVMValueRef value[PIECES_MAX], byte[PIECES_MAX];
    unsigned piece[PIECES_MAX], n = 0;
    uint64_t at = first;
    for (unsigned unit = unit_of(t); at < size;) {
        while (unit > size - at) unit /= 2;
        if (n == PIECES_MAX) return false;
        piece[n] = unit;
        byte[n++] = LLVMConstInt(ir->i64, at, 0);
        at += unit;
    }
    LLVMBuilderRef b = ir_before(ir, t->call);
    for (unsigned i = 0; i < n; i++) value[i] = unit_get(ir, b, t, byte[i], piece[i]);
    for (unsigned i = 0; i < n; i++) unit_put(ir, b, t, byte[i], piece[i], value[i]);
    LLVMDisposeBuilder(b);
    return true;
}

// for (at = 0; at < end; at += unit): end is a multiple of unit and not 0.
static void loop_build(struct ir *ir, const struct transfer *t, uint64_t end, unsigned unit)
{
    LLVMBasicBlockRef head = ir_split(ir, t->call), after = LLVMGetInstructionParent(t->call);
    LLVMBasicBlockRef body = LLVMInsertBasicBlockInContext(ir->context, after, "");
    LLVMSetSuccessor(LLVMGetBasicBlockTerminator(head), 0, body);
    LLVMBuilderRef b = ir_at_end(ir, body);
    LLVMValueRef at = LLVMBuildPhi(b, ir->i64, ""), zero = LLVMConstInt(ir->i64, 0, 0);
    unit_put(ir, b, t, at, unit, unit_get(ir, b, t, at, unit));
    LLVMValueRef next = LLVMBuildAdd(b, at, LLVMConstInt(ir->i64, unit, 0), "");
    LLVMValueRef more = LLVMBuildICmp(b, LLVMIntULT, next, LLVMConstInt(ir->i64, end, 0), "");
    LLVMBuildCondBr(b, more, body, after);
    LLVMAddIncoming(at, &zero, &head, 1);
    LLVMAddIncoming(at, &next, &body, 1);
    LLVMDisposeBuilder(b);
}

static bool is_memory(LLVMValueRef p)
{
    return LLVMGetPointerAddressSpace(LLVMTypeOf(p)) == IR_MEMORY;
}

static void call_runtime(struct ir *ir, const struct transfer *t)
{
    const char *name = t->fill ? "hc_rt_set" : t->overlap ? "hc_rt_move" : "hc_rt_copy";
    LLVMValueRef f = LLVMGetNamedFunction(ir->module, name);
    if (!is_memory(t->to) || (!t->fill && !is_memory(t->from)))
        ir_refuse(t->call, "an unknown number of bytes is copied from or to memory without "
                           "addresses (workgroup memory or a kernel's arguments)");
    if (!f) ir_refuse(t->call, "internal error: %s is missing", name);
    LLVMBuilderRef b = ir_before(ir, t->call);
    LLVMValueRef args[3] = {t->to, t->from, LLVMBuildIntCast2(b, t->size, ir->i64, 0, "")};
    if (t->fill) args[1] = LLVMBuildZExt(b, t->from, ir->i32, "");
    LLVMBuildCall2(b, LLVMGlobalGetValueType(f), f, args, 3, "");
    LLVMDisposeBuilder(b);
}

static void transfer_lower(struct ir *ir, const struct transfer *t)
{
    if (!LLVMIsAConstantInt(t->size)) {
        call_runtime(ir, t);
        return;
    }
    const uint64_t size = LLVMConstIntGetZExtValue(t->size);
    const unsigned unit = unit_of(t);
    const uint64_t whole = size / unit * unit;
    if (!size || unroll(ir, t, 0, size)) return;
    if (t->overlap) {
        call_runtime(ir, t);
        return;
    }
    loop_build(ir, t, whole, unit);
    unroll(ir, t, whole, size);
}

void ir_memory(struct ir *ir)
{
    LLVMValueRef *calls = ir_calls(ir, NULL);
    for (LLVMValueRef *c = calls; *c; c++) {
        LLVMValueRef f = LLVMGetCalledValue(*c);
        if (!LLVMIsAFunction(f)) continue;
        const bool copy = ir_named(f, "llvm.memcpy."), move = ir_named(f, "llvm.memmove.");
        const bool fill = ir_named(f, "llvm.memset.");
        if (!copy && !move && !fill) continue;
        const struct transfer t = {
            .call = *c,
            .to = LLVMGetOperand(*c, 0),
            .from = LLVMGetOperand(*c, 1),
            .size = LLVMGetOperand(*c, 2),
            .to_align = argument_align(ir, *c, 0),
            .from_align = fill ? 8 : argument_align(ir, *c, 1),
            .fill = fill,
            .overlap = move,
        };
        transfer_lower(ir, &t);
        LLVMInstructionEraseFromParent(*c);
    }
    free(calls);
}
