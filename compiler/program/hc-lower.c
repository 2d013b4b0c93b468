// hc-lower IN.bc OUT.bc: prepares a linked program for its device.
#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

int main(int argc, char **argv)
{
    char *error = NULL;
    LLVMMemoryBufferRef bytes;
    LLVMModuleRef m;
    if (argc != 3) {
        fprintf(stderr, "usage: hc-lower IN.bc OUT.bc\n");
        return 2;
    }
    if (LLVMCreateMemoryBufferWithContentsOfFile(argv[1], &bytes, &error))
        lower_fail("%s: %s", argv[1], error);
    if (LLVMParseBitcodeInContext2(LLVMContextCreate(), bytes, &m))
        lower_fail("%s: no bitcode", argv[1]);
    lower_lists(m);
    lower_missing(m);
    lower_variadics(m);
    lower_blocks(m);
    if (LLVMVerifyModule(m, LLVMReturnStatusAction, &error))
        lower_fail("internal error: %s", error);
    if (LLVMWriteBitcodeToFile(m, argv[2])) lower_fail("%s: can't be written", argv[2]);
    return 0;
}
