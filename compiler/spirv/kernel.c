// One kernel's way from the common module to SPIR-V.
#include <llvm-c/Analysis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/integers.h"
#include "compiler/spirv/kernel.h"

// After functions became one, and again after what that showed.  The time that gvn takes grows with the square of a
// function: large ones, which are states of one loop and thus small pieces, do without.
#define SIMPLIFY_WITH(gvn)                                                                         \
    "function(sroa<modify-cfg>,early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg," gvn \
    "dse,adce,instcombine<no-verify-fixpoint>,simplifycfg)"
#define GVN_MOST 20000  // instructions
// What must be gone before integers.c.
#define SCALARS \
    "function(scalarizer<load-store;variable-insert-extract>,lower-switch,instsimplify,dce)"
// One way out of every loop and of the function, and control flow that nests.  Loops leave what they computed
// through phis.
// fix-irreducible loses values where a block leads to two entries of a cycle, unless critical edges are split first;
// which makes code a quarter larger.
#define NEST "function(loop-simplify,unify-loop-exits)"
#define REDUCE "function(break-crit-edges,fix-irreducible)"
#define STRUCTURE "function(structurizecfg,instsimplify,dce,lcssa)"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void check(const struct kernel *k, const char *after)
{
    char *error = NULL;
    if (LLVMVerifyModule(k->ir.module, LLVMReturnStatusAction, &error))
        ir_refuse(NULL, "internal error: in %s, after %s: %s", k->name, after, error);
    LLVMDisposeMessage(error);
}

static void keep_only(struct ir *ir, const char *name)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f)) {
        const char *section = LLVMGetSection(f);
        if (LLVMIsDeclaration(f) || !section || strcmp(section, ".hc.kernel")) continue;
        if (strcmp(LLVMGetValueName2(f, &(size_t){0}), name))
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    ir_run(ir, "globaldce");
}

static unsigned size_count(const struct kernel *k)
{
    unsigned n = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(k->main); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) n++;
    return n;
}

static void dump(const struct kernel *k, const char *folder)
{
    char path[4096], *error;
    snprintf(path, sizeof path, "%s/%s.ll", folder, k->name);
    if (LLVMPrintModuleToFile(k->ir.module, path, &error)) ir_refuse(NULL, "%s: %s", path, error);
}

void kernel_prepare(struct kernel *k, const struct ir *base, const struct options *options)
{
    const double begin = now();
    k->ir = ir_open(LLVMCloneModule(base->module));
    struct ir *ir = &k->ir;
    keep_only(ir, k->name);
    LLVMValueRef kernel = LLVMGetNamedFunction(ir->module, k->name);

    uint32_t frames = ir_machine(ir, kernel, options->limit, &k->recursive);
    LLVMValueRef overflow = LLVMGetNamedFunction(ir->module, "hc_spirv_overflow");
    if (overflow) LLVMSetLinkage(overflow, LLVMInternalLinkage);
    ir_run(ir, "globaldce");
    check(k, "machine");
    k->main = ir_entry(ir, kernel);
    ir_inline(ir, k->main);
    const unsigned size = size_count(k);
    if (options->most && size > options->most)
        ir_refuse(NULL, "%u instructions, with all that is called, are more than %u", size,
                  options->most);
    const char *const simplify = size > GVN_MOST ? SIMPLIFY_WITH("") : SIMPLIFY_WITH("gvn,");
    ir_ends(ir);
    check(k, "ends");
    ir_run(ir, simplify);
    ir_memory(ir);
    ir_aggregates(ir);
    ir_run(ir, simplify);

    ir_memory(ir);  // simplifying can make new ones
    ir_aggregates(ir);
    ir_run(ir, SCALARS);
    ir_classes(ir);
    ir_small_atomics(ir);
    ir_integers(ir, options->widths);
    check(k, "integers");
    ir_inline(ir, k->main);
    ir_exits(ir);
    k->stack = ir_stack(ir, k->main) + frames;
    if (k->recursive) k->stack += options->stack;
    k->stack = (k->stack + 15) & ~15u;
    ir_run(ir, "function(lower-switch,mergereturn)");
    if (!ir_is_reducible(k->main)) ir_run(ir, REDUCE);
    ir_run(ir, NEST);
    ir_anchor(ir, k->main);
    ir_run(ir, STRUCTURE);
    check(k, "structure");
    if (options->dump) dump(k, options->dump);
    k->milliseconds = now() - begin;
}

void kernel_emit(struct kernel *k, const struct data *data, const struct options *options)
{
    const double begin = now();
    if (k->recursive) k->spirv.needs |= HC_SPIRV_NEEDS_RECURSION;
    k->words = emit_kernel(&k->ir, k->main, k->name, data, k->stack, &options->emit, &k->spirv);
    k->milliseconds += now() - begin;
}
