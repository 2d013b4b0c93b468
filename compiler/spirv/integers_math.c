// Arithmetic, shifts and comparisons of integers held in parts.
#include <string.h>

#include "compiler/spirv/integers.h"

bool integers_zero(LLVMValueRef v) { return LLVMIsConstant(v) && LLVMIsNull(v); }

LLVMValueRef integers_op(struct integers *in, LLVMOpcode op, LLVMValueRef a, LLVMValueRef b)
{
    switch (op) {
    case LLVMAdd:
    case LLVMOr:
    case LLVMXor:
        if (integers_zero(a)) return b;
        if (integers_zero(b)) return a;
        break;
    case LLVMAnd:
    case LLVMMul:
        if (integers_zero(a) || integers_zero(b)) return LLVMConstNull(LLVMTypeOf(a));
        break;
    case LLVMSub:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
        if (integers_zero(a) && op != LLVMSub) return a;
        if (integers_zero(b)) return a;
        break;
    default: break;
    }
    return LLVMBuildBinOp(in->b, op, a, b, "");
}

static LLVMValueRef same(LLVMValueRef like, uint64_t value)
{
    return LLVMConstInt(LLVMTypeOf(like), value, false);
}

LLVMValueRef integers_by(struct integers *in, LLVMOpcode op, LLVMValueRef a, uint64_t amount)
{
    return integers_op(in, op, a, same(a, amount));
}

LLVMValueRef integers_u64(struct integers *in, uint64_t value)
{
    return LLVMConstInt(in->ir->i64, value, false);
}

// Bits of the highest part's unit that lie above N.
static unsigned spare(struct integers *in, struct wide a)
{
    return integers_unit(in, a.bits) - (a.bits - 64 * (a.count - 1));
}

LLVMValueRef wide_sign_part(struct integers *in, struct wide a)
{
    LLVMValueRef v = integers_by(in, LLVMShl, a.part[a.count - 1], spare(in, a));
    return integers_by(in, LLVMAShr, v, spare(in, a));
}

// ------------------------------------------------------------------------------- add, sub, mul

// a + b + carry or a - b - carry; carry: i1 in and out, NULL: none.
static LLVMValueRef with_carry(struct integers *in, LLVMOpcode op, LLVMValueRef a, LLVMValueRef b,
                               LLVMValueRef *carry, bool last)
{
    LLVMValueRef sum = integers_op(in, op, a, b), over = NULL;
    const bool less = op == LLVMSub;
    if (!last && !integers_zero(b) && (less || !integers_zero(a)))
        over = LLVMBuildICmp(in->b, LLVMIntULT, less ? a : sum, less ? b : a, "");
    if (!*carry) {
        *carry = over;
        return sum;
    }
    LLVMValueRef c = LLVMBuildZExt(in->b, *carry, LLVMTypeOf(a), "");
    LLVMValueRef all = integers_op(in, op, sum, c);
    if (last) return all;
    LLVMValueRef again = LLVMBuildICmp(in->b, LLVMIntULT, less ? sum : all, less ? c : sum, "");
    *carry = over ? LLVMBuildOr(in->b, over, again, "") : again;
    return all;
}

static struct wide add_or_sub(struct integers *in, LLVMOpcode op, struct wide a, struct wide b)
{
    struct wide r = wide_new(in, a.bits);
    LLVMValueRef carry = NULL;
    for (unsigned i = 0; i < a.count; i++)
        r.part[i] = with_carry(in, op, a.part[i], b.part[i], &carry, i + 1 == a.count);
    return wide_trim(in, r);
}

// The high half of a 64-bit product, from 32-bit halves.
static LLVMValueRef high_product(struct integers *in, LLVMValueRef a, LLVMValueRef b)
{
    if (integers_zero(a) || integers_zero(b)) return integers_u64(in, 0);
    LLVMValueRef low = integers_u64(in, 0xffffffff);
    LLVMValueRef a0 = integers_op(in, LLVMAnd, a, low), a1 = integers_by(in, LLVMLShr, a, 32);
    LLVMValueRef b0 = integers_op(in, LLVMAnd, b, low), b1 = integers_by(in, LLVMLShr, b, 32);
    // None of these sums wraps: (2^32-1)^2 + 2 (2^32-1) = 2^64-1.
    LLVMValueRef middle = integers_by(in, LLVMLShr, integers_op(in, LLVMMul, a0, b0), 32);
    middle = integers_op(in, LLVMAdd, middle, integers_op(in, LLVMMul, a1, b0));
    LLVMValueRef other = integers_op(in, LLVMAnd, middle, low);
    other = integers_op(in, LLVMAdd, other, integers_op(in, LLVMMul, a0, b1));
    LLVMValueRef high = integers_op(in, LLVMMul, a1, b1);
    high = integers_op(in, LLVMAdd, high, integers_by(in, LLVMLShr, middle, 32));
    return integers_op(in, LLVMAdd, high, integers_by(in, LLVMLShr, other, 32));
}

// Adds to the limbs from `at` on.
static void add_at(struct integers *in, struct wide r, unsigned at, LLVMValueRef v)
{
    LLVMValueRef carry = NULL;
    if (integers_zero(v)) return;
    for (unsigned i = at; i < r.count; i++) {
        if (i > at && !carry) return;
        r.part[i] = with_carry(in, LLVMAdd, r.part[i], i == at ? v : integers_u64(in, 0), &carry,
                               i + 1 == r.count);
    }
}

static struct wide wide_multiply(struct integers *in, struct wide a, struct wide b)
{
    struct wide r = wide_new(in, a.bits);
    for (unsigned i = 0; i < r.count; i++) r.part[i] = integers_u64(in, 0);
    for (unsigned i = 0; i < r.count; i++)
        for (unsigned k = 0; i + k < r.count; k++) {
            add_at(in, r, i + k, integers_op(in, LLVMMul, a.part[i], b.part[k]));
            if (i + k + 1 < r.count)
                add_at(in, r, i + k + 1, high_product(in, a.part[i], b.part[k]));
        }
    return wide_trim(in, r);
}

// ----------------------------------------------------------------------------------- the others

static struct wide divide_by_call(struct integers *in, LLVMOpcode op, struct wide a, struct wide b)
{
    const bool is_signed = op == LLVMSDiv || op == LLVMSRem;
    const char *name = op == LLVMUDiv   ? "hc_rt_udiv128"
                       : op == LLVMSDiv ? "hc_rt_sdiv128"
                       : op == LLVMURem ? "hc_rt_urem128"
                                        : "hc_rt_srem128";
    if (a.bits > 128)
        ir_refuse(in->at, "division of %u-bit integers: up to 128 bits can be done", a.bits);
    struct wide x = wide_resize(in, a, 128, is_signed), y = wide_resize(in, b, 128, is_signed), r;
    LLVMValueRef args[4] = {x.part[0], x.part[1], y.part[0], y.part[1]};
    LLVMTypeRef pair[2] = {in->ir->i64, in->ir->i64};
    LLVMTypeRef result = LLVMStructTypeInContext(in->ir->context, pair, 2, false);
    LLVMValueRef v = integers_call(in, name, result, args, 4);
    r = wide_new(in, 128);
    for (unsigned i = 0; i < 2; i++) r.part[i] = LLVMBuildExtractValue(in->b, v, i, "");
    return wide_resize(in, r, a.bits, false);
}

// On one part.
static struct wide narrow_binary(struct integers *in, LLVMOpcode op, struct wide a, struct wide b)
{
    struct wide r = wide_new(in, a.bits);
    LLVMValueRef x = a.part[0], y = b.part[0];
    const bool shift = op == LLVMShl || op == LLVMLShr || op == LLVMAShr;
    if (op == LLVMAShr || op == LLVMSDiv || op == LLVMSRem) x = wide_sign_part(in, a);
    if (op == LLVMSDiv || op == LLVMSRem) y = wide_sign_part(in, b);
    // A constant shift by N or more is poison, but N may be less than the unit has.
    if (shift && LLVMIsAConstantInt(y) && LLVMConstIntGetZExtValue(y) >= a.bits) y = same(y, 0);
    r.part[0] = integers_op(in, op, x, y);
    return wide_trim(in, r);
}

// On i1, where only a shift by 0 and a division by 1 mean something.
static struct wide bit_binary(struct integers *in, LLVMOpcode op, struct wide a, struct wide b)
{
    struct wide r = wide_new(in, 1);
    switch (op) {
    case LLVMAdd:
    case LLVMSub: op = LLVMXor; break;
    case LLVMMul: op = LLVMAnd; break;
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor: break;
    case LLVMURem:
    case LLVMSRem: r.part[0] = LLVMConstNull(in->ir->i1); return r;
    default: return a;
    }
    r.part[0] = integers_op(in, op, a.part[0], b.part[0]);
    return r;
}

struct wide wide_binary(struct integers *in, LLVMOpcode op, struct wide a, struct wide b)
{
    if (a.bits == 1) return bit_binary(in, op, a, b);
    if (a.count == 1) return narrow_binary(in, op, a, b);
    switch (op) {
    case LLVMAdd:
    case LLVMSub: return add_or_sub(in, op, a, b);
    case LLVMMul: return wide_multiply(in, a, b);
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr: return wide_shift(in, op, a, b);
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor: break;
    default: return divide_by_call(in, op, a, b);
    }
    struct wide r = wide_new(in, a.bits);
    for (unsigned i = 0; i < a.count; i++) r.part[i] = integers_op(in, op, a.part[i], b.part[i]);
    return r;
}

struct wide wide_shift_by(struct integers *in, LLVMOpcode op, struct wide a, unsigned by)
{
    struct wide amount = wide_new(in, a.bits);
    LLVMTypeRef unit = LLVMTypeOf(a.part[0]);
    for (unsigned i = 0; i < a.count; i++) amount.part[i] = LLVMConstInt(unit, i ? 0 : by, false);
    return by ? wide_binary(in, op, a, amount) : a;
}

static LLVMValueRef compare_bits(struct integers *in, LLVMIntPredicate predicate, LLVMValueRef a,
                                 LLVMValueRef b)
{
    switch (predicate) {
    // Signed, true is -1.
    case LLVMIntUGT:
    case LLVMIntSLT: return LLVMBuildAnd(in->b, a, LLVMBuildNot(in->b, b, ""), "");
    case LLVMIntULT:
    case LLVMIntSGT: return LLVMBuildAnd(in->b, LLVMBuildNot(in->b, a, ""), b, "");
    case LLVMIntUGE:
    case LLVMIntSLE: return LLVMBuildOr(in->b, a, LLVMBuildNot(in->b, b, ""), "");
    case LLVMIntULE:
    case LLVMIntSGE: return LLVMBuildOr(in->b, LLVMBuildNot(in->b, a, ""), b, "");
    default: return LLVMBuildICmp(in->b, predicate, a, b, "");
    }
}

LLVMValueRef wide_compare(struct integers *in, LLVMIntPredicate predicate, struct wide a,
                          struct wide b)
{
    if (a.bits == 1) return compare_bits(in, predicate, a.part[0], b.part[0]);
    if (predicate == LLVMIntEQ || predicate == LLVMIntNE) {
        if (a.count == 1) return LLVMBuildICmp(in->b, predicate, a.part[0], b.part[0], "");
        LLVMValueRef differ = integers_u64(in, 0);
        for (unsigned i = 0; i < a.count; i++)
            differ =
                integers_op(in, LLVMOr, differ, integers_op(in, LLVMXor, a.part[i], b.part[i]));
        return LLVMBuildICmp(in->b, predicate, differ, integers_u64(in, 0), "");
    }
    // Signs to the top of the highest part; the order stays.
    const bool is_signed = predicate >= LLVMIntSGT;
    const unsigned top = a.count - 1, up = is_signed ? spare(in, a) : 0;
    LLVMValueRef x = integers_by(in, LLVMShl, a.part[top], up),
                 y = integers_by(in, LLVMShl, b.part[top], up);
    LLVMValueRef r = LLVMBuildICmp(in->b, predicate, x, y, "");
    if (a.count == 1) return r;
    // With the limbs below, that have no sign, it is their order that counts if those above are equal.
    const LLVMIntPredicate low = !is_signed                ? predicate
                                 : predicate == LLVMIntSGT ? LLVMIntUGT
                                 : predicate == LLVMIntSGE ? LLVMIntUGE
                                 : predicate == LLVMIntSLT ? LLVMIntULT
                                                           : LLVMIntULE;
    LLVMValueRef below = LLVMBuildICmp(in->b, low, a.part[0], b.part[0], "");
    for (unsigned i = 1; i <= top; i++) {
        LLVMValueRef u = a.part[i], w = b.part[i];
        LLVMValueRef equal = LLVMBuildICmp(in->b, LLVMIntEQ, u, w, "");
        LLVMValueRef order = i == top ? r : LLVMBuildICmp(in->b, low, u, w, "");
        below = LLVMBuildSelect(in->b, equal, below, order, "");
    }
    return below;
}
