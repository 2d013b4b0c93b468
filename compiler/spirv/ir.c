// What the passes share: diagnostics with the C source's line, builders, blocks cut in two, LLVM's own passes.
#include "compiler/spirv/ir.h"

#include <llvm-c/DebugInfo.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static LLVMValueRef function_of(LLVMValueRef at)
{
    if (LLVMIsAFunction(at)) return at;
    if (LLVMIsAInstruction(at) && LLVMGetInstructionParent(at))
        return LLVMGetBasicBlockParent(LLVMGetInstructionParent(at));
    return NULL;
}

// The line of an instruction, or of the next one around it that has one.
static LLVMValueRef line_find(LLVMValueRef at)
{
    if (LLVMIsAFunction(at)) return at;
    if (!LLVMIsAInstruction(at)) return NULL;
    for (LLVMValueRef i = at; i; i = LLVMGetNextInstruction(i))
        if (LLVMGetDebugLocLine(i)) return i;
    for (LLVMValueRef i = at; i; i = LLVMGetPreviousInstruction(i))
        if (LLVMGetDebugLocLine(i)) return i;
    return function_of(at);
}

void ir_refuse(LLVMValueRef at, const char *format, ...)
{
    va_list args;
    fflush(stdout);
    fprintf(stderr, "hc-spirv: ");
    if (at) {
        LLVMValueRef where = line_find(at), function = function_of(at);
        unsigned line = 0, length = 0;
        const char *file = NULL;
        if (where && LLVMIsAInstruction(where)) {
            line = LLVMGetDebugLocLine(where);
            file = LLVMGetDebugLocFilename(where, &length);
        } else if (where && LLVMGetSubprogram(where)) {
            line = LLVMDISubprogramGetLine(LLVMGetSubprogram(where));
            file = LLVMDIFileGetFilename(LLVMDIScopeGetFile(LLVMGetSubprogram(where)), &length);
        }
        if (file && line) fprintf(stderr, "%.*s:%u: ", (int)length, file, line);
        if (function) fprintf(stderr, "in %s: ", LLVMGetValueName2(function, &(size_t){0}));
    }
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

struct ir ir_open(LLVMModuleRef module)
{
    LLVMContextRef c = LLVMGetModuleContext(module);
    return (struct ir){
        .context = c,
        .module = module,
        .layout = LLVMGetModuleDataLayout(module),
        .i1 = LLVMInt1TypeInContext(c),
        .i8 = LLVMInt8TypeInContext(c),
        .i16 = LLVMInt16TypeInContext(c),
        .i32 = LLVMInt32TypeInContext(c),
        .i64 = LLVMInt64TypeInContext(c),
        .pointer = LLVMPointerTypeInContext(c, IR_MEMORY),
        .none = LLVMVoidTypeInContext(c),
    };
}

bool ir_named(LLVMValueRef f, const char *prefix)
{
    size_t length;
    return !strncmp(LLVMGetValueName2(f, &length), prefix, strlen(prefix));
}

LLVMBuilderRef ir_before(struct ir *ir, LLVMValueRef instruction)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(ir->context);
    LLVMPositionBuilderBefore(b, instruction);
    return b;
}

LLVMBuilderRef ir_at_end(struct ir *ir, LLVMBasicBlockRef block)
{
    LLVMBuilderRef b = LLVMCreateBuilderInContext(ir->context);
    LLVMPositionBuilderAtEnd(b, block);
    return b;
}

static unsigned attribute_kind(const char *name)
{
    return LLVMGetEnumAttributeKindForName(name, strlen(name));
}

bool ir_has_attribute(LLVMValueRef f, const char *name)
{
    return LLVMGetEnumAttributeAtIndex(f, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
                                       attribute_kind(name)) != NULL;
}

void ir_attribute(struct ir *ir, LLVMValueRef f, const char *name, bool set)
{
    const LLVMAttributeIndex index = (LLVMAttributeIndex)LLVMAttributeFunctionIndex;
    if (set)
        LLVMAddAttributeAtIndex(f, index,
                                LLVMCreateEnumAttribute(ir->context, attribute_kind(name), 0));
    else
        LLVMRemoveEnumAttributeAtIndex(f, index, attribute_kind(name));
}

LLVMBasicBlockRef ir_split(struct ir *ir, LLVMValueRef before)
{
    LLVMBasicBlockRef old = LLVMGetInstructionParent(before);
    LLVMValueRef f = LLVMGetBasicBlockParent(old);
    LLVMBasicBlockRef head = LLVMInsertBasicBlockInContext(ir->context, old, "");
    for (LLVMBasicBlockRef p = LLVMGetFirstBasicBlock(f); p; p = LLVMGetNextBasicBlock(p)) {
        LLVMValueRef end = p == head ? NULL : LLVMGetBasicBlockTerminator(p);
        for (unsigned i = 0; end && i < LLVMGetNumSuccessors(end); i++)
            if (LLVMGetSuccessor(end, i) == old) LLVMSetSuccessor(end, i, head);
    }
    LLVMBuilderRef b = ir_at_end(ir, head);
    for (LLVMValueRef i; (i = LLVMGetFirstInstruction(old)) != before;) {
        LLVMInstructionRemoveFromParent(i);
        LLVMInsertIntoBuilder(b, i);
    }
    LLVMBuildBr(b, old);
    LLVMDisposeBuilder(b);
    return head;
}

LLVMValueRef *ir_calls(struct ir *ir, LLVMValueRef only)
{
    size_t n = 0, room = 64;
    LLVMValueRef *all = malloc(room * sizeof *all);
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
                if (!LLVMIsACallInst(i) || (only && LLVMGetCalledValue(i) != only)) continue;
                if (n + 1 == room) all = realloc(all, (room *= 2) * sizeof *all);
                if (!all) ir_refuse(NULL, "out of memory");
                all[n++] = i;
            }
    all[n] = NULL;
    return all;
}

void ir_run(struct ir *ir, const char *passes)
{
    LLVMPassBuilderOptionsRef o = LLVMCreatePassBuilderOptions();
    LLVMPassBuilderOptionsSetLoopVectorization(o, 0);
    LLVMPassBuilderOptionsSetSLPVectorization(o, 0);
    LLVMPassBuilderOptionsSetLoopInterleaving(o, 0);
    LLVMPassBuilderOptionsSetLoopUnrolling(o, 0);  // the device's driver knows better
    LLVMErrorRef error = LLVMRunPasses(ir->module, passes, NULL, o);
    if (error) ir_refuse(NULL, "LLVM, %s: %s", passes, LLVMGetErrorMessage(error));
    LLVMDisposePassBuilderOptions(o);
}

static LLVMValueRef lane_variable(struct ir *ir, const char *name, LLVMTypeRef type)
{
    LLVMValueRef v = LLVMGetNamedGlobal(ir->module, name);
    if (v) return v;
    v = LLVMAddGlobalInAddressSpace(ir->module, type, name, IR_LANE);
    LLVMSetLinkage(v, LLVMInternalLinkage);
    LLVMSetInitializer(v, LLVMConstNull(type));
    return v;
}

LLVMValueRef ir_sp(struct ir *ir) { return lane_variable(ir, "hc_spirv_sp", ir->pointer); }
LLVMValueRef ir_sp_end(struct ir *ir) { return lane_variable(ir, "hc_spirv_sp_end", ir->pointer); }
