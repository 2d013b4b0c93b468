// Loads, stores and atomics, on memory and on cells.
//
// Memory is reached by physical address.  Every plain access to it is NonPrivate, so that acquire and release order
// it, but for constants.  Atomics have the widest scope that drivers take as it is meant, QueueFamily; loads are
// Volatile, or drivers hoist polls out of loops.
#include "backends/vulkan/module.h"
#include "compiler/spirv/emit.h"

enum { VOLATILE = SpvMemorySemanticsVolatileMask };

static uint32_t pointer_to(struct emit *e, uint32_t type, uint32_t address)
{
    return emit1(e, SpvOpConvertUToPtr,
                 spv_pointer(e->m, SpvStorageClassPhysicalStorageBuffer, type), address);
}

static uint32_t address_plus(struct emit *e, uint32_t address, uint64_t bytes)
{
    if (!bytes) return address;
    return emit2(e, SpvOpIAdd, spv_int(e->m, 64), address, spv_constant(e->m, 64, bytes));
}

static void storage_note(struct emit *e, uint32_t bytes)
{
    if (bytes > 2) return;
    spv_capability(e->m, bytes == 1 ? SpvCapabilityStorageBuffer8BitAccess
                                    : SpvCapabilityStorageBuffer16BitAccess);
    e->m->needs |= bytes == 1 ? HC_SPIRV_NEEDS_STORAGE8 : HC_SPIRV_NEEDS_STORAGE16;
}

// One scalar in memory: its type there and how it is reached.
struct place {
    uint32_t address, bytes, align;
    uint32_t type;   // id of the type of so many bytes
    uint32_t flags;  // memory operands
};

static uint32_t place_load(struct emit *e, const struct place *p)
{
    const uint32_t pointer = pointer_to(e, p->type, p->address), id = spv_id(e->m);
    storage_note(e, p->bytes);
    spv(e->code, SpvOpLoad, p->type, id, pointer, p->flags | SpvMemoryAccessAlignedMask, p->align);
    return id;
}

static void place_store(struct emit *e, const struct place *p, uint32_t value)
{
    const uint32_t pointer = pointer_to(e, p->type, p->address);
    storage_note(e, p->bytes);
    spv(e->code, SpvOpStore, pointer, value, p->flags | SpvMemoryAccessAlignedMask, p->align);
}

static struct place piece(struct emit *e, const struct place *p, uint32_t i)
{
    return (struct place){
        .address = address_plus(e, p->address, i),
        .bytes = p->align,
        .align = p->align,
        .type = spv_int(e->m, 8 * p->align),
        .flags = p->flags,
    };
}

// What is not aligned to its size is put together from pieces that are.
static uint32_t pieces_load(struct emit *e, const struct place *p)
{
    const uint32_t whole = spv_int(e->m, 8 * p->bytes);
    uint32_t value = 0;
    for (uint32_t i = 0; i < p->bytes; i += p->align) {
        const struct place part = piece(e, p, i);
        uint32_t x = emit1(e, SpvOpUConvert, whole, place_load(e, &part));
        if (i) x = emit2(e, SpvOpShiftLeftLogical, whole, x, emit_word(e, 8 * i));
        value = i ? emit2(e, SpvOpBitwiseOr, whole, value, x) : x;
    }
    return p->type == whole ? value : emit1(e, SpvOpBitcast, p->type, value);
}

static void pieces_store(struct emit *e, const struct place *p, uint32_t value)
{
    const uint32_t whole = spv_int(e->m, 8 * p->bytes);
    if (p->type != whole) value = emit1(e, SpvOpBitcast, whole, value);
    for (uint32_t i = 0; i < p->bytes; i += p->align) {
        const struct place part = piece(e, p, i);
        const uint32_t x =
            i ? emit2(e, SpvOpShiftRightLogical, whole, value, emit_word(e, 8 * i)) : value;
        place_store(e, &part, emit1(e, SpvOpUConvert, part.type, x));
    }
}

static struct place place_of(struct emit *e, LLVMValueRef access, LLVMValueRef pointer,
                             LLVMTypeRef type)
{
    const uint32_t bits = spv_bits(type) < 8 ? 8 : spv_bits(type);
    struct place p = {
        .address = emit_value(e, pointer),
        .bytes = bits / 8,
        .align = LLVMGetAlignment(access),
        .type = spv_bits(type) < 8 ? spv_int(e->m, 8) : emit_type(e, type),
    };
    if (!emit_constant_memory(e, pointer)) p.flags |= SpvMemoryAccessNonPrivatePointerMask;
    if (LLVMGetVolatile(access)) p.flags |= SpvMemoryAccessVolatileMask;
    return p;
}

// ------------------------------------------------------------------------------------------ atomics

static uint32_t semantics(struct emit *e, LLVMValueRef at, LLVMAtomicOrdering order, bool shared)
{
    const uint32_t where =
        shared ? SpvMemorySemanticsWorkgroupMemoryMask : SpvMemorySemanticsUniformMemoryMask;
    switch (order) {
    case LLVMAtomicOrderingUnordered:
    case LLVMAtomicOrderingMonotonic: return 0;
    case LLVMAtomicOrderingAcquire:
        return where | SpvMemorySemanticsAcquireMask | SpvMemorySemanticsMakeVisibleMask;
    case LLVMAtomicOrderingRelease:
        return where | SpvMemorySemanticsReleaseMask | SpvMemorySemanticsMakeAvailableMask;
    // Vulkan has no single order of all atomics: this is the strongest there is.
    case LLVMAtomicOrderingAcquireRelease:
    case LLVMAtomicOrderingSequentiallyConsistent:
        return where | SpvMemorySemanticsAcquireReleaseMask | SpvMemorySemanticsMakeVisibleMask |
               SpvMemorySemanticsMakeAvailableMask;
    default: ir_refuse(at, "an atomic with an unknown order");
    }
    (void)e;
}

// A load can only acquire, a store only release.
static LLVMAtomicOrdering half(LLVMAtomicOrdering order, LLVMAtomicOrdering side)
{
    if (order == LLVMAtomicOrderingAcquireRelease ||
        order == LLVMAtomicOrderingSequentiallyConsistent)
        return side;
    if (order == side) return order;
    return LLVMAtomicOrderingMonotonic;
}

static uint32_t scope(struct emit *e) { return emit_word(e, SpvScopeQueueFamily); }

static uint32_t atomic_pointer(struct emit *e, LLVMValueRef at, LLVMValueRef pointer,
                               LLVMTypeRef type)
{
    const struct cells *c = emit_cells(e, pointer);
    const uint32_t bits = spv_bits(type);
    if (bits != 32 && bits != 64)
        ir_refuse(at, "atomics on %u bits are not there: Vulkan has those of 32 and 64", bits);
    if (bits == 64) spv_capability(e->m, SpvCapabilityInt64Atomics);
    if (c) return cells_pointer(e->m, e->code, c, emit_value(e, pointer));
    return pointer_to(e, spv_int(e->m, bits), emit_value(e, pointer));
}

static bool is_shared(struct emit *e, LLVMValueRef pointer)
{
    const struct cells *c = emit_cells(e, pointer);
    return c && c->space == IR_SHARED;
}

// Nobody else sees a lane's own cells: a plain access is atomic there.
static bool is_own(struct emit *e, LLVMValueRef pointer)
{
    const struct cells *c = emit_cells(e, pointer);
    return c && c->space != IR_SHARED;
}

static uint32_t as_integer(struct emit *e, LLVMTypeRef type, uint32_t value)
{
    return spv_is_float(type) ? emit1(e, SpvOpBitcast, spv_int(e->m, spv_bits(type)), value)
                              : value;
}

static void atomic_load(struct emit *e, LLVMValueRef i)
{
    LLVMValueRef from = LLVMGetOperand(i, 0);
    LLVMTypeRef type = LLVMTypeOf(i);
    const uint32_t integer = spv_int(e->m, spv_bits(type));
    const LLVMAtomicOrdering order = half(LLVMGetOrdering(i), LLVMAtomicOrderingAcquire);
    const uint32_t p = atomic_pointer(e, i, from, type);
    const uint32_t how = emit_word(e, semantics(e, i, order, is_shared(e, from)) | VOLATILE);
    if (!spv_is_float(type)) {
        spv(e->code, SpvOpAtomicLoad, integer, emit_result(e, i), p, scope(e), how);
        return;
    }
    const uint32_t bits = emit3(e, SpvOpAtomicLoad, integer, p, scope(e), how);
    spv(e->code, SpvOpBitcast, emit_type(e, type), emit_result(e, i), bits);
}

static void atomic_store(struct emit *e, LLVMValueRef i)
{
    LLVMValueRef to = LLVMGetOperand(i, 1), value = LLVMGetOperand(i, 0);
    LLVMTypeRef type = LLVMTypeOf(value);
    const LLVMAtomicOrdering order = half(LLVMGetOrdering(i), LLVMAtomicOrderingRelease);
    const uint32_t p = atomic_pointer(e, i, to, type);
    const uint32_t how = emit_word(e, semantics(e, i, order, is_shared(e, to)) | VOLATILE);
    const uint32_t bits = as_integer(e, type, emit_value(e, value));
    spv(e->code, SpvOpAtomicStore, p, scope(e), how, bits);
}

void emit_exchange(struct emit *e, LLVMValueRef i)
{
    LLVMValueRef at = LLVMGetOperand(i, 0), expected = LLVMGetOperand(i, 1);
    LLVMTypeRef type = LLVMTypeOf(expected);
    const bool shared = is_shared(e, at);
    const uint32_t integer = spv_int(e->m, spv_bits(type)), p = atomic_pointer(e, i, at, type);
    const uint32_t equal = emit_word(e, semantics(e, i, LLVMGetCmpXchgSuccessOrdering(i), shared));
    const uint32_t unequal = emit_word(
        e,
        semantics(e, i, half(LLVMGetCmpXchgFailureOrdering(i), LLVMAtomicOrderingAcquire), shared));
    const uint32_t old = emit_value(e, expected), id = spv_id(e->m);
    spv(e->code, SpvOpAtomicCompareExchange, integer, id, p, scope(e), equal, unequal,
        emit_value(e, LLVMGetOperand(i, 2)), old);
    const uint32_t same = emit2(e, SpvOpIEqual, spv_bool(e->m), id, old);
    spv(e->code, SpvOpCompositeConstruct, emit_type(e, LLVMTypeOf(i)), emit_result(e, i), id, same);
}

void emit_update(struct emit *e, LLVMValueRef i)
{
    static const SpvOp ops[] = {
        [LLVMAtomicRMWBinOpXchg] = SpvOpAtomicExchange, [LLVMAtomicRMWBinOpAdd] = SpvOpAtomicIAdd,
        [LLVMAtomicRMWBinOpSub] = SpvOpAtomicISub,      [LLVMAtomicRMWBinOpAnd] = SpvOpAtomicAnd,
        [LLVMAtomicRMWBinOpOr] = SpvOpAtomicOr,         [LLVMAtomicRMWBinOpXor] = SpvOpAtomicXor,
        [LLVMAtomicRMWBinOpMax] = SpvOpAtomicSMax,      [LLVMAtomicRMWBinOpMin] = SpvOpAtomicSMin,
        [LLVMAtomicRMWBinOpUMax] = SpvOpAtomicUMax,     [LLVMAtomicRMWBinOpUMin] = SpvOpAtomicUMin,
    };
    const unsigned op = (unsigned)LLVMGetAtomicRMWBinOp(i);
    LLVMTypeRef type = LLVMTypeOf(i);
    if (op >= sizeof ops / sizeof *ops || !ops[op])
        ir_refuse(i, "Vulkan has no such atomic: use a compare-exchange loop");
    LLVMValueRef at = LLVMGetOperand(i, 0);
    const uint32_t integer = spv_int(e->m, spv_bits(type)), p = atomic_pointer(e, i, at, type);
    const uint32_t how = emit_word(e, semantics(e, i, LLVMGetOrdering(i), is_shared(e, at)));
    const uint32_t value = as_integer(e, type, emit_value(e, LLVMGetOperand(i, 1)));
    const uint32_t id = spv_is_float(type) ? spv_id(e->m) : emit_result(e, i);
    spv(e->code, ops[op], integer, id, p, scope(e), how, value);
    if (spv_is_float(type)) spv(e->code, SpvOpBitcast, emit_type(e, type), emit_result(e, i), id);
}

void emit_fence(struct emit *e, LLVMValueRef i)
{
    const uint32_t how = semantics(e, i, LLVMGetOrdering(i), false);
    if (!LLVMIsAtomicSingleThread(i) && how)
        spv(e->code, SpvOpMemoryBarrier, scope(e), emit_word(e, how));
}

// --------------------------------------------------------------------------------------- plain

void emit_load(struct emit *e, LLVMValueRef i)
{
    LLVMValueRef from = LLVMGetOperand(i, 0);
    LLVMTypeRef type = LLVMTypeOf(i);
    if (LLVMGetOrdering(i) != LLVMAtomicOrderingNotAtomic && !is_own(e, from)) {
        atomic_load(e, i);
        return;
    }
    if (!spv_is_scalar(type)) ir_refuse(i, "internal error: a load of an aggregate");
    uint32_t value;
    const struct cells *c = emit_cells(e, from);
    if (c) {
        value = cells_load(e->m, e->code, c, emit_value(e, from), type);
    } else {
        const struct place p = place_of(e, i, from, type);
        value = p.align < p.bytes ? pieces_load(e, &p) : place_load(e, &p);
        if (spv_bits(type) == 1)
            value = emit2(e, SpvOpINotEqual, spv_bool(e->m), value, spv_constant(e->m, 8, 0));
    }
    const bool narrow = LLVMGetTypeKind(type) == LLVMPointerTypeKind && c && emit_cells(e, i);
    if (narrow) ir_refuse(i, "internal error: a pointer without an address was stored");
    spv(e->code, SpvOpCopyObject, emit_type(e, type), emit_result(e, i), value);
}

void emit_store(struct emit *e, LLVMValueRef i)
{
    LLVMValueRef to = LLVMGetOperand(i, 1), what = LLVMGetOperand(i, 0);
    LLVMTypeRef type = LLVMTypeOf(what);
    if (LLVMGetOrdering(i) != LLVMAtomicOrderingNotAtomic && !is_own(e, to)) {
        atomic_store(e, i);
        return;
    }
    if (!spv_is_scalar(type)) ir_refuse(i, "internal error: a store of an aggregate");
    uint32_t value = emit_value(e, what);
    const struct cells *c = emit_cells(e, to);
    if (c) {
        cells_store(e->m, e->code, c, emit_value(e, to), type, value);
        return;
    }
    const struct place p = place_of(e, i, to, type);
    if (spv_bits(type) == 1)
        value = emit3(e, SpvOpSelect, p.type, value, spv_constant(e->m, 8, 1),
                      spv_constant(e->m, 8, 0));
    if (p.align < p.bytes)
        pieces_store(e, &p, value);
    else
        place_store(e, &p, value);
}

// ----------------------------------------------------- 8 and 16 bits where only words can be reached

struct part {
    uint32_t word;   // the word's address
    uint32_t shift;  // of the part in it, bits
};

static struct part part_of(struct emit *e, uint32_t address)
{
    const uint32_t wide = spv_int(e->m, 64), word = spv_int(e->m, 32);
    const uint32_t low = emit1(e, SpvOpUConvert, word, address);
    const uint32_t in = emit2(e, SpvOpBitwiseAnd, word, low, emit_word(e, 3));
    return (struct part){
        emit2(e, SpvOpBitwiseAnd, wide, address, spv_constant(e->m, 64, ~3ull)),
        emit2(e, SpvOpShiftLeftLogical, word, in, emit_word(e, 3)),
    };
}

uint32_t emit_small_load(struct emit *e, uint32_t address, uint32_t bits)
{
    const uint32_t word = spv_int(e->m, 32);
    const struct part part = part_of(e, address);
    const struct place p = {part.word, 4, 4, word, SpvMemoryAccessNonPrivatePointerMask};
    const uint32_t x = emit2(e, SpvOpShiftRightLogical, word, place_load(e, &p), part.shift);
    return emit2(e, SpvOpBitwiseAnd, word, x, emit_word(e, (1u << bits) - 1));
}

// Two atomics, each of which leaves the neighbours alone.
void emit_small_store(struct emit *e, uint32_t address, uint32_t bits, uint32_t value)
{
    const uint32_t word = spv_int(e->m, 32), ones = emit_word(e, (1u << bits) - 1);
    const struct part part = part_of(e, address);
    const uint32_t p = pointer_to(e, word, part.word), none = emit_word(e, 0);
    uint32_t mask = emit2(e, SpvOpShiftLeftLogical, word, ones, part.shift);
    mask = emit1(e, SpvOpNot, word, mask);
    value = emit2(e, SpvOpBitwiseAnd, word, value, ones);
    value = emit2(e, SpvOpShiftLeftLogical, word, value, part.shift);
    const uint32_t where = scope(e), a = spv_id(e->m), b = spv_id(e->m);
    spv(e->code, SpvOpAtomicAnd, word, a, p, where, none, mask);
    spv(e->code, SpvOpAtomicOr, word, b, p, where, none, value);
}
