// The part of HIP's host interface this backend uses, declared by itself so that building it takes
// no ROCm.
//
// Numbers and prototypes are those of HIP 5.2 to 7; tests/hip_abi.c compares them with installed
// headers. hipDeviceProp_t changed its layout in 6.0, so nothing here depends on it.
#ifndef HC_HIP_API_H
#define HC_HIP_API_H

#include <stddef.h>

typedef struct hip_stream_opaque *hip_stream_handle;
typedef struct hip_module_opaque *hip_module_handle;
typedef struct hip_function_opaque *hip_function_handle;

enum {
    HIP_E_NONE = 0,
    HIP_E_INVALID_VALUE = 1,
    HIP_E_OUT_OF_MEMORY = 2,
    HIP_E_NO_DEVICE = 100,
    HIP_E_INVALID_DEVICE = 101,
    HIP_E_INVALID_IMAGE = 200,
    HIP_E_NO_BINARY = 209,
    HIP_E_NOT_FOUND = 500,
    HIP_E_NOT_READY = 600,
    HIP_E_ILLEGAL_ADDRESS = 700,  // this and those above it: the device's context is broken
    HIP_E_NOT_SUPPORTED = 801,    // but for these: from here on nothing is broken
};
enum {
    HIP_ATTRIBUTE_CAN_MAP_HOST = 3,
    HIP_ATTRIBUTE_GROUP_MAX = 56,
    HIP_ATTRIBUTE_PROCESSOR_LANES = 57,
    HIP_ATTRIBUTE_PROCESSORS = 63,
    HIP_ATTRIBUTE_WAVE_WIDTH = 87,
    HIP_ATTRIBUTE_FLUSH_REGISTER = 10005,  // writes a pointer, not an int
    HIP_ATTRIBUTE_LARGE_BAR = 10011,
    HIP_ATTRIBUTE_CLOCK_KHZ = 10017,  // since 5.5
};
enum {
    HIP_HOST_MAPPED = 0x2,
    HIP_HOST_COHERENT = 0x40000000,
    HIP_STREAM_NON_BLOCKING = 0x1,
    HIP_COPY_DEFAULT = 4,
    HIP_DEVICE_FINE_GRAINED = 0x1,
    HIP_DEVICE_UNCACHED = 0x3,  // since 5.5
    HIP_LIMIT_STACK_SIZE = 0,   // hipDeviceSetLimit, since 5.3
};

// Each: result, name, parameters.  hipError_t is an int here.
#define HIP_FUNCTIONS(F)                                                                                              \
    F(int, hipInit, (unsigned flags))                                                                                 \
    F(int, hipGetDeviceCount, (int *count))                                                                           \
    F(int, hipRuntimeGetVersion, (int *version))                                                                      \
    F(int, hipSetDevice, (int device))                                                                                \
    F(int, hipDeviceGetName, (char *name, int size, int device))                                                      \
    F(int, hipDeviceGetAttribute, (int *value, int attribute, int device))                                            \
    F(const char *, hipGetErrorString, (int error))                                                                   \
    F(int, hipHostMalloc, (void **at, size_t size, unsigned flags))                                                   \
    F(int, hipHostFree, (void *at))                                                                                   \
    F(int, hipHostGetDevicePointer, (void **addr, void *at, unsigned flags))                                          \
    F(int, hipMalloc, (void **addr, size_t size))                                                                     \
    F(int, hipFree, (void *addr))                                                                                     \
    F(int, hipMemsetAsync, (void *addr, int value, size_t size, hip_stream_handle stream))                            \
    F(int, hipMemcpyAsync,                                                                    \
      (void *to, const void *from, size_t size, int kind, hip_stream_handle stream))          \
    F(int, hipModuleLoadData, (hip_module_handle * module, const void *image))                                    \
    F(int, hipModuleUnload, (hip_module_handle module))                                                               \
    F(int, hipModuleGetFunction,                                                              \
      (hip_function_handle * function, hip_module_handle module, const char *name))           \
    F(int, hipModuleGetGlobal,                                                                \
      (void **addr, size_t *size, hip_module_handle module, const char *name))                \
    F(int, hipModuleLaunchKernel,                                                                                     \
      (hip_function_handle function, unsigned groups_x, unsigned groups_y, unsigned groups_z, \
       unsigned size_x, unsigned size_y, unsigned size_z, unsigned shared,                    \
       hip_stream_handle stream, void **params, void **extra))                                \
    F(int, hipStreamCreateWithFlags, (hip_stream_handle * stream, unsigned flags))                                \
    F(int, hipStreamDestroy, (hip_stream_handle stream))                                                              \
    F(int, hipStreamQuery, (hip_stream_handle stream))                                                                \
    F(int, hipStreamSynchronize, (hip_stream_handle stream))

// These may be missing.
#define HIP_FUNCTIONS_OPTIONAL(F)                                                                                     \
    F(int, hipDeviceSetLimit, (int which, size_t value))                                                              \
    F(int, hipExtMallocWithFlags, (void **addr, size_t size, unsigned flags))                                         \
    F(int, hipGetDevicePropertiesR0600, (void *properties, int device))                                               \
    F(int, hipGetDeviceProperties, (void *properties, int device))

#define HIP_MEMBER(result, name, params) result(*name) params;
struct hip_api {
    HIP_FUNCTIONS(HIP_MEMBER)
    HIP_FUNCTIONS_OPTIONAL(HIP_MEMBER)
};
#undef HIP_MEMBER

#endif
