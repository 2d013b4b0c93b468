// Frames: what lies where, how large they are, and getting at them.
#include "compiler/spirv/machine.h"

#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------------------------------ access

LLVMValueRef machine_variable(struct machine *m, LLVMTypeRef type)
{
    LLVMBuilderRef b = ir_before(m->ir, LLVMGetBasicBlockTerminator(m->entry));
    LLVMValueRef v = LLVMBuildAlloca(b, type, "");
    LLVMDisposeBuilder(b);
    return v;
}

LLVMValueRef machine_frame(struct machine *m, LLVMBuilderRef b, const struct machine_function *f)
{
    LLVMTypeRef pointer = m->ir->pointer;
    if (f->grows) return LLVMBuildLoad2(b, pointer, f->frame_variable, "");
    return machine_at(m, b, LLVMBuildLoad2(b, pointer, ir_sp(m->ir), ""), -(int64_t)f->frame);
}

LLVMValueRef machine_at(struct machine *m, LLVMBuilderRef b, LLVMValueRef base, int64_t offset)
{
    LLVMValueRef by = LLVMConstInt(m->ir->i64, (uint64_t)offset, true);
    return offset ? LLVMBuildGEP2(b, m->ir->i8, base, &by, 1, "") : base;
}

LLVMValueRef machine_align(struct machine *m, LLVMBuilderRef b, LLVMValueRef pointer,
                           uint32_t align)
{
    LLVMTypeRef i64 = m->ir->i64;
    LLVMValueRef p = LLVMBuildPtrToInt(b, machine_at(m, b, pointer, align - 1), i64, "");
    p = LLVMBuildAnd(b, p, LLVMConstInt(i64, -(uint64_t)align, false), "");
    return LLVMBuildIntToPtr(b, p, m->ir->pointer, "");
}

LLVMValueRef machine_fits(struct machine *m, LLVMBuilderRef b, LLVMValueRef from, LLVMValueRef *top)
{
    *top = machine_at(m, b, from, MACHINE_SPARE);
    LLVMValueRef end = LLVMBuildLoad2(b, m->ir->pointer, ir_sp_end(m->ir), "");
    return LLVMBuildICmp(b, LLVMIntULE, *top, end, "");
}

LLVMValueRef machine_object_at(struct machine *m, LLVMBuilderRef b, LLVMValueRef frame,
                               const struct machine_object *o)
{
    LLVMValueRef p = machine_at(m, b, frame, o->at);
    return o->align > MACHINE_ALIGN ? machine_align(m, b, p, o->align) : p;
}

// Integers are kept as 8, 16, 32 or a multiple of 64 bits.
static LLVMTypeRef memory_type(struct machine *m, LLVMTypeRef type)
{
    if (LLVMGetTypeKind(type) != LLVMIntegerTypeKind) return type;
    const unsigned bits = LLVMGetIntTypeWidth(type);
    unsigned wide = 8;
    while (wide < bits && wide < 64) wide *= 2;
    if (wide < bits) wide = (bits + 63) / 64 * 64;
    return LLVMIntTypeInContext(m->ir->context, wide);
}

bool machine_is_storable(LLVMTypeRef type)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    if (kind == LLVMPointerTypeKind) return LLVMGetPointerAddressSpace(type) == IR_MEMORY;
    return kind != LLVMTokenTypeKind;
}

static uint32_t bytes_of(struct machine *m, LLVMTypeRef type)
{
    const uint64_t bytes = LLVMABISizeOfType(m->ir->layout, memory_type(m, type));
    if (bytes >= MACHINE_BYTES_MAX) ir_refuse(m->kernel, "a value of %ju bytes", (uintmax_t)bytes);
    return (uint32_t)bytes;
}

static uint32_t align_of(struct machine *m, LLVMTypeRef type)
{
    const uint32_t align = LLVMABIAlignmentOfType(m->ir->layout, memory_type(m, type));
    return align < MACHINE_ALIGN ? align : MACHINE_ALIGN;
}

LLVMValueRef machine_load(struct machine *m, LLVMBuilderRef b, LLVMTypeRef type, LLVMValueRef from)
{
    LLVMTypeRef memory = memory_type(m, type);
    LLVMValueRef v = LLVMBuildLoad2(b, memory, from, "");
    LLVMSetAlignment(v, align_of(m, type));
    return memory == type ? v : LLVMBuildTrunc(b, v, type, "");
}

void machine_store(struct machine *m, LLVMBuilderRef b, LLVMValueRef value, LLVMValueRef to)
{
    LLVMTypeRef type = LLVMTypeOf(value), memory = memory_type(m, type);
    if (memory != type) value = LLVMBuildZExt(b, value, memory, "");
    LLVMSetAlignment(LLVMBuildStore(b, value, to), align_of(m, type));
}

// ----------------------------------------------------------------------------------------- results

bool machine_in_memory(LLVMTypeRef type)
{
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    return kind == LLVMStructTypeKind || kind == LLVMArrayTypeKind || kind == LLVMVectorTypeKind;
}

LLVMValueRef machine_result(struct machine *m, LLVMTypeRef type)
{
    for (unsigned i = 0; i < m->results; i++)
        if (m->result[i].type == type) return m->result[i].variable;
    m->result = machine_room(m->result, m->results, sizeof *m->result);
    m->result[m->results].type = type;
    m->result[m->results].variable = machine_variable(m, type);
    return m->result[m->results++].variable;
}

// ------------------------------------------------------------------------------------------ places

// Takes the next place from *end on.
static uint32_t take(uint32_t *end, uint32_t bytes, uint32_t align)
{
    const uint32_t at = (*end + align - 1) & -align;
    *end = at + bytes;
    if (*end >= MACHINE_BYTES_MAX)
        ir_refuse(NULL, "a function's local variables take %u bytes", *end);
    return at;
}

uint32_t machine_take_value(struct machine *m, LLVMTypeRef type, uint32_t *end)
{
    return take(end, bytes_of(m, type), align_of(m, type));
}

void machine_take_object(struct machine_object *o, uint32_t *end)
{
    // Frames are aligned less than some objects want to be: room to move.
    const uint32_t more = o->align > MACHINE_ALIGN ? o->align - MACHINE_ALIGN : 0;
    o->at = take(end, o->bytes + more, more ? MACHINE_ALIGN : o->align);
    o->placed = true;
}

struct place {  // of values that are never there at the same time
    uint32_t bytes, align, at;
    bool early;
    uint64_t *live, *blocks;
};

static bool overlap(const uint64_t *a, const uint64_t *b, unsigned count)
{
    for (unsigned k = 0; k <= count / 64; k++)
        if (a[k] & b[k]) return true;
    return false;
}

// Most values are in their place during calls only.
static bool is_free(const struct machine_function *f, const struct place *p,
                    const struct machine_value *v)
{
    if (overlap(p->live, v->live, f->calls)) return false;
    return !(p->early || v->early) || !overlap(p->blocks, v->blocks, f->blocks);
}

static struct place *place_find(const struct machine_function *f, const struct machine_value *v,
                                struct place *place, unsigned *places, uint32_t bytes)
{
    struct place *p = place;
    while (p < place + *places && (p->bytes != bytes || !is_free(f, p, v))) p++;
    if (p == place + *places) {
        ++*places;
        p->bytes = bytes;
        p->live = machine_zeros(f->calls / 64 + 1, sizeof *p->live);
        p->blocks = machine_zeros(f->blocks / 64 + 1, sizeof *p->blocks);
    }
    for (unsigned k = 0; k <= f->calls / 64; k++) p->live[k] |= v->live[k];
    for (unsigned k = 0; k <= f->blocks / 64; k++) p->blocks[k] |= v->blocks[k];
    p->early |= v->early;
    return p;
}

static void values_place(struct machine *m, struct machine_function *f, uint32_t *end)
{
    struct place *place = machine_zeros(f->values, sizeof *place);
    struct place **of = machine_zeros(f->values, sizeof(struct place *));
    unsigned places = 0;
    for (unsigned i = 0; i < f->values; i++) {
        const struct machine_value *v = &f->value[i];
        if (v->argument || v->stays) continue;
        LLVMTypeRef type = LLVMTypeOf(v->value);
        of[i] = place_find(f, v, place, &places, bytes_of(m, type));
        if (of[i]->align < align_of(m, type)) of[i]->align = align_of(m, type);
    }
    for (uint32_t align = MACHINE_ALIGN; align; align /= 2)
        for (unsigned i = 0; i < places; i++)
            if (place[i].align == align) place[i].at = take(end, place[i].bytes, align);
    for (unsigned i = 0; i < f->values; i++)
        if (of[i]) f->value[i].at = of[i]->at;
    for (unsigned i = 0; i < places; i++) {
        free(place[i].live);
        free(place[i].blocks);
    }
    free(place);
    free(of);
}

void machine_place(struct machine *m, struct machine_function *f)
{
    LLVMTypeRef result = LLVMGetReturnType(LLVMGlobalGetValueType(f->f));
    uint32_t end = f->arguments_end;
    values_place(m, f, &end);
    for (unsigned i = 0; i < f->objects; i++)
        if (!f->object[i].placed) machine_take_object(&f->object[i], &end);
    if (machine_in_memory(result) && end < MACHINE_RESULT + bytes_of(m, result))
        end = MACHINE_RESULT + bytes_of(m, result);
    f->frame = (end + MACHINE_ALIGN - 1) & -(uint32_t)MACHINE_ALIGN;
}

// ------------------------------------------------------------------------------------------- sizes

// What a function that is no state may take, if its allocas stay.
static uint32_t allocas_measure(struct machine *m, const struct machine_function *f)
{
    uint32_t end = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f->f); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            if (!LLVMIsAAllocaInst(i) || !LLVMIsAConstantInt(LLVMGetOperand(i, 0))) continue;
            const uint64_t count = LLVMConstIntGetZExtValue(LLVMGetOperand(i, 0));
            const uint64_t each = LLVMABISizeOfType(m->ir->layout, LLVMGetAllocatedType(i));
            if (each * count >= MACHINE_BYTES_MAX) ir_refuse(i, "too large a local variable");
            struct machine_object o = {.bytes = (uint32_t)(each * count)};
            o.align = LLVMGetAlignment(i) > MACHINE_ALIGN ? LLVMGetAlignment(i) : MACHINE_ALIGN;
            machine_take_object(&o, &end);
        }
    return (end + MACHINE_ALIGN - 1) & -(uint32_t)MACHINE_ALIGN;
}

uint32_t machine_measure(struct machine *m, struct machine_function *f)
{
    if (f->seen) return f->room;
    uint32_t most = f->cut_bytes;
    for (unsigned i = 0; i < f->callees; i++) {
        struct machine_function *to = f->callee[i];
        uint32_t room = to->circular ? to->arguments_end : machine_measure(m, to);
        if (to->circular && m->overflow && room < machine_measure(m, m->overflow))
            room = machine_measure(m, m->overflow);
        if (most < room) most = room;
    }
    f->seen = true;
    f->room = most + (f->state ? f->frame : m->recursive ? allocas_measure(m, f) : 0);
    if (f->room >= MACHINE_BYTES_MAX) ir_refuse(f->f, "it needs %u bytes of stack", f->room);
    return f->room;
}
