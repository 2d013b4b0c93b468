// Work on LLVM's IR before SPIR-V is made of it: what the passes share, and the passes in the order they run.
//
// The module is C compiled for nvptx64: 64-bit pointers, little-endian, i64 and double aligned to 8, i128 to 16.
// Each pass keeps the module valid for LLVM's verifier and leaves its meaning alone, but for the lanes: it must not
// move a convergent call across a branch.
#ifndef IR_H
#define IR_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Address spaces: see backends/vulkan/device.h.
enum ir_space { IR_MEMORY = 0, IR_SHARED = 3, IR_LANE = 5, IR_PUSH = 9 };

struct ir {
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMTargetDataRef layout;
    LLVMTypeRef i1, i8, i16, i32, i64, pointer, none;
};

// The module, its layout and the types that passes ask for.
struct ir ir_open(LLVMModuleRef module);

// Says why the C source can't become SPIR-V and ends the program with status 1:
//   hc-spirv: x.c:12: in f: recursion ...
// `at` is the instruction, function or global it is about; NULL: nothing in particular.
_Noreturn void ir_refuse(LLVMValueRef at, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Whether f's name begins with that.  The functions of backends/vulkan/device.h: "hc_spirv_".
bool ir_named(LLVMValueRef f, const char *prefix);
// A builder in front of an instruction, or at the end of a block; LLVMDisposeBuilder it.
LLVMBuilderRef ir_before(struct ir *ir, LLVMValueRef instruction);
LLVMBuilderRef ir_at_end(struct ir *ir, LLVMBasicBlockRef block);
bool ir_has_attribute(LLVMValueRef f, const char *name);
void ir_attribute(struct ir *ir, LLVMValueRef f, const char *name, bool set);
// Cuts a block in front of an instruction that is no phi: what stood before it (phis too) moves to a new block that
// is returned, which jumps to the old one; who jumped to the old one, jumps to the new.  In the function's first
// block allocas stay where execution begins.
LLVMBasicBlockRef ir_split(struct ir *ir, LLVMValueRef before);
// All direct calls of the module's functions, collected first, so that they may be replaced while walking; ends
// with NULL; free() it.  f: calls of that function only, NULL: all call instructions.
LLVMValueRef *ir_calls(struct ir *ir, LLVMValueRef f);
// Runs LLVM's own passes, named as for opt.
void ir_run(struct ir *ir, const char *passes);

// The stack: two variables of a lane, pointers in address space 5, made on first use.  It grows upwards, 16-byte
// aligned; a function that needs n bytes takes them from `sp` on entry and sets `sp` back before it returns.  Both
// are set where the kernel begins.
LLVMValueRef ir_sp(struct ir *ir);      // @hc_spirv_sp: where what is free begins
LLVMValueRef ir_sp_end(struct ir *ir);  // @hc_spirv_sp_end: where it ends

// --------------------------------------------------------------------------------------------- passes

// machine.c.  Recursion, and code size: drivers copy every function to every place that calls it.  Functions that call
// themselves, in circles, or that would make the kernel larger than `limit` instructions when copied everywhere, become
// states of one loop per kernel, with their return addresses and what they need later in memory.  After it no
// function calls itself, directly or not.  Sets *recursive if the stack can't be bounded (recursion, or an array of
// variable length); only then it looks whether a frame still fits below `sp_end`, and if not calls
// hc_spirv_overflow(), which the device library defines in C (if the module has none: hc_spirv_end()).  Runs before
// ir_ends().  Returns the most bytes of stack that the states take if the depth is bounded, else 0.
uint32_t ir_machine(struct ir *ir, LLVMValueRef kernel, unsigned limit, bool *recursive);

// ends.c.  hc_spirv_end() leaves the kernel from any depth.  After it no call of hc_spirv_end is left: functions
// that may end return at once (some value), and their callers look at a variable and return, too.
void ir_ends(struct ir *ir);

// integers.c.  After it the only integers are i1 and those of `widths` (bit 0: 8, bit 1: 16, bit 2: 32, bit 3: 64),
// and no intrinsic is left that SPIR-V lacks for them.
void ir_integers(struct ir *ir, unsigned widths);

#endif
