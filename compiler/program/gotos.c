// Computed gotos: a label's address becomes its number in the function, a jump to one a switch.
#include <stddef.h>

#include "compiler/program/lower.h"

static LLVMValueRef address_of(LLVMBasicBlockRef block)
{
    for (LLVMUseRef u = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); u; u = LLVMGetNextUse(u))
        if (LLVMIsABlockAddress(LLVMGetUser(u))) return LLVMGetUser(u);
    return NULL;
}

// Edges stay as many as they were, which phis count: a label named twice has a second number that nothing has.
static void jump_lower(LLVMValueRef jump, LLVMBuilderRef b, LLVMTypeRef i64, unsigned blocks)
{
    LLVMValueRef f = LLVMGetBasicBlockParent(LLVMGetInstructionParent(jump));
    LLVMBasicBlockRef nowhere = LLVMAppendBasicBlockInContext(LLVMGetTypeContext(i64), f, "");
    const unsigned count = (unsigned)LLVMGetNumOperands(jump) - 1;
    LLVMPositionBuilderAtEnd(b, nowhere);
    LLVMBuildUnreachable(b);
    LLVMPositionBuilderBefore(b, jump);
    LLVMValueRef number = LLVMBuildPtrToInt(b, LLVMGetOperand(jump, 0), i64, "");
    LLVMValueRef made = LLVMBuildSwitch(b, number, nowhere, count);
    for (unsigned i = 0; i < count; i++) {
        LLVMBasicBlockRef to = LLVMValueAsBasicBlock(LLVMGetOperand(jump, i + 1));
        bool again = false;
        for (unsigned k = 0; k < i; k++)
            again |= LLVMValueAsBasicBlock(LLVMGetOperand(jump, k + 1)) == to;
        unsigned n = 1;
        for (LLVMBasicBlockRef at = LLVMGetFirstBasicBlock(f); at != to;
             at = LLVMGetNextBasicBlock(at))
            n++;
        LLVMAddCase(made, LLVMConstInt(i64, again ? blocks + 1 + i : n, false), to);
    }
    LLVMInstructionEraseFromParent(jump);
}

static void function_lower(LLVMValueRef f, LLVMBuilderRef b, LLVMTypeRef i64, LLVMTypeRef pointer)
{
    const unsigned blocks = LLVMCountBasicBlocks(f);
    LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f);
    for (unsigned n = 1; n <= blocks; n++, block = LLVMGetNextBasicBlock(block)) {
        LLVMValueRef jump = LLVMGetBasicBlockTerminator(block);
        if (LLVMGetInstructionOpcode(jump) == LLVMIndirectBr) jump_lower(jump, b, i64, blocks);
    }
    block = LLVMGetFirstBasicBlock(f);
    for (unsigned n = 1; n <= blocks; n++, block = LLVMGetNextBasicBlock(block)) {
        LLVMValueRef address = address_of(block), number = LLVMConstInt(i64, n, false);
        if (address) LLVMReplaceAllUsesWith(address, LLVMConstIntToPtr(number, pointer));
    }
}

void lower_gotos(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    LLVMBuilderRef b = LLVMCreateBuilderInContext(context);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f))
            function_lower(f, b, LLVMInt64TypeInContext(context),
                           LLVMPointerTypeInContext(context, 0));
    LLVMDisposeBuilder(b);
}
