// Atomic operations and memory barriers, with the scopes and semantics that the Vulkan memory model allows.
#include "tests/spirv/interpret_decode.h"

void check_scope(struct decoder *d, uint32_t id)
{
    const uint64_t scope = constant_at(d->p, d->at, id);
    const bool known = scope == SpvScopeDevice || scope == SpvScopeWorkgroup ||
                       scope == SpvScopeSubgroup || scope == SpvScopeInvocation ||
                       scope == SpvScopeQueueFamily;
    if (!known) refuse(d->p, d->at, "scope %llu", (unsigned long long)scope);
    // A clock of the device's needs no memory model: drivers and validators ask for the capability elsewhere only.
    if (scope == SpvScopeDevice && (d->w[0] & 0xffff) != SpvOpReadClockKHR &&
        !capable(d->p, SpvCapabilityVulkanMemoryModelDeviceScope))
        refuse(d->p, d->at, "device scope without its capability");
}

uint32_t use_scope(struct decoder *d, uint32_t index)
{
    if (index >= d->count) refuse(d->p, d->at, "no scope");
    check_scope(d, d->w[index]);
    return (uint32_t)use_constant(d, index);
}

void use_semantics(struct decoder *d, uint32_t index, enum semantics kind)
{
    const uint32_t bits = (uint32_t)use_constant(d, index);
    const uint32_t acquire = SpvMemorySemanticsAcquireMask, release = SpvMemorySemanticsReleaseMask,
                   both = SpvMemorySemanticsAcquireReleaseMask;
    const uint32_t memory =
        SpvMemorySemanticsUniformMemoryMask | SpvMemorySemanticsWorkgroupMemoryMask;
    const uint32_t order = bits & (acquire | release | both);
    const uint32_t known = acquire | release | both | memory | SpvMemorySemanticsMakeAvailableMask |
                           SpvMemorySemanticsMakeVisibleMask | SpvMemorySemanticsVolatileMask;
    bool fits = !(bits & ~known) && !(order & (order - 1));
    fits = fits && !(kind == SEMANTICS_LOAD && order & (release | both));
    fits = fits && !(kind == SEMANTICS_STORE && order & (acquire | both));
    fits = fits && !(bits & SpvMemorySemanticsMakeAvailableMask && !(order & (release | both)));
    fits = fits && !(bits & SpvMemorySemanticsMakeVisibleMask && !(order & (acquire | both)));
    fits = fits && !(order && !(bits & memory));  // an order of no memory
    if (!fits) refuse(d->p, d->at, "semantics 0x%x", bits);
}

// ------------------------------------------------------------------------------------- operations

// Atomics of addresses are the machine's own: the host may look on.  Workgroup memory is this lane's for now.
// n: bytes; 0: a slot.
#define ATOMIC(name, next)                                                              \
    RUN(name)                                                                           \
    {                                                                                   \
        const uint64_t at = v[i->a], b = v[i->b], c = v[i->c];                          \
        uint64_t a;                                                                     \
        (void)b, (void)c;                                                               \
        if (!i->n) {                                                                    \
            uint64_t *const slot = (uint64_t *)(uintptr_t)at;                           \
            a = *slot;                                                                  \
            *slot = (uint64_t)(next)&i->mask;                                           \
        } else if (at % i->n) {                                                         \
            return lane_fault(lane, i, "address 0x%llx is not aligned to %u",           \
                              (unsigned long long)at, i->n);                            \
        } else if (!lane_memory(lane, at, i->n)) {                                      \
            return lane_unreached(lane, i, at, i->n);                                   \
        } else if (i->n == 4) {                                                         \
            uint32_t *const word = (uint32_t *)(uintptr_t)at;                           \
            uint32_t old = __atomic_load_n(word, __ATOMIC_SEQ_CST);                     \
            do a = old;                                                                 \
            while (!__atomic_compare_exchange_n(word, &old, (uint32_t)(next), false,    \
                                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));   \
        } else {                                                                        \
            uint64_t *const word = (uint64_t *)(uintptr_t)at;                           \
            a = __atomic_load_n(word, __ATOMIC_SEQ_CST);                                \
            while (!__atomic_compare_exchange_n(word, &a, (uint64_t)(next), false,      \
                                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {} \
        }                                                                               \
        if (i->r) v[i->r] = a;                                                          \
        return i + 1;                                                                   \
    }
#define SA sign(a, i->from)
#define SB sign(b, i->from)
ATOMIC(exchange, b)
ATOMIC(compare_exchange, a == c ? b : a)
ATOMIC(increment, a + 1)
ATOMIC(decrement, a - 1)
ATOMIC(add, a + b)
ATOMIC(subtract, a - b)
ATOMIC(and_bits, a &b)
ATOMIC(or_bits, a | b)
ATOMIC(xor_bits, a ^ b)
ATOMIC(smaller, a < b ? a : b)
ATOMIC(larger, a > b ? a : b)
ATOMIC(smaller_signed, SA < SB ? a : b)
ATOMIC(larger_signed, SA > SB ? a : b)

RUN(read)
{
    const uint64_t at = v[i->a];
    if (!i->n) {
        v[i->r] = *(const uint64_t *)(uintptr_t)at;
        return i + 1;
    }
    if (at % i->n)
        return lane_fault(lane, i, "address 0x%llx is not aligned to %u", (unsigned long long)at,
                          i->n);
    const void *const memory = lane_memory(lane, at, i->n);
    if (!memory) return lane_unreached(lane, i, at, i->n);
    v[i->r] = i->n == 4 ? __atomic_load_n((const uint32_t *)memory, __ATOMIC_SEQ_CST)
                        : __atomic_load_n((const uint64_t *)memory, __ATOMIC_SEQ_CST);
    return i + 1;
}

static const struct {
    uint32_t op;
    insn_run *run;
    uint32_t values;  // operands behind the semantics
} kinds[] = {
    {SpvOpAtomicLoad, read, 0},
    {SpvOpAtomicStore, exchange, 1},
    {SpvOpAtomicExchange, exchange, 1},
    {SpvOpAtomicCompareExchange, compare_exchange, 2},
    {SpvOpAtomicIIncrement, increment, 0},
    {SpvOpAtomicIDecrement, decrement, 0},
    {SpvOpAtomicIAdd, add, 1},
    {SpvOpAtomicISub, subtract, 1},
    {SpvOpAtomicAnd, and_bits, 1},
    {SpvOpAtomicOr, or_bits, 1},
    {SpvOpAtomicXor, xor_bits, 1},
    {SpvOpAtomicUMin, smaller, 1},
    {SpvOpAtomicUMax, larger, 1},
    {SpvOpAtomicSMin, smaller_signed, 1},
    {SpvOpAtomicSMax, larger_signed, 1},
};

static void decode_atomic(struct decoder *d)
{
    struct program *p = d->p;
    const uint32_t op = d->w[0] & 0xffff;
    uint32_t kind = 0, k = op == SpvOpAtomicStore ? 1 : 3;
    while (kinds[kind].op != op) kind++;
    const struct value pointer = use(d, k++);
    const struct type *t = pointee_at(p, d->at, pointer.type);
    const bool address = pointer.type->storage == SpvStorageClassPhysicalStorageBuffer;
    if (!address && pointer.type->storage != SpvStorageClassWorkgroup)
        refuse(p, d->at, "in storage class %u", (unsigned)pointer.type->storage);
    if (!is_integer(t, 32) && !is_integer(t, 64)) refuse(p, d->at, "of type %u", t->id);
    if (t->bits == 64 && !capable(p, SpvCapabilityInt64Atomics))
        refuse(p, d->at, "without Int64Atomics");
    if (d->type && d->type != t) refuse(p, d->at, "the result is of another type");
    use_scope(d, k++);
    use_semantics(d, k++,
                  op == SpvOpAtomicLoad    ? SEMANTICS_LOAD
                  : op == SpvOpAtomicStore ? SEMANTICS_STORE
                                           : SEMANTICS_BOTH);
    if (op == SpvOpAtomicCompareExchange) use_semantics(d, k++, SEMANTICS_LOAD);
    struct value value[2] = {{0}};
    for (uint32_t n = 0; n < kinds[kind].values; n++) {
        value[n] = use(d, k++);
        if (value[n].type != t) refuse(p, d->at, "id %u is of another type", value[n].id);
    }
    words_are(d, k, k);
    struct insn *i = emit(d, kinds[kind].run);
    i->a = pointer.slot;
    i->b = value[0].slot;
    i->c = value[1].slot;
    i->n = address ? t->bits / 8 : 0;
    i->from = (uint8_t)t->bits;
    i->mask = mask_of(t->bits);
}

RUN(fence)
{
    (void)v, (void)lane;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return i + 1;
}
static void decode_fence(struct decoder *d)
{
    words_are(d, 3, 3);
    use_scope(d, 1);
    use_semantics(d, 2, SEMANTICS_BOTH);
    emit(d, fence);
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
const struct special *atomic_special(uint32_t op)
{
    static const struct special rows[] = {
        ROW(AtomicLoad, decode_atomic),       ROW(AtomicStore, decode_atomic),
        ROW(AtomicExchange, decode_atomic),   ROW(AtomicCompareExchange, decode_atomic),
        ROW(AtomicIIncrement, decode_atomic), ROW(AtomicIDecrement, decode_atomic),
        ROW(AtomicIAdd, decode_atomic),       ROW(AtomicISub, decode_atomic),
        ROW(AtomicAnd, decode_atomic),        ROW(AtomicOr, decode_atomic),
        ROW(AtomicXor, decode_atomic),        ROW(AtomicUMin, decode_atomic),
        ROW(AtomicUMax, decode_atomic),       ROW(AtomicSMin, decode_atomic),
        ROW(AtomicSMax, decode_atomic),       ROW(MemoryBarrier, decode_fence),
    };
    return FIND(rows, op);
}
