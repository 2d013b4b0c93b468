// The few functions of libcuda.so.1 that CUDA's printf needs, found at run time.
#include "bench/cuda_printf.h"

#include <dlfcn.h>
#include <string.h>

enum { LIMIT_PRINTF_FIFO_SIZE = 1 };  // CU_LIMIT_PRINTF_FIFO_SIZE

static int (*synchronize)(void);

// Takes a function out of the library; false if it is not there.
static bool find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

const char *bench_cuda_printf_open(const struct bench *b, size_t *bytes)
{
    if (!bench_has_kernel(b, "bench_cuda_printf"))
        return "this backend's kernels have no printf of CUDA's";
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libcuda.so.1 is not there";
    int (*current)(void **), (*get)(int *, int), (*retain)(void **, int), (*set)(void *);
    int (*limit_set)(int, size_t), (*limit_get)(size_t *, int);
    if (!find(library, "cuCtxGetCurrent", &current) || !find(library, "cuDeviceGet", &get) ||
        !find(library, "cuDevicePrimaryCtxRetain", &retain) ||
        !find(library, "cuCtxSetCurrent", &set) || !find(library, "cuCtxSetLimit", &limit_set) ||
        !find(library, "cuCtxGetLimit", &limit_get) ||
        !find(library, "cuCtxSynchronize", &synchronize))
        return "libcuda.so.1 lacks a function";
    void *context = NULL;
    int device = 0;
    if (current(&context) ||
        (!context && (get(&device, b->index) || retain(&context, device) || set(context))))
        return "no CUDA context";
    limit_set(LIMIT_PRINTF_FIFO_SIZE, *bytes);
    return limit_get(bytes, LIMIT_PRINTF_FIFO_SIZE) ? "cuCtxGetLimit failed" : NULL;
}

int bench_cuda_printf_flush(void)
{
    const int err = synchronize();
    return fflush(stdout) || err ? -1 : 0;
}
