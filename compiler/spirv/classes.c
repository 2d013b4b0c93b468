// llvm.is.fpclass, which LLVM makes of comparisons with infinity and the like: integer comparisons of the bits.
#include <stdlib.h>

#include "compiler/spirv/passes.h"

struct format {
    LLVMBuilderRef b;
    LLVMTypeRef type;  // an integer as wide as the number
    uint64_t sign, infinity, quiet,
        least;  // the bits of -0, infinity, a quiet NaN alone, the least normal number
};

static LLVMValueRef constant(const struct format *f, uint64_t bits)
{
    return LLVMConstInt(f->type, bits, false);
}

// from <= bits <= to
static LLVMValueRef between(const struct format *f, LLVMValueRef bits, uint64_t from, uint64_t to)
{
    LLVMValueRef above = LLVMBuildSub(f->b, bits, constant(f, from), "");
    return LLVMBuildICmp(f->b, LLVMIntULE, above, constant(f, to - from), "");
}

static LLVMValueRef class_test(const struct format *f, LLVMValueRef bits, uint64_t wanted)
{
    const uint64_t minus = f->sign, most = f->sign - 1;
    LLVMValueRef size = LLVMBuildAnd(f->b, bits, constant(f, most), "");
    // By LLVM's numbers: signalling NaN, quiet NaN, then from -infinity to +infinity.
    const struct {
        LLVMValueRef of;
        uint64_t from, to;
    } class[] = {
        {size, f->infinity + 1, f->quiet - 1},
        {size, f->quiet, most},
        {bits, minus | f->infinity, minus | f->infinity},
        {bits, minus | f->least, minus | (f->infinity - 1)},
        {bits, minus | 1, minus | (f->least - 1)},
        {bits, minus, minus},
        {bits, 0, 0},
        {bits, 1, f->least - 1},
        {bits, f->least, f->infinity - 1},
        {bits, f->infinity, f->infinity},
    };
    LLVMValueRef is = LLVMConstInt(LLVMInt1TypeInContext(LLVMGetTypeContext(f->type)), 0, false);
    for (unsigned i = 0; i < sizeof class / sizeof *class; i++)
        if (wanted >> i & 1)
            is = LLVMBuildOr(f->b, is, between(f, class[i].of, class[i].from, class[i].to), "");
    return is;
}

void ir_classes(struct ir *ir)
{
    LLVMValueRef *calls = ir_calls(ir, NULL);
    for (LLVMValueRef *c = calls; *c; c++) {
        LLVMValueRef called = LLVMGetCalledValue(*c);
        if (!LLVMIsAFunction(called) || !ir_named(called, "llvm.is.fpclass.")) continue;
        LLVMValueRef number = LLVMGetOperand(*c, 0);
        const LLVMTypeKind kind = LLVMGetTypeKind(LLVMTypeOf(number));
        struct format f = {.b = ir_before(ir, *c)};
        if (kind == LLVMDoubleTypeKind)
            f = (struct format){f.b,
                                ir->i64,
                                UINT64_C(1) << 63,
                                UINT64_C(0x7ff) << 52,
                                UINT64_C(0xfff) << 51,
                                UINT64_C(1) << 52};
        else if (kind == LLVMFloatTypeKind)
            f = (struct format){f.b, ir->i32, 0x80000000, 0x7f800000, 0x7fc00000, 0x00800000};
        else if (kind == LLVMHalfTypeKind)
            f = (struct format){f.b, ir->i16, 0x8000, 0x7c00, 0x7e00, 0x0400};
        else
            ir_refuse(*c, "no SPIR-V for: %s", LLVMPrintValueToString(*c));
        LLVMValueRef bits = LLVMBuildBitCast(f.b, number, f.type, "");
        const uint64_t wanted = LLVMConstIntGetZExtValue(LLVMGetOperand(*c, 1));
        LLVMReplaceAllUsesWith(*c, class_test(&f, bits, wanted));
        LLVMInstructionEraseFromParent(*c);
        LLVMDisposeBuilder(f.b);
    }
    free(calls);
}
