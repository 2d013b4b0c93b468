// Branches, calls and returns.
#include "tests/spirv/interpret_decode.h"

// Goes along an edge: all its phis change at once.
static inline const struct insn *go(uint64_t *v, const struct edge *e, struct lane *lane)
{
    const struct move *m = e->move;
    if (!e->tangled) {
        for (uint32_t k = 0; k < e->moves; k++) v[m[k].to] = v[m[k].from];
        return e->target;
    }
    for (uint32_t k = 0; k < e->moves; k++) lane->scratch[k] = v[m[k].from];
    for (uint32_t k = 0; k < e->moves; k++) v[m[k].to] = lane->scratch[k];
    return e->target;
}

RUN(branch) { return go(v, i->more, lane); }
static void decode_branch(struct decoder *d)
{
    words_are(d, 2, 2);
    const struct edge *e = new_edge(d, 1);
    emit(d, branch)->more = e;
}

RUN(branch_if) { return go(v, ((const struct edge *const *)i->more)[!v[i->a]], lane); }
static void decode_branch_if(struct decoder *d)
{
    words_are(d, 4, 6);
    const struct value condition = use(d, 1);
    if (condition.type->op != SpvOpTypeBool) refuse(d->p, d->at, "the condition is no bool");
    const struct edge **e = take(d->p, 2 * sizeof *e);
    e[0] = new_edge(d, 2);
    e[1] = new_edge(d, 3);
    struct insn *i = emit(d, branch_if);
    i->a = condition.slot;
    i->more = e;
}

struct cases {  // in the order of their values
    const struct edge *other;
    uint32_t count;
    struct {
        uint64_t value;
        const struct edge *edge;
    } item[];
};
RUN(switch_to)
{
    const struct cases *c = i->more;
    const uint64_t value = v[i->a];
    uint32_t low = 0, high = c->count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (c->item[middle].value < value)
            low = middle + 1;
        else
            high = middle;
    }
    return go(v, low < c->count && c->item[low].value == value ? c->item[low].edge : c->other,
              lane);
}
static void decode_switch(struct decoder *d)
{
    const struct value selector = use_integer(d, 1);
    const uint32_t bits = selector.type->bits, words = bits == 64 ? 3 : 2,
                   count = (d->count - 3) / words;
    struct cases *c = take(d->p, sizeof *c + count * sizeof *c->item);
    c->other = new_edge(d, 2);
    for (uint32_t n = 0; n < count; n++) {
        const uint32_t *w = d->w + 3 + n * words;
        const uint64_t value = (bits == 64 ? w[0] | (uint64_t)w[1] << 32 : w[0]) & mask_of(bits);
        const struct edge *e = new_edge(d, 3 + n * words + words - 1);
        uint32_t place = c->count++;
        for (; place && c->item[place - 1].value > value; place--)
            c->item[place] = c->item[place - 1];
        if (place && c->item[place - 1].value == value)
            refuse(d->p, d->at, "case %llu twice", (unsigned long long)value);
        c->item[place].value = value;
        c->item[place].edge = e;
    }
    struct insn *i = emit(d, switch_to);
    i->a = selector.slot;
    i->more = c;
}

// ------------------------------------------------------------------------------------------ calls

struct call {
    const struct program *p;  // its instructions move while they are decoded
    uint32_t block, back, moves;
    struct move move[];
};
RUN(call)
{
    (void)lane;
    const struct call *c = i->more;
    for (uint32_t k = 0; k < c->moves; k++) v[c->move[k].to] = v[c->move[k].from];
    v[c->back] = (uintptr_t)i;
    return c->p->insn.item + c->p->block.item[c->block].insn;
}
static void decode_call(struct decoder *d)
{
    struct program *p = d->p;
    words_are(d, 4, UINT32_MAX);
    const struct function *f = &p->function.item[p->id[d->w[3]].function - 1];
    if (f->type->element != d->type) refuse(p, d->at, "the result is of another type");
    if (d->count - 4 != f->parameters)
        refuse(p, d->at, "%u arguments, not %u", d->count - 4, f->parameters);
    uint32_t slots = 0;
    for (uint32_t k = 0; k < f->parameters; k++) slots += f->type->member[k]->slots;
    struct call *c = take(p, sizeof *c + slots * sizeof *c->move);
    c->p = p;
    c->block = f->block;
    c->back = f->back;
    for (uint32_t k = 0; k < f->parameters; k++) {
        const struct value value = use(d, 4 + k);
        const uint32_t to = p->id[p->parameter.item[f->parameter + k]].slot;
        if (value.type != f->type->member[k]) refuse(p, d->at, "argument %u is of another type", k);
        for (uint32_t n = 0; n < value.type->slots; n++)
            c->move[c->moves++] = (struct move){to + n, value.slot + n};
    }
    emit(d, call)->more = c;
}

// a: the slot with the call to go back to; b, n: what it returns.
RUN(go_back)
{
    const struct insn *caller = (const struct insn *)(uintptr_t)v[i->a];
    if (!caller) {
        lane->state = LANE_DONE;
        return NULL;
    }
    for (uint32_t k = 0; k < i->n; k++) v[caller->r + k] = v[i->b + k];
    return caller + 1;
}
static void decode_return(struct decoder *d)
{
    const bool with_value = (d->w[0] & 0xffff) == SpvOpReturnValue;
    const struct function *f = &d->p->function.item[d->function];
    const struct type *t = f->type->element;
    words_are(d, 1 + with_value, 1 + with_value);
    if (with_value == (t->op == SpvOpTypeVoid))
        refuse(d->p, d->at, "the function returns type %u", t->id);
    const struct value value = with_value ? use(d, 1) : (struct value){t, 0, 0};
    if (value.type != t) refuse(d->p, d->at, "id %u is of another type", value.id);
    struct insn *i = emit(d, go_back);
    i->a = f->back;
    i->b = value.slot;
    i->n = t->slots;
}

RUN(unreachable)
{
    (void)v;
    return lane_fault(lane, i, "it was reached");
}
static void decode_unreachable(struct decoder *d)
{
    words_are(d, 1, 1);
    emit(d, unreachable);
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
const struct special *control_special(uint32_t op)
{
    static const struct special rows[] = {
        ROW(Branch, decode_branch),           ROW(BranchConditional, decode_branch_if),
        ROW(Switch, decode_switch),           ROW(FunctionCall, decode_call),
        ROW(Return, decode_return),           ROW(ReturnValue, decode_return),
        ROW(Unreachable, decode_unreachable),
    };
    return FIND(rows, op);
}
