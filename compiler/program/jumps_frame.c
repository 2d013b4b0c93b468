// Functions that control enters in their midst: blocks are split, and values stand in memory while edges are added.
#include <llvm-c/Error.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdlib.h>

#include "compiler/program/jumps.h"

static bool is_fixed(LLVMValueRef alloca_)
{
    return LLVMIsAConstantInt(LLVMGetOperand(alloca_, 0)) != NULL;
}

static void at_start(LLVMBuilderRef b, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderBefore(b, LLVMGetFirstInstruction(block));
    LLVMSetCurrentDebugLocation2(b, NULL);
}

void frame_gather(LLVMValueRef function)
{
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(function);
    LLVMBuilderRef b = LLVMCreateBuilderInContext(LLVMGetValueContext(function));
    bool first = true;
    for (LLVMValueRef next, i = LLVMGetFirstInstruction(entry); i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (!LLVMIsAAllocaInst(i) || !is_fixed(i)) {
            first = false;
            continue;
        }
        if (first) continue;
        LLVMInstructionRemoveFromParent(i);
        at_start(b, entry);
        LLVMInsertIntoBuilder(b, i);
    }
    LLVMDisposeBuilder(b);
}

bool frame_grows(LLVMValueRef function)
{
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(function), block = entry;
    for (; block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
            if (LLVMIsAAllocaInst(i) && (block != entry || !is_fixed(i))) return true;
    return false;
}

// The rest stays in the block, so that phis of those behind it stay right.  A block that is renamed everywhere takes
// its successors' phis along, unless it has no end at that moment.
LLVMBasicBlockRef frame_split(LLVMBuilderRef b, LLVMValueRef last)
{
    LLVMBasicBlockRef rest = LLVMGetInstructionParent(last);
    LLVMBasicBlockRef made = LLVMInsertBasicBlockInContext(LLVMGetValueContext(last), rest, "");
    LLVMValueRef end = LLVMGetBasicBlockTerminator(rest);
    LLVMInstructionRemoveFromParent(end);
    LLVMReplaceAllUsesWith(LLVMBasicBlockAsValue(rest), LLVMBasicBlockAsValue(made));
    LLVMPositionBuilderAtEnd(b, rest);
    LLVMSetCurrentDebugLocation2(b, NULL);
    LLVMInsertIntoBuilder(b, end);
    LLVMPositionBuilderAtEnd(b, made);
    for (LLVMValueRef i = NULL; i != last;) {
        i = LLVMGetFirstInstruction(rest);
        LLVMInstructionRemoveFromParent(i);
        LLVMInsertIntoBuilder(b, i);
    }
    return made;
}

// ------------------------------------------------------------------------------------------- memory

static LLVMValueRef slot_make(LLVMBuilderRef b, LLVMValueRef function, LLVMTypeRef type)
{
    at_start(b, LLVMGetEntryBasicBlock(function));
    return LLVMBuildAlloca(b, type, "");
}

static LLVMValueRef after_phis(LLVMBasicBlockRef block)
{
    LLVMValueRef i = LLVMGetFirstInstruction(block);
    while (LLVMIsAPHINode(i)) i = LLVMGetNextInstruction(i);
    return i;
}

static void phi_demote(LLVMBuilderRef b, LLVMValueRef function, LLVMValueRef phi)
{
    LLVMTypeRef type = LLVMTypeOf(phi);
    LLVMValueRef slot = slot_make(b, function, type);
    for (unsigned i = 0; i < LLVMCountIncoming(phi); i++) {
        LLVMPositionBuilderBefore(b, LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(phi, i)));
        LLVMBuildStore(b, LLVMGetIncomingValue(phi, i), slot);
    }
    LLVMPositionBuilderBefore(b, after_phis(LLVMGetInstructionParent(phi)));
    LLVMReplaceAllUsesWith(phi, LLVMBuildLoad2(b, type, slot, ""));
    LLVMInstructionEraseFromParent(phi);
}

static bool is_elsewhere(LLVMUseRef use, LLVMBasicBlockRef block)
{
    return LLVMGetInstructionParent(LLVMGetUser(use)) != block;
}

static void value_demote(LLVMBuilderRef b, LLVMValueRef function, LLVMValueRef value,
                         const struct reach *reach)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(value);
    LLVMTypeRef type = LLVMTypeOf(value);
    unsigned count = 0, n = 0;
    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        count += is_elsewhere(use, block);
    if (!count) return;
    LLVMValueRef *user = lower_room(count, sizeof *user), slot = slot_make(b, function, type);
    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (is_elsewhere(use, block)) user[n++] = LLVMGetUser(use);
    for (unsigned i = 0; i < count; i++) {
        LLVMPositionBuilderBefore(b, user[i]);
        LLVMValueRef load = NULL;  // none is needed where a user comes again
        for (int k = 0; k < LLVMGetNumOperands(user[i]); k++) {
            if (LLVMGetOperand(user[i], (unsigned)k) != value) continue;
            if (!load) load = LLVMBuildLoad2(b, type, slot, "");
            LLVMSetOperand(user[i], (unsigned)k, load);
        }
    }
    free(user);
    LLVMValueRef next = LLVMGetNextInstruction(value);
    if (LLVMIsACallInst(value) && reach_call(reach, value))
        next = LLVMGetFirstInstruction(LLVMGetSuccessor(LLVMGetBasicBlockTerminator(block), 1));
    LLVMPositionBuilderBefore(b, next);
    LLVMBuildStore(b, value, slot);
}

void frame_demote(LLVMBuilderRef b, LLVMValueRef function, const struct reach *reach)
{
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(function), block;
    for (block = entry; block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i; LLVMIsAPHINode(i = LLVMGetFirstInstruction(block));)
            phi_demote(b, function, i);
    for (block = LLVMGetNextBasicBlock(entry); block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(block); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (LLVMGetFirstUse(i)) value_demote(b, function, i, reach);
        }
}

void frame_promote(LLVMValueRef function)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPassesOnFunction(function, "mem2reg", NULL, options);
    if (error) lower_fail("internal error: %s", LLVMGetErrorMessage(error));
    LLVMDisposePassBuilderOptions(options);
}

static LLVMValueRef skip_harmless(LLVMValueRef i)
{
    while (LLVMIsACastInst(i) || LLVMIsAICmpInst(i) || LLVMIsAFreezeInst(i) ||
           LLVMIsASelectInst(i) || LLVMIsAExtractValueInst(i) || LLVMIsAInsertValueInst(i) ||
           LLVMIsAPHINode(i) || lower_is_intrinsic(i, "lifetime."))
        i = LLVMGetNextInstruction(i);
    return i;
}

bool frame_returns_behind(LLVMValueRef call)
{
    LLVMValueRef i = skip_harmless(LLVMGetNextInstruction(call));
    if (LLVMIsABranchInst(i) && !LLVMIsConditional(i))
        i = skip_harmless(LLVMGetFirstInstruction(LLVMGetSuccessor(i, 0)));
    return LLVMIsAReturnInst(i);
}

void frame_lifetimes_drop(LLVMValueRef function)
{
    LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function);
    for (; block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(block); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (lower_is_intrinsic(i, "lifetime.")) LLVMInstructionEraseFromParent(i);
        }
}
