// Which functions become states: those that call themselves, and those that would be copied too often.
#include "compiler/spirv/machine.h"

#include <stdlib.h>
#include <string.h>

void *machine_room(void *array, unsigned count, size_t size)
{
    if (count & (count - 1) || (count == 0 && array)) return array;
    void *more = realloc(array, (count ? 2 * (size_t)count : 1) * size);
    if (!more) ir_refuse(NULL, "out of memory");
    return more;
}

void *machine_zeros(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) ir_refuse(NULL, "out of memory");
    return p;
}

struct machine_function *machine_function_of(struct machine *m, LLVMValueRef f)
{
    if (!f || !LLVMIsAFunction(f) || LLVMIsDeclaration(f)) return NULL;
    uint32_t *number = spv_slot(&m->number, spv_key(f), 0);
    if (!*number) {
        m->function = machine_room(m->function, m->functions, sizeof *m->function);
        m->function[m->functions] = machine_zeros(1, sizeof **m->function);
        m->function[m->functions]->f = f;
        *number = ++m->functions;
    }
    return m->function[*number - 1];
}

static void callee_add(struct machine_function *f, struct machine_function *to)
{
    f->callee = machine_room(f->callee, f->callees, sizeof *f->callee);
    f->callee[f->callees++] = to;
}

bool machine_is_fixed(LLVMValueRef alloca, LLVMBasicBlockRef first)
{
    return LLVMGetInstructionParent(alloca) == first &&
           LLVMIsAConstantInt(LLVMGetOperand(alloca, 0));
}

static void calls_read(struct machine *m, struct machine_function *f)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f->f); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            f->size++;
            if (LLVMIsAAllocaInst(i) && !machine_is_fixed(i, LLVMGetEntryBasicBlock(f->f)))
                f->grows = m->recursive = true;
            struct machine_function *to =
                LLVMIsACallInst(i) ? machine_function_of(m, LLVMGetCalledValue(i)) : NULL;
            if (to) callee_add(f, to);
        }
}

static void functions_read(struct machine *m, unsigned from)
{
    for (unsigned i = from; i < m->functions; i++) calls_read(m, m->function[i]);
}

static void seen_forget(struct machine *m)
{
    for (unsigned i = 0; i < m->functions; i++) m->function[i]->seen = false;
}

static void reach(struct machine_function *f)
{
    for (unsigned i = 0; i < f->callees; i++) {
        if (f->callee[i]->seen) continue;
        f->callee[i]->seen = true;
        reach(f->callee[i]);
    }
}

static void circles_find(struct machine *m)
{
    for (unsigned i = 0; i < m->functions; i++) {
        seen_forget(m);
        reach(m->function[i]);
        m->function[i]->circular = m->function[i]->state = m->function[i]->seen;
        m->recursive |= m->function[i]->circular;
    }
}

// The function that is called when the stack is used up.  It must get along with what is spare.
static void overflow_find(struct machine *m)
{
    LLVMValueRef f = LLVMGetNamedFunction(m->ir->module, "hc_spirv_overflow");
    const unsigned known = m->functions;
    m->overflow = m->recursive ? machine_function_of(m, f) : NULL;
    if (!m->overflow) return;
    functions_read(m, known);
    circles_find(m);
    seen_forget(m);
    m->overflow->seen = true;
    reach(m->overflow);
    for (unsigned i = 0; i < m->functions; i++)
        if (m->function[i]->seen && (m->function[i]->circular || m->function[i]->grows))
            ir_refuse(f, "recursion, or an array of variable length, where the stack is used up");
    for (unsigned i = 0; i < known; i++)
        if (m->function[i]->circular || m->function[i]->grows)
            callee_add(m->function[i], m->overflow);
}

// Who calls a state is one, or it could not be left in the middle.
static void states_close(struct machine *m)
{
    for (bool more = true; more;) {
        more = false;
        for (unsigned i = 0; i < m->functions; i++) {
            struct machine_function *f = m->function[i];
            for (unsigned k = 0; k < f->callees && !f->state; k++)
                if (f->callee[k]->state) f->state = more = true;
        }
    }
}

static bool is_root(const struct machine *m, const struct machine_function *f)
{
    return f->state || f == m->function[0];
}

// Callers after callees, in *order; `whole` of each.
static void order_from(const struct machine *m, struct machine_function *f,
                       struct machine_function **order, unsigned *ordered)
{
    f->seen = true;
    f->whole = f->size;
    for (unsigned i = 0; i < f->callees; i++) {
        struct machine_function *to = f->callee[i];
        if (is_root(m, to)) continue;
        if (!to->seen) order_from(m, to, order, ordered);
        f->whole += to->whole;
    }
    order[(*ordered)++] = f;
}

// Instructions of the kernel with every function copied that is no state.
static double size_count(struct machine *m)
{
    struct machine_function **order = machine_zeros(m->functions, sizeof *order);
    unsigned ordered = 0;
    double total = 0;
    seen_forget(m);
    for (unsigned i = 0; i < m->functions; i++) {
        struct machine_function *f = m->function[i];
        f->copies = is_root(m, f);
        if (!is_root(m, f)) continue;
        order_from(m, f, order, &ordered);
        total += f->whole;
    }
    while (ordered--)
        for (unsigned i = 0; i < order[ordered]->callees; i++)
            if (!is_root(m, order[ordered]->callee[i]))
                order[ordered]->callee[i]->copies += order[ordered]->copies;
    free(order);
    return total;
}

// Its arguments and its result can be stored.
static bool is_storable(LLVMValueRef f)
{
    if (!machine_is_storable(LLVMGetReturnType(LLVMGlobalGetValueType(f)))) return false;
    for (unsigned i = 0; i < LLVMCountParams(f); i++)
        if (!machine_is_storable(LLVMTypeOf(LLVMGetParam(f, i)))) return false;
    return true;
}

static struct machine_function *dearest(struct machine *m)
{
    struct machine_function *best = NULL;
    double most = 0;
    for (unsigned i = 0; i < m->functions; i++) {
        struct machine_function *f = m->function[i];
        if (is_root(m, f) || f->copies < 2 || f->whole < MACHINE_WORTH) continue;
        if (f->whole * (f->copies - 1) <= most || !is_storable(f->f)) continue;
        most = f->whole * (f->copies - 1);
        best = f;
    }
    return best;
}

void machine_graph(struct machine *m, unsigned limit)
{
    machine_meet_define(m);
    machine_function_of(m, m->kernel);
    functions_read(m, 0);
    circles_find(m);
    overflow_find(m);
    states_close(m);
    while (size_count(m) > limit) {
        struct machine_function *f = dearest(m);
        if (!f) break;
        f->state = true;
        states_close(m);
    }
    if (machine_meet_wanted(m)) states_close(m);
}

void machine_graph_free(struct machine *m)
{
    for (unsigned i = 0; i < m->functions; i++) {
        struct machine_function *f = m->function[i];
        for (unsigned k = 0; k < f->values; k++) {
            free(f->value[k].live);
            free(f->value[k].store);
            free(f->value[k].load);
            free(f->value[k].blocks);
        }
        for (unsigned k = 0; k < f->cuts; k++) {
            free(f->cut[k].at);
            free(f->cut[k].variable);
        }
        free(f->cut);
        free(f->callee);
        free(f->block);
        free(f->call);
        free(f->value);
        free(f->object);
        free(f->limit);
        free(f->argument);
        free(f->argument_at);
        free(f->argument_in);
        free(f);
    }
    free(m->function);
    free(m->number.entry);
    free(m->result);
    free(m->state);
}
