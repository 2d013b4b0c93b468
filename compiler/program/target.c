// A device's machine: what the program's bitcode, made for x86-64, still says of its processor goes; the bridge comes
// in; and out comes assembly.
#include <llvm-c/BitWriter.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Linker.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

static void attributes_drop(LLVMValueRef f)
{
    static const char *const of_processor[] = {"target-cpu", "target-features", "tune-cpu",
                                               "frame-pointer", "min-legal-vector-width"};
    for (size_t i = 0; i < sizeof of_processor / sizeof *of_processor; i++)
        LLVMRemoveStringAttributeAtIndex(f, LLVMAttributeFunctionIndex, of_processor[i],
                                         (unsigned)strlen(of_processor[i]));
    LLVMRemoveEnumAttributeAtIndex(f, LLVMAttributeFunctionIndex,
                                   LLVMGetEnumAttributeKindForName("uwtable", 7));
}

// An alias is what it stands for; what nobody has is at address 0.
static void names_settle(LLVMModuleRef m)
{
    for (LLVMValueRef next, a = LLVMGetFirstGlobalAlias(m); a; a = next) {
        next = LLVMGetNextGlobalAlias(a);
        LLVMReplaceAllUsesWith(a, LLVMAliasGetAliasee(a));
        LLVMDeleteGlobal(a);
    }
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (LLVMIsDeclaration(f) && LLVMGetLinkage(f) == LLVMExternalWeakLinkage)
            LLVMReplaceAllUsesWith(f, LLVMConstNull(LLVMTypeOf(f)));
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g))
        if (LLVMIsDeclaration(g) && LLVMGetLinkage(g) == LLVMExternalWeakLinkage)
            LLVMReplaceAllUsesWith(g, LLVMConstNull(LLVMTypeOf(g)));
}

// Keeps the compiler from moving memory accesses, and is no instruction.
static void barrier_build(LLVMBuilderRef b, LLVMValueRef f)
{
    static const char clobbers[] = "~{memory}";
    LLVMTypeRef type =
        LLVMFunctionType(LLVMVoidTypeInContext(LLVMGetTypeContext(LLVMTypeOf(f))), NULL, 0, false);
    LLVMValueRef nothing = LLVMGetInlineAsm(type, "", 0, clobbers, sizeof clobbers - 1, true, false,
                                            LLVMInlineAsmDialectATT, false);
    LLVMBuildCall2(b, type, nothing, NULL, 0, "");
}

// Fences against the thread itself, and assembly of x86-64 that is no instruction, are that and no more; other
// assembly is refused.
static void assembly_settle(LLVMValueRef f, LLVMBuilderRef b)
{
    for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(f); k; k = LLVMGetNextBasicBlock(k))
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(k); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (LLVMIsAFenceInst(i) && LLVMIsAtomicSingleThread(i)) {
                LLVMPositionBuilderBefore(b, i);
                barrier_build(b, f);
                LLVMInstructionEraseFromParent(i);
                continue;
            }
            if (!LLVMIsACallInst(i) || !LLVMIsAInlineAsm(LLVMGetCalledValue(i))) continue;
            size_t n;
            const char *text = LLVMGetInlineAsmAsmString(LLVMGetCalledValue(i), &n);
            if (n != strspn(text, " \t\n"))
                lower_fail("%s: inline assembly \"%.*s\": devices have none", LLVMGetValueName(f),
                           (int)n, text);
            LLVMTypeRef type = LLVMTypeOf(i);
            LLVMPositionBuilderBefore(b, i);
            if (LLVMGetTypeKind(type) != LLVMVoidTypeKind) {
                if (LLVMGetNumArgOperands(i) != 1 || LLVMTypeOf(LLVMGetOperand(i, 0)) != type)
                    lower_fail("%s: inline assembly with several operands: devices have none",
                               LLVMGetValueName(f));
                LLVMReplaceAllUsesWith(i, LLVMGetOperand(i, 0));
            }
            barrier_build(b, f);
            LLVMInstructionEraseFromParent(i);
        }
}

struct target *lower_target(const char *triple, const char *processor)
{
    char *error = NULL;
    struct target *t = lower_room(1, sizeof *t);
    LLVMTargetRef target;
    LLVMInitializeAllTargetInfos();
    LLVMInitializeAllTargets();
    LLVMInitializeAllTargetMCs();
    LLVMInitializeAllAsmPrinters();
    if (LLVMGetTargetFromTriple(triple, &target, &error)) lower_fail("%s", error);
    const bool amd = !strncmp(triple, "amdgcn", 6);
    t->only_bitcode = !strcmp(processor, "vulkan1.3");
    if (t->only_bitcode) processor = "sm_70";
    t->triple = triple;
    t->spaces = amd;
    t->form = amd ? LLVMObjectFile : LLVMAssemblyFile;
    // The first PTX that has stacksave, for processors whose first PTX is older.
    const bool old = !strncmp(processor, "sm_", 3) && atoi(processor + 3) < 90;
    t->machine =
        LLVMCreateTargetMachine(target, triple, processor, old ? "+ptx78" : "",
                                LLVMCodeGenLevelDefault, LLVMRelocDefault, LLVMCodeModelDefault);
    if (!t->machine) lower_fail("%s: no such processor: %s", triple, processor);
    return t;
}

void lower_retarget(LLVMModuleRef m, const struct target *t)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetModuleContext(m));
    LLVMStripModuleDebugInfo(m);
    LLVMSetTarget(m, t->triple);
    LLVMSetModuleDataLayout(m, LLVMCreateTargetDataLayout(t->machine));
    names_settle(m);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        attributes_drop(f);
        if (!LLVMIsDeclaration(f)) assembly_settle(f, b);
    }
    if (t->spaces) lower_spaces(m, 1);
    if (t->form == LLVMAssemblyFile && !t->only_bitcode) lower_atomics(m);
    LLVMDisposeBuilder(b);
}

static bool is_seen(LLVMValueRef v)
{
    const char *name = LLVMGetValueName(v);
    return !strcmp(name, "hc_program") || !strncmp(name, "hc_context_", 11);
}

void lower_bridge(LLVMModuleRef m, const struct target *t, LLVMModuleRef bridge)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(bridge); f; f = LLVMGetNextFunction(f))
        attributes_drop(f);
    LLVMSetTarget(bridge, t->triple);
    LLVMSetModuleDataLayout(bridge, LLVMCreateTargetDataLayout(t->machine));
    // hc_enter and what hc-lower made are internal by now; to be found by the bridge they are not.
    LLVMValueRef enter = LLVMGetNamedFunction(m, "hc_enter");
    if (!enter) lower_fail("no hc_enter: was it linked with libsystem.a?");
    LLVMSetLinkage(enter, LLVMExternalLinkage);
    if (LLVMLinkModules2(m, bridge))
        lower_fail("internal error: the bridge does not fit to the program");
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !is_seen(f)) LLVMSetLinkage(f, LLVMInternalLinkage);
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g))
        if (!LLVMIsDeclaration(g) && !is_seen(g)) LLVMSetLinkage(g, LLVMInternalLinkage);
}

void lower_passes(LLVMModuleRef m, const char *passes, LLVMTargetMachineRef machine)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(m, passes, machine, options);
    if (error) lower_fail("internal error: %s", LLVMGetErrorMessage(error));
    LLVMDisposePassBuilderOptions(options);
}

// The linker has optimised the program; here go what the passes before left, and a GPU's bridge in.  No inliner: those
// of GPUs think nothing of making a program ten times as large.
void lower_optimise(LLVMModuleRef m, const struct target *t)
{
    lower_passes(
        m,
        "always-inline,globaldce,function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
        "simplifycfg,gvn,adce),globaldce",
        t ? t->machine : NULL);
}

void lower_assemble(LLVMModuleRef m, const struct target *t, const char *path)
{
    char *error = NULL;
    if (t->only_bitcode) {
        if (LLVMWriteBitcodeToFile(m, path)) lower_fail("%s: can't be written", path);
        return;
    }
    if (LLVMTargetMachineEmitToFile(t->machine, m, path, t->form, &error))
        lower_fail("%s: %s", path, error);
}
