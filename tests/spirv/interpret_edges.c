// Phis: what the edges between blocks carry.
#include "tests/spirv/interpret_decode.h"

// Whether `block` goes to the one that this phi is in.
static bool comes_from(const struct block *b, uint32_t block)
{
    for (uint32_t i = 0; i < b->befores; i++)
        if (b->before[i] == block) return true;
    return false;
}

void check_phi(struct program *p, uint32_t at, uint32_t block)
{
    const struct block *b = &p->block.item[block];
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    if (count < 3 || (count - 3) % 2) refuse(p, at, "it has %u words", count);
    const struct type *t = type_at(p, at, w[1]);
    if (is_logical(t)) refuse(p, at, "of pointers that are no addresses");
    for (uint32_t i = 3; i < count; i += 2) {
        const uint32_t from = block_at(p, at, b->function, w[i + 1]);
        if (!comes_from(b, from))
            refuse(p, at, "an edge from block %u, which does not lead here", w[i + 1]);
        for (uint32_t k = 3; k < i; k += 2)
            if (w[k + 1] == w[i + 1]) refuse(p, at, "two edges from block %u", w[i + 1]);
        if (id_at(p, at, w[i])->type != w[1]) refuse(p, at, "id %u is of another type", w[i]);
    }
    if ((count - 3) / 2 != b->befores)
        refuse(p, at, "it has %u edges, its block %u", (count - 3) / 2, b->befores);
}

static void add_moves(struct decoder *d, struct edge *e, uint32_t at, uint32_t *room)
{
    struct program *p = d->p;
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    uint32_t i = 3;
    while (i + 1 < count && w[i + 1] != p->block.item[d->block].label) i += 2;
    if (i + 1 >= count) refuse(p, at, "no edge from block %u", p->block.item[d->block].label);
    // The value must be there at the end of the block that the edge leaves.
    struct decoder end = {p, d->function, d->block, w, count, UINT32_MAX, NULL, 0};
    const struct id *id = id_at(p, at, w[i]);
    if (!id->block || p->block.item[d->block].order) {
        const uint32_t from = id->block - 1;
        if (id->block && (id->function != d->function + 1 || !dominates(p, from, d->block)))
            refuse(p, at, "id %u is not defined at the end of block %u", w[i], w[i + 1]);
    }
    const struct value value = use(&end, i);
    const uint32_t to = p->id[w[2]].slot;
    for (uint32_t k = 0; k < value.type->slots; k++) {
        for (uint32_t m = 0; m < e->moves; m++) e->tangled |= e->move[m].to == value.slot + k;
        if (to == value.slot) continue;
        e->move = grow(p, e->move, e->moves, room, sizeof *e->move);
        e->move[e->moves++] = (struct move){to + k, value.slot + k};
    }
}

struct edge *new_edge(struct decoder *d, uint32_t label_index)
{
    struct program *p = d->p;
    struct edge *e = take(p, sizeof *e);
    uint32_t room = 0;
    e->block = block_at(p, d->at, d->function, d->w[label_index]);
    for (uint32_t at = p->block.item[e->block].at; at < p->block.item[e->block].last;
         at += p->word[at] >> 16)
        if ((p->word[at] & 0xffff) == SpvOpPhi) add_moves(d, e, at, &room);
    if (e->moves > p->moves) p->moves = e->moves;
    *append(p, &p->edge) = e;
    return e;
}
