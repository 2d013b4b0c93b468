// Conversions between integers and floats.
#include "tests/spirv/interpret_decode.h"
#include "tests/spirv/interpret_numbers.h"

RUN(convert)
{
    (void)lane;
    const double value = get(v[i->a], i->from);
    if (i->from == i->to)
        v[i->r] = v[i->a];
    else
        v[i->r] = i->to == 16 ? put16(value) : i->to == 32 ? put32((float)value) : put64(value);
    return i + 1;
}

RUN(to_unsigned)
{
    const double value = trunc(get(v[i->a], i->from));
    if (!(value >= 0 && value < ldexp(1.0, i->to)))
        return lane_undefined(v, i, lane, "the number does not fit");
    v[i->r] = (uint64_t)value;
    return i + 1;
}
RUN(to_signed)
{
    const double value = trunc(get(v[i->a], i->from)), limit = ldexp(1.0, i->to - 1);
    if (!(value >= -limit && value < limit))
        return lane_undefined(v, i, lane, "the number does not fit");
    v[i->r] = (uint64_t)(int64_t)value & i->mask;
    return i + 1;
}

#define FROM_INTEGER(width, type)                           \
    RUN(from_unsigned_##width)                              \
    {                                                       \
        (void)lane;                                         \
        v[i->r] = put##width((type)v[i->a]);                \
        return i + 1;                                       \
    }                                                       \
    RUN(from_signed_##width)                                \
    {                                                       \
        (void)lane;                                         \
        v[i->r] = put##width((type)sign(v[i->a], i->from)); \
        return i + 1;                                       \
    }
FROM_INTEGER(16, double)
FROM_INTEGER(32, float)
FROM_INTEGER(64, double)

#define RULE(op, form, run)                                    \
    {                                                          \
        SpvOp##op, #op, form, { run##_16, run##_32, run##_64 } \
    }
#define ANY(op, form, run)                      \
    {                                           \
        SpvOp##op, #op, form, { run, run, run } \
    }
const struct rule *conversion_rule(uint32_t op)
{
    static const struct rule rules[] = {
        ANY(FConvert, "gf", convert),         ANY(ConvertFToU, "jf", to_unsigned),
        ANY(ConvertFToS, "jf", to_signed),    RULE(ConvertUToF, "fi", from_unsigned),
        RULE(ConvertSToF, "fi", from_signed),
    };
    return FIND(rules, op);
}
