// Floating-point operations, those of GLSL.std.450 too, each rounded once to its own width.
#include <math.h>
#include <tgmath.h>

#include "tests/spirv/interpret_decode.h"
#include "tests/spirv/interpret_numbers.h"

// ------------------------------------------------------------------------------------ operations

#define AT_WIDTH(name, type, width, value)  \
    RUN(name##_##width)                     \
    {                                       \
        (void)lane;                         \
        const type a = get##width(v[i->a]); \
        const type b = get##width(v[i->b]); \
        const type c = get##width(v[i->c]); \
        (void)a, (void)b, (void)c;          \
        v[i->r] = value;                    \
        return i + 1;                       \
    }
#define OPERATION(name, value)               \
    AT_WIDTH(name, double, 16, put16(value)) \
    AT_WIDTH(name, float, 32, put32(value))  \
    AT_WIDTH(name, double, 64, put64(value))
#define COMPARISON(name, value)       \
    AT_WIDTH(name, double, 16, value) \
    AT_WIDTH(name, float, 32, value)  \
    AT_WIDTH(name, double, 64, value)
#define SHORT_OPERATION(name, value)         \
    AT_WIDTH(name, double, 16, put16(value)) \
    AT_WIDTH(name, float, 32, put32(value))

OPERATION(add, a + b)
OPERATION(subtract, a - b)
OPERATION(multiply, a *b)
OPERATION(divide, a / b)
OPERATION(rest, fmod(a, b))
OPERATION(fused, fma(a, b, c))
OPERATION(root, sqrt(a))
OPERATION(round_away, round(a))
OPERATION(round_even, nearbyint(a))
OPERATION(cut, trunc(a))
OPERATION(floor_of, floor(a))
OPERATION(ceiling, ceil(a))
OPERATION(fraction, a - floor(a))
OPERATION(smaller, b < a ? b : a)
OPERATION(larger, a < b ? b : a)
OPERATION(smaller_number, fmin(a, b))
OPERATION(larger_number, fmax(a, b))
OPERATION(clamp, a < b ? b : c < a ? c : a)
OPERATION(clamp_number, fmin(fmax(a, b), c))
OPERATION(sign_of, a > 0 ? 1 : a < 0 ? -1 : a)
SHORT_OPERATION(sine, sin(a))
SHORT_OPERATION(cosine, cos(a))
SHORT_OPERATION(tangent, tan(a))
SHORT_OPERATION(arc_sine, asin(a))
SHORT_OPERATION(arc_cosine, acos(a))
SHORT_OPERATION(arc_tangent, atan(a))
SHORT_OPERATION(arc_tangent2, atan2(a, b))
SHORT_OPERATION(sinh_of, sinh(a))
SHORT_OPERATION(cosh_of, cosh(a))
SHORT_OPERATION(tanh_of, tanh(a))
SHORT_OPERATION(power, pow(a, b))
SHORT_OPERATION(exp_of, exp(a))
SHORT_OPERATION(log_of, log(a))
SHORT_OPERATION(exp2_of, exp2(a))
SHORT_OPERATION(log2_of, log2(a))

#define MODULO(type, width)                                          \
    static type modulo##width(type a, type b)                        \
    {                                                                \
        const type left = fmod(a, b);                                \
        return left != 0 && (left < 0) != (b < 0) ? left + b : left; \
    }
MODULO(float, 32)
MODULO(double, 64)
AT_WIDTH(modulo, double, 16, put16(modulo64(a, b)))
AT_WIDTH(modulo, float, 32, put32(modulo32(a, b)))
AT_WIDTH(modulo, double, 64, put64(modulo64(a, b)))
OPERATION(inverse_root, 1 / sqrt(a))

COMPARISON(nan, isnan(a) != 0)
COMPARISON(infinite, isinf(a) != 0)
COMPARISON(ord_equal, a == b)
COMPARISON(ord_differ, islessgreater(a, b))
COMPARISON(ord_less, a < b)
COMPARISON(ord_greater, a > b)
COMPARISON(ord_less_equal, a <= b)
COMPARISON(ord_greater_equal, a >= b)
COMPARISON(unord_equal, !islessgreater(a, b))
COMPARISON(unord_differ, !(a == b))
COMPARISON(unord_less, !(a >= b))
COMPARISON(unord_greater, !(a <= b))
COMPARISON(unord_less_equal, !(a > b))
COMPARISON(unord_greater_equal, !(a < b))

// By its bits: what is not a number keeps its own.
RUN(negate)
{
    (void)lane;
    v[i->r] = v[i->a] ^ 1ull << (i->from - 1);
    return i + 1;
}
RUN(absolute)
{
    (void)lane;
    v[i->r] = v[i->a] & ~(1ull << (i->from - 1));
    return i + 1;
}

RUN(scale)
{
    (void)lane;
    const int by = (int)sign(v[i->b], 32);
    const double value = get(v[i->a], i->from);
    v[i->r] = i->to == 64   ? put64(ldexp(value, by))
              : i->to == 32 ? put32(ldexp((float)value, by))
                            : put16(ldexp(value, by));
    return i + 1;
}

// ------------------------------------------------------------------------------------------ rules

#define RULE(op, form, run)                                    \
    {                                                          \
        SpvOp##op, #op, form, { run##_16, run##_32, run##_64 } \
    }
#define ANY(op, form, run)                      \
    {                                           \
        SpvOp##op, #op, form, { run, run, run } \
    }
const struct rule *float_rule(uint32_t op)
{
    static const struct rule rules[] = {
        RULE(FAdd, "fff", add),
        RULE(FSub, "fff", subtract),
        RULE(FMul, "fff", multiply),
        RULE(FDiv, "fff", divide),
        RULE(FRem, "fff", rest),
        RULE(FMod, "fff", modulo),
        ANY(FNegate, "ff", negate),
        RULE(IsNan, "bf", nan),
        RULE(IsInf, "bf", infinite),
        RULE(FOrdEqual, "bff", ord_equal),
        RULE(FOrdNotEqual, "bff", ord_differ),
        RULE(FOrdLessThan, "bff", ord_less),
        RULE(FOrdGreaterThan, "bff", ord_greater),
        RULE(FOrdLessThanEqual, "bff", ord_less_equal),
        RULE(FOrdGreaterThanEqual, "bff", ord_greater_equal),
        RULE(FUnordEqual, "bff", unord_equal),
        RULE(FUnordNotEqual, "bff", unord_differ),
        RULE(FUnordLessThan, "bff", unord_less),
        RULE(FUnordGreaterThan, "bff", unord_greater),
        RULE(FUnordLessThanEqual, "bff", unord_less_equal),
        RULE(FUnordGreaterThanEqual, "bff", unord_greater_equal),
    };
    return FIND(rules, op);
}
#undef RULE
#undef ANY

#define RULE(op, form, run)                                         \
    {                                                               \
        GLSLstd450##op, #op, form, { run##_16, run##_32, run##_64 } \
    }
#define SHORT(op, form, run)                                    \
    {                                                           \
        GLSLstd450##op, #op, form, { run##_16, run##_32, NULL } \
    }
const struct rule *glsl_float_rule(uint32_t op)
{
    static const struct rule rules[] = {
        RULE(Round, "ff", round_away),
        RULE(RoundEven, "ff", round_even),
        RULE(Trunc, "ff", cut),
        RULE(Floor, "ff", floor_of),
        RULE(Ceil, "ff", ceiling),
        RULE(Fract, "ff", fraction),
        RULE(FSign, "ff", sign_of),
        RULE(FMin, "fff", smaller),
        RULE(FMax, "fff", larger),
        RULE(NMin, "fff", smaller_number),
        RULE(NMax, "fff", larger_number),
        RULE(FClamp, "ffff", clamp),
        RULE(NClamp, "ffff", clamp_number),
        RULE(Fma, "ffff", fused),
        RULE(Sqrt, "ff", root),
        RULE(InverseSqrt, "ff", inverse_root),
        SHORT(Sin, "ff", sine),
        SHORT(Cos, "ff", cosine),
        SHORT(Tan, "ff", tangent),
        SHORT(Asin, "ff", arc_sine),
        SHORT(Acos, "ff", arc_cosine),
        SHORT(Atan, "ff", arc_tangent),
        SHORT(Atan2, "fff", arc_tangent2),
        SHORT(Sinh, "ff", sinh_of),
        SHORT(Cosh, "ff", cosh_of),
        SHORT(Tanh, "ff", tanh_of),
        SHORT(Pow, "fff", power),
        SHORT(Exp, "ff", exp_of),
        SHORT(Log, "ff", log_of),
        SHORT(Exp2, "ff", exp2_of),
        SHORT(Log2, "ff", log2_of),
        {GLSLstd450FAbs, "FAbs", "ff", {absolute, absolute, absolute}},
        {GLSLstd450Ldexp, "Ldexp", "ffw", {scale, scale, scale}},
    };
    return FIND(rules, op);
}
