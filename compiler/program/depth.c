// Functions that may call themselves, by whatever way, first see whether the device's own stack has room.
//
// Below it a GPU's memory ends, and the program with an error that says nothing.  The others take what they take.
#include <stdlib.h>

#include "compiler/program/lower.h"

struct node {
    LLVMValueRef function;  // NULL: all that pointers may lead to
    unsigned *to, count;    // whom it calls
    unsigned number, low;   // Tarjan's; 0: not visited
    bool on_stack, recursive;
};

struct graph {
    struct node *all;  // by address; the last stands for pointers
    unsigned count, visited;
    unsigned *stack, depth;
};

static int by_function(const void *a, const void *b)
{
    const uintptr_t x = (uintptr_t)((const struct node *)a)->function;
    const uintptr_t y = (uintptr_t)((const struct node *)b)->function;
    return x < y ? -1 : x > y;
}

static bool has_address(LLVMValueRef f)
{
    for (LLVMUseRef u = LLVMGetFirstUse(f); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef user = LLVMGetUser(u);
        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != f) return true;
        for (unsigned i = 0; i < LLVMGetNumArgOperands(user); i++)
            if (LLVMGetOperand(user, i) == f) return true;
    }
    return false;
}

static void edges_read(struct graph *g, struct node *n)
{
    const unsigned pointers = g->count - 1;
    unsigned room = 0;
    for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(n->function); k; k = LLVMGetNextBasicBlock(k))
        for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i))
            room += LLVMIsACallInst(i) != NULL;
    n->to = lower_room(room, sizeof *n->to);
    for (LLVMBasicBlockRef k = LLVMGetFirstBasicBlock(n->function); k; k = LLVMGetNextBasicBlock(k))
        for (LLVMValueRef i = LLVMGetFirstInstruction(k); i; i = LLVMGetNextInstruction(i)) {
            if (!LLVMIsACallInst(i) || LLVMIsAInlineAsm(LLVMGetCalledValue(i))) continue;
            const struct node key = {.function = LLVMGetCalledValue(i)};
            const struct node *found = bsearch(&key, g->all, pointers, sizeof *g->all, by_function);
            if (found)
                n->to[n->count++] = (unsigned)(found - g->all);
            else if (!LLVMIsAFunction(key.function))
                n->to[n->count++] = pointers;
        }
}

static void connect(struct graph *g, unsigned index)
{
    struct node *n = &g->all[index];
    n->number = n->low = ++g->visited;
    n->on_stack = true;
    g->stack[g->depth++] = index;
    for (unsigned i = 0; i < n->count; i++) {
        struct node *to = &g->all[n->to[i]];
        n->recursive |= to == n;
        if (!to->number) connect(g, n->to[i]);
        if (to->on_stack && to->low < n->low) n->low = to->low;
    }
    if (n->low != n->number) return;
    const bool several = g->stack[g->depth - 1] != index;
    struct node *member;
    do {
        member = &g->all[g->stack[--g->depth]];
        member->on_stack = false;
        member->recursive |= several;
    } while (member != n);
}

void lower_depth(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(context), NULL, 0, false);
    LLVMValueRef look = LLVMGetNamedFunction(m, "hc_bridge_deep");
    if (!look) look = LLVMAddFunction(m, "hc_bridge_deep", type);
    struct graph g = {.count = 1};
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        g.count += !LLVMIsDeclaration(f);
    g.all = lower_room(g.count, sizeof *g.all);
    g.stack = lower_room(g.count, sizeof *g.stack);
    struct node *pointers = &g.all[g.count - 1];
    pointers->to = lower_room(g.count, sizeof *pointers->to);
    unsigned n = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f)) g.all[n++].function = f;
    qsort(g.all, n, sizeof *g.all, by_function);
    for (unsigned i = 0; i < n; i++) {
        edges_read(&g, &g.all[i]);
        if (has_address(g.all[i].function)) pointers->to[pointers->count++] = i;
    }
    for (unsigned i = 0; i < g.count; i++)
        if (!g.all[i].number) connect(&g, i);
    LLVMBuilderRef b = LLVMCreateBuilderInContext(context);
    for (unsigned i = 0; i < n; i++) {
        if (!g.all[i].recursive) continue;
        LLVMPositionBuilderBefore(
            b, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(g.all[i].function)));
        LLVMBuildCall2(b, type, look, NULL, 0, "");
    }
    LLVMDisposeBuilder(b);
}
