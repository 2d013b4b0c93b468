// The small passes around those of ir.h, in the order they run.
#ifndef PASSES_H
#define PASSES_H

#include "compiler/spirv/data.h"

// dispatch.c: calls through pointers become switches over the functions of that type whose address is taken.
void ir_dispatch(struct ir *ir, const struct data *data);

// entry.c: the function `main` that a device begins in: lanes past the workgroup's end leave, the others run the
// kernel.
LLVMValueRef ir_entry(struct ir *ir, LLVMValueRef kernel);
// Calls of the device library's operations with constants: any that returns 32 bits; hc_spirv_id().
LLVMValueRef ir_op(struct ir *ir, LLVMBuilderRef b, const char *name, unsigned n,
                   const uint32_t *args);
LLVMValueRef ir_id(struct ir *ir, LLVMBuilderRef b, uint32_t which, uint32_t dim);

// inline.c: every call of a function with a body becomes a copy of that body.
void ir_inline(struct ir *ir, LLVMValueRef main);

// memory.c: memcpy, memmove and memset become loads and stores, loops of them, or calls of runtime.c.
void ir_memory(struct ir *ir);
// classes.c: llvm.is.fpclass becomes comparisons of integers.
void ir_classes(struct ir *ir);
// aggregates.c: loads and stores of structs and arrays become those of their members.
void ir_aggregates(struct ir *ir);

// stack.c: variables whose address is needed move to the stack.  Their bytes.
uint32_t ir_stack(struct ir *ir, LLVMValueRef main);

// exits.c: what can't be reached returns, and endless loops have a way out that is never taken.
void ir_exits(struct ir *ir);

// reducible.c: whether every loop of a function, whose branches have two targets at most, has one way in.
bool ir_is_reducible(LLVMValueRef f);

// anchor.c: keeps LLVM's structurizer from an error.
void ir_anchor(struct ir *ir, LLVMValueRef main);

#endif
