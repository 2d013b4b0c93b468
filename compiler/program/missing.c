// Names that the linked program calls and nobody has.
//
// The linker leaves bitcode before it would look for them; in the host's half they would then be found in the host's C
// library, whose structs and numbers are others.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

// What a target's own code has, beside the bridge.
static bool is_target(const char *name)
{
    static const char *const own[] = {"hc_relocate", "setjmp", "_setjmp", "hc_jump"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!strcmp(name, own[i])) return true;
    return !strncmp(name, "llvm.", 5) || !strncmp(name, "hc_bridge_", 10) ||
           !strncmp(name, "hc_block_", 9);
}

static unsigned look(LLVMValueRef value)
{
    const char *name = LLVMGetValueName(value);
    const LLVMLinkage linkage = LLVMGetLinkage(value);
    if (!LLVMIsDeclaration(value) || !LLVMGetFirstUse(value) ||
        linkage == LLVMExternalWeakLinkage || is_target(name))
        return 0;
    fprintf(stderr, "undefined reference to '%s': the C library of devices does not have it\n",
            name);
    return 1;
}

void lower_missing(LLVMModuleRef m)
{
    unsigned missing = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        missing += look(f);
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g)) missing += look(g);
    if (missing) exit(1);
}
