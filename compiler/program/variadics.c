// Variadic functions: `...` becomes a pointer to the arguments in memory.
//
// clang has turned va_arg into code for x86-64's va_list: it takes an argument from saved registers while the offsets
// in the list say that there are some, then from the overflow area, 8 bytes an argument, 16 where that is its
// alignment.  Here no argument comes in a register: va_start sets both offsets past the end, and the overflow area
// is what the caller filled in that form.
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Target.h>
#include <string.h>

#include "compiler/program/lower.h"

enum { GP_END = 48, FP_END = 176, LIST_BYTES = 24 };

struct variadics {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMTypeRef i8, i32, i64, pointer;
    LLVMBuilderRef b;
    LLVMValueRef none;  // zeros: there are functions that read an argument which nobody passed
};

static LLVMTypeRef type_plain(struct variadics *v, LLVMTypeRef type)
{
    const unsigned n = LLVMCountParamTypes(type);
    LLVMTypeRef *params = lower_room(n + 1, sizeof(LLVMTypeRef));
    LLVMGetParamTypes(type, params);
    params[n] = v->pointer;
    return LLVMFunctionType(LLVMGetReturnType(type), params, n + 1, false);
}

// ------------------------------------------------------------------------------------------- functions

static void attributes_copy(LLVMValueRef from, LLVMValueRef to, unsigned index, bool call)
{
    const unsigned n = call ? LLVMGetCallSiteAttributeCount(from, index)
                            : LLVMGetAttributeCountAtIndex(from, index);
    LLVMAttributeRef *list = lower_room(n, sizeof *list);
    if (call)
        LLVMGetCallSiteAttributes(from, index, list);
    else
        LLVMGetAttributesAtIndex(from, index, list);
    for (unsigned i = 0; i < n; i++) {
        if (call)
            LLVMAddCallSiteAttribute(to, index, list[i]);
        else
            LLVMAddAttributeAtIndex(to, index, list[i]);
    }
}

static LLVMValueRef field(struct variadics *v, LLVMValueRef list, uint64_t at)
{
    LLVMValueRef offset = LLVMConstInt(v->i64, at, false);
    return LLVMBuildGEP2(v->b, v->i8, list, &offset, 1, "");
}

static void list_start(struct variadics *v, LLVMValueRef list, LLVMValueRef rest)
{
    LLVMBuildStore(v->b, LLVMConstInt(v->i32, GP_END, false), list);
    LLVMBuildStore(v->b, LLVMConstInt(v->i32, FP_END, false), field(v, list, 4));
    LLVMBuildStore(v->b, rest, field(v, list, 8));
    LLVMBuildStore(v->b, LLVMConstNull(v->pointer), field(v, list, 16));
}

// rest: the function's pointer, NULL if it is not variadic itself (it may copy lists all the same).
static void lists_lower(struct variadics *v, LLVMValueRef f, LLVMValueRef rest)
{
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(block); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (!lower_is_intrinsic(i, "va_")) continue;
            LLVMPositionBuilderBefore(v->b, i);
            LLVMValueRef list = LLVMGetOperand(i, 0);
            if (lower_is_intrinsic(i, "va_start"))
                list_start(v, list, rest);
            else if (lower_is_intrinsic(i, "va_copy"))
                LLVMBuildMemCpy(v->b, list, 8, LLVMGetOperand(i, 1), 8,
                                LLVMConstInt(v->i64, LIST_BYTES, false));
            LLVMInstructionEraseFromParent(i);
        }
}

static const char was_variadic[] = "hc-variadic";  // attribute of functions made here

static void function_lower(struct variadics *v, LLVMValueRef old)
{
    size_t n;
    LLVMTypeRef type = type_plain(v, LLVMGlobalGetValueType(old));
    const unsigned fixed = LLVMCountParamTypes(type) - 1;
    LLVMValueRef f = LLVMAddFunction(v->module, "", type);
    LLVMSetLinkage(f, LLVMGetLinkage(old));
    LLVMSetVisibility(f, LLVMGetVisibility(old));
    LLVMSetFunctionCallConv(f, LLVMGetFunctionCallConv(old));
    attributes_copy(old, f, LLVMAttributeFunctionIndex, false);
    for (unsigned i = 0; i <= fixed; i++) attributes_copy(old, f, i, false);  // 0 is the result
    if (LLVMGetSubprogram(old)) {
        LLVMSetSubprogram(f, LLVMGetSubprogram(old));
        LLVMSetSubprogram(old, NULL);
    }
    LLVMAddAttributeAtIndex(
        f, LLVMAttributeFunctionIndex,
        LLVMCreateStringAttribute(v->context, was_variadic, sizeof was_variadic - 1, "", 0));
    LLVMBasicBlockRef mark = LLVMAppendBasicBlockInContext(v->context, f, ""), last = mark;
    while (LLVMGetFirstBasicBlock(old)) {
        LLVMBasicBlockRef moved = LLVMGetFirstBasicBlock(old);
        LLVMMoveBasicBlockAfter(moved, last);
        last = moved;
    }
    LLVMDeleteBasicBlock(mark);
    for (unsigned i = 0; i < fixed; i++)
        LLVMReplaceAllUsesWith(LLVMGetParam(old, i), LLVMGetParam(f, i));
    lists_lower(v, f, LLVMGetParam(f, fixed));
    LLVMReplaceAllUsesWith(old, f);
    const char *name = LLVMGetValueName2(old, &n);
    char *kept = lower_room(n + 1, 1);
    memcpy(kept, name, n);
    LLVMDeleteFunction(old);
    LLVMSetValueName2(f, kept, n);
}

// --------------------------------------------------------------------------------------------- calls

static LLVMAttributeRef by_value(LLVMValueRef call, unsigned argument, uint64_t *align)
{
    static const char byval[] = "byval", alignment[] = "align";
    const unsigned kind = LLVMGetEnumAttributeKindForName(byval, sizeof byval - 1);
    LLVMAttributeRef a = LLVMGetCallSiteEnumAttribute(call, argument + 1, kind);
    LLVMAttributeRef given = LLVMGetCallSiteEnumAttribute(
        call, argument + 1, LLVMGetEnumAttributeKindForName(alignment, sizeof alignment - 1));
    *align = given ? LLVMGetEnumAttributeValue(given) : 1;
    return a;
}

struct place {
    LLVMTypeRef whole;  // a struct passed by value; NULL: the value itself
    uint64_t at, bytes;
};

static uint64_t places_find(struct variadics *v, LLVMValueRef call, unsigned fixed, unsigned count,
                            struct place *p)
{
    uint64_t end = 0;
    for (unsigned i = fixed; i < count; i++, p++) {
        uint64_t align;
        LLVMAttributeRef whole = by_value(call, i, &align);
        LLVMTypeRef type =
            whole ? LLVMGetTypeAttributeValue(whole) : LLVMTypeOf(LLVMGetOperand(call, i));
        if (!whole) align = LLVMABIAlignmentOfType(v->layout, type);
        if (align < 8) align = 8;
        p->whole = whole ? type : NULL;
        p->bytes = LLVMABISizeOfType(v->layout, type);
        p->at = (end + align - 1) & ~(align - 1);
        end = (p->at + p->bytes + 7) & ~(uint64_t)7;
    }
    return end;
}

// Memory of the caller's for the arguments, filled where it calls.
static LLVMValueRef arguments_store(struct variadics *v, LLVMValueRef call, unsigned fixed,
                                    unsigned count)
{
    if (count == fixed) return v->none;
    struct place *place = lower_room(count - fixed, sizeof *place);
    const uint64_t bytes = places_find(v, call, fixed, count, place);
    LLVMValueRef f = LLVMGetBasicBlockParent(LLVMGetInstructionParent(call));
    LLVMPositionBuilderBefore(v->b, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(f)));
    LLVMValueRef memory = LLVMBuildAlloca(v->b, LLVMArrayType2(v->i8, bytes), "");
    LLVMSetAlignment(memory, 16);
    LLVMPositionBuilderBefore(v->b, call);
    for (unsigned i = fixed; i < count; i++) {
        const struct place *p = &place[i - fixed];
        LLVMValueRef value = LLVMGetOperand(call, i), to = field(v, memory, p->at);
        if (p->whole)
            LLVMBuildMemCpy(v->b, to, 8, value, 1, LLVMConstInt(v->i64, p->bytes, false));
        else
            LLVMSetAlignment(LLVMBuildStore(v->b, value, to), 8);
    }
    return memory;
}

static void call_lower(struct variadics *v, LLVMValueRef call)
{
    LLVMTypeRef old = LLVMGetCalledFunctionType(call), type = type_plain(v, old);
    LLVMValueRef callee = LLVMGetCalledValue(call);
    const unsigned fixed = LLVMCountParamTypes(old), count = LLVMGetNumArgOperands(call);
    unsigned pass = fixed + 1;
    LLVMValueRef *args = lower_room(count + 1, sizeof(LLVMValueRef));
    for (unsigned i = 0; i < count; i++) args[i] = LLVMGetOperand(call, i);
    const bool known = LLVMIsAFunction(callee) &&
                       !LLVMGetStringAttributeAtIndex(callee, LLVMAttributeFunctionIndex,
                                                      was_variadic, sizeof was_variadic - 1);
    if (known && LLVMCountParamTypes(LLVMGlobalGetValueType(callee)) == count) {
        type = LLVMGlobalGetValueType(callee);  // it was declared without a prototype
        pass = count;
    } else {
        args[fixed] = arguments_store(v, call, fixed, count);
    }
    LLVMPositionBuilderBefore(v->b, call);
    LLVMValueRef made = LLVMBuildCall2(v->b, type, callee, args, pass, "");
    LLVMSetInstructionCallConv(made, LLVMGetInstructionCallConv(call));
    attributes_copy(call, made, LLVMAttributeFunctionIndex, true);
    for (unsigned i = 0; i <= fixed; i++) attributes_copy(call, made, i, true);
    LLVMInstructionSetDebugLoc(made, LLVMInstructionGetDebugLoc(call));
    LLVMReplaceAllUsesWith(call, made);
    LLVMInstructionEraseFromParent(call);
}

static void calls_lower(struct variadics *v, LLVMValueRef f)
{
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(f); block;
         block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(block); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (LLVMIsACallInst(i) && !LLVMIsAInlineAsm(LLVMGetCalledValue(i)) &&
                LLVMIsFunctionVarArg(LLVMGetCalledFunctionType(i)))
                call_lower(v, i);
        }
}

void lower_variadics(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct variadics v = {
        .module = m,
        .context = context,
        .layout = LLVMGetModuleDataLayout(m),
        .i8 = LLVMInt8TypeInContext(context),
        .i32 = LLVMInt32TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .pointer = LLVMPointerTypeInContext(context, 0),
        .b = LLVMCreateBuilderInContext(context),
    };
    LLVMTypeRef zeros = LLVMArrayType2(v.i64, 8);
    v.none = LLVMAddGlobal(m, zeros, "hc_no_arguments");
    LLVMSetInitializer(v.none, LLVMConstNull(zeros));
    LLVMSetLinkage(v.none, LLVMInternalLinkage);
    LLVMSetAlignment(v.none, 16);
    for (LLVMValueRef next, f = LLVMGetFirstFunction(m); f; f = next) {
        next = LLVMGetNextFunction(f);
        if (LLVMGetIntrinsicID(f) || LLVMIsDeclaration(f)) continue;
        if (LLVMIsFunctionVarArg(LLVMGlobalGetValueType(f)))
            function_lower(&v, f);
        else
            lists_lower(&v, f, NULL);
    }
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f))
        calls_lower(&v, f);
    LLVMDisposeBuilder(v.b);
}
