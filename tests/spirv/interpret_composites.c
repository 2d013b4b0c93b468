// Structs, arrays and vectors as values; select, bit casts, pairs of results.
#include <string.h>

#include "tests/spirv/interpret_decode.h"

static void decode_undef(struct decoder *d)
{
    words_are(d, 3, 3);
    if (is_logical(d->type)) refuse(d->p, d->at, "of pointers that are no addresses");
    fill_slots(d->p, d->type, d->r);  // nothing else writes there
}

static void decode_construct(struct decoder *d)
{
    const struct type *t = d->type;
    uint32_t slot = d->r, part = 0;
    if (!is_composite(t)) refuse(d->p, d->at, "type %u has no parts", t->id);
    for (uint32_t k = 3; k < d->count; k++) {
        const struct value value = use(d, k);
        const struct type *wanted = t->op != SpvOpTypeStruct ? t->element
                                    : part < t->count        ? t->member[part]
                                                             : NULL;
        // Vectors are made of scalars and vectors.
        const bool fits =
            t->op == SpvOpTypeVector ? scalar_of(value.type) == wanted : value.type == wanted;
        part += t->op == SpvOpTypeVector ? lanes_of(value.type) : 1;
        if (!fits || part > t->count) refuse(d->p, d->at, "id %u does not fit", value.id);
        emit_copy(d, slot, value.slot, value.type->slots);
        slot += value.type->slots;
    }
    if (part != t->count) refuse(d->p, d->at, "%u parts, not %u", part, t->count);
}

// Follows the literal indices from word `first` on.
static const struct type *follow(struct decoder *d, const struct type *t, uint32_t first,
                                 uint32_t *slot)
{
    for (uint32_t k = first; k < d->count; k++) t = member_at(d->p, d->at, t, d->w[k], slot, NULL);
    return t;
}

static void decode_extract(struct decoder *d)
{
    words_are(d, 5, UINT32_MAX);
    struct value whole = use(d, 3);
    if (follow(d, whole.type, 4, &whole.slot) != d->type)
        refuse(d->p, d->at, "the part is of another type");
    emit_copy(d, d->r, whole.slot, d->type->slots);
}

static void decode_insert(struct decoder *d)
{
    words_are(d, 6, UINT32_MAX);
    const struct value part = use(d, 3), whole = use(d, 4);
    uint32_t slot = d->r;
    if (whole.type != d->type) refuse(d->p, d->at, "the whole is of another type");
    if (follow(d, whole.type, 5, &slot) != part.type)
        refuse(d->p, d->at, "the part is of another type");
    emit_copy(d, d->r, whole.slot, d->type->slots);
    emit_copy(d, slot, part.slot, part.type->slots);
}

static void decode_copy(struct decoder *d)
{
    words_are(d, 4, 4);
    const struct value from = use(d, 3);
    if (from.type != d->type) refuse(d->p, d->at, "id %u is of another type", from.id);
    emit_copy(d, d->r, from.slot, d->type->slots);
}

static bool alike(const struct type *a, const struct type *b)
{
    if (a == b) return true;
    if (a->op != b->op || a->count != b->count) return false;
    if (a->op == SpvOpTypeArray) return alike(a->element, b->element);
    if (a->op != SpvOpTypeStruct) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!alike(a->member[i], b->member[i])) return false;
    return true;
}
static void decode_copy_logical(struct decoder *d)
{
    words_are(d, 4, 4);
    const struct value from = use(d, 3);
    if (!alike(from.type, d->type)) refuse(d->p, d->at, "the types don't match");
    emit_copy(d, d->r, from.slot, d->type->slots);
}

// ----------------------------------------------------------------------------------------- select

RUN(select1)
{
    (void)lane;
    v[i->r] = v[v[i->a] ? i->b : i->c];
    return i + 1;
}
RUN(select_many)
{
    (void)lane;
    memcpy(v + i->r, v + (v[i->a] ? i->b : i->c), i->n * sizeof *v);
    return i + 1;
}
static void decode_select(struct decoder *d)
{
    words_are(d, 6, 6);
    const struct value which = use(d, 3), yes = use(d, 4), no = use(d, 5);
    const uint32_t lanes = lanes_of(which.type);
    if (scalar_of(which.type)->op != SpvOpTypeBool) refuse(d->p, d->at, "the condition is no bool");
    if (yes.type != d->type || no.type != d->type) refuse(d->p, d->at, "the types differ");
    if (lanes > 1 && lanes != lanes_of(d->type)) refuse(d->p, d->at, "%u conditions", lanes);
    if (is_logical(d->type)) refuse(d->p, d->at, "of pointers that are no addresses");
    const uint32_t each = lanes > 1 || d->type->slots == 1 ? 1 : d->type->slots;
    for (uint32_t k = 0; k < lanes; k++) {
        struct insn *i = emit(d, each == 1 ? select1 : select_many);
        i->r += k;
        i->a = which.slot + k;
        i->b = yes.slot + k;
        i->c = no.slot + k;
        i->n = each;
    }
}

// ---------------------------------------------------------------------------------------- vectors

static void decode_shuffle(struct decoder *d)
{
    words_are(d, 6, 9);
    const struct value a = use(d, 3), b = use(d, 4);
    const struct type *t = d->type;
    if (t->op != SpvOpTypeVector || a.type->op != SpvOpTypeVector ||
        b.type->op != SpvOpTypeVector || a.type->element != t->element ||
        b.type->element != t->element || d->count - 5 != t->count)
        refuse(d->p, d->at, "no such vectors");
    for (uint32_t k = 0; k < t->count; k++) {
        const uint32_t from = d->w[5 + k];
        if (from >= a.type->count + b.type->count) refuse(d->p, d->at, "component %u", from);
        emit_copy(d, d->r + k, from < a.type->count ? a.slot + from : b.slot + from - a.type->count,
                  1);
    }
}

RUN(pick)
{
    if (v[i->b] >= i->n) return lane_undefined(v, i, lane, "a component past the vector's end");
    v[i->r] = v[i->a + v[i->b]];
    return i + 1;
}
static void decode_pick(struct decoder *d)
{
    words_are(d, 5, 5);
    const struct value vector = use(d, 3), index = use_integer(d, 4);
    if (vector.type->op != SpvOpTypeVector || vector.type->element != d->type)
        refuse(d->p, d->at, "no such vector");
    struct insn *i = emit(d, pick);
    i->a = vector.slot;
    i->b = index.slot;
    i->n = vector.type->count;
}

// -------------------------------------------------------------------------------------- bit casts

// From n scalars of `from` bits to scalars of `to` bits, the lowest first.
RUN(cast)
{
    (void)lane;
    const uint32_t bits = i->from * i->n;
    uint64_t word[4] = {0};
    for (uint32_t k = 0; k < i->n; k++) word[k * i->from / 64] |= v[i->a + k] << (k * i->from % 64);
    for (uint32_t k = 0; k * i->to < bits; k++)
        v[i->r + k] = word[k * i->to / 64] >> (k * i->to % 64) & i->mask;
    return i + 1;
}
static uint32_t cast_bits(struct decoder *d, const struct type *t)
{
    const struct type *scalar = scalar_of(t);
    if (!is_address(t) && scalar->op != SpvOpTypeInt && scalar->op != SpvOpTypeFloat)
        refuse(d->p, d->at, "type %u has no bits to cast", t->id);
    return scalar->bits;
}
static void decode_cast(struct decoder *d)
{
    words_are(d, 4, 4);
    const struct value from = use(d, 3);
    const uint32_t a = cast_bits(d, from.type), b = cast_bits(d, d->type);
    if (a * lanes_of(from.type) != b * lanes_of(d->type)) refuse(d->p, d->at, "the sizes differ");
    if (a == b) {
        emit_copy(d, d->r, from.slot, d->type->slots);
        return;
    }
    struct insn *i = emit(d, cast);
    i->a = from.slot;
    i->n = lanes_of(from.type);
    i->from = (uint8_t)a;
    i->to = (uint8_t)b;
}

// ------------------------------------------------------------------------------------------ pairs

RUN(add_carry)
{
    (void)lane;
    const uint64_t a = v[i->a], sum = (a + v[i->b]) & i->mask;
    v[i->r] = sum;
    v[i->c] = sum < a;
    return i + 1;
}
RUN(subtract_borrow)
{
    (void)lane;
    const uint64_t a = v[i->a], b = v[i->b];
    v[i->r] = (a - b) & i->mask;
    v[i->c] = a < b;
    return i + 1;
}
__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 wide_signed;
RUN(multiply_wide)
{
    (void)lane;
    const wide product = (wide)v[i->a] * v[i->b];
    v[i->r] = (uint64_t)product & i->mask;
    v[i->c] = (uint64_t)(product >> i->from) & i->mask;
    return i + 1;
}
RUN(multiply_wide_signed)
{
    (void)lane;
    const wide_signed product = (wide_signed)sign(v[i->a], i->from) * sign(v[i->b], i->from);
    v[i->r] = (uint64_t)product & i->mask;
    v[i->c] = (uint64_t)(product >> i->from) & i->mask;
    return i + 1;
}
static void decode_pair(struct decoder *d)
{
    insn_run *const run = (d->w[0] & 0xffff) == SpvOpIAddCarry      ? add_carry
                          : (d->w[0] & 0xffff) == SpvOpISubBorrow   ? subtract_borrow
                          : (d->w[0] & 0xffff) == SpvOpUMulExtended ? multiply_wide
                                                                    : multiply_wide_signed;
    words_are(d, 5, 5);
    const struct value a = use(d, 3), b = use(d, 4);
    const struct type *t = d->type;
    if (t->op != SpvOpTypeStruct || t->count != 2 || t->member[0] != t->member[1] ||
        t->member[0] != a.type || a.type != b.type || !is_integer(scalar_of(a.type), 0))
        refuse(d->p, d->at, "the types don't fit");
    for (uint32_t k = 0; k < lanes_of(a.type); k++) {
        struct insn *i = emit(d, run);
        i->mask = mask_of(scalar_of(a.type)->bits);
        i->from = (uint8_t)scalar_of(a.type)->bits;
        i->r += k;
        i->a = a.slot + k;
        i->b = b.slot + k;
        i->c = d->r + lanes_of(a.type) + k;
    }
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
const struct special *composite_special(uint32_t op)
{
    static const struct special rows[] = {
        ROW(Undef, decode_undef),
        ROW(CompositeConstruct, decode_construct),
        ROW(CompositeExtract, decode_extract),
        ROW(CompositeInsert, decode_insert),
        ROW(CopyObject, decode_copy),
        ROW(CopyLogical, decode_copy_logical),
        ROW(Select, decode_select),
        ROW(VectorShuffle, decode_shuffle),
        ROW(VectorExtractDynamic, decode_pick),
        ROW(Bitcast, decode_cast),
        ROW(IAddCarry, decode_pair),
        ROW(ISubBorrow, decode_pair),
        ROW(UMulExtended, decode_pair),
        ROW(SMulExtended, decode_pair),
    };
    return FIND(rows, op);
}
