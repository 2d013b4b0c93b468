// hc_spirv_end(): the lane leaves the kernel, by way of returns.
#include "compiler/spirv/ir.h"

#include <stdlib.h>
#include <string.h>

struct ends {
    struct ir *ir;
    LLVMValueRef end, ended;  // the function; the variable that says that it was called
    LLVMValueRef *function;   // functions that may end
    unsigned functions, room;
};

static void function_add(struct ends *e, LLVMValueRef f)
{
    for (unsigned i = 0; i < e->functions; i++)
        if (e->function[i] == f) return;
    if (e->functions == e->room) {
        e->room = e->room ? 2 * e->room : 16;
        e->function = realloc(e->function, e->room * sizeof(LLVMValueRef));
        if (!e->function) ir_refuse(NULL, "out of memory");
    }
    e->function[e->functions++] = f;
}

static LLVMValueRef function_of(LLVMValueRef instruction)
{
    return LLVMGetBasicBlockParent(LLVMGetInstructionParent(instruction));
}

// What callers have been promised, and what does not hold if the function may return early, with any value.
static void promises_drop(LLVMValueRef f, LLVMValueRef call)
{
    static const struct {
        const char *name;
        bool result;
    } promise[] = {
        {"noreturn", false},
        {"willreturn", false},
        {"memory", false},
        {"speculatable", false},
        {"noundef", true},
        {"nonnull", true},
        {"noalias", true},
        {"align", true},
        {"range", true},
        {"dereferenceable", true},
        {"dereferenceable_or_null", true},
        {"nofpclass", true},
    };
    for (unsigned i = 0; i < sizeof promise / sizeof *promise; i++) {
        const unsigned kind =
            LLVMGetEnumAttributeKindForName(promise[i].name, strlen(promise[i].name));
        const LLVMAttributeIndex at =
            (LLVMAttributeIndex)(promise[i].result ? LLVMAttributeReturnIndex
                                                   : LLVMAttributeFunctionIndex);
        if (call)
            LLVMRemoveCallSiteEnumAttribute(call, at, kind);
        else
            LLVMRemoveEnumAttributeAtIndex(f, at, kind);
    }
    const unsigned returned = LLVMGetEnumAttributeKindForName("returned", 8);
    for (unsigned i = 1; i <= (call ? LLVMGetNumArgOperands(call) : LLVMCountParams(f)); i++) {
        if (call)
            LLVMRemoveCallSiteEnumAttribute(call, i, returned);
        else
            LLVMRemoveEnumAttributeAtIndex(f, i, returned);
    }
}

static void build_return(LLVMBuilderRef b, LLVMValueRef f)
{
    LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(f));
    if (LLVMGetTypeKind(type) == LLVMVoidTypeKind)
        LLVMBuildRetVoid(b);
    else
        LLVMBuildRet(b, LLVMConstNull(type));
}

// The function returns after that instruction; what follows is never reached.
static void return_after(struct ends *e, LLVMValueRef instruction)
{
    LLVMBasicBlockRef block = ir_split(e->ir, LLVMGetNextInstruction(instruction));
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(block));
    LLVMBuilderRef b = ir_at_end(e->ir, block);
    build_return(b, LLVMGetBasicBlockParent(block));
    LLVMDisposeBuilder(b);
}

static void end_replace(struct ends *e, LLVMValueRef call)
{
    LLVMBuilderRef b = ir_before(e->ir, call);
    LLVMBuildStore(b, LLVMConstInt(e->ir->i32, 1, false), e->ended);
    LLVMDisposeBuilder(b);
    return_after(e, call);
    LLVMInstructionEraseFromParent(call);
}

// After a call of a function that may end.
static void call_check(struct ends *e, LLVMValueRef call)
{
    LLVMValueRef next = LLVMGetNextInstruction(call), f = function_of(call);
    if (LLVMIsAReturnInst(next)) return;
    if (LLVMIsAUnreachableInst(next)) {
        return_after(e, call);
        return;
    }
    LLVMBasicBlockRef block = ir_split(e->ir, next), on = LLVMGetInstructionParent(next);
    LLVMBasicBlockRef out = LLVMInsertBasicBlockInContext(e->ir->context, on, "");
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(block));
    LLVMBuilderRef b = ir_at_end(e->ir, block);
    LLVMValueRef ended = LLVMBuildLoad2(b, e->ir->i32, e->ended, "");
    ended = LLVMBuildICmp(b, LLVMIntNE, ended, LLVMConstInt(e->ir->i32, 0, false), "");
    LLVMBuildCondBr(b, ended, out, on);
    LLVMPositionBuilderAtEnd(b, out);
    build_return(b, f);
    LLVMDisposeBuilder(b);
}

void ir_ends(struct ir *ir)
{
    struct ends e = {.ir = ir, .end = LLVMGetNamedFunction(ir->module, "hc_spirv_end")};
    if (!e.end || !LLVMGetFirstUse(e.end)) return;
    e.ended = LLVMAddGlobalInAddressSpace(ir->module, ir->i32, "hc_spirv_ended", IR_LANE);
    LLVMSetLinkage(e.ended, LLVMInternalLinkage);
    LLVMSetInitializer(e.ended, LLVMConstNull(ir->i32));

    function_add(&e, e.end);
    for (unsigned k = 0; k < e.functions; k++) {
        LLVMValueRef *calls = ir_calls(ir, e.function[k]);
        for (unsigned i = 0; calls[i]; i++) function_add(&e, function_of(calls[i]));
        free(calls);
    }
    for (unsigned k = 0; k < e.functions; k++) {
        LLVMValueRef *calls = ir_calls(ir, e.function[k]);
        for (unsigned i = 0; calls[i]; i++) {
            promises_drop(e.function[k], calls[i]);
            if (k == 0)
                end_replace(&e, calls[i]);
            else
                call_check(&e, calls[i]);
        }
        promises_drop(e.function[k], NULL);
        free(calls);
    }
    free(e.function);
    ir_run(ir, "function(unreachableblockelim)");
}
