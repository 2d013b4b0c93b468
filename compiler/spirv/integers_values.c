// Which parts values, constants and types have, and the table of those made so far.
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/integers.h"

void *integers_room(struct integers *in, size_t size)
{
    struct integers_memory *m = malloc(sizeof *m + size);
    if (!m) ir_refuse(NULL, "out of memory");
    m->next = in->memory;
    in->memory = m;
    return m + 1;
}

static struct integers_entry *entry_of(const struct integers_map *map, const void *key)
{
    size_t i = (size_t)((uintptr_t)key >> 4) * 0x9e3779b97f4a7c15u;
    for (i &= map->room - 1; map->entry[i].key && map->entry[i].key != key;)
        i = (i + 1) & (map->room - 1);
    return &map->entry[i];
}

void *integers_get(const struct integers_map *map, const void *key)
{
    return map->room ? entry_of(map, key)->value : NULL;
}

void integers_put(struct integers_map *map, const void *key, void *value)
{
    if (2 * map->used >= map->room) {
        const struct integers_map from = *map;
        map->room = from.room ? 2 * from.room : 256;
        map->entry = calloc(map->room, sizeof *map->entry);
        if (!map->entry) ir_refuse(NULL, "out of memory");
        for (size_t i = 0; i < from.room; i++)
            if (from.entry[i].key) *entry_of(map, from.entry[i].key) = from.entry[i];
        free(from.entry);
    }
    struct integers_entry *e = entry_of(map, key);
    map->used += !e->key;
    *e = (struct integers_entry){key, value};
}

// ---------------------------------------------------------------------------------------- types

bool integers_legal(const struct integers *in, unsigned bits)
{
    return (bits == 8 && in->widths & 1) || (bits == 16 && in->widths & 2) || bits == 32 ||
           bits == 64;
}

bool integers_plain(const struct integers *in, LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind: {
        const unsigned bits = LLVMGetIntTypeWidth(type);
        return bits == 1 || integers_legal(in, bits);
    }
    case LLVMArrayTypeKind: return integers_plain(in, LLVMGetElementType(type));
    case LLVMVectorTypeKind: return false;
    case LLVMStructTypeKind:
        for (unsigned i = 0; i < LLVMCountStructElementTypes(type); i++)
            if (!integers_plain(in, LLVMStructGetTypeAtIndex(type, i))) return false;
        return true;
    default: return true;
    }
}

unsigned integers_unit(const struct integers *in, unsigned bits)
{
    if (bits == 1) return 1;
    unsigned unit = 8;
    while (unit < 64 && (unit < bits || !integers_legal(in, unit))) unit *= 2;
    return unit;
}

unsigned integers_count(unsigned bits) { return (bits + 63) / 64; }

unsigned integers_width(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMIntegerTypeKind ? LLVMGetIntTypeWidth(type) : 0;
}

LLVMTypeRef integers_type(const struct integers *in, unsigned bits)
{
    return LLVMIntTypeInContext(in->ir->context, bits);
}

static bool aggregate(LLVMTypeRef type)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    return kind == LLVMStructTypeKind || kind == LLVMArrayTypeKind || kind == LLVMVectorTypeKind;
}

static size_t member_count(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMStructTypeKind: return LLVMCountStructElementTypes(type);
    case LLVMVectorTypeKind: return LLVMGetVectorSize(type);
    default: return LLVMGetArrayLength2(type);
    }
}

static LLVMTypeRef member(LLVMTypeRef type, unsigned i)
{
    return LLVMGetTypeKind(type) == LLVMStructTypeKind ? LLVMStructGetTypeAtIndex(type, i)
                                                       : LLVMGetElementType(type);
}

static size_t leaves_put(LLVMTypeRef type, LLVMTypeRef *leaf)
{
    if (!aggregate(type)) {
        if (leaf) *leaf = type;
        return 1;
    }
    size_t n = 0;
    for (unsigned i = 0; i < member_count(type); i++)
        n += leaves_put(member(type, i), leaf ? leaf + n : NULL);
    return n;
}

size_t integers_leaves(struct integers *in, LLVMTypeRef type, LLVMTypeRef **leaf)
{
    const size_t n = leaves_put(type, NULL);
    if (leaf) leaves_put(type, *leaf = integers_room(in, n * sizeof **leaf));
    return n;
}

size_t integers_parts(struct integers *in, LLVMTypeRef type, LLVMTypeRef **part)
{
    LLVMTypeRef *leaf;
    size_t leaves = integers_leaves(in, type, &leaf), n = 0;
    for (size_t i = 0; i < leaves; i++)
        n += LLVMGetTypeKind(leaf[i]) == LLVMIntegerTypeKind
                 ? integers_count(LLVMGetIntTypeWidth(leaf[i]))
                 : 1;
    if (!part) return n;
    LLVMTypeRef *at = *part = integers_room(in, n * sizeof *at);
    for (size_t i = 0; i < leaves; i++) {
        if (LLVMGetTypeKind(leaf[i]) != LLVMIntegerTypeKind) {
            *at++ = leaf[i];
            continue;
        }
        const unsigned bits = LLVMGetIntTypeWidth(leaf[i]);
        for (unsigned k = 0; k < integers_count(bits); k++)
            *at++ = integers_type(in, integers_unit(in, bits));
    }
    return n;
}

// --------------------------------------------------------------------------------------- values

// LLVMConstIntGetZExtValue() is for 64 bits, so they are taken out first.
static LLVMValueRef number_part(struct integers *in, LLVMValueRef number, unsigned unit, unsigned k)
{
    LLVMTypeRef type = LLVMTypeOf(number);
    if (LLVMGetIntTypeWidth(type) > 64) {
        number = LLVMBuildLShr(in->b, number, LLVMConstInt(type, 64ull * k, false), "");
        number = LLVMConstTrunc(number, in->ir->i64);
    }
    return LLVMConstInt(integers_type(in, unit), LLVMConstIntGetZExtValue(number), false);
}

static LLVMValueRef *members_of(struct integers *in, LLVMValueRef value, LLVMValueRef *to)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    for (unsigned i = 0; i < member_count(type); i++) {
        LLVMValueRef m = LLVMIsAConstant(value) ? LLVMGetAggregateElement(value, i)
                                                : LLVMBuildExtractValue(in->b, value, i, "");
        const size_t n = integers_parts(in, member(type, i), NULL);
        memcpy(to, integers_of(in, m), n * sizeof *to);
        to += n;
    }
    return to;
}

LLVMValueRef *integers_of(struct integers *in, LLVMValueRef value)
{
    LLVMValueRef *part = integers_get(&in->map, value);
    if (part) return part;
    LLVMTypeRef type = LLVMTypeOf(value), *types;
    const size_t n = integers_parts(in, type, &types);
    part = integers_room(in, n * sizeof *part);
    const bool plain = integers_plain(in, type);
    const bool expression = LLVMIsAConstantExpr(value);
    if (expression && (!plain || type == in->ir->i1)) {
        return integers_lower(in, value, LLVMGetConstOpcode(value));
    } else if (!aggregate(type) && plain) {
        part[0] = value;
    } else if (LLVMIsAUndefValue(value) || (LLVMIsConstant(value) && LLVMIsNull(value))) {
        for (size_t i = 0; i < n; i++) part[i] = LLVMConstNull(types[i]);
    } else if (LLVMIsAConstantInt(value)) {
        for (unsigned i = 0; i < n; i++)
            part[i] = number_part(in, value, LLVMGetIntTypeWidth(types[i]), i);
    } else if (LLVMIsAConstant(value) || plain) {
        members_of(in, value, part);
    } else {
        ir_refuse(value, "an integer of unusual width comes from where none was expected");
    }
    return part;
}

static LLVMValueRef *whole(struct integers *in, LLVMTypeRef type, LLVMValueRef *part,
                           LLVMValueRef *value)
{
    if (!aggregate(type)) {
        *value = *part;
        return part + 1;
    }
    *value = LLVMGetPoison(type);
    for (unsigned i = 0; i < member_count(type); i++) {
        LLVMValueRef m;
        part = whole(in, member(type, i), part, &m);
        *value = LLVMBuildInsertValue(in->b, *value, m, i, "");
    }
    return part;
}

LLVMValueRef integers_whole(struct integers *in, LLVMTypeRef type, LLVMValueRef *part)
{
    LLVMValueRef value;
    whole(in, type, part, &value);
    return value;
}

LLVMValueRef *integers_one(struct integers *in, LLVMValueRef v)
{
    LLVMValueRef *part = integers_room(in, sizeof *part);
    *part = v;
    return part;
}

struct wide wide_of(struct integers *in, LLVMValueRef value)
{
    const unsigned bits = LLVMGetIntTypeWidth(LLVMTypeOf(value));
    return (struct wide){bits, integers_count(bits), integers_of(in, value)};
}

struct wide wide_new(struct integers *in, unsigned bits)
{
    const unsigned n = integers_count(bits);
    return (struct wide){bits, n, integers_room(in, n * sizeof(LLVMValueRef))};
}

struct wide wide_trim(struct integers *in, struct wide a)
{
    const unsigned unit = integers_unit(in, a.bits), used = a.bits - 64 * (a.count - 1);
    if (used >= unit) return a;
    struct wide r = wide_new(in, a.bits);
    memcpy(r.part, a.part, a.count * sizeof *a.part);
    LLVMValueRef mask = LLVMConstInt(integers_type(in, unit), (1ull << used) - 1, false);
    r.part[a.count - 1] = integers_op(in, LLVMAnd, a.part[a.count - 1], mask);
    return r;
}
