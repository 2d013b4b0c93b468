// hc-lower's passes: from a linked program's bitcode to what devices can run.  Each takes the whole module, in which
// every call's target is known or of a type that a function here has.
#ifndef LOWER_H
#define LOWER_H

#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <stdbool.h>

_Noreturn void lower_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Zeroed memory that lasts as long as the process.
void *lower_room(size_t count, size_t size);

// lists.c.  The program's constructors, in the order of their priorities, are called by hc_constructors(), its
// destructors by hc_destructors(), both of which libc/system/start.c calls.
void lower_lists(LLVMModuleRef m);

// missing.c.  Ends the process if the module calls what neither it nor a target has.
void lower_missing(LLVMModuleRef m);

// variadics.c.  A function with `...` takes a pointer in its place, to memory where its caller left the arguments.
void lower_variadics(LLVMModuleRef m);

// jumps.c.  longjmp makes functions return until the one is reached whose setjmp is meant; setjmp alone is 0.  After
// lower_variadics, before lower_blocks.
void lower_jumps(LLVMModuleRef m);

// blocks.c.  thread_local variables live in the block that hc_bridge_own()->block names; makes hc_block_size() and
// hc_block_fill().
void lower_blocks(LLVMModuleRef m);

// cycles.c.  Makes hc_relocate(), which stores the addresses that variables in a circle hold.
void lower_cycles(LLVMModuleRef m);

// unused.c.  Nothing stays that neither hc_enter() nor machine code of what it reaches calls.  After lower_optimise.
void lower_unused(LLVMModuleRef m);

// ------------------------------------------------------------------------------------- for GPUs

// values.c.  Structs passed by value become pointers to a copy of the caller's.
void lower_values(LLVMModuleRef m);

// unaligned.c.  Accesses that a GPU would refuse take single bytes.
void lower_unaligned(LLVMModuleRef m);

// gotos.c.  A label's address becomes a number, a jump to one a switch.
void lower_gotos(LLVMModuleRef m);

// copies.c.  Copies of many bytes are calls of memcpy and its like.
void lower_copies(LLVMModuleRef m);

// stack.c.  Variables that have an address live on the stack of hc_bridge_own().
void lower_stack(LLVMModuleRef m);

// spaces.c.  Variables go to an address space; what names them casts.
void lower_spaces(LLVMModuleRef m, unsigned space);

// atomics.c.  For PTX: fences around atomic read-modify-writes that are ordered.
void lower_atomics(LLVMModuleRef m);

// target.c.  A machine to compile for; its processor, like sm_90.
struct target {
    const char *triple;
    LLVMTargetMachineRef machine;
    bool spaces;  // it has no variables in address space 0
    bool
        only_bitcode;  // compiler/spirv does the rest: it has a stack of its own, and links the bridge
    LLVMCodeGenFileType form;
};
struct target *lower_target(const char *triple, const char *processor);
// Forgets x86-64: attributes, aliases, weak names that nobody has, assembly that only orders memory accesses.
void lower_retarget(LLVMModuleRef m, const struct target *t);
// Adds the target's bridge (libc/bridge.c), and hides all but its kernel.
void lower_bridge(LLVMModuleRef m, const struct target *t, LLVMModuleRef bridge);
// t is NULL for the cpu backend.
void lower_optimise(LLVMModuleRef m, const struct target *t);
// Runs passes of LLVM's, of these names; machine may be NULL.
void lower_passes(LLVMModuleRef m, const char *passes, LLVMTargetMachineRef machine);
// Writes what the target's own tools take: PTX, an object, or bitcode.
void lower_assemble(LLVMModuleRef m, const struct target *t, const char *path);

// depth.c.  Functions that may call themselves call hc_bridge_deep() first.
void lower_depth(LLVMModuleRef m);

// Whether an instruction calls llvm.NAME...
bool lower_is_intrinsic(LLVMValueRef instruction, const char *name);

// A function of this module's own, declared by then or not, that begins with an empty block.
LLVMValueRef lower_function(LLVMModuleRef m, const char *name, LLVMTypeRef result, unsigned count,
                            LLVMTypeRef *params);

#endif
