// HIP on NVIDIA devices, as a library: HIP's headers have wrappers over CUDA, but only inline ones.
//
// Exports the functions hip_api.h names, so that the hip backend runs on an NVIDIA device as it is.
// That proves its host half and the protocol; of AMD's code generation and memory it says nothing.

// The wrappers step aside ...
#define hipInit wrapped_hipInit
#define hipGetDeviceCount wrapped_hipGetDeviceCount
#define hipRuntimeGetVersion wrapped_hipRuntimeGetVersion
#define hipSetDevice wrapped_hipSetDevice
#define hipDeviceGetName wrapped_hipDeviceGetName
#define hipDeviceGetAttribute wrapped_hipDeviceGetAttribute
#define hipDeviceSetLimit wrapped_hipDeviceSetLimit
#define hipGetErrorString wrapped_hipGetErrorString
#define hipHostMalloc wrapped_hipHostMalloc
#define hipHostFree wrapped_hipHostFree
#define hipHostGetDevicePointer wrapped_hipHostGetDevicePointer
#define hipMalloc wrapped_hipMalloc
#define hipFree wrapped_hipFree
#define hipMemsetAsync wrapped_hipMemsetAsync
#define hipMemcpyAsync wrapped_hipMemcpyAsync
#define hipModuleLoadData wrapped_hipModuleLoadData
#define hipModuleUnload wrapped_hipModuleUnload
#define hipModuleGetFunction wrapped_hipModuleGetFunction
#define hipModuleGetGlobal wrapped_hipModuleGetGlobal
#define hipModuleLaunchKernel wrapped_hipModuleLaunchKernel
#define hipStreamCreateWithFlags wrapped_hipStreamCreateWithFlags
#define hipStreamDestroy wrapped_hipStreamDestroy
#define hipStreamQuery wrapped_hipStreamQuery
#define hipStreamSynchronize wrapped_hipStreamSynchronize
#include <hip/hip_runtime_api.h>
// ... for the exports of the same name.
#undef hipInit
#undef hipGetDeviceCount
#undef hipRuntimeGetVersion
#undef hipSetDevice
#undef hipDeviceGetName
#undef hipDeviceGetAttribute
#undef hipDeviceSetLimit
#undef hipGetErrorString
#undef hipHostMalloc
#undef hipHostFree
#undef hipHostGetDevicePointer
#undef hipMalloc
#undef hipFree
#undef hipMemsetAsync
#undef hipMemcpyAsync
#undef hipModuleLoadData
#undef hipModuleUnload
#undef hipModuleGetFunction
#undef hipModuleGetGlobal
#undef hipModuleLaunchKernel
#undef hipStreamCreateWithFlags
#undef hipStreamDestroy
#undef hipStreamQuery
#undef hipStreamSynchronize

#include <stdint.h>

#include "backends/hip/hip_api.h"

#define EXPORTED(result, name, params) __attribute__((visibility("default"))) result name params;
HIP_FUNCTIONS(EXPORTED)
EXPORTED(int, hipDeviceSetLimit, (int which, size_t value))

int hipInit(unsigned flags) { return (int)wrapped_hipInit(flags); }
int hipGetDeviceCount(int *count) { return (int)wrapped_hipGetDeviceCount(count); }
int hipRuntimeGetVersion(int *version) { return (int)wrapped_hipRuntimeGetVersion(version); }
int hipSetDevice(int device) { return (int)wrapped_hipSetDevice(device); }
int hipDeviceGetName(char *name, int size, int device)
{
    return (int)wrapped_hipDeviceGetName(name, size, device);
}
const char *hipGetErrorString(int error) { return wrapped_hipGetErrorString((hipError_t)error); }

// Kernels read %globaltimer, in nanoseconds; HIP's wrapper knows no such attribute.
int hipDeviceGetAttribute(int *value, int which, int device)
{
    if (which == HIP_ATTRIBUTE_CLOCK_KHZ) {
        *value = 1000000;
        return HIP_E_NONE;
    }
    return (int)wrapped_hipDeviceGetAttribute(value, (hipDeviceAttribute_t)which, device);
}

// Past HIP's wrapper, which in HIP 5 knows no limit of the stack.
int hipDeviceSetLimit(int which, size_t value)
{
    return (int)hipCUDAErrorTohipError(cudaDeviceSetLimit((enum cudaLimit)which, value));
}

// All of CUDA's mapped host memory is coherent, and it has no flag to say so.
int hipHostMalloc(void **at, size_t size, unsigned flags)
{
    return (int)wrapped_hipHostMalloc(at, size, flags & ~(unsigned)HIP_HOST_COHERENT);
}
int hipHostFree(void *at) { return (int)wrapped_hipHostFree(at); }
int hipHostGetDevicePointer(void **addr, void *at, unsigned flags)
{
    return (int)wrapped_hipHostGetDevicePointer(addr, at, flags);
}
int hipMalloc(void **addr, size_t size) { return (int)wrapped_hipMalloc(addr, size); }
int hipFree(void *addr) { return (int)wrapped_hipFree(addr); }
int hipMemsetAsync(void *addr, int value, size_t size, hip_stream_handle stream)
{
    return (int)wrapped_hipMemsetAsync(addr, value, size, (hipStream_t)stream);
}
int hipMemcpyAsync(void *to, const void *from, size_t size, int kind, hip_stream_handle stream)
{
    return (int)wrapped_hipMemcpyAsync(to, from, size, (hipMemcpyKind)kind, (hipStream_t)stream);
}

int hipModuleLoadData(hip_module_handle *module, const void *image)
{
    return (int)wrapped_hipModuleLoadData((hipModule_t *)module, image);
}
int hipModuleUnload(hip_module_handle module)
{
    return (int)wrapped_hipModuleUnload((hipModule_t)module);
}
int hipModuleGetFunction(hip_function_handle *function, hip_module_handle module, const char *name)
{
    return (int)wrapped_hipModuleGetFunction((hipFunction_t *)function, (hipModule_t)module, name);
}
int hipModuleGetGlobal(void **addr, size_t *size, hip_module_handle module, const char *name)
{
    hipDeviceptr_t at = 0;
    const int e = (int)wrapped_hipModuleGetGlobal(&at, size, (hipModule_t)module, name);
    if (!e) *addr = (void *)(uintptr_t)at;
    return e;
}
int hipModuleLaunchKernel(hip_function_handle function, unsigned groups_x, unsigned groups_y,
                          unsigned groups_z, unsigned size_x, unsigned size_y, unsigned size_z,
                          unsigned shared, hip_stream_handle stream, void **params, void **extra)
{
    return (int)wrapped_hipModuleLaunchKernel((hipFunction_t)function, groups_x, groups_y, groups_z,
                                              size_x, size_y, size_z, shared, (hipStream_t)stream,
                                              params, extra);
}

int hipStreamCreateWithFlags(hip_stream_handle *stream, unsigned flags)
{
    return (int)wrapped_hipStreamCreateWithFlags((hipStream_t *)stream, flags);
}
int hipStreamDestroy(hip_stream_handle stream)
{
    return (int)wrapped_hipStreamDestroy((hipStream_t)stream);
}
int hipStreamQuery(hip_stream_handle stream)
{
    return (int)wrapped_hipStreamQuery((hipStream_t)stream);
}
int hipStreamSynchronize(hip_stream_handle stream)
{
    return (int)wrapped_hipStreamSynchronize((hipStream_t)stream);
}
