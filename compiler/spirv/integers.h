// Integers of any width in those a device has: what the files of ir_integers() share.
//
// A value of iN with N up to 64 is held in the narrowest legal integer that is wide enough, a wider one in limbs
// of i64, lowest first.  Bits above N are zero.  A value of any other type is held as it is, and a vector, or an
// aggregate with something to be replaced in it, as all its leaves in a row, its parts.  Legal values are their
// only part.
//
// What memory the device lacks is left to calls, with a suffix _sN in address space N other than 0:
//   i32 hc_spirv_load8(ptr), hc_spirv_load16(ptr)                   zero-extended
//   void hc_spirv_store8(ptr, i32), hc_spirv_store16(ptr, i32)      the bits above don't count
// And these of runtime_wide.c are called; u64 lo, hi stand for 128 bits:
//   {u64, u64} hc_rt_{u,s}{div,rem}128(u64, u64, u64, u64)
//   {float,double} hc_rt_{u,s}128_to_f{32,64}(u64, u64)
//   {u64, u64} hc_rt_f64_to_{u,s}128(double)
#ifndef INTEGERS_H
#define INTEGERS_H

#include "compiler/spirv/ir.h"

struct integers_map {
    struct integers_entry {
        const void *key;
        void *value;
    } * entry;
    size_t used, room;
};

struct integers {
    struct ir *ir;
    unsigned widths;
    LLVMBuilderRef b;         // where new instructions go
    LLVMValueRef at;          // what is being replaced
    struct integers_map map;  // old value -> LLVMValueRef[], its parts
    struct integers_memory {
        struct integers_memory *next;
    } * memory;
    struct integers_function {
        LLVMValueRef old;
        struct integers_function *next;
    } * functions;      // that have been replaced
    LLVMValueRef *old;  // to be erased at the end
    size_t olds, olds_room;
};

// An integer while it is worked on; bits 1: one i1.
struct wide {
    unsigned bits, count;
    LLVMValueRef *part;
};

// ------------------------------------------------------------------------------------- integers.c
// What an instruction or constant expression comes to: its parts; NULL: it has no value.
LLVMValueRef *integers_lower(struct integers *in, LLVMValueRef v, LLVMOpcode op);

// ------------------------------------------------------------------------------ integers_values.c
// Memory until the pass ends.
void *integers_room(struct integers *in, size_t size);
void *integers_get(const struct integers_map *map, const void *key);
void integers_put(struct integers_map *map, const void *key, void *value);

bool integers_legal(const struct integers *in, unsigned bits);
// Whether values of that type stay.
bool integers_plain(const struct integers *in, LLVMTypeRef type);
// The width of a part of iN.
unsigned integers_unit(const struct integers *in, unsigned bits);
unsigned integers_count(unsigned bits);
// How many leaves a type has, and which.
size_t integers_leaves(struct integers *in, LLVMTypeRef type, LLVMTypeRef **leaf);
// How many parts, and their types.
size_t integers_parts(struct integers *in, LLVMTypeRef type, LLVMTypeRef **part);
unsigned integers_width(LLVMTypeRef type);  // 0: no integer
LLVMTypeRef integers_type(const struct integers *in, unsigned bits);

// The parts of a value; may build instructions.
LLVMValueRef *integers_of(struct integers *in, LLVMValueRef value);
// The other way, for a plain type.
LLVMValueRef integers_whole(struct integers *in, LLVMTypeRef type, LLVMValueRef *part);
LLVMValueRef *integers_one(struct integers *in, LLVMValueRef part);
struct wide wide_of(struct integers *in, LLVMValueRef value);
struct wide wide_new(struct integers *in, unsigned bits);
// Clears the bits above N.
struct wide wide_trim(struct integers *in, struct wide a);

// -------------------------------------------------------------------------------- integers_math.c
// An instruction on two legal integers, or none where one is a constant zero that settles it.
LLVMValueRef integers_op(struct integers *in, LLVMOpcode op, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef integers_by(struct integers *in, LLVMOpcode op, LLVMValueRef a, uint64_t b);
LLVMValueRef integers_u64(struct integers *in, uint64_t value);
bool integers_zero(LLVMValueRef v);
struct wide wide_binary(struct integers *in, LLVMOpcode op, struct wide a, struct wide b);
LLVMValueRef wide_compare(struct integers *in, LLVMIntPredicate predicate, struct wide a,
                          struct wide b);
// The highest part with its sign in all bits above N.
LLVMValueRef wide_sign_part(struct integers *in, struct wide a);
struct wide wide_shift_by(struct integers *in, LLVMOpcode op, struct wide a, unsigned by);
// Of more than 64 bits.  integers_shift.c
struct wide wide_shift(struct integers *in, LLVMOpcode op, struct wide a, struct wide amount);

// ----------------------------------------------------------------------------- integers_convert.c
// zext, sext or trunc, as the widths ask.
struct wide wide_resize(struct integers *in, struct wide a, unsigned bits, bool is_signed);
LLVMValueRef wide_to_float(struct integers *in, struct wide a, LLVMTypeRef type, bool is_signed);
struct wide wide_from_float(struct integers *in, LLVMValueRef a, unsigned bits, bool is_signed);
LLVMValueRef *integers_cast(struct integers *in, LLVMValueRef v, LLVMOpcode op);
LLVMValueRef *integers_element(struct integers *in, LLVMValueRef v, LLVMOpcode op);
LLVMValueRef *integers_shuffle(struct integers *in, LLVMValueRef v);
// The same bits as another type, either may be a vector.
LLVMValueRef *integers_recast(struct integers *in, LLVMTypeRef from, LLVMValueRef *part,
                              LLVMTypeRef to);
LLVMValueRef integers_call(struct integers *in, const char *name, LLVMTypeRef result,
                           LLVMValueRef *args, unsigned n);

// ------------------------------------------------------------------------------ integers_memory.c
LLVMValueRef *integers_lower_load(struct integers *in, LLVMValueRef v);
void integers_lower_store(struct integers *in, LLVMValueRef v);
LLVMValueRef *integers_gep(struct integers *in, LLVMValueRef v);

// --------------------------------------------------------------------------- integers_functions.c
LLVMTypeRef integers_function_type(struct integers *in, LLVMTypeRef type);
// Gives functions with an integer to be replaced in their type another type.
void integers_functions(struct integers *in);
// The old ones go, when nothing of their bodies is left.
void integers_functions_end(struct integers *in);
// Calls and returns of such types.  The parts of the call's result; NULL: it has none, or stays of its type.
LLVMValueRef *integers_rebuild_call(struct integers *in, LLVMValueRef call);
void integers_rebuild_return(struct integers *in, LLVMValueRef instruction);

// --------------------------------------------------------------------------- integers_atomics.c
// Atomics of 8 and 16 bits become loops around the aligned 32-bit word; so do, of 32 and 64 bits, the operations
// that SPIR-V has no instruction for.
void ir_small_atomics(struct ir *ir);

// ------------------------------------------------------------------------- integers_intrinsics.c
// Makes plain instructions, of any width, of intrinsics on integers.
void integers_intrinsics(struct ir *ir, unsigned widths);

struct intrinsic {
    struct ir *ir;
    LLVMBuilderRef b;
    LLVMValueRef call, x, y;  // its first operands
    LLVMTypeRef type;         // of x
    unsigned bits;
};
LLVMValueRef integers_number(const struct intrinsic *i, uint64_t value);  // of i->type
// Bits counted, found and turned round, all on i32.  integers_bits.c
LLVMValueRef integers_ctpop(struct intrinsic *i);
LLVMValueRef integers_ctlz(struct intrinsic *i);
LLVMValueRef integers_cttz(struct intrinsic *i);
LLVMValueRef integers_bitreverse(struct intrinsic *i);
LLVMValueRef integers_bswap(struct intrinsic *i);

#endif
