// A graph of blocks: order, dominators, loops.
#include "compiler/spirv/graph.h"

#include <stdlib.h>
#include <string.h>

static void *array(void *old, size_t n, size_t size)
{
    void *p = realloc(old, (n ? n : 1) * size);
    if (!p) ir_refuse(NULL, "out of memory");
    return p;
}

int graph_node(struct graph *g)
{
    if (g->count == g->room) {
        g->room = g->room ? 2 * g->room : 64;
        g->node = array(g->node, (size_t)g->room, sizeof *g->node);
    }
    g->node[g->count] = (struct node){
        .label = spv_id(g->m), .to = {-1, -1}, .merge = -1, .next = -1, .stands_for = g->count};
    return g->count++;
}

int graph_targets(const struct node *n)
{
    return n->end == NODE_JUMP ? 1 : n->end == NODE_BRANCH ? 2 : 0;
}

struct phi *graph_phi(struct node *n, uint32_t id, uint32_t type)
{
    n->phi = array(n->phi, n->phis + 1, sizeof *n->phi);
    n->phi[n->phis] = (struct phi){.id = id, .type = type};
    return &n->phi[n->phis++];
}

void graph_phi_add(struct phi *p, int from, uint32_t value)
{
    p->from = array(p->from, p->count + 1, sizeof *p->from);
    p->value = array(p->value, p->count + 1, sizeof *p->value);
    p->from[p->count] = from;
    p->value[p->count++] = value;
}

static void order_find(struct graph *g)
{
    int *stack = array(NULL, (size_t)g->count, sizeof *stack), top = 0;
    char *step = calloc((size_t)g->count, 1);
    if (!step) ir_refuse(NULL, "out of memory");
    for (int i = 0; i < g->count; i++) g->number[i] = -1;
    g->reached = 0;
    stack[top++] = 0;
    g->number[0] = 0;
    // Later targets first, so that the order ends up with the first target in front.
    while (top) {
        const int x = stack[top - 1], n = graph_targets(&g->node[x]);
        if (step[x] == n) {
            g->order[g->reached++] = x;
            top--;
            continue;
        }
        const int to = g->node[x].to[n - 1 - step[x]++];
        if (g->number[to] >= 0) continue;
        g->number[to] = 0;
        stack[top++] = to;
    }
    for (int i = 0; i < g->reached / 2; i++) {
        const int x = g->order[i];
        g->order[i] = g->order[g->reached - 1 - i];
        g->order[g->reached - 1 - i] = x;
    }
    for (int i = 0; i < g->reached; i++) g->number[g->order[i]] = i;
    free(stack);
    free(step);
}

static void from_find(struct graph *g)
{
    for (int i = 0; i < g->count; i++) g->froms[i] = 0;
    for (int i = 0; i < g->reached; i++) {
        const int x = g->order[i];
        const struct node *n = &g->node[x];
        for (int k = 0; k < graph_targets(n); k++) {
            const int to = n->to[k];
            if (k && to == n->to[0]) continue;
            g->from[to] = array(g->from[to], (size_t)g->froms[to] + 1, sizeof **g->from);
            g->from[to][g->froms[to]++] = x;
        }
    }
}

static int meet(const int *up, const int *number, int a, int b)
{
    while (a != b) {
        while (number[a] > number[b]) a = up[a];
        while (number[b] > number[a]) b = up[b];
    }
    return a;
}

static void dominators_find(struct graph *g)
{
    for (int i = 0; i < g->count; i++) g->dominator[i] = -1;
    g->dominator[0] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 1; i < g->reached; i++) {
            const int x = g->order[i];
            int d = -1;
            for (int k = 0; k < g->froms[x]; k++) {
                const int p = g->from[x][k];
                if (g->dominator[p] >= 0) d = d < 0 ? p : meet(g->dominator, g->number, d, p);
            }
            if (d == g->dominator[x]) continue;
            g->dominator[x] = d;
            changed = true;
        }
    }
}

// Numbers the tree of dominators from the outside in: a node's number is between those of what dominates it.
static void tree_number(struct graph *g)
{
    int *child = array(NULL, (size_t)g->count, sizeof *child),
        n = 0;  // first of a node's, then the next beside it
    int *beside = array(NULL, (size_t)g->count, sizeof *beside);
    for (int i = 0; i < g->count; i++) child[i] = beside[i] = g->first[i] = -1;
    for (int i = g->reached; i-- > 1;) {
        const int x = g->order[i], d = g->dominator[x];
        beside[x] = child[d];
        child[d] = x;
    }
    g->first[0] = n++;
    for (int x = 0;;) {
        if (child[x] >= 0) {
            const int next = child[x];
            child[x] = beside[next];
            g->first[next] = n++;
            x = next;
            continue;
        }
        g->last[x] = n;
        if (x == 0) break;
        x = g->dominator[x];
    }
    free(child);
    free(beside);
}

// On the reversed graph, from one exit (numbered `count`) behind all that end.
static void postdominators_find(struct graph *g)
{
    const int exit = g->count;
    int *order = array(NULL, (size_t)g->count + 1, sizeof *order), *number, n = 0, top = 0;
    int *stack = array(NULL, (size_t)g->count + 1, sizeof *stack);
    int *step = calloc((size_t)g->count + 1, sizeof *step);
    number = array(NULL, (size_t)g->count + 1, sizeof *number);
    if (!step) ir_refuse(NULL, "out of memory");
    for (int i = 0; i <= g->count; i++) number[i] = g->postdominator[i] = -1;
    for (int i = 0; i < g->reached; i++) {
        const int leaf = g->order[i];
        if (graph_targets(&g->node[leaf]) || number[leaf] >= 0) continue;
        stack[top++] = leaf;
        number[leaf] = 0;
        while (top) {
            const int x = stack[top - 1];
            if (step[x] == g->froms[x]) {
                order[n++] = x;
                top--;
                continue;
            }
            const int p = g->from[x][step[x]++];
            if (number[p] >= 0) continue;
            number[p] = 0;
            stack[top++] = p;
        }
    }
    order[n++] = exit;
    for (int i = 0; i < n; i++) number[order[i]] = n - 1 - i;
    g->postdominator[exit] = exit;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = n - 2; i >= 0; i--) {
            const int x = order[i];
            const struct node *node = &g->node[x];
            int d = graph_targets(node) ? -1 : exit;
            for (int k = 0; k < graph_targets(node); k++)
                if (g->postdominator[node->to[k]] >= 0)
                    d = d < 0 ? node->to[k] : meet(g->postdominator, number, d, node->to[k]);
            if (d == g->postdominator[x]) continue;
            g->postdominator[x] = d;
            changed = true;
        }
    }
    free(order);
    free(stack);
    free(step);
    free(number);
}

void graph_analyse(struct graph *g)
{
    const size_t n = (size_t)g->count + 1;
    if (g->analysed < g->count) {
        g->order = array(g->order, n, sizeof *g->order);
        g->number = array(g->number, n, sizeof *g->number);
        g->dominator = array(g->dominator, n, sizeof *g->dominator);
        g->postdominator = array(g->postdominator, n, sizeof *g->postdominator);
        g->first = array(g->first, n, sizeof *g->first);
        g->last = array(g->last, n, sizeof *g->last);
        g->froms = array(g->froms, n, sizeof *g->froms);
        g->from = array(g->from, n, sizeof *g->from);
        memset(g->from + g->analysed, 0, (n - (size_t)g->analysed) * sizeof *g->from);
        g->analysed = g->count;
    }
    order_find(g);
    from_find(g);
    dominators_find(g);
    tree_number(g);
    postdominators_find(g);
}

void graph_free(struct graph *g)
{
    for (int i = 0; i < g->analysed; i++) free(g->from[i]);
    free(g->node);
    free(g->order);
    free(g->number);
    free(g->dominator);
    free(g->postdominator);
    free(g->first);
    free(g->last);
    free(g->froms);
    free(g->from);
}

bool graph_dominates(const struct graph *g, int a, int b)
{
    if (a == b) return true;
    return g->number[a] >= 0 && g->number[b] >= 0 && g->first[a] < g->first[b] &&
           g->first[b] < g->last[a];
}

int graph_loop(struct graph *g, int header, int **list)
{
    int count = 0;
    *list = NULL;
    for (int k = 0; k < g->froms[header] && !count; k++)
        count = graph_dominates(g, header, g->from[header][k]);
    if (!count) return 0;
    *list = array(NULL, (size_t)g->analysed, sizeof **list);
    g->mark++;
    g->node[header].mark = g->mark;
    (*list)[0] = header;
    for (int at = 0; at < count; at++) {
        const int x = (*list)[at];
        for (int k = 0; k < g->froms[x]; k++) {
            const int p = g->from[x][k];
            if (graph_marked(g, p) || !graph_dominates(g, header, p)) continue;
            g->node[p].mark = g->mark;
            (*list)[count++] = p;
        }
    }
    return count;
}
