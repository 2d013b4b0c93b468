// Where a device begins: main() runs the kernel in every lane of the workgroup.  And what a lane asks about its place.
#include "backends/vulkan/module.h"
#include "compiler/spirv/passes.h"

LLVMValueRef ir_op(struct ir *ir, LLVMBuilderRef b, const char *name, unsigned n,
                   const uint32_t *args)
{
    LLVMTypeRef types[2] = {ir->i32, ir->i32};
    LLVMValueRef values[2];
    LLVMTypeRef type = LLVMFunctionType(ir->i32, types, n, 0);
    LLVMValueRef f = LLVMGetNamedFunction(ir->module, name);
    if (!f) f = LLVMAddFunction(ir->module, name, type);
    for (unsigned i = 0; i < n; i++) values[i] = LLVMConstInt(ir->i32, args[i], 0);
    return LLVMBuildCall2(b, type, f, values, n, "");
}

LLVMValueRef ir_id(struct ir *ir, LLVMBuilderRef b, uint32_t which, uint32_t dim)
{
    return ir_op(ir, b, "hc_spirv_id", 2, (const uint32_t[]){which, dim});
}

LLVMValueRef ir_entry(struct ir *ir, LLVMValueRef kernel)
{
    LLVMTypeRef type = LLVMFunctionType(ir->none, NULL, 0, 0);
    LLVMValueRef f = LLVMAddFunction(ir->module, "hc_spirv_main", type);
    LLVMBasicBlockRef begin = LLVMAppendBasicBlockInContext(ir->context, f, "");
    LLVMBasicBlockRef run = LLVMAppendBasicBlockInContext(ir->context, f, "");
    LLVMBasicBlockRef end = LLVMAppendBasicBlockInContext(ir->context, f, "");
    ir_attribute(ir, f, "convergent", true);
    LLVMBuilderRef b = ir_at_end(ir, begin);
    LLVMValueRef local = ir_id(ir, b, HC_SPIRV_LOCAL_INDEX, 0);
    LLVMValueRef lanes = ir_id(ir, b, HC_SPIRV_GROUP_SIZE, 0);
    lanes = LLVMBuildMul(b, lanes, ir_id(ir, b, HC_SPIRV_GROUP_SIZE, 1), "");
    lanes = LLVMBuildMul(b, lanes, ir_id(ir, b, HC_SPIRV_GROUP_SIZE, 2), "");
    // There are drivers that run lanes past the end, under a mask that hides memory from them: waits never end.
    LLVMBuildCondBr(b, LLVMBuildICmp(b, LLVMIntULT, local, lanes, ""), run, end);
    LLVMPositionBuilderAtEnd(b, run);
    LLVMBuildCall2(b, LLVMGlobalGetValueType(kernel), kernel, NULL, 0, "");
    LLVMBuildBr(b, end);
    LLVMPositionBuilderAtEnd(b, end);
    LLVMBuildRetVoid(b);
    LLVMDisposeBuilder(b);
    return f;
}
