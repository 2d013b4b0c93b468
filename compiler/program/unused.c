// Functions that nobody calls.
//
// The linker takes from a C library all that a compiler may call by itself, most of it mathematics, and leaves it
// visible: more than half of a small program.  What the program does not call goes here, unless the making of machine
// code may yet call it.
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

struct names {
    const char **at;
    size_t count;
};

static bool names_have(const struct names *all, const char *name)
{
    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->at[i], name)) return true;
    return false;
}

// Three functions, of double, float and long double.
static void names_add(struct names *all, const char *base, size_t size)
{
    static const char *const suffix[] = {"", "f", "l"};
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
        char *name = lower_room(size + 2, 1);
        memcpy(name, base, size);
        strcpy(name + size, suffix[i]);
        all->at = realloc(all->at, (all->count + 1) * sizeof *all->at);
        if (!all->at) lower_fail("out of memory");
        all->at[all->count++] = name;
    }
}

// Where the program begins; and copies, for which code makers call these whenever they like.
static bool is_root(const char *name)
{
    static const char *const roots[] = {"hc_enter", "memcpy", "memmove",
                                        "memset",   "memcmp", "bcmp"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (!strcmp(name, roots[i])) return true;
    return !strncmp(name, "__", 2);
}

static void others_hide(LLVMModuleRef m, const struct names *needed)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        const char *name = LLVMGetValueName(f);
        if (!LLVMIsDeclaration(f) && !is_root(name) && !names_have(needed, name))
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    lower_passes(m, "globaldce", NULL);
}

static bool has_remainders(LLVMModuleRef m)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                if (LLVMGetInstructionOpcode(i) == LLVMFRem) return true;
    return false;
}

// What machine code of m may call: llvm.floor.f64 is floor, if the processor has no such instruction.
static void names_find(LLVMModuleRef m, struct names *needed)
{
    static const char *const others[][2] = {
        {"sin", "sincos"}, {"cos", "sincos"}, {"minnum", "fmin"}, {"maxnum", "fmax"}};
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        const char *name = LLVMGetValueName(f);
        const bool is_intrinsic = !strncmp(name, "llvm.", 5);
        if (is_intrinsic) name += 5;
        const size_t size = strcspn(name, ".");
        if (is_intrinsic) names_add(needed, name, size);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            const size_t n = strlen(others[i][0]);
            const bool same = size == n || (!is_intrinsic && size == n + 1);
            if (same && !strncmp(name, others[i][0], n))
                names_add(needed, others[i][1], strlen(others[i][1]));
        }
    }
    if (has_remainders(m)) names_add(needed, "fmod", strlen("fmod"));
}

void lower_unused(LLVMModuleRef m)
{
    struct names needed = {0};
    LLVMModuleRef reached = LLVMCloneModule(m);
    others_hide(reached, &needed);
    names_find(reached, &needed);
    LLVMDisposeModule(reached);
    others_hide(m, &needed);
}
