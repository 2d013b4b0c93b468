// Which values a function still needs after a call, and before which calls they must be stored.
//
// What is needed after no call needs nothing: between two calls a function runs as it always did, so where such a
// value is used, it has been computed on the way there.
#include "compiler/spirv/machine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define OUTSIDE UINT_MAX  // the number of the block where functions go that have no room

struct live {
    struct machine *m;
    struct machine_function *f;
    struct spv_map number;   // of blocks, plus 1
    unsigned *first, *from;  // predecessors: from[first[b]] and on, up to first[b + 1]
    unsigned *call;          // that ends the block, plus 1
    unsigned *back;          // by number of the call: the block where the function goes on
    bool *is_back;
    unsigned now;
    unsigned *live;   // now: the value is needed where the block begins
    unsigned *dirty;  // now: there it may be that it hasn't been stored
    unsigned *todo, todos;
};

static unsigned block_number(struct live *l, LLVMBasicBlockRef b)
{
    return *spv_slot(&l->number, spv_key(b), 0) - 1;
}

static void live_begin(struct live *l)
{
    struct machine_function *f = l->f;
    unsigned edges = 0;
    for (unsigned i = 0; i < f->blocks; i++) {
        *spv_slot(&l->number, spv_key(f->block[i]), 0) = i + 1;
        edges += LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(f->block[i]));
    }
    l->first = machine_zeros(f->blocks + 2, sizeof *l->first);
    l->from = machine_zeros(edges, sizeof *l->from);
    l->call = machine_zeros(f->blocks, sizeof *l->call);
    l->live = machine_zeros(f->blocks, sizeof *l->live);
    l->dirty = machine_zeros(f->blocks, sizeof *l->dirty);
    l->todo = machine_zeros(edges + f->blocks, sizeof *l->todo);
    for (unsigned pass = 0; pass < 2; pass++) {
        // Counted two places on, then filled one place on: in the end each begins where it should.
        for (unsigned i = 0; i < f->blocks; i++) {
            LLVMValueRef end = LLVMGetBasicBlockTerminator(f->block[i]);
            for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++) {
                const unsigned to = block_number(l, LLVMGetSuccessor(end, k));
                if (to == OUTSIDE) continue;
                if (pass)
                    l->from[l->first[to + 1]++] = i;
                else
                    l->first[to + 2]++;
            }
        }
        for (unsigned i = 1; !pass && i <= f->blocks; i++) l->first[i + 1] += l->first[i];
    }
    l->back = machine_zeros(f->calls, sizeof *l->back);
    l->is_back = machine_zeros(f->blocks, sizeof *l->is_back);
    for (unsigned i = 0; i < f->calls; i++) {
        l->call[block_number(l, f->call[i].block)] = i + 1;
        l->back[i] = f->call[i].back ? block_number(l, f->call[i].back) : OUTSIDE;
        if (f->call[i].back) l->is_back[l->back[i]] = true;
    }
}

static void live_end(struct live *l)
{
    free(l->number.entry);
    free(l->first);
    free(l->from);
    free(l->call);
    free(l->back);
    free(l->is_back);
    free(l->live);
    free(l->dirty);
    free(l->todo);
}

static void need_at_start(struct live *l, unsigned b)
{
    if (l->live[b] == l->now) return;
    l->live[b] = l->now;
    l->todo[l->todos++] = b;
}

// Marks the blocks that the value comes into.  False: none.  With `v` calls that store it use it, too, and it doesn't
// come through calls.
static bool needed_find(struct live *l, LLVMValueRef value, const struct machine_value *v)
{
    const unsigned home = block_number(l, LLVMGetInstructionParent(value));
    l->now++;
    l->todos = 0;
    for (LLVMUseRef u = LLVMGetFirstUse(value); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef user = LLVMGetUser(u);
        const unsigned place = block_number(l, LLVMGetInstructionParent(user));
        if (!LLVMIsAPHINode(user) && place != home) need_at_start(l, place);
        for (unsigned i = 0; LLVMIsAPHINode(user) && i < LLVMCountIncoming(user); i++) {
            const unsigned from = block_number(l, LLVMGetIncomingBlock(user, i));
            if (LLVMGetIncomingValue(user, i) == value && from != home) need_at_start(l, from);
        }
    }
    for (unsigned i = 0; v && i < l->f->calls; i++) {
        const unsigned place = block_number(l, l->f->call[i].block);
        if (machine_has(v->store, i) && place != home) need_at_start(l, place);
    }
    if (!l->todos) return false;
    while (l->todos) {
        const unsigned b = l->todo[--l->todos];
        for (unsigned i = l->first[b]; i < l->first[b + 1] && !(v && l->is_back[b]); i++)
            if (l->from[i] != home) need_at_start(l, l->from[i]);
    }
    return true;
}

static bool is_needed_after(const struct live *l, unsigned call)
{
    return l->back[call] != OUTSIDE && l->live[l->back[call]] == l->now;
}

// A call must store the value if there is a way to it from where the value is computed with no other call on it.
static void stores_find(struct live *l, struct machine_value *v)
{
    unsigned stores = 0;
    l->todos = 0;
    l->todo[l->todos++] = block_number(l, LLVMGetInstructionParent(v->value));
    l->dirty[l->todo[0]] = l->now;
    while (l->todos) {
        const unsigned b = l->todo[--l->todos];
        if (l->call[b] && machine_has(v->live, l->call[b] - 1)) {
            machine_put(v->store, l->call[b] - 1);
            stores++;
            continue;
        }
        LLVMValueRef end = LLVMGetBasicBlockTerminator(l->f->block[b]);
        for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++) {
            const unsigned to = block_number(l, LLVMGetSuccessor(end, k));
            if (to == OUTSIDE || l->live[to] != l->now || l->dirty[to] == l->now) continue;
            l->dirty[to] = l->now;
            l->todo[l->todos++] = to;
        }
    }
    v->early = stores * l->f->calls > MACHINE_CODE;
}

static void loads_find(struct live *l, struct machine_value *v)
{
    unsigned loads = 0;
    if (v->stays) return;
    needed_find(l, v->value, v);
    for (unsigned i = 0; i < l->f->calls; i++) {
        if (!is_needed_after(l, i)) continue;
        machine_put(v->load, i);
        v->early |= ++loads * l->f->calls > MACHINE_CODE;
    }
}

static bool is_argument(const struct machine_function *f, LLVMValueRef value, uint32_t *at)
{
    for (unsigned i = 0; f->called && i < LLVMCountParams(f->f); i++) {
        if (f->argument[i] != value || f->argument_in[i]) continue;
        *at = f->argument_at[i];
        return true;
    }
    return false;
}

static void value_add(struct live *l, LLVMValueRef value)
{
    struct machine_function *f = l->f;
    struct machine_value v = {.in = f, .value = value};
    v.live = machine_zeros(f->calls / 64 + 1, sizeof *v.live);
    v.store = machine_zeros(f->calls / 64 + 1, sizeof *v.store);
    v.load = machine_zeros(f->calls / 64 + 1, sizeof *v.load);
    v.blocks = machine_zeros(f->blocks / 64 + 1, sizeof *v.blocks);
    v.argument = is_argument(f, value, &v.at);
    v.stays = !machine_is_storable(LLVMTypeOf(value));
    if (v.stays && f->circular)
        ir_refuse(value, "recursion, after which a pointer to workgroup memory is needed");
    for (unsigned i = 0; i < f->calls && !v.stays; i++)
        if (is_needed_after(l, i)) machine_put(v.live, i);
    for (unsigned i = 0; i < f->blocks; i++)
        if (l->live[i] == l->now) machine_put(v.blocks, i);
    machine_put(v.blocks, block_number(l, LLVMGetInstructionParent(value)));
    if (!v.argument && !v.stays) stores_find(l, &v);
    loads_find(l, &v);
    if (v.early) {
        memset(v.store, 0, (f->calls / 64 + 1) * sizeof *v.store);
        memset(v.load, 0, (f->calls / 64 + 1) * sizeof *v.load);
    }
    f->value = machine_room(f->value, f->values, sizeof *f->value);
    f->value[f->values++] = v;
}

static bool is_needed_later(struct live *l, LLVMValueRef value)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(LLVMTypeOf(value));
    if (kind == LLVMVoidTypeKind || LLVMIsAAllocaInst(value)) return false;
    if (!needed_find(l, value, NULL)) return false;
    for (unsigned i = 0; i < l->f->calls; i++)
        if (is_needed_after(l, i)) return true;
    return false;
}

// Computed where it is used rather than stored: what is cheap, and pointers that memory can't hold.
static bool is_recomputed(LLVMValueRef value)
{
    if (!LLVMIsAGetElementPtrInst(value)) return false;
    if (!machine_is_storable(LLVMTypeOf(value))) return true;
    for (int i = 1; i < LLVMGetNumOperands(value); i++)
        if (!LLVMIsConstant(LLVMGetOperand(value, (unsigned)i))) return false;
    return true;
}

static LLVMValueRef recompute(struct machine *m, LLVMBuilderRef b, void *value)
{
    (void)m;
    LLVMValueRef copy = LLVMInstructionClone(value);
    LLVMInsertIntoBuilder(b, copy);
    return copy;
}

static bool values_recompute(struct live *l)
{
    bool any = false;
    for (unsigned k = 0; k < l->f->blocks; k++)
        for (LLVMValueRef next, i = LLVMGetFirstInstruction(l->f->block[k]); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (!is_recomputed(i) || !is_needed_later(l, i)) continue;
            machine_replace(l->m, i, l->f->block[k], recompute, i);
            if (!LLVMGetFirstUse(i)) LLVMInstructionEraseFromParent(i);
            any = true;
        }
    return any;
}

void machine_live(struct machine *m, struct machine_function *f)
{
    struct live l = {.m = m, .f = f};
    live_begin(&l);
    while (values_recompute(&l)) {  // what they are computed from may be like that, too
    }
    for (unsigned k = 0; k < f->blocks; k++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(f->block[k]); i;
             i = LLVMGetNextInstruction(i))
            if (is_needed_later(&l, i)) value_add(&l, i);
    live_end(&l);
}
