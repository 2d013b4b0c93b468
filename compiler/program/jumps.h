// What the two halves of lower_jumps share: which functions a longjmp may leave, and the form that they get.
#ifndef JUMPS_H
#define JUMPS_H

#include "compiler/program/lower.h"

// ------------------------------------------------------------------------------------- jumps_reach.c
// Found once, for the functions that the module has then; calls may be added and removed afterwards.
struct reach;

// Functions of which control may come back by a longjmp: `from`, and what calls one of them, directly or through a
// pointer that may point to it.
struct reach *reach_find(LLVMModuleRef m, LLVMValueRef from);
bool reach_has(const struct reach *reach, LLVMValueRef function);
// The same of a call.
bool reach_call(const struct reach *reach, LLVMValueRef call);
// Takes off a function or a call that does so what is only true of one that does not: that it never returns, that
// its value has a property, that it touches no memory.
void reach_mend(LLVMValueRef function);
void reach_mend_call(LLVMValueRef call);

// ------------------------------------------------------------------------------------- jumps_frame.c
// For functions that control enters in their midst.

// Puts what has a fixed size on the stack first of all, so that it stays so when its block is split.
void frame_gather(LLVMValueRef function);
// Behind the call the function returns, as it is.
bool frame_returns_behind(LLVMValueRef call);
// Forgets where variables begin and end: what has ended may be entered again.
void frame_lifetimes_drop(LLVMValueRef function);
bool frame_grows(LLVMValueRef function);  // it has arrays of variable length or alloca()
// Keeps the instructions up to `last` in a block of their own, without an end, before the rest.
LLVMBasicBlockRef frame_split(LLVMBuilderRef b, LLVMValueRef last);
// Every value is computed in the block that uses it, or the first one, or stands in memory.  That of a call which
// `reach` has counts from the second successor of its block on.
void frame_demote(LLVMBuilderRef b, LLVMValueRef function, const struct reach *reach);
void frame_promote(LLVMValueRef function);  // and back, with all edges in place

#endif
