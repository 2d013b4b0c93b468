// Functions, calls and returns whose types have integers to be replaced: each part becomes a parameter, a result
// of several parts a structure.
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/integers.h"

// What a result becomes.
static LLVMTypeRef result_type(struct integers *in, LLVMTypeRef type)
{
    LLVMTypeRef *part;
    if (type == in->ir->none || integers_plain(in, type)) return type;
    const size_t n = integers_parts(in, type, &part);
    return n == 1 ? part[0] : LLVMStructTypeInContext(in->ir->context, part, (unsigned)n, false);
}

static bool plain_function(struct integers *in, LLVMTypeRef type, LLVMTypeRef *params)
{
    LLVMGetParamTypes(type, params);
    for (unsigned i = 0; i < LLVMCountParamTypes(type); i++)
        if (!integers_plain(in, params[i])) return false;
    return integers_plain(in, LLVMGetReturnType(type));
}

LLVMTypeRef integers_function_type(struct integers *in, LLVMTypeRef type)
{
    const unsigned n = LLVMCountParamTypes(type);
    LLVMTypeRef *params = calloc(n + 1, sizeof *params), *to, *part;
    if (!params) ir_refuse(NULL, "out of memory");
    if (plain_function(in, type, params)) {
        free(params);
        return type;
    }
    size_t count = 0;
    for (unsigned i = 0; i < n; i++)
        count += integers_plain(in, params[i]) ? 1 : integers_parts(in, params[i], NULL);
    to = integers_room(in, (count + 1) * sizeof *to);
    count = 0;
    for (unsigned i = 0; i < n; i++) {
        if (integers_plain(in, params[i])) {
            to[count++] = params[i];
            continue;
        }
        const size_t parts = integers_parts(in, params[i], &part);
        memcpy(to + count, part, parts * sizeof *to);
        count += parts;
    }
    free(params);
    return LLVMFunctionType(result_type(in, LLVMGetReturnType(type)), to, (unsigned)count,
                            LLVMIsFunctionVarArg(type));
}

// Attributes: of functions and of calls there are two sets of names for the same.
typedef unsigned attribute_count(LLVMValueRef, LLVMAttributeIndex);
typedef void attribute_get(LLVMValueRef, LLVMAttributeIndex, LLVMAttributeRef *);
typedef void attribute_add(LLVMValueRef, LLVMAttributeIndex, LLVMAttributeRef);

static void copy_attributes(struct integers *in, LLVMValueRef from, unsigned i, LLVMValueRef to,
                            unsigned k)
{
    const bool call = LLVMIsACallInst(from);
    attribute_count *count = call ? LLVMGetCallSiteAttributeCount : LLVMGetAttributeCountAtIndex;
    attribute_get *get = call ? LLVMGetCallSiteAttributes : LLVMGetAttributesAtIndex;
    attribute_add *add = call ? LLVMAddCallSiteAttribute : LLVMAddAttributeAtIndex;
    const unsigned n = count(from, i);
    LLVMAttributeRef *all = integers_room(in, n * sizeof *all);
    get(from, i, all);
    for (unsigned a = 0; a < n; a++) add(to, k, all[a]);
}

// Of the function, of a result and of parameters that stay.
static void copy_all_attributes(struct integers *in, LLVMValueRef from, LLVMTypeRef type,
                                LLVMValueRef to)
{
    const unsigned n = LLVMCountParamTypes(type);
    LLVMTypeRef *params = integers_room(in, n * sizeof *params);
    LLVMGetParamTypes(type, params);
    copy_attributes(in, from, (unsigned)LLVMAttributeFunctionIndex, to,
                    (unsigned)LLVMAttributeFunctionIndex);
    if (integers_plain(in, LLVMGetReturnType(type))) copy_attributes(in, from, 0, to, 0);
    for (unsigned i = 0, k = 1; i < n; i++) {
        const bool plain = integers_plain(in, params[i]);
        if (plain) copy_attributes(in, from, i + 1, to, k);
        k += plain ? 1 : (unsigned)integers_parts(in, params[i], NULL);
    }
}

static void take_body(struct integers *in, LLVMValueRef from, LLVMValueRef to)
{
    for (LLVMBasicBlockRef b; (b = LLVMGetFirstBasicBlock(from));) {
        LLVMRemoveBasicBlockFromParent(b);
        LLVMAppendExistingBasicBlock(to, b);
    }
    LLVMSetSubprogram(to, LLVMGetSubprogram(from));
    unsigned k = 0;
    for (LLVMValueRef p = LLVMGetFirstParam(from); p; p = LLVMGetNextParam(p)) {
        if (integers_plain(in, LLVMTypeOf(p))) {
            LLVMReplaceAllUsesWith(p, LLVMGetParam(to, k++));
            continue;
        }
        const size_t n = integers_parts(in, LLVMTypeOf(p), NULL);
        LLVMValueRef *part = integers_room(in, n * sizeof *part);
        for (size_t i = 0; i < n; i++) part[i] = LLVMGetParam(to, k++);
        integers_put(&in->map, p, part);
    }
}

void integers_functions(struct integers *in)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(in->ir->module), next; f; f = next) {
        next = LLVMGetNextFunction(f);
        LLVMTypeRef type = LLVMGlobalGetValueType(f), new_type = integers_function_type(in, type);
        if (LLVMGetIntrinsicID(f) || type == new_type) continue;
        LLVMValueRef to = LLVMAddFunction(in->ir->module, "", new_type);
        size_t length;
        const char *name = LLVMGetValueName2(f, &length);
        char *copy = integers_room(in, length + 1);
        memcpy(copy, name, length + 1);
        LLVMSetValueName2(f, "", 0);
        LLVMSetValueName2(to, copy, length);
        LLVMSetLinkage(to, LLVMGetLinkage(f));
        LLVMSetFunctionCallConv(to, LLVMGetFunctionCallConv(f));
        if (LLVMGetSection(f)) LLVMSetSection(to, LLVMGetSection(f));
        copy_all_attributes(in, f, type, to);
        if (LLVMCountBasicBlocks(f)) take_body(in, f, to);
        LLVMReplaceAllUsesWith(f, to);
        LLVMSetLinkage(f, LLVMExternalLinkage);
        struct integers_function *old = integers_room(in, sizeof *old);
        *old = (struct integers_function){f, in->functions};
        in->functions = old;
    }
}

void integers_functions_end(struct integers *in)
{
    for (struct integers_function *f = in->functions; f; f = f->next) LLVMDeleteFunction(f->old);
}

LLVMValueRef *integers_rebuild_call(struct integers *in, LLVMValueRef call)
{
    LLVMTypeRef type = LLVMGetCalledFunctionType(call), to = integers_function_type(in, type);
    LLVMValueRef f = LLVMGetCalledValue(call);
    const unsigned n = LLVMGetNumArgOperands(call);
    if (LLVMIsAFunction(f) && LLVMGetIntrinsicID(f))
        ir_refuse(call, "%s can't be done", LLVMGetValueName2(f, &(size_t){0}));
    if (LLVMIsAInlineAsm(f)) ir_refuse(call, "inline assembly with integers of unusual width");
    size_t count = 0, room = 0;
    for (unsigned i = 0; i < n; i++)
        room += integers_parts(in, LLVMTypeOf(LLVMGetOperand(call, i)), NULL);
    LLVMValueRef *args = integers_room(in, (room + n) * sizeof *args);
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef a = LLVMGetOperand(call, i);
        if (integers_plain(in, LLVMTypeOf(a))) {
            args[count++] = a;
            continue;
        }
        const size_t parts = integers_parts(in, LLVMTypeOf(a), NULL);
        memcpy(args + count, integers_of(in, a), parts * sizeof *args);
        count += parts;
    }
    LLVMValueRef r = LLVMBuildCall2(in->b, to, f, args, (unsigned)count, "");
    LLVMSetInstructionCallConv(r, LLVMGetInstructionCallConv(call));
    copy_all_attributes(in, call, type, r);
    LLVMTypeRef result = LLVMGetReturnType(type);
    if (result == in->ir->none) return NULL;
    if (LLVMCanValueUseFastMathFlags(r)) LLVMSetFastMathFlags(r, LLVMGetFastMathFlags(call));
    const size_t parts = integers_parts(in, result, NULL);
    LLVMValueRef *part = integers_room(in, parts * sizeof *part);
    if (integers_plain(in, result)) {
        LLVMReplaceAllUsesWith(call, r);
        return NULL;
    }
    if (parts == 1) {
        part[0] = r;
        return part;
    }
    for (unsigned i = 0; i < parts; i++) part[i] = LLVMBuildExtractValue(in->b, r, i, "");
    return part;
}

void integers_rebuild_return(struct integers *in, LLVMValueRef instruction)
{
    LLVMValueRef value = LLVMGetOperand(instruction, 0), *part = integers_of(in, value);
    LLVMTypeRef type = result_type(in, LLVMTypeOf(value));
    const size_t n = integers_parts(in, LLVMTypeOf(value), NULL);
    if (n == 1) {
        LLVMBuildRet(in->b, part[0]);
        return;
    }
    LLVMValueRef all = LLVMGetPoison(type);
    for (unsigned i = 0; i < n; i++) all = LLVMBuildInsertValue(in->b, all, part[i], i, "");
    LLVMBuildRet(in->b, all);
}
