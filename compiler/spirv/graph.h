// The control flow of a function as SPIR-V wants it: blocks with merge and continue targets.
#ifndef GRAPH_H
#define GRAPH_H

#include "compiler/spirv/spv.h"

enum node_end { NODE_JUMP, NODE_BRANCH, NODE_RETURN, NODE_UNREACHABLE };

struct phi {
    uint32_t id, type;
    uint32_t count;
    int *from;        // node
    uint32_t *value;  // id
};

struct node {
    uint32_t label;
    enum node_end end;
    uint32_t condition;  // NODE_BRANCH: to[0] if true, else to[1]
    int to[2];
    int merge, next;  // nodes, -1: none; `next` is a loop's continue target
    bool done;        // its loop, or its branch, has been given a merge
    bool taken;       // is the merge or the continue target of one already
    bool ends_loop;   // of a loop
    int stands_for;   // the block in front of which it gathers paths; else itself
    unsigned mark;    // g->mark: of the nodes looked at
    uint32_t phis;
    struct phi *phi;
    struct spv_words code;
};

// For drivers that lose values: see second_exit() in structure.c.
struct graph_keep {
    uint32_t wanted;  // id of a condition: the device's driver is such a one
    uint32_t even;    // id of a word that is never odd, though no driver knows
};

struct graph {
    struct node *node;  // node 0 is the entry
    int count, room;
    struct spv_module *m;
    const struct graph_keep *keep;  // NULL: not needed
    // kept by graph_analyse(), for the nodes that can be reached
    int *order, reached;             // reverse postorder
    int *number;                     // place in it; -1: not reached
    int *dominator, *postdominator;  // immediate ones; -1: none, postdominator = count: the exit
    int *first, *last;               // what a node dominates is numbered so
    int **from, *froms;              // predecessors
    unsigned mark;
    int analysed;  // nodes the arrays have room for
};

int graph_node(struct graph *g);  // a new one: jumps nowhere yet
int graph_targets(const struct node *n);
struct phi *graph_phi(struct node *n, uint32_t id, uint32_t type);
void graph_phi_add(struct phi *p, int from, uint32_t value);
void graph_analyse(struct graph *g);
void graph_free(struct graph *g);  // but not what nodes hold
bool graph_dominates(const struct graph *g, int a, int b);
// The natural loop with that header: its nodes are marked, and listed in *list; 0: none.  The caller frees the list.
int graph_loop(struct graph *g, int header, int **list);
static inline bool graph_marked(const struct graph *g, int x) { return g->node[x].mark == g->mark; }

// structure.c: gives every loop and every branch its merge.  The graph must be reducible, with one exit target a loop.
void graph_structure(struct graph *g);
// The function's body, blocks in an order SPIR-V allows.
void graph_write(struct graph *g, struct spv_words *out);

#endif
