// A guard against LLVM 22's structurizer.  It moves instructions that cost nothing (casts and the like) from the block
// they are in to a branch above, if a phi takes them on that block's way out, and then drops phis that it takes for
// superfluous; where the way out passes through several joins, other paths get the value, too, and this one none.
// It looks only at instructions of the very block that leads to the phi: so each such block ends in one that is empty.
#include "compiler/spirv/passes.h"

static bool costs_nothing(LLVMValueRef i)
{
    if (LLVMIsACastInst(i) || LLVMIsAGetElementPtrInst(i) || LLVMIsACallInst(i)) return true;
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMFreeze:
    case LLVMExtractValue:
    case LLVMInsertValue: return true;
    default: return false;
    }
}

static bool leads_to_phi(LLVMBasicBlockRef block, LLVMBasicBlockRef to)
{
    for (LLVMValueRef phi = LLVMGetFirstInstruction(to); phi && LLVMIsAPHINode(phi);
         phi = LLVMGetNextInstruction(phi))
        for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
            LLVMValueRef v = LLVMGetIncomingValue(phi, k);
            if (LLVMGetIncomingBlock(phi, k) == block && LLVMIsAInstruction(v) &&
                LLVMGetInstructionParent(v) == block && costs_nothing(v))
                return true;
        }
    return false;
}

void ir_anchor(struct ir *ir, LLVMValueRef main)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(main); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(b);
        bool leads = false;
        for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++)
            leads |= leads_to_phi(b, LLVMGetSuccessor(end, k));
        if (leads) ir_split(ir, end);
    }
}
