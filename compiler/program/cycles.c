// Variables whose initialisers name each other in a circle: PTX wants each defined before it is named, so such
// addresses are stored when the program begins, by hc_relocate().
#include <llvm-c/Target.h>
#include <stdlib.h>

#include "compiler/program/lower.h"

struct variable {
    LLVMValueRef value;
    unsigned number,
        low;          // Tarjan's: order of the visit, the first that can be reached; 0: not visited
    unsigned circle;  // of the strongly connected part; 0: none yet
    bool on_stack;
};

struct cycles {
    LLVMContextRef context;
    LLVMTargetDataRef layout;
    LLVMTypeRef i8, i64;
    LLVMBuilderRef b;
    struct variable *all;  // by address of value
    unsigned count, visited, circles;
    struct variable **stack;
    unsigned depth;
    struct variable *from;  // whose initialiser is looked at
    bool names_circle;
};

static int by_value(const void *a, const void *b)
{
    const uintptr_t x = (uintptr_t)((const struct variable *)a)->value;
    const uintptr_t y = (uintptr_t)((const struct variable *)b)->value;
    return x < y ? -1 : x > y;
}

static struct variable *find(struct cycles *c, LLVMValueRef value)
{
    const struct variable key = {.value = value};
    return bsearch(&key, c->all, c->count, sizeof key, by_value);
}

typedef void visit_fn(struct cycles *c, struct variable *named);

// Variables that a constant names.
static void names_visit(struct cycles *c, LLVMValueRef constant, visit_fn *visit)
{
    if (LLVMIsAGlobalVariable(constant)) {
        visit(c, find(c, constant));
        return;
    }
    if (!LLVMIsAConstantStruct(constant) && !LLVMIsAConstantArray(constant) &&
        !LLVMIsAConstantExpr(constant))
        return;
    for (unsigned i = 0; i < (unsigned)LLVMGetNumOperands(constant); i++)
        names_visit(c, LLVMGetOperand(constant, i), visit);
}

static void connect(struct cycles *c, struct variable *v);

static void follow(struct cycles *c, struct variable *named)
{
    struct variable *from = c->from;
    if (!named->number) {
        connect(c, named);
        c->from = from;
        if (named->low < from->low) from->low = named->low;
    } else if (named->on_stack && named->number < from->low) {
        from->low = named->number;
    }
}

static void connect(struct cycles *c, struct variable *v)
{
    LLVMValueRef initial = LLVMGetInitializer(v->value);
    v->number = v->low = ++c->visited;
    v->on_stack = true;
    c->stack[c->depth++] = v;
    c->from = v;
    if (initial) names_visit(c, initial, follow);
    if (v->low != v->number) return;
    c->circles++;
    struct variable *member;
    do {
        member = c->stack[--c->depth];
        member->on_stack = false;
        member->circle = c->circles;
    } while (member != v);
}

static void look(struct cycles *c, struct variable *named)
{
    c->names_circle |= named->circle == c->from->circle;
}

static bool names_circle(struct cycles *c, LLVMValueRef constant)
{
    c->names_circle = false;
    names_visit(c, constant, look);
    return c->names_circle;
}

// The constant without addresses of its variable's circle, which are stored instead.
static LLVMValueRef without(struct cycles *c, LLVMValueRef constant, uint64_t offset)
{
    LLVMTypeRef type = LLVMTypeOf(constant);
    if (!names_circle(c, constant)) return constant;
    const bool is_struct = LLVMIsAConstantStruct(constant);
    if (!is_struct && !LLVMIsAConstantArray(constant)) {
        LLVMValueRef index = LLVMConstInt(c->i64, offset, false);
        LLVMValueRef to = LLVMBuildGEP2(c->b, c->i8, c->from->value, &index, 1, "");
        LLVMSetAlignment(LLVMBuildStore(c->b, constant, to), offset % 8 ? 1 : 8);
        return LLVMConstNull(type);
    }
    const unsigned n = (unsigned)LLVMGetNumOperands(constant);
    LLVMValueRef *part = lower_room(n, sizeof *part);
    for (unsigned i = 0; i < n; i++) {
        const uint64_t at = is_struct ? LLVMOffsetOfElement(c->layout, type, i)
                                      : i * LLVMABISizeOfType(c->layout, LLVMGetElementType(type));
        part[i] = without(c, LLVMGetOperand(constant, i), offset + at);
    }
    if (!is_struct) return LLVMConstArray2(LLVMGetElementType(type), part, n);
    return LLVMGetStructName(type)
               ? LLVMConstNamedStruct(type, part, n)
               : LLVMConstStructInContext(c->context, part, n, LLVMIsPackedStruct(type));
}

void lower_cycles(LLVMModuleRef m)
{
    LLVMContextRef context = LLVMGetModuleContext(m);
    struct cycles c = {
        .context = context,
        .layout = LLVMGetModuleDataLayout(m),
        .i8 = LLVMInt8TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .b = LLVMCreateBuilderInContext(context),
    };
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g)) c.count++;
    c.all = lower_room(c.count, sizeof *c.all);
    c.stack = lower_room(c.count, sizeof *c.stack);
    unsigned n = 0;
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); g; g = LLVMGetNextGlobal(g)) c.all[n++].value = g;
    qsort(c.all, c.count, sizeof *c.all, by_value);
    for (unsigned i = 0; i < c.count; i++)
        if (!c.all[i].number) connect(&c, &c.all[i]);
    LLVMValueRef f = lower_function(m, "hc_relocate", LLVMVoidTypeInContext(context), 0, NULL);
    LLVMPositionBuilderAtEnd(c.b, LLVMGetEntryBasicBlock(f));
    for (unsigned i = 0; i < c.count; i++) {
        LLVMValueRef initial = LLVMGetInitializer(c.all[i].value);
        c.from = &c.all[i];
        if (!initial || !names_circle(&c, initial)) continue;
        LLVMSetInitializer(c.all[i].value, without(&c, initial, 0));
        LLVMSetGlobalConstant(c.all[i].value, false);
    }
    LLVMBuildRetVoid(c.b);
    LLVMDisposeBuilder(c.b);
}
