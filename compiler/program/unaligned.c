// Accesses at addresses that are no multiples of their size: C has none, processors allow them, GPUs end the program.
// Here each access that could be one looks at its address first, and takes single bytes where it must.
#include <llvm-c/Target.h>
#include <stdio.h>

#include "compiler/program/lower.h"

struct unaligned {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMTypeRef pointer, i64;
    LLVMBuilderRef b;
    LLVMValueRef load[4], store[4];  // of 1 << n bytes
};

static LLVMTypeRef integer(struct unaligned *u, unsigned n)
{
    return LLVMIntTypeInContext(u->context, 8u << n);
}

static LLVMValueRef function_make(struct unaligned *u, unsigned n, bool store)
{
    LLVMTypeRef params[] = {u->pointer, integer(u, n)};
    LLVMTypeRef result = store ? LLVMVoidTypeInContext(u->context) : params[1];
    char name[32];
    snprintf(name, sizeof name, "hc_%s_%u", store ? "store" : "load", 1u << n);
    LLVMValueRef f = lower_function(u->module, name, result, store ? 2 : 1, params);
    LLVMBasicBlockRef ways[2];
    for (int i = 0; i < 2; i++) ways[i] = LLVMAppendBasicBlockInContext(u->context, f, "");
    LLVMPositionBuilderAtEnd(u->b, LLVMGetEntryBasicBlock(f));
    LLVMValueRef mask = LLVMConstInt(u->i64, (1u << n) - 1, false);
    LLVMValueRef odd =
        LLVMBuildAnd(u->b, LLVMBuildPtrToInt(u->b, LLVMGetParam(f, 0), u->i64, ""), mask, "");
    LLVMBuildCondBr(u->b, LLVMBuildIsNull(u->b, odd, ""), ways[0], ways[1]);
    for (int i = 0; i < 2; i++) {
        LLVMPositionBuilderAtEnd(u->b, ways[i]);
        LLVMValueRef access = store ? LLVMBuildStore(u->b, LLVMGetParam(f, 1), LLVMGetParam(f, 0))
                                    : LLVMBuildLoad2(u->b, params[1], LLVMGetParam(f, 0), "");
        LLVMSetAlignment(access, i ? 1 : 1u << n);
        if (store)
            LLVMBuildRetVoid(u->b);
        else
            LLVMBuildRet(u->b, access);
    }
    return f;
}

// The exponent of a scalar's size, or -1.
static int size_of(struct unaligned *u, LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
    case LLVMPointerTypeKind: break;
    default: return -1;
    }
    const uint64_t bits = LLVMSizeOfTypeInBits(u->layout, type);
    for (int n = 0; n < 4; n++)
        if (bits == 8u << n) return n;
    return -1;
}

// Objects of the program's own, accessed as they were declared.
static bool is_known(LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer)) {
        for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(pointer); i++)
            if (!LLVMIsAConstantInt(LLVMGetOperand(pointer, i))) return false;
        pointer = LLVMGetOperand(pointer, 0);
    }
    return LLVMIsAAllocaInst(pointer) || LLVMIsAGlobalVariable(pointer);
}

static LLVMValueRef convert(struct unaligned *u, LLVMValueRef value, LLVMTypeRef type)
{
    if (LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMPointerTypeKind)
        return LLVMBuildPtrToInt(u->b, value, type, "");
    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
        return LLVMBuildIntToPtr(u->b, value, type, "");
    return LLVMBuildBitCast(u->b, value, type, "");
}

static void access_lower(struct unaligned *u, LLVMValueRef i)
{
    const bool store = LLVMIsAStoreInst(i) != NULL;
    LLVMValueRef pointer = LLVMGetOperand(i, store);
    LLVMTypeRef type = LLVMTypeOf(store ? LLVMGetOperand(i, 0) : i);
    const int n = size_of(u, type);
    if (n == 0 || LLVMGetAlignment(i) == 1 || is_known(pointer) ||
        LLVMGetOrdering(i) != LLVMAtomicOrderingNotAtomic)
        return;
    if (n < 0) {
        LLVMSetAlignment(i, 1);
        return;
    }
    LLVMValueRef *made = store ? &u->store[n] : &u->load[n];
    if (!*made) *made = function_make(u, (unsigned)n, store);
    LLVMPositionBuilderBefore(u->b, i);
    LLVMValueRef args[] = {pointer, NULL};
    if (store) args[1] = convert(u, LLVMGetOperand(i, 0), integer(u, (unsigned)n));
    LLVMValueRef call =
        LLVMBuildCall2(u->b, LLVMGlobalGetValueType(*made), *made, args, store ? 2 : 1, "");
    if (!store) LLVMReplaceAllUsesWith(i, convert(u, call, type));
    LLVMInstructionEraseFromParent(i);
}

void lower_unaligned(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct unaligned u = {
        .module = m,
        .context = context,
        .layout = LLVMGetModuleDataLayout(m),
        .pointer = LLVMPointerTypeInContext(context, 0),
        .i64 = LLVMInt64TypeInContext(context),
        .b = LLVMCreateBuilderInContext(context),
    };
    LLVMValueRef last = LLVMGetLastFunction(m);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = f == last ? NULL : LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
            for (LLVMValueRef next, i = LLVMGetFirstInstruction(k); i; i = next) {
                next = LLVMGetNextInstruction(i);
                if (LLVMIsALoadInst(i) || LLVMIsAStoreInst(i)) access_lower(&u, i);
            }
    LLVMDisposeBuilder(u.b);
}
