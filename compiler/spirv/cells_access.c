// Loads and stores of objects that are arrays of cells: of one cell, of several, of a part of one.
#include "backends/vulkan/module.h"
#include "compiler/spirv/cells.h"

struct at {  // one access being written
    struct spv_module *m;
    struct spv_words *code;
    const struct cells *c;
};

static uint32_t op1(const struct at *a, SpvOp op, uint32_t type, uint32_t x)
{
    const uint32_t id = spv_id(a->m);
    spv(a->code, op, type, id, x);
    return id;
}

static uint32_t op2(const struct at *a, SpvOp op, uint32_t type, uint32_t x, uint32_t y)
{
    const uint32_t id = spv_id(a->m);
    spv(a->code, op, type, id, x, y);
    return id;
}

static uint32_t word(const struct at *a, uint32_t value) { return spv_constant(a->m, 32, value); }

void cells_declare(struct spv_module *m, struct cells *c, struct spv_words *function_variables)
{
    c->element = c->type && spv_bits(c->type) > 1 ? spv_type(m, c->type) : spv_int(m, c->cell * 8);
    const uint32_t count = (c->bytes + c->cell - 1) / c->cell;
    if (c->space == IR_PUSH) {
        c->variable = spv_builtin(m, SPV_VAR_PUSH);
        c->pointer = spv_pointer(m, SpvStorageClassPushConstant, c->element);
        return;
    }
    const SpvStorageClass storage = c->space == IR_MEMORY ? SpvStorageClassFunction
                                    : c->space == IR_LANE ? SpvStorageClassPrivate
                                                          : SpvStorageClassWorkgroup;
    const uint32_t array = spv_array(m, c->element, count);
    c->pointer = spv_pointer(m, storage, c->element);
    if (storage == SpvStorageClassFunction) {
        const uint32_t pointer = spv_pointer(m, storage, array);
        c->variable = spv_id(m);
        if (c->initializer)
            spv(function_variables, SpvOpVariable, pointer, c->variable, (uint32_t)storage,
                c->initializer);
        else
            spv(function_variables, SpvOpVariable, pointer, c->variable, (uint32_t)storage);
        return;
    }
    if (storage == SpvStorageClassWorkgroup) m->shared += count * c->cell;
    c->variable =
        spv_global(m, storage, array, storage == SpvStorageClassPrivate ? spv_null(m, array) : 0);
}

static uint32_t cell_pointer(const struct at *a, uint32_t index)
{
    const uint32_t id = spv_id(a->m);
    if (a->c->space == IR_PUSH)
        spv(a->code, SpvOpAccessChain, a->c->pointer, id, a->c->variable, word(a, 0), index);
    else
        spv(a->code, SpvOpAccessChain, a->c->pointer, id, a->c->variable, index);
    return id;
}

static uint32_t cell_index(const struct at *a, uint32_t offset)
{
    if (a->c->cell == 1) return offset;
    return op2(a, SpvOpShiftRightLogical, spv_int(a->m, 32), offset,
               word(a, (uint32_t)__builtin_ctz(a->c->cell)));
}

static uint32_t cell_load(const struct at *a, uint32_t index)
{
    return op1(a, SpvOpLoad, a->c->element, cell_pointer(a, index));
}

static void cell_store(const struct at *a, uint32_t index, uint32_t value)
{
    const uint32_t pointer = cell_pointer(a, index);
    spv(a->code, SpvOpStore, pointer, value);
}

static uint32_t next_index(const struct at *a, uint32_t index, uint32_t k)
{
    return k ? op2(a, SpvOpIAdd, spv_int(a->m, 32), index, word(a, k)) : index;
}

uint32_t cells_pointer(struct spv_module *m, struct spv_words *code, const struct cells *c,
                       uint32_t offset)
{
    const struct at a = {m, code, c};
    return cell_pointer(&a, cell_index(&a, offset));
}

// The bits of a value as an unsigned integer of its size, and back.
static uint32_t to_bits(const struct at *a, LLVMTypeRef type, uint32_t value)
{
    if (spv_bits(type) == 1) {
        const uint32_t id = spv_id(a->m), byte = spv_int(a->m, 8);
        spv(a->code, SpvOpSelect, byte, id, value, spv_constant(a->m, 8, 1),
            spv_constant(a->m, 8, 0));
        return id;
    }
    return spv_is_float(type) ? op1(a, SpvOpBitcast, spv_int(a->m, spv_bits(type)), value) : value;
}

static uint32_t from_bits(const struct at *a, LLVMTypeRef type, uint32_t bits)
{
    if (spv_bits(type) == 1)
        return op2(a, SpvOpINotEqual, spv_bool(a->m), bits, spv_constant(a->m, 8, 0));
    return spv_is_float(type) ? op1(a, SpvOpBitcast, spv_type(a->m, type), bits) : bits;
}

static uint32_t part_shift(const struct at *a, uint32_t offset)
{
    const uint32_t in = op2(a, SpvOpBitwiseAnd, spv_int(a->m, 32), offset, word(a, a->c->cell - 1));
    return op2(a, SpvOpShiftLeftLogical, spv_int(a->m, 32), in, word(a, 3));
}

uint32_t cells_load(struct spv_module *m, struct spv_words *code, const struct cells *c,
                    uint32_t offset, LLVMTypeRef type)
{
    const struct at a = {m, code, c};
    const uint32_t index = cell_index(&a, offset);
    if (c->type == type && spv_bits(type) > 1) return cell_load(&a, index);
    const uint32_t bits = spv_bits(type) < 8 ? 8 : spv_bits(type), bytes = bits / 8;
    const uint32_t whole = spv_int(m, bits);
    uint32_t value;
    if (bytes < c->cell) {
        value = op2(&a, SpvOpShiftRightLogical, c->element, cell_load(&a, index),
                    part_shift(&a, offset));
        return from_bits(&a, type, op1(&a, SpvOpUConvert, whole, value));
    }
    value = cell_load(&a, index);
    if (bytes == c->cell) return from_bits(&a, type, value);
    value = op1(&a, SpvOpUConvert, whole, value);
    for (uint32_t k = 1; k < bytes / c->cell; k++) {
        uint32_t more = op1(&a, SpvOpUConvert, whole, cell_load(&a, next_index(&a, index, k)));
        more = op2(&a, SpvOpShiftLeftLogical, whole, more, word(&a, 8 * c->cell * k));
        value = op2(&a, SpvOpBitwiseOr, whole, value, more);
    }
    return from_bits(&a, type, value);
}

void cells_store(struct spv_module *m, struct spv_words *code, const struct cells *c,
                 uint32_t offset, LLVMTypeRef type, uint32_t value)
{
    const struct at a = {m, code, c};
    const uint32_t index = cell_index(&a, offset);
    if (c->type == type && spv_bits(type) > 1) {
        cell_store(&a, index, value);
        return;
    }
    const uint32_t bits = spv_bits(type) < 8 ? 8 : spv_bits(type), bytes = bits / 8;
    value = to_bits(&a, type, value);
    if (bytes < c->cell) {
        const uint32_t shift = part_shift(&a, offset);
        const uint32_t ones = spv_constant(m, 8 * c->cell, (1ull << bits) - 1);
        uint32_t mask = op2(&a, SpvOpShiftLeftLogical, c->element, ones, shift);
        mask = op1(&a, SpvOpNot, c->element, mask);
        const uint32_t rest = op2(&a, SpvOpBitwiseAnd, c->element, cell_load(&a, index), mask);
        value = op1(&a, SpvOpUConvert, c->element, value);
        value = op2(&a, SpvOpShiftLeftLogical, c->element, value, shift);
        cell_store(&a, index, op2(&a, SpvOpBitwiseOr, c->element, rest, value));
        return;
    }
    if (bytes == c->cell) {
        cell_store(&a, index, value);
        return;
    }
    const uint32_t whole = spv_int(m, bits);
    for (uint32_t k = 0; k < bytes / c->cell; k++) {
        const uint32_t part =
            k ? op2(&a, SpvOpShiftRightLogical, whole, value, word(&a, 8 * c->cell * k)) : value;
        cell_store(&a, next_index(&a, index, k), op1(&a, SpvOpUConvert, c->element, part));
    }
}
