// Memory of the hip backend: coherent host memory, device memory, and device memory the host
// writes.
//
// HC_MEM_MAPPED is device memory where four things are true, else host memory (caps.mapped says
// which):
//  - the PCI window covers the whole device memory (attribute "is large BAR");
//  - host stores need no flush by a register of the device, which core/ does not do;
//  - the runtime's fine-grained allocation has a mapping the processor can write, at the same address;
//  - a running kernel sees the host's stores there, in every one of some hundred rounds.
// HIP promises the first two by attribute; the other two are its practice (RCCL and the runtime's
// own kernel arguments rely on them), so they are tried.  AMD hardware has not been seen yet.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/hip/hip.h"

enum { ALIGNMENT = 4096 };

struct hip_mem {
    struct hc_mem_t pub;
    void *base;      // what the runtime gave
    bool host_owned; // by hipHostMalloc, not hipMalloc
};

static int alloc_error(const struct hip_dev *dev, int e, const char *function,
                       const struct hip_mem *mem, const char *tag)
{
    char what[128];
    snprintf(what, sizeof what, "%s(%zu) [%s]", function, mem->pub.size, tag);
    return hip_error(dev, HC_ERR_MEMORY, e, what);
}

static int host_alloc(const struct hip_dev *dev, struct hip_mem *mem, const char *tag)
{
    void *addr = NULL;
    int e = dev->api.hipHostMalloc(&mem->base, mem->pub.size, HIP_HOST_MAPPED | HIP_HOST_COHERENT);
    if (e) return alloc_error(dev, e, "hipHostMalloc", mem, tag);
    e = dev->api.hipHostGetDevicePointer(&addr, mem->base, 0);
    if (e) {
        dev->api.hipHostFree(mem->base);
        return alloc_error(dev, e, "hipHostGetDevicePointer", mem, tag);
    }
    memset(mem->base, 0, mem->pub.size);
    mem->host_owned = true;
    mem->pub.host = mem->base;
    mem->pub.addr = (uint64_t)(uintptr_t)addr;
    return 0;
}

// Runtimes align to less than a page.
static int device_alloc(const struct hip_dev *dev, struct hip_mem *mem, unsigned flags,
                        const char *tag)
{
    const size_t size = mem->pub.size + ALIGNMENT;
    int e = flags ? dev->api.hipExtMallocWithFlags(&mem->base, size, flags)
                  : dev->api.hipMalloc(&mem->base, size);
    if (e) return alloc_error(dev, e, flags ? "hipExtMallocWithFlags" : "hipMalloc", mem, tag);
    mem->pub.addr = ((uint64_t)(uintptr_t)mem->base + ALIGNMENT - 1) & ~(uint64_t)(ALIGNMENT - 1);
    e = dev->api.hipMemsetAsync((void *)(uintptr_t)mem->pub.addr, 0, mem->pub.size, dev->aside);
    if (!e) e = dev->api.hipStreamSynchronize(dev->aside);
    if (!e) return 0;
    dev->api.hipFree(mem->base);
    return alloc_error(dev, e, "hipMemsetAsync", mem, tag);
}

static int mem_alloc(const struct hip_dev *dev, const struct hc_mem_params *params,
                     unsigned mapped_flags, hc_mem *out)
{
    const char *tag = params->tag ? params->tag : "memory";
    struct hip_mem *mem = calloc(1, sizeof *mem);
    if (!mem) return hc_error(HC_ERR_MEMORY, "hip: out of memory [%s]", tag);
    mem->pub.dev = &dev->pub;
    mem->pub.kind = params->kind;
    mem->pub.size = params->size;
    int err;
    if (params->kind == HC_MEM_DEVICE) {
        err = device_alloc(dev, mem, 0, tag);
    } else if (params->kind == HC_MEM_MAPPED && mapped_flags) {
        err = device_alloc(dev, mem, mapped_flags, tag);
        mem->pub.host = (void *)(uintptr_t)mem->pub.addr;
        mem->pub.write_combined = true;
    } else {
        err = host_alloc(dev, mem, tag);
    }
    if (err) {
        free(mem);
        return err;
    }
    *out = &mem->pub;
    return 0;
}

int hip_mem_create(hc_dev pub, const struct hc_mem_params *params, hc_mem *out)
{
    const struct hip_dev *dev = hip_enter(pub);
    return mem_alloc(dev, params, dev->mapped_flags, out);
}

void hip_mem_destroy(hc_mem *pub)
{
    struct hip_mem *mem = (struct hip_mem *)*pub;
    const struct hip_dev *dev = hip_enter(mem->pub.dev);
    if (mem->host_owned)
        dev->api.hipHostFree(mem->base);
    else
        dev->api.hipFree(mem->base);
    free(mem);
    *pub = NULL;
}

int hip_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                 size_t size)
{
    const struct hip_dev *dev = hip_enter(stream->dev);
    void *to = (void *)(uintptr_t)(dst->addr + dst_at);
    const void *from = (const void *)(uintptr_t)(src->addr + src_at);
    const int e = dev->api.hipMemcpyAsync(to, from, size, HIP_COPY_DEFAULT,
                                          ((struct hip_stream *)stream)->handle);
    return e ? hip_error(dev, HC_ERR_SYSTEM, e, "hipMemcpyAsync") : 0;
}

// Lets the kernel store there: without a mapping it says EFAULT, where we would die.
static bool processor_can_write(void *at)
{
    static const char zeros[64];
    int fd[2];
    if (pipe(fd)) return false;
    const bool can = write(fd[1], zeros, sizeof zeros) == sizeof zeros &&
                     read(fd[0], at, sizeof zeros) == sizeof zeros;
    close(fd[0]);
    close(fd[1]);
    return can;
}

void hip_mapped_probe(struct hip_dev *dev)
{
    int large_bar = 0;
    union {
        int value;
        void *address;
    } flush_register = {.address = NULL};
    if (!dev->api.hipExtMallocWithFlags || !dev->clock_kernel) return;
    if (dev->api.hipDeviceGetAttribute(&large_bar, HIP_ATTRIBUTE_LARGE_BAR, dev->index) ||
        !large_bar)
        return;
    if (dev->api.hipDeviceGetAttribute(&flush_register.value, HIP_ATTRIBUTE_FLUSH_REGISTER,
                                       dev->index) ||
        flush_register.address)
        return;
    static const unsigned flags[] = {HIP_DEVICE_UNCACHED, HIP_DEVICE_FINE_GRAINED};
    for (size_t i = 0; i < sizeof flags / sizeof *flags && !dev->mapped_flags; i++) {
        hc_mem mem = NULL;
        if (mem_alloc(dev, hc_mem_params(.kind = HC_MEM_MAPPED, .size = 4096, .tag = "probe"),
                      flags[i], &mem))
            continue;
        if (processor_can_write(mem->host) && !hip_clock_echo(dev, mem))
            dev->mapped_flags = flags[i];
        hip_mem_destroy(&mem);
    }
    dev->pub.caps.mapped = dev->mapped_flags != 0;
}
