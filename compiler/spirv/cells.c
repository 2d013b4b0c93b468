// Which objects can do without an address, and how large their cells are.
#include "compiler/spirv/cells.h"

#include <stdlib.h>

struct walk {
    struct ir *ir;
    struct spv_map seen;  // pointers to the object
    LLVMValueRef *list;
    uint32_t count, room;
    LLVMTypeRef type;  // of all accesses so far
    bool mixed;
    uint32_t unit,
        unit_small;   // the smallest piece an access falls into; of those under 4 bytes if natural
    bool large, odd;  // an access of 4 bytes and more; one that is not aligned to its size
    bool atomic;
    LLVMValueRef why;
};

static void walk_add(struct walk *w, LLVMValueRef p)
{
    uint32_t *slot = spv_slot(&w->seen, spv_key(p), 0);
    if (*slot) return;
    *slot = 1;
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 32;
        w->list = realloc(w->list, w->room * sizeof *w->list);
        if (!w->list) ir_refuse(NULL, "out of memory");
    }
    w->list[w->count++] = p;
}

static uint32_t memory_bytes(LLVMTypeRef type)
{
    const uint32_t bits = spv_bits(type);
    return bits < 8 ? 1 : bits / 8;
}

static bool access_note(struct walk *w, LLVMValueRef i, LLVMTypeRef type, bool atomic)
{
    if (!spv_is_scalar(type)) return false;
    const uint32_t bits = spv_bits(type), bytes = memory_bytes(type);
    if (bits > 64 || (bits > 1 && bits & (bits - 1)) || (bits > 1 && bits < 8)) return false;
    const uint32_t align = atomic ? bytes : LLVMGetAlignment(i);
    const uint32_t unit = align < bytes ? align : bytes;
    if (w->type && w->type != type) w->mixed = true;
    if (bits == 1) w->mixed = true;
    w->type = type;
    if (unit < w->unit) w->unit = unit;
    if (bytes >= 4) w->large = true;
    if (bytes >= 4 ? unit < 4 : unit < bytes) w->odd = true;
    w->atomic |= atomic;
    return true;
}

static bool harmless_call(LLVMValueRef call)
{
    LLVMValueRef f = LLVMGetCalledValue(call);
    return f && LLVMIsAFunction(f) && ir_named(f, "llvm.lifetime.");
}

static bool use_note(struct walk *w, LLVMValueRef p, LLVMValueRef user)
{
    if (LLVMIsAConstantExpr(user)) {
        if (LLVMGetConstOpcode(user) != LLVMGetElementPtr) return false;
        walk_add(w, user);
        return true;
    }
    if (!LLVMIsAInstruction(user)) return false;
    switch (LLVMGetInstructionOpcode(user)) {
    case LLVMGetElementPtr:
    case LLVMPHI:
    case LLVMSelect:
    case LLVMFreeze: walk_add(w, user); return true;
    case LLVMICmp: return true;
    case LLVMLoad:
        return access_note(w, user, LLVMTypeOf(user),
                           LLVMGetOrdering(user) != LLVMAtomicOrderingNotAtomic);
    case LLVMStore:
        return LLVMGetOperand(user, 0) != p &&
               access_note(w, user, LLVMTypeOf(LLVMGetOperand(user, 0)),
                           LLVMGetOrdering(user) != LLVMAtomicOrderingNotAtomic);
    case LLVMAtomicRMW:
        return LLVMGetOperand(user, 1) != p && access_note(w, user, LLVMTypeOf(user), true);
    case LLVMAtomicCmpXchg:
        return LLVMGetOperand(user, 1) != p && LLVMGetOperand(user, 2) != p &&
               access_note(w, user, LLVMTypeOf(LLVMGetOperand(user, 1)), true);
    case LLVMCall: return harmless_call(user);
    default: return false;
    }
}

static bool is_pointer_to(struct walk *w, LLVMValueRef v)
{
    return LLVMIsUndef(v) || LLVMIsPoison(v) || *spv_slot(&w->seen, spv_key(v), 0);
}

// Whatever joins or compares pointers must find only those to this object.
static bool joins_are_closed(struct walk *w)
{
    for (uint32_t k = 0; k < w->count; k++) {
        LLVMValueRef v = w->list[k];
        if (LLVMIsAPHINode(v))
            for (uint32_t i = 0; i < LLVMCountIncoming(v); i++)
                if (!is_pointer_to(w, LLVMGetIncomingValue(v, i))) return w->why = v, false;
        if (LLVMIsASelectInst(v) &&
            (!is_pointer_to(w, LLVMGetOperand(v, 1)) || !is_pointer_to(w, LLVMGetOperand(v, 2))))
            return w->why = v, false;
        for (LLVMUseRef u = LLVMGetFirstUse(v); u; u = LLVMGetNextUse(u)) {
            LLVMValueRef c = LLVMGetUser(u);
            if (LLVMIsAICmpInst(c) && (!is_pointer_to(w, LLVMGetOperand(c, 0)) ||
                                       !is_pointer_to(w, LLVMGetOperand(c, 1))))
                return w->why = c, false;
        }
    }
    return true;
}

static bool walk_all(struct walk *w, LLVMValueRef object)
{
    walk_add(w, object);
    for (uint32_t k = 0; k < w->count; k++)
        for (LLVMUseRef u = LLVMGetFirstUse(w->list[k]); u; u = LLVMGetNextUse(u))
            if (!use_note(w, w->list[k], LLVMGetUser(u))) {
                w->why = LLVMGetUser(u);
                return false;
            }
    return joins_are_closed(w);
}

static void walk_free(struct walk *w)
{
    free(w->seen.entry);
    free(w->list);
}

// Only a lane's own memory may be read, changed and written back as larger cells: what is shared changes
// between.
static uint32_t cell_choose(const struct walk *w, bool own)
{
    if (w->unit == ~0u) return 4;
    if (!w->mixed && !w->odd) return w->unit;
    if (own && w->large && !w->odd) return 4;
    return w->unit;
}

bool cells_measure(struct ir *ir, LLVMValueRef object, struct cells *out, LLVMValueRef *why)
{
    struct walk w = {.ir = ir, .unit = ~0u};
    const bool alloca = LLVMIsAAllocaInst(object) != NULL;
    LLVMTypeRef type = alloca ? LLVMGetAllocatedType(object) : LLVMGlobalGetValueType(object);
    uint64_t bytes = LLVMABISizeOfType(ir->layout, type);
    *why = NULL;
    if (alloca) {
        LLVMValueRef n = LLVMGetOperand(object, 0);
        if (!LLVMIsAConstantInt(n)) return false;
        bytes *= LLVMConstIntGetZExtValue(n);
        if (bytes > CELLS_BYTES_MAX) return false;
    }
    bool fits = walk_all(&w, object);
    const enum ir_space space =
        alloca ? IR_MEMORY : (enum ir_space)LLVMGetPointerAddressSpace(LLVMTypeOf(object));
    uint32_t cell = cell_choose(&w, space == IR_MEMORY || space == IR_LANE || space == IR_PUSH);
    if (space == IR_PUSH) cell = 4;
    // What is aligned to less than its size takes several cells.
    const bool alike = w.type && !w.mixed && !w.odd && memory_bytes(w.type) == cell;
    if (fits && w.atomic && (!alike || cell < 4)) fits = false;
    *why = w.why;
    *out = (struct cells){
        .object = object,
        .space = space,
        .bytes = (uint32_t)(bytes ? bytes : 1),
        .cell = cell,
        .type = alike && space != IR_PUSH ? w.type : NULL,
    };
    walk_free(&w);
    return fits;
}

bool cells_table(struct ir *ir, LLVMValueRef global, struct cells *out)
{
    LLVMValueRef why;
    if (!LLVMIsGlobalConstant(global) || !LLVMGetInitializer(global)) return false;
    if (LLVMGetPointerAddressSpace(LLVMTypeOf(global)) != IR_MEMORY) return false;
    if (!cells_measure(ir, global, out, &why) || !out->type || spv_bits(out->type) == 1)
        return false;
    return LLVMGetTypeKind(out->type) != LLVMPointerTypeKind && out->bytes <= CELLS_TABLE_MAX &&
           out->bytes % out->cell == 0 && out->bytes / out->cell > 1;
}

void cells_note(LLVMValueRef object, struct spv_map *of, uint32_t number)
{
    struct walk w = {.unit = ~0u};
    walk_all(&w, object);
    for (uint32_t k = 0; k < w.count; k++) *spv_slot(of, spv_key(w.list[k]), 0) = number;
    walk_free(&w);
}
