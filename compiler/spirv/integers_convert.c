// Integers held in parts to other widths, to and from floating point and vectors, and calls of the runtime.
#include <string.h>

#include "compiler/spirv/integers.h"

// To another legal integer, zero-extended.
static LLVMValueRef fit(struct integers *in, LLVMValueRef v, unsigned unit)
{
    return LLVMBuildIntCast2(in->b, v, integers_type(in, unit), false, "");
}

struct wide wide_resize(struct integers *in, struct wide a, unsigned bits, bool is_signed)
{
    struct wide r = wide_new(in, bits);
    const unsigned unit = integers_unit(in, bits);
    if (bits <= a.bits) is_signed = false;
    if (bits == 1) {
        if (a.bits == 1) return a;
        LLVMValueRef low = integers_by(in, LLVMAnd, a.part[0], 1);
        LLVMValueRef none = LLVMConstNull(LLVMTypeOf(low));
        r.part[0] = LLVMBuildICmp(in->b, LLVMIntNE, low, none, "");
        return r;
    }
    LLVMValueRef fill = integers_u64(in, 0);
    for (unsigned i = 0; i < r.count; i++) {
        if (i >= a.count) {
            r.part[i] = fill;
        } else if (is_signed && i + 1 == a.count) {
            LLVMValueRef v = a.bits == 1 ? a.part[0] : wide_sign_part(in, a);
            r.part[i] = LLVMBuildIntCast2(in->b, v, integers_type(in, unit), true, "");
            if (r.count > 1) fill = integers_by(in, LLVMAShr, r.part[i], 63);
        } else {
            r.part[i] = fit(in, a.part[i], unit);
        }
    }
    return is_signed || bits < a.bits ? wide_trim(in, r) : r;
}

LLVMValueRef integers_call(struct integers *in, const char *name, LLVMTypeRef result,
                           LLVMValueRef *args, unsigned n)
{
    LLVMTypeRef types[4] = {0};
    for (unsigned i = 0; i < n; i++) types[i] = LLVMTypeOf(args[i]);
    LLVMValueRef f = LLVMGetNamedFunction(in->ir->module, name);
    if (!f) f = LLVMAddFunction(in->ir->module, name, LLVMFunctionType(result, types, n, false));
    return LLVMBuildCall2(in->b, LLVMGlobalGetValueType(f), f, args, n, "");
}

static bool is_half(LLVMTypeRef type) { return LLVMGetTypeKind(type) == LLVMHalfTypeKind; }

// The runtime has conversions for float and double only.
static void check_float(struct integers *in, LLVMTypeRef type, unsigned bits)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (bits > 128)
        ir_refuse(in->at, "%u-bit integer to or from floating point: up to 128 bits can be done",
                  bits);
    if (kind != LLVMHalfTypeKind && kind != LLVMFloatTypeKind && kind != LLVMDoubleTypeKind)
        ir_refuse(in->at, "%u-bit integer to or from an unusual floating-point type", bits);
}

LLVMValueRef wide_to_float(struct integers *in, struct wide a, LLVMTypeRef type, bool is_signed)
{
    if (a.bits == 1) a = wide_resize(in, a, 32, is_signed);
    if (a.count == 1) {
        LLVMValueRef v = is_signed ? wide_sign_part(in, a) : a.part[0];
        return LLVMBuildCast(in->b, is_signed ? LLVMSIToFP : LLVMUIToFP, v, type, "");
    }
    check_float(in, type, a.bits);
    a = wide_resize(in, a, 128, is_signed);
    if (is_half(type)) {
        // Rounding twice is right here: what float can't hold exactly is infinite as a half.
        LLVMTypeRef f32 = LLVMFloatTypeInContext(in->ir->context);
        return LLVMBuildFPTrunc(in->b, wide_to_float(in, a, f32, is_signed), type, "");
    }
    const bool is_double = LLVMGetTypeKind(type) == LLVMDoubleTypeKind;
    const char *name = is_signed   ? is_double ? "hc_rt_s128_to_f64" : "hc_rt_s128_to_f32"
                       : is_double ? "hc_rt_u128_to_f64"
                                   : "hc_rt_u128_to_f32";
    return integers_call(in, name, type, a.part, 2);
}

struct wide wide_from_float(struct integers *in, LLVMValueRef a, unsigned bits, bool is_signed)
{
    LLVMTypeRef type = LLVMTypeOf(a);
    if (bits <= 64) {
        struct wide r = wide_new(in, bits == 1 ? 32 : bits);
        LLVMTypeRef to = integers_type(in, integers_unit(in, r.bits));
        r.part[0] = LLVMBuildCast(in->b, is_signed ? LLVMFPToSI : LLVMFPToUI, a, to, "");
        return bits == 1 ? wide_resize(in, r, 1, false) : wide_trim(in, r);
    }
    check_float(in, type, bits);
    LLVMTypeRef pair[2] = {in->ir->i64, in->ir->i64};
    LLVMTypeRef result = LLVMStructTypeInContext(in->ir->context, pair, 2, false);
    a = LLVMBuildFPCast(in->b, a, LLVMDoubleTypeInContext(in->ir->context), "");
    const char *name = is_signed ? "hc_rt_f64_to_s128" : "hc_rt_f64_to_u128";
    LLVMValueRef v = integers_call(in, name, result, &a, 1);
    struct wide r = wide_new(in, 128);
    for (unsigned i = 0; i < 2; i++) r.part[i] = LLVMBuildExtractValue(in->b, v, i, "");
    return wide_resize(in, r, bits, false);
}

// One leaf's bits as an integer, and back.
static struct wide leaf_bits(struct integers *in, LLVMTypeRef type, LLVMValueRef *part)
{
    unsigned bits = integers_width(type);
    if (bits) return (struct wide){bits, integers_count(bits), part};
    bits = (unsigned)LLVMSizeOfTypeInBits(in->ir->layout, type);
    struct wide r = wide_new(in, bits);
    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
        r.part[0] = LLVMBuildPtrToInt(in->b, *part, in->ir->i64, "");
    else if (integers_legal(in, bits))
        r.part[0] = LLVMBuildBitCast(in->b, *part, integers_type(in, bits), "");
    else
        ir_refuse(in->at, "the bits of a floating-point number of %u bits", bits);
    return r;
}

static void bits_leaf(struct integers *in, struct wide from, LLVMTypeRef type, LLVMValueRef *to)
{
    if (integers_width(type))
        memcpy(to, from.part, from.count * sizeof *to);
    else if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
        *to = LLVMBuildIntToPtr(in->b, from.part[0], type, "");
    else if (integers_legal(in, from.bits))
        *to = LLVMBuildBitCast(in->b, from.part[0], type, "");
    else
        ir_refuse(in->at, "a floating-point number of %u bits from its bits", from.bits);
}

LLVMValueRef *integers_recast(struct integers *in, LLVMTypeRef from, LLVMValueRef *part,
                              LLVMTypeRef to)
{
    LLVMTypeRef *leaf;
    const unsigned bits = (unsigned)LLVMSizeOfTypeInBits(in->ir->layout, from);
    size_t n = integers_leaves(in, from, &leaf);
    struct wide all;
    for (size_t i = 0; i < n; i++) {
        const struct wide one = leaf_bits(in, leaf[i], part);
        part += one.count;
        if (n == 1) {
            all = one;
            break;
        }
        const struct wide w = wide_resize(in, one, bits, false);
        const struct wide moved = wide_shift_by(in, LLVMShl, w, (unsigned)i * one.bits);
        all = i ? wide_binary(in, LLVMOr, all, moved) : moved;
    }
    n = integers_leaves(in, to, &leaf);
    LLVMValueRef *r = integers_room(in, integers_parts(in, to, NULL) * sizeof *r), *at = r;
    for (size_t i = 0; i < n; i++) {
        const unsigned each = bits / (unsigned)n;
        const struct wide moved = wide_shift_by(in, LLVMLShr, all, (unsigned)i * each);
        bits_leaf(in, wide_resize(in, moved, each, false), leaf[i], at);
        at += integers_count(each);
    }
    return r;
}

// Of a vector, with a constant index.
LLVMValueRef *integers_element(struct integers *in, LLVMValueRef v, LLVMOpcode op)
{
    const bool insert = op == LLVMInsertElement;
    LLVMValueRef index = LLVMGetOperand(v, insert ? 2 : 1),
                 *from = integers_of(in, LLVMGetOperand(v, 0));
    LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(v, 0));
    const size_t n = integers_parts(in, type, NULL), each = n / LLVMGetVectorSize(type);
    if (!LLVMIsAConstantInt(index)) ir_refuse(v, "a vector's element is chosen by a variable");
    const size_t at = LLVMConstIntGetZExtValue(index) * each;
    if (at >= n) return integers_of(in, LLVMGetPoison(LLVMTypeOf(v)));
    if (!insert) return from + at;
    LLVMValueRef *part = integers_room(in, n * sizeof *part);
    memcpy(part, from, n * sizeof *part);
    memcpy(part + at, integers_of(in, LLVMGetOperand(v, 1)), each * sizeof *part);
    return part;
}

LLVMValueRef *integers_shuffle(struct integers *in, LLVMValueRef v)
{
    LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(v, 0));
    const size_t old = LLVMGetVectorSize(type), each = integers_parts(in, type, NULL) / old;
    const unsigned n = LLVMGetNumMaskElements(v);
    LLVMValueRef *a = integers_of(in, LLVMGetOperand(v, 0)),
                 *b = integers_of(in, LLVMGetOperand(v, 1));
    LLVMValueRef *part = integers_room(in, n * each * sizeof *part);
    for (unsigned i = 0; i < n; i++) {
        const int k = LLVMGetMaskValue(v, i);  // below 0: any
        const size_t at = k < 0 ? 0 : (size_t)k;
        memcpy(part + i * each, at < old ? a + at * each : b + (at - old) * each,
               each * sizeof *part);
    }
    return part;
}

LLVMValueRef *integers_cast(struct integers *in, LLVMValueRef v, LLVMOpcode op)
{
    LLVMValueRef x = LLVMGetOperand(v, 0), p;
    LLVMTypeRef to = LLVMTypeOf(v);
    const unsigned bits = integers_width(to);
    switch (op) {
    case LLVMZExt:
    case LLVMTrunc: return wide_resize(in, wide_of(in, x), bits, false).part;
    case LLVMSExt: return wide_resize(in, wide_of(in, x), bits, true).part;
    case LLVMUIToFP:
    case LLVMSIToFP:
        return integers_one(in, wide_to_float(in, wide_of(in, x), to, op == LLVMSIToFP));
    case LLVMFPToUI:
    case LLVMFPToSI: return wide_from_float(in, x, bits, op == LLVMFPToSI).part;
    case LLVMPtrToInt:
        p = LLVMBuildPtrToInt(in->b, x, in->ir->i64, "");
        return wide_resize(in, (struct wide){64, 1, &p}, bits, false).part;
    case LLVMIntToPtr:
        p = wide_resize(in, wide_of(in, x), 64, false).part[0];
        return integers_one(in, LLVMBuildIntToPtr(in->b, p, to, ""));
    default: return integers_recast(in, LLVMTypeOf(x), integers_of(in, x), to);
    }
}
