// The public device functions: arguments are checked here, once, and handed to the backend's shim.
#include "core/backend.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Thread_local char last_error[1024] = "no error";

static const struct hc_backend *const backends[] = {
#ifdef HC_WITH_CUDA
    &hc_backend_cuda,
#endif
#ifdef HC_WITH_HIP
    &hc_backend_hip,
#endif
#ifdef HC_WITH_VULKAN
    &hc_backend_vulkan,
#endif
    &hc_backend_cpu,
};
enum { BACKENDS = sizeof backends / sizeof *backends };

const char *hc_last_error(void) { return last_error; }

int hc_error(int code, const char *format, ...)
{
    char text[sizeof last_error];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);  // args may point into last_error
    va_end(args);
    memcpy(last_error, text, sizeof text);
    return code;
}

int hc_error_no_part(const struct hc_image *image, const char *backend, const char *device)
{
    char has[512] = "";
    for (size_t i = 0; i < image->part_count; i++) {
        const size_t at = strlen(has);
        if (image->parts[i].target)
            snprintf(has + at, sizeof has - at, " %s:%s", image->parts[i].backend,
                     image->parts[i].target);
    }
    return hc_error(
        HC_ERR_MODULE,
        "%s: no code for %s on %s (it has:%s); build it with -Dbackends=%s, and this device "
        "among its -Dnvidia_archs or -Dhip_archs",
        image->name, backend, device, *has ? has : " none", backend);
}

void *hc_library_open(const char *env, const char *const *names)
{
    const char *only = env ? getenv(env) : NULL;
    if (only && *only) return dlopen(only, RTLD_NOW | RTLD_LOCAL);
    void *library = NULL;
    for (; *names && !library; names++) library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
    return library;
}

uint64_t hc_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

#define REQUIRE(condition) \
    do { \
        if (!(condition)) return hc_error(HC_ERR_ARGUMENT, "%s: needs %s", __func__, #condition); \
    } while (0)

// ---------------------------------------------------------------------------------------- devices

const char *const *hc_backends(void)
{
    static const char *names[BACKENDS + 1];
    for (size_t i = 0; i < BACKENDS; i++) names[i] = backends[i]->name;
    return names;
}

int hc_dev_open(const struct hc_dev_params *params, hc_dev *out)
{
    REQUIRE(params && out);
    struct hc_dev_params p = *params;
    const char *env = getenv("HOSTCALL_BACKEND"), *no_mapped = getenv("HOSTCALL_NO_MAPPED");
    if (!p.backend) p.backend = env && *env ? env : HC_DEFAULT_BACKEND;
    if (no_mapped && *no_mapped && strcmp(no_mapped, "0")) p.no_mapped = true;
    for (size_t i = 0; i < BACKENDS; i++) {
        if (strcmp(backends[i]->name, p.backend)) continue;
        hc_dev dev = NULL;
        const int err = backends[i]->open(&p, &dev);
        if (err) {
            if (err == HC_ERR_DEVICE) hc_error(err, "%s; %s", last_error, backends[i]->cure);
            return err;
        }
        ((struct hc_dev_t *)dev)->backend = backends[i];
        ((struct hc_dev_t *)dev)->backend_name = backends[i]->name;
        *out = dev;
        return 0;
    }
    char names[64] = "";
    for (size_t i = 0; i < BACKENDS; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s", backends[i]->name);
    return hc_error(HC_ERR_DEVICE,
                    "backend '%s' is not in this build (it has:%s); configure with -Dbackends=%s",
                    p.backend, names, p.backend);
}

void hc_dev_close(hc_dev *dev)
{
    if (!dev || !*dev) return;
    (*dev)->backend->close(*dev);
    *dev = NULL;
}

int hc_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks)
{
    REQUIRE(dev && host_ns && ticks);
    if (!dev->backend->clock_pair || !dev->caps.device_clock)
        return hc_error(HC_ERR_UNSUPPORTED, "%s: kernels have no clock", dev->caps.name);
    return dev->backend->clock_pair(dev, host_ns, ticks);
}

// ----------------------------------------------------------------------------------------- memory

int hc_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out)
{
    REQUIRE(dev && params && out);
    REQUIRE(params->size);
    REQUIRE(params->kind == HC_MEM_SHARED || params->kind == HC_MEM_MAPPED ||
            params->kind == HC_MEM_DEVICE);
    struct hc_mem_params p = *params;
    if (!p.tag) p.tag = "memory";
    return dev->backend->mem_create(dev, &p, out);
}

void hc_mem_destroy(hc_mem *mem)
{
    if (mem && *mem) (*mem)->dev->backend->mem_destroy(mem);
}

int hc_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at, size_t size)
{
    REQUIRE(stream && dst && src);
    REQUIRE(dst->dev == stream->dev && src->dev == stream->dev);
    REQUIRE(size <= dst->size && dst_at <= dst->size - size);
    REQUIRE(size <= src->size && src_at <= src->size - size);
    if (!stream->dev->backend->mem_copy)
        return hc_error(HC_ERR_UNSUPPORTED, "%s: no copies", stream->dev->backend_name);
    return size ? stream->dev->backend->mem_copy(stream, dst, dst_at, src, src_at, size) : 0;
}

void hc_mem_publish(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_sfence();  // write-combining buffers drain in order with what follows
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

// ------------------------------------------------------------------------------ kernels, streams

int hc_module_create(hc_dev dev, const struct hc_image *image, hc_module *out)
{
    REQUIRE(dev && image && out);
    REQUIRE(image->name && (image->parts || !image->part_count));
    return dev->backend->module_create(dev, image, out);
}

void hc_module_destroy(hc_module *module)
{
    if (module && *module) (*module)->dev->backend->module_destroy(module);
}

int hc_module_kernel(hc_module module, const char *name, hc_kernel *out)
{
    REQUIRE(module && name && out);
    return module->dev->backend->module_kernel(module, name, out);
}

int hc_stream_create(hc_dev dev, hc_stream *out)
{
    REQUIRE(dev && out);
    return dev->backend->stream_create(dev, out);
}

void hc_stream_destroy(hc_stream *stream)
{
    if (stream && *stream) (*stream)->dev->backend->stream_destroy(stream);
}

int hc_stream_poll(hc_stream stream, uint64_t timeout_ns)
{
    REQUIRE(stream);
    return stream->dev->backend->stream_poll(stream, timeout_ns);
}

int hc_launch(hc_stream stream, const struct hc_launch_params *params)
{
    REQUIRE(stream && params && params->kernel);
    REQUIRE(params->kernel->module->dev == stream->dev);
    REQUIRE(params->args || !params->args_size);
    REQUIRE(params->args_size <= HC_KERNEL_ARGS_MAX);
    REQUIRE(params->group_size <= stream->dev->caps.group_max);
    struct hc_launch_params p = *params;
    if (!p.groups) p.groups = 1;
    if (!p.group_size) p.group_size = stream->dev->caps.wave_width;
    return stream->dev->backend->launch(stream, &p);
}
