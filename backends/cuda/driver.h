// The part of the CUDA driver API that the shim uses, opened at run time: no toolkit needed to
// build it.
#ifndef HC_CUDA_DRIVER_H
#define HC_CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUextMemory_st *CUexternalMemory;
typedef struct {
    unsigned char bytes[16];
} CUuuid;

enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_NOT_READY = 600,
    CU_MEMHOSTALLOC_PORTABLE = 1,
    CU_MEMHOSTALLOC_DEVICEMAP = 2,
    CU_STREAM_NON_BLOCKING = 1,
    CU_EXTERNAL_MEMORY_OPAQUE_FD = 1,
    CU_LIMIT_STACK_SIZE = 0,
    CU_ATTRIBUTE_WARP_SIZE = 10,
    CU_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 1,
    CU_ATTRIBUTE_MULTIPROCESSORS = 16,
    CU_ATTRIBUTE_THREADS_PER_MULTIPROCESSOR = 39,
    CU_ATTRIBUTE_MAJOR = 75,
    CU_ATTRIBUTE_MINOR = 76,
};
#define CU_LAUNCH_PARAM_END ((void *)0)
#define CU_LAUNCH_PARAM_BUFFER_POINTER ((void *)1)
#define CU_LAUNCH_PARAM_BUFFER_SIZE ((void *)2)

struct cu_external_memory {  // CUDA_EXTERNAL_MEMORY_HANDLE_DESC
    int type;
    union {
        int fd;
        struct {
            void *handle;
            const void *name;
        } win32;
    } handle;
    unsigned long long size;
    unsigned flags;
    unsigned reserved[16];
};
struct cu_external_buffer {  // CUDA_EXTERNAL_MEMORY_BUFFER_DESC
    unsigned long long offset, size;
    unsigned flags;
    unsigned reserved[16];
};

// X(name here, symbol in the library, parameters)
#define CU_FUNCTIONS(X) \
    X(init, "cuInit", (unsigned)) \
    X(get_error_string, "cuGetErrorString", (CUresult, const char **)) \
    X(driver_version, "cuDriverGetVersion", (int *)) \
    X(device_count, "cuDeviceGetCount", (int *)) \
    X(device_get, "cuDeviceGet", (CUdevice *, int)) \
    X(device_name, "cuDeviceGetName", (char *, int, CUdevice)) \
    X(device_uuid, "cuDeviceGetUuid", (CUuuid *, CUdevice)) \
    X(device_attribute, "cuDeviceGetAttribute", (int *, int, CUdevice)) \
    X(context_retain, "cuDevicePrimaryCtxRetain", (CUcontext *, CUdevice)) \
    X(context_release, "cuDevicePrimaryCtxRelease_v2", (CUdevice)) \
    X(context_set, "cuCtxSetCurrent", (CUcontext)) \
    X(limit_set, "cuCtxSetLimit", (int, size_t)) \
    X(host_alloc, "cuMemHostAlloc", (void **, size_t, unsigned)) \
    X(host_free, "cuMemFreeHost", (void *)) \
    X(host_address, "cuMemHostGetDevicePointer_v2", (CUdeviceptr *, void *, unsigned)) \
    X(mem_alloc, "cuMemAlloc_v2", (CUdeviceptr *, size_t)) \
    X(mem_free, "cuMemFree_v2", (CUdeviceptr)) \
    X(mem_set, "cuMemsetD8_v2", (CUdeviceptr, unsigned char, size_t)) \
    X(mem_move, "cuMemcpyDtoD_v2", (CUdeviceptr, CUdeviceptr, size_t)) \
    X(mem_in, "cuMemcpyHtoD_v2", (CUdeviceptr, const void *, size_t)) \
    X(mem_copy, "cuMemcpyAsync", (CUdeviceptr, CUdeviceptr, size_t, CUstream)) \
    X(import_memory, "cuImportExternalMemory",                                                     \
      (CUexternalMemory *, const struct cu_external_memory *))                                     \
    X(import_buffer, "cuExternalMemoryGetMappedBuffer",                                                 \
      (CUdeviceptr *, CUexternalMemory, const struct cu_external_buffer *))                             \
    X(import_free, "cuDestroyExternalMemory", (CUexternalMemory)) \
    X(module_load, "cuModuleLoadData", (CUmodule *, const void *)) \
    X(module_unload, "cuModuleUnload", (CUmodule)) \
    X(module_function, "cuModuleGetFunction", (CUfunction *, CUmodule, const char *)) \
    X(module_global, "cuModuleGetGlobal_v2", (CUdeviceptr *, size_t *, CUmodule, const char *)) \
    X(stream_create, "cuStreamCreate", (CUstream *, unsigned)) \
    X(stream_destroy, "cuStreamDestroy_v2", (CUstream)) \
    X(stream_query, "cuStreamQuery", (CUstream)) \
    X(stream_synchronize, "cuStreamSynchronize", (CUstream)) \
    X(launch, "cuLaunchKernel",                                                                         \
      (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, \
       void **, void **))

struct cu_driver {
#define X(name, symbol, params) CUresult(*name) params;
    CU_FUNCTIONS(X)
#undef X
    // Since CUDA 12.4, optional: loads a function now instead of at its first launch, which could
    // have to wait for a kernel that is running.
    CUresult (*function_load)(CUfunction);
};

// Device memory the host can write, if this machine has a way: Vulkan allocates and maps it, CUDA
// imports it.
struct cu_mapper;
struct cu_mapped {
    struct cu_mapper *mapper;
    void *memory;             // VkDeviceMemory
    void *host;
    CUexternalMemory external;
    CUdeviceptr addr;
};
// NULL, with why: no Vulkan driver, no such memory type, ...
struct cu_mapper *cuda_mapper_create(const struct cu_driver *cu, CUuuid uuid, char *why,
                                     size_t why_size);
void cuda_mapper_destroy(struct cu_mapper *mapper);
// 0 or -1 with why.  The CUDA context is current.
int cuda_mapped_create(struct cu_mapper *mapper, size_t size, struct cu_mapped *out, char *why,
                       size_t why_size);
void cuda_mapped_destroy(struct cu_mapped *mapped);

#endif
