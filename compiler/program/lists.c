// Constructors and destructors: what a linker's list would have the host's start-up call becomes functions.
#include <stdint.h>
#include <stdlib.h>

#include "compiler/program/lower.h"

struct entry {
    uint64_t priority;
    unsigned place;
    LLVMValueRef function;
};

static int by_priority(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->priority != y->priority) return x->priority < y->priority ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

// The list becomes the function's body; last first if `backwards`.
static void list_to_function(LLVMModuleRef m, const char *list_name, const char *name,
                             bool backwards)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(context), NULL, 0, false);
    LLVMValueRef f = lower_function(m, name, LLVMVoidTypeInContext(context), 0, NULL);
    LLVMValueRef list = LLVMGetNamedGlobal(m, list_name);
    LLVMValueRef entries = list ? LLVMGetInitializer(list) : NULL;
    const unsigned count =
        entries && LLVMIsAConstantArray(entries) ? (unsigned)LLVMGetNumOperands(entries) : 0;
    struct entry *order = lower_room(count + 1, sizeof *order);
    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef e = LLVMGetOperand(entries, i);
        order[i] =
            (struct entry){LLVMConstIntGetZExtValue(LLVMGetOperand(e, 0)), i, LLVMGetOperand(e, 1)};
    }
    qsort(order, count, sizeof *order, by_priority);
    LLVMBuilderRef b = LLVMCreateBuilderInContext(context);
    LLVMPositionBuilderAtEnd(b, LLVMGetEntryBasicBlock(f));
    for (unsigned i = 0; i < count; i++)
        LLVMBuildCall2(b, type, order[backwards ? count - 1 - i : i].function, NULL, 0, "");
    LLVMBuildRetVoid(b);
    LLVMDisposeBuilder(b);
    if (list) LLVMDeleteGlobal(list);
}

void lower_lists(LLVMModuleRef m)
{
    list_to_function(m, "llvm.global_ctors", "hc_constructors", false);
    list_to_function(m, "llvm.global_dtors", "hc_destructors", true);
}
