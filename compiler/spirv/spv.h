// One SPIR-V module being written: ids, words, types, constants.  A module holds one kernel as one function.
#ifndef SPV_H
#define SPV_H

#include <spirv/unified1/GLSL.std.450.h>
#include <spirv/unified1/spirv.h>

#include "compiler/spirv/ir.h"

// ------------------------------------------------------------------------------------------- words

struct spv_words {
    uint32_t *word;
    uint32_t count, room;
};
void spv_put(struct spv_words *w, uint32_t word);
void spv_append(struct spv_words *w, const struct spv_words *other);
void spv_write(struct spv_words *w, SpvOp op, uint32_t operands, const uint32_t *operand);
// spv(w, op, operands...)
#define spv(w, op, ...) \
    spv_write(w, op, sizeof((uint32_t[]){__VA_ARGS__}) / 4, (uint32_t[]){__VA_ARGS__})
// operands, then a text, then more operands
void spv_write_text(struct spv_words *w, SpvOp op, uint32_t before, const uint32_t *first,
                    const char *text, uint32_t after, const uint32_t *last);

// A map from a key of two words' size to an id; 0: not there yet.
struct spv_map {
    struct spv_entry *entry;
    uint32_t count, room;
};
uint32_t *spv_slot(struct spv_map *map, uint64_t a, uint64_t b);
#define spv_key(pointer) ((uint64_t)(uintptr_t)(pointer))

// ------------------------------------------------------------------------------------------ module

enum spv_variable {  // what the entry point's interface may name
    SPV_VAR_PUSH,
    SPV_VAR_GROUP_ID,
    SPV_VAR_GROUP_COUNT,
    SPV_VAR_LOCAL_ID,
    SPV_VAR_LOCAL_INDEX,
    SPV_VAR_LANE,
    SPV_VAR_WIDTH,
    SPV_VAR_SUBGROUP,
    SPV_VARS
};

struct spv_module {
    struct ir *ir;
    struct spv_words names, decorations, types, code;
    uint32_t next;  // id
    struct spv_map type_of, constant_of, pointer_of, capability, extension_of;
    uint32_t glsl;  // the extended instructions, 0: unused
    uint32_t variable[SPV_VARS];
    struct spv_words interface;
    uint32_t spec[6];                          // by HC_SPIRV_SPEC_*
    uint32_t group_size;                       // composite of the first three
    uint32_t stack;                            // default of HC_SPIRV_SPEC_STACK
    uint32_t needs;                            // HC_SPIRV_NEEDS_*
    uint32_t shared;                           // bytes of workgroup memory
    uint32_t loops, selections, instructions;  // counted for the reader
};

uint32_t spv_id(struct spv_module *m);
void spv_capability(struct spv_module *m, SpvCapability capability);
uint32_t spv_glsl(struct spv_module *m);

// Types.  An LLVM pointer is a 64-bit integer; i1 is bool; structs and arrays are structs.
uint32_t spv_void(struct spv_module *m);
uint32_t spv_bool(struct spv_module *m);
uint32_t spv_int(struct spv_module *m, uint32_t bits);
uint32_t spv_float(struct spv_module *m, uint32_t bits);
uint32_t spv_vector(struct spv_module *m, uint32_t element, uint32_t count);
uint32_t spv_array(struct spv_module *m, uint32_t element, uint32_t count);
uint32_t spv_pointer(struct spv_module *m, SpvStorageClass storage, uint32_t to);
uint32_t spv_type(struct spv_module *m, LLVMTypeRef type);
// A type as memory holds it: i1 is a byte there.
uint32_t spv_bits(LLVMTypeRef type);  // of a scalar: 1, 8, 16, 32 or 64
bool spv_is_float(LLVMTypeRef type);
bool spv_is_scalar(LLVMTypeRef type);

// Constants.
uint32_t spv_constant(struct spv_module *m, uint32_t bits, uint64_t value);  // 1: bool
uint32_t spv_constant_of(struct spv_module *m, uint32_t type, uint32_t bits, uint64_t value);
uint32_t spv_null(struct spv_module *m, uint32_t type);
uint32_t spv_undef(struct spv_module *m, uint32_t type);
uint32_t spv_spec(struct spv_module *m, uint32_t spec);  // HC_SPIRV_SPEC_*
uint32_t spv_group_size(struct spv_module *m);

// Variables.
uint32_t spv_builtin(struct spv_module *m, enum spv_variable which);
uint32_t spv_global(struct spv_module *m, SpvStorageClass storage, uint32_t type,
                    uint32_t initializer);

// Puts the sections together.
struct spv_words spv_finish(struct spv_module *m, uint32_t main);

#endif
