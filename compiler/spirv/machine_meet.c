// Where the lanes of a wave wait for each other: hc_spirv_all(), which device.h's hc_lanes_all() is.
//
// Where no function is a state, lanes that parted are together again where control flow meets, and asking who is here
// is enough.  Lanes at different states are together only where the loop begins.  So hc_spirv_all() becomes a state,
// too: one that lanes come back to until all that are in the loop have.
#include "compiler/spirv/machine.h"

#include <llvm-c/DebugInfo.h>

static LLVMValueRef ballot(struct machine *m, LLVMBuilderRef b, LLVMMetadataRef line)
{
    struct ir *ir = m->ir;
    LLVMTypeRef type = LLVMFunctionType(ir->i64, &ir->i1, 1, false);
    LLVMValueRef f = LLVMGetNamedFunction(ir->module, "hc_spirv_ballot");
    if (!f) f = LLVMAddFunction(ir->module, "hc_spirv_ballot", type);
    ir_attribute(ir, f, "convergent", true);
    ir_attribute(ir, f, "nounwind", true);
    LLVMValueRef yes = LLVMConstInt(ir->i1, 1, false);
    LLVMValueRef here = LLVMBuildCall2(b, type, f, &yes, 1, "");
    LLVMInstructionSetDebugLoc(here, line);
    return here;
}

void machine_meet_define(struct machine *m)
{
    LLVMValueRef old = LLVMGetNamedFunction(m->ir->module, "hc_spirv_all");
    if (!old) return;
    // Another one: what debugging information says of a declaration must not be said of a function.
    LLVMValueRef f = LLVMAddFunction(m->ir->module, "", LLVMGlobalGetValueType(old));
    LLVMReplaceAllUsesWith(old, f);
    LLVMDeleteFunction(old);
    LLVMSetValueName2(f, "hc_spirv_all", 12);
    LLVMSetLinkage(f, LLVMInternalLinkage);
    ir_attribute(m->ir, f, "convergent", true);
    ir_attribute(m->ir, f, "nounwind", true);
    LLVMBuilderRef b = ir_at_end(m->ir, LLVMAppendBasicBlockInContext(m->ir->context, f, ""));
    LLVMBuildRet(b, ballot(m, b, NULL));
    LLVMDisposeBuilder(b);
}

bool machine_meet_wanted(struct machine *m)
{
    struct machine_function *f = NULL;
    for (unsigned i = 0; i < m->functions && !f; i++)
        if (ir_named(m->function[i]->f, "hc_spirv_all")) f = m->function[i];
    if (!m->function[0]->state || !f || f->state) return false;
    f->state = true;
    m->meet = f;
    return true;
}

void machine_meet_code(struct machine *m)
{
    if (!m->meet) return;
    struct ir *ir = m->ir;
    LLVMBuilderRef b = ir_before(ir, LLVMGetBasicBlockTerminator(m->entry));
    LLVMValueRef together = LLVMBuildAlloca(b, ir->i64, "");
    LLVMPositionBuilderAtEnd(b, m->dispatch);
    LLVMBuildStore(b, ballot(m, b, machine_line(m)), together);

    LLVMBasicBlockRef on = m->meet->block[0];
    LLVMBasicBlockRef wait = LLVMInsertBasicBlockInContext(ir->context, on, "");
    LLVMPositionBuilderAtEnd(b, wait);
    LLVMValueRef all = LLVMBuildLoad2(b, ir->i64, together, "");
    LLVMValueRef met = LLVMBuildICmp(b, LLVMIntEQ, ballot(m, b, machine_line(m)), all, "");
    LLVMBuildCondBr(b, met, on, m->dispatch);
    m->state[m->meet->number] = wait;
    LLVMDisposeBuilder(b);
}
