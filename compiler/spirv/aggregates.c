// Loads and stores of structs and arrays as values: of their members instead.
#include <stdlib.h>

#include "compiler/spirv/passes.h"

static bool is_aggregate(LLVMTypeRef t)
{
    return LLVMGetTypeKind(t) == LLVMStructTypeKind || LLVMGetTypeKind(t) == LLVMArrayTypeKind;
}

static unsigned member_count(LLVMTypeRef t)
{
    return LLVMGetTypeKind(t) == LLVMStructTypeKind ? LLVMCountStructElementTypes(t)
                                                    : (unsigned)LLVMGetArrayLength2(t);
}

static LLVMTypeRef member_type(LLVMTypeRef t, unsigned i)
{
    return LLVMGetTypeKind(t) == LLVMStructTypeKind ? LLVMStructGetTypeAtIndex(t, i)
                                                    : LLVMGetElementType(t);
}

static uint64_t member_offset(struct ir *ir, LLVMTypeRef t, unsigned i)
{
    return LLVMGetTypeKind(t) == LLVMStructTypeKind
               ? LLVMOffsetOfElement(ir->layout, t, i)
               : i * LLVMABISizeOfType(ir->layout, LLVMGetElementType(t));
}

struct access {
    struct ir *ir;
    LLVMBuilderRef b;
    LLVMValueRef pointer;
    unsigned align;
    bool is_volatile;
};

static LLVMValueRef place(const struct access *a, uint64_t offset)
{
    LLVMValueRef at = LLVMConstInt(a->ir->i64, offset, 0);
    return offset ? LLVMBuildGEP2(a->b, a->ir->i8, a->pointer, &at, 1, "") : a->pointer;
}

static void finish(const struct access *a, LLVMValueRef i, uint64_t offset)
{
    unsigned align = a->align;
    while (offset % align) align /= 2;
    LLVMSetAlignment(i, align);
    LLVMSetVolatile(i, a->is_volatile);
}

static LLVMValueRef load(const struct access *a, LLVMTypeRef t, uint64_t offset)
{
    if (!is_aggregate(t)) {
        LLVMValueRef v = LLVMBuildLoad2(a->b, t, place(a, offset), "");
        finish(a, v, offset);
        return v;
    }
    LLVMValueRef v = LLVMGetPoison(t);
    for (unsigned i = 0; i < member_count(t); i++)
        v = LLVMBuildInsertValue(
            a->b, v, load(a, member_type(t, i), offset + member_offset(a->ir, t, i)), i, "");
    return v;
}

static void store(const struct access *a, LLVMValueRef v, uint64_t offset)
{
    LLVMTypeRef t = LLVMTypeOf(v);
    if (!is_aggregate(t)) {
        finish(a, LLVMBuildStore(a->b, v, place(a, offset)), offset);
        return;
    }
    for (unsigned i = 0; i < member_count(t); i++)
        store(a, LLVMBuildExtractValue(a->b, v, i, ""), offset + member_offset(a->ir, t, i));
}

static void access_replace(struct ir *ir, LLVMValueRef i)
{
    const bool loads = LLVMIsALoadInst(i) != NULL;
    const struct access a = {
        .ir = ir,
        .b = ir_before(ir, i),
        .pointer = LLVMGetOperand(i, loads ? 0 : 1),
        .align = LLVMGetAlignment(i),
        .is_volatile = LLVMGetVolatile(i),
    };
    if (loads)
        LLVMReplaceAllUsesWith(i, load(&a, LLVMTypeOf(i), 0));
    else
        store(&a, LLVMGetOperand(i, 0), 0);
    LLVMInstructionEraseFromParent(i);
    LLVMDisposeBuilder(a.b);
}

void ir_aggregates(struct ir *ir)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b), next; i; i = next) {
                next = LLVMGetNextInstruction(i);
                const bool loads = LLVMIsALoadInst(i) && is_aggregate(LLVMTypeOf(i));
                if (loads ||
                    (LLVMIsAStoreInst(i) && is_aggregate(LLVMTypeOf(LLVMGetOperand(i, 0)))))
                    access_replace(ir, i);
            }
}
