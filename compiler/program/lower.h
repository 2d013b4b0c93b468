// hc-lower's passes: from a linked program's bitcode to what devices can run.  Each takes the whole module, in which
// every call's target is known or of a type that a function here has.
#ifndef LOWER_H
#define LOWER_H

#include <llvm-c/Core.h>
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

// blocks.c.  thread_local variables live in the block that hc_bridge_own()->block names; makes hc_block_size() and
// hc_block_fill().
void lower_blocks(LLVMModuleRef m);

// A function of this module's own, declared by then or not, that begins with an empty block.
LLVMValueRef lower_function(LLVMModuleRef m, const char *name, LLVMTypeRef result, unsigned count,
                            LLVMTypeRef *params);

#endif
