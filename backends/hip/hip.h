// What the files of the hip backend share.
#ifndef HC_HIP_H
#define HC_HIP_H

#include <pthread.h>

#include "backends/hip/hip_api.h"
#include "core/backend.h"

struct hip_dev {
    struct hc_dev_t pub;
    struct hip_api api;
    int index;
    char arch[64];             // "gfx90a:sramecc+:xnack-"; empty where the runtime has no such name
    hip_stream_handle aside;   // for small things of our own: zeroing, binding
    unsigned mapped_flags;     // of hipExtMallocWithFlags, when caps.mapped

    // hip_clock_*: one at a time
    pthread_mutex_t clock_lock;
    hip_stream_handle clock_stream;
    hip_module_handle clock_module;
    hip_function_handle clock_kernel;  // NULL: kernels have no clock here
    hc_mem clock_mem;
};

// Makes the device current on this thread, as HIP wants it, and returns it.
const struct hip_dev *hip_enter(hc_dev dev);

// Says "hip: WHAT: HIP's text" under a code that fits the error; otherwise is the code if none
// does.
int hip_error(const struct hip_dev *dev, int otherwise, int error, const char *what);

// The first part of the image that the device takes.
int hip_image_load(const struct hip_dev *dev, const struct hc_image *image, hip_module_handle *out);

int hip_launch_on(const struct hip_dev *dev, hip_stream_handle stream, hip_function_handle function,
                  uint32_t groups, uint32_t group_size, const void *args, size_t args_size);

int hip_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out);
void hip_mem_destroy(hc_mem *mem);
int hip_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                 size_t size);
// Sets caps.mapped and mapped_flags; see there.
void hip_mapped_probe(struct hip_dev *dev);

// Sets caps.device_clock and ns_per_tick.  No clock is no error.
void hip_clock_open(struct hip_dev *dev);
void hip_clock_close(struct hip_dev *dev);
int hip_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks);
// Whether a running kernel sees what the host stores at `go`, one page long: 0 or HC_ERR_*.
int hip_clock_echo(const struct hip_dev *dev, hc_mem go);

struct hip_stream {
    struct hc_stream_t pub;
    hip_stream_handle handle;
};

#endif
