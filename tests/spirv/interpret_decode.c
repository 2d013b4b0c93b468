// Turns function bodies into instructions with slots for operands, and checks every use of a value.
#include <string.h>

#include "tests/spirv/interpret_decode.h"

// --------------------------------------------------------------------------------------- operands

void words_are(struct decoder *d, uint32_t least, uint32_t most)
{
    if (d->count < least || d->count > most) refuse(d->p, d->at, "it has %u words", d->count);
}

static void check_defined(struct decoder *d, uint32_t number, const struct id *id)
{
    struct program *p = d->p;
    if (!id->block) {  // a constant, a variable, a parameter
        if (id->at >= d->at) refuse(p, d->at, "id %u comes later", number);
        if (id->function && id->function != d->function + 1)
            refuse(p, d->at, "id %u is another function's", number);
        if (!id->function && !id->known && !id->interface)
            refuse(p, d->at, "variable %u is not in the entry point's interface", number);
        if (d->block == NOWHERE && !id->known) refuse(p, d->at, "id %u is no constant", number);
        return;
    }
    if (d->block == NOWHERE || id->function != d->function + 1)
        refuse(p, d->at, "id %u is another function's", number);
    const uint32_t from = id->block - 1;
    if (!p->block.item[d->block].order) return;
    if (from == d->block ? id->at >= d->at : !dominates(p, from, d->block))
        refuse(p, d->at, "id %u is not defined on every way here", number);
}

struct value use(struct decoder *d, uint32_t index)
{
    if (index >= d->count) refuse(d->p, d->at, "word %u is missing", index);
    const uint32_t number = d->w[index];
    const struct id *id = id_at(d->p, d->at, number);
    if (!id->type || (d->p->word[id->at] & 0xffff) == SpvOpFunction)
        refuse(d->p, d->at, "id %u has no value", number);
    check_defined(d, number, id);
    return (struct value){type_at(d->p, d->at, id->type), id->slot, number};
}

struct value use_integer(struct decoder *d, uint32_t index)
{
    const struct value value = use(d, index);
    if (!is_integer(value.type, 0)) refuse(d->p, d->at, "id %u is no integer", value.id);
    return value;
}

bool is_constant(struct decoder *d, uint32_t index)
{
    return index < d->count && id_at(d->p, d->at, d->w[index])->known;
}

uint64_t use_constant(struct decoder *d, uint32_t index)
{
    if (index >= d->count) refuse(d->p, d->at, "word %u is missing", index);
    return constant_at(d->p, d->at, d->w[index]);
}

// --------------------------------------------------------------------------------------- emitting

struct insn *emit(struct decoder *d, insn_run *run)
{
    struct insn *i = append(d->p, &d->p->insn);
    const struct type *scalar = d->type ? scalar_of(d->type) : NULL;
    *i = (struct insn){
        .run = run, .r = d->r, .at = d->at, .mask = scalar ? mask_of(scalar->bits) : 0};
    return i;
}

RUN(copy1)
{
    (void)lane;
    v[i->r] = v[i->a];
    return i + 1;
}
RUN(copy)
{
    (void)lane;
    memmove(v + i->r, v + i->a, i->n * sizeof *v);
    return i + 1;
}
void emit_copy(struct decoder *d, uint32_t to, uint32_t from, uint32_t slots)
{
    if (!slots) return;
    struct insn *i = emit(d, slots == 1 ? copy1 : copy);
    i->r = to;
    i->a = from;
    i->n = slots;
}

// ------------------------------------------------------------------------------------------ rules

struct fit {  // what the letters of a rule's form stand for
    uint32_t integer, real, lanes;
};

static void check_letter(struct decoder *d, struct fit *fit, char letter, const struct type *t,
                         uint32_t number)
{
    const struct type *scalar = scalar_of(t);
    bool fits = is_scalar(scalar) && lanes_of(t) == fit->lanes;
    uint32_t *width = letter == 'f' ? &fit->real : &fit->integer;
    switch (letter) {
    case 'b': fits = fits && scalar->op == SpvOpTypeBool; break;
    case 'j': fits = fits && is_integer(scalar, 0); break;
    case 'g': fits = fits && scalar->op == SpvOpTypeFloat; break;
    case 'w': fits = fits && is_integer(scalar, 32); break;
    case 'i':
    case 'f':
        fits = fits && scalar->op == (letter == 'i' ? SpvOpTypeInt : SpvOpTypeFloat) &&
               (!*width || *width == scalar->bits);
        *width = scalar->bits;
        break;
    default: fits = false;
    }
    if (!fits)
        refuse(d->p, d->at, "type %u does not fit there (%s %u)", t->id,
               number ? "operand" : "result", number);
}

void decode_rule(struct decoder *d, const struct rule *rule, uint32_t first)
{
    const uint32_t operands = (uint32_t)strlen(rule->form) - 1;
    struct value operand[4] = {{0}};
    words_are(d, first + operands, first + operands);
    struct fit fit = {0, 0, lanes_of(d->type)};
    check_letter(d, &fit, rule->form[0], d->type, 0);
    for (uint32_t k = 0; k < operands; k++) {
        operand[k] = use(d, first + k);
        check_letter(d, &fit, rule->form[1 + k], operand[k].type, k + 1);
    }
    insn_run *run = rule->run[fit.real == 64 ? 2 : fit.real == 32 ? 1 : 0];
    if (!run) refuse(d->p, d->at, "not for %u bits", fit.real);
    for (uint32_t k = 0; k < fit.lanes; k++) {
        struct insn *i = emit(d, run);
        i->r += k;
        i->a = operand[0].slot + k;
        i->b = operand[1].slot + k;
        i->c = operand[2].slot + k;
        i->d = operand[3].slot + k;
        i->from = (uint8_t)scalar_of(operand[0].type)->bits;
        i->to = (uint8_t)scalar_of(d->type)->bits;
    }
}

static void decode_extended(struct decoder *d)
{
    words_are(d, 5, UINT32_MAX);
    if (d->w[3] != d->p->glsl) refuse(d->p, d->at, "of set %u, not GLSL.std.450", d->w[3]);
    const struct rule *rule = glsl_integer_rule(d->w[4]);
    if (!rule) rule = glsl_float_rule(d->w[4]);
    if (!rule) refuse(d->p, d->at, "GLSL.std.450's %u is unknown", d->w[4]);
    decode_rule(d, rule, 5);
}

void decode_instruction(struct decoder *d)
{
    const uint32_t op = d->w[0] & 0xffff;
    const struct rule *rule = any_rule(op);
    if (rule) {
        decode_rule(d, rule, 3);
        return;
    }
    if (op == SpvOpExtInst && d->block != NOWHERE) {
        decode_extended(d);
        return;
    }
    const struct special *special = d->block == NOWHERE ? composite_special(op) : any_special(op);
    if (!special) refuse(d->p, d->at, "opcode %u is unknown", op);
    special->decode(d);
}

// ----------------------------------------------------------------------------------------- bodies

static void read_block(struct program *p, uint32_t block)
{
    struct block *b = &p->block.item[block];
    bool phis = true;
    b->insn = p->insn.count;
    for (uint32_t at = b->at + (p->word[b->at] >> 16); at <= b->last; at += p->word[at] >> 16) {
        const uint32_t *w = p->word + at, op = w[0] & 0xffff;
        if (op == SpvOpLine || op == SpvOpNoLine || op == SpvOpNop || at == b->merge_at) continue;
        if (op == SpvOpPhi) {
            if (!phis) refuse(p, at, "behind other instructions");
            check_phi(p, at, block);
            continue;
        }
        phis = false;
        struct decoder d = {p, b->function, block, w, w[0] >> 16, at, NULL, 0};
        bool has_result, has_type;
        op_shape(op, &has_result, &has_type);
        if (has_result && has_type) {
            d.type = type_at(p, at, w[1]);
            d.r = p->id[w[2]].slot;
        }
        decode_instruction(&d);
    }
}

// Gives every value of a function its slots, and looks at the function's own type.
static void read_slots(struct program *p, struct function *f)
{
    const uint32_t *w = p->word + f->at;
    f->type = type_at(p, f->at, w[4]);
    if (f->type->op != SpvOpTypeFunction || w[1] != f->type->element->id ||
        is_logical(f->type->element))
        refuse(p, f->at, "its type is wrong");
    if (f->parameters != f->type->count)
        refuse(p, f->at, "%u parameters, its type says %u", f->parameters, f->type->count);
    f->back = take_slots(p, 1);
    p->initial[f->back] = 0;
    for (uint32_t i = 0; i < f->parameters; i++) {
        struct id *id = &p->id[p->parameter.item[f->parameter + i]];
        if (id->type != f->type->member[i]->id) refuse(p, id->at, "its type is not the function's");
        id->slot = take_slots(p, f->type->member[i]->slots);
    }
    for (uint32_t i = f->block; i < f->block + f->blocks; i++) {
        const struct block *b = &p->block.item[i];
        for (uint32_t at = b->at; at <= b->last; at += p->word[at] >> 16) {
            bool has_result, has_type;
            op_shape(p->word[at] & 0xffff, &has_result, &has_type);
            if (has_result && has_type)
                p->id[p->word[at + 2]].slot = take_slots(p, type_at(p, at, p->word[at + 1])->slots);
        }
    }
}

void read_bodies(struct program *p)
{
    for (uint32_t i = 0; i < p->function.count; i++) read_slots(p, &p->function.item[i]);
    for (uint32_t i = 0; i < p->block.count; i++) read_block(p, i);
    for (uint32_t i = 0; i < p->edge.count; i++) {
        struct edge *e = p->edge.item[i];
        e->target = p->insn.item + p->block.item[e->block].insn;
    }
}
