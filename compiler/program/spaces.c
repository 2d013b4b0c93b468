// Variables move to where a target keeps them; the program goes on using plain addresses.
#include <stddef.h>

#include "compiler/program/lower.h"

static LLVMValueRef moved(LLVMModuleRef m, LLVMValueRef old, unsigned space)
{
    LLVMValueRef made = LLVMAddGlobalInAddressSpace(m, LLVMGlobalGetValueType(old), "", space);
    LLVMSetLinkage(made, LLVMGetLinkage(old));
    LLVMSetAlignment(made, LLVMGetAlignment(old));
    LLVMSetGlobalConstant(made, LLVMIsGlobalConstant(old));
    return made;
}

void lower_spaces(LLVMModuleRef m, unsigned space)
{
    LLVMTypeRef pointer = LLVMPointerTypeInContext(LLVMGetModuleContext(m), 0);
    LLVMValueRef last = LLVMGetLastGlobal(m);
    for (LLVMValueRef next, g = LLVMGetFirstGlobal(m); g; g = next) {
        next = g == last ? NULL : LLVMGetNextGlobal(g);
        if (LLVMIsDeclaration(g) || LLVMGetPointerAddressSpace(LLVMTypeOf(g)) == space) continue;
        LLVMValueRef made = moved(m, g, space);
        // In the other order a variable that names itself would go on naming the old one.
        LLVMReplaceAllUsesWith(g, LLVMConstAddrSpaceCast(made, pointer));
        LLVMSetInitializer(made, LLVMGetInitializer(g));
        LLVMDeleteGlobal(g);
    }
}
