// Takes a program's bitcode through ir_integers() as compiler/spirv would, and looks that it left nothing out:
//   integers_tool 1|0 IN.bc RUNTIME.bc OUT.bc     0: for a device without 8 and 16-bit integers
// Bitcode for another machine than this becomes some for this: the programs call only what has simple types.
#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Linker.h>
#include <llvm-c/TargetMachine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/ir.h"

static unsigned widths;

static LLVMModuleRef read_module(LLVMContextRef context, const char *path)
{
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module;
    char *error;
    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &error) ||
        LLVMParseBitcodeInContext2(context, buffer, &module))
        ir_refuse(NULL, "%s can't be read", path);
    LLVMDisposeMemoryBuffer(buffer);
    return module;
}

// memset's value is an i8; the real tool has replaced it by then, too.
static void replace_memset(struct ir *ir)
{
    LLVMValueRef *calls = ir_calls(ir, NULL);
    LLVMTypeRef params[3] = {ir->pointer, ir->i32, ir->i64};
    LLVMTypeRef type = LLVMFunctionType(ir->pointer, params, 3, false);
    for (size_t i = 0; calls[i]; i++) {
        LLVMValueRef f = LLVMGetCalledValue(calls[i]);
        if (!LLVMIsAFunction(f) || !ir_named(f, "llvm.memset.")) continue;
        LLVMValueRef set = LLVMGetNamedFunction(ir->module, "memset");
        if (!set) set = LLVMAddFunction(ir->module, "memset", type);
        LLVMBuilderRef b = ir_before(ir, calls[i]);
        LLVMValueRef args[3];
        for (unsigned k = 0; k < 3; k++)
            args[k] = LLVMBuildIntCast2(b, LLVMGetOperand(calls[i], k), params[k], false, "");
        LLVMBuildCall2(b, type, set, args, 3, "");
        LLVMInstructionEraseFromParent(calls[i]);
        LLVMDisposeBuilder(b);
    }
    free(calls);
}

static bool allowed(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind: {
        const unsigned bits = LLVMGetIntTypeWidth(type);
        return bits == 1 || bits == 32 || bits == 64 || (bits == 8 && widths & 1) ||
               (bits == 16 && widths & 2);
    }
    case LLVMArrayTypeKind: return allowed(LLVMGetElementType(type));
    case LLVMVectorTypeKind: return false;
    case LLVMStructTypeKind:
        for (unsigned i = 0; i < LLVMCountStructElementTypes(type); i++)
            if (!allowed(LLVMStructGetTypeAtIndex(type, i))) return false;
        return true;
    default: return true;
    }
}

static void wrong(LLVMValueRef v, const char *why)
{
    char *text = LLVMPrintValueToString(v);
    ir_refuse(v, "%s: %s", why, text);
}

static void check_intrinsic(LLVMValueRef call, LLVMValueRef f)
{
    static const char *const gone[] = {
        "fsh",     "bswap",       "uadd",   "usub",       "sadd",      "ssub",
        "umul",    "smul",        "ushl",   "sshl",       "ucmp",      "scmp",
        "ptrmask", "is.constant", "expect", "fptosi.sat", "fptoui.sat"};
    static const char *const only_32[] = {"ctpop", "ctlz", "cttz", "bitreverse"};
    const char *name = LLVMGetValueName2(f, &(size_t){0}) + strlen("llvm.");
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        if (!strncmp(name, gone[i], strlen(gone[i]))) wrong(call, "an intrinsic is left");
    for (size_t i = 0; i < sizeof only_32 / sizeof *only_32; i++)
        if (!strncmp(name, only_32[i], strlen(only_32[i])) && !strstr(name, ".i32"))
            wrong(call, "an intrinsic is left");
}

static void check(LLVMValueRef v)
{
    const LLVMOpcode op = LLVMGetInstructionOpcode(v);
    if (!allowed(LLVMTypeOf(v))) wrong(v, "type");
    for (int i = 0; i < LLVMGetNumOperands(v); i++) {
        LLVMValueRef x = LLVMGetOperand(v, (unsigned)i);
        if (!allowed(LLVMTypeOf(x))) wrong(v, "operand's type");
        if (LLVMIsAConstantExpr(x) &&
            LLVMTypeOf(x) == LLVMInt1TypeInContext(LLVMGetTypeContext(LLVMTypeOf(v))))
            wrong(v, "constant expression of type i1");
        if (LLVMIsAConstantExpr(x))
            for (int k = 0; k < LLVMGetNumOperands(x); k++)
                if (!allowed(LLVMTypeOf(LLVMGetOperand(x, (unsigned)k))))
                    wrong(v, "constant's type");
        if ((op == LLVMShl || op == LLVMLShr || op == LLVMAShr) && i == 1 &&
            LLVMIsAConstantInt(x) &&
            LLVMConstIntGetZExtValue(x) >= LLVMGetIntTypeWidth(LLVMTypeOf(x)))
            wrong(v, "shift by too much");
    }
    LLVMTypeRef type = LLVMGetNumOperands(v) ? LLVMTypeOf(LLVMGetOperand(v, 0)) : LLVMTypeOf(v);
    const bool bit = LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 1;
    if (bit && ((op >= LLVMAdd && op <= LLVMAShr) || op == LLVMStore || op == LLVMUIToFP ||
                op == LLVMSIToFP))
        wrong(v, "operation on i1");
    if (bit && op == LLVMICmp && LLVMGetICmpPredicate(v) != LLVMIntEQ &&
        LLVMGetICmpPredicate(v) != LLVMIntNE)
        wrong(v, "comparison of i1");
    if ((op == LLVMLoad || op == LLVMTrunc) &&
        LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMIntegerTypeKind &&
        LLVMGetIntTypeWidth(LLVMTypeOf(v)) == 1)
        wrong(v, "i1 made so");
    if (LLVMIsACallInst(v) && LLVMIsAFunction(LLVMGetCalledValue(v)) &&
        LLVMGetIntrinsicID(LLVMGetCalledValue(v)))
        check_intrinsic(v, LLVMGetCalledValue(v));
    if ((op == LLVMAtomicRMW && !allowed(LLVMTypeOf(v))) ||
        ((op == LLVMAtomicRMW || op == LLVMAtomicCmpXchg) &&
         LLVMTypeOf(LLVMGetOperand(v, op == LLVMAtomicRMW ? 1 : 2)) !=
             LLVMInt32TypeInContext(LLVMGetTypeContext(type)) &&
         LLVMTypeOf(LLVMGetOperand(v, op == LLVMAtomicRMW ? 1 : 2)) !=
             LLVMInt64TypeInContext(LLVMGetTypeContext(type))))
        wrong(v, "atomic");
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    widths = argv[1][0] == '1' ? 15 : 12;
    LLVMContextRef c = LLVMContextCreate();
    struct ir ir = ir_open(read_module(c, argv[2]));
    LLVMModuleRef runtime = read_module(c, argv[3]);
    LLVMSetTarget(runtime, LLVMGetTarget(ir.module));
    if (LLVMLinkModules2(ir.module, runtime)) ir_refuse(NULL, "the runtime can't be linked");
    ir_run(&ir, "function(scalarizer<load-store;variable-insert-extract>,lower-switch,dce)");
    replace_memset(&ir);
    ir_integers(&ir, widths);
    char *error = NULL;
    if (LLVMVerifyModule(ir.module, LLVMReturnStatusAction, &error))
        ir_refuse(NULL, "not valid: %s", error);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir.module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef v = LLVMGetFirstInstruction(b); v; v = LLVMGetNextInstruction(v))
                check(v);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir.module); f; f = LLVMGetNextFunction(f))
        LLVMRemoveStringAttributeAtIndex(f, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                                         "target-features", strlen("target-features"));
    LLVMSetTarget(ir.module, LLVMGetDefaultTargetTriple());
    LLVMSetDataLayout(ir.module, "");
    return LLVMWriteBitcodeToFile(ir.module, argv[4]) != 0;
}
