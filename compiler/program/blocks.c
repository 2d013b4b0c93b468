// thread_local variables: places in a block that each thread has.
//
// No GPU has them, and what the cpu backend's threads are is none of the program's business.
#include <llvm-c/Target.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/lower.h"

enum { BLOCK_IN_OWN = 16, BLOCK_ALIGN = 16 };  // offsetof(struct hc_own, block)

struct blocks {
    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMTypeRef i8, i64, pointer, own_type;
    LLVMValueRef own;  // hc_bridge_own
    LLVMBuilderRef b;
};

static LLVMValueRef at(struct blocks *k, LLVMValueRef base, uint64_t offset)
{
    LLVMValueRef index = LLVMConstInt(k->i64, offset, false);
    return LLVMBuildGEP2(k->b, k->i8, base, &index, 1, "");
}

// The variable's address in the thread that runs.
static LLVMValueRef address_build(struct blocks *k, LLVMValueRef before, uint64_t offset)
{
    LLVMPositionBuilderBefore(k->b, before);
    LLVMValueRef own = LLVMBuildCall2(k->b, k->own_type, k->own, NULL, 0, "");
    return at(k, LLVMBuildLoad2(k->b, k->pointer, at(k, own, BLOCK_IN_OWN), ""), offset);
}

static void uses_lower(struct blocks *k, LLVMValueRef variable, uint64_t offset)
{
    for (LLVMUseRef use; (use = LLVMGetFirstUse(variable));) {
        LLVMValueRef user = LLVMGetUser(use);
        if (!lower_is_intrinsic(user, "threadlocal.address"))
            lower_fail("internal error: a use of thread_local %s that is not its address",
                       LLVMGetValueName(variable));
        LLVMReplaceAllUsesWith(user, address_build(k, user, offset));
        LLVMInstructionEraseFromParent(user);
    }
}

static uint64_t up(uint64_t n, uint64_t to) { return (n + to - 1) / to * to; }

// What a block is filled with: a struct of all variables and the gaps between them, packed.
struct image {
    LLVMValueRef *part;
    unsigned count;
    uint64_t size;
};

static void image_pad(struct blocks *k, struct image *i, uint64_t to)
{
    if (to == i->size) return;
    i->part[i->count++] = LLVMConstNull(LLVMArrayType2(k->i8, to - i->size));
    i->size = to;
}

static uint64_t image_add(struct blocks *k, struct image *i, LLVMValueRef variable)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(variable);
    uint64_t align = LLVMGetAlignment(variable);
    if (!align) align = LLVMABIAlignmentOfType(k->layout, type);
    if (align > BLOCK_ALIGN) {
        lower_fail("thread_local %s: an alignment over %d is not supported",
                   LLVMGetValueName(variable), BLOCK_ALIGN);
    }
    image_pad(k, i, up(i->size, align));
    const uint64_t offset = i->size;
    i->part[i->count++] = LLVMGetInitializer(variable);
    i->size += LLVMABISizeOfType(k->layout, type);
    return offset;
}

static void functions_make(struct blocks *k, struct image *i)
{
    LLVMValueRef size = LLVMConstInt(k->i64, i->size, false);
    LLVMValueRef whole = LLVMConstStructInContext(k->context, i->part, i->count, true);
    LLVMValueRef memory = LLVMAddGlobal(k->module, LLVMTypeOf(whole), "hc_block_image");
    LLVMSetInitializer(memory, whole);
    LLVMSetLinkage(memory, LLVMInternalLinkage);
    LLVMSetGlobalConstant(memory, true);
    LLVMSetAlignment(memory, BLOCK_ALIGN);
    LLVMValueRef f = lower_function(k->module, "hc_block_size", k->i64, 0, NULL);
    LLVMPositionBuilderAtEnd(k->b, LLVMGetEntryBasicBlock(f));
    LLVMBuildRet(k->b, size);
    f = lower_function(k->module, "hc_block_fill", LLVMVoidTypeInContext(k->context), 1,
                       &k->pointer);
    LLVMPositionBuilderAtEnd(k->b, LLVMGetEntryBasicBlock(f));
    if (i->size) LLVMBuildMemCpy(k->b, LLVMGetParam(f, 0), BLOCK_ALIGN, memory, BLOCK_ALIGN, size);
    LLVMBuildRetVoid(k->b);
}

void lower_blocks(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct blocks k = {
        .module = m,
        .context = context,
        .layout = LLVMGetModuleDataLayout(m),
        .i8 = LLVMInt8TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .pointer = LLVMPointerTypeInContext(context, 0),
        .b = LLVMCreateBuilderInContext(context),
    };
    k.own_type = LLVMFunctionType(k.pointer, NULL, 0, false);
    k.own = LLVMGetNamedFunction(m, "hc_bridge_own");
    if (!k.own) k.own = LLVMAddFunction(m, "hc_bridge_own", k.own_type);
    // The same address each time: the second call is none.
    const char *const attributes[] = {"memory", "nounwind", "willreturn"};
    for (unsigned i = 0; i < 3; i++) {
        const unsigned kind = LLVMGetEnumAttributeKindForName(attributes[i], strlen(attributes[i]));
        LLVMAddAttributeAtIndex(k.own, LLVMAttributeFunctionIndex,
                                LLVMCreateEnumAttribute(context, kind, 0));
    }
    unsigned count = 0;
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g))
        count += LLVMIsThreadLocal(g) != 0;
    struct image image = {.part = lower_room(2 * count + 1, sizeof *image.part)};
    for (LLVMValueRef next, g = LLVMGetFirstGlobal(m); g; g = next) {
        next = LLVMGetNextGlobal(g);
        if (!LLVMIsThreadLocal(g)) continue;
        uses_lower(&k, g, image_add(&k, &image, g));
        LLVMDeleteGlobal(g);
    }
    image_pad(&k, &image, up(image.size, BLOCK_ALIGN));
    functions_make(&k, &image);
    LLVMDisposeBuilder(k.b);
}
