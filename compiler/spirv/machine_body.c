// Takes a function apart and moves its blocks to the kernel.
#include "compiler/spirv/machine.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

// A line of the function as one of code that has become part of the kernel; at: the kernel's place for it.
static LLVMMetadataRef line_inside(struct ir *ir, LLVMMetadataRef line, LLVMMetadataRef at)
{
    if (!line) return at;
    return LLVMDIBuilderCreateDebugLocation(
        ir->context, LLVMDILocationGetLine(line), LLVMDILocationGetColumn(line),
        LLVMDILocationGetScope(line), line_inside(ir, LLVMDILocationGetInlinedAt(line), at));
}

LLVMMetadataRef machine_line(struct machine *m)
{
    LLVMMetadataRef inside = LLVMGetSubprogram(m->kernel);
    return inside ? LLVMDIBuilderCreateDebugLocation(m->ir->context, 0, 0, inside, NULL) : NULL;
}

static void line_move(struct machine *m, LLVMValueRef i)
{
    LLVMMetadataRef line = LLVMInstructionGetDebugLoc(i), at = machine_line(m);
    if (line && at)
        LLVMInstructionSetDebugLoc(i, line_inside(m->ir, line, at));
    else if (line || LLVMIsACallInst(i))
        LLVMInstructionSetDebugLoc(i, at);
    // It names lines, too.
    LLVMSetMetadata(i, LLVMGetMDKindIDInContext(m->ir->context, "llvm.loop", 9), NULL);
}

// The kernel's own blocks come after those of the loop.
static LLVMBasicBlockRef first_block(struct machine *m, const struct machine_function *f)
{
    return f->f == m->kernel ? LLVMGetNextBasicBlock(m->dispatch) : LLVMGetFirstBasicBlock(f->f);
}

// ----------------------------------------------------------------------------------------- objects

static bool is_intrinsic(LLVMValueRef i, const char *name)
{
    LLVMValueRef f = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;
    return f && LLVMIsAFunction(f) && LLVMGetIntrinsicID(f) && ir_named(f, name);
}

static void replace(LLVMValueRef old, LLVMValueRef by)
{
    if (by) LLVMReplaceAllUsesWith(old, by);
    LLVMInstructionEraseFromParent(old);
}

static void object_add(struct machine *m, struct machine_function *f, LLVMValueRef address,
                       LLVMTypeRef type, uint64_t count, uint32_t align)
{
    const uint64_t bytes = LLVMABISizeOfType(m->ir->layout, type) * count;
    if (bytes >= MACHINE_BYTES_MAX) ir_refuse(address, "an object of %ju bytes", (uintmax_t)bytes);
    f->object = machine_room(f->object, f->objects, sizeof *f->object);
    f->object[f->objects++] = (struct machine_object){
        .in = f, .address = address, .bytes = (uint32_t)bytes, .align = align ? align : 1};
}

static bool is_object(const struct machine_function *f, LLVMValueRef alloca)
{
    for (unsigned i = 0; i < f->objects; i++)
        if (f->object[i].address == alloca) return true;
    return false;
}

// Nothing is done with the address but to load and store there.
static bool is_private(LLVMValueRef address)
{
    for (LLVMUseRef u = LLVMGetFirstUse(address); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef user = LLVMGetUser(u);
        const bool store = LLVMIsAStoreInst(user) && LLVMGetOperand(user, 0) != address;
        if (LLVMIsALoadInst(user) || store || is_intrinsic(user, "llvm.lifetime.")) continue;
        if (!LLVMIsAGetElementPtrInst(user) || !is_private(user)) return false;
    }
    return true;
}

// Memory of a size that isn't known lies above the frame, if it fits there.
static void alloca_grow(struct machine *m, struct machine_function *f, LLVMValueRef alloca)
{
    struct ir *ir = m->ir;
    LLVMBasicBlockRef head = ir_split(ir, alloca), on = LLVMGetInstructionParent(alloca);
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(head));
    LLVMBuilderRef b = ir_at_end(ir, head);
    const uint64_t each = LLVMABISizeOfType(ir->layout, LLVMGetAllocatedType(alloca));
    const uint32_t align = LLVMGetAlignment(alloca);
    LLVMValueRef count = LLVMBuildIntCast2(b, LLVMGetOperand(alloca, 0), ir->i64, false, "");
    LLVMValueRef bytes = LLVMBuildMul(b, count, LLVMConstInt(ir->i64, each, false), "");
    LLVMValueRef address = LLVMBuildLoad2(b, ir->pointer, ir_sp(ir), "");
    if (align > MACHINE_ALIGN) address = machine_align(m, b, address, align);
    LLVMValueRef end = LLVMBuildGEP2(b, ir->i8, address, &bytes, 1, "");
    end = machine_align(m, b, end, MACHINE_ALIGN);
    f->limit = machine_room(f->limit, f->limits, sizeof(LLVMValueRef));
    LLVMBuildCondBr(b, machine_fits(m, b, end, &f->limit[f->limits++]), on, m->full);
    LLVMPositionBuilderBefore(b, alloca);
    LLVMBuildStore(b, end, ir_sp(ir));
    LLVMDisposeBuilder(b);
    replace(alloca, address);
}

static void alloca_take(struct machine *m, struct machine_function *f, LLVMValueRef alloca)
{
    LLVMValueRef count = LLVMGetOperand(alloca, 0);
    if (!f->circular && (f == m->function[0] || is_private(alloca))) {
        // There is one at a time, it may stay one.
        LLVMBuilderRef b = ir_before(m->ir, LLVMGetBasicBlockTerminator(m->entry));
        LLVMInstructionRemoveFromParent(alloca);
        LLVMInsertIntoBuilder(b, alloca);
        LLVMDisposeBuilder(b);
    } else {
        object_add(m, f, alloca, LLVMGetAllocatedType(alloca), LLVMConstIntGetZExtValue(count),
                   LLVMGetAlignment(alloca));
    }
}

static void instruction_take(struct machine *m, struct machine_function *f, LLVMValueRef i)
{
    LLVMBuilderRef b;
    if (f->f != m->kernel) line_move(m, i);
    if (LLVMIsACallInst(i)) LLVMSetTailCallKind(i, LLVMTailCallKindNone);
    if (LLVMGetInstructionOpcode(i) == LLVMIndirectBr)
        ir_refuse(i, "computed goto in recursion, or in a function too large to be copied");
    if (LLVMIsAAllocaInst(i) && !is_object(f, i)) {
        alloca_grow(m, f, i);
    } else if (is_intrinsic(i, "llvm.lifetime.")) {
        replace(i, NULL);
    } else if (is_intrinsic(i, "llvm.stacksave")) {
        b = ir_before(m->ir, i);
        replace(i, LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), ""));
        LLVMDisposeBuilder(b);
    } else if (is_intrinsic(i, "llvm.stackrestore")) {
        b = ir_before(m->ir, i);
        LLVMBuildStore(b, LLVMGetOperand(i, 0), ir_sp(m->ir));
        LLVMDisposeBuilder(b);
        replace(i, NULL);
    }
}

// ------------------------------------------------------------------------------------------- calls

static LLVMAttributeRef attribute_of(LLVMValueRef f, unsigned argument, const char *name)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    return LLVMGetEnumAttributeAtIndex(f, argument + 1, kind);
}

// `call; ret`: the callee may have the frame, and return to the caller's caller.
static bool is_last(struct machine *m, const struct machine_function *f, LLVMValueRef call)
{
    LLVMValueRef next = LLVMGetNextInstruction(call);
    if (f == m->function[0] || f->objects || f->grows) return false;
    for (unsigned i = 0; i < LLVMCountParams(f->f); i++)
        if (attribute_of(f->f, i, "byval")) return false;
    return LLVMGetInstructionOpcode(next) == LLVMRet &&
           (LLVMGetNumOperands(next) == 0 || LLVMGetOperand(next, 0) == call);
}

static void call_take(struct machine *m, struct machine_function *f, LLVMValueRef call,
                      struct machine_function *to)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(to->f);
    if (LLVMIsFunctionVarArg(type)) ir_refuse(call, "a call of a variadic function");
    if (LLVMGetCalledFunctionType(call) != type)
        ir_refuse(call, "a function is called with another type than it has");
    LLVMValueRef next = LLVMGetNextInstruction(call);
    struct machine_call c = {.call = call, .to = to, .last = is_last(m, f, call)};
    const bool never = LLVMGetInstructionOpcode(next) == LLVMUnreachable;
    c.back = LLVMGetInstructionParent(call);
    c.block = ir_split(m->ir, next);
    // What lies between this call and the one before it has moved.
    if (f->calls && f->call[f->calls - 1].back == c.back) f->call[f->calls - 1].back = c.block;
    if (never || c.last) {  // nothing but the end of the function is back there
        LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(c.block));
        LLVMInstructionRemoveFromParent(next);
        LLVMBuilderRef b = ir_at_end(m->ir, c.block);
        LLVMInsertIntoBuilder(b, next);
        LLVMDisposeBuilder(b);
        LLVMDeleteBasicBlock(c.back);
        c.back = NULL;
    }
    f->call = machine_room(f->call, f->calls, sizeof *f->call);
    f->call[f->calls++] = c;
}

void machine_take(struct machine *m, struct machine_function *f)
{
    LLVMValueRef next;
    LLVMBasicBlockRef next_block, first = first_block(m, f);
    for (LLVMValueRef i = LLVMGetFirstInstruction(first); i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (LLVMIsAAllocaInst(i) && machine_is_fixed(i, first)) alloca_take(m, f, i);
    }
    for (LLVMBasicBlockRef b = first_block(m, f); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = next) {
            next = LLVMGetNextInstruction(i);
            instruction_take(m, f, i);
        }
    m->grows |= f->grows;
    for (LLVMBasicBlockRef b = first_block(m, f); b; b = next_block) {
        next_block = LLVMGetNextBasicBlock(b);
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = next) {
            next = LLVMGetNextInstruction(i);
            struct machine_function *to =
                LLVMIsACallInst(i) ? machine_function_of(m, LLVMGetCalledValue(i)) : NULL;
            if (to && to->state) call_take(m, f, i, to);
        }
    }
    machine_cut(m, f, first_block(m, f));
}

// -------------------------------------------------------------------------------------------- move

static void arguments_load(struct machine *m, struct machine_function *f)
{
    const unsigned count = LLVMCountParams(f->f);
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetNextInstruction(f->begin));
    uint32_t end = m->grows ? MACHINE_CALLER + 8 : 4;
    f->argument = machine_zeros(count, sizeof *f->argument);
    f->argument_at = machine_zeros(count, sizeof *f->argument_at);
    f->argument_in = machine_zeros(count, sizeof(LLVMValueRef));
    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef p = LLVMGetParam(f->f, i);
        LLVMAttributeRef by_value = attribute_of(f->f, i, "byval");
        LLVMAttributeRef align = attribute_of(f->f, i, "align");
        if (by_value) {
            LLVMTypeRef type = LLVMGetTypeAttributeValue(by_value);
            object_add(m, f, p, type, 1,
                       align ? (uint32_t)LLVMGetEnumAttributeValue(align)
                             : LLVMABIAlignmentOfType(m->ir->layout, type));
            machine_take_object(&f->object[f->objects - 1], &end);
        } else if (LLVMGetFirstUse(p) && !machine_is_storable(LLVMTypeOf(p))) {
            f->argument_in[i] = machine_variable(m, LLVMTypeOf(p));
            f->argument[i] = LLVMBuildLoad2(b, LLVMTypeOf(p), f->argument_in[i], "");
            LLVMReplaceAllUsesWith(p, f->argument[i]);
        } else if (LLVMGetFirstUse(p)) {
            f->argument_at[i] = machine_take_value(m, LLVMTypeOf(p), &end);
            LLVMValueRef from = machine_at(m, b, f->begin, f->argument_at[i]);
            f->argument[i] = machine_load(m, b, LLVMTypeOf(p), from);
            LLVMReplaceAllUsesWith(p, f->argument[i]);
        }
    }
    f->arguments_end = end;
    LLVMDisposeBuilder(b);
}

static void result_load(struct machine *m, const struct machine_call *c)
{
    LLVMTypeRef type = LLVMTypeOf(c->call);
    if (!c->back || !LLVMGetFirstUse(c->call)) return;
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetFirstInstruction(c->back));
    LLVMValueRef result;
    if (machine_in_memory(type)) {
        LLVMValueRef sp = LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), "");
        result = machine_load(m, b, type, machine_at(m, b, sp, MACHINE_RESULT));
    } else {
        result = LLVMBuildLoad2(b, type, machine_result(m, type), "");
    }
    LLVMReplaceAllUsesWith(c->call, result);
    LLVMDisposeBuilder(b);
}

void machine_move(struct machine *m, struct machine_function *f)
{
    if (f->grows) f->frame_variable = machine_variable(m, m->ir->pointer);
    for (LLVMBasicBlockRef b = first_block(m, f); b; b = LLVMGetNextBasicBlock(b)) {
        f->block = machine_room(f->block, f->blocks, sizeof(LLVMBasicBlockRef));
        f->block[f->blocks++] = b;
    }
    for (unsigned i = 0; i < f->blocks && f->f != m->kernel; i++)
        LLVMMoveBasicBlockAfter(f->block[i], LLVMGetLastBasicBlock(m->kernel));
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetFirstInstruction(f->block[0]));
    f->begin = LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), "");
    LLVMDisposeBuilder(b);
    f->number = machine_state(m, f->block[0]);
    f->called = f != m->function[0] || f->circular;
    if (f->called) arguments_load(m, f);
    for (unsigned i = 0; i < f->calls; i++) {
        if (f->call[i].again)
            f->call[i].state = f->call[i - 1].state;
        else if (f->call[i].back)
            f->call[i].state = machine_state(m, f->call[i].back);
        if (f->call[i].to) result_load(m, &f->call[i]);
    }
}
