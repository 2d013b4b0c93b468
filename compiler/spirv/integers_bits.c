// Counting, finding and turning round bits of integers of any width, with what SPIR-V has: that of 32 bits.
#include "compiler/spirv/integers.h"

static LLVMValueRef u32(const struct intrinsic *i, unsigned value)
{
    return LLVMConstInt(i->ir->i32, value, false);
}

static LLVMValueRef call32(struct intrinsic *i, const char *name, size_t length, LLVMValueRef x,
                           bool has_flag)
{
    LLVMTypeRef type = i->ir->i32;
    LLVMValueRef args[2] = {x, LLVMConstInt(i->ir->i1, 0, false)};
    LLVMValueRef f =
        LLVMGetIntrinsicDeclaration(i->ir->module, LLVMLookupIntrinsicID(name, length), &type, 1);
    return LLVMBuildCall2(i->b, LLVMGlobalGetValueType(f), f, args, has_flag ? 2 : 1, "");
}
#define CALL32(i, name, x, has_flag) call32(i, name, sizeof name - 1, x, has_flag)

static unsigned chunks(const struct intrinsic *i) { return (i->bits + 31) / 32; }

// 32 bits of x, zero-extended if there are fewer.
static LLVMValueRef chunk(struct intrinsic *i, unsigned k)
{
    LLVMValueRef v = k ? LLVMBuildLShr(i->b, i->x, integers_number(i, 32 * k), "") : i->x;
    return LLVMBuildIntCast2(i->b, v, i->ir->i32, false, "");
}

static LLVMValueRef result(struct intrinsic *i, LLVMValueRef count)
{
    return LLVMBuildIntCast2(i->b, count, i->type, false, "");
}

static LLVMValueRef is_zero(struct intrinsic *i, LLVMValueRef v)
{
    return LLVMBuildICmp(i->b, LLVMIntEQ, v, u32(i, 0), "");
}

LLVMValueRef integers_ctpop(struct intrinsic *i)
{
    LLVMValueRef sum = CALL32(i, "llvm.ctpop", chunk(i, 0), false);
    for (unsigned k = 1; k < chunks(i); k++)
        sum = LLVMBuildAdd(i->b, sum, CALL32(i, "llvm.ctpop", chunk(i, k), false), "");
    return result(i, sum);
}

// Of 0 they are N.
LLVMValueRef integers_ctlz(struct intrinsic *i)
{
    const unsigned n = chunks(i);
    LLVMValueRef count = NULL;
    for (unsigned k = 0; k < n; k++) {
        LLVMValueRef c = chunk(i, k), at = CALL32(i, "llvm.ctlz", c, true);
        at = LLVMBuildAdd(i->b, at, u32(i, 32 * (n - 1 - k)), "");
        count = count ? LLVMBuildSelect(i->b, is_zero(i, c), count, at, "") : at;
    }
    return result(i, LLVMBuildSub(i->b, count, u32(i, 32 * n - i->bits), ""));
}

LLVMValueRef integers_cttz(struct intrinsic *i)
{
    LLVMValueRef count = u32(i, i->bits);
    for (unsigned k = chunks(i); k--;) {
        LLVMValueRef c = chunk(i, k), at = CALL32(i, "llvm.cttz", c, true);
        at = LLVMBuildAdd(i->b, at, u32(i, 32 * k), "");
        count = LLVMBuildSelect(i->b, is_zero(i, c), count, at, "");
    }
    return result(i, count);
}

static LLVMValueRef swap32(struct intrinsic *i, LLVMValueRef x)
{
    LLVMValueRef a = LLVMBuildShl(i->b, x, u32(i, 24), ""),
                 d = LLVMBuildLShr(i->b, x, u32(i, 24), "");
    LLVMValueRef b = LLVMBuildShl(i->b, x, u32(i, 8), ""),
                 c = LLVMBuildLShr(i->b, x, u32(i, 8), "");
    b = LLVMBuildAnd(i->b, b, u32(i, 0xff0000), "");
    c = LLVMBuildAnd(i->b, c, u32(i, 0xff00), "");
    return LLVMBuildOr(i->b, LLVMBuildOr(i->b, a, b, ""), LLVMBuildOr(i->b, c, d, ""), "");
}

// The 32-bit chunks turned round and in the other order; N bits of that, the highest.
static LLVMValueRef turned(struct intrinsic *i, bool bits)
{
    const unsigned n = chunks(i);
    LLVMTypeRef type = LLVMIntTypeInContext(i->ir->context, 32 * n);
    LLVMValueRef all = NULL;
    for (unsigned k = 0; k < n; k++) {
        LLVMValueRef c = chunk(i, k);
        c = bits ? CALL32(i, "llvm.bitreverse", c, false) : swap32(i, c);
        c = LLVMBuildIntCast2(i->b, c, type, false, "");
        if (k + 1 < n)
            c = LLVMBuildShl(i->b, c, LLVMConstInt(type, 32ull * (n - 1 - k), false), "");
        all = all ? LLVMBuildOr(i->b, all, c, "") : c;
    }
    const unsigned spare = 32 * n - i->bits;
    if (spare) all = LLVMBuildLShr(i->b, all, LLVMConstInt(type, spare, false), "");
    return result(i, all);
}

LLVMValueRef integers_bitreverse(struct intrinsic *i) { return turned(i, true); }

LLVMValueRef integers_bswap(struct intrinsic *i) { return turned(i, false); }
