// The contract between core/ and one backend shim.
//
// core/backend.c checks arguments, so a shim may assume them valid.  Setup, launch and polling come
// through here; requests never do: client and server meet in mapped memory.  int results are 0 or a
// negative HC_ERR_*; the function that first knows the cause says so once with hc_error(), which
// logs nothing but keeps the text for hc_last_error().  Calls on one device come from one thread at
// a time, except mem_copy, stream_poll and clock_pair on different streams, which may come from
// several.
#ifndef HC_BACKEND_H
#define HC_BACKEND_H

#include "hostcall/hostcall.h"

// What core/ reads of a shim's objects: a shim embeds these first, as it does struct hc_dev_t and
// hc_mem_t.
struct hc_module_t {
    hc_dev dev;
    const struct hc_image *image;
};
struct hc_kernel_t {
    hc_module module;
};
struct hc_stream_t {
    hc_dev dev;
};

#define HC_OP(name) __typeof__(hc_##name) *name  // same prototype as the public hc_<name>, always

struct hc_backend {
    const char *name;  // "cuda": also what HOSTCALL_BACKEND and hc_image_part.backend say
    const char *cure;  // what to install or do when open() finds no device, one clause
    int (*open)(const struct hc_dev_params *params, hc_dev *out);
    void (*close)(hc_dev dev);
    HC_OP(mem_create);   // memory comes zeroed
    HC_OP(mem_destroy);  // (&mem), leaves NULL
    // Enqueues a copy.  Optional: NULL if the device can't copy beside a running kernel and memory
    // kinds without a host address do not exist there.
    HC_OP(mem_copy);
    HC_OP(module_create);  // tries each part of the image that names this backend until one loads
    HC_OP(module_destroy);
    HC_OP(module_kernel);
    // Sets the address every kernel of the module finds its struct hc_context at; 0: none, calls
    // answer -HC_ESHUTDOWN.  Never called while one of them runs.  launch: what kernels shall find in its
    // place of that name; a target whose waves keep no slots ignores it.
    int (*module_bind)(hc_module module, uint64_t context, uint64_t launch);
    HC_OP(stream_create);
    HC_OP(stream_destroy);
    HC_OP(stream_poll);
    HC_OP(launch);
    HC_OP(clock_pair);  // optional: NULL if kernels have no clock
};
#undef HC_OP

extern const struct hc_backend hc_backend_cpu, hc_backend_cuda, hc_backend_hip, hc_backend_vulkan;

// Keeps the text for hc_last_error() of this thread and returns code.
int hc_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Says what a shim made of the image when no part of it loaded: "tour: no machine code for X (has:
// a b)".
int hc_error_no_part(const struct hc_image *image, const char *backend, const char *device);

// dlopen of the first of the names (a NULL-terminated list) that loads; env, if set in the
// environment, names the only library to try.  NULL if none loads.
void *hc_library_open(const char *env, const char *const *names);

// Nanoseconds of CLOCK_MONOTONIC.
uint64_t hc_now(void);

#endif
