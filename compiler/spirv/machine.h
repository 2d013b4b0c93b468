// Functions as states of one loop: what machine*.c share.
//
// A state is a block that the loop's switch jumps to: where a function begins, or where it goes on after a call of
// another such function.  The lane's stack pointer says which frame is meant.  When a function begins that is its
// frame's address; then the stack pointer moves above the frame, by a known distance.  There a call leaves it, for the
// callee's frame to begin; a return sets it back to the frame that is given up, and the caller finds its own below.
//
// A frame: where to go on (4 bytes), arguments, values that are needed after calls, objects.  A result that is an
// aggregate is left at MACHINE_RESULT of the frame that is given up; others stay in variables.
#ifndef MACHINE_H
#define MACHINE_H

#include "compiler/spirv/spv.h"

enum {
    MACHINE_ALIGN = 16,   // of frames
    MACHINE_CALLER = 8,   // in a frame: the caller's, if the caller's own size isn't known
    MACHINE_RESULT = 16,  // in a frame: a result that doesn't fit into a variable
    MACHINE_SPARE = 512,  // bytes left for what isn't known here
    MACHINE_WORTH = 16,   // a function of fewer instructions is copied rather than called
    MACHINE_CODE = 32,    // a function's calls, times those that store, or load, the same value
    MACHINE_BYTES_MAX = 1 << 28,
};

// A set of numbers: of a function's calls, or of its blocks.
static inline bool machine_has(const uint64_t *set, unsigned i)
{
    return set[i / 64] >> i % 64 & 1;
}
static inline void machine_put(uint64_t *set, unsigned i) { set[i / 64] |= UINT64_C(1) << i % 64; }

struct machine_call {
    LLVMValueRef call;
    struct machine_function *to;  // NULL: nobody, a cut
    LLVMBasicBlockRef block;      // ends with it
    LLVMBasicBlockRef back;       // where its function goes on; NULL: nowhere
    unsigned state;               // of `back`
    bool last;     // `call; ret`: the callee gets the frame and returns to the caller's caller
    unsigned cut;  // without a callee: the number of the cut
    bool again;    // the call before it goes on there, too
};

// Where code that several states lead to begins: machine_cut.c.  What its phis took lies above the frame.
struct machine_cut {
    unsigned phis;
    uint32_t *at;
    LLVMValueRef *variable;  // for what memory can't hold
};

// A value that is needed after a call.  From one call to the next a variable has it: calls store it to its place in
// the frame, and it is loaded where the function goes on.
struct machine_value {
    const struct machine_function *in;
    LLVMValueRef value, variable;
    uint32_t at;     // its place
    bool argument;   // which the caller has put there
    bool stays;      // in the variable: memory can't hold it, and the function is not circular
    bool early;      // too many calls: no variable, stored once it is computed, loaded for each use
    uint64_t *live;  // calls that it is needed after
    uint64_t *store;   // calls that store it
    uint64_t *load;    // calls after which it is loaded
    uint64_t *blocks;  // that it comes into or is computed in
};

// Memory whose address a function takes: an alloca, an argument by value.
struct machine_object {
    const struct machine_function *in;
    LLVMValueRef address;
    uint32_t bytes, align, at;
    bool placed;
};

struct machine_function {
    LLVMValueRef f;
    unsigned size;                     // instructions
    struct machine_function **callee;  // one for each direct call of a function with a body
    unsigned callees;
    bool circular;  // may call itself, directly or not
    bool grows;     // takes memory of a size that isn't known
    bool state;
    bool seen;
    double copies, whole;  // copies of it; instructions with what it calls copied in

    // if it is a state:
    bool called;  // all are but the kernel, and it is if it is circular
    LLVMBasicBlockRef *block;
    unsigned blocks;
    struct machine_call *call;
    unsigned calls;
    struct machine_cut *cut;
    unsigned cuts;
    uint32_t cut_bytes;  // above the frame, for all
    struct machine_value *value;
    unsigned values;
    struct machine_object *object;
    unsigned objects;
    LLVMValueRef *limit;  // machine_fits()'s for memory above the frame
    unsigned limits;
    LLVMValueRef *argument;  // NULL: unused, or by value
    uint32_t *argument_at, arguments_end;
    LLVMValueRef *argument_in;  // a variable, for what memory can't hold
    uint32_t frame;             // bytes
    uint32_t room;              // bytes that must be free where its frame begins
    LLVMValueRef begin;         // its first instruction: the stack pointer, that is the frame
    LLVMValueRef
        frame_variable;  // if it grows; else the frame lies at a known distance below the stack pointer
    unsigned number;  // the state it begins with
};

struct machine_result {
    LLVMTypeRef type;
    LLVMValueRef variable;
};

struct machine {
    struct ir *ir;
    LLVMValueRef kernel;
    struct machine_function **function;  // that the kernel may call; [0]: the kernel itself
    unsigned functions;
    struct spv_map number;              // of functions, plus 1
    bool grows;                         // a state does
    bool recursive;                     // how much stack there will be can't be known
    struct machine_function *overflow;  // NULL: hc_spirv_end() does
    struct machine_function *meet;      // hc_spirv_all(), if it is a state

    LLVMBasicBlockRef entry, dispatch;
    LLVMBasicBlockRef full;  // where functions go that have no room
    LLVMValueRef pc;
    struct machine_result *result;
    unsigned results;
    LLVMBasicBlockRef *state;
    unsigned states;
};

// Memory for one more of `count` things; the program ends if there is none.
void *machine_room(void *array, unsigned count, size_t size);
void *machine_zeros(size_t count, size_t size);

// machine_graph.c: finds the functions, and says which are states.
void machine_graph(struct machine *m, unsigned limit);
// NULL: it has no body, or it is no function.
struct machine_function *machine_function_of(struct machine *m, LLVMValueRef f);
// An alloca of a known size that lasts as long as the function runs; first: the function's first block.
bool machine_is_fixed(LLVMValueRef alloca, LLVMBasicBlockRef first);
void machine_graph_free(struct machine *m);

// machine_meet.c: gives hc_spirv_all() a body; whether it must be a state, and has just become one; what makes it wait,
// after machine_code() and before the loop's switch.
void machine_meet_define(struct machine *m);
bool machine_meet_wanted(struct machine *m);
void machine_meet_code(struct machine *m);

// machine.c.  A new state; the line of what the C source doesn't say.
unsigned machine_state(struct machine *m, LLVMBasicBlockRef block);
LLVMMetadataRef machine_line(struct machine *m);

// machine_body.c: takes a function apart, so that calls end blocks, and finds its objects.  Then moves its blocks to
// the kernel, where arguments and results become loads.
void machine_take(struct machine *m, struct machine_function *f);
void machine_move(struct machine *m, struct machine_function *f);

// machine_cut.c: makes states of blocks that several states lead to; first: the function's first block.  After its
// calls were taken, before anything is moved.
void machine_cut(struct machine *m, struct machine_function *f, LLVMBasicBlockRef first);

// machine_live.c: finds the values.
void machine_live(struct machine *m, struct machine_function *f);

// machine_frame.c: places in frames, and getting at them.
uint32_t machine_take_value(struct machine *m, LLVMTypeRef type, uint32_t *end);
void machine_take_object(struct machine_object *o, uint32_t *end);
void machine_place(struct machine *m, struct machine_function *f);
uint32_t machine_measure(struct machine *m, struct machine_function *f);  // its `room`
LLVMValueRef machine_variable(struct machine *m, LLVMTypeRef type);
LLVMValueRef machine_frame(struct machine *m, LLVMBuilderRef b, const struct machine_function *f);
LLVMValueRef machine_at(struct machine *m, LLVMBuilderRef b, LLVMValueRef base, int64_t offset);
LLVMValueRef machine_align(struct machine *m, LLVMBuilderRef b, LLVMValueRef pointer,
                           uint32_t align);
// Whether there is memory left from there on; how much, is operand 1 of *top.
LLVMValueRef machine_fits(struct machine *m, LLVMBuilderRef b, LLVMValueRef from,
                          LLVMValueRef *top);
LLVMValueRef machine_object_at(struct machine *m, LLVMBuilderRef b, LLVMValueRef frame,
                               const struct machine_object *o);
LLVMValueRef machine_load(struct machine *m, LLVMBuilderRef b, LLVMTypeRef type, LLVMValueRef from);
void machine_store(struct machine *m, LLVMBuilderRef b, LLVMValueRef value, LLVMValueRef to);
bool machine_is_storable(LLVMTypeRef type);  // pointers to memory without addresses are not
bool machine_in_memory(LLVMTypeRef result);
LLVMValueRef machine_result(struct machine *m, LLVMTypeRef type);  // the variable it is left in

// machine_code.c: calls, returns, values kept, objects found: all code for a function.
typedef LLVMValueRef machine_make(struct machine *m, LLVMBuilderRef b, void *of);
// At each use of the value, what is made there takes its place; not in that block, where the value is made.
void machine_replace(struct machine *m, LLVMValueRef value, LLVMBasicBlockRef except,
                     machine_make *make, void *of);
void machine_go(struct machine *m, LLVMBuilderRef b, LLVMValueRef to);
void machine_code(struct machine *m, struct machine_function *f);

#endif
