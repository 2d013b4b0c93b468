// Copies of many bytes, or of a number known at run time, are calls of memcpy, memmove and memset: what devices'
// compilers make of the intrinsics is a loop over single bytes.
#include <string.h>

#include "compiler/program/lower.h"

enum { IN_LINE = 128 };  // bytes

static LLVMValueRef copy_lower(LLVMModuleRef m, LLVMBuilderRef b, LLVMValueRef i, const char *name)
{
    LLVMValueRef f = LLVMGetNamedFunction(m, name), size = LLVMGetOperand(i, 2);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(LLVMGetModuleContext(m));
    if (!f || LLVMIsDeclaration(f) || f == LLVMGetBasicBlockParent(LLVMGetInstructionParent(i)))
        return NULL;
    if (LLVMIsAConstantInt(size) && LLVMConstIntGetZExtValue(size) <= IN_LINE) return NULL;
    LLVMTypeRef type = LLVMGlobalGetValueType(f);
    if (LLVMCountParamTypes(type) != 3) return NULL;
    LLVMTypeRef params[3];
    LLVMGetParamTypes(type, params);
    LLVMPositionBuilderBefore(b, i);
    LLVMValueRef args[] = {LLVMGetOperand(i, 0), LLVMGetOperand(i, 1),
                           LLVMBuildIntCast2(b, size, i64, false, "")};
    if (LLVMTypeOf(args[1]) != params[1])
        args[1] = LLVMBuildIntCast2(b, args[1], params[1], false, "");
    LLVMValueRef made = LLVMBuildCall2(b, type, f, args, 3, "");
    LLVMSetInstructionCallConv(made, LLVMGetFunctionCallConv(f));
    return made;
}

void lower_copies(LLVMModuleRef m)
{
    static const char *const names[] = {"memcpy", "memmove", "memset"};
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(m));
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef next, i = LLVMGetFirstInstruction(k); i; i = next) {
                next = LLVMGetNextInstruction(i);
                for (size_t n = 0; n < sizeof names / sizeof *names; n++)
                    if (lower_is_intrinsic(i, names[n]) && copy_lower(m, b, i, names[n])) {
                        LLVMInstructionEraseFromParent(i);
                        break;
                    }
            }
    LLVMDisposeBuilder(b);
}
