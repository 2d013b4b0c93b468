// A kernel's function as SPIR-V: blocks, phis, variables, and the module around it.
#include <stdlib.h>
#include <string.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/emit.h"

static void cells_keep(struct emit *e, struct cells c)
{
    cells_declare(e->m, &c, &e->variables);
    e->cells = realloc(e->cells, (e->cells_count + 1) * sizeof *e->cells);
    if (!e->cells) ir_refuse(NULL, "out of memory");
    e->cells[e->cells_count++] = c;
    cells_note(c.object, &e->cells_of, e->cells_count);
}

// A table's entries, from the data segment.
static uint32_t table_constant(struct emit *e, const struct cells *c)
{
    const uint32_t at = data_offset(e->data, c->object, e->kernel), n = c->bytes / c->cell;
    const uint32_t element = spv_type(e->m, c->type), array = spv_array(e->m, element, n);
    struct spv_words w = {0};
    for (uint32_t i = 0; i < e->data->relocs; i++)
        if (e->data->reloc[i] >= at && e->data->reloc[i] < at + c->bytes) return 0;
    spv_put(&w, array);
    spv_put(&w, 0);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        memcpy(&bits, e->data->bytes + at + i * c->cell, c->cell);
        spv_put(&w, spv_constant_of(e->m, element, 8 * c->cell, bits));
    }
    w.word[1] = spv_id(e->m);
    spv_write(&e->m->types, SpvOpConstantComposite, w.count, w.word);
    const uint32_t id = w.word[1];
    free(w.word);
    return id;
}

static void table_add(struct emit *e, LLVMValueRef global)
{
    struct cells c;
    if (!LLVMGetFirstUse(global) || !cells_table(e->ir, global, &c)) return;
    c.initializer = table_constant(e, &c);
    if (c.initializer) cells_keep(e, c);
}

static void cells_add(struct emit *e, LLVMValueRef object)
{
    struct cells c;
    LLVMValueRef why;
    if (!cells_measure(e->ir, object, &c, &why)) {
        if (!LLVMIsAGlobalVariable(object))
            ir_refuse(why ? why : object, "internal error: a variable has no place");
        ir_refuse(why && LLVMIsAInstruction(why) ? why : object,
                  "%s lies in memory without addresses (__shared or alike): its address can't be "
                  "stored, cast or passed on, and atomics need whole elements of one type",
                  LLVMGetValueName2(object, &(size_t){0}));
    }
    cells_keep(e, c);
    if (c.space == IR_MEMORY) *spv_slot(&e->value, spv_key(object), 0) = emit_word(e, 0);
}

static void cells_find(struct emit *e, LLVMValueRef main)
{
    for (LLVMValueRef g = LLVMGetFirstGlobal(e->ir->module); g; g = LLVMGetNextGlobal(g)) {
        const unsigned space = LLVMGetPointerAddressSpace(LLVMTypeOf(g));
        if (space == IR_MEMORY) table_add(e, g);
        if (space == IR_MEMORY || ir_named(g, "llvm.") || !LLVMGetFirstUse(g)) continue;
        if (space != IR_SHARED && space != IR_LANE && space != IR_PUSH)
            ir_refuse(g, "%s: there is no address space %u", LLVMGetValueName2(g, &(size_t){0}),
                      space);
        cells_add(e, g);
    }
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(main); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (LLVMIsAAllocaInst(i)) cells_add(e, i);
}

static int node_of(struct emit *e, LLVMBasicBlockRef block)
{
    return (int)*spv_slot(&e->block, spv_key(block), 0) - 1;
}

static void emit_phi(struct emit *e, int node, LLVMValueRef i)
{
    const uint32_t type = emit_cells(e, i) ? spv_int(e->m, 32) : emit_type(e, LLVMTypeOf(i));
    struct phi *p = graph_phi(&e->graph.node[node], emit_result(e, i), type);
    for (unsigned k = 0; k < LLVMCountIncoming(i); k++) {
        const int from = node_of(e, LLVMGetIncomingBlock(i, k));
        bool twice = false;
        for (uint32_t q = 0; q < p->count; q++) twice |= p->from[q] == from;
        if (!twice) graph_phi_add(p, from, emit_joined(e, i, LLVMGetIncomingValue(i, k)));
    }
}

static void emit_end(struct emit *e, int node, LLVMValueRef i)
{
    struct node *n = &e->graph.node[node];
    switch (LLVMGetInstructionOpcode(i)) {
    case LLVMRet: n->end = NODE_RETURN; return;
    case LLVMUnreachable: n->end = NODE_UNREACHABLE; return;
    case LLVMBr: break;
    default:
        if (!LLVMIsABranchInst(i)) ir_refuse(i, "no SPIR-V for: %s", LLVMPrintValueToString(i));
    }
    n->end = LLVMIsConditional(i) ? NODE_BRANCH : NODE_JUMP;
    if (n->end == NODE_BRANCH) n->condition = emit_value(e, LLVMGetCondition(i));
    for (unsigned k = 0; k < LLVMGetNumSuccessors(i); k++)
        n->to[k] = node_of(e, LLVMGetSuccessor(i, k));
    if (n->end == NODE_BRANCH && n->to[0] == n->to[1]) n->end = NODE_JUMP;
}

static void emit_blocks(struct emit *e, LLVMValueRef main)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(main); b; b = LLVMGetNextBasicBlock(b))
        *spv_slot(&e->block, spv_key(b), 0) = (uint32_t)graph_node(&e->graph) + 1;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(main); b; b = LLVMGetNextBasicBlock(b)) {
        const int node = node_of(e, b);
        struct spv_words code = {0};
        e->code = &code;
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            if (LLVMIsAPHINode(i))
                emit_phi(e, node, i);
            else if (LLVMIsATerminatorInst(i))
                emit_end(e, node, i);
            else
                emit_instruction(e, i);
        }
        e->graph.node[node].code = code;
    }
}

// The address of the stacks is never odd.  It is looked at only on devices that need it: elsewhere the driver sees a
// constant.
static struct graph_keep keep_conditions(struct emit *e)
{
    const uint32_t word = spv_int(e->m, 32), boolean = spv_bool(e->m);
    const uint32_t pointer = spv_pointer(e->m, SpvStorageClassPushConstant, word);
    e->code = &e->prologue;
    const uint32_t p = emit3(e, SpvOpAccessChain, pointer, spv_builtin(e->m, SPV_VAR_PUSH),
                             emit_word(e, 0), emit_word(e, HC_SPIRV_PUSH_STACK / 4));
    return (struct graph_keep){
        .wanted = emit2(e, SpvOpINotEqual, boolean, spv_spec(e->m, HC_SPIRV_SPEC_LIVE_OUTS),
                        emit_word(e, 0)),
        .even = emit1(e, SpvOpLoad, word, p),
    };
}

struct spv_words emit_kernel(struct ir *ir, LLVMValueRef main, const char *kernel,
                             const struct data *data, uint32_t stack,
                             const struct emit_options *options, struct spv_module *m)
{
    struct emit e = {.m = m, .ir = ir, .options = options, .kernel = kernel, .data = data};
    m->ir = ir;
    m->stack = stack;
    e.graph.m = m;
    e.code = &e.prologue;
    const uint32_t nothing = spv_void(m), type = spv_id(m), id = spv_id(m);
    spv(&m->types, SpvOpTypeFunction, type, nothing);
    spv_write_text(&m->names, SpvOpName, 1, &id, kernel, 0, NULL);
    cells_find(&e, main);
    emit_blocks(&e, main);
    const struct graph_keep keep = keep_conditions(&e);
    e.graph.keep = &keep;
    graph_structure(&e.graph);

    spv(&m->code, SpvOpFunction, nothing, id, 0, type);
    spv(&m->code, SpvOpLabel, spv_id(m));
    spv_append(&m->code, &e.variables);
    spv_append(&m->code, &e.prologue);
    spv(&m->code, SpvOpBranch, e.graph.node[0].label);
    graph_write(&e.graph, &m->code);
    spv_write(&m->code, SpvOpFunctionEnd, 0, NULL);
    if (e.data_size) spv(&m->types, SpvOpConstant, spv_int(m, 64), e.data_size, data->size, 0);
    return spv_finish(m, id);
}
