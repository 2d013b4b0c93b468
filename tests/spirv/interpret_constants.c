// Constants, specialisation constants, variables outside of functions.
#include <string.h>

#include "tests/spirv/interpret_decode.h"

static void fill_slot(struct program *p, const struct type *t, uint32_t slot)
{
    uint64_t value;
    memset(&value, p->launch->fill, sizeof value);
    p->initial[slot] = value & mask_of(t->bits);
}

void fill_slots(struct program *p, const struct type *t, uint32_t slot)
{
    if (!is_composite(t)) {
        if (t->slots) fill_slot(p, t, slot);
        return;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        const struct type *part = t->op == SpvOpTypeStruct ? t->member[i] : t->element;
        fill_slots(p, part, slot);
        slot += part->slots;
    }
}

uint64_t constant_at(struct program *p, uint32_t at, uint32_t id)
{
    const struct id *known = id_at(p, at, id);
    if (!known->known || known->at >= at) refuse(p, at, "id %u is no constant, or comes later", id);
    if (!is_integer(type_at(p, at, known->type), 0)) refuse(p, at, "constant %u is no integer", id);
    return p->initial[known->slot];
}

// A literal as the module holds it: what is narrower than a word is sign- or zero-extended there.
static uint64_t literal(struct program *p, uint32_t at, const struct type *t)
{
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    if (t->op != SpvOpTypeInt && t->op != SpvOpTypeFloat) refuse(p, at, "this is no number's type");
    if (count != (t->bits == 64 ? 5 : 4)) refuse(p, at, "it has %u words", count);
    if (t->bits == 64) return w[3] | (uint64_t)w[4] << 32;
    const uint64_t value = w[3] & mask_of(t->bits);
    const uint32_t full = t->is_signed ? (uint32_t)sign(value, t->bits) : (uint32_t)value;
    if (w[3] != full) refuse(p, at, "0x%x has more than %u bits", w[3], t->bits);
    return value;
}

// Whether the launch gives this specialisation constant a value.
static bool specialised(struct program *p, uint32_t at, uint32_t id, uint64_t *value)
{
    const struct decoration *spec = decorated(&p->id[id], NO_MEMBER, SpvDecorationSpecId);
    if (!spec) refuse(p, at, "it has no SpecId");
    for (uint32_t i = 0; i < p->constant.count; i++) {
        if (p->constant.item[i].spec != spec->value) continue;
        *value = p->constant.item[i].value;
        return true;
    }
    return false;
}

static void read_parts(struct program *p, uint32_t at, const struct type *t, uint32_t slot)
{
    const uint32_t *w = p->word + at, count = (w[0] >> 16) - 3;
    if (!is_composite(t) || t->count != count) refuse(p, at, "%u parts don't make its type", count);
    for (uint32_t i = 0; i < count; i++) {
        const struct id *part = id_at(p, at, w[3 + i]);
        const struct type *wanted = t->op == SpvOpTypeStruct ? t->member[i] : t->element;
        if (!part->known || part->at >= at)
            refuse(p, at, "part %u is no constant, or comes later", i);
        if (part->type != wanted->id) refuse(p, at, "part %u is of another type", i);
        memmove(p->initial + slot, p->initial + part->slot, wanted->slots * sizeof *p->initial);
        slot += wanted->slots;
    }
}

static void read_operation(struct program *p, uint32_t at, const struct type *t, uint32_t slot)
{
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    if (count < 5) refuse(p, at, "it is too short");
    uint32_t *bare = take(p, count * sizeof *bare);  // the instruction that it stands for
    bare[0] = (count - 1) << 16 | w[3];
    bare[1] = w[1];
    bare[2] = w[2];
    memcpy(bare + 3, w + 4, (count - 4) * sizeof *bare);
    if (!any_rule(w[3]) && !composite_special(w[3])) refuse(p, at, "of opcode %u", w[3]);
    struct decoder d = {p, NOWHERE, NOWHERE, bare, count - 1, at, t, slot};
    const uint32_t first = p->insn.count;
    decode_instruction(&d);
    struct lane lane = {.launch = p->launch};
    const struct insn *end = p->insn.item + p->insn.count;
    for (const struct insn *i = p->insn.item + first; i && i < end;)
        i = i->run(p->initial, i, &lane);
    if (lane.state == LANE_FAULT) refuse(p, at, "%s", lane.text);
    p->insn.count = first;
}

void read_constant(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at, op = w[0] & 0xffff, count = w[0] >> 16;
    const struct type *t = type_at(p, at, w[1]);
    struct id *id = &p->id[w[2]];
    const uint32_t slot = id->slot = take_slots(p, t->slots);
    if (is_logical(t)) refuse(p, at, "of pointers that are no addresses");
    uint64_t value = op == SpvOpConstantTrue || op == SpvOpSpecConstantTrue;
    switch (op) {
    case SpvOpSpecConstantTrue:
    case SpvOpSpecConstantFalse:
        specialised(p, at, w[2], &value);
        // fallthrough
    case SpvOpConstantTrue:
    case SpvOpConstantFalse:
        if (t->op != SpvOpTypeBool || count != 3) refuse(p, at, "it is no bool");
        p->initial[slot] = value != 0;
        break;
    case SpvOpConstant: p->initial[slot] = literal(p, at, t); break;
    case SpvOpSpecConstant:
        p->initial[slot] = literal(p, at, t);
        if (t->bits != 32) refuse(p, at, "it has %u bits, not 32", t->bits);
        specialised(p, at, w[2], &p->initial[slot]);
        break;
    case SpvOpConstantComposite:
    case SpvOpSpecConstantComposite: read_parts(p, at, t, slot); break;
    case SpvOpConstantNull:
        if (!is_scalar(t) && !is_composite(t) && !is_address(t)) refuse(p, at, "no such type");
        if (t->slots) memset(p->initial + slot, 0, t->slots * sizeof *p->initial);
        break;
    case SpvOpUndef: fill_slots(p, t, slot); break;
    case SpvOpSpecConstantOp: read_operation(p, at, t, slot); break;
    default: refuse(p, at, "opcode %u is unknown", op);
    }
    id->known = true;
}

// -------------------------------------------------------------------------------------- variables

// How many numbers a built-in input has; 0: unknown.
static uint32_t builtin_parts(uint32_t builtin)
{
    switch (builtin) {
    case SpvBuiltInLocalInvocationIndex:
    case SpvBuiltInSubgroupId:
    case SpvBuiltInSubgroupLocalInvocationId:
    case SpvBuiltInSubgroupSize:
    case SpvBuiltInNumSubgroups: return 1;
    case SpvBuiltInWorkgroupId:
    case SpvBuiltInGlobalInvocationId:
    case SpvBuiltInLocalInvocationId:
    case SpvBuiltInNumWorkgroups: return 3;
    default: return 0;
    }
}

static void read_variable(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at, count = w[0] >> 16;
    if (count != 4 && count != 5) refuse(p, at, "it has %u words", count);
    const struct type *pointer = type_at(p, at, w[1]), *t = pointee_at(p, at, pointer);
    if (w[3] != (uint32_t)pointer->storage)
        refuse(p, at, "its pointer type is of another storage class");
    struct global *g = append(p, &p->global);
    *g = (struct global){at, w[2], take_slots(p, 1), t, pointer->storage, 0, 0, SpvBuiltInMax};
    p->id[w[2]].slot = g->slot;
    if (count == 5) {
        const struct id *initial = id_at(p, at, w[4]);
        if (!initial->known || initial->at >= at || initial->type != t->id)
            refuse(p, at, "no such initial value");
        g->initial = initial->slot;
    }
    switch (g->storage) {
    case SpvStorageClassPrivate:
        g->place = take_slots(p, t->slots);
        fill_slots(p, t, g->place);
        break;
    case SpvStorageClassInput: {
        const struct decoration *builtin = decorated(&p->id[w[2]], NO_MEMBER, SpvDecorationBuiltIn);
        if (!builtin || g->initial) refuse(p, at, "an input that is not built in");
        g->builtin = (SpvBuiltIn)builtin->value;
        if (t->slots != builtin_parts(builtin->value) || !is_integer(scalar_of(t), 32))
            refuse(p, at, "built-in %u is unknown, or of another type", builtin->value);
        g->place = take_slots(p, t->slots);
        break;
    }
    case SpvStorageClassWorkgroup:
        if (g->initial && (p->word[p->id[w[4]].at] & 0xffff) != SpvOpConstantNull)
            refuse(p, at, "workgroup memory with an initial value");
        g->place = p->shared_slots;
        p->shared_slots += t->slots;
        p->shared_bytes += (uint32_t)bytes_without_layout(t);
        if (p->shared_bytes > p->kernel->shared)
            refuse(p, at, "%u bytes of workgroup memory, the module file says %u", p->shared_bytes,
                   p->kernel->shared);
        break;
    case SpvStorageClassPushConstant:
        if (g->initial || t->op != SpvOpTypeStruct) refuse(p, at, "no such push constants");
        if (bytes_of(p, at, t) > HC_SPIRV_PUSH_SIZE) refuse(p, at, "too many push constants");
        break;
    default: refuse(p, at, "storage class %u outside of a function", w[3]);
    }
}

void read_globals(struct program *p)
{
    take_slots(p, 1);  // slot 0 is nobody's
    const uint32_t end = p->function.count ? p->function.item[0].at : p->words;
    for (uint32_t at = 5; at < end; at += p->word[at] >> 16) {
        const uint32_t op = p->word[at] & 0xffff;
        switch (op) {
        case SpvOpCapability:
        case SpvOpExtension:
        case SpvOpExtInstImport:
        case SpvOpMemoryModel:
        case SpvOpEntryPoint:
        case SpvOpExecutionMode:
        case SpvOpExecutionModeId:
        case SpvOpDecorate:
        case SpvOpMemberDecorate:
        case SpvOpSource:
        case SpvOpSourceContinued:
        case SpvOpSourceExtension:
        case SpvOpName:
        case SpvOpMemberName:
        case SpvOpString:
        case SpvOpModuleProcessed:
        case SpvOpLine:
        case SpvOpNoLine:
        case SpvOpNop: break;
        case SpvOpTypeForwardPointer: read_pointer_ahead(p, at); break;
        case SpvOpVariable: read_variable(p, at); break;
        default: {
            bool has_result, has_type;
            op_shape(op, &has_result, &has_type);
            if (!has_result) refuse(p, at, "opcode %u is unknown", op);
            if (has_type)
                read_constant(p, at);
            else
                read_type(p, at);
        }
        }
    }
}
