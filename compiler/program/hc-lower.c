// hc-lower [--triple=T --processor=P --bridge=B.bc] [--facts=F] [--as-gpu] [--unaligned] IN.bc OUT
// prepares a linked program for its device.  With a triple that is a GPU, and OUT is its assembly, an object, or
// bitcode for compiler/spirv; else the cpu backend, and OUT is bitcode, with --as-gpu of the form that GPUs get.
#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

_Noreturn void lower_fail(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    fputs("hc-lower: ", stderr);
    vfprintf(stderr, format, rest);
    fputc('\n', stderr);
    va_end(rest);
    exit(1);
}

void *lower_room(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) lower_fail("out of memory");
    return p;
}

bool lower_is_intrinsic(LLVMValueRef i, const char *name)
{
    size_t n;
    LLVMValueRef f = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;
    if (!f || !LLVMIsAFunction(f) || !LLVMGetIntrinsicID(f)) return false;
    return !strncmp(LLVMGetValueName2(f, &n) + strlen("llvm."), name, strlen(name));
}

LLVMValueRef lower_function(LLVMModuleRef m, const char *name, LLVMTypeRef result, unsigned count,
                            LLVMTypeRef *params)
{
    LLVMTypeRef type = LLVMFunctionType(result, params, count, false);
    LLVMValueRef f = LLVMGetNamedFunction(m, name);
    if (!f) f = LLVMAddFunction(m, name, type);
    LLVMSetLinkage(f, LLVMInternalLinkage);
    LLVMAppendBasicBlockInContext(LLVMGetModuleContext(m), f, "");
    return f;
}

struct options {
    const char *triple, *processor, *bridge, *facts, *from, *to;
    const char *as_gpu, *unaligned;
};

static bool option_read(const char *argument, const char *name, const char **value)
{
    const size_t n = strlen(name);
    if (strncmp(argument, name, n)) return false;
    *value = argument + n;
    return true;
}

static bool options_read(struct options *o, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++)
        if (!option_read(argv[i], "--triple=", &o->triple) &&
            !option_read(argv[i], "--processor=", &o->processor) &&
            !option_read(argv[i], "--bridge=", &o->bridge) &&
            !option_read(argv[i], "--facts=", &o->facts) &&
            !option_read(argv[i], "--as-gpu", &o->as_gpu) &&
            !option_read(argv[i], "--unaligned", &o->unaligned))
            return false;
    if (i + 2 != argc || !o->triple != !o->processor || !o->triple != !o->bridge) return false;
    o->from = argv[i];
    o->to = argv[i + 1];
    return true;
}

static LLVMModuleRef module_read(LLVMContextRef context, const char *path)
{
    char *error = NULL;
    LLVMMemoryBufferRef bytes;
    LLVMModuleRef m;
    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &bytes, &error))
        lower_fail("%s: %s", path, error);
    if (LLVMParseBitcodeInContext2(context, bytes, &m)) lower_fail("%s: no bitcode", path);
    return m;
}

static void module_verify(LLVMModuleRef m)
{
    char *error = NULL;
    if (LLVMVerifyModule(m, LLVMReturnStatusAction, &error))
        lower_fail("internal error: %s", error);
}

// What hostcall-cc asks about a program, a word a line: "threads", it may start some.
static void facts_write(LLVMModuleRef m, const char *path)
{
    FILE *f = fopen(path, "w");
    LLVMValueRef serve = LLVMGetNamedFunction(m, "hc_threads_serve");
    if (!f) lower_fail("%s: can't be written", path);
    if (serve && !LLVMIsDeclaration(serve)) fputs("threads\n", f);
    if (fclose(f)) lower_fail("%s: can't be written", path);
}

static void gpu_lower(LLVMModuleRef m, const struct options *o)
{
    const struct target *t = o->triple ? lower_target(o->triple, o->processor) : NULL;
    lower_values(m);
    if (o->unaligned) lower_unaligned(m);
    lower_gotos(m);
    lower_copies(m);
    if (!t || !t->only_bitcode) {
        lower_depth(m);
        lower_stack(m);
    }
    module_verify(m);
    if (!t) return;
    lower_retarget(m, t);
    if (!t->only_bitcode) lower_bridge(m, t, module_read(LLVMGetModuleContext(m), o->bridge));
    lower_optimise(m, t);
    module_verify(m);
    lower_assemble(m, t, o->to);
}

int main(int argc, char **argv)
{
    struct options o = {0};
    if (!options_read(&o, argc, argv)) {
        fprintf(stderr,
                "usage: hc-lower [--triple=T --processor=P --bridge=B.bc] [--facts=F] [--as-gpu]"
                " [--unaligned] IN.bc OUT\n");
        return 2;
    }
    LLVMModuleRef m = module_read(LLVMContextCreate(), o.from);
    if (o.facts) facts_write(m, o.facts);
    lower_lists(m);
    lower_missing(m);
    lower_variadics(m);
    lower_jumps(m);
    lower_blocks(m);
    lower_cycles(m);
    if (o.triple || o.as_gpu) gpu_lower(m, &o);
    if (o.triple) return 0;
    lower_optimise(m, NULL);
    lower_unused(m);
    module_verify(m);
    if (LLVMWriteBitcodeToFile(m, o.to)) lower_fail("%s: can't be written", o.to);
    return 0;
}
