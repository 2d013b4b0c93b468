// The stack: variables whose address is needed get their place in memory, at a fixed distance from where the lane's
// stack begins; the states of machine.c, and arrays of variable length, lie above them.
#include <stdlib.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/cells.h"
#include "compiler/spirv/passes.h"

#define ALIGN 16

struct frame {
    struct ir *ir;
    LLVMValueRef base;   // where the lane's stack begins
    LLVMValueRef first;  // instruction behind it
    uint32_t bytes;
};

// The lane's place in the launch.
static LLVMValueRef lane_index(struct ir *ir, LLVMBuilderRef b)
{
    LLVMValueRef lanes = ir_id(ir, b, HC_SPIRV_GROUP_SIZE, 0);
    LLVMValueRef g = ir_id(ir, b, HC_SPIRV_GROUP_ID, 2);
    for (uint32_t dim = 1; dim < 3; dim++)
        lanes = LLVMBuildMul(b, lanes, ir_id(ir, b, HC_SPIRV_GROUP_SIZE, dim), "");
    for (uint32_t dim = 2; dim-- > 0;) {
        g = LLVMBuildMul(b, g, ir_id(ir, b, HC_SPIRV_GROUP_COUNT, dim), "");
        g = LLVMBuildAdd(b, g, ir_id(ir, b, HC_SPIRV_GROUP_ID, dim), "");
    }
    g = LLVMBuildMul(b, g, lanes, "");
    return LLVMBuildAdd(b, g, ir_id(ir, b, HC_SPIRV_LOCAL_INDEX, 0), "");
}

// In front of everything: pointers to variables are computed before anything else happens.
static LLVMValueRef stack_find(struct ir *ir, LLVMValueRef main, LLVMValueRef *end)
{
    LLVMTypeRef bytes = LLVMArrayType2(ir->i8, HC_SPIRV_PUSH_SIZE);
    LLVMValueRef push = LLVMGetNamedGlobal(ir->module, "hc_spirv_push");
    if (!push) push = LLVMAddGlobalInAddressSpace(ir->module, bytes, "hc_spirv_push", IR_PUSH);
    LLVMBuilderRef b = ir_before(ir, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(main)));
    LLVMValueRef at = LLVMConstInt(ir->i64, HC_SPIRV_PUSH_STACK, 0);
    LLVMValueRef base = LLVMBuildLoad2(b, ir->i64, LLVMBuildGEP2(b, ir->i8, push, &at, 1, ""), "");
    LLVMValueRef size =
        ir_op(ir, b, "hc_spirv_constant", 1, (const uint32_t[]){HC_SPIRV_SPEC_STACK});
    size = LLVMBuildZExt(b, size, ir->i64, "");
    LLVMValueRef lane = LLVMBuildZExt(b, lane_index(ir, b), ir->i64, "");
    LLVMValueRef begin = LLVMBuildAdd(b, base, LLVMBuildMul(b, lane, size, ""), "");
    begin = LLVMBuildIntToPtr(b, begin, ir->pointer, "");
    *end = LLVMBuildGEP2(b, ir->i8, begin, &size, 1, "");
    LLVMDisposeBuilder(b);
    return begin;
}

static void uses_end(LLVMValueRef v)
{
    // lifetime markers mean nothing on the stack, and LLVM wants an alloca there
    for (LLVMUseRef u = LLVMGetFirstUse(v), next; u; u = next) {
        LLVMValueRef i = LLVMGetUser(u);
        next = LLVMGetNextUse(u);
        if (LLVMIsACallInst(i) && ir_named(LLVMGetCalledValue(i), "llvm.lifetime."))
            LLVMInstructionEraseFromParent(i);
    }
}

static uint64_t fixed_size(struct ir *ir, LLVMValueRef alloca)
{
    LLVMValueRef n = LLVMGetOperand(alloca, 0);
    const uint64_t each = LLVMABISizeOfType(ir->layout, LLVMGetAllocatedType(alloca));
    return LLVMIsAConstantInt(n) ? each * LLVMConstIntGetZExtValue(n) : UINT64_MAX;
}

static void place_fixed(struct frame *f, LLVMValueRef alloca, uint64_t bytes)
{
    const uint32_t align = LLVMGetAlignment(alloca);
    if (align > ALIGN) ir_refuse(alloca, "a variable aligned to over %d bytes", ALIGN);
    f->bytes = (f->bytes + align - 1) & ~(align - 1);
    if (f->bytes + bytes > 0x1000000)
        ir_refuse(alloca, "variables of over 16 MiB in a function; make them static");
    LLVMBuilderRef b = ir_before(f->ir, f->first);
    LLVMValueRef at = LLVMConstInt(f->ir->i64, f->bytes, 0);
    LLVMValueRef p = LLVMBuildGEP2(b, f->ir->i8, f->base, &at, 1, "");
    LLVMDisposeBuilder(b);
    f->bytes += (uint32_t)bytes;
    uses_end(alloca);
    LLVMReplaceAllUsesWith(alloca, p);
    LLVMInstructionEraseFromParent(alloca);
}

// sp moves up by the bytes asked for; who wants it back says so with llvm.stackrestore.
static void place_variable(struct frame *f, LLVMValueRef alloca)
{
    struct ir *ir = f->ir;
    LLVMBuilderRef b = ir_before(ir, alloca);
    LLVMValueRef sp = LLVMBuildLoad2(b, ir->pointer, ir_sp(ir), "");
    LLVMValueRef n = LLVMBuildIntCast2(b, LLVMGetOperand(alloca, 0), ir->i64, 0, "");
    const uint64_t each = LLVMABISizeOfType(ir->layout, LLVMGetAllocatedType(alloca));
    n = LLVMBuildMul(b, n, LLVMConstInt(ir->i64, each, 0), "");
    n = LLVMBuildAdd(b, n, LLVMConstInt(ir->i64, ALIGN - 1, 0), "");
    n = LLVMBuildAnd(b, n, LLVMConstInt(ir->i64, ~(uint64_t)(ALIGN - 1), 0), "");
    LLVMBuildStore(b, LLVMBuildGEP2(b, ir->i8, sp, &n, 1, ""), ir_sp(ir));
    LLVMDisposeBuilder(b);
    uses_end(alloca);
    LLVMReplaceAllUsesWith(alloca, sp);
    LLVMInstructionEraseFromParent(alloca);
}

static void saves_replace(struct ir *ir)
{
    LLVMValueRef *calls = ir_calls(ir, NULL);
    for (LLVMValueRef *c = calls; *c; c++) {
        LLVMValueRef called = LLVMGetCalledValue(*c);
        const bool save = ir_named(called, "llvm.stacksave");
        if (!save && !ir_named(called, "llvm.stackrestore")) continue;
        LLVMBuilderRef b = ir_before(ir, *c);
        if (save)
            LLVMReplaceAllUsesWith(*c, LLVMBuildLoad2(b, ir->pointer, ir_sp(ir), ""));
        else
            LLVMBuildStore(b, LLVMGetOperand(*c, 0), ir_sp(ir));
        LLVMInstructionEraseFromParent(*c);
        LLVMDisposeBuilder(b);
    }
    free(calls);
}

static bool is_used(struct ir *ir, const char *variable)
{
    LLVMValueRef v = LLVMGetNamedGlobal(ir->module, variable);
    return v && LLVMGetFirstUse(v);
}

uint32_t ir_stack(struct ir *ir, LLVMValueRef main)
{
    LLVMValueRef *list = NULL;
    size_t count = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(main); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            struct cells c;
            LLVMValueRef why;
            if (!LLVMIsAAllocaInst(i) || cells_measure(ir, i, &c, &why)) continue;
            list = realloc(list, (count + 1) * sizeof *list);
            if (!list) ir_refuse(NULL, "out of memory");
            list[count++] = i;
        }
    saves_replace(ir);
    const bool moves = is_used(ir, "hc_spirv_sp") || is_used(ir, "hc_spirv_sp_end");
    if (!count && !moves) return 0;
    struct frame f = {.ir = ir};
    LLVMValueRef end;
    f.base = stack_find(ir, main, &end);
    LLVMBuilderRef b = ir_before(ir, LLVMGetNextInstruction(end));
    f.first = LLVMBuildStore(b, f.base, ir_sp(ir));
    LLVMBuildStore(b, end, ir_sp_end(ir));
    LLVMDisposeBuilder(b);
    for (size_t k = 0; k < count; k++) {
        const uint64_t bytes = fixed_size(ir, list[k]);
        if (bytes == UINT64_MAX)
            place_variable(&f, list[k]);
        else
            place_fixed(&f, list[k], bytes);
    }
    free(list);
    f.bytes = (f.bytes + ALIGN - 1) & ~(uint32_t)(ALIGN - 1);
    // What moves with sp begins above the fixed part.
    b = ir_before(ir, f.first);
    LLVMValueRef up = LLVMConstInt(ir->i64, f.bytes, 0);
    LLVMSetOperand(f.first, 0, LLVMBuildGEP2(b, ir->i8, f.base, &up, 1, ""));
    LLVMDisposeBuilder(b);
    return f.bytes;
}
