// The data segment: addresses, initial values, relocations.
#include "compiler/spirv/data.h"

#include <stdlib.h>
#include <string.h>

struct data_symbol {
    char *name;
    const char *kernel;  // NULL: of all
    bool function;
    uint32_t at;  // offset or number
};

static const char *name_of(LLVMValueRef v) { return LLVMGetValueName2(v, &(size_t){0}); }

static struct data_symbol *symbol_find(const struct data *d, const char *name, const char *kernel,
                                       bool function)
{
    for (uint32_t i = 0; i < d->symbols; i++) {
        struct data_symbol *s = &d->symbol[i];
        if (s->function != function || strcmp(s->name, name)) continue;
        if (!s->kernel || (kernel && !strcmp(s->kernel, kernel))) return s;
    }
    return NULL;
}

static void symbol_add(struct data *d, const char *name, const char *kernel, bool function,
                       uint32_t at)
{
    d->symbol = realloc(d->symbol, (d->symbols + 1) * sizeof *d->symbol);
    if (!d->symbol) ir_refuse(NULL, "out of memory");
    d->symbol[d->symbols++] = (struct data_symbol){strdup(name), kernel, function, at};
}

// Used for anything but to be called.
static bool address_taken(LLVMValueRef f)
{
    for (LLVMUseRef u = LLVMGetFirstUse(f); u; u = LLVMGetNextUse(u)) {
        LLVMValueRef user = LLVMGetUser(u);
        if (!LLVMIsACallInst(user) || LLVMGetCalledValue(user) != f) return true;
        for (unsigned i = 0; i < LLVMGetNumArgOperands(user); i++)
            if (LLVMGetOperand(user, i) == f) return true;
    }
    return false;
}

void data_functions(struct data *d, struct ir *ir)
{
    uint32_t number = FUNCTION_FIRST - 1;
    for (LLVMValueRef f = LLVMGetFirstFunction(ir->module); f; f = LLVMGetNextFunction(f))
        if (!ir_named(f, "llvm.") && address_taken(f))
            symbol_add(d, name_of(f), NULL, true, ++number);
}

uint32_t data_function(const struct data *d, LLVMValueRef function)
{
    const struct data_symbol *s = symbol_find(d, name_of(function), NULL, true);
    return s ? s->at : 0;
}

bool data_address(struct ir *ir, LLVMValueRef v, LLVMValueRef *base, int64_t *offset)
{
    LLVMValueRef other;
    int64_t more;
    *base = NULL;
    *offset = 0;
    if (LLVMIsAGlobalAlias(v)) return data_address(ir, LLVMAliasGetAliasee(v), base, offset);
    if (LLVMIsAGlobalVariable(v) || LLVMIsAFunction(v)) {
        *base = v;
        return true;
    }
    if (LLVMIsAConstantInt(v)) {
        if (LLVMGetIntTypeWidth(LLVMTypeOf(v)) > 64) return false;
        *offset = LLVMConstIntGetSExtValue(v);
        return true;
    }
    if (LLVMIsAConstantPointerNull(v)) return true;
    if (!LLVMIsAConstantExpr(v)) return false;
    switch (LLVMGetConstOpcode(v)) {
    case LLVMBitCast:
    case LLVMAddrSpaceCast:
    case LLVMIntToPtr:
    case LLVMPtrToInt: return data_address(ir, LLVMGetOperand(v, 0), base, offset);
    case LLVMAdd:
    case LLVMSub: {
        const bool minus = LLVMGetConstOpcode(v) == LLVMSub;
        if (!data_address(ir, LLVMGetOperand(v, 0), base, offset)) return false;
        if (!data_address(ir, LLVMGetOperand(v, 1), &other, &more)) return false;
        if (minus && other && other == *base) {  // the distance of two places in one object
            *base = NULL;
            *offset -= more;
            return true;
        }
        if (other && (*base || minus)) return false;
        if (other) *base = other;
        *offset += minus ? -more : more;
        return true;
    }
    case LLVMGetElementPtr: {
        if (!data_address(ir, LLVMGetOperand(v, 0), base, offset)) return false;
        LLVMTypeRef t = LLVMGetGEPSourceElementType(v);
        for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(v); i++) {
            LLVMValueRef index = LLVMGetOperand(v, i);
            if (!LLVMIsAConstantInt(index)) return false;
            const int64_t n = LLVMConstIntGetSExtValue(index);
            if (i > 1 && LLVMGetTypeKind(t) == LLVMStructTypeKind) {
                *offset += (int64_t)LLVMOffsetOfElement(ir->layout, t, (unsigned)n);
                t = LLVMStructGetTypeAtIndex(t, (unsigned)n);
                continue;
            }
            if (i > 1) t = LLVMGetElementType(t);
            *offset += n * (int64_t)LLVMABISizeOfType(ir->layout, t);
        }
        return true;
    }
    default: return false;
    }
}

static void reloc_add(struct data *d, uint32_t at)
{
    d->reloc = realloc(d->reloc, (d->relocs + 1) * sizeof *d->reloc);
    if (!d->reloc) ir_refuse(NULL, "out of memory");
    d->reloc[d->relocs++] = at;
}

struct filling {
    struct data *d;
    struct ir *ir;
    const char *kernel;
    LLVMValueRef global;
};

static void put_bytes(const struct filling *f, uint32_t at, uint64_t value, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++)
        f->d->bytes[at + i] = (unsigned char)(i < 8 ? value >> 8 * i : 0);
}

static void put_address(const struct filling *f, uint32_t at, LLVMValueRef c, uint64_t size)
{
    LLVMValueRef base;
    int64_t offset;
    if (!data_address(f->ir, c, &base, &offset))
        ir_refuse(f->global, "the initial value of %s is no constant that can be laid out",
                  name_of(f->global));
    if (base && LLVMIsAFunction(base)) {
        offset = data_function(f->d, base);
    } else if (base) {
        if (size != 8 || LLVMGetPointerAddressSpace(LLVMTypeOf(base)) != IR_MEMORY)
            ir_refuse(f->global,
                      "the initial value of %s holds an address in part, or of memory "
                      "without addresses",
                      name_of(f->global));
        if (!LLVMGetInitializer(base))
            ir_refuse(f->global, "%s, which %s points to, is not defined", name_of(base),
                      name_of(f->global));
        offset += data_offset(f->d, base, f->kernel);
        reloc_add(f->d, at);
    }
    put_bytes(f, at, (uint64_t)offset, size);
}

static void put_integer(const struct filling *f, uint32_t at, LLVMValueRef c, uint64_t size)
{
    if (LLVMGetIntTypeWidth(LLVMTypeOf(c)) <= 64) {
        put_bytes(f, at, LLVMConstIntGetZExtValue(c), size);
        return;
    }
    // The C interface gives words of wide constants only as text.
    char *text = LLVMPrintValueToString(c);
    const char *digits = strrchr(text, ' ') + 1;
    unsigned char *to = f->d->bytes + at;
    const bool minus = *digits == '-';
    memset(to, 0, size);
    for (digits += minus; *digits >= '0' && *digits <= '9'; digits++) {
        unsigned carry = (unsigned)(*digits - '0');
        for (uint64_t i = 0; i < size; i++, carry >>= 8) {
            carry += to[i] * 10u;
            to[i] = (unsigned char)carry;
        }
    }
    for (uint64_t i = 0, carry = 1; minus && i < size; i++, carry >>= 8) {
        carry += (unsigned char)~to[i];
        to[i] = (unsigned char)carry;
    }
    LLVMDisposeMessage(text);
}

static void put(const struct filling *f, uint32_t at, LLVMValueRef c)
{
    LLVMTypeRef t = LLVMTypeOf(c);
    const uint64_t size = LLVMStoreSizeOfType(f->ir->layout, t);
    if (LLVMIsUndef(c) || LLVMIsPoison(c) || LLVMIsNull(c)) return;
    switch (LLVMGetTypeKind(t)) {
    case LLVMIntegerTypeKind:
        if (LLVMIsAConstantInt(c))
            put_integer(f, at, c, size);
        else
            put_address(f, at, c, size);
        break;
    case LLVMPointerTypeKind: put_address(f, at, c, size); break;
    case LLVMHalfTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind: {
        LLVMValueRef bits =
            LLVMConstBitCast(c, LLVMIntTypeInContext(f->ir->context, (unsigned)(8 * size)));
        put_bytes(f, at, LLVMConstIntGetZExtValue(bits), size);
        break;
    }
    case LLVMArrayTypeKind:
    case LLVMVectorTypeKind: {
        const bool vector = LLVMGetTypeKind(t) == LLVMVectorTypeKind;
        const uint64_t n = vector ? LLVMGetVectorSize(t) : LLVMGetArrayLength2(t);
        const uint64_t each = LLVMABISizeOfType(f->ir->layout, LLVMGetElementType(t));
        for (unsigned i = 0; i < n; i++)
            put(f, at + (uint32_t)(i * each), LLVMGetAggregateElement(c, i));
        break;
    }
    case LLVMStructTypeKind:
        for (unsigned i = 0; i < LLVMCountStructElementTypes(t); i++)
            put(f, at + (uint32_t)LLVMOffsetOfElement(f->ir->layout, t, i),
                LLVMGetAggregateElement(c, i));
        break;
    default:
        ir_refuse(f->global, "the initial value of %s has a type SPIR-V lacks", name_of(f->global));
    }
}

static bool in_memory(LLVMValueRef global)
{
    return LLVMGetPointerAddressSpace(LLVMTypeOf(global)) == IR_MEMORY &&
           LLVMGetInitializer(global) && !ir_named(global, "llvm.");
}

void data_layout(struct data *d, struct ir *ir, LLVMModuleRef base, const char *kernel)
{
    const uint32_t known = d->symbols;
    for (LLVMValueRef g = LLVMGetFirstGlobal(ir->module); g; g = LLVMGetNextGlobal(g)) {
        if (!in_memory(g)) continue;
        const char *of = LLVMGetNamedGlobal(base, name_of(g)) ? NULL : kernel;
        if (symbol_find(d, name_of(g), of, false)) continue;
        uint32_t align = LLVMGetAlignment(g);
        if (!align) align = LLVMABIAlignmentOfType(ir->layout, LLVMGlobalGetValueType(g));
        d->size = (d->size + align - 1) & ~(align - 1);
        symbol_add(d, name_of(g), of, false, d->size);
        const uint64_t bytes = LLVMABISizeOfType(ir->layout, LLVMGlobalGetValueType(g));
        if (d->size + bytes > 0x7fffffff)
            ir_refuse(g, "global variables of over 2 GiB (%s)", name_of(g));
        d->size += (uint32_t)(bytes ? bytes : 1);
    }
    d->size = (d->size + 15) & ~15u;  // lanes may have one each
    if (d->size + 16 > d->room) {
        d->bytes = realloc(d->bytes, d->size + 16);
        if (!d->bytes) ir_refuse(NULL, "out of memory");
        memset(d->bytes + d->room, 0, d->size + 16 - d->room);
        d->room = d->size + 16;
    }
    for (LLVMValueRef g = LLVMGetFirstGlobal(ir->module); g; g = LLVMGetNextGlobal(g)) {
        if (!in_memory(g)) continue;
        const struct data_symbol *s = symbol_find(d, name_of(g), kernel, false);
        if (s - d->symbol < known) continue;
        const struct filling f = {d, ir, kernel, g};
        put(&f, s->at, LLVMGetInitializer(g));
    }
}

uint32_t data_offset(const struct data *d, LLVMValueRef global, const char *kernel)
{
    const struct data_symbol *s = symbol_find(d, name_of(global), kernel, false);
    if (!s) ir_refuse(global, "%s is not defined", name_of(global));
    return s->at;
}
