// The code of functions that are states: calls, returns, values that are kept in between, addresses of objects.
#include "compiler/spirv/machine.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------------------------------ values

// For use at the end of the block that an operand of a phi comes from.
static LLVMValueRef replace_incoming(struct machine *m, LLVMValueRef phi, unsigned operand,
                                     const bool *replaced, machine_make *make, void *of)
{
    LLVMBasicBlockRef from = LLVMGetIncomingBlock(phi, operand);
    for (unsigned i = 0; i < operand; i++)  // the same block must bring the same value
        if (replaced[i] && LLVMGetIncomingBlock(phi, i) == from)
            return LLVMGetIncomingValue(phi, i);
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetBasicBlockTerminator(from));
    LLVMValueRef v = make(m, b, of);
    LLVMDisposeBuilder(b);
    return v;
}

static void replace_in(struct machine *m, LLVMValueRef user, LLVMValueRef value, machine_make *make,
                       void *of)
{
    const unsigned operands = (unsigned)LLVMGetNumOperands(user);
    bool *replaced = machine_zeros(operands, sizeof *replaced);
    LLVMValueRef by = NULL;
    if (!LLVMIsAPHINode(user)) {
        LLVMBuilderRef b = ir_before(m->ir, user);
        by = make(m, b, of);
        LLVMDisposeBuilder(b);
    }
    for (unsigned i = 0; i < operands; i++) {
        if (LLVMGetOperand(user, i) != value) continue;
        if (LLVMIsAPHINode(user)) by = replace_incoming(m, user, i, replaced, make, of);
        LLVMSetOperand(user, i, by);
        replaced[i] = true;
    }
    free(replaced);
}

void machine_replace(struct machine *m, LLVMValueRef value, LLVMBasicBlockRef except,
                     machine_make *make, void *of)
{
    LLVMValueRef *users = NULL;
    unsigned count = 0;
    for (LLVMUseRef u = LLVMGetFirstUse(value); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef user = LLVMGetUser(u);
        if (LLVMGetInstructionParent(user) == except && !LLVMIsAPHINode(user)) continue;
        users = machine_room(users, count, sizeof(LLVMValueRef));
        users[count++] = user;
    }
    // Who uses it twice is in the list twice.
    for (unsigned i = 0; i < count; i++) {
        bool done = true;
        for (int k = 0; k < LLVMGetNumOperands(users[i]) && done; k++)
            done = LLVMGetOperand(users[i], (unsigned)k) != value;
        if (!done) replace_in(m, users[i], value, make, of);
    }
    free(users);
}

static LLVMValueRef object_make(struct machine *m, LLVMBuilderRef b, void *of)
{
    const struct machine_object *o = of;
    return machine_object_at(m, b, machine_frame(m, b, o->in), o);
}

static LLVMValueRef value_make(struct machine *m, LLVMBuilderRef b, void *of)
{
    const struct machine_value *v = of;
    LLVMTypeRef type = LLVMTypeOf(v->value);
    if (v->variable) return LLVMBuildLoad2(b, type, v->variable, "");
    return machine_load(m, b, type, machine_at(m, b, machine_frame(m, b, v->in), v->at));
}

static LLVMValueRef first_after(LLVMValueRef value)
{
    LLVMValueRef i = LLVMGetNextInstruction(value);
    while (LLVMIsAPHINode(i)) i = LLVMGetNextInstruction(i);
    return i;
}

static void values_code(struct machine *m, struct machine_function *f)
{
    for (unsigned i = 0; i < f->objects; i++) {
        machine_replace(m, f->object[i].address, NULL, object_make, &f->object[i]);
        if (LLVMIsAInstruction(f->object[i].address))
            LLVMInstructionEraseFromParent(f->object[i].address);
    }
    for (unsigned i = 0; i < f->values; i++) {
        struct machine_value *v = &f->value[i];
        if (!v->early) v->variable = machine_variable(m, LLVMTypeOf(v->value));
        machine_replace(m, v->value, LLVMGetInstructionParent(v->value), value_make, v);
        LLVMBuilderRef b = ir_before(m->ir, first_after(v->value));
        if (v->variable)
            LLVMBuildStore(b, v->value, v->variable);
        else if (!v->argument)
            machine_store(m, b, v->value, machine_at(m, b, machine_frame(m, b, f), v->at));
        LLVMDisposeBuilder(b);
    }
}

// ------------------------------------------------------------------------------------------- jumps

static LLVMValueRef number(struct machine *m, unsigned n)
{
    return LLVMConstInt(m->ir->i32, n, false);
}

void machine_go(struct machine *m, LLVMBuilderRef b, LLVMValueRef to)
{
    LLVMBuildStore(b, to, m->pc);
    LLVMBuildBr(b, m->dispatch);
}

static void arguments_store(struct machine *m, LLVMBuilderRef b, const struct machine_call *c,
                            LLVMValueRef frame)
{
    const struct machine_function *to = c->to;
    for (unsigned i = 0; i < LLVMCountParams(to->f); i++) {
        LLVMValueRef a = LLVMGetOperand(c->call, i);
        if (to->argument_in[i])
            LLVMBuildStore(b, a, to->argument_in[i]);
        else if (to->argument[i] && !LLVMIsUndef(a))
            machine_store(m, b, a, machine_at(m, b, frame, to->argument_at[i]));
        for (unsigned k = 0; k < to->objects; k++) {
            const struct machine_object *o = &to->object[k];
            if (o->address != LLVMGetParam(to->f, i)) continue;
            LLVMValueRef copy = machine_object_at(m, b, frame, o);
            const unsigned align = o->align < MACHINE_ALIGN ? o->align : MACHINE_ALIGN;
            LLVMBuildMemCpy(b, copy, align, a, align, LLVMConstInt(m->ir->i64, o->bytes, false));
        }
    }
}

static void phis_store(struct machine *m, LLVMBuilderRef b, const struct machine_call *c,
                       const struct machine_cut *cut, LLVMValueRef above)
{
    for (unsigned i = 0; i < cut->phis; i++) {
        LLVMValueRef v = LLVMGetOperand(c->call, i);
        if (cut->variable[i])
            LLVMBuildStore(b, v, cut->variable[i]);
        else if (!LLVMIsUndef(v))
            machine_store(m, b, v, machine_at(m, b, above, cut->at[i]));
    }
}

static void call_code(struct machine *m, struct machine_function *f, unsigned k)
{
    const struct machine_call *c = &f->call[k];
    LLVMBuilderRef b = ir_before(m->ir, c->call);
    LLVMValueRef frame = machine_frame(m, b, f), above;
    for (unsigned i = 0; i < f->values; i++)
        if (machine_has(f->value[i].store, k))
            machine_store(m, b, value_make(m, b, &f->value[i]),
                          machine_at(m, b, frame, f->value[i].at));
    if (c->last)
        LLVMBuildStore(b, above = frame, ir_sp(m->ir));
    else
        above = LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), "");
    if (f->grows) machine_store(m, b, frame, machine_at(m, b, above, MACHINE_CALLER));
    if (c->to)
        arguments_store(m, b, c, above);
    else
        phis_store(m, b, c, &f->cut[c->cut], above);
    if (c->to && c->back) machine_store(m, b, number(m, c->state), above);
    LLVMInstructionEraseFromParent(LLVMGetNextInstruction(c->call));
    LLVMInstructionEraseFromParent(c->call);
    LLVMPositionBuilderAtEnd(b, c->block);
    machine_go(m, b, number(m, c->to ? c->to->number : c->state));
    LLVMDisposeBuilder(b);
}

static void back_code(struct machine *m, struct machine_function *f, unsigned k)
{
    LLVMBasicBlockRef back = f->call[k].back;
    if (!back || f->call[k].again) return;
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetFirstInstruction(back));
    if (f->grows) {
        LLVMValueRef sp = LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), "");
        LLVMValueRef own = machine_load(m, b, m->ir->pointer, machine_at(m, b, sp, MACHINE_CALLER));
        LLVMBuildStore(b, own, f->frame_variable);
    }
    LLVMValueRef frame = machine_frame(m, b, f);
    for (unsigned i = 0; i < f->values; i++) {
        const struct machine_value *v = &f->value[i];
        if (!machine_has(v->load, k)) continue;
        LLVMValueRef kept =
            machine_load(m, b, LLVMTypeOf(v->value), machine_at(m, b, frame, v->at));
        LLVMBuildStore(b, kept, v->variable);
    }
    LLVMDisposeBuilder(b);
}

static void return_code(struct machine *m, struct machine_function *f, LLVMValueRef end)
{
    LLVMBuilderRef b = ir_before(m->ir, end);
    LLVMValueRef frame = machine_frame(m, b, f);
    LLVMValueRef result = LLVMGetNumOperands(end) ? LLVMGetOperand(end, 0) : NULL;
    LLVMBuildStore(b, frame, ir_sp(m->ir));
    if (f->called) {
        if (result && !LLVMIsUndef(result)) {
            LLVMTypeRef type = LLVMTypeOf(result);
            if (machine_in_memory(type))
                machine_store(m, b, result, machine_at(m, b, frame, MACHINE_RESULT));
            else
                LLVMBuildStore(b, result, machine_result(m, type));
        }
        LLVMBasicBlockRef block = LLVMGetInstructionParent(end);
        LLVMValueRef to = machine_load(m, b, m->ir->i32, frame);
        LLVMInstructionEraseFromParent(end);
        LLVMPositionBuilderAtEnd(b, block);
        machine_go(m, b, to);
    }
    LLVMDisposeBuilder(b);
}

// ------------------------------------------------------------------------------------------- entry

static LLVMValueRef size(struct machine *m, uint32_t bytes)
{
    return LLVMConstInt(m->ir->i64, bytes, false);
}

// In front of the function: is there room for its frame?
static void check_code(struct machine *m, struct machine_function *f)
{
    LLVMBasicBlockRef check = LLVMInsertBasicBlockInContext(m->ir->context, f->block[0], "");
    LLVMBuilderRef b = ir_at_end(m->ir, check);
    LLVMValueRef sp = LLVMBuildLoad2(b, m->ir->pointer, ir_sp(m->ir), ""), top;
    LLVMBuildCondBr(b, machine_fits(m, b, sp, &top), f->block[0], m->full);
    LLVMSetOperand(top, 1, size(m, f->room + MACHINE_SPARE));
    LLVMDisposeBuilder(b);
    m->state[f->number] = check;
}

void machine_code(struct machine *m, struct machine_function *f)
{
    values_code(m, f);
    for (unsigned k = 0; k < f->calls; k++) {
        call_code(m, f, k);
        back_code(m, f, k);
    }
    for (unsigned i = 0; i < f->blocks; i++) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(f->block[i]);
        if (LLVMGetInstructionOpcode(end) == LLVMRet) return_code(m, f, end);
    }
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetNextInstruction(f->begin));
    if (f->grows) LLVMBuildStore(b, f->begin, f->frame_variable);
    LLVMBuildStore(b, machine_at(m, b, f->begin, f->frame), ir_sp(m->ir));
    LLVMDisposeBuilder(b);
    if (f->circular || f->grows) check_code(m, f);
    for (unsigned i = 0; i < f->limits; i++)
        LLVMSetOperand(f->limit[i], 1, size(m, f->room - f->frame + MACHINE_SPARE));
}
