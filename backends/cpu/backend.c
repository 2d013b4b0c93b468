// The cpu backend: host memory, threads as waves.  The reference every test runs on first.
#include "backends/cpu/stream.h"
#include "core/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct cpu_dev {
    struct hc_dev_t pub;
    struct hc_cpu_shape shape;
};
struct cpu_module {
    struct hc_module_t pub;
    const struct hc_context *context;
    struct hc_context launched;  // what it is for kernels of hc_run
    struct cpu_kernel *kernels;
};
struct cpu_kernel {
    struct hc_kernel_t pub;
    const struct hc_cpu_kernel *code;
    struct cpu_kernel *next;
};
struct cpu_stream {
    struct hc_stream_t pub;
    struct hc_cpu_stream *jobs;
};

static uint32_t env_number(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static int cpu_open(const struct hc_dev_params *params, hc_dev *out)
{
    if (params->index)
        return hc_error(HC_ERR_DEVICE, "cpu: there is one device, index 0; asked for %d",
                        params->index);
    const uint32_t width =
        params->wave_width ? params->wave_width : env_number("HOSTCALL_CPU_WIDTH", 32);
    if (!width || width > HC_LANES_MAX || (width & (width - 1)))
        return hc_error(
            HC_ERR_ARGUMENT,
            "cpu: wave width %u: must be 1, 2, 4, 8, 16, 32 or 64 (wave_width, HOSTCALL_CPU_WIDTH)",
            width);
    struct cpu_dev *dev = calloc(1, sizeof *dev);
    if (!dev) return hc_error(HC_ERR_MEMORY, "cpu: out of memory");
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    dev->shape.width = width;
    dev->shape.resident = params->resident ? params->resident
                          : processors > 2 ? 2 * (uint32_t)processors
                                           : 4;
    dev->shape.diverge = params->diverge ? params->diverge : env_number("HOSTCALL_CPU_DIVERGE", 0);
    dev->shape.stack = (params->stack + 4095) & ~(size_t)4095;
    struct hc_caps *caps = &dev->pub.caps;
    snprintf(caps->name, sizeof caps->name, "cpu: %u waves of %u lanes", dev->shape.resident,
             width);
    snprintf(caps->driver, sizeof caps->driver, "threads and fibers");
    caps->wave_width = width;
    caps->resident = dev->shape.resident;
    caps->group_max = 1024;
    caps->mapped = true;
    caps->live = true;
    caps->copy_beside = true;
    caps->device_clock = true;
    caps->plain_stack = true;
    caps->ns_per_tick = 1;
    *out = &dev->pub;
    return 0;
}

static void cpu_close(hc_dev dev) { free((void *)dev); }

static int cpu_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out)
{
    struct hc_mem_t *mem = calloc(1, sizeof *mem);
    void *at = mmap(NULL, params->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!mem || at == MAP_FAILED) {
        if (at != MAP_FAILED) munmap(at, params->size);
        free(mem);
        return hc_error(HC_ERR_MEMORY, "cpu: no %zu bytes of memory [%s]", params->size,
                        params->tag);
    }
    mem->dev = dev;
    mem->kind = params->kind;
    mem->size = params->size;
    mem->host = params->kind == HC_MEM_DEVICE ? NULL : at;
    mem->addr = (uint64_t)(uintptr_t)at;
    *out = mem;
    return 0;
}

static void cpu_mem_destroy(hc_mem *mem)
{
    munmap((void *)(uintptr_t)(*mem)->addr, (*mem)->size);
    free((void *)*mem);
    *mem = NULL;
}

static int cpu_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                        size_t size)
{
    struct cpu_stream *s = (struct cpu_stream *)stream;
    void *to = (void *)(uintptr_t)(dst->addr + dst_at);
    const void *from = (const void *)(uintptr_t)(src->addr + src_at);
    return hc_cpu_stream_copy(s->jobs, to, from, size)
               ? hc_error(HC_ERR_MEMORY, "cpu: out of memory")
               : 0;
}

static int cpu_module_create(hc_dev dev, const struct hc_image *image, hc_module *out)
{
    bool here = false;
    for (size_t i = 0; i < image->part_count; i++) here |= !strcmp(image->parts[i].backend, "cpu");
    if (!here) return hc_error_no_part(image, "cpu", dev->caps.name);
    struct cpu_module *module = calloc(1, sizeof *module);
    if (!module) return hc_error(HC_ERR_MEMORY, "cpu: out of memory");
    module->pub.dev = dev;
    module->pub.image = image;
    *out = &module->pub;
    return 0;
}

static void cpu_module_destroy(hc_module *module)
{
    struct cpu_module *m = (struct cpu_module *)*module;
    for (struct cpu_kernel *k = m->kernels, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    free(m);
    *module = NULL;
}

static int cpu_module_kernel(hc_module module, const char *name, hc_kernel *out)
{
    struct cpu_module *m = (struct cpu_module *)module;
    const struct hc_cpu_kernel *code = hc_cpu_kernel_find(name);
    for (struct cpu_kernel *k = m->kernels; k; k = k->next)
        if (k->code == code) {
            *out = &k->pub;
            return 0;
        }
    if (!code)
        return hc_error(HC_ERR_MODULE, "%s: no kernel '%s' in this program", module->image->name,
                        name);
    struct cpu_kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return hc_error(HC_ERR_MEMORY, "cpu: out of memory");
    kernel->pub.module = module;
    kernel->code = code;
    kernel->next = m->kernels;
    m->kernels = kernel;
    *out = &kernel->pub;
    return 0;
}

static int cpu_module_bind(hc_module module, uint64_t context, uint64_t launch)
{
    struct cpu_module *m = (struct cpu_module *)module;
    m->context = (const struct hc_context *)(uintptr_t)context;
    if (launch) {
        m->launched = *m->context;
        m->launched.launch = launch;
        m->context = &m->launched;
    }
    return 0;
}

static int cpu_stream_create(hc_dev dev, hc_stream *out)
{
    struct cpu_stream *s = calloc(1, sizeof *s);
    if (s) s->jobs = hc_cpu_stream_create(&((const struct cpu_dev *)dev)->shape);
    if (!s || !s->jobs) {
        free(s);
        return hc_error(HC_ERR_SYSTEM, "cpu: no thread for a stream");
    }
    s->pub.dev = dev;
    *out = &s->pub;
    return 0;
}

static void cpu_stream_destroy(hc_stream *stream)
{
    hc_cpu_stream_destroy(((struct cpu_stream *)*stream)->jobs);
    free(*stream);
    *stream = NULL;
}

static int cpu_stream_poll(hc_stream stream, uint64_t timeout_ns)
{
    return hc_cpu_stream_poll(((struct cpu_stream *)stream)->jobs, timeout_ns);
}

static int cpu_launch(hc_stream stream, const struct hc_launch_params *params)
{
    const struct cpu_kernel *kernel = (const struct cpu_kernel *)params->kernel;
    if (params->args_size != kernel->code->args_size)
        return hc_error(HC_ERR_ARGUMENT, "%s: takes %u bytes of arguments, got %zu",
                        kernel->code->name, kernel->code->args_size, params->args_size);
    const struct hc_wave_launch launch = {
        .context = ((struct cpu_module *)kernel->pub.module)->context,
        .kernel = kernel->code,
        .args = params->args,
        .groups = params->groups,
        .group_size = params->group_size,
    };
    struct cpu_stream *s = (struct cpu_stream *)stream;
    return hc_cpu_stream_launch(s->jobs, &launch, params->args_size)
               ? hc_error(HC_ERR_MEMORY, "cpu: out of memory")
               : 0;
}

static int cpu_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks)
{
    (void)dev;
    *host_ns = *ticks = hc_now();
    return 0;
}

const struct hc_backend hc_backend_cpu = {
    .name = "cpu",
    .cure = "it is always there",
    .open = cpu_open,
    .close = cpu_close,
    .mem_create = cpu_mem_create,
    .mem_destroy = cpu_mem_destroy,
    .mem_copy = cpu_mem_copy,
    .module_create = cpu_module_create,
    .module_destroy = cpu_module_destroy,
    .module_kernel = cpu_module_kernel,
    .module_bind = cpu_module_bind,
    .stream_create = cpu_stream_create,
    .stream_destroy = cpu_stream_destroy,
    .stream_poll = cpu_stream_poll,
    .launch = cpu_launch,
    .clock_pair = cpu_clock_pair,
};
