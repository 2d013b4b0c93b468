// Cuts: where code of two states would go on together, it becomes a state of its own.
//
// Each state is then a piece of code with one way in, and the kernel's loop a switch over such pieces.  If pieces ran
// into each other, structured control flow would have to keep, for each block of one, whether it is the other's turn,
// and carry all values past it: time and code would grow with the square of a program.
//
// A cut is a call of nobody: values that are needed behind it are stored and loaded as for a call, the values that
// phis would take lie above the frame, as arguments do.
#include "compiler/spirv/machine.h"

#include <stdlib.h>
#include <string.h>

struct flow {
    struct machine *m;
    struct machine_function *f;
    struct spv_map number;  // of blocks, plus 1
    LLVMBasicBlockRef *block;
    unsigned blocks;
    bool *entry;
    unsigned *owner;           // the entry that leads to a block, plus 1; 0: not known yet
    unsigned *order, ordered;  // reverse postorder
    unsigned *first, *from;    // predecessors: from[first[b]] and on, up to first[b + 1]
};

// Plus 1; 0: the block where functions go that have no room.
static unsigned number_of(struct flow *w, LLVMBasicBlockRef b)
{
    return *spv_slot(&w->number, spv_key(b), 0);
}

static void order_from(struct flow *w, unsigned begin, unsigned *stack, unsigned *step, bool *seen)
{
    unsigned top = 0;
    if (seen[begin]) return;
    seen[begin] = true;
    stack[top++] = begin;
    while (top) {
        const unsigned x = stack[top - 1];
        LLVMValueRef end = LLVMGetBasicBlockTerminator(w->block[x]);
        if (step[x] == LLVMGetNumSuccessors(end)) {
            w->order[w->ordered++] = x;
            top--;
            continue;
        }
        const unsigned to = number_of(w, LLVMGetSuccessor(end, step[x]++));
        if (!to || seen[to - 1]) continue;
        seen[to - 1] = true;
        stack[top++] = to - 1;
    }
}

static void order_find(struct flow *w)
{
    unsigned *stack = machine_zeros(w->blocks, sizeof *stack);
    unsigned *step = machine_zeros(w->blocks, sizeof *step);
    bool *seen = machine_zeros(w->blocks, sizeof *seen);
    w->order = machine_zeros(w->blocks, sizeof *w->order);
    for (unsigned i = w->blocks; i-- > 0;)
        if (w->entry[i]) order_from(w, i, stack, step, seen);
    for (unsigned i = 0; i < w->ordered / 2; i++) {
        const unsigned x = w->order[i];
        w->order[i] = w->order[w->ordered - 1 - i];
        w->order[w->ordered - 1 - i] = x;
    }
    free(stack);
    free(step);
    free(seen);
}

static void from_find(struct flow *w)
{
    w->first = machine_zeros(w->blocks + 2, sizeof *w->first);
    for (unsigned pass = 0; pass < 2; pass++) {
        // Counted two places on, then filled one place on: in the end each begins where it should.
        for (unsigned i = 0; i < w->ordered; i++) {
            LLVMValueRef end = LLVMGetBasicBlockTerminator(w->block[w->order[i]]);
            for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++) {
                const unsigned to = number_of(w, LLVMGetSuccessor(end, k));
                if (to && pass) w->from[w->first[to]++] = w->order[i];
                if (to && !pass) w->first[to + 1]++;
            }
        }
        if (pass) break;
        for (unsigned i = 1; i <= w->blocks; i++) w->first[i + 1] += w->first[i];
        w->from = machine_zeros(w->first[w->blocks + 1], sizeof *w->from);
    }
}

static void flow_begin(struct flow *w, LLVMBasicBlockRef first)
{
    for (LLVMBasicBlockRef b = first; b; b = LLVMGetNextBasicBlock(b)) {
        w->block = machine_room(w->block, w->blocks, sizeof(LLVMBasicBlockRef));
        w->block[w->blocks++] = b;
        *spv_slot(&w->number, spv_key(b), 0) = w->blocks;
    }
    w->entry = machine_zeros(w->blocks, sizeof *w->entry);
    w->owner = machine_zeros(w->blocks, sizeof *w->owner);
    w->entry[0] = true;
    for (unsigned i = 0; i < w->f->calls; i++)
        if (w->f->call[i].back) w->entry[number_of(w, w->f->call[i].back) - 1] = true;
    order_find(w);
    from_find(w);
}

static void flow_end(struct flow *w)
{
    free(w->number.entry);
    free(w->block);
    free(w->entry);
    free(w->owner);
    free(w->order);
    free(w->first);
    free(w->from);
}

// Finds the blocks that several entries lead to and makes them entries, in front of those behind them.
static bool entries_add(struct flow *w)
{
    bool more = false;
    for (unsigned i = 0; i < w->ordered; i++) {
        const unsigned x = w->order[i];
        unsigned owner = w->entry[x] ? x + 1 : 0;
        for (unsigned k = w->first[x]; k < w->first[x + 1] && !w->entry[x]; k++) {
            const unsigned of = w->owner[w->from[k]];
            if (of && owner && of != owner) {
                w->entry[x] = more = true;
                owner = x + 1;
            } else if (of) {
                owner = of;
            }
        }
        more |= w->owner[x] != owner;
        w->owner[x] = owner;
    }
    return more;
}

// ------------------------------------------------------------------------------------------- cutting

// The block that leads from there to `to` and nowhere else.
static LLVMBasicBlockRef way_make(struct flow *w, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(from);
    if (LLVMGetNumSuccessors(end) == 1) return from;
    LLVMBasicBlockRef way = LLVMInsertBasicBlockInContext(w->m->ir->context, to, "");
    LLVMBuilderRef b = ir_at_end(w->m->ir, way);
    LLVMBuildBr(b, to);
    LLVMDisposeBuilder(b);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++)
        if (LLVMGetSuccessor(end, k) == to) LLVMSetSuccessor(end, k, way);
    return way;
}

static LLVMValueRef incoming(LLVMValueRef phi, LLVMBasicBlockRef from)
{
    unsigned k = 0;
    while (LLVMGetIncomingBlock(phi, k) != from) k++;
    return LLVMGetIncomingValue(phi, k);
}

// A call of no function, with what `to`'s phis take on that way.
static void way_cut(struct flow *w, LLVMBasicBlockRef from, LLVMBasicBlockRef to, unsigned phis,
                    bool first)
{
    struct ir *ir = w->m->ir;
    LLVMTypeRef type = LLVMFunctionType(ir->none, NULL, 0, true);
    LLVMValueRef nobody = LLVMGetNamedFunction(ir->module, "hc_spirv_cut");
    if (!nobody) nobody = LLVMAddFunction(ir->module, "hc_spirv_cut", type);
    LLVMValueRef *args = machine_zeros(phis, sizeof *args), phi = LLVMGetFirstInstruction(to);
    for (unsigned i = 0; i < phis; i++, phi = LLVMGetNextInstruction(phi))
        args[i] = incoming(phi, from);
    LLVMBasicBlockRef way = way_make(w, from, to);
    LLVMBuilderRef b = ir_before(ir, LLVMGetBasicBlockTerminator(way));
    struct machine_function *f = w->f;
    f->call = machine_room(f->call, f->calls, sizeof *f->call);
    f->call[f->calls++] = (struct machine_call){
        .call = LLVMBuildCall2(b, type, nobody, args, phis, ""),
        .block = way,
        .back = to,
        .cut = f->cuts,
        .again = !first,
    };
    LLVMDisposeBuilder(b);
    free(args);
}

// What phis took is loaded from above the frame, or from a variable if memory can't hold it.
static void phis_load(struct machine *m, const struct machine_cut *c, LLVMBasicBlockRef block)
{
    LLVMValueRef phi = LLVMGetFirstInstruction(block), first = phi;
    while (LLVMIsAPHINode(first)) first = LLVMGetNextInstruction(first);
    LLVMBuilderRef b = ir_before(m->ir, first);
    LLVMValueRef above = c->phis ? LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), "") : NULL;
    for (unsigned i = 0; i < c->phis; i++) {
        LLVMValueRef next = LLVMGetNextInstruction(phi), value;
        LLVMTypeRef type = LLVMTypeOf(phi);
        if (c->variable[i])
            value = LLVMBuildLoad2(b, type, c->variable[i], "");
        else
            value = machine_load(m, b, type, machine_at(m, b, above, c->at[i]));
        LLVMReplaceAllUsesWith(phi, value);
        LLVMInstructionEraseFromParent(phi);
        phi = next;
    }
    LLVMDisposeBuilder(b);
}

static void block_cut(struct flow *w, unsigned x)
{
    struct machine_function *f = w->f;
    struct machine_cut c = {0};
    LLVMBasicBlockRef to = w->block[x];
    uint32_t end = MACHINE_CALLER + 8;
    for (LLVMValueRef i = LLVMGetFirstInstruction(to); LLVMIsAPHINode(i);
         i = LLVMGetNextInstruction(i)) {
        const bool storable = machine_is_storable(LLVMTypeOf(i));
        c.at = machine_room(c.at, c.phis, sizeof *c.at);
        c.variable = machine_room(c.variable, c.phis, sizeof(LLVMValueRef));
        c.at[c.phis] = storable ? machine_take_value(w->m, LLVMTypeOf(i), &end) : 0;
        c.variable[c.phis++] = storable ? NULL : machine_variable(w->m, LLVMTypeOf(i));
    }
    if (f->cut_bytes < end) f->cut_bytes = end;
    for (unsigned k = w->first[x]; k < w->first[x + 1]; k++) {
        bool twice = false;
        for (unsigned q = w->first[x]; q < k; q++) twice |= w->from[q] == w->from[k];
        if (!twice) way_cut(w, w->block[w->from[k]], to, c.phis, k == w->first[x]);
    }
    phis_load(w->m, &c, to);
    f->cut = machine_room(f->cut, f->cuts, sizeof *f->cut);
    f->cut[f->cuts++] = c;
}

void machine_cut(struct machine *m, struct machine_function *f, LLVMBasicBlockRef first)
{
    struct flow w = {.m = m, .f = f};
    const unsigned calls = f->calls;
    if (!calls) return;
    flow_begin(&w, first);
    bool *entry = machine_zeros(w.blocks, sizeof *entry);
    memcpy(entry, w.entry, w.blocks * sizeof *entry);
    while (entries_add(&w)) {  // a loop's way back may come from an entry found later
    }
    for (unsigned i = 0; i < w.ordered; i++)
        if (w.entry[w.order[i]] && !entry[w.order[i]]) block_cut(&w, w.order[i]);
    free(entry);
    flow_end(&w);
}
