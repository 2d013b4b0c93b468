// Variables of functions, and pointers to parts of variables and memory.
#include <string.h>

#include "tests/spirv/interpret_decode.h"

bool has_layout(const struct type *pointer)
{
    return is_address(pointer) || pointer->storage == SpvStorageClassPushConstant;
}

// A function's variable: its slots stand behind the one that holds its pointer.
RUN(variable)
{
    (void)lane;
    memcpy(v + i->b, v + i->a, i->n * sizeof *v);
    v[i->r] = (uintptr_t)(v + i->b);
    return i + 1;
}
static void decode_variable(struct decoder *d)
{
    struct program *p = d->p;
    words_are(d, 4, 5);
    const struct type *t = pointee_at(p, d->at, d->type);
    if (d->w[3] != SpvStorageClassFunction || d->type->storage != SpvStorageClassFunction)
        refuse(p, d->at, "storage class %u in a function", d->w[3]);
    if (d->block != p->function.item[d->function].block)
        refuse(p, d->at, "not in the function's first block");
    const uint32_t place = take_slots(p, t->slots);
    uint32_t initial = take_slots(p, t->slots);
    fill_slots(p, t, initial);
    if (d->count == 5) {
        const struct value value = use(d, 4);
        if (!is_constant(d, 4) || value.type != t) refuse(p, d->at, "no such initial value");
        initial = value.slot;
    }
    struct insn *i = emit(d, variable);
    i->a = initial;
    i->b = place;
    i->n = t->slots;
}

// ----------------------------------------------------------------------------------------- chains

struct step {  // an index that is not constant
    uint32_t slot, bits, count;
    uint64_t stride;
};
struct chain {
    uint64_t offset;
    uint32_t steps;
    struct step step[];
};

RUN(chain_constant)
{
    (void)lane;
    v[i->r] = v[i->a] + i->mask;
    return i + 1;
}
RUN(chain_steps)
{
    const struct chain *c = i->more;
    uint64_t at = v[i->a] + c->offset;
    for (uint32_t k = 0; k < c->steps; k++) {
        const struct step *s = &c->step[k];
        const int64_t index = sign(v[s->slot], s->bits);
        if (s->count && (uint64_t)index >= s->count)
            return lane_fault(lane, i, "index %lld of %u", (long long)index, s->count);
        at += (uint64_t)index * s->stride;
    }
    v[i->r] = at;
    return i + 1;
}

static void decode_chain(struct decoder *d)
{
    struct program *p = d->p;
    words_are(d, 4, UINT32_MAX);
    const struct value base = use(d, 3);
    const struct type *t = pointee_at(p, d->at, base.type);
    const bool layout = has_layout(base.type);
    struct chain *c = take(p, sizeof *c + d->count * sizeof *c->step);
    for (uint32_t k = 4; k < d->count; k++) {
        const struct value index = use_integer(d, k);
        uint32_t slot = 0;
        uint64_t bytes = 0;
        if (is_constant(d, k)) {
            const uint64_t number = use_constant(d, k);
            if (number > 1 << 28) refuse(p, d->at, "index %llu", (unsigned long long)number);
            t = member_at(p, d->at, t, (uint32_t)number, &slot, layout ? &bytes : NULL);
            c->offset += layout ? bytes : slot * sizeof(uint64_t);
            continue;
        }
        if (t->op == SpvOpTypeStruct) refuse(p, d->at, "a member that is not constant");
        const uint32_t count = t->count;
        t = member_at(p, d->at, t, count > 1 || !count ? 1 : 0, &slot, layout ? &bytes : NULL);
        const uint64_t stride = layout ? bytes : slot * sizeof(uint64_t);
        c->step[c->steps++] = (struct step){index.slot, index.type->bits, count, stride};
    }
    if (d->type->op != SpvOpTypePointer || d->type->storage != base.type->storage ||
        d->type->pointee != t->id)
        refuse(p, d->at, "the result is no pointer to type %u", t->id);
    struct insn *i = emit(d, c->steps ? chain_steps : chain_constant);
    i->a = base.slot;
    i->mask = c->offset;
    i->more = c;
}

RUN(keep)
{
    (void)lane;
    v[i->r] = v[i->a];
    return i + 1;
}
static void decode_conversion(struct decoder *d)
{
    words_are(d, 4, 4);
    const struct value from = use(d, 3);
    const bool to_pointer = (d->w[0] & 0xffff) == SpvOpConvertUToPtr;
    const struct type *pointer = to_pointer ? d->type : from.type,
                      *number = to_pointer ? from.type : d->type;
    if (!is_address(pointer) || !is_integer(number, 64))
        refuse(d->p, d->at, "not between 64 bits and an address");
    struct insn *i = emit(d, keep);
    i->a = from.slot;
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
const struct special *pointer_special(uint32_t op)
{
    static const struct special rows[] = {
        ROW(Variable, decode_variable),         ROW(AccessChain, decode_chain),
        ROW(InBoundsAccessChain, decode_chain), ROW(ConvertUToPtr, decode_conversion),
        ROW(ConvertPtrToU, decode_conversion),
    };
    return FIND(rows, op);
}
