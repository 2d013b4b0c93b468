// The cuda backend: the driver API behind the contract of core/backend.h.
#include "backends/cuda/driver.h"
#include "core/backend.h"
#include "hostcall/protocol.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct cuda_dev {
    struct hc_dev_t pub;
    struct cu_driver cu;
    CUdevice device;
    CUcontext context;
    struct cu_mapper *mapper;  // NULL: HC_MEM_MAPPED is host memory
    CUmodule clock_module;
    CUfunction clock;
    CUstream clock_stream;
    uint64_t *clock_word;
    CUdeviceptr clock_addr;
};
struct cuda_mem {
    struct hc_mem_t pub;
    struct cu_mapped mapped;
};
struct cuda_module {
    struct hc_module_t pub;
    CUmodule module;
    struct cuda_kernel *kernels;
};
struct cuda_kernel {
    struct hc_kernel_t pub;
    CUfunction function;
    struct cuda_kernel *next;
    char name[];
};
struct cuda_stream {
    struct hc_stream_t pub;
    CUstream stream;
};

static struct cuda_dev *dev_of(hc_dev dev) { return (struct cuda_dev *)dev; }

static const char *text_of(const struct cu_driver *cu, CUresult result)
{
    const char *text = NULL;
    cu->get_error_string(result, &text);
    return text ? text : "unknown error";
}

// Makes the call in the device's context.  Not 0: hc_error() has been told.
#define CU(d, code, call, ...) cuda_check(d, (d)->cu.call(__VA_ARGS__), code, #call)
static int cuda_check(struct cuda_dev *d, CUresult result, int code, const char *call)
{
    return result ? hc_error(code, "cuda: %s: %s", call, text_of(&d->cu, result)) : 0;
}

// ----------------------------------------------------------------------------------------- device

static int driver_open(struct cu_driver *cu)
{
    static const char *const names[] = {"libcuda.so.1", NULL};
    void *library = hc_library_open("HOSTCALL_CUDA_LIBRARY", names);
    if (!library) return hc_error(HC_ERR_DEVICE, "cuda: libcuda.so.1 not found");
#define X(name, symbol, params)                   \
    *(void **)&cu->name = dlsym(library, symbol); \
    if (!cu->name)                                \
        return hc_error(HC_ERR_DEVICE, "cuda: the driver is too old: it has no %s", symbol);
    CU_FUNCTIONS(X)
#undef X
    *(void **)&cu->function_load = dlsym(library, "cuFuncLoad");
    return 0;
}

static void caps_fill(struct cuda_dev *d)
{
    struct hc_caps *caps = &d->pub.caps;
    int version = 0, width = 32, processors = 1, threads = 2048, group = 1024;
    d->cu.device_name(caps->name, sizeof caps->name, d->device);
    d->cu.driver_version(&version);
    d->cu.device_attribute(&width, CU_ATTRIBUTE_WARP_SIZE, d->device);
    d->cu.device_attribute(&processors, CU_ATTRIBUTE_MULTIPROCESSORS, d->device);
    d->cu.device_attribute(&threads, CU_ATTRIBUTE_THREADS_PER_MULTIPROCESSOR, d->device);
    d->cu.device_attribute(&group, CU_ATTRIBUTE_MAX_THREADS_PER_BLOCK, d->device);
    snprintf(caps->driver, sizeof caps->driver, "CUDA %d.%d", version / 1000, version % 1000 / 10);
    // "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build ..."
    FILE *f = fopen("/proc/driver/nvidia/version", "r");
    char line[256], *word, *rest = line;
    if (f && fgets(line, sizeof line, f))
        while ((word = strtok_r(rest, " \t\n", &rest)))
            if (strchr(word, '.') && strspn(word, "0123456789.") == strlen(word)) {
                snprintf(caps->driver + strlen(caps->driver),
                         sizeof caps->driver - strlen(caps->driver), ", driver %s", word);
                break;
            }
    if (f) fclose(f);
    caps->wave_width = (uint32_t)width;
    caps->resident = (uint32_t)(processors * (threads / width));
    caps->group_max = (uint32_t)group;
    caps->live = true;
    caps->copy_beside = true;
    caps->device_clock = true;
    caps->ns_per_tick = 1;  // %globaltimer counts nanoseconds
}

static void cuda_close(hc_dev dev)
{
    struct cuda_dev *d = dev_of(dev);
    if (d->context) {
        d->cu.context_set(d->context);
        if (d->clock_stream) d->cu.stream_destroy(d->clock_stream);
        if (d->clock_word) d->cu.host_free(d->clock_word);
        if (d->clock_module) d->cu.module_unload(d->clock_module);
        cuda_mapper_destroy(d->mapper);
        d->cu.context_set(NULL);
        d->cu.context_release(d->device);
    }
    free(d);
}

// Stores the clock every two microseconds, so that stores don't queue up behind each other.
static const char clock_ptx[] =
    ".version 6.0\n.target sm_70\n.address_size 64\n"
    ".visible .entry hc_clock(.param .u64 to) {\n"
    " .reg .u64 %p, %t, %n; .reg .u32 %i; .reg .pred %q;\n"
    " ld.param.u64 %p, [to]; mov.u32 %i, 0; mov.u64 %n, 0;\n"
    "again: mov.u64 %t, %globaltimer; setp.lt.u64 %q, %t, %n; @%q bra again;\n"
    " st.relaxed.sys.u64 [%p], %t; add.u64 %n, %t, 2000; add.u32 %i, %i, 1;\n"
    " setp.lt.u32 %q, %i, 200; @%q bra again; ret; }\n";

static int clock_open(struct cuda_dev *d)
{
    int err = CU(d, HC_ERR_DEVICE, module_load, &d->clock_module, clock_ptx);
    if (!err) err = CU(d, HC_ERR_DEVICE, module_function, &d->clock, d->clock_module, "hc_clock");
    if (!err) err = CU(d, HC_ERR_DEVICE, stream_create, &d->clock_stream, CU_STREAM_NON_BLOCKING);
    if (!err)
        err = CU(d, HC_ERR_MEMORY, host_alloc, (void **)&d->clock_word, sizeof *d->clock_word,
                 CU_MEMHOSTALLOC_DEVICEMAP);
    if (!err) err = CU(d, HC_ERR_MEMORY, host_address, &d->clock_addr, d->clock_word, 0);
    return err;
}

// The driver sets the memory aside for every thread that could be resident: less than was asked for may be all it has.
static int frames_set(struct cuda_dev *d, size_t bytes)
{
    const size_t wanted = bytes;
    CUresult result = CUDA_SUCCESS;
    for (; bytes >= 1024; bytes /= 2) {
        result = d->cu.limit_set(CU_LIMIT_STACK_SIZE, bytes);
        if (result) continue;
        d->pub.caps.frames = bytes;
        return 0;
    }
    return hc_error(HC_ERR_MEMORY, "cuda: %zu bytes of stack a lane: %s", wanted,
                    text_of(&d->cu, result));
}

static int cuda_open(const struct hc_dev_params *params, hc_dev *out)
{
    struct cuda_dev *d = calloc(1, sizeof *d);
    if (!d) return hc_error(HC_ERR_MEMORY, "cuda: out of memory");
    int count = 0;
    CUuuid uuid;
    int err = driver_open(&d->cu);
    if (!err) err = CU(d, HC_ERR_DEVICE, init, 0);
    if (!err) err = CU(d, HC_ERR_DEVICE, device_count, &count);
    if (!err && params->index >= count)
        err = hc_error(HC_ERR_DEVICE, "cuda: no device %d, this machine has %d", params->index,
                       count);
    if (!err) err = CU(d, HC_ERR_DEVICE, device_get, &d->device, params->index);
    if (!err) err = CU(d, HC_ERR_DEVICE, device_uuid, &uuid, d->device);
    if (!err) err = CU(d, HC_ERR_DEVICE, context_retain, &d->context, d->device);
    if (!err) err = CU(d, HC_ERR_DEVICE, context_set, d->context);
    if (!err && params->frames) err = frames_set(d, params->frames);
    if (!err) caps_fill(d);
    if (!err) err = clock_open(d);
    if (err) {
        cuda_close(&d->pub);
        return err;
    }
    char why[128] = "refused by no_mapped";
    struct cu_mapped probe;
    if (!params->no_mapped) d->mapper = cuda_mapper_create(&d->cu, uuid, why, sizeof why);
    if (d->mapper && cuda_mapped_create(d->mapper, 4096, &probe, why, sizeof why)) {
        cuda_mapper_destroy(d->mapper);
        d->mapper = NULL;
    }
    if (d->mapper) cuda_mapped_destroy(&probe);
    d->pub.caps.mapped = d->mapper != NULL;
    if (!d->mapper)
        snprintf(d->pub.caps.driver + strlen(d->pub.caps.driver),
                 sizeof d->pub.caps.driver - strlen(d->pub.caps.driver),
                 ", replies in host memory: %s", why);
    *out = &d->pub;
    return 0;
}

// ----------------------------------------------------------------------------------------- memory

static int mem_open(struct cuda_dev *d, const struct hc_mem_params *p, struct cuda_mem *m)
{
    char why[128];
    if (p->kind == HC_MEM_DEVICE) {
        const int err = CU(d, HC_ERR_MEMORY, mem_alloc, &m->pub.addr, p->size);
        return err ? err : CU(d, HC_ERR_MEMORY, mem_set, m->pub.addr, 0, p->size);
    }
    if (p->kind == HC_MEM_MAPPED && d->mapper) {
        if (cuda_mapped_create(d->mapper, p->size, &m->mapped, why, sizeof why))
            return hc_error(HC_ERR_MEMORY, "cuda: %zu bytes of mapped device memory: %s", p->size,
                            why);
        m->pub.host = m->mapped.host;
        m->pub.addr = m->mapped.addr;
        m->pub.write_combined = true;
    } else {
        int err = CU(d, HC_ERR_MEMORY, host_alloc, &m->pub.host, p->size,
                     CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP);
        if (!err) err = CU(d, HC_ERR_MEMORY, host_address, &m->pub.addr, m->pub.host, 0);
        if (err) return err;
    }
    memset(m->pub.host, 0, p->size);
    hc_mem_publish();
    return 0;
}

static void cuda_mem_destroy(hc_mem *mem)
{
    struct cuda_mem *m = (struct cuda_mem *)*mem;
    struct cuda_dev *d = dev_of(m->pub.dev);
    d->cu.context_set(d->context);
    if (m->mapped.mapper)
        cuda_mapped_destroy(&m->mapped);
    else if (m->pub.host)
        d->cu.host_free(m->pub.host);
    else if (m->pub.addr)
        d->cu.mem_free(m->pub.addr);
    free(m);
    *mem = NULL;
}

static int cuda_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out)
{
    struct cuda_dev *d = dev_of(dev);
    struct cuda_mem *m = calloc(1, sizeof *m);
    if (!m) return hc_error(HC_ERR_MEMORY, "cuda: out of memory");
    m->pub.dev = dev;
    m->pub.kind = params->kind;
    m->pub.size = params->size;
    d->cu.context_set(d->context);
    const int err = mem_open(d, params, m);
    if (err) {
        hc_mem mem = &m->pub;
        cuda_mem_destroy(&mem);
        return hc_error(err, "%s [%s]", hc_last_error(), params->tag);
    }
    *out = &m->pub;
    return 0;
}

static int cuda_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                         size_t size)
{
    struct cuda_dev *d = dev_of(stream->dev);
    d->cu.context_set(d->context);
    return CU(d, HC_ERR_LOST, mem_copy, dst->addr + dst_at, src->addr + src_at, size,
              ((struct cuda_stream *)stream)->stream);
}

// ---------------------------------------------------------------------------------------- modules

static int cuda_module_create(hc_dev dev, const struct hc_image *image, hc_module *out)
{
    struct cuda_dev *d = dev_of(dev);
    CUmodule module = NULL;
    CUresult result = CUDA_ERROR_NO_BINARY_FOR_GPU;
    d->cu.context_set(d->context);
    for (size_t i = 0; i < image->part_count && !module; i++)
        if (!strcmp(image->parts[i].backend, "cuda"))
            result = d->cu.module_load(&module, image->parts[i].data);
    if (result == CUDA_ERROR_NO_BINARY_FOR_GPU)
        return hc_error_no_part(image, "cuda", dev->caps.name);
    if (result)
        return hc_error(HC_ERR_MODULE, "cuda: %s: %s", image->name, text_of(&d->cu, result));
    struct cuda_module *m = calloc(1, sizeof *m);
    if (!m) {
        d->cu.module_unload(module);
        return hc_error(HC_ERR_MEMORY, "cuda: out of memory");
    }
    m->pub.dev = dev;
    m->pub.image = image;
    m->module = module;
    *out = &m->pub;
    return 0;
}

static void cuda_module_destroy(hc_module *module)
{
    struct cuda_module *m = (struct cuda_module *)*module;
    struct cuda_dev *d = dev_of(m->pub.dev);
    d->cu.context_set(d->context);
    for (struct cuda_kernel *k = m->kernels, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    d->cu.module_unload(m->module);
    free(m);
    *module = NULL;
}

static int cuda_module_kernel(hc_module module, const char *name, hc_kernel *out)
{
    struct cuda_module *m = (struct cuda_module *)module;
    struct cuda_dev *d = dev_of(module->dev);
    struct cuda_kernel *k;
    for (k = m->kernels; k; k = k->next)
        if (!strcmp(k->name, name)) break;
    if (!k) {
        CUfunction function;
        d->cu.context_set(d->context);
        if (d->cu.module_function(&function, m->module, name))
            return hc_error(HC_ERR_MODULE, "%s: no kernel '%s' in the module", module->image->name,
                            name);
        if (d->cu.function_load && CU(d, HC_ERR_MODULE, function_load, function))
            return HC_ERR_MODULE;
        k = calloc(1, sizeof *k + strlen(name) + 1);
        if (!k) return hc_error(HC_ERR_MEMORY, "cuda: out of memory");
        k->pub.module = module;
        k->function = function;
        strcpy(k->name, name);
        k->next = m->kernels;
        m->kernels = k;
    }
    *out = &k->pub;
    return 0;
}

static int cuda_module_bind(hc_module module, uint64_t context, uint64_t launch)
{
    struct cuda_dev *d = dev_of(module->dev);
    CUdeviceptr at;
    size_t size;
    d->cu.context_set(d->context);
    // A module whose kernels make no call has no such symbol, and needs none.
    if (d->cu.module_global(&at, &size, ((struct cuda_module *)module)->module, "hc_context_data"))
        return 0;
    if (!context) return CU(d, HC_ERR_MODULE, mem_set, at, 0, size);
    const int err = CU(d, HC_ERR_MODULE, mem_move, at, context, size);
    return err || !launch ? err
                          : CU(d, HC_ERR_MODULE, mem_in, at + offsetof(struct hc_context, launch),
                               &launch, sizeof launch);
}

// ---------------------------------------------------------------------------------------- streams

static int cuda_stream_create(hc_dev dev, hc_stream *out)
{
    struct cuda_dev *d = dev_of(dev);
    struct cuda_stream *s = calloc(1, sizeof *s);
    if (!s) return hc_error(HC_ERR_MEMORY, "cuda: out of memory");
    d->cu.context_set(d->context);
    const int err = CU(d, HC_ERR_DEVICE, stream_create, &s->stream, CU_STREAM_NON_BLOCKING);
    if (err) {
        free(s);
        return err;
    }
    s->pub.dev = dev;
    *out = &s->pub;
    return 0;
}

static void cuda_stream_destroy(hc_stream *stream)
{
    struct cuda_stream *s = (struct cuda_stream *)*stream;
    struct cuda_dev *d = dev_of(s->pub.dev);
    d->cu.context_set(d->context);
    d->cu.stream_destroy(s->stream);
    free(s);
    *stream = NULL;
}

static int cuda_stream_poll(hc_stream stream, uint64_t timeout_ns)
{
    struct cuda_dev *d = dev_of(stream->dev);
    d->cu.context_set(d->context);
    const uint64_t start = timeout_ns ? hc_now() : 0;
    for (uint32_t round = 0;; round++) {
        const CUresult result = d->cu.stream_query(((struct cuda_stream *)stream)->stream);
        if (!result) return 0;
        if (result != CUDA_ERROR_NOT_READY)
            return hc_error(HC_ERR_LOST, "cuda: the kernel failed: %s", text_of(&d->cu, result));
        if (!timeout_ns || (timeout_ns != UINT64_MAX && hc_now() - start >= timeout_ns)) return 1;
        const struct timespec t = {0, round < 100 ? 5000 : 100000};
        nanosleep(&t, NULL);
    }
}

static int cuda_launch(hc_stream stream, const struct hc_launch_params *p)
{
    struct cuda_dev *d = dev_of(stream->dev);
    size_t size = p->args_size;
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, (void *)p->args, CU_LAUNCH_PARAM_BUFFER_SIZE,
                     &size, CU_LAUNCH_PARAM_END};
    d->cu.context_set(d->context);
    return CU(d, HC_ERR_ARGUMENT, launch, ((struct cuda_kernel *)p->kernel)->function, p->groups, 1,
              1, p->group_size, 1, 1, 0, ((struct cuda_stream *)stream)->stream, NULL, extra);
}

static int cuda_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks)
{
    struct cuda_dev *d = dev_of(dev);
    size_t size = sizeof d->clock_addr;
    void *extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, &d->clock_addr, CU_LAUNCH_PARAM_BUFFER_SIZE,
                     &size, CU_LAUNCH_PARAM_END};
    d->cu.context_set(d->context);
    __atomic_store_n(d->clock_word, 0, __ATOMIC_RELAXED);
    const int err =
        CU(d, HC_ERR_LOST, launch, d->clock, 1, 1, 1, 1, 1, 1, 0, d->clock_stream, NULL, extra);
    if (err) return err;
    // The sample that took least to arrive is the best.
    uint64_t seen = 0;
    int64_t least = INT64_MAX;
    for (const uint64_t start = hc_now();
         d->cu.stream_query(d->clock_stream) == CUDA_ERROR_NOT_READY &&
         hc_now() - start < 1000000000u;)
        for (int i = 0; i < 1000; i++) {
            const uint64_t word = __atomic_load_n(d->clock_word, __ATOMIC_RELAXED);
            if (word == seen) continue;
            const int64_t offset = (int64_t)(hc_now() - word);
            if (seen && offset < least) least = offset;
            seen = word;
        }
    if (CU(d, HC_ERR_LOST, stream_synchronize, d->clock_stream)) return HC_ERR_LOST;
    if (least == INT64_MAX) return hc_error(HC_ERR_LOST, "cuda: the device clock can't be read");
    *ticks = seen;
    *host_ns = seen + (uint64_t)least;
    return 0;
}

const struct hc_backend hc_backend_cuda = {
    .name = "cuda",
    .cure =
        "install the NVIDIA driver (libcuda.so.1) on a machine with an NVIDIA GPU, or use HOSTCALL_BACKEND=cpu",
    .open = cuda_open,
    .close = cuda_close,
    .mem_create = cuda_mem_create,
    .mem_destroy = cuda_mem_destroy,
    .mem_copy = cuda_mem_copy,
    .module_create = cuda_module_create,
    .module_destroy = cuda_module_destroy,
    .module_kernel = cuda_module_kernel,
    .module_bind = cuda_module_bind,
    .stream_create = cuda_stream_create,
    .stream_destroy = cuda_stream_destroy,
    .stream_poll = cuda_stream_poll,
    .launch = cuda_launch,
    .clock_pair = cuda_clock_pair,
};
