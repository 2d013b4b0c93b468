// Forced in front of HIP's NVIDIA headers (HIP 5 and 6), so that they compile with CUDA 13, which
// took away or changed some of what they wrap.  None of the wrappers concerned is used here; those
// that can't work report "not supported" instead of not compiling.
#ifndef HC_HIP_NVIDIA_CUDA13_H
#define HC_HIP_NVIDIA_CUDA13_H
#pragma GCC system_header  // an unnamed struct member with a tag, below, is an extension

#include <string.h>

#include <cuda.h>
#include <cuda_runtime_api.h>

#if CUDART_VERSION >= 13000

// Device properties: the members that went, filled from where their values are found now.
struct hc_cuda_properties {
    struct cudaDeviceProp;
    int clockRate, memoryClockRate, computeMode, kernelExecTimeoutEnabled,
        cooperativeMultiDeviceLaunch;
};
static inline cudaError_t hc_cuda_properties_get(struct hc_cuda_properties *properties, int device)
{
    const struct {
        int *value;
        enum cudaDeviceAttr attribute;
    } moved[] = {
        {&properties->clockRate, cudaDevAttrClockRate},
        {&properties->memoryClockRate, cudaDevAttrMemoryClockRate},
        {&properties->computeMode, cudaDevAttrComputeMode},
        {&properties->kernelExecTimeoutEnabled, cudaDevAttrKernelExecTimeout},
    };
    memset(properties, 0, sizeof *properties);
    cudaError_t err = cudaGetDeviceProperties((struct cudaDeviceProp *)properties, device);
    for (unsigned i = 0; !err && i < sizeof moved / sizeof *moved; i++)
        err = cudaDeviceGetAttribute(moved[i].value, moved[i].attribute, device);
    return err;
}
#define cudaDeviceProp hc_cuda_properties
#undef cudaGetDeviceProperties
#define cudaGetDeviceProperties hc_cuda_properties_get

// Gone.
#define cudaDevAttrCooperativeMultiDeviceLaunch ((enum cudaDeviceAttr)96)
#define cudaChooseDevice(...) cudaErrorNotSupported
#define cudaBindTexture(...) cudaErrorNotSupported
#define cudaBindTexture2D(...) cudaErrorNotSupported
#define cudaBindTextureToArray(...) cudaErrorNotSupported
#define cudaUnbindTexture(...) cudaErrorNotSupported
#define cudaGetTextureAlignmentOffset(...) cudaErrorNotSupported
#define cudaLaunchCooperativeKernelMultiDevice(...) cudaErrorNotSupported

// Have other parameters now.
#define cudaMemAdvise(...) cudaErrorNotSupported
#define cudaMemPrefetchAsync(...) cudaErrorNotSupported
#undef cudaStreamGetCaptureInfo_v2
#define cudaStreamGetCaptureInfo_v2(...) cudaErrorNotSupported
#undef cuStreamGetCaptureInfo_v2
#define cuStreamGetCaptureInfo_v2(...) CUDA_ERROR_NOT_SUPPORTED
#undef cudaStreamUpdateCaptureDependencies
#define cudaStreamUpdateCaptureDependencies(...) cudaErrorNotSupported
#undef cuCtxCreate
#define cuCtxCreate(...) CUDA_ERROR_NOT_SUPPORTED
#define cudaGraphAddDependencies(...) cudaErrorNotSupported
#define cudaGraphRemoveDependencies(...) cudaErrorNotSupported
#define cudaGraphGetEdges(...) cudaErrorNotSupported
#define cudaGraphNodeGetDependencies(...) cudaErrorNotSupported
#define cudaGraphNodeGetDependentNodes(...) cudaErrorNotSupported

#endif
#endif
