// Which functions a longjmp may leave, and what is no longer true of them then.
#include <stdlib.h>
#include <string.h>

#include "compiler/program/jumps.h"

enum { INDIRECT = -1, NEVER = -2 };

struct function {
    LLVMValueRef value;
    unsigned kind;  // of its type
    bool reached, taken;
};

struct call {
    unsigned caller;
    int callee;  // index; INDIRECT: any of that kind
    unsigned kind;
};

struct reach {
    struct function *function;
    struct call *call;
    char **kind;         // a text for parameters that are alike
    bool *kind_reached;  // there is a function of it to point to that a jump may leave
    unsigned functions, calls, kinds, call_room, kind_room;
};

static int by_value(const void *a, const void *b)
{
    const uintptr_t x = (uintptr_t)((const struct function *)a)->value;
    const uintptr_t y = (uintptr_t)((const struct function *)b)->value;
    return x < y ? -1 : x > y;
}

static struct function *function_find(const struct reach *r, LLVMValueRef value)
{
    const struct function key = {.value = value};
    return bsearch(&key, r->function, r->functions, sizeof key, by_value);
}

// Programs call through pointers of a somewhat different type; what then works at all on a device is told apart by
// the number of arguments, and by floating point or not.
static char letter(LLVMTypeRef type)
{
    switch (LLVMGetTypeKind(type)) {
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind: return 'f';
    case LLVMIntegerTypeKind:
    case LLVMPointerTypeKind: return 'i';
    default: return 's';
    }
}

static unsigned kind_find(struct reach *r, LLVMTypeRef type)
{
    const unsigned n = LLVMCountParamTypes(type);
    LLVMTypeRef *params = lower_room(n, sizeof(LLVMTypeRef));
    char *text = lower_room(n + 1, 1);
    unsigned i = 0;
    LLVMGetParamTypes(type, params);
    for (unsigned k = 0; k < n; k++) text[k] = letter(params[k]);
    free(params);
    while (i < r->kinds && strcmp(r->kind[i], text)) i++;
    if (i < r->kinds) {
        free(text);
        return i;
    }
    if (r->kinds == r->kind_room) {
        r->kind_room = r->kind_room ? 2 * r->kind_room : 64;
        r->kind = realloc(r->kind, r->kind_room * sizeof(char *));
        if (!r->kind) lower_fail("out of memory");
    }
    r->kind[r->kinds] = text;
    return r->kinds++;
}

static LLVMValueRef callee_of(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    while (LLVMIsAGlobalAlias(callee)) callee = LLVMAliasGetAliasee(callee);
    return callee;
}

// Anything but being called, or having the address of a label taken.
static bool is_taken(LLVMValueRef f)
{
    for (LLVMUseRef use = LLVMGetFirstUse(f); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        if (LLVMIsABlockAddress(user)) continue;
        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != f) return true;
        for (unsigned i = 0; i < LLVMGetNumArgOperands(user); i++)
            if (LLVMGetOperand(user, i) == f) return true;
    }
    return false;
}

static struct call call_read(struct reach *r, LLVMValueRef call)
{
    LLVMValueRef callee = callee_of(call);
    if (LLVMIsAInlineAsm(callee)) return (struct call){.callee = NEVER};
    if (!LLVMIsAFunction(callee))
        return (struct call){.callee = INDIRECT,
                             .kind = kind_find(r, LLVMGetCalledFunctionType(call))};
    const struct function *f = function_find(r, callee);
    return (struct call){.callee = f ? (int)(f - r->function) : NEVER};
}

static void functions_read(struct reach *r, LLVMModuleRef m)
{
    unsigned n = 0;
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) n++;
    r->function = lower_room(n, sizeof *r->function);
    for (LLVMValueRef f = LLVMGetFirstFunction(m); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f)) continue;
        r->function[r->functions++] = (struct function){
            .value = f,
            .kind = kind_find(r, LLVMGlobalGetValueType(f)),
            .taken = is_taken(f),
        };
    }
    qsort(r->function, r->functions, sizeof *r->function, by_value);
}

static void calls_read(struct reach *r, unsigned caller)
{
    LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(r->function[caller].value);
    for (; block; block = LLVMGetNextBasicBlock(block))
        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            if (!LLVMIsACallInst(i)) continue;
            struct call call = call_read(r, i);
            if (call.callee == NEVER) continue;
            if (r->calls == r->call_room) {
                r->call_room = r->call_room ? 2 * r->call_room : 1024;
                r->call = realloc(r->call, r->call_room * sizeof *r->call);
                if (!r->call) lower_fail("out of memory");
            }
            call.caller = caller;
            r->call[r->calls++] = call;
        }
}

static void reached(struct reach *r, struct function *f)
{
    f->reached = true;
    if (f->taken) r->kind_reached[f->kind] = true;
}

struct reach *reach_find(LLVMModuleRef m, LLVMValueRef from)
{
    struct reach *r = lower_room(1, sizeof *r);
    functions_read(r, m);
    for (unsigned i = 0; i < r->functions; i++) calls_read(r, i);
    r->kind_reached = lower_room(r->kinds, sizeof *r->kind_reached);
    reached(r, function_find(r, from));
    for (bool more = true; more;) {
        more = false;
        for (unsigned i = 0; i < r->calls; i++) {
            const struct call *c = &r->call[i];
            struct function *caller = &r->function[c->caller];
            if (caller->reached) continue;
            if (!(c->callee == INDIRECT ? r->kind_reached[c->kind]
                                        : r->function[c->callee].reached))
                continue;
            reached(r, caller);
            more = true;
        }
    }
    return r;
}

bool reach_has(const struct reach *r, LLVMValueRef f)
{
    const struct function *found = function_find(r, f);
    return found && found->reached;
}

bool reach_call(const struct reach *r, LLVMValueRef call)
{
    LLVMValueRef callee = callee_of(call);
    if (LLVMIsAInlineAsm(callee)) return false;
    if (LLVMIsAFunction(callee)) return reach_has(r, callee);
    // Every kind of the module's calls is known, so none is added.
    return r->kind_reached[kind_find((struct reach *)r, LLVMGetCalledFunctionType(call))];
}

// ---------------------------------------------------------------------------------------- attributes

static const char *const of_function[] = {"noreturn",  "memory",        "willreturn",   "allockind",
                                          "allocsize", "returns_twice", "speculatable", NULL};
static const char *const of_result[] = {
    "noundef", "nonnull", "dereferenceable", "dereferenceable_or_null",
    "align",   "range",   "noalias",         "nofpclass",
    NULL};
static const char *const of_parameter[] = {"returned", "initializes", NULL};

static void take(LLVMValueRef from, bool call, unsigned index, const char *const *names)
{
    for (; *names; names++) {
        const unsigned kind = LLVMGetEnumAttributeKindForName(*names, strlen(*names));
        if (!kind) continue;  // one that is a text, or that this LLVM does not have
        if (call)
            LLVMRemoveCallSiteEnumAttribute(from, index, kind);
        else
            LLVMRemoveEnumAttributeAtIndex(from, index, kind);
    }
}

static void mend(LLVMValueRef value, bool call, unsigned parameters)
{
    take(value, call, LLVMAttributeFunctionIndex, of_function);
    take(value, call, LLVMAttributeReturnIndex, of_result);
    for (unsigned i = 1; i <= parameters; i++) take(value, call, i, of_parameter);
}

void reach_mend(LLVMValueRef f) { mend(f, false, LLVMCountParams(f)); }

void reach_mend_call(LLVMValueRef call)
{
    static const char *const metadata[] = {"range", "nonnull",         "noundef",
                                           "align", "dereferenceable", "dereferenceable_or_null"};
    LLVMContextRef context = LLVMGetValueContext(call);
    mend(call, true, LLVMGetNumArgOperands(call));
    for (size_t i = 0; i < sizeof metadata / sizeof *metadata; i++) {
        const char *name = metadata[i];
        LLVMSetMetadata(call, LLVMGetMDKindIDInContext(context, name, (unsigned)strlen(name)),
                        NULL);
    }
}
