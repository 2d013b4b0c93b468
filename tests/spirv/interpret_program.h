// Inside the interpreter: a kernel's SPIR-V as decoded, and a lane that runs it.
//
// Every id that has a value owns slots, 64 bits each: one for a scalar or pointer (integers
// zero-extended, floats as their bits, bools 0 or 1), one for every scalar of a composite, in order.
// Functions don't call themselves, so one array of slots a lane is enough.  Variables of no fixed
// layout are slots too, and their pointers are slots' addresses.
#ifndef HC_TEST_INTERPRET_PROGRAM_H
#define HC_TEST_INTERPRET_PROGRAM_H

#include <setjmp.h>

#include <spirv/unified1/GLSL.std.450.h>
#include <spirv/unified1/spirv.h>

#include "tests/spirv/interpret.h"

// ------------------------------------------------------------------------------------ instructions

struct lane;
struct insn;
// Returns the next instruction; NULL: lane->state says why it stops.
typedef const struct insn *insn_run(uint64_t *v, const struct insn *i, struct lane *lane);

struct insn {
    insn_run *run;
    uint64_t mask;  // of the result's bits
    const void *more;
    uint32_t r, a, b, c, d;  // slots
    uint32_t n;              // a count
    uint32_t at;             // word in the SPIR-V
    uint8_t from, to;        // bits of the first operand's and the result's scalars
};

struct move {
    uint32_t to, from;
};
struct edge {  // to a block, with what its phis take
    const struct insn *target;
    struct move *move;
    uint32_t moves, block;
    bool tangled;  // a move overwrites what a later one reads
};

// ------------------------------------------------------------------------------------------- types

struct type {
    uint32_t id;
    SpvOp op;       // OpType*
    uint32_t bits;  // scalars and pointers
    bool is_signed;
    uint32_t slots;
    uint32_t count;              // elements, members, parameters; 0: a runtime array
    const struct type *element;  // of vectors and arrays; what functions return
    const struct type **member;
    uint32_t *offset;  // of members, in bytes; NO_OFFSET
    uint32_t stride;   // of arrays, in bytes; 0: none given
    SpvStorageClass storage;
    uint32_t pointee;  // id
};
#define NO_OFFSET UINT32_MAX

struct leaf {  // a scalar of a composite that memory holds
    uint32_t at, bytes;
};
struct leaves {
    uint32_t count, bytes;
    struct leaf leaf[];
};

// ----------------------------------------------------------------------------------------- program

struct decoration {
    struct decoration *next;
    uint32_t member;       // NO_MEMBER: of the id itself
    uint32_t what, value;  // the first literal
};
#define NO_MEMBER UINT32_MAX

struct id {
    uint32_t at;    // the word that defines it; 0: nothing does
    uint32_t type;  // its type's id; 0: it has none
    uint32_t slot;
    uint32_t block;     // where it is defined, counted from 1; 0: not in a block
    uint32_t function;  // likewise
    bool known;         // a constant: program->initial has its value
    bool interface;     // the entry point lists it
    struct type *is;    // a type
    struct decoration *decorations;
};

struct block {
    uint32_t label, at;       // id, word
    uint32_t last, merge_at;  // words of its terminator and its merge instruction; 0: has none
    uint32_t function;        // index
    uint32_t *next, nexts;    // blocks, each once
    uint32_t *before, befores;
    uint32_t order;      // in reverse post-order, from 1; 0: can't be reached
    uint32_t dominator;  // block that dominates it at once; its own index: the first
    uint32_t in, out;    // when a walk of the dominator tree enters and leaves it
    uint32_t insn;       // its first instruction
};

struct function {
    uint32_t id, at;
    const struct type *type;
    uint32_t parameter, parameters;  // in program->parameter
    uint32_t block, blocks;          // first one, how many
    uint32_t back;                // slot: the call to go back to, 0 in the kernel's first function
    uint32_t *calls, call_count;  // functions
    int visited;
};

struct global {               // a variable outside of functions
    uint32_t at, id, slot;    // slot: holds the pointer
    const struct type *type;  // of what it points at
    SpvStorageClass storage;
    uint32_t place;      // its slots: of the lane, or counted in workgroup memory
    uint32_t initial;    // slot of its initial value; 0: none
    SpvBuiltIn builtin;  // Input
};

// Grows by append().
#define LIST(type)            \
    struct {                  \
        type *item;           \
        uint32_t count, room; \
    }

struct program {
    const struct spirv_launch *launch;
    const struct hc_spirv_kernel *kernel;
    const uint32_t *word;
    uint32_t words, bound;
    struct id *id;
    LIST(struct function) function;
    LIST(struct block) block;
    LIST(struct global) global;
    LIST(struct insn) insn;
    LIST(struct edge *) edge;
    LIST(uint32_t) capability;
    LIST(uint32_t) parameter;  // ids
    LIST(struct spirv_constant) constant;
    uint64_t *initial;  // the slots of a lane that begins
    uint32_t slots, slot_room;
    uint32_t shared_slots, shared_bytes;
    uint32_t entry;                // id
    uint32_t size_at, size_id[3];  // execution mode LocalSizeId, or literals
    bool size_is_id;
    uint32_t moves;  // the most that an edge has
    uint32_t glsl;   // the id of GLSL.std.450
    struct chunk *chunk;
    jmp_buf refused;
    char *message;
};

// Ends the decoding with a message.
_Noreturn void refuse(struct program *p, uint32_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void program_free(struct program *p);
// Memory that lives as long as the program, zeroed.
void *take(struct program *p, size_t bytes);
void *grow(struct program *p, void *items, uint32_t count, uint32_t *room, size_t bytes);
#define append(p, list)                                                                        \
    ((list)->item = grow(p, (list)->item, (list)->count, &(list)->room, sizeof *(list)->item), \
     &(list)->item[(list)->count++])
uint32_t take_slots(struct program *p, uint64_t count);
// Whether an instruction has a result's id, and a type's before it.
void op_shape(uint32_t op, bool *has_result, bool *has_type);
const char *opcode_name(uint32_t op);  // "?": unknown

// The steps of loading, in order.
void scan(struct program *p);          // ids, functions, blocks
void read_globals(struct program *p);  // types, constants, variables outside of functions
void read_flow(struct program *p);     // which block follows which, dominators
void read_bodies(struct program *p);   // instructions

struct id *id_at(struct program *p, uint32_t at, uint32_t id);  // refuses what is not defined
const struct type *type_at(struct program *p, uint32_t at, uint32_t id);
const struct type *pointee_at(struct program *p, uint32_t at, const struct type *pointer);
const struct decoration *decorated(const struct id *id, uint32_t member, uint32_t what);
bool capable(const struct program *p, SpvCapability capability);

// types.c
void read_type(struct program *p, uint32_t at);
void read_pointer_ahead(struct program *p, uint32_t at);
bool is_scalar(const struct type *t);
bool is_composite(const struct type *t);
bool is_address(const struct type *t);
bool has_layout(const struct type *pointer);  // its memory is bytes at fixed offsets, not slots
bool is_logical(const struct type *t);        // a pointer that is no address: nothing may hold it
bool is_integer(const struct type *t, uint32_t bits);  // bits 0: any
const struct type *scalar_of(const struct type *t);    // a vector's element, else t
uint32_t lanes_of(const struct type *t);               // a vector's length, else 1
uint64_t mask_of(uint32_t bits);
// A member's type, where it is in slots and, if `bytes` is not NULL, in bytes.
const struct type *member_at(struct program *p, uint32_t at, const struct type *t, uint32_t number,
                             uint32_t *slot, uint64_t *bytes);
uint64_t bytes_of(struct program *p, uint32_t at, const struct type *t);
uint64_t bytes_without_layout(const struct type *t);
const struct leaves *leaves_of(struct program *p, uint32_t at, const struct type *t);

// constants.c
void read_constant(struct program *p, uint32_t at);
uint64_t constant_at(struct program *p, uint32_t at, uint32_t id);  // of an integer
void fill_slots(struct program *p, const struct type *t, uint32_t slot);

// flow.c
bool dominates(const struct program *p, uint32_t a, uint32_t b);
uint32_t block_at(struct program *p, uint32_t at, uint32_t function, uint32_t label);

// -------------------------------------------------------------------------------------------- lane

struct window {
    uint64_t at, size;
};
enum lane_state { LANE_RUNS, LANE_DONE, LANE_FAULT, LANE_STEPS, LANE_BARRIER };
struct lane {
    struct window near;  // the one used last
    enum lane_state state;
    const struct insn *pc;    // where to go on
    const struct insn *stop;  // the barrier that it waits at, or the fault
    uint64_t left;            // steps
    uint64_t *v;
    uint64_t *scratch;  // for program->moves
    struct window *window;
    uint32_t windows;
    uint8_t *push;
    uint8_t *data;  // its own copy of the data segment
    uint64_t *clock;
    const struct spirv_launch *launch;
    char text[SPIRV_MESSAGE - 100];
};

void lane_run(struct lane *lane);
// Each returns NULL.
const struct insn *lane_fault(struct lane *lane, const struct insn *i, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
const struct insn *lane_unreached(struct lane *lane, const struct insn *i, uint64_t at,
                                  uint64_t bytes);
bool lane_look(struct lane *lane, uint64_t at, uint64_t bytes);
// A value that SPIR-V leaves undefined, though it does not forbid to ask for it: goes on if the launch wants that.
const struct insn *lane_undefined(uint64_t *v, const struct insn *i, struct lane *lane,
                                  const char *why);

// The memory at an address, or NULL.
static inline void *lane_memory(struct lane *lane, uint64_t at, uint64_t bytes)
{
    if (bytes > lane->near.size || at - lane->near.at > lane->near.size - bytes)
        if (!lane_look(lane, at, bytes)) return NULL;
    return (void *)(uintptr_t)at;
}

static inline int64_t sign(uint64_t value, uint32_t bits)
{
    return (int64_t)(value << (64 - bits)) >> (64 - bits);
}

#endif
