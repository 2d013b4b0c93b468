// Recursion, and code too large to be copied: functions become states of one loop in the kernel.
#include "compiler/spirv/machine.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

unsigned machine_state(struct machine *m, LLVMBasicBlockRef block)
{
    m->state = machine_room(m->state, m->states, sizeof(LLVMBasicBlockRef));
    m->state[m->states] = block;
    return m->states++;
}

static LLVMValueRef end_declare(struct machine *m)
{
    LLVMValueRef end = LLVMGetNamedFunction(m->ir->module, "hc_spirv_end");
    if (end) return end;
    end = LLVMAddFunction(m->ir->module, "hc_spirv_end",
                          LLVMFunctionType(m->ir->none, NULL, 0, false));
    ir_attribute(m->ir, end, "convergent", true);
    ir_attribute(m->ir, end, "noreturn", true);
    return end;
}

static void call_plain(struct machine *m, LLVMBuilderRef b, LLVMValueRef f)
{
    LLVMValueRef c = LLVMBuildCall2(b, LLVMGlobalGetValueType(f), f, NULL, 0, "");
    LLVMInstructionSetDebugLoc(c, machine_line(m));
}

// Where a function goes that has no room for its frame.
static void full_build(struct machine *m)
{
    struct ir *ir = m->ir;
    if (!LLVMGetFirstUse(LLVMBasicBlockAsValue(m->full))) {
        LLVMDeleteBasicBlock(m->full);
        return;
    }
    LLVMBuilderRef b = ir_at_end(ir, m->full);
    if (m->overflow && m->overflow->state) {
        LLVMBasicBlockRef back = LLVMAppendBasicBlockInContext(ir->context, m->kernel, "");
        LLVMValueRef sp = LLVMBuildLoad2(b, ir->pointer, ir_sp(ir), "");
        machine_store(m, b, LLVMConstInt(ir->i32, machine_state(m, back), false), sp);
        machine_go(m, b, LLVMConstInt(ir->i32, m->overflow->number, false));
        LLVMPositionBuilderAtEnd(b, back);
    } else if (m->overflow) {
        call_plain(m, b, m->overflow->f);
    }
    call_plain(m, b, end_declare(m));
    LLVMBuildUnreachable(b);
    LLVMDisposeBuilder(b);
}

static void loop_begin(struct machine *m)
{
    struct ir *ir = m->ir;
    LLVMBasicBlockRef first = LLVMGetFirstBasicBlock(m->kernel);
    m->entry = LLVMInsertBasicBlockInContext(ir->context, first, "");
    m->dispatch = LLVMInsertBasicBlockInContext(ir->context, first, "");
    if (m->recursive) m->full = LLVMInsertBasicBlockInContext(ir->context, m->dispatch, "");
    LLVMBuilderRef b = ir_at_end(ir, m->entry);
    m->pc = LLVMBuildAlloca(b, ir->i32, "");
    LLVMBuildBr(b, m->dispatch);
    LLVMDisposeBuilder(b);
}

static void loop_end(struct machine *m)
{
    struct ir *ir = m->ir;
    LLVMBuilderRef b = ir_before(ir, LLVMGetBasicBlockTerminator(m->entry));
    if (m->function[0]->called) {  // it returns like the others, there it ends
        LLVMBasicBlockRef done = LLVMAppendBasicBlockInContext(ir->context, m->kernel, "");
        LLVMValueRef sp = LLVMBuildLoad2(b, ir->pointer, ir_sp(ir), "");
        machine_store(m, b, LLVMConstInt(ir->i32, machine_state(m, done), false), sp);
        LLVMBuilderRef d = ir_at_end(ir, done);
        LLVMBuildRetVoid(d);
        LLVMDisposeBuilder(d);
    }
    LLVMBuildStore(b, LLVMConstInt(ir->i32, m->function[0]->number, false), m->pc);
    LLVMPositionBuilderAtEnd(b, m->dispatch);
    LLVMValueRef pc = LLVMBuildLoad2(b, ir->i32, m->pc, "");
    LLVMValueRef choice = LLVMBuildSwitch(b, pc, m->state[m->states - 1], m->states - 1);
    for (unsigned i = 0; i + 1 < m->states; i++)
        LLVMAddCase(choice, LLVMConstInt(ir->i32, i, false), m->state[i]);
    LLVMDisposeBuilder(b);
}

// Nothing that the kernel does calls it any more; others may still, which the kernel never calls.
static void function_drop(struct machine *m, LLVMValueRef f)
{
    if (!LLVMGetFirstUse(f)) {
        LLVMDeleteFunction(f);
        return;
    }
    LLVMBuilderRef b = ir_at_end(m->ir, LLVMAppendBasicBlockInContext(m->ir->context, f, ""));
    LLVMBuildUnreachable(b);
    LLVMDisposeBuilder(b);
}

static void build(struct machine *m)
{
    struct machine_function **f = m->function;
    // What is left of variables in debug information names the function they are in; lines can be moved.
    ir_run(m->ir, "strip-nonlinetable-debuginfo,function(unreachableblockelim)");
    loop_begin(m);
    // Each step needs what the one before it found in all functions.
    for (unsigned i = 0; i < m->functions; i++)
        if (f[i]->state) machine_take(m, f[i]);
    for (unsigned i = 0; i < m->functions; i++)
        if (f[i]->state) machine_move(m, f[i]);
    for (unsigned i = 0; i < m->functions; i++) {
        if (!f[i]->state) continue;
        machine_live(m, f[i]);
        machine_place(m, f[i]);
    }
    for (unsigned i = 0; i < m->functions; i++) f[i]->seen = false;
    for (unsigned i = 0; i < m->functions; i++) machine_measure(m, f[i]);
    for (unsigned i = 0; i < m->functions; i++)
        if (f[i]->state) machine_code(m, f[i]);
    if (m->recursive) full_build(m);
    machine_meet_code(m);
    loop_end(m);
    for (unsigned i = 1; i < m->functions; i++)
        if (f[i]->state) function_drop(m, f[i]->f);
    ir_attribute(m->ir, m->kernel, "memory", false);
    ir_run(m->ir, "function(mem2reg,early-cse,dce)");
}

uint32_t ir_machine(struct ir *ir, LLVMValueRef kernel, unsigned limit, bool *recursive)
{
    struct machine m = {.ir = ir, .kernel = kernel};
    machine_graph(&m, limit);
    const bool any = m.function[0]->state;
    *recursive = m.recursive;
    if (any) build(&m);
    const uint32_t bytes = any && !m.recursive ? m.function[0]->room : 0;
    machine_graph_free(&m);
    return bytes;
}
