// Which block may follow which, and which are passed before others: what decoding checks uses of ids with.
#include <string.h>

#include "tests/spirv/interpret_program.h"

uint32_t block_at(struct program *p, uint32_t at, uint32_t function, uint32_t label)
{
    const struct id *id = id_at(p, at, label);
    if ((p->word[id->at] & 0xffff) != SpvOpLabel || id->function != function + 1)
        refuse(p, at, "id %u is no block of this function", label);
    return id->block - 1;
}

static void follow(struct program *p, uint32_t from, uint32_t label)
{
    struct block *b = &p->block.item[from];
    const uint32_t to = block_at(p, b->last, b->function, label);
    if (to == p->function.item[b->function].block)
        refuse(p, b->last, "to the function's first block");
    for (uint32_t i = 0; i < b->nexts; i++)
        if (b->next[i] == to) return;
    b->next[b->nexts++] = to;
    p->block.item[to].befores++;
}

static void read_terminator(struct program *p, uint32_t block)
{
    struct block *b = &p->block.item[block];
    const uint32_t *w = p->word + b->last, count = w[0] >> 16;
    b->next = take(p, count * sizeof *b->next);
    switch (w[0] & 0xffff) {
    case SpvOpBranch:
        if (count != 2) refuse(p, b->last, "it has %u words", count);
        follow(p, block, w[1]);
        break;
    case SpvOpBranchConditional:
        if (count != 4 && count != 6) refuse(p, b->last, "it has %u words", count);
        follow(p, block, w[2]);
        follow(p, block, w[3]);
        break;
    case SpvOpSwitch: {
        if (count < 3) refuse(p, b->last, "it has %u words", count);
        const struct type *t = type_at(p, b->last, id_at(p, b->last, w[1])->type);
        const uint32_t words = t->bits == 64 ? 3 : 2;
        if (!is_integer(t, 0) || (count - 3) % words) refuse(p, b->last, "its cases are wrong");
        follow(p, block, w[2]);
        for (uint32_t i = 3 + words - 1; i < count; i += words) follow(p, block, w[i]);
        break;
    }
    default: break;
    }
}

// Merge instructions: their blocks must be there, each be the merge of one header, and the right branch follow.
static void check_merge(struct program *p, uint32_t block, uint8_t *taken)
{
    const struct block *b = &p->block.item[block];
    const uint32_t *w = p->word + b->merge_at, *last = p->word + b->last;
    if (!b->merge_at) {
        if ((last[0] & 0xffff) == SpvOpSwitch) refuse(p, b->last, "without OpSelectionMerge");
        return;
    }
    const bool loop = (w[0] & 0xffff) == SpvOpLoopMerge;
    if (loop ? w[0] >> 16 < 4 : w[0] >> 16 != 3)
        refuse(p, b->merge_at, "it has %u words", w[0] >> 16);
    const uint32_t merge = block_at(p, b->merge_at, b->function, w[1]);
    if (merge == block) refuse(p, b->merge_at, "a block that is its own merge block");
    if (taken[merge]++) refuse(p, b->merge_at, "block %u is another's merge block, too", w[1]);
    if (loop && block_at(p, b->merge_at, b->function, w[2]) == merge)
        refuse(p, b->merge_at, "the merge block continues the loop");
    const uint32_t op = last[0] & 0xffff;
    const bool fits =
        op == SpvOpBranchConditional || (loop ? op == SpvOpBranch : op == SpvOpSwitch);
    if (!fits) refuse(p, b->merge_at, "no branch of its kind follows");
}

// ------------------------------------------------------------------------------------- dominators

// Gives the reachable blocks of f their reverse post-order; returns them in it, from index 1.
static uint32_t *number_blocks(struct program *p, struct function *f, uint32_t *reached)
{
    uint32_t *stack = take(p, f->blocks * 2 * sizeof *stack), depth = 0, done = 0;
    uint32_t *post = take(p, f->blocks * sizeof *post),
             *ordered = take(p, (f->blocks + 1) * sizeof *ordered);
    uint32_t *place = stack + f->blocks;  // how many of its followers were seen
    uint8_t *seen = take(p, f->blocks);
    stack[depth++] = f->block;
    seen[0] = 1;
    while (depth) {
        const struct block *b = &p->block.item[stack[depth - 1]];
        if (place[depth - 1] == b->nexts) {
            post[done++] = stack[--depth];
            continue;
        }
        const uint32_t next = b->next[place[depth - 1]++];
        if (seen[next - f->block]++) continue;
        place[depth] = 0;
        stack[depth++] = next;
    }
    for (uint32_t i = 0; i < done; i++) {
        ordered[done - i] = post[i];
        p->block.item[post[i]].order = done - i;
    }
    *reached = done;
    return ordered;
}

static uint32_t common(const struct program *p, uint32_t a, uint32_t b)
{
    const struct block *item = p->block.item;
    while (a != b) {
        while (item[a].order > item[b].order) a = item[a].dominator;
        while (item[b].order > item[a].order) b = item[b].dominator;
    }
    return a;
}

static void find_dominators(struct program *p, const uint32_t *ordered, uint32_t reached)
{
    for (uint32_t i = 1; i <= reached; i++) p->block.item[ordered[i]].dominator = UINT32_MAX;
    p->block.item[ordered[1]].dominator = ordered[1];
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 2; i <= reached; i++) {
            struct block *b = &p->block.item[ordered[i]];
            uint32_t best = UINT32_MAX;
            for (uint32_t k = 0; k < b->befores; k++) {
                const uint32_t from = b->before[k];
                if (!p->block.item[from].order || p->block.item[from].dominator == UINT32_MAX)
                    continue;
                best = best == UINT32_MAX ? from : common(p, from, best);
            }
            changed |= best != b->dominator;
            b->dominator = best;
        }
    }
}

// Numbers the dominator tree so that dominates() is two comparisons: a block's `in` is its place in the tree's
// pre-order, `out` the last place below it.
static void number_tree(struct program *p, const uint32_t *ordered, uint32_t reached)
{
    struct block *item = p->block.item;
    for (uint32_t i = 1; i <= reached; i++) item[ordered[i]].out = 1;
    for (uint32_t i = reached; i > 1; i--)
        item[item[ordered[i]].dominator].out += item[ordered[i]].out;
    item[ordered[1]].in = 1;
    uint32_t *used = take(p, (reached + 1) * sizeof *used);  // of a block's places, by its order
    for (uint32_t i = 2; i <= reached; i++) {
        struct block *b = &item[ordered[i]];
        const struct block *above = &item[b->dominator];
        b->in = above->in + 1 + used[above->order];
        used[above->order] += b->out;
    }
    for (uint32_t i = 1; i <= reached; i++) item[ordered[i]].out += item[ordered[i]].in - 1;
}

bool dominates(const struct program *p, uint32_t a, uint32_t b)
{
    const struct block *x = &p->block.item[a], *y = &p->block.item[b];
    return x->order && y->order && x->in <= y->in && y->in <= x->out;
}

// Each way back must lead to the head of a loop that dominates where it comes from, and one only.
static void check_loops(struct program *p, const uint32_t *ordered, uint32_t reached)
{
    for (uint32_t i = 1; i <= reached; i++) {
        const struct block *b = &p->block.item[ordered[i]];
        uint32_t back = 0;
        for (uint32_t k = 0; k < b->befores; k++) {
            const struct block *from = &p->block.item[b->before[k]];
            if (from->order < b->order) continue;
            if (!dominates(p, ordered[i], b->before[k]))
                refuse(p, from->last, "into a loop, past its head");
            if (!b->merge_at || (p->word[b->merge_at] & 0xffff) != SpvOpLoopMerge)
                refuse(p, from->last, "back to a block without OpLoopMerge");
            if (back++) refuse(p, from->last, "a second way back to one loop");
        }
    }
}

// ------------------------------------------------------------------------------------------ calls

static void read_calls(struct program *p, struct function *f)
{
    const uint32_t end = f + 1 < p->function.item + p->function.count ? f[1].at : p->words;
    uint32_t room = 0;
    for (uint32_t at = f->at; at < end; at += p->word[at] >> 16) {
        if ((p->word[at] & 0xffff) != SpvOpFunctionCall) continue;
        if (p->word[at] >> 16 < 4) refuse(p, at, "it is too short");
        const struct id *callee = id_at(p, at, p->word[at + 3]);
        if ((p->word[callee->at] & 0xffff) != SpvOpFunction)
            refuse(p, at, "of what is no function");
        f->calls = grow(p, f->calls, f->call_count, &room, sizeof *f->calls);
        f->calls[f->call_count++] = callee->function - 1;
    }
}

static void visit(struct program *p, struct function *f, uint32_t depth)
{
    enum { NEW, INSIDE, DONE };
    if (f->visited == DONE) return;
    if (f->visited == INSIDE || depth > 10000) refuse(p, f->at, "function %u calls itself", f->id);
    f->visited = INSIDE;
    for (uint32_t i = 0; i < f->call_count; i++)
        visit(p, &p->function.item[f->calls[i]], depth + 1);
    f->visited = DONE;
}

void read_flow(struct program *p)
{
    uint8_t *taken = take(p, p->block.count + 1);
    for (uint32_t i = 0; i < p->block.count; i++) read_terminator(p, i);
    for (uint32_t i = 0; i < p->block.count; i++) {
        struct block *b = &p->block.item[i];
        b->before = take(p, b->befores * sizeof *b->before + 1);
        b->befores = 0;
    }
    for (uint32_t i = 0; i < p->block.count; i++)
        for (uint32_t k = 0; k < p->block.item[i].nexts; k++) {
            struct block *to = &p->block.item[p->block.item[i].next[k]];
            to->before[to->befores++] = i;
        }
    for (uint32_t i = 0; i < p->block.count; i++) check_merge(p, i, taken);
    for (uint32_t i = 0; i < p->function.count; i++) {
        struct function *f = &p->function.item[i];
        uint32_t reached;
        const uint32_t *ordered = number_blocks(p, f, &reached);
        find_dominators(p, ordered, reached);
        number_tree(p, ordered, reached);
        check_loops(p, ordered, reached);
        read_calls(p, f);
    }
    for (uint32_t i = 0; i < p->function.count; i++) visit(p, &p->function.item[i], 0);
}
