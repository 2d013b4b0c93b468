// Objects without an address: a lane's own arrays and variables, workgroup memory, the push constants.  SPIR-V has no
// pointers to them that could be stored or computed with, so a pointer to such an object is its byte offset, 32 bits
// wide, and the object is an array of equal cells.
//
// An object can be so if all that is done with its address is to add to it, to load and store through it, and to
// choose or compare among pointers to the same object.
#ifndef CELLS_H
#define CELLS_H

#include "compiler/spirv/spv.h"

struct cells {
    LLVMValueRef object;   // alloca or global variable
    enum ir_space space;   // IR_MEMORY stands for an alloca, or a table
    uint32_t initializer;  // id: what a table holds; 0: none
    uint32_t bytes;
    uint32_t cell;     // bytes of one: 1, 2, 4 or 8
    LLVMTypeRef type;  // of every access, if each takes one cell; NULL: cells are unsigned integers
    uint32_t variable;  // ids, once it is declared: of the variable,
    uint32_t element;   // ... of a cell's type
    uint32_t pointer;   // ... and of the type of pointers to it
};

#define CELLS_BYTES_MAX 16384  // of an alloca; larger ones go to the stack
#define CELLS_TABLE_MAX 4096   // of a table

// False: the object must have an address; *why is an instruction that wants it, or NULL if the object is too large.
bool cells_measure(struct ir *ir, LLVMValueRef object, struct cells *out, LLVMValueRef *why);

// Whether a constant in memory is only looked up, all entries being of one type: drivers have better places for it.
bool cells_table(struct ir *ir, LLVMValueRef global, struct cells *out);

// Notes `number` for the object and every instruction that computes a pointer to it.
void cells_note(LLVMValueRef object, struct spv_map *of, uint32_t number);

void cells_declare(struct spv_module *m, struct cells *c, struct spv_words *function_variables);

// A load or store of a scalar at a byte offset (an id of a 32-bit integer).  The value of an i1 is a bool.
uint32_t cells_load(struct spv_module *m, struct spv_words *code, const struct cells *c,
                    uint32_t offset, LLVMTypeRef type);
void cells_store(struct spv_module *m, struct spv_words *code, const struct cells *c,
                 uint32_t offset, LLVMTypeRef type, uint32_t value);
// The pointer an atomic on workgroup memory works on; the type is that of the cells (cells_measure saw to it).
uint32_t cells_pointer(struct spv_module *m, struct spv_words *code, const struct cells *c,
                       uint32_t offset);

#endif
