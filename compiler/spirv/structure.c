// Merges: every loop and every branch is told where its paths meet again.
//
// Loops first, from the outside in.  A loop gets a block of its own for each of three duties: all edges that leave it
// go through its merge, all edges back through its continue target, and its header does nothing but say so.  Then
// branches, from the outside in: the paths of a branch meet in a block of its own, in front of where they would
// have met anyway; branches that leave or continue a loop need none.
#include <stdlib.h>

#include "compiler/spirv/graph.h"

static void phi_split(const struct graph *g, struct phi *old, struct phi *gathered)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < old->count; k++) {
        if (graph_marked(g, old->from[k])) {
            graph_phi_add(gathered, old->from[k], old->value[k]);
        } else {
            old->from[kept] = old->from[k];
            old->value[kept++] = old->value[k];
        }
    }
    old->count = kept;
}

// A new block that takes over all edges to `to` that come from these nodes, which are marked, and goes on there.
static int gather(struct graph *g, int to, const int *in, int count)
{
    const int x = graph_node(g);
    struct node *n = &g->node[x], *t = &g->node[to];
    n->end = NODE_JUMP;
    n->to[0] = to;
    n->taken = true;
    n->stands_for = t->stands_for;
    for (uint32_t i = 0; i < t->phis; i++) {
        struct phi *p = graph_phi(n, spv_id(g->m), t->phi[i].type);
        phi_split(g, &t->phi[i], p);
        graph_phi_add(&t->phi[i], x, p->id);
    }
    for (int i = 0; i < count; i++)
        for (int k = 0; k < graph_targets(&g->node[in[i]]); k++)
            if (g->node[in[i]].to[k] == to) g->node[in[i]].to[k] = x;
    return x;
}

static int unreachable_node(struct graph *g)
{
    const int x = graph_node(g);
    g->node[x].end = NODE_UNREACHABLE;
    return x;
}

static void phis_follow(struct graph *g, int node, int from, int to)
{
    struct node *n = &g->node[node];
    for (uint32_t i = 0; i < n->phis; i++)
        for (uint32_t k = 0; k < n->phi[i].count; k++)
            if (n->phi[i].from[k] == from) n->phi[i].from[k] = to;
}

// The block a loop is left to; -1: it is not left.
static int loop_exit(const struct graph *g, const int *in, int count)
{
    int exit = -1;
    for (int i = 0; i < count; i++) {
        const struct node *n = &g->node[in[i]];
        for (int k = 0; k < graph_targets(n); k++) {
            if (graph_marked(g, n->to[k])) continue;
            if (exit >= 0 && exit != n->to[k])
                ir_refuse(NULL, "internal error: a loop with two ways out");
            exit = n->to[k];
        }
    }
    return exit;
}

// What header did moves to a block behind it.
static int body_split(struct graph *g, int header)
{
    const int body = graph_node(g);
    struct node *h = &g->node[header], *b = &g->node[body];
    b->code = h->code;
    b->end = h->end;
    b->condition = h->condition;
    b->to[0] = h->to[0];
    b->to[1] = h->to[1];
    h->code = (struct spv_words){0};
    h->end = NODE_JUMP;
    h->to[0] = body;
    for (int k = 0; k < graph_targets(b); k++) phis_follow(g, b->to[k], header, body);
    return body;
}

// Some drivers lose what a loop leaves behind, for the lanes that leave it first: what the others compute in later
// rounds takes its place, unless a phi of several edges stands between.  So the loop gets a second edge to its merge,
// never taken.  Each loop has a condition of its own: a driver knows in an inner loop what was false in the outer one.
static void second_exit(struct graph *g, int header, int body)
{
    const uint32_t boolean = spv_bool(g->m), equal = spv_id(g->m), never = spv_id(g->m);
    const int guard = graph_node(g), merge = g->node[header].merge;
    struct node *n = &g->node[guard];
    spv(&n->code, SpvOpIEqual, boolean, equal, g->keep->even,
        spv_constant(g->m, 32, 2 * g->m->loops + 1));
    spv(&n->code, SpvOpLogicalAnd, boolean, never, g->keep->wanted, equal);
    n->end = NODE_BRANCH;
    n->condition = never;
    n->to[0] = merge;
    n->to[1] = body;
    n->done = true;
    g->node[header].to[0] = guard;
    phis_follow(g, body, header, guard);
    for (uint32_t i = 0; i < g->node[merge].phis; i++) {
        struct phi *p = &g->node[merge].phi[i];
        graph_phi_add(p, guard, spv_undef(g->m, p->type));
    }
}

static void loop_structure(struct graph *g, int header, const int *in, int count)
{
    const int exit = loop_exit(g, in, count);
    const int merge = exit >= 0 ? gather(g, exit, in, count) : unreachable_node(g);
    const int next = gather(g, header, in, count);
    for (int k = 0; k < 2; k++) {
        struct node *n = &g->node[k ? merge : next];
        n->ends_loop = n->taken = true;
        n->stands_for = k ? merge : next;
    }
    const int body = body_split(g, header);
    struct node *h = &g->node[header];
    h->merge = merge;
    h->next = next;
    h->done = true;
    g->m->loops++;
    if (g->keep && exit >= 0 && g->node[merge].phis) second_exit(g, header, body);
}

// To a loop's merge or continue target, whose edges all come from that loop.
static bool leaves_a_loop(const struct graph *g, int branch)
{
    for (int k = 0; k < 2; k++) {
        const int to = g->node[branch].to[k];
        if (g->node[to].ends_loop) return true;
    }
    return false;
}

// Lists and marks what lies between a branch and where its paths meet; *meet: the block that they lead to by now.
// Whether no other path leads there.
static bool region_find(struct graph *g, int branch, int *in, int *count, int *meet)
{
    const int wanted = *meet;
    int edges = 0;
    g->mark++;
    g->node[branch].mark = g->mark;
    in[0] = branch;
    *count = 1;
    for (int i = 0; i < *count; i++) {
        const struct node *n = &g->node[in[i]];
        for (int k = 0; k < graph_targets(n); k++) {
            const int to = n->to[k];
            if (g->node[to].stands_for == wanted) {
                edges += k == 0 || to != n->to[0];
                *meet = to;
            } else if (!graph_marked(g, to)) {
                g->node[to].mark = g->mark;
                in[(*count)++] = to;
            }
        }
    }
    return *meet == wanted && edges == g->froms[wanted];
}

static void branch_structure(struct graph *g, int branch, int *in)
{
    struct node *n = &g->node[branch];
    n->done = true;
    if (n->to[0] == n->to[1]) {
        n->end = NODE_JUMP;
        return;
    }
    if (leaves_a_loop(g, branch)) return;
    g->m->selections++;
    int meet = g->postdominator[branch], count;
    if (meet < 0 || meet == g->analysed) {
        const int x = unreachable_node(g);
        g->node[branch].merge = x;
        return;
    }
    const bool alone = region_find(g, branch, in, &count, &meet);
    if (!alone || g->node[meet].taken) meet = gather(g, meet, in, count);
    g->node[meet].taken = true;
    g->node[branch].merge = meet;
}

static void check_reducible(const struct graph *g)
{
    for (int i = 0; i < g->reached; i++) {
        const struct node *n = &g->node[g->order[i]];
        for (int k = 0; k < graph_targets(n); k++)
            if (g->number[n->to[k]] <= i && !graph_dominates(g, n->to[k], g->order[i]))
                ir_refuse(NULL, "internal error: a loop with two ways in");
    }
}

void graph_structure(struct graph *g)
{
    graph_analyse(g);
    check_reducible(g);
    // From the outside in.  What is made for one loop or branch is in none of the later ones, so that what was found
    // out before holds for them.
    for (int i = 0; i < g->reached; i++) {
        int *in;
        const int count = graph_loop(g, g->order[i], &in);
        if (count) loop_structure(g, g->order[i], in, count);
        free(in);
    }
    graph_analyse(g);
    int *in = calloc((size_t)g->analysed + 1, sizeof *in);
    if (!in) ir_refuse(NULL, "out of memory");
    for (int i = 0; i < g->reached; i++) {
        const struct node *n = &g->node[g->order[i]];
        if (n->end == NODE_BRANCH && !n->done) branch_structure(g, g->order[i], in);
    }
    free(in);
    graph_analyse(g);
}

static void node_write(const struct graph *g, const struct node *n, struct spv_words *out)
{
    spv(out, SpvOpLabel, n->label);
    for (uint32_t i = 0; i < n->phis; i++) {
        const struct phi *p = &n->phi[i];
        spv_put(out, (3 + 2 * p->count) << 16 | SpvOpPhi);
        spv_put(out, p->type);
        spv_put(out, p->id);
        for (uint32_t k = 0; k < p->count; k++) {
            spv_put(out, p->value[k]);
            spv_put(out, g->node[p->from[k]].label);
        }
    }
    spv_append(out, &n->code);
    if (n->next >= 0)
        spv(out, SpvOpLoopMerge, g->node[n->merge].label, g->node[n->next].label, 0);
    else if (n->merge >= 0)
        spv(out, SpvOpSelectionMerge, g->node[n->merge].label, 0);
    switch (n->end) {
    case NODE_JUMP: spv(out, SpvOpBranch, g->node[n->to[0]].label); break;
    case NODE_BRANCH:
        spv(out, SpvOpBranchConditional, n->condition, g->node[n->to[0]].label,
            g->node[n->to[1]].label);
        break;
    case NODE_RETURN: spv_write(out, SpvOpReturn, 0, NULL); break;
    case NODE_UNREACHABLE: spv_write(out, SpvOpUnreachable, 0, NULL); break;
    }
}

void graph_write(struct graph *g, struct spv_words *out)
{
    bool *written = calloc((size_t)g->count, sizeof *written);
    if (!written) ir_refuse(NULL, "out of memory");
    for (int i = 0; i < g->reached; i++) {
        node_write(g, &g->node[g->order[i]], out);
        written[g->order[i]] = true;
    }
    // Merges that nothing reaches are named all the same.
    for (int i = 0; i < g->reached; i++) {
        const struct node *n = &g->node[g->order[i]];
        const int also[] = {n->merge, n->next};
        for (int k = 0; k < 2; k++)
            if (also[k] >= 0 && !written[also[k]]) {
                node_write(g, &g->node[also[k]], out);
                written[also[k]] = true;
            }
    }
    free(written);
}
