// Types: how many slots their values take, and where memory holds their parts.
#include "tests/spirv/interpret_program.h"

bool is_scalar(const struct type *t)
{
    return t->op == SpvOpTypeBool || t->op == SpvOpTypeInt || t->op == SpvOpTypeFloat;
}
bool is_composite(const struct type *t)
{
    return t->op == SpvOpTypeVector || t->op == SpvOpTypeArray || t->op == SpvOpTypeStruct;
}
bool is_integer(const struct type *t, uint32_t bits)
{
    return t->op == SpvOpTypeInt && (!bits || t->bits == bits);
}
const struct type *scalar_of(const struct type *t)
{
    return t->op == SpvOpTypeVector ? t->element : t;
}
uint32_t lanes_of(const struct type *t) { return t->op == SpvOpTypeVector ? t->count : 1; }
uint64_t mask_of(uint32_t bits) { return bits >= 64 ? ~0ull : (1ull << bits) - 1; }

bool is_address(const struct type *t)
{
    return t->op == SpvOpTypePointer && t->storage == SpvStorageClassPhysicalStorageBuffer;
}
bool is_logical(const struct type *t) { return t->op == SpvOpTypePointer && !is_address(t); }

static const struct type *part_at(struct program *p, uint32_t at, uint32_t id)
{
    const struct type *t = type_at(p, at, id);
    if (!is_scalar(t) && !is_composite(t) && !is_address(t) && t->op != SpvOpTypeRuntimeArray)
        refuse(p, at, "id %u can't be part of it", id);
    return t;
}

static struct type *new_type(struct program *p, uint32_t at, uint32_t id)
{
    struct type *t = take(p, sizeof *t);
    t->id = id;
    t->op = (SpvOp)(p->word[at] & 0xffff);
    return t;
}

static void set_slots(struct program *p, uint32_t at, struct type *t, uint64_t slots)
{
    if (slots > 1 << 24) refuse(p, at, "the type is too large");
    t->slots = (uint32_t)slots;
}

static void read_struct(struct program *p, uint32_t at, struct type *t)
{
    const uint32_t *w = p->word + at;
    uint64_t slots = 0;
    t->count = (w[0] >> 16) - 2;
    t->member = take(p, t->count * sizeof *t->member + 1);
    t->offset = take(p, t->count * sizeof *t->offset + 1);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct decoration *offset = decorated(&p->id[t->id], i, SpvDecorationOffset);
        if (decorated(&p->id[t->id], i, SpvDecorationBuiltIn)) refuse(p, at, "a built-in member");
        t->member[i] = part_at(p, at, w[2 + i]);
        t->offset[i] = offset ? offset->value : NO_OFFSET;
        slots += t->member[i]->slots;
    }
    set_slots(p, at, t, slots);
}

// A pointer to what is declared later.
void read_pointer_ahead(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at;
    if (w[0] >> 16 != 3) refuse(p, at, "it has %u words", w[0] >> 16);
    const struct id *id = id_at(p, at, w[1]);
    if (id->is || (p->word[id->at] & 0xffff) != SpvOpTypePointer || p->word[id->at + 2] != w[2])
        refuse(p, at, "id %u is no such pointer", w[1]);
    if (w[2] != SpvStorageClassPhysicalStorageBuffer)
        refuse(p, at, "of pointers that are no addresses");
    struct type *t = new_type(p, id->at, w[1]);
    t->bits = 64;
    t->slots = 1;
    t->storage = (SpvStorageClass)w[2];
    t->pointee = p->word[id->at + 3];
    p->id[w[1]].is = t;
}

static void read_pointer(struct program *p, uint32_t at, struct type *t)
{
    const uint32_t *w = p->word + at;
    t->bits = 64;
    t->slots = 1;
    t->storage = (SpvStorageClass)w[2];
    t->pointee = w[3];
    id_at(p, at, w[3]);
    switch (w[2]) {
    case SpvStorageClassPushConstant:
    case SpvStorageClassInput:
    case SpvStorageClassPrivate:
    case SpvStorageClassFunction:
    case SpvStorageClassWorkgroup:
    case SpvStorageClassPhysicalStorageBuffer: return;
    default: refuse(p, at, "storage class %u is unknown", w[2]);
    }
}

static void read_number(struct program *p, uint32_t at, struct type *t)
{
    const uint32_t bits = p->word[at + 2];
    const bool known =
        bits == 16 || bits == 32 || bits == 64 || (bits == 8 && t->op == SpvOpTypeInt);
    if (!known) refuse(p, at, "%u bits", bits);
    t->bits = bits;
    t->slots = 1;
    if (t->op == SpvOpTypeInt) {
        if (p->word[at + 3] > 1) refuse(p, at, "signedness %u", p->word[at + 3]);
        t->is_signed = p->word[at + 3] == 1;
    }
}

void read_type(struct program *p, uint32_t at)
{
    const uint32_t *w = p->word + at, op = w[0] & 0xffff, count = w[0] >> 16;
    static const uint8_t words[] = {
        [SpvOpTypeVoid] = 2,         [SpvOpTypeBool] = 2,   [SpvOpTypeInt] = 4,
        [SpvOpTypeFloat] = 3,        [SpvOpTypeVector] = 4, [SpvOpTypeArray] = 4,
        [SpvOpTypeRuntimeArray] = 3, [SpvOpTypePointer] = 4};
    if (op < sizeof words && words[op] && count != words[op])
        refuse(p, at, "it has %u words", count);
    if (op == SpvOpTypePointer && p->id[w[1]].is) return;
    struct type *t = new_type(p, at, w[1]);
    const struct decoration *stride = decorated(&p->id[t->id], NO_MEMBER, SpvDecorationArrayStride);
    t->stride = stride ? stride->value : 0;
    switch (op) {
    case SpvOpTypeVoid: break;
    case SpvOpTypeBool:
        t->bits = 1;
        t->slots = 1;
        break;
    case SpvOpTypeInt:
    case SpvOpTypeFloat: read_number(p, at, t); break;
    case SpvOpTypeVector:
        t->element = type_at(p, at, w[2]);
        t->count = w[3];
        if (!is_scalar(t->element) || w[3] < 2 || w[3] > 4) refuse(p, at, "no such vector");
        set_slots(p, at, t, w[3]);
        break;
    case SpvOpTypeArray: {
        const uint64_t length = constant_at(p, at, w[3]);
        if (!length || length > 1 << 28)
            refuse(p, at, "its length is %llu", (unsigned long long)length);
        t->element = part_at(p, at, w[2]);
        t->count = (uint32_t)length;
        set_slots(p, at, t, length * t->element->slots);
        break;
    }
    case SpvOpTypeRuntimeArray: t->element = part_at(p, at, w[2]); break;
    case SpvOpTypeStruct: read_struct(p, at, t); break;
    case SpvOpTypePointer: read_pointer(p, at, t); break;
    case SpvOpTypeFunction:
        if (count < 3) refuse(p, at, "it is too short");
        t->element = type_at(p, at, w[2]);
        t->count = count - 3;
        t->member = take(p, t->count * sizeof *t->member + 1);
        for (uint32_t i = 0; i < t->count; i++) {
            t->member[i] = type_at(p, at, w[3 + i]);
            if (!is_logical(t->member[i])) part_at(p, at, w[3 + i]);
        }
        break;
    default: refuse(p, at, "opcode %u is unknown", op);
    }
    p->id[w[1]].is = t;  // now: no type is part of itself
}

// ----------------------------------------------------------------------------------------- layout

const struct type *member_at(struct program *p, uint32_t at, const struct type *t, uint32_t number,
                             uint32_t *slot, uint64_t *bytes)
{
    const bool open = t->op == SpvOpTypeRuntimeArray;
    if (!is_composite(t) && !open) refuse(p, at, "id %u has no parts", t->id);
    if (!open && number >= t->count) refuse(p, at, "part %u of %u", number, t->count);
    if (t->op != SpvOpTypeStruct) {
        *slot += number * t->element->slots;
        if (!bytes) return t->element;
        if (t->op != SpvOpTypeVector && !t->stride)
            refuse(p, at, "id %u has no ArrayStride", t->id);
        *bytes += (uint64_t)number * (t->op == SpvOpTypeVector ? t->element->bits / 8 : t->stride);
        return t->element;
    }
    for (uint32_t i = 0; i < number; i++) *slot += t->member[i]->slots;
    if (bytes && t->offset[number] == NO_OFFSET)
        refuse(p, at, "part %u of id %u has no Offset", number, t->id);
    if (bytes) *bytes += t->offset[number];
    return t->member[number];
}

uint64_t bytes_of(struct program *p, uint32_t at, const struct type *t)
{
    if (t->op == SpvOpTypeInt || t->op == SpvOpTypeFloat) return t->bits / 8;
    if (is_address(t)) return 8;
    if (!is_composite(t)) refuse(p, at, "id %u has no layout in memory", t->id);
    if (t->op == SpvOpTypeVector) return (uint64_t)t->count * bytes_of(p, at, t->element);
    uint64_t size = 0;
    for (uint32_t i = t->op == SpvOpTypeArray ? t->count - 1 : 0; i < t->count; i++) {
        uint32_t slot = 0;
        uint64_t end = 0;
        const struct type *part = member_at(p, at, t, i, &slot, &end);
        end += bytes_of(p, at, part);
        if (end > size) size = end;
    }
    return size;
}

uint64_t bytes_without_layout(const struct type *t)
{
    if (!is_composite(t)) return t->op == SpvOpTypeBool ? 1 : t->bits / 8;
    if (t->op != SpvOpTypeStruct) return t->count * bytes_without_layout(t->element);
    uint64_t size = 0;
    for (uint32_t i = 0; i < t->count; i++) size += bytes_without_layout(t->member[i]);
    return size;
}

static void add_leaves(struct program *p, uint32_t at, const struct type *t, uint64_t base,
                       struct leaves *l)
{
    if (!is_composite(t)) {
        l->leaf[l->count++] = (struct leaf){(uint32_t)base, (uint32_t)bytes_of(p, at, t)};
        return;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t slot = 0;
        uint64_t where = base;
        const struct type *part = member_at(p, at, t, i, &slot, &where);
        add_leaves(p, at, part, where, l);
    }
}

const struct leaves *leaves_of(struct program *p, uint32_t at, const struct type *t)
{
    const uint64_t bytes = bytes_of(p, at, t);
    if (bytes > 1 << 30) refuse(p, at, "id %u is too large", t->id);
    struct leaves *l = take(p, sizeof *l + t->slots * sizeof *l->leaf);
    l->bytes = (uint32_t)bytes;
    add_leaves(p, at, t, 0, l);
    return l;
}
