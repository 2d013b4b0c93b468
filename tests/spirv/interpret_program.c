// What all steps of loading a kernel share: memory, refusals, ids, names.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPV_ENABLE_UTILITY_CODE
#include "tests/spirv/interpret_decode.h"

// The header's inline function needs a place to stand in.
extern void SpvHasResultAndType(SpvOp opcode, bool *hasResult, bool *hasResultType);

void op_shape(uint32_t op, bool *has_result, bool *has_type)
{
    SpvHasResultAndType((SpvOp)op, has_result, has_type);
}

struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) uint8_t bytes[];
};

void *take(struct program *p, size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    if (!p->chunk || bytes > p->chunk->size - p->chunk->used) {
        const size_t size = bytes > 1 << 17 ? bytes : 1 << 17;
        struct chunk *chunk = calloc(1, sizeof *chunk + size);
        if (!chunk) refuse(p, 0, "no memory");
        chunk->size = size;
        chunk->next = p->chunk;
        p->chunk = chunk;
    }
    p->chunk->used += bytes;
    return p->chunk->bytes + p->chunk->used - bytes;
}

void program_free(struct program *p)
{
    while (p->chunk) {
        struct chunk *next = p->chunk->next;
        free(p->chunk);
        p->chunk = next;
    }
}

void *grow(struct program *p, void *items, uint32_t count, uint32_t *room, size_t bytes)
{
    if (count < *room) return items;
    *room = *room ? *room * 2 : 64;
    void *more = take(p, *room * bytes);
    if (count) memcpy(more, items, count * bytes);
    return more;
}

uint32_t take_slots(struct program *p, uint64_t count)
{
    if (count > (1u << 26) - p->slots) refuse(p, 0, "its values take too much memory");
    const uint32_t first = p->slots;
    p->slots += (uint32_t)count;
    while (p->slots > p->slot_room) {
        const uint32_t before = p->slot_room;
        p->slot_room = before ? before * 2 : 1 << 12;
        uint64_t *more = take(p, p->slot_room * sizeof *more);
        if (before) memcpy(more, p->initial, before * sizeof *more);
        memset(more + before, p->launch->fill, (p->slot_room - before) * sizeof *more);
        p->initial = more;
    }
    return first;
}

void refuse(struct program *p, uint32_t at, const char *format, ...)
{
    char text[SPIRV_MESSAGE - 100];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (at && at < p->words)
        snprintf(p->message, SPIRV_MESSAGE, "word %u, Op%s: %s", at,
                 opcode_name(p->word[at] & 0xffff), text);
    else
        snprintf(p->message, SPIRV_MESSAGE, "%s", text);
    longjmp(p->refused, 1);
}

struct id *id_at(struct program *p, uint32_t at, uint32_t id)
{
    if (!id || id >= p->bound) refuse(p, at, "id %u is not below the bound %u", id, p->bound);
    if (!p->id[id].at) refuse(p, at, "id %u is not defined", id);
    return &p->id[id];
}

const struct type *type_at(struct program *p, uint32_t at, uint32_t id)
{
    const struct id *known = id_at(p, at, id);
    if (!known->is) refuse(p, at, "id %u is not a type, or comes later", id);
    return known->is;
}

const struct type *pointee_at(struct program *p, uint32_t at, const struct type *pointer)
{
    if (pointer->op != SpvOpTypePointer) refuse(p, at, "id %u is no pointer type", pointer->id);
    const struct type *t = type_at(p, at, pointer->pointee);
    if (is_logical(t)) refuse(p, at, "memory with pointers that are no addresses");
    return t;
}

const struct decoration *decorated(const struct id *id, uint32_t member, uint32_t what)
{
    for (const struct decoration *d = id->decorations; d; d = d->next)
        if (d->member == member && d->what == what) return d;
    return NULL;
}

bool capable(const struct program *p, SpvCapability capability)
{
    for (uint32_t i = 0; i < p->capability.count; i++)
        if (p->capability.item[i] == (uint32_t)capability) return true;
    return false;
}

const void *find_row(const void *table, size_t count, size_t size, uint32_t op)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = (const char *)table + i * size;
        if (*(const uint32_t *)row == op) return row;
    }
    return NULL;
}

const struct rule *any_rule(uint32_t op)
{
    const struct rule *rule = integer_rule(op);
    if (!rule) rule = float_rule(op);
    return rule ? rule : conversion_rule(op);
}

const struct special *any_special(uint32_t op)
{
    static const struct special *(*const tables[])(uint32_t) = {composite_special, pointer_special,
                                                                memory_special,    atomic_special,
                                                                control_special,   group_special};
    const struct special *special = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !special; i++) special = tables[i](op);
    return special;
}

const char *opcode_name(uint32_t op)
{
    const struct rule *rule = any_rule(op);
    const struct special *special = any_special(op);
    if (rule) return rule->name;
    if (special) return special->name;
    static const struct {
        uint32_t op;
        const char *name;
    } other[] = {
#define NAME(op) {SpvOp##op, #op}
        NAME(Capability),
        NAME(Extension),
        NAME(ExtInstImport),
        NAME(MemoryModel),
        NAME(EntryPoint),
        NAME(ExecutionMode),
        NAME(ExecutionModeId),
        NAME(Decorate),
        NAME(MemberDecorate),
        NAME(TypeVoid),
        NAME(TypeBool),
        NAME(TypeInt),
        NAME(TypeFloat),
        NAME(TypeVector),
        NAME(TypeArray),
        NAME(TypeRuntimeArray),
        NAME(TypeStruct),
        NAME(TypePointer),
        NAME(TypeForwardPointer),
        NAME(TypeFunction),
        NAME(ConstantTrue),
        NAME(ConstantFalse),
        NAME(Constant),
        NAME(ConstantComposite),
        NAME(ConstantNull),
        NAME(SpecConstantTrue),
        NAME(SpecConstantFalse),
        NAME(SpecConstant),
        NAME(SpecConstantComposite),
        NAME(SpecConstantOp),
        NAME(Function),
        NAME(FunctionParameter),
        NAME(FunctionEnd),
        NAME(Label),
        NAME(Phi),
        NAME(LoopMerge),
        NAME(SelectionMerge),
        NAME(Kill),
        NAME(Undef),
#undef NAME
    };
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (other[i].op == op) return other[i].name;
    return "?";
}
