// The inputs: read, linked with the runtime, optimised; and which functions are kernels.
#include <llvm-c/Analysis.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Linker.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/kernel.h"

static LLVMModuleRef parse(LLVMContextRef context, LLVMMemoryBufferRef bytes, const char *name)
{
    LLVMModuleRef m;
    char *error;
    if (LLVMParseIRInContext(context, bytes, &m, &error))
        ir_refuse(NULL, "%s: not LLVM bitcode: %s", name, error);
    return m;
}

static LLVMModuleRef parse_file(LLVMContextRef context, const char *path)
{
    LLVMMemoryBufferRef bytes;
    char *error;
    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &bytes, &error))
        ir_refuse(NULL, "%s: %s", path, error);
    LLVMModuleRef m = parse(context, bytes, path);
    const char *layout = LLVMGetDataLayoutStr(m);
    if (LLVMPointerSize(LLVMGetModuleDataLayout(m)) != 8 || *layout != 'e')
        ir_refuse(NULL, "%s: compiled for %s; use clang --target=nvptx64", path, LLVMGetTarget(m));
    return m;
}

static void link_runtime(LLVMModuleRef to, const struct bytes_part *part)
{
    LLVMContextRef context = LLVMGetModuleContext(to);
    LLVMMemoryBufferRef bytes =
        LLVMCreateMemoryBufferWithMemoryRangeCopy((const char *)part->bytes, part->size, "runtime");
    LLVMModuleRef m = parse(context, bytes, "runtime");
    // What the inputs define themselves is theirs.
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f)) LLVMSetLinkage(f, LLVMWeakAnyLinkage);
    LLVMSetTarget(m, LLVMGetTarget(to));
    LLVMSetDataLayout(m, LLVMGetDataLayoutStr(to));
    if (LLVMLinkModules2(to, m)) ir_refuse(NULL, "the runtime can't be linked");
}

static bool is_kernel(LLVMValueRef f)
{
    const char *section = LLVMGetSection(f);
    return !LLVMIsDeclaration(f) && section && !strcmp(section, ".hc.kernel");
}

// Lists that keep the unused: what counts here is what kernels reach.
static void drop_used(LLVMModuleRef m)
{
    static const char *const lists[] = {"llvm.used", "llvm.compiler.used"};
    for (int i = 0; i < 2; i++) {
        LLVMValueRef list = LLVMGetNamedGlobal(m, lists[i]);
        if (list) LLVMDeleteGlobal(list);
    }
    for (int i = 0; i < 2; i++) {
        LLVMValueRef list = LLVMGetNamedGlobal(m, i ? "llvm.global_ctors" : "llvm.global_dtors");
        if (list) ir_refuse(NULL, "a constructor or destructor: nothing would run it on a device");
    }
}

static void internalise(struct ir *ir)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f) || is_kernel(f)) continue;
        // Later passes call the runtime by name.
        if (ir_named(f, "hc_rt_") || ir_named(f, "hc_spirv_overflow"))
            LLVMSetLinkage(f, LLVMExternalLinkage);
        else
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    unsigned nameless = 0;
    for (LLVMValueRef g = LLVMGetFirstGlobal(ir->module); g; g = LLVMGetNextGlobal(g)) {
        if (LLVMGetInitializer(g)) LLVMSetLinkage(g, LLVMInternalLinkage);
        // Names tell that two kernels mean the same variable.
        if (*LLVMGetValueName2(g, &(size_t){0})) continue;
        char name[32];
        const int n = snprintf(name, sizeof name, "hc_nameless_%u", nameless++);
        LLVMSetValueName2(g, name, (size_t)n);
    }
}

// A trap ends the lane: there is nothing else that it could do.
static void traps_end(struct ir *ir)
{
    LLVMTypeRef type = LLVMFunctionType(ir->none, NULL, 0, false);
    LLVMValueRef trap = LLVMGetNamedFunction(ir->module, "llvm.trap");
    LLVMValueRef end = LLVMGetNamedFunction(ir->module, "hc_spirv_end");
    if (!trap) return;
    if (!end) {
        end = LLVMAddFunction(ir->module, "hc_spirv_end", type);
        ir_attribute(ir, end, "convergent", true);
    }
    LLVMValueRef *calls = ir_calls(ir, trap);
    for (LLVMValueRef *c = calls; *c; c++) {
        LLVMBuilderRef b = ir_before(ir, *c);
        LLVMInstructionSetDebugLoc(LLVMBuildCall2(b, type, end, NULL, 0, ""),
                                   LLVMInstructionGetDebugLoc(*c));
        LLVMInstructionEraseFromParent(*c);
        LLVMDisposeBuilder(b);
    }
    free(calls);
}

struct ir module_read(char *const *paths, int count)
{
    LLVMContextRef context = LLVMContextCreate();
    LLVMModuleRef m = parse_file(context, paths[0]);
    for (int i = 1; i < count; i++)
        if (LLVMLinkModules2(m, parse_file(context, paths[i])))
            ir_refuse(NULL, "%s can't be linked with the files before it", paths[i]);
    for (const struct bytes_part *p = runtime_parts; p->bytes; p++) link_runtime(m, p);
    struct ir ir = ir_open(m);
    drop_used(m);
    internalise(&ir);
    ir_run(&ir, "expand-variadics,default<O2>");
    traps_end(&ir);
    return ir;
}

char **module_kernels(struct ir *ir)
{
    char **names = NULL;
    size_t n = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        if (!is_kernel(f)) continue;
        if (LLVMCountParams(f)) ir_refuse(f, "a kernel takes its arguments through HC_KERNEL");
        names = realloc(names, (n + 2) * sizeof *names);
        if (!names) ir_refuse(NULL, "out of memory");
        names[n++] = strdup(LLVMGetValueName2(f, &(size_t){0}));
        names[n] = NULL;
    }
    if (!n) ir_refuse(NULL, "no kernel: none of the functions was made with HC_KERNEL");
    return names;
}
