// The few functions of libcuda.so.1 that benches need, found at run time.
#include "bench/cuda.h"

#include <dlfcn.h>
#include <string.h>

// CU_LIMIT_PRINTF_FIFO_SIZE, CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES and _NUM_REGS,
// CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT
enum {
    LIMIT_PRINTF_FIFO_SIZE = 1,
    FUNC_LOCAL_SIZE = 3,
    FUNC_REGISTERS = 4,
    DEVICE_PROCESSORS = 16
};

static int (*synchronize)(void);

// Takes a function out of the library; false if it is not there.
static bool find(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found != NULL;
}

// Makes the device's context this thread's.  NULL, or why not.
static const char *context_open(const struct bench *b, void *library, int *device)
{
    int (*current)(void **), (*get)(int *, int), (*retain)(void **, int), (*set)(void *);
    if (!find(library, "cuCtxGetCurrent", &current) || !find(library, "cuDeviceGet", &get) ||
        !find(library, "cuDevicePrimaryCtxRetain", &retain) ||
        !find(library, "cuCtxSetCurrent", &set))
        return "libcuda.so.1 lacks a function";
    void *context = NULL;
    if (get(device, b->index) || current(&context) ||
        (!context && (retain(&context, *device) || set(context))))
        return "no CUDA context";
    return NULL;
}

const char *bench_cuda_printf_open(const struct bench *b, size_t *bytes)
{
    if (!bench_has_kernel(b, "bench_cuda_printf"))
        return "this backend's kernels have no printf of CUDA's";
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libcuda.so.1 is not there";
    int (*limit_set)(int, size_t), (*limit_get)(size_t *, int), device = 0;
    if (!find(library, "cuCtxSetLimit", &limit_set) ||
        !find(library, "cuCtxGetLimit", &limit_get) ||
        !find(library, "cuCtxSynchronize", &synchronize))
        return "libcuda.so.1 lacks a function";
    const char *why = context_open(b, library, &device);
    if (why) return why;
    limit_set(LIMIT_PRINTF_FIFO_SIZE, *bytes);
    return limit_get(bytes, LIMIT_PRINTF_FIFO_SIZE) ? "cuCtxGetLimit failed" : NULL;
}

int bench_cuda_printf_flush(void)
{
    const int err = synchronize();
    return fflush(stdout) || err ? -1 : 0;
}

// The backend keeps its module to itself, so the kernel is loaded once more, to be looked at.
bool bench_cuda_kernel_facts(const struct bench *b, const struct hc_image *image,
                             const char *kernel, uint32_t group_size,
                             struct bench_kernel_facts *facts)
{
    void *library = NULL, *module = NULL, *function = NULL;
    int (*load)(void **, const void *), (*unload)(void *),
        (*find_kernel)(void **, void *, const char *);
    int (*attribute)(int *, int, void *), (*blocks)(int *, void *, int, size_t);
    int (*device_attribute)(int *, int, int), device = 0, processors = 0, per_processor = 0;
    if (strcmp(b->dev->backend_name, "cuda") || !(library = dlopen("libcuda.so.1", RTLD_NOW)) ||
        !find(library, "cuModuleLoadData", &load) || !find(library, "cuModuleUnload", &unload) ||
        !find(library, "cuModuleGetFunction", &find_kernel) ||
        !find(library, "cuFuncGetAttribute", &attribute) ||
        !find(library, "cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks) ||
        !find(library, "cuDeviceGetAttribute", &device_attribute) ||
        context_open(b, library, &device))
        return false;
    for (size_t i = 0; i < image->part_count && !module; i++)
        if (!strcmp(image->parts[i].backend, "cuda") && load(&module, image->parts[i].data))
            module = NULL;
    if (!module) return false;
    const bool known = !find_kernel(&function, module, kernel) &&
                       !attribute(&facts->registers, FUNC_REGISTERS, function) &&
                       !attribute(&facts->local, FUNC_LOCAL_SIZE, function) &&
                       !blocks(&per_processor, function, (int)group_size, 0) &&
                       !device_attribute(&processors, DEVICE_PROCESSORS, device);
    facts->resident = per_processor * processors * (int)(group_size / b->dev->caps.wave_width);
    unload(module);
    return known;
}
