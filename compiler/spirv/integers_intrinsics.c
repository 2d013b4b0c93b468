// Intrinsics on integers as plain instructions of the same width, or of others as suits; what no device has of
// those widths is for the rest of the pass.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/integers.h"

#define OP(name, p, q) LLVMBuild##name(i->b, p, q, "")
#define CMP(predicate, p, q) LLVMBuildICmp(i->b, LLVMInt##predicate, p, q, "")
#define SELECT(flag, p, q) LLVMBuildSelect(i->b, flag, p, q, "")

LLVMValueRef integers_number(const struct intrinsic *i, uint64_t value)
{
    return LLVMConstInt(i->type, value, false);
}

static LLVMValueRef shift_by(struct intrinsic *i, LLVMOpcode op, LLVMValueRef a, unsigned by)
{
    return by ? LLVMBuildBinOp(i->b, op, a, integers_number(i, by), "") : a;
}

static LLVMValueRef negative(struct intrinsic *i, LLVMValueRef a)
{
    return CMP(SLT, a, integers_number(i, 0));
}

// What a signed result that doesn't fit becomes: the lowest number if a < 0, the highest if not.
static LLVMValueRef limit_like(struct intrinsic *i, LLVMValueRef a)
{
    LLVMValueRef most = LLVMConstAllOnes(i->type);
    most = shift_by(i, LLVMLShr, most, 1);
    if (i->bits == 1) most = integers_number(i, 0);
    return OP(Xor, shift_by(i, LLVMAShr, a, i->bits - 1), most);
}

static LLVMValueRef umin(struct intrinsic *i) { return SELECT(CMP(ULT, i->x, i->y), i->x, i->y); }
static LLVMValueRef umax(struct intrinsic *i) { return SELECT(CMP(UGT, i->x, i->y), i->x, i->y); }
static LLVMValueRef smin(struct intrinsic *i) { return SELECT(CMP(SLT, i->x, i->y), i->x, i->y); }
static LLVMValueRef smax(struct intrinsic *i) { return SELECT(CMP(SGT, i->x, i->y), i->x, i->y); }

static LLVMValueRef absolute(struct intrinsic *i)
{
    return SELECT(negative(i, i->x), OP(Sub, integers_number(i, 0), i->x), i->x);
}

// ------------------------------------------------------------------------------------- overflow

static LLVMValueRef add_over(struct intrinsic *i, bool is_signed, LLVMValueRef *sum)
{
    *sum = OP(Add, i->x, i->y);
    if (!is_signed) return CMP(ULT, *sum, i->x);
    return negative(i, OP(And, OP(Xor, i->x, *sum), OP(Xor, i->y, *sum)));
}

static LLVMValueRef sub_over(struct intrinsic *i, bool is_signed, LLVMValueRef *difference)
{
    *difference = OP(Sub, i->x, i->y);
    if (!is_signed) return CMP(ULT, i->x, i->y);
    return negative(i, OP(And, OP(Xor, i->x, i->y), OP(Xor, i->x, *difference)));
}

static LLVMValueRef mul_over(struct intrinsic *i, bool is_signed, LLVMValueRef *product)
{
    LLVMTypeRef wide = LLVMIntTypeInContext(i->ir->context, 2 * i->bits);
    LLVMValueRef x = LLVMBuildIntCast2(i->b, i->x, wide, is_signed, "");
    LLVMValueRef y = LLVMBuildIntCast2(i->b, i->y, wide, is_signed, "");
    LLVMValueRef all = OP(Mul, x, y), high = OP(LShr, all, LLVMConstInt(wide, i->bits, false));
    *product = LLVMBuildTrunc(i->b, all, i->type, "");
    high = LLVMBuildTrunc(i->b, high, i->type, "");
    return CMP(NE, high,
               is_signed ? shift_by(i, LLVMAShr, *product, i->bits - 1) : integers_number(i, 0));
}

// The members of the structure go to where they are taken out of it.
static LLVMValueRef pair(struct intrinsic *i, LLVMValueRef value, LLVMValueRef over)
{
    for (LLVMUseRef u = LLVMGetFirstUse(i->call), next; u; u = next) {
        next = LLVMGetNextUse(u);
        LLVMValueRef user = LLVMGetUser(u);
        if (LLVMIsAExtractValueInst(user))
            LLVMReplaceAllUsesWith(user, LLVMGetIndices(user)[0] ? over : value);
    }
    LLVMValueRef r = LLVMBuildInsertValue(i->b, LLVMGetPoison(LLVMTypeOf(i->call)), value, 0, "");
    return LLVMBuildInsertValue(i->b, r, over, 1, "");
}

#define WITH_OVERFLOW(name, how, is_signed)              \
    static LLVMValueRef name##_over(struct intrinsic *i) \
    {                                                    \
        LLVMValueRef value, over;                        \
        over = how##_over(i, is_signed, &value);         \
        return pair(i, value, over);                     \
    }
WITH_OVERFLOW(uadd, add, false)
WITH_OVERFLOW(sadd, add, true)
WITH_OVERFLOW(usub, sub, false)
WITH_OVERFLOW(ssub, sub, true)
WITH_OVERFLOW(umul, mul, false)
WITH_OVERFLOW(smul, mul, true)

static LLVMValueRef uadd_sat(struct intrinsic *i)
{
    LLVMValueRef sum, over = add_over(i, false, &sum);
    return SELECT(over, LLVMConstAllOnes(i->type), sum);
}

static LLVMValueRef usub_sat(struct intrinsic *i)
{
    LLVMValueRef difference, over = sub_over(i, false, &difference);
    return SELECT(over, integers_number(i, 0), difference);
}

static LLVMValueRef sadd_sat(struct intrinsic *i)
{
    LLVMValueRef sum, over = add_over(i, true, &sum);
    return SELECT(over, limit_like(i, i->x), sum);
}

static LLVMValueRef ssub_sat(struct intrinsic *i)
{
    LLVMValueRef difference, over = sub_over(i, true, &difference);
    return SELECT(over, limit_like(i, i->x), difference);
}

static LLVMValueRef ushl_sat(struct intrinsic *i)
{
    LLVMValueRef r = OP(Shl, i->x, i->y);
    return SELECT(CMP(EQ, OP(LShr, r, i->y), i->x), r, LLVMConstAllOnes(i->type));
}

static LLVMValueRef sshl_sat(struct intrinsic *i)
{
    LLVMValueRef r = OP(Shl, i->x, i->y);
    return SELECT(CMP(EQ, OP(AShr, r, i->y), i->x), r, limit_like(i, i->x));
}

// -------------------------------------------------------------------------------- the others

// -1, 0 or 1, of the call's type.
static LLVMValueRef three_way(struct intrinsic *i, bool is_signed)
{
    LLVMTypeRef to = LLVMTypeOf(i->call);
    LLVMValueRef more = is_signed ? CMP(SGT, i->x, i->y) : CMP(UGT, i->x, i->y);
    LLVMValueRef less = is_signed ? CMP(SLT, i->x, i->y) : CMP(ULT, i->x, i->y);
    return SELECT(more, LLVMConstInt(to, 1, false), LLVMBuildSExt(i->b, less, to, ""));
}
static LLVMValueRef ucmp(struct intrinsic *i) { return three_way(i, false); }
static LLVMValueRef scmp(struct intrinsic *i) { return three_way(i, true); }

// N bits of x:y, from the top after a shift to the left or from the bottom after one to the right.
static LLVMValueRef funnel(struct intrinsic *i, bool left)
{
    LLVMValueRef by = LLVMGetOperand(i->call, 2), n = integers_number(i, i->bits), r;
    const LLVMOpcode there = left ? LLVMShl : LLVMLShr, back = left ? LLVMLShr : LLVMShl;
    LLVMValueRef stays = left ? i->x : i->y, comes = left ? i->y : i->x;
    const bool power = !(i->bits & (i->bits - 1));
    if (i->bits == 1) return stays;
    if (LLVMIsAConstantInt(by) || !power)
        by = OP(URem, by, n);
    else
        by = OP(And, by, integers_number(i, i->bits - 1));
    if (LLVMIsAConstantInt(by)) {
        const unsigned s = (unsigned)LLVMConstIntGetZExtValue(by);
        if (!s) return stays;
        r = shift_by(i, back, comes, i->bits - s);
        return OP(Or, shift_by(i, there, stays, s), r);
    }
    // In two steps, as N - 0 is no shift.
    LLVMValueRef rest = OP(Sub, integers_number(i, i->bits - 1), by);
    r = LLVMBuildBinOp(i->b, back, shift_by(i, back, comes, 1), rest, "");
    return OP(Or, LLVMBuildBinOp(i->b, there, stays, by, ""), r);
}
static LLVMValueRef fshl(struct intrinsic *i) { return funnel(i, true); }
static LLVMValueRef fshr(struct intrinsic *i) { return funnel(i, false); }

// By an offset: the pointer stays one into the same object.
static LLVMValueRef ptrmask(struct intrinsic *i)
{
    LLVMTypeRef type = LLVMTypeOf(i->y);
    LLVMValueRef at = LLVMBuildPtrToInt(i->b, i->x, type, "");
    LLVMValueRef by = OP(Sub, OP(And, at, i->y), at);
    return LLVMBuildGEP2(i->b, i->ir->i8, i->x, &by, 1, "");
}

static LLVMValueRef is_constant(struct intrinsic *i) { return LLVMConstInt(i->ir->i1, 0, false); }
static LLVMValueRef first(struct intrinsic *i) { return i->x; }

static LLVMValueRef object_size(struct intrinsic *i)
{
    const bool least = LLVMConstIntGetZExtValue(i->y);
    LLVMTypeRef type = LLVMTypeOf(i->call);
    return least ? LLVMConstNull(type) : LLVMConstAllOnes(type);
}

// 2^n as a number of a floating-point type; too large for it: infinity.
static LLVMValueRef power_of_two(LLVMTypeRef type, unsigned n)
{
    char text[16];
    snprintf(text, sizeof text, "0x1p%u", n);
    return LLVMConstRealOfString(type, text);
}

static LLVMValueRef to_int_sat(struct intrinsic *i, bool is_signed)
{
    LLVMTypeRef to = LLVMTypeOf(i->call), from = i->type;
    const unsigned bits = LLVMGetIntTypeWidth(to);
    LLVMValueRef top = power_of_two(from, bits - is_signed), zero = LLVMConstNull(from), low = zero;
    LLVMValueRef most = LLVMConstAllOnes(to), least = LLVMConstNull(to);
    if (is_signed) {
        low = LLVMBuildFNeg(i->b, top, "");
        least = OP(Shl, LLVMConstInt(to, 1, false), LLVMConstInt(to, bits - 1, false));
        most = LLVMBuildNot(i->b, least, "");
    }
    LLVMValueRef r =
        is_signed ? LLVMBuildFPToSI(i->b, i->x, to, "") : LLVMBuildFPToUI(i->b, i->x, to, "");
    r = SELECT(LLVMBuildFCmp(i->b, LLVMRealOLE, i->x, low, ""), least, r);
    r = SELECT(LLVMBuildFCmp(i->b, LLVMRealOGE, i->x, top, ""), most, r);
    return SELECT(LLVMBuildFCmp(i->b, LLVMRealUNO, i->x, zero, ""), LLVMConstNull(to), r);
}
static LLVMValueRef fptoui_sat(struct intrinsic *i) { return to_int_sat(i, false); }
static LLVMValueRef fptosi_sat(struct intrinsic *i) { return to_int_sat(i, true); }

// Which stay: those SPIR-V has, for all legal widths or for 32 bits only.
enum { NEVER, LEGAL, ONLY_32 };

static const struct {
    const char *name;
    int kept;
    LLVMValueRef (*expand)(struct intrinsic *);
} known[] = {
    {"llvm.umin", LEGAL, umin},
    {"llvm.umax", LEGAL, umax},
    {"llvm.smin", LEGAL, smin},
    {"llvm.smax", LEGAL, smax},
    {"llvm.abs", LEGAL, absolute},
    {"llvm.ctpop", ONLY_32, integers_ctpop},
    {"llvm.ctlz", ONLY_32, integers_ctlz},
    {"llvm.cttz", ONLY_32, integers_cttz},
    {"llvm.bitreverse", ONLY_32, integers_bitreverse},
    {"llvm.bswap", NEVER, integers_bswap},
    {"llvm.fshl", NEVER, fshl},
    {"llvm.fshr", NEVER, fshr},
    {"llvm.uadd.with.overflow", NEVER, uadd_over},
    {"llvm.usub.with.overflow", NEVER, usub_over},
    {"llvm.sadd.with.overflow", NEVER, sadd_over},
    {"llvm.ssub.with.overflow", NEVER, ssub_over},
    {"llvm.umul.with.overflow", NEVER, umul_over},
    {"llvm.smul.with.overflow", NEVER, smul_over},
    {"llvm.uadd.sat", NEVER, uadd_sat},
    {"llvm.usub.sat", NEVER, usub_sat},
    {"llvm.sadd.sat", NEVER, sadd_sat},
    {"llvm.ssub.sat", NEVER, ssub_sat},
    {"llvm.ushl.sat", NEVER, ushl_sat},
    {"llvm.sshl.sat", NEVER, sshl_sat},
    {"llvm.ucmp", NEVER, ucmp},
    {"llvm.scmp", NEVER, scmp},
    {"llvm.ptrmask", NEVER, ptrmask},
    {"llvm.is.constant", NEVER, is_constant},
    {"llvm.expect", NEVER, first},
    {"llvm.expect.with.probability", NEVER, first},
    {"llvm.objectsize", NEVER, object_size},
    {"llvm.fptoui.sat", NEVER, fptoui_sat},
    {"llvm.fptosi.sat", NEVER, fptosi_sat},
};

static bool kept(const struct intrinsic *i, unsigned widths, int how)
{
    const bool legal = i->bits == 32 || i->bits == 64 || (i->bits == 8 && widths & 1) ||
                       (i->bits == 16 && widths & 2);
    return how == ONLY_32 ? i->bits == 32 : how == LEGAL && legal;
}

static void expand(struct ir *ir, LLVMValueRef call, unsigned widths)
{
    LLVMValueRef f = LLVMGetCalledValue(call);
    const unsigned id = LLVMIsAFunction(f) ? LLVMGetIntrinsicID(f) : 0;
    if (!id || !LLVMGetNumArgOperands(call)) return;
    struct intrinsic i = {
        .ir = ir, .call = call, .x = LLVMGetOperand(call, 0), .y = LLVMGetOperand(call, 1)};
    i.type = LLVMTypeOf(i.x);
    if (LLVMGetTypeKind(i.type) == LLVMIntegerTypeKind) i.bits = LLVMGetIntTypeWidth(i.type);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        if (id != LLVMLookupIntrinsicID(known[k].name, strlen(known[k].name))) continue;
        if (kept(&i, widths, known[k].kept)) return;
        i.b = ir_before(ir, call);
        LLVMReplaceAllUsesWith(call, known[k].expand(&i));
        LLVMInstructionEraseFromParent(call);
        LLVMDisposeBuilder(i.b);
        return;
    }
}

void integers_intrinsics(struct ir *ir, unsigned widths)
{
    LLVMValueRef *calls = ir_calls(ir, NULL);
    for (size_t i = 0; calls[i]; i++) expand(ir, calls[i], widths);
    free(calls);
}
