// Shifts of integers held in several limbs.
#include <string.h>

#include "compiler/spirv/integers.h"

// By whole limbs and then by bits, both constant.
static struct wide shift_constant(struct integers *in, LLVMOpcode op, struct wide a, uint64_t by)
{
    struct wide r = wide_new(in, a.bits);
    const int n = (int)a.count, q = (int)(by / 64);
    const unsigned s = by % 64;
    LLVMValueRef fill = integers_u64(in, 0);
    if (op == LLVMAShr) fill = integers_by(in, LLVMAShr, a.part[n - 1], 63);
    for (int i = 0; i < n; i++) {
        // The limb that gives most, and the one past it in the direction the bits come from.
        const int at = op == LLVMShl ? i - q : i + q, past = op == LLVMShl ? at - 1 : at + 1;
        LLVMValueRef v = at >= 0 && at < n ? a.part[at] : fill;
        LLVMValueRef w = past >= 0 && past < n ? a.part[past] : fill;
        if (s) {
            const LLVMOpcode first = op == LLVMShl ? LLVMShl : at == n - 1 ? op : LLVMLShr;
            v = at >= n ? fill : integers_by(in, first, v, s);
            w = integers_by(in, op == LLVMShl ? LLVMLShr : LLVMShl, w, 64 - s);
            if (at < n - 1 || op == LLVMShl) v = integers_op(in, LLVMOr, v, w);
        }
        r.part[i] = v;
    }
    return r;
}

static LLVMValueRef choose(struct integers *in, LLVMValueRef flag, LLVMValueRef a, LLVMValueRef b)
{
    return a == b ? a : LLVMBuildSelect(in->b, flag, a, b, "");
}

static struct wide shift_variable(struct integers *in, LLVMOpcode op, struct wide a,
                                  LLVMValueRef amount)
{
    LLVMValueRef s = integers_by(in, LLVMAnd, amount, 63), rest = integers_by(in, LLVMXor, s, 63);
    const LLVMOpcode back = op == LLVMShl ? LLVMLShr : LLVMShl;
    for (unsigned limbs = 1; limbs < a.count; limbs *= 2) {
        LLVMValueRef bit = integers_by(in, LLVMAnd, amount, 64ull * limbs);
        LLVMValueRef flag = LLVMBuildICmp(in->b, LLVMIntNE, bit, integers_u64(in, 0), "");
        struct wide moved = shift_constant(in, op, a, 64ull * limbs), r = wide_new(in, a.bits);
        for (unsigned i = 0; i < a.count; i++)
            r.part[i] = choose(in, flag, moved.part[i], a.part[i]);
        a = r;
    }
    struct wide r = wide_new(in, a.bits);
    for (unsigned i = 0; i < a.count; i++) {
        const bool left = op == LLVMShl, edge = left ? i == 0 : i + 1 == a.count;
        r.part[i] = integers_op(in, edge || left ? op : LLVMLShr, a.part[i], s);
        if (edge) continue;
        // In two steps, as s may be 0 and a shift by 64 is none.
        LLVMValueRef w = integers_by(in, back, a.part[left ? i - 1 : i + 1], 1);
        r.part[i] = integers_op(in, LLVMOr, r.part[i], integers_op(in, back, w, rest));
    }
    return r;
}

struct wide wide_shift(struct integers *in, LLVMOpcode op, struct wide a, struct wide amount)
{
    if (op == LLVMAShr) {
        struct wide r = wide_new(in, a.bits);
        memcpy(r.part, a.part, a.count * sizeof *a.part);
        r.part[a.count - 1] = wide_sign_part(in, a);
        a = r;
    }
    LLVMValueRef by = amount.part[0];
    if (!LLVMIsAConstantInt(by)) return wide_trim(in, shift_variable(in, op, a, by));
    // Too much of it is poison.
    uint64_t n = LLVMConstIntGetZExtValue(by);
    for (unsigned i = 1; i < amount.count; i++)
        if (!integers_zero(amount.part[i])) n = 0;
    return wide_trim(in, n < a.bits ? shift_constant(in, op, a, n) : a);
}
