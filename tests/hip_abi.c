// Compares the numbers and prototypes of backends/hip/hip_api.h with an installed HIP's headers.
// hipError_t and the handles are declared in other words there: only sizes can agree.
#include <hip/hip_runtime_api.h>

#include "backends/hip/hip_api.h"

#define SAME(ours, theirs) \
    _Static_assert((unsigned)(ours) == (unsigned)(theirs), #ours " is not HIP's " #theirs)
SAME(HIP_E_NONE, hipSuccess);
SAME(HIP_E_INVALID_VALUE, hipErrorInvalidValue);
SAME(HIP_E_OUT_OF_MEMORY, hipErrorOutOfMemory);
SAME(HIP_E_NO_DEVICE, hipErrorNoDevice);
SAME(HIP_E_INVALID_DEVICE, hipErrorInvalidDevice);
SAME(HIP_E_INVALID_IMAGE, hipErrorInvalidImage);
SAME(HIP_E_NO_BINARY, hipErrorNoBinaryForGpu);
SAME(HIP_E_NOT_FOUND, hipErrorNotFound);
SAME(HIP_E_NOT_READY, hipErrorNotReady);
SAME(HIP_E_ILLEGAL_ADDRESS, hipErrorIllegalAddress);
SAME(HIP_E_NOT_SUPPORTED, hipErrorNotSupported);
SAME(HIP_ATTRIBUTE_CAN_MAP_HOST, hipDeviceAttributeCanMapHostMemory);
SAME(HIP_ATTRIBUTE_GROUP_MAX, hipDeviceAttributeMaxThreadsPerBlock);
SAME(HIP_ATTRIBUTE_PROCESSOR_LANES, hipDeviceAttributeMaxThreadsPerMultiProcessor);
SAME(HIP_ATTRIBUTE_PROCESSORS, hipDeviceAttributeMultiprocessorCount);
SAME(HIP_ATTRIBUTE_WAVE_WIDTH, hipDeviceAttributeWarpSize);
SAME(HIP_ATTRIBUTE_FLUSH_REGISTER, hipDeviceAttributeHdpMemFlushCntl);
SAME(HIP_ATTRIBUTE_LARGE_BAR, hipDeviceAttributeIsLargeBar);
#if HIP_VERSION >= 50500000
SAME(HIP_ATTRIBUTE_CLOCK_KHZ, hipDeviceAttributeWallClockRate);
SAME(HIP_DEVICE_UNCACHED, hipDeviceMallocUncached);
#endif
SAME(HIP_HOST_MAPPED, hipHostMallocMapped);
SAME(HIP_HOST_COHERENT, hipHostMallocCoherent);
SAME(HIP_STREAM_NON_BLOCKING, hipStreamNonBlocking);
SAME(HIP_COPY_DEFAULT, hipMemcpyDefault);
SAME(HIP_DEVICE_FINE_GRAINED, hipDeviceMallocFinegrained);

_Static_assert(sizeof(hipError_t) == sizeof(int) && sizeof(hipDevice_t) == sizeof(int),
               "errors and devices are ints");
_Static_assert(sizeof(hipStream_t) == sizeof(hip_stream_handle) &&
                   sizeof(hipModule_t) == sizeof(hip_module_handle) &&
                   sizeof(hipFunction_t) == sizeof(hip_function_handle) &&
                   sizeof(hipDeviceptr_t) == sizeof(void *),
               "handles are pointers");
_Static_assert(sizeof(hipDeviceProp_t) < 16384,
               "arch_find() in backends/hip/backend.c leaves too little room");

// Theirs must take parameters of the types ours are declared with.
#define CALLED(function, type, ...) \
    static inline type check_##function(void) { return function(__VA_ARGS__); }
extern void *const pointer;
extern void **const pointers;
extern int *const ints;
extern size_t *const sizes;
extern const char *const text;
extern hipStream_t const stream;
extern hipModule_t const module;
CALLED(hipInit, hipError_t, 0u)
CALLED(hipGetDeviceCount, hipError_t, ints)
CALLED(hipRuntimeGetVersion, hipError_t, ints)
CALLED(hipSetDevice, hipError_t, 0)
CALLED(hipDeviceGetAttribute, hipError_t, ints, hipDeviceAttributeWarpSize, 0)
CALLED(hipGetErrorString, const char *, hipSuccess)
CALLED(hipHostMalloc, hipError_t, pointers, sizeof(int), 0u)
CALLED(hipHostFree, hipError_t, pointer)
CALLED(hipHostGetDevicePointer, hipError_t, pointers, pointer, 0u)
CALLED(hipMalloc, hipError_t, pointers, sizeof(int))
CALLED(hipFree, hipError_t, pointer)
CALLED(hipMemsetAsync, hipError_t, pointer, 0, sizeof(int), stream)
CALLED(hipMemcpyAsync, hipError_t, pointer, pointer, sizeof(int), hipMemcpyDefault, stream)
CALLED(hipModuleUnload, hipError_t, module)
CALLED(hipModuleGetGlobal, hipError_t, pointers, sizes, module, text)
CALLED(hipStreamDestroy, hipError_t, stream)
CALLED(hipStreamQuery, hipError_t, stream)
CALLED(hipStreamSynchronize, hipError_t, stream)
CALLED(hipExtMallocWithFlags, hipError_t, pointers, sizeof(int), 0u)
