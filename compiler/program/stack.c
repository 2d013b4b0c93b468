// Variables that have an address live on a stack in plain memory, which hc_bridge_own() names.
//
// A GPU's own stack is seen by its thread alone, is small, and is set aside for every thread that the device could
// run.  It keeps what the compiler spills; what a program can point to lives here.  A function that has such
// variables moves hc_own.stack down when it begins, and back before it returns.
#include <llvm-c/Target.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

enum { FRAME_ALIGN = 16, STACK_END = 8 };  // offsetof(struct hc_own, stack_end)

struct stack {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMTypeRef i8, i64, pointer, own_type, over_type, take_type;
    LLVMValueRef own, over;  // hc_bridge_own, hc_bridge_overflow
    LLVMValueRef take;       // made here: room for a variable of a size that is known when it runs
    LLVMBuilderRef b;
};

// What a function has.
struct frame {
    LLVMValueRef *fixed, *free;  // variables of known size; of a size known at run time
    unsigned fixed_count, free_count;
    LLVMValueRef *mark;  // llvm.stacksave, llvm.stackrestore, llvm.lifetime.*
    unsigned mark_count;
    bool leaf;  // calls nothing
};

static LLVMValueRef number(struct stack *s, uint64_t n) { return LLVMConstInt(s->i64, n, false); }

static LLVMValueRef offset_build(struct stack *s, LLVMValueRef base, uint64_t offset)
{
    LLVMValueRef index = number(s, offset);
    return LLVMBuildGEP2(s->b, s->i8, base, &index, 1, "");
}

static LLVMValueRef own_build(struct stack *s)
{
    return LLVMBuildCall2(s->b, s->own_type, s->own, NULL, 0, "");
}

static bool is_mark(LLVMValueRef i)
{
    return lower_is_intrinsic(i, "stacksave") || lower_is_intrinsic(i, "stackrestore") ||
           lower_is_intrinsic(i, "lifetime.");
}

static void instruction_sort(struct frame *f, LLVMValueRef i, bool entry, LLVMValueRef own)
{
    if (LLVMIsAAllocaInst(i)) {
        if (entry && LLVMIsAConstantInt(LLVMGetOperand(i, 0)))
            f->fixed[f->fixed_count++] = i;
        else
            f->free[f->free_count++] = i;
    } else if (is_mark(i)) {
        f->mark[f->mark_count++] = i;
    } else if (LLVMIsACallInst(i)) {
        LLVMValueRef callee = LLVMGetCalledValue(i);
        f->leaf &= LLVMIsAFunction(callee) && (LLVMGetIntrinsicID(callee) || callee == own);
    }
}

static struct frame frame_read(LLVMValueRef function, LLVMValueRef own)
{
    struct frame f = {.leaf = true};
    unsigned most = 0;
    for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(function); k; k = LLVMGetNextBasicBlock(k))
        for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
            most += LLVMIsAAllocaInst(i) || is_mark(i);
    f.fixed = lower_room(most, sizeof *f.fixed);
    f.free = lower_room(most, sizeof *f.free);
    f.mark = lower_room(most, sizeof *f.mark);
    for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(function); k; k = LLVMGetNextBasicBlock(k))
        for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
            instruction_sort(&f, i, k == LLVMGetEntryBasicBlock(function), own);
    f.leaf &= f.free_count == 0;
    return f;
}

static uint64_t bytes_of(struct stack *s, LLVMValueRef variable)
{
    return LLVMABISizeOfType(s->layout, LLVMGetAllocatedType(variable));
}

static uint64_t align_of(LLVMValueRef variable)
{
    const uint64_t align = LLVMGetAlignment(variable);
    return align > FRAME_ALIGN ? align : FRAME_ALIGN;
}

static void overflow_build(struct stack *s, LLVMBasicBlockRef at)
{
    LLVMPositionBuilderAtEnd(s->b, at);
    LLVMBuildCall2(s->b, s->over_type, s->over, NULL, 0, "");
    LLVMBuildUnreachable(s->b);
}

static LLVMValueRef is_below(struct stack *s, LLVMValueRef own, LLVMValueRef from, LLVMValueRef to)
{
    LLVMValueRef end = LLVMBuildLoad2(s->b, s->i64, offset_build(s, own, STACK_END), "");
    return LLVMBuildOr(s->b, LLVMBuildICmp(s->b, LLVMIntULT, to, end, ""),
                       LLVMBuildICmp(s->b, LLVMIntUGT, to, from, ""), "");
}

// void *hc_stack_take(uint64_t size, uint64_t align)
static void take_make(struct stack *s)
{
    LLVMTypeRef params[] = {s->i64, s->i64};
    s->take_type = LLVMFunctionType(s->pointer, params, 2, false);
    s->take = lower_function(s->module, "hc_stack_take", s->pointer, 2, params);
    LLVMBasicBlockRef over = LLVMAppendBasicBlockInContext(s->context, s->take, "");
    LLVMBasicBlockRef fits = LLVMAppendBasicBlockInContext(s->context, s->take, "");
    LLVMPositionBuilderAtEnd(s->b, LLVMGetEntryBasicBlock(s->take));
    LLVMValueRef own = own_build(s), from = LLVMBuildLoad2(s->b, s->i64, own, "");
    LLVMValueRef mask = LLVMBuildNeg(s->b, LLVMGetParam(s->take, 1), "");
    LLVMValueRef to =
        LLVMBuildAnd(s->b, LLVMBuildSub(s->b, from, LLVMGetParam(s->take, 0), ""), mask, "");
    LLVMBuildCondBr(s->b, is_below(s, own, from, to), over, fits);
    overflow_build(s, over);
    LLVMPositionBuilderAtEnd(s->b, fits);
    LLVMBuildStore(s->b, to, own);
    LLVMBuildRet(s->b, LLVMBuildIntToPtr(s->b, to, s->pointer, ""));
}

// ------------------------------------------------------------------------------------------ a function

// A new first block, which makes room; what `own->stack` was is *from, the frame's lowest address the result.
static LLVMValueRef frame_begin(struct stack *s, LLVMValueRef function, const struct frame *f,
                                LLVMValueRef *own, LLVMValueRef *from)
{
    LLVMBasicBlockRef old = LLVMGetEntryBasicBlock(function);
    LLVMBasicBlockRef first = LLVMInsertBasicBlockInContext(s->context, old, "");
    LLVMBasicBlockRef over = LLVMAppendBasicBlockInContext(s->context, function, "");
    uint64_t size = 0, align = FRAME_ALIGN;
    for (unsigned i = 0; i < f->fixed_count; i++) {
        const uint64_t own_align = align_of(f->fixed[i]);
        size =
            (size +
             bytes_of(s, f->fixed[i]) * LLVMConstIntGetZExtValue(LLVMGetOperand(f->fixed[i], 0)) +
             own_align - 1) &
            ~(own_align - 1);
        if (own_align > align) align = own_align;
    }
    LLVMPositionBuilderAtEnd(s->b, first);
    *own = own_build(s);
    *from = LLVMBuildLoad2(s->b, s->i64, *own, "");
    LLVMValueRef to = LLVMBuildSub(s->b, *from, number(s, (size + align - 1) & ~(align - 1)), "");
    if (align > FRAME_ALIGN) to = LLVMBuildAnd(s->b, to, number(s, ~(align - 1)), "");
    if (!f->leaf) LLVMBuildStore(s->b, to, *own);
    LLVMBuildCondBr(s->b, is_below(s, *own, *from, to), over, old);
    overflow_build(s, over);
    LLVMPositionBuilderBefore(s->b, LLVMGetBasicBlockTerminator(first));
    return LLVMBuildIntToPtr(s->b, to, s->pointer, "");
}

static void fixed_lower(struct stack *s, const struct frame *f, LLVMValueRef base)
{
    uint64_t at = 0;
    for (unsigned i = 0; i < f->fixed_count; i++) {
        LLVMValueRef v = f->fixed[i];
        const uint64_t align = align_of(v);
        at = (at + align - 1) & ~(align - 1);
        LLVMReplaceAllUsesWith(v, offset_build(s, base, at));
        at += bytes_of(s, v) * LLVMConstIntGetZExtValue(LLVMGetOperand(v, 0));
        LLVMInstructionEraseFromParent(v);
    }
}

static void free_lower(struct stack *s, LLVMValueRef v)
{
    LLVMPositionBuilderBefore(s->b, v);
    LLVMValueRef count = LLVMBuildIntCast2(s->b, LLVMGetOperand(v, 0), s->i64, false, "");
    LLVMValueRef args[] = {LLVMBuildMul(s->b, count, number(s, bytes_of(s, v)), ""),
                           number(s, align_of(v))};
    LLVMReplaceAllUsesWith(v, LLVMBuildCall2(s->b, s->take_type, s->take, args, 2, ""));
    LLVMInstructionEraseFromParent(v);
}

static void mark_lower(struct stack *s, LLVMValueRef i)
{
    LLVMPositionBuilderBefore(s->b, i);
    if (lower_is_intrinsic(i, "stacksave"))
        LLVMReplaceAllUsesWith(i, LLVMBuildLoad2(s->b, s->pointer, own_build(s), ""));
    else if (lower_is_intrinsic(i, "stackrestore"))
        LLVMBuildStore(s->b, LLVMGetOperand(i, 0), own_build(s));
    LLVMInstructionEraseFromParent(i);
}

// What runs before a thread has its stack.
static bool is_early(const char *name)
{
    return !strcmp(name, "hc_enter") || !strcmp(name, "hc_threads_serve");
}

static void function_lower(struct stack *s, LLVMValueRef function)
{
    const struct frame f = frame_read(function, s->own);
    LLVMValueRef own, from;
    if (f.fixed_count + f.free_count) {
        if (is_early(LLVMGetValueName(function)))
            lower_fail("internal error: %s has variables in memory before there is a stack",
                       LLVMGetValueName(function));
        LLVMValueRef base = frame_begin(s, function, &f, &own, &from);
        fixed_lower(s, &f, base);
        for (LLVMBasicBlockRef k = f.leaf ? NULL : LLVMGetFirstBasicBlock(function); k;
             k = LLVMGetNextBasicBlock(k)) {
            LLVMValueRef end = LLVMGetBasicBlockTerminator(k);
            if (!LLVMIsAReturnInst(end)) continue;
            LLVMPositionBuilderBefore(s->b, end);
            LLVMBuildStore(s->b, from, own);
        }
    }
    for (unsigned i = 0; i < f.free_count; i++) free_lower(s, f.free[i]);
    for (unsigned i = 0; i < f.mark_count; i++) mark_lower(s, f.mark[i]);
}

void lower_stack(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct stack s = {
        .module = m,
        .context = context,
        .layout = LLVMGetModuleDataLayout(m),
        .i8 = LLVMInt8TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .pointer = LLVMPointerTypeInContext(context, 0),
        .b = LLVMCreateBuilderInContext(context),
    };
    s.own_type = LLVMFunctionType(s.pointer, NULL, 0, false);
    s.over_type = LLVMFunctionType(LLVMVoidTypeInContext(context), NULL, 0, false);
    s.own = LLVMGetNamedFunction(m, "hc_bridge_own");
    s.over = LLVMGetNamedFunction(m, "hc_bridge_overflow");
    if (!s.own) s.own = LLVMAddFunction(m, "hc_bridge_own", s.own_type);
    if (!s.over) s.over = LLVMAddFunction(m, "hc_bridge_overflow", s.over_type);
    LLVMValueRef last = LLVMGetLastFunction(m);
    take_make(&s);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        if (!LLVMIsDeclaration(f)) function_lower(&s, f);
        if (f == last) break;
    }
    LLVMDisposeBuilder(s.b);
}
