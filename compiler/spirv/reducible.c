// Whether every loop has one way in.
#include <stdlib.h>

#include "compiler/spirv/graph.h"
#include "compiler/spirv/passes.h"

static void graph_read(struct graph *g, LLVMValueRef f)
{
    struct spv_map number = {0};  // plus 1
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
        *spv_slot(&number, spv_key(b), 0) = (uint32_t)graph_node(g) + 1;
    int at = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(b);
        struct node *n = &g->node[at++];
        const unsigned targets = LLVMGetNumSuccessors(end);
        n->end = targets == 0 ? NODE_RETURN : targets == 1 ? NODE_JUMP : NODE_BRANCH;
        for (unsigned i = 0; i < targets; i++)
            n->to[i] = (int)*spv_slot(&number, spv_key(LLVMGetSuccessor(end, i)), 0) - 1;
    }
    free(number.entry);
}

bool ir_is_reducible(LLVMValueRef f)
{
    struct spv_module ids = {0};
    struct graph g = {.m = &ids};
    graph_read(&g, f);
    graph_analyse(&g);
    bool reducible = true;
    for (int i = 0; i < g.reached; i++) {
        const int x = g.order[i];
        for (int k = 0; k < graph_targets(&g.node[x]); k++) {
            const int to = g.node[x].to[k];
            if (g.number[to] <= i && !graph_dominates(&g, to, x)) reducible = false;
        }
    }
    graph_free(&g);
    return reducible;
}
