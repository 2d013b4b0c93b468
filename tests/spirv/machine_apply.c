// Applies ir_machine() and ir_ends() to `kernel` in a bitcode file and writes assembly that a native compiler takes.
//
//   machine_apply IN.bc OUT.ll LIMIT [all]     LIMIT: of instructions; "plain": applies nothing
//                                              all: there is a second call of every function, which is never made
// Prints: joined FUNCTIONS stack BYTES recursive 0|1
#include "compiler/spirv/ir.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/IRReader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned failures;

static void fail(const char *what, LLVMValueRef f)
{
    size_t length;
    fprintf(stderr, "machine_apply: %s%s\n", what, f ? LLVMGetValueName2(f, &length) : "");
    failures++;
}

static unsigned bodies(LLVMModuleRef m)
{
    unsigned n = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        n += !LLVMIsDeclaration(f);
    return n;
}

// Fails if what `f` calls, at that depth, calls a function that is being called already.
static void calls_walk(LLVMValueRef f, LLVMValueRef *path, unsigned depth)
{
    for (unsigned i = 0; i < depth; i++)
        if (path[i] == f) {
            fail("still calls itself: ", f);
            return;
        }
    if (depth == 64) return;
    path[depth] = f;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (LLVMIsACallInst(i) && LLVMIsAFunction(LLVMGetCalledValue(i)) && !failures)
                calls_walk(LLVMGetCalledValue(i), path, depth + 1);
}

static void check(struct ir *ir, const char *after)
{
    char *error = NULL;
    if (LLVMVerifyModule(ir->module, LLVMReturnStatusAction, &error)) {
        fail(after, NULL);
        fprintf(stderr, "%s\n", error);
    }
    LLVMDisposeMessage(error);
}

// if (never) { f(undef); g(undef); ... } in front of the kernel: now all functions are called from more than one place.
static void call_all(struct ir *ir, LLVMValueRef kernel)
{
    LLVMValueRef first = LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(kernel)), undef[64];
    while (LLVMIsAAllocaInst(first)) first = LLVMGetNextInstruction(first);
    LLVMBasicBlockRef head = ir_split(ir, first), on = LLVMGetInstructionParent(first);
    LLVMBasicBlockRef calls = LLVMInsertBasicBlockInContext(ir->context, on, "");
    LLVMValueRef never = LLVMAddGlobal(ir->module, ir->i1, "machine_never");
    LLVMSetInitializer(never, LLVMConstNull(ir->i1));
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(head));
    LLVMBuilderRef b = ir_at_end(ir, head);
    LLVMValueRef is = LLVMBuildLoad2(b, ir->i1, never, "");
    LLVMSetVolatile(is, 1);
    LLVMBuildCondBr(b, is, calls, on);
    LLVMPositionBuilderAtEnd(b, calls);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        const unsigned n = LLVMCountParams(f);
        if (f == kernel || LLVMIsDeclaration(f) || n > 64) continue;
        for (unsigned i = 0; i < n; i++) undef[i] = LLVMGetUndef(LLVMTypeOf(LLVMGetParam(f, i)));
        LLVMValueRef call = LLVMBuildCall2(b, LLVMGlobalGetValueType(f), f, undef, n, "");
        LLVMMetadataRef inside = LLVMGetSubprogram(kernel);
        if (inside)
            LLVMInstructionSetDebugLoc(
                call, LLVMDIBuilderCreateDebugLocation(ir->context, 0, 0, inside, NULL));
    }
    LLVMBuildBr(b, on);
    LLVMDisposeBuilder(b);
}

static void erase(char *text, const char *from, const char *until)
{
    char *to = text, *found;
    while ((found = strstr(text, from))) {
        memmove(to, text, (size_t)(found - text));
        to += found - text;
        text = strstr(found + strlen(from), until) + strlen(until);
    }
    memmove(to, text, strlen(text) + 1);
}

static void write_native(struct ir *ir, const char *path)
{
    LLVMSetTarget(ir->module, "x86_64-pc-linux-gnu");
    LLVMSetDataLayout(
        ir->module,
        "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128");
    for (LLVMValueRef g = LLVMGetFirstGlobal(ir->module); g; g = LLVMGetNextGlobal(g))
        if (ir_named(g, "hc_spirv_")) LLVMSetLinkage(g, LLVMExternalLinkage);
    char *text = LLVMPrintModuleToString(ir->module);
    // A lane's variables and workgroup memory become ordinary ones.
    erase(text, " addrspace(3)", "");
    erase(text, " addrspace(5)", "");
    erase(text, "\"target-cpu\"=\"", "\"");
    erase(text, "\"target-features\"=\"", "\"");
    FILE *out = fopen(path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out)) fail("can't write ", NULL);
    LLVMDisposeMessage(text);
}

int main(int argc, char **argv)
{
    LLVMMemoryBufferRef bytes;
    LLVMModuleRef module;
    char *error;
    if (argc < 4) return 2;
    LLVMContextRef c = LLVMContextCreate();
    if (LLVMCreateMemoryBufferWithContentsOfFile(argv[1], &bytes, &error) ||
        LLVMParseIRInContext(c, bytes, &module, &error)) {
        fprintf(stderr, "machine_apply: %s: %s\n", argv[1], error);
        return 2;
    }
    struct ir ir = ir_open(module);
    LLVMValueRef kernel = LLVMGetNamedFunction(module, "kernel"), path[64];
    if (strcmp(argv[3], "plain")) {
        if (argc > 4) call_all(&ir, kernel);
        const unsigned before = bodies(module);
        bool recursive;
        const uint32_t stack =
            ir_machine(&ir, kernel, (unsigned)strtoul(argv[3], NULL, 0), &recursive);
        printf("joined %u stack %u recursive %d\n", before - bodies(module), stack, recursive);
        check(&ir, "after ir_machine");
        calls_walk(kernel, path, 0);
        ir_ends(&ir);
        check(&ir, "after ir_ends");
        LLVMValueRef end = LLVMGetNamedFunction(module, "hc_spirv_end");
        if (end && LLVMGetFirstUse(end)) fail("still called: ", end);
    }
    write_native(&ir, argv[2]);
    LLVMDisposeModule(module);
    LLVMContextDispose(c);
    return failures != 0;
}
