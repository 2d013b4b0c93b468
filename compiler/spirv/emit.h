// A kernel's one function on its way from LLVM's IR to SPIR-V: what the parts of the emission share.
#ifndef EMIT_H
#define EMIT_H

#include "compiler/spirv/cells.h"
#include "compiler/spirv/data.h"
#include "compiler/spirv/graph.h"

struct emit_options {
    bool lane_data;  // each lane has the data segment to itself
};

struct emit {
    struct spv_module *m;
    struct ir *ir;
    const struct emit_options *options;
    const char *kernel;
    const struct data *data;
    struct graph graph;
    struct spv_words *code;      // where instructions go
    struct spv_words variables;  // of the function
    struct spv_words prologue;   // in front of everything else
    struct spv_map value;        // LLVM value -> id
    struct spv_map block;        // LLVM block -> node + 1
    struct spv_map cells_of;     // pointer -> number of its cells + 1
    struct cells *cells;
    uint32_t cells_count;
    uint32_t data_address;  // id; 0: not used yet
    uint32_t
        data_size;  // lane_data: id of that constant, whose value is known when all kernels are done
};

// function.c: main, a function without parameters or results.
struct spv_words emit_kernel(struct ir *ir, LLVMValueRef main, const char *kernel,
                             const struct data *data, uint32_t stack,
                             const struct emit_options *options, struct spv_module *m);

// values.c
uint32_t emit_value(struct emit *e, LLVMValueRef v);
uint32_t emit_joined(struct emit *e, LLVMValueRef joined,
                     LLVMValueRef v);  // v, an operand of that phi or select
uint32_t emit_result(struct emit *e, LLVMValueRef instruction);  // the id it is to define
uint32_t emit_address(struct emit *e, LLVMValueRef gep);
const struct cells *emit_cells(struct emit *e, LLVMValueRef pointer);  // NULL: a pointer to memory
bool emit_constant_memory(struct emit *e, LLVMValueRef pointer);       // nothing ever writes there
uint32_t emit_type(struct emit *e, LLVMTypeRef type);
uint32_t emit_word(struct emit *e, uint32_t value);

// A new id with the result.
uint32_t emit1(struct emit *e, SpvOp op, uint32_t type, uint32_t a);
uint32_t emit2(struct emit *e, SpvOp op, uint32_t type, uint32_t a, uint32_t b);
uint32_t emit3(struct emit *e, SpvOp op, uint32_t type, uint32_t a, uint32_t b, uint32_t c);

// access.c: memory.
void emit_load(struct emit *e, LLVMValueRef i);
void emit_store(struct emit *e, LLVMValueRef i);
void emit_exchange(struct emit *e, LLVMValueRef i);  // cmpxchg
void emit_update(struct emit *e, LLVMValueRef i);    // atomicrmw
void emit_fence(struct emit *e, LLVMValueRef i);
uint32_t emit_small_load(struct emit *e, uint32_t address,
                         uint32_t bits);  // of 8 or 16 bits, without such accesses
void emit_small_store(struct emit *e, uint32_t address, uint32_t bits, uint32_t value);

// instructions.c, calls.c
void emit_instruction(struct emit *e, LLVMValueRef i);
void emit_call(struct emit *e, LLVMValueRef i);

#endif
