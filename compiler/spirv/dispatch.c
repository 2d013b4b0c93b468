// Calls through pointers: a pointer to a function is its number, and each type of function has a switch over them.
#include <stdlib.h>

#include "compiler/spirv/passes.h"

#define PARAMETERS_MAX 64

// The function that calls number `its first parameter` with the others.
static LLVMValueRef switch_build(struct ir *ir, LLVMTypeRef type, const struct data *data)
{
    LLVMTypeRef types[PARAMETERS_MAX + 1];
    const unsigned n = LLVMCountParamTypes(type);
    LLVMTypeRef result = LLVMGetReturnType(type);
    types[0] = ir->pointer;
    LLVMGetParamTypes(type, types + 1);
    LLVMValueRef f =
        LLVMAddFunction(ir->module, "hc_rt_dispatch", LLVMFunctionType(result, types, n + 1, 0));
    LLVMSetLinkage(f, LLVMInternalLinkage);
    ir_attribute(ir, f, "convergent", true);
    LLVMBasicBlockRef begin = LLVMAppendBasicBlockInContext(ir->context, f, "");
    LLVMBasicBlockRef bad = LLVMAppendBasicBlockInContext(ir->context, f, "");
    LLVMBuilderRef b = ir_at_end(ir, begin);
    LLVMValueRef number = LLVMBuildPtrToInt(b, LLVMGetParam(f, 0), ir->i64, "");
    LLVMValueRef choice = LLVMBuildSwitch(b, number, bad, 8);
    for (LLVMValueRef g = LLVMGetFirstFunction(ir->module); g; g = LLVMGetNextFunction(g)) {
        const uint32_t id = data_function(data, g);
        if (!id || LLVMIsDeclaration(g) || LLVMGlobalGetValueType(g) != type) continue;
        LLVMBasicBlockRef to = LLVMAppendBasicBlockInContext(ir->context, f, "");
        LLVMAddCase(choice, LLVMConstInt(ir->i64, id, 0), to);
        LLVMPositionBuilderAtEnd(b, to);
        LLVMValueRef args[PARAMETERS_MAX];
        for (unsigned k = 0; k < n; k++) args[k] = LLVMGetParam(f, k + 1);
        LLVMValueRef r = LLVMBuildCall2(b, type, g, args, n, "");
        if (LLVMGetTypeKind(result) == LLVMVoidTypeKind)
            LLVMBuildRetVoid(b);
        else
            LLVMBuildRet(b, r);
    }
    // A pointer to nothing of the kind: the lane ends.
    LLVMPositionBuilderAtEnd(b, bad);
    LLVMValueRef end = LLVMGetNamedFunction(ir->module, "hc_spirv_end");
    LLVMTypeRef end_type = LLVMFunctionType(ir->none, NULL, 0, 0);
    if (!end) end = LLVMAddFunction(ir->module, "hc_spirv_end", end_type);
    LLVMBuildCall2(b, end_type, end, NULL, 0, "");
    LLVMBuildUnreachable(b);
    LLVMDisposeBuilder(b);
    return f;
}

// byval and sret arguments keep their meaning through the switch.
static void attributes_copy(LLVMValueRef call, LLVMValueRef to, unsigned n)
{
    LLVMAttributeRef list[16];
    for (unsigned k = 1; k <= n; k++) {
        const unsigned count = LLVMGetCallSiteAttributeCount(call, k);
        if (count > 16) continue;
        LLVMGetCallSiteAttributes(call, k, list);
        for (unsigned i = 0; i < count; i++)
            if (LLVMIsTypeAttribute(list[i])) LLVMAddCallSiteAttribute(to, k + 1, list[i]);
    }
}

void ir_dispatch(struct ir *ir, const struct data *data)
{
    struct spv_map known = {0};
    LLVMValueRef *calls = ir_calls(ir, NULL), *made = NULL;
    uint32_t count = 0;
    for (LLVMValueRef *c = calls; *c; c++) {
        LLVMValueRef pointer = LLVMGetCalledValue(*c);
        if (LLVMIsAFunction(pointer) || LLVMIsAInlineAsm(pointer)) continue;
        LLVMTypeRef type = LLVMGetCalledFunctionType(*c);
        const unsigned n = LLVMCountParamTypes(type);
        if (n > PARAMETERS_MAX || LLVMIsFunctionVarArg(type))
            ir_refuse(*c, "a call through a pointer with over %d or variable arguments",
                      PARAMETERS_MAX);
        uint32_t *slot = spv_slot(&known, spv_key(type), 0);
        if (!*slot) {
            made = realloc(made, (count + 1) * sizeof *made);
            if (!made) ir_refuse(NULL, "out of memory");
            made[count++] = switch_build(ir, type, data);
            *slot = count;
        }
        LLVMValueRef to = made[*slot - 1], args[PARAMETERS_MAX + 1];
        args[0] = pointer;
        for (unsigned k = 0; k < n; k++) args[k + 1] = LLVMGetOperand(*c, k);
        LLVMBuilderRef b = ir_before(ir, *c);
        LLVMValueRef r = LLVMBuildCall2(b, LLVMGlobalGetValueType(to), to, args, n + 1, "");
        attributes_copy(*c, r, n);
        if (LLVMGetTypeKind(LLVMTypeOf(r)) != LLVMVoidTypeKind) LLVMReplaceAllUsesWith(*c, r);
        LLVMInstructionEraseFromParent(*c);
        LLVMDisposeBuilder(b);
    }
    free(calls);
    free(made);
    free(known.entry);
}
