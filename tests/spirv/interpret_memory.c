// Loads and stores.
#include <string.h>

#include "tests/spirv/interpret_decode.h"


// The memory operands from word `index` on; returns the alignment, 1: none given.
static uint64_t read_operands(struct decoder *d, uint32_t index, bool is_load,
                              const struct type *pointer, const struct type *t)
{
    const uint32_t bits = index < d->count ? d->w[index++] : 0;
    uint64_t aligned = 1;
    const uint32_t known =
        SpvMemoryAccessVolatileMask | SpvMemoryAccessAlignedMask | SpvMemoryAccessNontemporalMask |
        SpvMemoryAccessMakePointerAvailableMask | SpvMemoryAccessMakePointerVisibleMask |
        SpvMemoryAccessNonPrivatePointerMask;
    const uint32_t wrong =
        is_load ? SpvMemoryAccessMakePointerAvailableMask : SpvMemoryAccessMakePointerVisibleMask;
    const uint32_t shares =
        SpvMemoryAccessMakePointerAvailableMask | SpvMemoryAccessMakePointerVisibleMask;
    if (bits & ~known || bits & wrong) refuse(d->p, d->at, "memory operands 0x%x", bits);
    if (bits & SpvMemoryAccessAlignedMask) {
        if (index >= d->count) refuse(d->p, d->at, "Aligned without a number");
        aligned = d->w[index++];
        if (!aligned || aligned & (aligned - 1))
            refuse(d->p, d->at, "Aligned %llu", (unsigned long long)aligned);
    } else if (is_address(pointer)) {
        refuse(d->p, d->at, "of an address without Aligned");
    }
    if (bits & shares) {
        if (~bits & SpvMemoryAccessNonPrivatePointerMask)
            refuse(d->p, d->at, "shared without NonPrivatePointer");
        use_scope(d, index++);
    }
    if (index != d->count) refuse(d->p, d->at, "it has %u words", d->count);
    if (is_address(pointer) && is_scalar(t) && aligned % (t->bits / 8))
        refuse(d->p, d->at, "Aligned %llu, of %u bits", (unsigned long long)aligned, t->bits);
    return aligned;
}

// Runs `action` on `at`, the memory of these bytes.
#define ACCESS(name, address, bytes, action)                                            \
    RUN(name)                                                                           \
    {                                                                                   \
        const uint64_t at = v[address];                                                 \
        if (at & i->mask)                                                               \
            return lane_fault(lane, i, "address 0x%llx is not aligned to %llu",         \
                              (unsigned long long)at, (unsigned long long)i->mask + 1); \
        void *const memory = lane_memory(lane, at, bytes);                              \
        if (!memory) return lane_unreached(lane, i, at, bytes);                         \
        action;                                                                         \
        return i + 1;                                                                   \
    }
#define SCALAR(bits)                                                \
    static void get##bits(uint64_t *slot, const void *memory)       \
    {                                                               \
        uint##bits##_t value;                                       \
        memcpy(&value, memory, sizeof value);                       \
        *slot = value;                                              \
    }                                                               \
    static void put##bits(const uint64_t *slot, void *memory)       \
    {                                                               \
        const uint##bits##_t value = (uint##bits##_t) * slot;       \
        memcpy(memory, &value, sizeof value);                       \
    }                                                               \
    ACCESS(load##bits, i->a, bits / 8, get##bits(v + i->r, memory)) \
    ACCESS(store##bits, i->a, bits / 8, put##bits(v + i->b, memory))
SCALAR(8)
SCALAR(16)
SCALAR(32)
SCALAR(64)

static void get_leaves(uint64_t *slot, const uint8_t *memory, const struct leaves *l)
{
    memset(slot, 0, l->count * sizeof *slot);
    for (uint32_t k = 0; k < l->count; k++)
        memcpy(slot + k, memory + l->leaf[k].at, l->leaf[k].bytes);
}
static void put_leaves(const uint64_t *slot, uint8_t *memory, const struct leaves *l)
{
    for (uint32_t k = 0; k < l->count; k++)
        memcpy(memory + l->leaf[k].at, slot + k, l->leaf[k].bytes);
}
ACCESS(load_leaves, i->a, i->n, get_leaves(v + i->r, memory, i->more))
ACCESS(store_leaves, i->a, i->n, put_leaves(v + i->b, memory, i->more))

RUN(load_push)
{
    (void)lane;
    get_leaves(v + i->r, (const uint8_t *)(uintptr_t)v[i->a], i->more);
    return i + 1;
}
RUN(load_slot)
{
    (void)lane;
    v[i->r] = *(const uint64_t *)(uintptr_t)v[i->a];
    return i + 1;
}
RUN(load_slots)
{
    (void)lane;
    memcpy(v + i->r, (const uint64_t *)(uintptr_t)v[i->a], i->n * sizeof *v);
    return i + 1;
}
RUN(store_slot)
{
    (void)lane;
    *(uint64_t *)(uintptr_t)v[i->a] = v[i->b];
    return i + 1;
}
RUN(store_slots)
{
    (void)lane;
    memcpy((uint64_t *)(uintptr_t)v[i->a], v + i->b, i->n * sizeof *v);
    return i + 1;
}

static insn_run *by_bits(uint64_t bytes, insn_run *a, insn_run *b, insn_run *c, insn_run *d)
{
    return bytes == 1 ? a : bytes == 2 ? b : bytes == 4 ? c : d;
}

static void decode_load(struct decoder *d)
{
    words_are(d, 4, 7);
    const struct value from = use(d, 3);
    const struct type *t = pointee_at(d->p, d->at, from.type);
    if (t != d->type) refuse(d->p, d->at, "the result is of another type");
    const uint64_t aligned = read_operands(d, 4, true, from.type, t);
    const bool layout = has_layout(from.type);
    insn_run *run = t->slots == 1 ? load_slot : load_slots;
    if (from.type->storage == SpvStorageClassPushConstant)
        run = load_push;
    else if (layout)
        run = is_composite(t) ? load_leaves
                              : by_bits(bytes_of(d->p, d->at, t), load8, load16, load32, load64);
    struct insn *i = emit(d, run);
    i->a = from.slot;
    i->n = layout ? (uint32_t)bytes_of(d->p, d->at, t) : t->slots;
    i->mask = aligned - 1;
    i->more = layout ? leaves_of(d->p, d->at, t) : NULL;
}

static void decode_store(struct decoder *d)
{
    words_are(d, 3, 6);
    const struct value to = use(d, 1), what = use(d, 2);
    const struct type *t = pointee_at(d->p, d->at, to.type);
    if (t != what.type) refuse(d->p, d->at, "id %u is of another type", what.id);
    const uint64_t aligned = read_operands(d, 3, false, to.type, t);
    insn_run *run = t->slots == 1 ? store_slot : store_slots;
    if (to.type->storage == SpvStorageClassPushConstant || to.type->storage == SpvStorageClassInput)
        refuse(d->p, d->at, "to what can't be written");
    const bool layout = has_layout(to.type);
    if (layout)
        run = is_composite(t)
                  ? store_leaves
                  : by_bits(bytes_of(d->p, d->at, t), store8, store16, store32, store64);
    struct insn *i = emit(d, run);
    i->a = to.slot;
    i->b = what.slot;
    i->n = layout ? (uint32_t)bytes_of(d->p, d->at, t) : t->slots;
    i->mask = aligned - 1;
    i->more = layout ? leaves_of(d->p, d->at, t) : NULL;
}

#define ROW(op, decode)        \
    {                          \
        SpvOp##op, #op, decode \
    }
const struct special *memory_special(uint32_t op)
{
    static const struct special rows[] = {
        ROW(Load, decode_load),
        ROW(Store, decode_store),
    };
    return FIND(rows, op);
}
