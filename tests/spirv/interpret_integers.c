// Integer and bool operations, those of GLSL.std.450 too.
#include "tests/spirv/interpret_decode.h"

#define A v[i->a]
#define B v[i->b]
#define C v[i->c]
#define SA sign(v[i->a], i->from)
#define SB sign(v[i->b], i->from)
#define SC sign(v[i->c], i->from)

#define OPERATION(name, value)               \
    RUN(name)                                \
    {                                        \
        (void)lane;                          \
        v[i->r] = (uint64_t)(value)&i->mask; \
        return i + 1;                        \
    }

OPERATION(add, A + B)
OPERATION(subtract, A - B)
OPERATION(multiply, A *B)
OPERATION(negate, 0 - A)
OPERATION(invert, ~A)
OPERATION(and_bits, A &B)
OPERATION(or_bits, A | B)
OPERATION(xor_bits, A ^ B)
OPERATION(equal, A == B)
OPERATION(differ, A != B)
OPERATION(negated, !A)
OPERATION(above, A > B)
OPERATION(above_equal, A >= B)
OPERATION(below, A < B)
OPERATION(below_equal, A <= B)
OPERATION(greater, SA > SB)
OPERATION(greater_equal, SA >= SB)
OPERATION(less, SA < SB)
OPERATION(less_equal, SA <= SB)
OPERATION(widen, A)
OPERATION(widen_sign, SA)
OPERATION(count_bits, __builtin_popcountll(A))

#define DIVISION(name, value)                                   \
    RUN(name)                                                   \
    {                                                           \
        if (!B) return lane_fault(lane, i, "division by zero"); \
        v[i->r] = (uint64_t)(value)&i->mask;                    \
        return i + 1;                                           \
    }
#define SIGNED_DIVISION(name, value)                                         \
    RUN(name)                                                                \
    {                                                                        \
        if (!B) return lane_fault(lane, i, "division by zero");              \
        if (SB == -1 && A == 1ull << (i->from - 1))                          \
            return lane_fault(lane, i, "the smallest number divided by -1"); \
        v[i->r] = (uint64_t)(value)&i->mask;                                 \
        return i + 1;                                                        \
    }
DIVISION(divide, A / B)
DIVISION(rest, A % B)
SIGNED_DIVISION(divide_signed, SA / SB)
// Vulkan leaves these undefined for negative numbers ("Precision and Operation of SPIR-V Instructions"), and drivers
// differ.
#define SIGNED_REST(name, value)                                                         \
    RUN(name)                                                                            \
    {                                                                                    \
        if (!B) return lane_fault(lane, i, "division by zero");                          \
        if (SA < 0 || SB < 0) return lane_undefined(v, i, lane, "of a negative number"); \
        v[i->r] = (uint64_t)(value)&i->mask;                                             \
        return i + 1;                                                                    \
    }
SIGNED_REST(rest_signed, A % B)
SIGNED_REST(modulo_signed, A % B)

#define SHIFT(name, value)                                                                \
    RUN(name)                                                                             \
    {                                                                                     \
        if (B >= i->from) return lane_undefined(v, i, lane, "shift by all bits or more"); \
        v[i->r] = (uint64_t)(value)&i->mask;                                              \
        return i + 1;                                                                     \
    }
SHIFT(shift_left, A << B)
SHIFT(shift_right, A >> B)
SHIFT(shift_signed, SA >> B)

OPERATION(smaller, A < B ? A : B)
OPERATION(larger, A > B ? A : B)
OPERATION(smaller_signed, SA < SB ? SA : SB)
OPERATION(larger_signed, SA > SB ? SA : SB)
OPERATION(absolute, SA < 0 ? 0 - A : A)
OPERATION(sign_of, (SA > 0) - (SA < 0))
OPERATION(lowest_bit, A ? __builtin_ctzll(A) : -1)
OPERATION(highest_bit, A ? 63 - __builtin_clzll(A) : -1)

static int64_t highest_signed(int64_t a)
{
    const uint64_t bits = (uint64_t)(a < 0 ? ~a : a);
    return bits ? 63 - __builtin_clzll(bits) : -1;
}
OPERATION(highest_bit_signed, highest_signed(SA))

static uint64_t reversed(uint64_t a, uint32_t bits)
{
    uint64_t r = 0;
    for (uint32_t k = 0; k < bits; k++) r |= (a >> k & 1) << (bits - 1 - k);
    return r;
}
OPERATION(reverse_bits, reversed(A, i->from))

// ------------------------------------------------------------------------------------- bit fields

#define FIELD(name, offset, count, value)                                            \
    RUN(name)                                                                        \
    {                                                                                \
        if ((offset) > i->from || (count) > i->from || (offset) + (count) > i->from) \
            return lane_undefined(v, i, lane, "a bit field that is not inside");     \
        v[i->r] = (count) ? (uint64_t)(value)&i->mask : 0;                           \
        return i + 1;                                                                \
    }
FIELD(extract_field, B, C, A >> B & mask_of((uint32_t)C))
FIELD(extract_field_signed, B, C, sign(A >> B, (uint32_t)C))

RUN(insert_field)
{
    const uint64_t offset = C, count = v[i->d];
    if (offset > i->from || count > i->from || offset + count > i->from)
        return lane_undefined(v, i, lane, "a bit field that is not inside");
    const uint64_t field = count ? mask_of((uint32_t)count) << offset : 0;
    v[i->r] = (A & ~field) | (count ? B << offset & field : 0);
    return i + 1;
}

RUN(clamp)
{
    if (B > C) return lane_undefined(v, i, lane, "clamp to an empty range");
    v[i->r] = A < B ? B : A > C ? C : A;
    return i + 1;
}
RUN(clamp_signed)
{
    if (SB > SC) return lane_undefined(v, i, lane, "clamp to an empty range");
    v[i->r] = SA < SB ? B : SA > SC ? C : A;
    return i + 1;
}

#define RULE(op, form, run)           \
    {                                 \
        SpvOp##op, #op, form, { run } \
    }
const struct rule *integer_rule(uint32_t op)
{
    static const struct rule rules[] = {
        RULE(IAdd, "iii", add),
        RULE(ISub, "iii", subtract),
        RULE(IMul, "iii", multiply),
        RULE(UDiv, "iii", divide),
        RULE(SDiv, "iii", divide_signed),
        RULE(UMod, "iii", rest),
        RULE(SRem, "iii", rest_signed),
        RULE(SMod, "iii", modulo_signed),
        RULE(SNegate, "ii", negate),
        RULE(Not, "ii", invert),
        RULE(BitwiseAnd, "iii", and_bits),
        RULE(BitwiseOr, "iii", or_bits),
        RULE(BitwiseXor, "iii", xor_bits),
        RULE(ShiftLeftLogical, "iij", shift_left),
        RULE(ShiftRightLogical, "iij", shift_right),
        RULE(ShiftRightArithmetic, "iij", shift_signed),
        RULE(IEqual, "bii", equal),
        RULE(INotEqual, "bii", differ),
        RULE(UGreaterThan, "bii", above),
        RULE(UGreaterThanEqual, "bii", above_equal),
        RULE(ULessThan, "bii", below),
        RULE(ULessThanEqual, "bii", below_equal),
        RULE(SGreaterThan, "bii", greater),
        RULE(SGreaterThanEqual, "bii", greater_equal),
        RULE(SLessThan, "bii", less),
        RULE(SLessThanEqual, "bii", less_equal),
        RULE(LogicalAnd, "bbb", and_bits),
        RULE(LogicalOr, "bbb", or_bits),
        RULE(LogicalEqual, "bbb", equal),
        RULE(LogicalNotEqual, "bbb", differ),
        RULE(LogicalNot, "bb", negated),
        RULE(UConvert, "ji", widen),
        RULE(SConvert, "ji", widen_sign),
        RULE(BitCount, "jw", count_bits),
        RULE(BitReverse, "ww", reverse_bits),
        RULE(BitFieldInsert, "wwwjj", insert_field),
        RULE(BitFieldUExtract, "wwjj", extract_field),
        RULE(BitFieldSExtract, "wwjj", extract_field_signed),
    };
    return FIND(rules, op);
}
#undef RULE

#define RULE(op, form, run)                \
    {                                      \
        GLSLstd450##op, #op, form, { run } \
    }
const struct rule *glsl_integer_rule(uint32_t op)
{
    static const struct rule rules[] = {
        RULE(SAbs, "ii", absolute),
        RULE(SSign, "ii", sign_of),
        RULE(UMin, "iii", smaller),
        RULE(SMin, "iii", smaller_signed),
        RULE(UMax, "iii", larger),
        RULE(SMax, "iii", larger_signed),
        RULE(UClamp, "iiii", clamp),
        RULE(SClamp, "iiii", clamp_signed),
        RULE(FindILsb, "ii", lowest_bit),
        RULE(FindUMsb, "ww", highest_bit),
        RULE(FindSMsb, "ww", highest_bit_signed),
    };
    return FIND(rules, op);
}
