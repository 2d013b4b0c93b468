// LD_PRELOAD for tests on lavapipe: lifts the driver's limit on loops, and spares it variables.
//
// Its compiler counts the rounds of all loops of a subgroup in a variable named "looplimiter",
// which starts at 65,535; at zero every loop just ends, and a kernel that waits for the host goes
// wrong.  We stand in front of the two LLVM functions that make variable and start value, and let
// it start higher.  Set MESA_SHADER_CACHE_DISABLE=true with it: cached code has the old limit in
// it.
//
// Each access to memory takes it variables that are used for that access alone.  LLVM 15 looks through the whole
// kernel for each variable, so that time grows with the square of the accesses.  Here accesses share them.
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 65535
#define NO_LIMIT 0x7fffffff

typedef struct opaque *ref;  // LLVM's handles
typedef ref build_alloca_fn(ref builder, ref type, const char *name);
typedef ref const_int_fn(ref type, unsigned long long value, int sign_extend);

#define EXPORT __attribute__((visibility("default")))
typedef ref part_fn(ref whole);
typedef unsigned number_fn(ref type);
EXPORT build_alloca_fn LLVMBuildAlloca;
EXPORT const_int_fn LLVMConstInt;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static build_alloca_fn *build_alloca;
static const_int_fn *const_int;
static part_fn *insert_block, *block_parent, *element_type;
static number_fn *type_kind, *int_width;
static _Thread_local int limiter_made;  // and its start value not yet

// Those of the function that the limiter was made in.
#define KINDS 8
#define AT_ONCE 16  // of a kind, an access has at most
#define INTEGER 8   // LLVMIntegerTypeKind
#define VECTOR 13   // LLVMVectorTypeKind
static _Thread_local struct shared {
    ref type, made[AT_ONCE];
    unsigned taken;
} shared[KINDS];
static _Thread_local ref shared_in;

static int library_find(struct dl_phdr_info *info, size_t size, void *path)
{
    (void)size;
    if (!info->dlpi_name || !strstr(info->dlpi_name, "libLLVM")) return 0;
    *(const char **)path = info->dlpi_name;
    return 1;
}

// The driver has LLVM in a scope of its own, where RTLD_NEXT does not look.
static void real_find(void)
{
    const char *path = NULL;
    dl_iterate_phdr(library_find, &path);
    void *llvm = path ? dlopen(path, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (llvm) {
        *(void **)&build_alloca = dlsym(llvm, "LLVMBuildAlloca");
        *(void **)&const_int = dlsym(llvm, "LLVMConstInt");
        *(void **)&insert_block = dlsym(llvm, "LLVMGetInsertBlock");
        *(void **)&block_parent = dlsym(llvm, "LLVMGetBasicBlockParent");
        *(void **)&element_type = dlsym(llvm, "LLVMGetElementType");
        *(void **)&type_kind = dlsym(llvm, "LLVMGetTypeKind");
        *(void **)&int_width = dlsym(llvm, "LLVMGetIntTypeWidth");
    }
    if (build_alloca && const_int && insert_block && block_parent && element_type && type_kind &&
        int_width)
        return;
    fprintf(stderr, "lvp_nolimit: LLVM's functions are not where they were expected\n");
    abort();
}

// Counters of the rounds over a subgroup's lanes, and what was loaded.  Loops keep vectors of 32 bits in variables
// that have no name either.
static int is_of_an_access(ref type, const char *name)
{
    if (!strcmp(name, "loop_counter")) return 1;
    if (*name || type_kind(type) != VECTOR) return 0;
    ref element = element_type(type);
    return type_kind(element) == INTEGER && int_width(element) != 32;
}

static struct shared *shared_find(ref type)
{
    for (int i = 0; i < KINDS; i++) {
        if (!shared[i].type) shared[i].type = type;
        if (shared[i].type == type) return &shared[i];
    }
    return NULL;
}

ref LLVMBuildAlloca(ref builder, ref type, const char *name)
{
    pthread_once(&once, real_find);
    ref function = block_parent(insert_block(builder));
    if (!strcmp(name, "looplimiter")) {
        limiter_made = 1;
        shared_in = function;
        memset(shared, 0, sizeof shared);
    }
    struct shared *s =
        function == shared_in && is_of_an_access(type, name) ? shared_find(type) : NULL;
    if (!s) return build_alloca(builder, type, name);
    ref *made = &s->made[s->taken++ % AT_ONCE];
    if (!*made) *made = build_alloca(builder, type, name);
    return *made;
}

ref LLVMConstInt(ref type, unsigned long long value, int sign_extend)
{
    pthread_once(&once, real_find);
    if (limiter_made && value == LIMIT) {
        limiter_made = 0;
        value = NO_LIMIT;
    }
    return const_int(type, value, sign_extend);
}
