// setjmp and longjmp without a way to change stacks: a jump is a state of the thread with which functions return.
//
// longjmp notes where to, and returns.  Behind each call that may have led to it, the state is looked at; while it is
// set, a function returns at once, with any value, until the one whose setjmp is meant, which goes on behind that.
// In a jmp_buf stand that function's frame, by an address in it, and which of its setjmps it is, from 1 on.
#include <stdlib.h>
#include <string.h>

#include "compiler/program/jumps.h"

enum {
    IN_FRAME = 0,
    IN_SITE = 8,
    IN_VALUE = 12,
    STATE_BYTES = 16
};  // both a state's and a jmp_buf's

struct jumps {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMBuilderRef b;
    LLVMTypeRef i8, i32, i64, pointer;
    LLVMValueRef state, lost, set[2];  // setjmp has two names
    struct reach *reach;
};

// A function in work.
struct frame {
    LLVMValueRef function, state, id;  // id: the address that names it, if it has sites
    LLVMBasicBlockRef leave;
    unsigned calls, sites, checks, room;
    LLVMValueRef *call;  // in their order: setjmps, and calls that a jump may leave
    struct site *site;
};

struct site {
    LLVMValueRef result, stack;
    LLVMBasicBlockRef behind;
};

static LLVMValueRef intrinsic(struct jumps *j, const char *name, LLVMTypeRef *overload,
                              unsigned count, LLVMValueRef *args, unsigned arg_count)
{
    const unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef f = LLVMGetIntrinsicDeclaration(j->module, id, overload, count);
    return LLVMBuildCall2(j->b, LLVMGlobalGetValueType(f), f, args, arg_count, "");
}

static LLVMValueRef state_build(struct jumps *j)
{
    return intrinsic(j, "llvm.threadlocal.address", &j->pointer, 1, &j->state, 1);
}

static LLVMValueRef field(struct jumps *j, LLVMValueRef base, uint64_t offset)
{
    LLVMValueRef index = LLVMConstInt(j->i64, offset, false);
    return offset ? LLVMBuildGEP2(j->b, j->i8, base, &index, 1, "") : base;
}

static LLVMValueRef number(struct jumps *j, uint64_t n) { return LLVMConstInt(j->i32, n, false); }

// `then` is rare.
static void branch_build(struct jumps *j, LLVMValueRef condition, LLVMBasicBlockRef then,
                         LLVMBasicBlockRef otherwise)
{
    LLVMMetadataRef weight[3] = {
        LLVMMDStringInContext2(j->context, "branch_weights", 14),
        LLVMValueAsMetadata(number(j, 1)),
        LLVMValueAsMetadata(number(j, 100000)),
    };
    LLVMValueRef branch = LLVMBuildCondBr(j->b, condition, then, otherwise);
    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(j->context, "prof", 4),
                    LLVMMetadataAsValue(j->context, LLVMMDNodeInContext2(j->context, weight, 3)));
}

static LLVMBasicBlockRef block_add(struct jumps *j, struct frame *f)
{
    return LLVMAppendBasicBlockInContext(j->context, f->function, "");
}

static void builder_at(struct jumps *j, LLVMBasicBlockRef end)
{
    LLVMPositionBuilderAtEnd(j->b, end);
    LLVMSetCurrentDebugLocation2(j->b, NULL);
}

// -------------------------------------------------------------------------------- what a function has

static bool is_set(const struct jumps *j, LLVMValueRef i)
{
    LLVMValueRef callee = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;
    return callee && (callee == j->set[0] || callee == j->set[1]);
}

static bool is_end(LLVMValueRef call)
{
    return LLVMIsAUnreachableInst(LLVMGetNextInstruction(call));
}

static void calls_gather(struct jumps *j, struct frame *f)
{
    LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f->function);
    for (; block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            if (!LLVMIsACallInst(i)) continue;
            const bool set = is_set(j, i);
            if (!set && !reach_call(j->reach, i)) continue;
            if (f->calls == f->room) {
                f->room = f->room ? 2 * f->room : 64;
                f->call = realloc(f->call, f->room * sizeof *f->call);
                if (!f->call) lower_fail("out of memory");
            }
            f->call[f->calls++] = i;
            f->sites += set;
        }
}

// ----------------------------------------------------------------------------------------- one call

// Behind a call that comes back only if a jump leaves it.
static void end_build(struct jumps *j, struct frame *f, LLVMValueRef call)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(call);
    LLVMInstructionEraseFromParent(LLVMGetNextInstruction(call));
    builder_at(j, block);
    LLVMBuildBr(j->b, f->leave);
}

static void check_build(struct jumps *j, struct frame *f, LLVMValueRef call)
{
    LLVMBasicBlockRef rest = LLVMGetInstructionParent(call);
    LLVMSetTailCallKind(call, LLVMTailCallKindNone);
    builder_at(j, frame_split(j->b, call));
    LLVMValueRef state = f->state ? f->state : state_build(j);
    LLVMValueRef frame = LLVMBuildLoad2(j->b, j->pointer, field(j, state, IN_FRAME), "");
    branch_build(j, LLVMBuildIsNotNull(j->b, frame, ""), f->leave, rest);
}

static void site_build(struct jumps *j, struct frame *f, LLVMValueRef call, bool grows)
{
    struct site *s = &f->site[f->sites];
    LLVMValueRef buffer = LLVMGetOperand(call, 0);
    s->behind = LLVMGetInstructionParent(call);
    builder_at(j, frame_split(j->b, call));
    LLVMBuildStore(j->b, f->id, field(j, buffer, IN_FRAME));
    LLVMBuildStore(j->b, number(j, ++f->sites), field(j, buffer, IN_SITE));
    LLVMBuildStore(j->b, number(j, 0), s->result);
    if (grows)
        LLVMBuildStore(j->b, intrinsic(j, "llvm.stacksave", &j->pointer, 1, NULL, 0), s->stack);
    LLVMBuildBr(j->b, s->behind);
    LLVMPositionBuilderBefore(j->b, LLVMGetFirstInstruction(s->behind));
    LLVMReplaceAllUsesWith(call, LLVMBuildLoad2(j->b, j->i32, s->result, ""));
    LLVMInstructionEraseFromParent(call);
}

// -------------------------------------------------------------------------------------- how it leaves

static void return_build(struct jumps *j, struct frame *f)
{
    LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(f->function));
    if (LLVMGetTypeKind(type) == LLVMVoidTypeKind)
        LLVMBuildRetVoid(j->b);
    else
        LLVMBuildRet(j->b, LLVMGetPoison(type));
}

// A jump to one of the frame's own sites ends here; one to others goes on.
static void landings_build(struct jumps *j, struct frame *f, bool grows)
{
    LLVMBasicBlockRef mine = block_add(j, f), others = block_add(j, f);
    builder_at(j, f->leave);
    LLVMValueRef frame = LLVMBuildLoad2(j->b, j->pointer, field(j, f->state, IN_FRAME), "");
    LLVMBuildCondBr(j->b, LLVMBuildICmp(j->b, LLVMIntEQ, frame, f->id, ""), mine, others);
    builder_at(j, others);
    return_build(j, f);
    builder_at(j, mine);
    LLVMValueRef site = LLVMBuildLoad2(j->b, j->i32, field(j, f->state, IN_SITE), "");
    LLVMValueRef value = LLVMBuildLoad2(j->b, j->i32, field(j, f->state, IN_VALUE), "");
    LLVMValueRef which = LLVMBuildSwitch(j->b, site, others, f->sites);
    for (unsigned i = 0; i < f->sites; i++) {
        LLVMBasicBlockRef block = block_add(j, f);
        LLVMAddCase(which, number(j, i + 1), block);
        builder_at(j, block);
        LLVMBuildStore(j->b, LLVMConstNull(j->pointer), field(j, f->state, IN_FRAME));
        LLVMBuildStore(j->b, value, f->site[i].result);
        if (grows) {
            LLVMValueRef stack = LLVMBuildLoad2(j->b, j->pointer, f->site[i].stack, "");
            intrinsic(j, "llvm.stackrestore", &j->pointer, 1, &stack, 1);
        }
        LLVMBuildBr(j->b, f->site[i].behind);
    }
}

// Where the program begins nobody is left to jump to.
static void lost_build(struct jumps *j, struct frame *f)
{
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(j->context), NULL, 0, false);
    builder_at(j, f->leave);
    LLVMBuildStore(j->b, LLVMConstNull(j->pointer), field(j, state_build(j), IN_FRAME));
    LLVMBuildCall2(j->b, type, j->lost, NULL, 0, "");
    intrinsic(j, "llvm.trap", NULL, 0, NULL, 0);
    LLVMBuildUnreachable(j->b);
}

// ------------------------------------------------------------------------------------------ functions

static void slots_make(struct jumps *j, struct frame *f, bool grows)
{
    f->id = LLVMBuildAlloca(j->b, j->i64, "");
    f->site = lower_room(f->sites, sizeof *f->site);
    for (unsigned i = 0; i < f->sites; i++) {
        f->site[i].result = LLVMBuildAlloca(j->b, j->i32, "");
        if (grows) f->site[i].stack = LLVMBuildAlloca(j->b, j->pointer, "");
    }
}

static void calls_build(struct jumps *j, struct frame *f, bool root, bool grows)
{
    const bool has_sites = f->sites != 0;
    f->sites = 0;  // counted anew
    for (unsigned i = 0; i < f->calls; i++) {
        if (is_set(j, f->call[i]))
            site_build(j, f, f->call[i], grows);
        else if (is_end(f->call[i]))
            end_build(j, f, f->call[i]);
        else if (!root && (has_sites || !frame_returns_behind(f->call[i])))
            check_build(j, f, f->call[i]);
    }
}

static unsigned checks_count(struct jumps *j, const struct frame *f)
{
    unsigned n = 0;
    for (unsigned i = 0; i < f->calls; i++)
        n += !is_set(j, f->call[i]) && !is_end(f->call[i]) && !frame_returns_behind(f->call[i]);
    return n;
}

// Where threads begin: no jump goes on from here, and the thread's block, where the state is, may not be there yet.
static bool is_root(LLVMValueRef function)
{
    size_t n;
    return LLVMGetLinkage(function) == LLVMExternalLinkage ||
           !strcmp(LLVMGetValueName2(function, &n), "hc_threads_serve");
}

static void function_lower(struct jumps *j, LLVMValueRef function)
{
    struct frame f = {.function = function};
    const bool root = is_root(function);
    calls_gather(j, &f);
    if (!f.calls) return;
    reach_mend(function);
    for (unsigned i = 0; i < f.calls; i++) reach_mend_call(f.call[i]);
    frame_gather(function);
    const bool grows = f.sites && frame_grows(function);
    LLVMPositionBuilderBefore(j->b, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    LLVMSetCurrentDebugLocation2(j->b, NULL);
    if (f.sites) slots_make(j, &f, grows);
    if (f.sites || (!root && checks_count(j, &f) > 1)) f.state = state_build(j);
    f.leave = block_add(j, &f);
    calls_build(j, &f, root && !f.sites, grows);
    if (f.sites) {
        frame_lifetimes_drop(function);
        landings_build(j, &f, grows);
        frame_demote(j->b, function, j->reach);
        frame_promote(function);
    } else if (root) {
        lost_build(j, &f);
    } else if (LLVMGetFirstUse(LLVMBasicBlockAsValue(f.leave))) {
        builder_at(j, f.leave);
        return_build(j, &f);
    } else {
        LLVMDeleteBasicBlock(f.leave);
    }
    free(f.call);
    free(f.site);
}

// ------------------------------------------------------------------------------------------ the module

// Used in no other way than called, by the type that it is declared with.
static LLVMValueRef declared(struct jumps *j, const char *name, unsigned params)
{
    LLVMValueRef f = LLVMGetNamedFunction(j->module, name);
    if (!f || !LLVMIsDeclaration(f) || !LLVMGetFirstUse(f)) return NULL;
    LLVMTypeRef type = LLVMGlobalGetValueType(f);
    bool right = LLVMCountParamTypes(type) == params && !LLVMIsFunctionVarArg(type);
    for (LLVMUseRef use = LLVMGetFirstUse(f); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != f)
            lower_fail("%s: it can only be called, not be pointed to", name);
        right &= LLVMGetCalledFunctionType(user) == type;
    }
    if (!right) lower_fail("%s: it is not declared as <setjmp.h> does it", name);
    return f;
}

static void state_make(struct jumps *j)
{
    LLVMTypeRef type = LLVMArrayType2(j->i64, STATE_BYTES / 8);
    j->state = LLVMAddGlobal(j->module, type, "hc_jump_state");
    LLVMSetInitializer(j->state, LLVMConstNull(type));
    LLVMSetLinkage(j->state, LLVMInternalLinkage);
    LLVMSetThreadLocal(j->state, true);
}

// hc_jump(where, value, lost) of libc/system/jump.c.  The function for jumps that nobody takes goes into j->lost, and
// is no longer one that pointers point to.
static void jump_define(struct jumps *j, LLVMValueRef f)
{
    LLVMValueRef buffer = LLVMGetParam(f, 0), value = LLVMGetParam(f, 1);
    for (LLVMUseRef use = LLVMGetFirstUse(f); use; use = LLVMGetNextUse(use)) {
        j->lost = LLVMGetOperand(LLVMGetUser(use), 2);
        LLVMSetOperand(LLVMGetUser(use), 2, LLVMConstNull(j->pointer));
    }
    LLVMSetLinkage(f, LLVMInternalLinkage);
    reach_mend(f);
    LLVMPositionBuilderAtEnd(j->b, LLVMAppendBasicBlockInContext(j->context, f, ""));
    LLVMValueRef state = state_build(j), none = LLVMBuildIsNull(j->b, value, "");
    LLVMBuildStore(j->b, LLVMBuildLoad2(j->b, j->pointer, field(j, buffer, IN_FRAME), ""),
                   field(j, state, IN_FRAME));
    LLVMBuildStore(j->b, LLVMBuildLoad2(j->b, j->i32, field(j, buffer, IN_SITE), ""),
                   field(j, state, IN_SITE));
    LLVMBuildStore(j->b, LLVMBuildSelect(j->b, none, number(j, 1), value, ""),
                   field(j, state, IN_VALUE));
    LLVMBuildRetVoid(j->b);
}

// Nobody jumps.
static void setjmp_drop(LLVMValueRef f)
{
    for (LLVMUseRef use; (use = LLVMGetFirstUse(f));) {
        LLVMValueRef call = LLVMGetUser(use);
        LLVMReplaceAllUsesWith(call, LLVMConstNull(LLVMTypeOf(call)));
        LLVMInstructionEraseFromParent(call);
    }
    LLVMDeleteFunction(f);
}

void lower_jumps(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct jumps j = {
        .module = m,
        .context = context,
        .i8 = LLVMInt8TypeInContext(context),
        .i32 = LLVMInt32TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .pointer = LLVMPointerTypeInContext(context, 0),
        .b = LLVMCreateBuilderInContext(context),
    };
    j.set[0] = declared(&j, "setjmp", 1);
    j.set[1] = declared(&j, "_setjmp", 1);
    LLVMValueRef jump = declared(&j, "hc_jump", 3);
    if (jump) {
        state_make(&j);
        jump_define(&j, jump);
        j.reach = reach_find(m, jump);
        for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
            if (!LLVMIsDeclaration(f) && reach_has(j.reach, f)) function_lower(&j, f);
    }
    for (unsigned i = 0; i < 2; i++)
        if (j.set[i]) setjmp_drop(j.set[i]);
    LLVMDisposeBuilder(j.b);
}
