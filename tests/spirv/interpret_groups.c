// What lanes do together: a subgroup is one lane here, a workgroup waits at barriers.  And the clock.
#include "tests/spirv/interpret_decode.h"

static void use_subgroup(struct decoder *d, uint32_t index)
{
    if (use_scope(d, index) != SpvScopeSubgroup) refuse(d->p, d->at, "not of the subgroup");
}

static void use_bool(struct decoder *d, uint32_t index)
{
    if (use(d, index).type->op != SpvOpTypeBool)
        refuse(d->p, d->at, "id %u is no bool", d->w[index]);
}

RUN(set)
{
    (void)lane;
    v[i->r] = i->mask;
    return i + 1;
}
static void emit_set(struct decoder *d, uint32_t slot, uint64_t value)
{
    struct insn *i = emit(d, set);
    i->r = slot;
    i->mask = value;
}

static void decode_elect(struct decoder *d)
{
    words_are(d, 4, 4);
    use_subgroup(d, 3);
    if (d->type->op != SpvOpTypeBool) refuse(d->p, d->at, "the result is no bool");
    emit_set(d, d->r, 1);
}

// All, Any, AllEqual
static void decode_vote(struct decoder *d)
{
    words_are(d, 5, 5);
    use_subgroup(d, 3);
    const struct value value = use(d, 4);
    if (d->type->op != SpvOpTypeBool) refuse(d->p, d->at, "the result is no bool");
    if ((d->w[0] & 0xffff) == SpvOpGroupNonUniformAllEqual) {
        emit_set(d, d->r, 1);
        return;
    }
    use_bool(d, 4);
    emit_copy(d, d->r, value.slot, 1);
}

// ----------------------------------------------------------------------------------------- ballot

static bool is_ballot(const struct type *t)
{
    return t->op == SpvOpTypeVector && t->count == 4 && is_integer(t->element, 32);
}
static struct value use_ballot(struct decoder *d, uint32_t index)
{
    const struct value value = use(d, index);
    if (!is_ballot(value.type)) refuse(d->p, d->at, "id %u is no ballot", value.id);
    return value;
}

static void decode_ballot(struct decoder *d)
{
    words_are(d, 5, 5);
    use_subgroup(d, 3);
    use_bool(d, 4);
    if (!is_ballot(d->type)) refuse(d->p, d->at, "the result is no ballot");
    emit_copy(d, d->r, use(d, 4).slot, 1);
    for (uint32_t k = 1; k < 4; k++) emit_set(d, d->r + k, 0);
}

// Of a ballot's one bit that counts.
RUN(ballot_bit)
{
    (void)lane;
    v[i->r] = v[i->a] & 1;
    return i + 1;
}
RUN(ballot_find)
{
    if (!(v[i->a] & 1)) return lane_undefined(v, i, lane, "no bit of the ballot is set");
    v[i->r] = 0;
    return i + 1;
}
RUN(ballot_extract)
{
    if (v[i->b] >= 128) return lane_undefined(v, i, lane, "a bit past the ballot's end");
    v[i->r] = v[i->a + v[i->b] / 32] >> (v[i->b] % 32) & 1;
    return i + 1;
}
static void decode_ballot_use(struct decoder *d)
{
    const uint32_t op = d->w[0] & 0xffff;
    const bool to_bool =
        op == SpvOpGroupNonUniformInverseBallot || op == SpvOpGroupNonUniformBallotBitExtract;
    use_subgroup(d, 3);
    if (to_bool ? d->type->op != SpvOpTypeBool : !is_integer(d->type, 32))
        refuse(d->p, d->at, "the result's type");
    if (op == SpvOpGroupNonUniformBallotBitCount) {
        words_are(d, 6, 6);
        const uint32_t ballot = use_ballot(d, 5).slot;
        if (d->w[4] > SpvGroupOperationExclusiveScan) refuse(d->p, d->at, "operation %u", d->w[4]);
        if (d->w[4] == SpvGroupOperationExclusiveScan)
            emit_set(d, d->r, 0);
        else
            emit(d, ballot_bit)->a = ballot;
        return;
    }
    const uint32_t ballot = use_ballot(d, 4).slot;
    if (op == SpvOpGroupNonUniformBallotBitExtract) {
        words_are(d, 6, 6);
        const uint32_t index = use_integer(d, 5).slot;
        struct insn *i = emit(d, ballot_extract);
        i->a = ballot;
        i->b = index;
        return;
    }
    words_are(d, 5, 5);
    emit(d, op == SpvOpGroupNonUniformInverseBallot ? ballot_bit : ballot_find)->a = ballot;
}

// --------------------------------------------------------------------------- shuffles, arithmetic

static struct value use_number(struct decoder *d, uint32_t index)
{
    const struct value value = use(d, index);
    if (value.type != d->type || !is_scalar(scalar_of(value.type)))
        refuse(d->p, d->at, "the types don't fit");
    return value;
}

// b: a lane's number, or how far away it is.
RUN(from_lane)
{
    if (v[i->b]) return lane_undefined(v, i, lane, "from a lane that is not here");
    v[i->r] = v[i->a];
    return i + 1;
}
static void decode_from_lane(struct decoder *d)
{
    words_are(d, 6, 6);
    use_subgroup(d, 3);
    const struct value value = use_number(d, 4), which = use_integer(d, 5);
    for (uint32_t k = 0; k < d->type->slots; k++) {
        struct insn *i = emit(d, from_lane);
        i->r += k;
        i->a = value.slot + k;
        i->b = which.slot;
    }
}
static void decode_first(struct decoder *d)
{
    words_are(d, 5, 5);
    use_subgroup(d, 3);
    emit_copy(d, d->r, use_number(d, 4).slot, d->type->slots);
}

// What an operation makes of no lanes at all.
static uint64_t nothing(struct decoder *d, uint32_t bits)
{
    switch (d->w[0] & 0xffff) {
    case SpvOpGroupNonUniformIAdd:
    case SpvOpGroupNonUniformUMax:
    case SpvOpGroupNonUniformBitwiseOr:
    case SpvOpGroupNonUniformBitwiseXor:
    case SpvOpGroupNonUniformLogicalOr:
    case SpvOpGroupNonUniformLogicalXor: return 0;
    case SpvOpGroupNonUniformIMul: return 1;
    case SpvOpGroupNonUniformUMin:
    case SpvOpGroupNonUniformBitwiseAnd:
    case SpvOpGroupNonUniformLogicalAnd: return mask_of(bits);
    case SpvOpGroupNonUniformSMax: return 1ull << (bits - 1);
    case SpvOpGroupNonUniformSMin: return mask_of(bits - 1);
    default: refuse(d->p, d->at, "the scan's start is unknown");
    }
}
static void decode_reduce(struct decoder *d)
{
    words_are(d, 6, 7);
    use_subgroup(d, 3);
    const struct value value = use_number(d, 5);
    const uint32_t operation = d->w[4], bits = scalar_of(d->type)->bits;
    const bool clustered = operation == SpvGroupOperationClusteredReduce;
    if (operation > SpvGroupOperationClusteredReduce || (d->count == 7) != clustered)
        refuse(d->p, d->at, "operation %u", operation);
    if (clustered && use_constant(d, 6) != 1)
        refuse(d->p, d->at, "clusters larger than the subgroup");
    if (operation != SpvGroupOperationExclusiveScan) {
        emit_copy(d, d->r, value.slot, d->type->slots);
        return;
    }
    for (uint32_t k = 0; k < d->type->slots; k++) emit_set(d, d->r + k, nothing(d, bits));
}

// ---------------------------------------------------------------------------------------- barrier

RUN(barrier)
{
    (void)v;
    lane->state = LANE_BARRIER;
    lane->stop = i;
    lane->pc = i + 1;
    return NULL;
}
static void decode_barrier(struct decoder *d)
{
    words_are(d, 4, 4);
    const uint32_t scope = use_scope(d, 1);
    use_scope(d, 2);
    use_semantics(d, 3, SEMANTICS_BOTH);
    if (scope == SpvScopeWorkgroup)
        emit(d, barrier);
    else if (scope != SpvScopeSubgroup)
        refuse(d->p, d->at, "a barrier of scope %u", scope);
}

// Time passes as it is asked for, the same in every run.
RUN(clock)
{
    v[i->r] = *lane->clock += 1000;
    return i + 1;
}
static void decode_clock(struct decoder *d)
{
    words_are(d, 4, 4);
    const uint32_t scope = use_scope(d, 3);
    if (scope != SpvScopeDevice && scope != SpvScopeSubgroup)
        refuse(d->p, d->at, "a clock of scope %u", scope);
    if (!capable(d->p, SpvCapabilityShaderClockKHR)) refuse(d->p, d->at, "without its capability");
    if (!is_integer(d->type, 64)) refuse(d->p, d->at, "the result is not of 64 bits");
    emit(d, clock);
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
#define GROUP(op, decode)                                       \
    {                                                           \
        SpvOpGroupNonUniform##op, "GroupNonUniform" #op, decode \
    }
const struct special *group_special(uint32_t op)
{
    static const struct special rows[] = {
        GROUP(Elect, decode_elect),
        GROUP(All, decode_vote),
        GROUP(Any, decode_vote),
        GROUP(AllEqual, decode_vote),
        GROUP(Broadcast, decode_from_lane),
        GROUP(BroadcastFirst, decode_first),
        GROUP(Ballot, decode_ballot),
        GROUP(InverseBallot, decode_ballot_use),
        GROUP(BallotBitExtract, decode_ballot_use),
        GROUP(BallotBitCount, decode_ballot_use),
        GROUP(BallotFindLSB, decode_ballot_use),
        GROUP(BallotFindMSB, decode_ballot_use),
        GROUP(Shuffle, decode_from_lane),
        GROUP(ShuffleXor, decode_from_lane),
        GROUP(IAdd, decode_reduce),
        GROUP(FAdd, decode_reduce),
        GROUP(IMul, decode_reduce),
        GROUP(UMin, decode_reduce),
        GROUP(UMax, decode_reduce),
        GROUP(SMin, decode_reduce),
        GROUP(SMax, decode_reduce),
        GROUP(BitwiseAnd, decode_reduce),
        GROUP(BitwiseOr, decode_reduce),
        GROUP(BitwiseXor, decode_reduce),
        GROUP(LogicalAnd, decode_reduce),
        GROUP(LogicalOr, decode_reduce),
        GROUP(LogicalXor, decode_reduce),
        ROW(ControlBarrier, decode_barrier),
        ROW(ReadClockKHR, decode_clock),
    };
    return FIND(rows, op);
}
