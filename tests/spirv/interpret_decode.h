// Inside the interpreter: how the decoders of single instructions are made.
#ifndef HC_TEST_INTERPRET_DECODE_H
#define HC_TEST_INTERPRET_DECODE_H

#include "tests/spirv/interpret_program.h"

struct decoder {
    struct program *p;
    uint32_t function, block;  // indices; where it is: NOWHERE for constants
    const uint32_t *w;         // the instruction, w[0] is its opcode
    uint32_t count, at;        // its words, where it begins in the module
    const struct type *type;   // of its result, if it has one
    uint32_t r;                // its result's slot
};
#define NOWHERE UINT32_MAX

struct value {
    const struct type *type;
    uint32_t slot, id;
};
// The value of the instruction's word `index`; it must be defined wherever the instruction runs.
struct value use(struct decoder *d, uint32_t index);
struct value use_integer(struct decoder *d, uint32_t index);
bool is_constant(struct decoder *d, uint32_t index);
uint64_t use_constant(struct decoder *d, uint32_t index);
void words_are(struct decoder *d, uint32_t least, uint32_t most);
// A new instruction with r, at and mask set (the result's scalar), the rest zero.
struct insn *emit(struct decoder *d, insn_run *run);
void emit_copy(struct decoder *d, uint32_t to, uint32_t from, uint32_t slots);
struct edge *new_edge(struct decoder *d,
                      uint32_t label_index);  // to the block that this word names
void check_phi(struct program *p, uint32_t at, uint32_t block);

// One operation on scalars, component by component on vectors.  The form names the result, then the operands:
//   b bool   i integers of one width   w those, 32 bits   j integers of any width
//   f floats of one width   g floats of any width
// run: by the width of f (16, 32, 64 bits), the first without f.
struct rule {
    uint32_t op;
    const char *name, *form;
    insn_run *run[3];
};
const struct rule *integer_rule(uint32_t op);
const struct rule *float_rule(uint32_t op);
const struct rule *conversion_rule(uint32_t op);
const struct rule *any_rule(uint32_t op);  // of the three above
const struct rule *glsl_integer_rule(uint32_t op);
const struct rule *glsl_float_rule(uint32_t op);
void decode_rule(struct decoder *d, const struct rule *rule, uint32_t first);

// An instruction with a decoder of its own.
struct special {
    uint32_t op;
    const char *name;
    void (*decode)(struct decoder *d);
};
const struct special *composite_special(uint32_t op);
const struct special *pointer_special(uint32_t op);
const struct special *memory_special(uint32_t op);
const struct special *atomic_special(uint32_t op);
const struct special *control_special(uint32_t op);
const struct special *group_special(uint32_t op);
const struct special *any_special(uint32_t op);  // of the six above
#define FIND(table, op) find_row(table, sizeof(table) / sizeof *(table), sizeof *(table), op)
// In a table of structs that begin with the opcode; NULL: not there.
const void *find_row(const void *table, size_t count, size_t size, uint32_t op);

void decode_instruction(struct decoder *d);

// Scopes and semantics, which must be constants that the Vulkan memory model knows.
uint32_t use_scope(struct decoder *d, uint32_t index);
void check_scope(struct decoder *d, uint32_t id);
enum semantics { SEMANTICS_LOAD, SEMANTICS_STORE, SEMANTICS_BOTH };
void use_semantics(struct decoder *d, uint32_t index, enum semantics kind);

#define RUN(name) \
    static const struct insn *name(uint64_t *v, const struct insn *i, struct lane *lane)

#endif
