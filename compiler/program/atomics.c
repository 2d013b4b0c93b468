// Read-modify-writes in the order that was asked for: LLVM's PTX has none on them but on compare-exchange, so fences
// stand around them.  Without, a lock that was taken would not empty the cache of what it guards.
#include "compiler/program/lower.h"

static void order(LLVMValueRef i, LLVMBuilderRef b)
{
    const LLVMAtomicOrdering asked = LLVMGetOrdering(i);
    const bool sequential = asked == LLVMAtomicOrderingSequentiallyConsistent;
    const bool both = sequential || asked == LLVMAtomicOrderingAcquireRelease;
    if (asked == LLVMAtomicOrderingMonotonic) return;
    if (both || asked == LLVMAtomicOrderingRelease) {
        LLVMPositionBuilderBefore(b, i);
        LLVMBuildFence(b, sequential ? asked : LLVMAtomicOrderingRelease, false, "");
    }
    if (both || asked == LLVMAtomicOrderingAcquire) {
        LLVMPositionBuilderBefore(b, LLVMGetNextInstruction(i));
        LLVMBuildFence(b, LLVMAtomicOrderingAcquire, false, "");
    }
    LLVMSetOrdering(i, LLVMAtomicOrderingMonotonic);
}

void lower_atomics(LLVMModuleRef m)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(m));
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
                if (LLVMIsAAtomicRMWInst(i)) order(i, b);
    LLVMDisposeBuilder(b);
}
