// LD_PRELOAD for tests on lavapipe: lifts the driver's limit on loops.
//
// Its compiler counts the rounds of all loops of a subgroup in a variable named "looplimiter",
// which starts at 65,535; at zero every loop just ends, and a kernel that waits for the host goes
// wrong.  We stand in front of the two LLVM functions that make variable and start value, and let
// it start higher.  Set MESA_SHADER_CACHE_DISABLE=true with it: cached code has the old limit in
// it.
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
EXPORT build_alloca_fn LLVMBuildAlloca;
EXPORT const_int_fn LLVMConstInt;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static build_alloca_fn *build_alloca;
static const_int_fn *const_int;
static _Thread_local int limiter_made;  // and its start value not yet

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
    }
    if (build_alloca && const_int) return;
    fprintf(stderr, "lvp_nolimit: LLVM's functions are not where they were expected\n");
    abort();
}

ref LLVMBuildAlloca(ref builder, ref type, const char *name)
{
    pthread_once(&once, real_find);
    if (name && !strcmp(name, "looplimiter")) limiter_made = 1;
    return build_alloca(builder, type, name);
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
