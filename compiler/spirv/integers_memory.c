// Loads and stores of integers held in parts, in pieces that the memory's alignment allows; addresses.
#include <stdio.h>
#include <string.h>

#include "compiler/spirv/integers.h"

struct place {
    LLVMValueRef pointer;
    uint64_t at;     // bytes on from there
    unsigned align;  // of the pointer
    bool is_volatile;
};

static LLVMValueRef address(struct integers *in, struct place p)
{
    LLVMValueRef by = integers_u64(in, p.at);
    return p.at ? LLVMBuildInBoundsGEP2(in->b, in->ir->i8, p.pointer, &by, 1, "") : p.pointer;
}

static unsigned alignment(struct place p)
{
    const uint64_t lowest = p.at & -p.at;
    return p.at && lowest < p.align ? (unsigned)lowest : p.align;
}

// The largest power of two that fits what is left and is aligned.
static unsigned piece_size(struct place p, unsigned left)
{
    unsigned size = 8;
    while (size > left || size > alignment(p)) size /= 2;
    return size;
}

static LLVMValueRef load_plain(struct integers *in, LLVMTypeRef type, struct place p)
{
    LLVMValueRef v = LLVMBuildLoad2(in->b, type, address(in, p), "");
    LLVMSetAlignment(v, alignment(p));
    LLVMSetVolatile(v, p.is_volatile);
    return v;
}

static void store_plain(struct integers *in, LLVMValueRef value, struct place p)
{
    LLVMValueRef s = LLVMBuildStore(in->b, value, address(in, p));
    LLVMSetAlignment(s, alignment(p));
    LLVMSetVolatile(s, p.is_volatile);
}

// What stands in for memory accesses of a width that the device lacks.
static LLVMValueRef access_function(struct integers *in, const char *what, unsigned size,
                                    LLVMValueRef pointer, LLVMTypeRef *type)
{
    char name[64];
    const unsigned space = LLVMGetPointerAddressSpace(LLVMTypeOf(pointer));
    const bool loads = !strcmp(what, "load");
    // Other lanes may write to the word around at the same time.
    if (space == IR_SHARED)
        ir_refuse(
            pointer,
            "%u-bit integers in workgroup memory: a device without them has none there either; use uint32_t",
            8 * size);
    snprintf(name, sizeof name, space ? "hc_spirv_%s%u_s%u" : "hc_spirv_%s%u", what, 8 * size,
             space);
    LLVMTypeRef params[2] = {LLVMTypeOf(pointer), in->ir->i32};
    *type = loads ? LLVMFunctionType(in->ir->i32, params, 1, false)
                  : LLVMFunctionType(in->ir->none, params, 2, false);
    LLVMValueRef f = LLVMGetNamedFunction(in->ir->module, name);
    return f ? f : LLVMAddFunction(in->ir->module, name, *type);
}

// Adds the bytes that a step of an address with constant indices goes on; false: they aren't.
static bool constant_step(struct integers *in, LLVMValueRef gep, uint64_t *at)
{
    LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
    for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(gep); i++) {
        LLVMValueRef index = LLVMGetOperand(gep, i);
        if (!LLVMIsAConstantInt(index)) return false;
        if (i > 1 && LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            const unsigned k = (unsigned)LLVMConstIntGetZExtValue(index);
            *at += LLVMOffsetOfElement(in->ir->layout, type, k);
            type = LLVMStructGetTypeAtIndex(type, k);
            continue;
        }
        if (i > 1) type = LLVMGetElementType(type);
        *at += LLVMABISizeOfType(in->ir->layout, type) * (uint64_t)LLVMConstIntGetSExtValue(index);
    }
    return true;
}

// Of the push constants, whole words of which can always be read: from the word around, if it is known which.
static LLVMValueRef load_push(struct integers *in, unsigned size, struct place p)
{
    uint64_t at = p.at;
    LLVMValueRef base = p.pointer;
    if (LLVMGetPointerAddressSpace(LLVMTypeOf(base)) != IR_PUSH) return NULL;
    for (; !LLVMIsAGlobalVariable(base); base = LLVMGetOperand(base, 0)) {
        const bool expression =
            LLVMIsAConstantExpr(base) && LLVMGetConstOpcode(base) == LLVMGetElementPtr;
        if (!expression && !LLVMIsAGetElementPtrInst(base)) return NULL;
        if (!constant_step(in, base, &at)) return NULL;
    }
    const struct place word = {base, at & ~3ull, 4, p.is_volatile};
    LLVMValueRef v = integers_by(in, LLVMLShr, load_plain(in, in->ir->i32, word), 8 * (at & 3));
    return integers_by(in, LLVMAnd, v, (1u << 8 * size) - 1);
}

static LLVMValueRef load_piece(struct integers *in, unsigned size, struct place p)
{
    if (integers_legal(in, 8 * size)) return load_plain(in, integers_type(in, 8 * size), p);
    LLVMTypeRef type;
    LLVMValueRef v = load_push(in, size, p);
    if (v) return v;
    LLVMValueRef at = address(in, p), f = access_function(in, "load", size, at, &type);
    return LLVMBuildCall2(in->b, type, f, &at, 1, "");
}

static void store_piece(struct integers *in, LLVMValueRef value, unsigned size, struct place p)
{
    if (integers_legal(in, 8 * size)) {
        LLVMTypeRef to = integers_type(in, 8 * size);
        store_plain(in, LLVMBuildIntCast2(in->b, value, to, false, ""), p);
        return;
    }
    LLVMTypeRef type;
    LLVMValueRef at = address(in, p), f = access_function(in, "store", size, at, &type);
    value = LLVMBuildIntCast2(in->b, value, in->ir->i32, false, "");
    LLVMBuildCall2(in->b, type, f, (LLVMValueRef[]){at, value}, 2, "");
}

// In memory an i1 is a byte.
static struct wide load_wide(struct integers *in, unsigned bits, struct place p)
{
    if (bits == 1) return wide_resize(in, load_wide(in, 8, p), 1, false);
    struct wide r = wide_new(in, bits);
    LLVMTypeRef type = integers_type(in, integers_unit(in, bits));
    for (unsigned i = 0; i < r.count; i++) r.part[i] = LLVMConstNull(type);
    const unsigned bytes = (bits + 7) / 8;
    for (unsigned at = 0, size; at < bytes; at += size, p.at += size) {
        size = piece_size(p, bytes - at);
        LLVMValueRef v = load_piece(in, size, p), *to = &r.part[at / 8];
        v = integers_by(in, LLVMShl, LLVMBuildIntCast2(in->b, v, type, false, ""), 8 * (at % 8));
        *to = integers_op(in, LLVMOr, *to, v);
    }
    return bits % 8 ? wide_trim(in, r) : r;
}

static void store_wide(struct integers *in, struct wide a, struct place p)
{
    if (a.bits == 1) a = wide_resize(in, a, 8, false);
    const unsigned bytes = (a.bits + 7) / 8;
    for (unsigned at = 0, size; at < bytes; at += size, p.at += size) {
        size = piece_size(p, bytes - at);
        store_piece(in, integers_by(in, LLVMLShr, a.part[at / 8], 8 * (at % 8)), size, p);
    }
}

// Vectors have no gaps in memory, not even between bits.
static bool packed(struct integers *in, LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind &&
           LLVMSizeOfTypeInBits(in->ir->layout, LLVMGetElementType(type)) % 8;
}

// Where the leaves of a type lie, in their order.
static uint64_t *leaf_offsets(struct integers *in, LLVMTypeRef type, uint64_t base, uint64_t *to)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (kind == LLVMStructTypeKind) {
        for (unsigned i = 0; i < LLVMCountStructElementTypes(type); i++)
            to = leaf_offsets(in, LLVMStructGetTypeAtIndex(type, i),
                              base + LLVMOffsetOfElement(in->ir->layout, type, i), to);
        return to;
    }
    if (kind == LLVMArrayTypeKind || kind == LLVMVectorTypeKind) {
        LLVMTypeRef element = LLVMGetElementType(type);
        const bool array = kind == LLVMArrayTypeKind;
        const uint64_t n = array ? LLVMGetArrayLength2(type) : LLVMGetVectorSize(type);
        const uint64_t size = array ? LLVMABISizeOfType(in->ir->layout, element)
                                    : LLVMSizeOfTypeInBits(in->ir->layout, element) / 8;
        if (!array && packed(in, type)) ir_refuse(in->at, "an unusual vector within another type");
        for (uint64_t i = 0; i < n; i++) to = leaf_offsets(in, element, base + i * size, to);
        return to;
    }
    *to = base;
    return to + 1;
}

static LLVMValueRef *load_leaves(struct integers *in, LLVMTypeRef type, struct place p)
{
    LLVMTypeRef *leaf;
    const size_t n = integers_leaves(in, type, &leaf);
    uint64_t *offset = integers_room(in, n * sizeof *offset);
    leaf_offsets(in, type, p.at, offset);
    LLVMValueRef *part = integers_room(in, integers_parts(in, type, NULL) * sizeof *part),
                 *to = part;
    for (size_t i = 0; i < n; i++) {
        p.at = offset[i];
        if (LLVMGetTypeKind(leaf[i]) != LLVMIntegerTypeKind) {
            *to++ = load_plain(in, leaf[i], p);
            continue;
        }
        struct wide w = load_wide(in, LLVMGetIntTypeWidth(leaf[i]), p);
        memcpy(to, w.part, w.count * sizeof *to);
        to += w.count;
    }
    return part;
}

static void store_leaves(struct integers *in, LLVMTypeRef type, LLVMValueRef *part, struct place p)
{
    LLVMTypeRef *leaf;
    const size_t n = integers_leaves(in, type, &leaf);
    uint64_t *offset = integers_room(in, n * sizeof *offset);
    leaf_offsets(in, type, p.at, offset);
    for (size_t i = 0; i < n; i++) {
        p.at = offset[i];
        if (LLVMGetTypeKind(leaf[i]) != LLVMIntegerTypeKind) {
            store_plain(in, *part++, p);
            continue;
        }
        const unsigned bits = LLVMGetIntTypeWidth(leaf[i]), count = integers_count(bits);
        store_wide(in, (struct wide){bits, count, part}, p);
        part += count;
    }
}

LLVMValueRef *integers_lower_load(struct integers *in, LLVMValueRef v)
{
    LLVMTypeRef type = LLVMTypeOf(v);
    const struct place p = {LLVMGetOperand(v, 0), 0, LLVMGetAlignment(v), LLVMGetVolatile(v)};
    if (LLVMGetOrdering(v) != LLVMAtomicOrderingNotAtomic)
        ir_refuse(v, "atomic load of more than 64 bits");
    if (!packed(in, type)) return load_leaves(in, type, p);
    const unsigned bits = (unsigned)LLVMSizeOfTypeInBits(in->ir->layout, type);
    return integers_recast(in, integers_type(in, bits), load_wide(in, bits, p).part, type);
}

void integers_lower_store(struct integers *in, LLVMValueRef v)
{
    LLVMValueRef value = LLVMGetOperand(v, 0), *part = integers_of(in, value);
    LLVMTypeRef type = LLVMTypeOf(value);
    const struct place p = {LLVMGetOperand(v, 1), 0, LLVMGetAlignment(v), LLVMGetVolatile(v)};
    if (LLVMGetOrdering(v) != LLVMAtomicOrderingNotAtomic)
        ir_refuse(v, "atomic store of more than 64 bits");
    if (packed(in, type)) {
        LLVMTypeRef all = integers_type(in, (unsigned)LLVMSizeOfTypeInBits(in->ir->layout, type));
        part = integers_recast(in, type, part, all);
        type = all;
    }
    store_leaves(in, type, part, p);
}

// Indices are signed.
LLVMValueRef *integers_gep(struct integers *in, LLVMValueRef v)
{
    const unsigned n = (unsigned)LLVMGetNumOperands(v) - 1;
    LLVMValueRef *index = integers_room(in, n * sizeof *index);
    for (unsigned i = 0; i < n; i++) {
        index[i] = LLVMGetOperand(v, i + 1);
        if (integers_plain(in, LLVMTypeOf(index[i]))) continue;
        index[i] = wide_resize(in, wide_of(in, index[i]), 64, true).part[0];
    }
    LLVMValueRef r =
        LLVMBuildGEPWithNoWrapFlags(in->b, LLVMGetGEPSourceElementType(v), LLVMGetOperand(v, 0),
                                    index, n, "", LLVMGEPGetNoWrapFlags(v));
    return integers_one(in, r);
}
