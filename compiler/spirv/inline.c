// Copies of functions in place of calls.  Drivers do the same with what is left; done here, LLVM sees through it.
#include <string.h>

#include "compiler/spirv/passes.h"

void ir_inline(struct ir *ir, LLVMValueRef main)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f)) continue;
        ir_attribute(ir, f, "noinline", false);
        ir_attribute(ir, f, "optnone", false);
        if (f == main) continue;
        // Later passes call the runtime.
        if (!ir_named(f, "hc_rt_")) LLVMSetLinkage(f, LLVMInternalLinkage);
        ir_attribute(ir, f, "alwaysinline", true);
    }
    // A call may say noinline by itself.
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                if (LLVMIsACallInst(i))
                    LLVMRemoveCallSiteEnumAttribute(
                        i, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                        LLVMGetEnumAttributeKindForName("noinline", strlen("noinline")));
    ir_run(ir, "always-inline,globaldce");
}
