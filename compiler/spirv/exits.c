// Ways out: structured control flow wants the function's end to be reachable from everywhere.
#include <stdlib.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/passes.h"

static void return_build(LLVMBuilderRef b, LLVMValueRef f)
{
    LLVMTypeRef result = LLVMGetReturnType(LLVMGlobalGetValueType(f));
    if (LLVMGetTypeKind(result) == LLVMVoidTypeKind)
        LLVMBuildRetVoid(b);
    else
        LLVMBuildRet(b, LLVMConstNull(result));
}

// What can't be reached returns.
static void unreachable_returns(struct ir *ir, LLVMValueRef f)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(b);
        if (!LLVMIsAUnreachableInst(end)) continue;
        LLVMBuilderRef builder = ir_before(ir, end);
        return_build(builder, f);
        LLVMInstructionEraseFromParent(end);
        LLVMDisposeBuilder(builder);
    }
}

// Marks the block and all that lead to it.
static void mark(struct spv_map *ends, LLVMBasicBlockRef block)
{
    LLVMBasicBlockRef *stack = malloc(sizeof *stack);
    size_t top = 1, room = 1;
    if (!stack) ir_refuse(NULL, "out of memory");
    stack[0] = block;
    *spv_slot(ends, spv_key(block), 0) = 1;
    while (top) {
        LLVMValueRef v = LLVMBasicBlockAsValue(stack[--top]);
        for (LLVMUseRef u = LLVMGetFirstUse(v); u; u = LLVMGetNextUse(u)) {
            LLVMValueRef user = LLVMGetUser(u);
            if (!LLVMIsATerminatorInst(user)) continue;
            LLVMBasicBlockRef from = LLVMGetInstructionParent(user);
            uint32_t *slot = spv_slot(ends, spv_key(from), 0);
            if (*slot) continue;
            *slot = 1;
            if (top == room) stack = realloc(stack, (room *= 2) * sizeof *stack);
            if (!stack) ir_refuse(NULL, "out of memory");
            stack[top++] = from;
        }
    }
    free(stack);
}

// In front of what the block does: if (a condition that is false, as no workgroup is empty) return.
static LLVMBasicBlockRef exit_add(struct ir *ir, LLVMValueRef f, LLVMBasicBlockRef block)
{
    LLVMValueRef first = LLVMGetFirstInstruction(block);
    while (LLVMIsAPHINode(first)) first = LLVMGetNextInstruction(first);
    LLVMBasicBlockRef head = ir_split(ir, first);
    LLVMBasicBlockRef out = LLVMAppendBasicBlockInContext(ir->context, f, "");
    LLVMBuilderRef b = ir_at_end(ir, out);
    return_build(b, f);
    LLVMValueRef jump = LLVMGetBasicBlockTerminator(head);
    LLVMPositionBuilderBefore(b, jump);
    LLVMValueRef size = ir_id(ir, b, HC_SPIRV_GROUP_SIZE, 0);
    LLVMValueRef never = LLVMBuildICmp(b, LLVMIntEQ, size, LLVMConstInt(ir->i32, 0, 0), "");
    LLVMBuildCondBr(b, never, out, block);
    LLVMInstructionEraseFromParent(jump);
    LLVMDisposeBuilder(b);
    return out;
}

static void endless_loops_end(struct ir *ir, LLVMValueRef f)
{
    struct spv_map ends = {0};
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
        if (LLVMIsAReturnInst(LLVMGetBasicBlockTerminator(b)) && !*spv_slot(&ends, spv_key(b), 0))
            mark(&ends, b);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
        if (!*spv_slot(&ends, spv_key(b), 0)) mark(&ends, exit_add(ir, f, b));
    free(ends.entry);
}

void ir_exits(struct ir *ir)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f)) continue;
        unreachable_returns(ir, f);
        endless_loops_end(ir, f);
    }
}
