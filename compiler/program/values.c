// Structs passed by value become pointers to a copy of the caller's: no target's way of passing them is needed,
// and the copy lives where variables do.
#include <llvm-c/Target.h>
#include <string.h>

#include "compiler/program/lower.h"

static unsigned kind_of(const char *name)
{
    return LLVMGetEnumAttributeKindForName(name, strlen(name));
}

static void call_lower(LLVMValueRef call, LLVMBuilderRef b, LLVMTargetDataRef layout)
{
    const unsigned byval = kind_of("byval");
    LLVMTypeRef i64 = LLVMInt64TypeInContext(LLVMGetTypeContext(LLVMTypeOf(call)));
    for (unsigned i = 0, n = LLVMGetNumArgOperands(call); i < n; i++) {
        LLVMAttributeRef a = LLVMGetCallSiteEnumAttribute(call, i + 1, byval);
        if (!a) continue;
        LLVMTypeRef type = LLVMGetTypeAttributeValue(a);
        LLVMValueRef f = LLVMGetBasicBlockParent(LLVMGetInstructionParent(call));
        LLVMPositionBuilderBefore(b, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(f)));
        LLVMValueRef copy = LLVMBuildAlloca(b, type, "");
        LLVMSetAlignment(copy, 16);
        LLVMPositionBuilderBefore(b, call);
        LLVMBuildMemCpy(b, copy, 16, LLVMGetOperand(call, i), 1,
                        LLVMConstInt(i64, LLVMABISizeOfType(layout, type), false));
        LLVMSetOperand(call, i, copy);
        LLVMRemoveCallSiteEnumAttribute(call, i + 1, byval);
    }
}

void lower_values(LLVMModuleRef m)
{
    const unsigned byval = kind_of("byval");
    LLVMTargetDataRef layout = LLVMGetModuleDataLayout(m);
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(m));
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        for (unsigned i = 1; i <= LLVMCountParams(f); i++)
            LLVMRemoveEnumAttributeAtIndex(f, i, byval);
        for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f); block;
             block = LLVMGetNextBasicBlock(block))
            for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
                if (LLVMIsACallInst(i)) call_lower(i, b, layout);
    }
    LLVMDisposeBuilder(b);
}
