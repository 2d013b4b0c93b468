// The hip backend: devices, modules, streams and launches on HIP's module interface, loaded at run
// time.
//
// hipSetDevice() is per thread, so every call that comes in says which device it means.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/hip/hip.h"
#include "hostcall/protocol.h"

struct hip_kernel {
    struct hc_kernel_t pub;
    hip_function_handle function;
    struct hip_kernel *next;
};
struct hip_module {
    struct hc_module_t pub;
    hip_module_handle handle;
    struct hip_kernel *kernels;
    uint64_t context;  // what was bound; lives as long as a copy from it may
};

const struct hip_dev *hip_enter(hc_dev pub)
{
    const struct hip_dev *dev = (const struct hip_dev *)pub;
    dev->api.hipSetDevice(dev->index);
    return dev;
}

static bool error_is_fatal(int e) { return e >= HIP_E_ILLEGAL_ADDRESS && e < HIP_E_NOT_SUPPORTED; }

int hip_error(const struct hip_dev *dev, int otherwise, int error, const char *what)
{
    int code = otherwise;
    if (error == HIP_E_OUT_OF_MEMORY) code = HC_ERR_MEMORY;
    if (error_is_fatal(error)) code = HC_ERR_LOST;
    return hc_error(code, "hip: %s: %s (%d)", what, dev->api.hipGetErrorString(error), error);
}

// ---------------------------------------------------------------------------------------- devices

// The library stays loaded: HIP's runtime has threads that outlive the last device.
static int api_load(struct hip_api *api)
{
    static const char *const names[] = {"libamdhip64.so.7", "libamdhip64.so.6", "libamdhip64.so.5",
                                        NULL};
    void *library = hc_library_open("HOSTCALL_HIP_LIBRARY", names);
    if (!library) return hc_error(HC_ERR_DEVICE, "hip: %s", dlerror());
        // POSIX: what dlsym gives may be stored as a function pointer.
#define NEEDED(result, name, params)              \
    *(void **)&api->name = dlsym(library, #name); \
    if (!api->name) return hc_error(HC_ERR_DEVICE, "hip: the HIP library has no " #name);
#define WANTED(result, name, params) *(void **)&api->name = dlsym(library, #name);
    HIP_FUNCTIONS(NEEDED)
    HIP_FUNCTIONS_OPTIONAL(WANTED)
#undef NEEDED
#undef WANTED
    return 0;
}

// The architecture's name is in hipDeviceProp_t, whose layout depends on the runtime: look for it
// instead.
static void arch_find(struct hip_dev *dev)
{
    enum { ROOM = 16384 };
    int (*get)(void *, int) = dev->api.hipGetDevicePropertiesR0600;
    if (!get) get = dev->api.hipGetDeviceProperties;
    char *properties = get ? calloc(1, ROOM) : NULL;
    if (properties && !get(properties, dev->index)) {
        const char *at = memmem(properties, ROOM - sizeof dev->arch, "gfx", 3);
        if (at) snprintf(dev->arch, sizeof dev->arch, "%s", at);
    }
    free(properties);
}

static int attribute(const struct hip_dev *dev, int which, uint32_t *out)
{
    int value = 0;
    const int e = dev->api.hipDeviceGetAttribute(&value, which, dev->index);
    if (e || value < 0) return hip_error(dev, HC_ERR_DEVICE, e, "hipDeviceGetAttribute");
    *out = (uint32_t)value;
    return 0;
}

static int caps_fill(struct hip_dev *dev)
{
    struct hc_caps *caps = &dev->pub.caps;
    uint32_t processors, lanes, can_map;
    int err = attribute(dev, HIP_ATTRIBUTE_WAVE_WIDTH, &caps->wave_width);
    if (!err) err = attribute(dev, HIP_ATTRIBUTE_GROUP_MAX, &caps->group_max);
    if (!err) err = attribute(dev, HIP_ATTRIBUTE_PROCESSORS, &processors);
    if (!err) err = attribute(dev, HIP_ATTRIBUTE_PROCESSOR_LANES, &lanes);
    if (!err) err = attribute(dev, HIP_ATTRIBUTE_CAN_MAP_HOST, &can_map);
    if (err) return err;
    if (!caps->wave_width || caps->wave_width > HC_LANES_MAX)
        return hc_error(HC_ERR_DEVICE, "hip: the device says its waves have %u lanes",
                        caps->wave_width);
    if (!can_map) return hc_error(HC_ERR_DEVICE, "hip: the device can't reach host memory");
    caps->resident = processors * (lanes / caps->wave_width);
    caps->live = true;
    caps->copy_beside = true;

    int version = 0;
    dev->api.hipRuntimeGetVersion(&version);
    if (dev->api.hipDeviceGetName(caps->name, sizeof caps->name, dev->index) || !caps->name[0])
        snprintf(caps->name, sizeof caps->name, "HIP device %d", dev->index);
    arch_find(dev);
    snprintf(caps->driver, sizeof caps->driver, "HIP runtime %d%s%.*s", version,
             dev->arch[0] ? ", " : "", (int)sizeof dev->arch, dev->arch);
    return 0;
}

static void hip_close(hc_dev pub)
{
    struct hip_dev *dev = (struct hip_dev *)hip_enter(pub);
    hip_clock_close(dev);
    if (dev->aside) dev->api.hipStreamDestroy(dev->aside);
    pthread_mutex_destroy(&dev->clock_lock);
    free(dev);
}

// As much of it as the runtime has; older ones know no such limit, and then it is theirs.
static void frames_set(struct hip_dev *dev, size_t bytes)
{
    for (; dev->api.hipDeviceSetLimit && bytes >= 1024; bytes /= 2) {
        if (dev->api.hipDeviceSetLimit(HIP_LIMIT_STACK_SIZE, bytes)) continue;
        dev->pub.caps.frames = bytes;
        return;
    }
}

static int hip_open(const struct hc_dev_params *params, hc_dev *out)
{
    struct hip_dev *dev = calloc(1, sizeof *dev);
    if (!dev) return hc_error(HC_ERR_MEMORY, "hip: out of memory");
    int err = api_load(&dev->api);
    if (err) {
        free(dev);
        return err;
    }
    const struct hip_api *api = &dev->api;
    pthread_mutex_init(&dev->clock_lock, NULL);
    dev->index = params->index;
    int count = 0, e = api->hipInit(0);
    if (e) err = hc_error(HC_ERR_DEVICE, "hip: hipInit: %s (%d)", api->hipGetErrorString(e), e);
    if (!err && (e = api->hipGetDeviceCount(&count)) && e != HIP_E_NO_DEVICE)
        err = hc_error(HC_ERR_DEVICE, "hip: hipGetDeviceCount: %s (%d)", api->hipGetErrorString(e),
                       e);
    if (!err && !count) err = hc_error(HC_ERR_DEVICE, "hip: no device");
    if (!err && (params->index < 0 || params->index >= count))
        err = hc_error(HC_ERR_DEVICE, "hip: there are %d devices; asked for index %d", count,
                       params->index);
    if (!err && (e = api->hipSetDevice(dev->index)))
        err = hip_error(dev, HC_ERR_DEVICE, e, "hipSetDevice");
    if (!err) err = caps_fill(dev);
    if (!err && (e = api->hipStreamCreateWithFlags(&dev->aside, HIP_STREAM_NON_BLOCKING))) {
        dev->aside = NULL;
        err = hip_error(dev, HC_ERR_DEVICE, e, "hipStreamCreateWithFlags");
    }
    if (err) {
        pthread_mutex_destroy(&dev->clock_lock);
        free(dev);
        return err;
    }
    hip_clock_open(dev);
    if (params->frames) frames_set(dev, params->frames);
    if (!params->no_mapped) hip_mapped_probe(dev);
    *out = &dev->pub;
    return 0;
}

// ---------------------------------------------------------------------------------------- modules

static bool part_is_amd(const struct hc_image_part *part)
{
    enum { MACHINE_AT = 18, MACHINE_AMDGPU = 224 };  // of an ELF header
    const unsigned char *p = part->data;
    return part->size > MACHINE_AT + 1 && !memcmp(p, "\177ELF", 4) &&
           p[MACHINE_AT] == MACHINE_AMDGPU && p[MACHINE_AT + 1] == 0;
}

int hip_image_load(const struct hip_dev *dev, const struct hc_image *image, hip_module_handle *out)
{
    int why = 0;  // the first error that says more than "not for this device"
    for (size_t i = 0; i < image->part_count; i++) {
        const struct hc_image_part *part = &image->parts[i];
        if (strcmp(part->backend, "hip")) continue;
        // A runtime that names an AMD architecture need not survive other machines' formats.
        if (dev->arch[0] && !part_is_amd(part)) continue;
        const int e = dev->api.hipModuleLoadData(out, part->data);
        if (!e) return 0;
        *out = NULL;
        if (!why || why == HIP_E_NO_BINARY) why = e;
        if (e == HIP_E_OUT_OF_MEMORY || error_is_fatal(e))
            return hip_error(dev, HC_ERR_MODULE, e, "hipModuleLoadData");
    }
    char device[256];
    snprintf(device, sizeof device, "%s%s%s%s%s", dev->pub.caps.name, dev->arch[0] ? ", " : "",
             dev->arch, why ? ": " : "", why ? dev->api.hipGetErrorString(why) : "");
    return hc_error_no_part(image, "hip", device);
}

static int hip_module_create(hc_dev pub, const struct hc_image *image, hc_module *out)
{
    const struct hip_dev *dev = hip_enter(pub);
    struct hip_module *module = calloc(1, sizeof *module);
    if (!module) return hc_error(HC_ERR_MEMORY, "hip: out of memory");
    const int err = hip_image_load(dev, image, &module->handle);
    if (err) {
        free(module);
        return err;
    }
    module->pub.dev = pub;
    module->pub.image = image;
    *out = &module->pub;
    return 0;
}

static void hip_module_destroy(hc_module *pub)
{
    struct hip_module *module = (struct hip_module *)*pub;
    const struct hip_dev *dev = hip_enter(module->pub.dev);
    dev->api.hipModuleUnload(module->handle);
    for (struct hip_kernel *k = module->kernels, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    free(module);
    *pub = NULL;
}

static int hip_module_kernel(hc_module pub, const char *name, hc_kernel *out)
{
    struct hip_module *module = (struct hip_module *)pub;
    const struct hip_dev *dev = hip_enter(pub->dev);
    struct hip_kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return hc_error(HC_ERR_MEMORY, "hip: out of memory");
    const int e = dev->api.hipModuleGetFunction(&kernel->function, module->handle, name);
    if (e) {
        free(kernel);
        if (e == HIP_E_NOT_FOUND)
            return hc_error(HC_ERR_MODULE, "%s: no kernel '%s' in this image", pub->image->name,
                            name);
        return hip_error(dev, HC_ERR_MODULE, e, "hipModuleGetFunction");
    }
    kernel->pub.module = pub;
    kernel->next = module->kernels;
    module->kernels = kernel;
    *out = &kernel->pub;
    return 0;
}

static int hip_module_bind(hc_module pub, uint64_t context, uint64_t launch)
{
    (void)launch;
    const struct hip_dev *dev = hip_enter(pub->dev);
    struct hip_module *module = (struct hip_module *)pub;
    void *addr = NULL;
    size_t size = 0;
    int e = dev->api.hipModuleGetGlobal(&addr, &size, module->handle, "hc_context_address");
    module->context = context;
    const void *from = &module->context;
    size_t want = sizeof module->context;
    if (e) {
        // Kernels that nvcc made keep the context itself, in constant memory.
        const int other =
            dev->api.hipModuleGetGlobal(&addr, &size, module->handle, "hc_context_data");
        if (other)
            return hip_error(dev, HC_ERR_MODULE, e, "hipModuleGetGlobal(hc_context_address)");
        from = (const void *)(uintptr_t)context;
        want = sizeof(struct hc_context);
    }
    if (size != want)
        return hc_error(HC_ERR_MODULE, "%s: the context's symbol has %zu bytes", pub->image->name,
                        size);
    e = from ? dev->api.hipMemcpyAsync(addr, from, size, HIP_COPY_DEFAULT, dev->aside)
             : dev->api.hipMemsetAsync(addr, 0, size, dev->aside);
    if (!e) e = dev->api.hipStreamSynchronize(dev->aside);
    return e ? hip_error(dev, HC_ERR_MODULE, e, "hipMemcpyAsync") : 0;
}

// ---------------------------------------------------------------------------- streams and launches

static int hip_stream_create(hc_dev pub, hc_stream *out)
{
    const struct hip_dev *dev = hip_enter(pub);
    struct hip_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return hc_error(HC_ERR_MEMORY, "hip: out of memory");
    const int e = dev->api.hipStreamCreateWithFlags(&stream->handle, HIP_STREAM_NON_BLOCKING);
    if (e) {
        free(stream);
        return hip_error(dev, HC_ERR_SYSTEM, e, "hipStreamCreateWithFlags");
    }
    stream->pub.dev = pub;
    *out = &stream->pub;
    return 0;
}

static void hip_stream_destroy(hc_stream *pub)
{
    struct hip_stream *stream = (struct hip_stream *)*pub;
    const struct hip_dev *dev = hip_enter(stream->pub.dev);
    dev->api.hipStreamSynchronize(stream->handle);
    dev->api.hipStreamDestroy(stream->handle);
    free(stream);
    *pub = NULL;
}

static int hip_stream_poll(hc_stream pub, uint64_t timeout_ns)
{
    enum { SPINS = 64, NAP_MIN_NS = 2000, NAP_MAX_NS = 200000 };
    const struct hip_dev *dev = hip_enter(pub->dev);
    const uint64_t start = hc_now();
    long nap = NAP_MIN_NS;
    for (uint32_t spins = 0;; spins++) {
        const int e = dev->api.hipStreamQuery(((struct hip_stream *)pub)->handle);
        if (!e) return 0;
        if (e != HIP_E_NOT_READY) return hip_error(dev, HC_ERR_LOST, e, "hipStreamQuery");
        const uint64_t waited = hc_now() - start;
        if (waited >= timeout_ns) return 1;
        if (spins < SPINS) continue;
        const uint64_t left = timeout_ns - waited;
        const struct timespec t = {0, left < (uint64_t)nap ? (long)left : nap};
        nanosleep(&t, NULL);
        if (nap < NAP_MAX_NS) nap *= 2;
    }
}

int hip_launch_on(const struct hip_dev *dev, hip_stream_handle stream, hip_function_handle function,
                  uint32_t groups, uint32_t group_size, const void *args, size_t args_size)
{
    // The runtime takes as many bytes as the kernel declares, which may be more than we were given.
    _Alignas(16) char bytes[HC_KERNEL_ARGS_MAX] = {0};
    void *params[] = {bytes};
    if (args_size) memcpy(bytes, args, args_size);
    const int e = dev->api.hipModuleLaunchKernel(function, groups, 1, 1, group_size, 1, 1, 0,
                                                 stream, params, NULL);
    return e ? hip_error(dev, HC_ERR_ARGUMENT, e, "hipModuleLaunchKernel") : 0;
}

static int hip_launch(hc_stream pub, const struct hc_launch_params *params)
{
    const struct hip_stream *stream = (const struct hip_stream *)pub;
    return hip_launch_on(hip_enter(pub->dev), stream->handle,
                         ((struct hip_kernel *)params->kernel)->function, params->groups,
                         params->group_size, params->args, params->args_size);
}

const struct hc_backend hc_backend_hip = {
    .name = "hip",
    .cure = "install ROCm 6 or newer and an AMD GPU that it supports",
    .open = hip_open,
    .close = hip_close,
    .mem_create = hip_mem_create,
    .mem_destroy = hip_mem_destroy,
    .mem_copy = hip_mem_copy,
    .module_create = hip_module_create,
    .module_destroy = hip_module_destroy,
    .module_kernel = hip_module_kernel,
    .module_bind = hip_module_bind,
    .stream_create = hip_stream_create,
    .stream_destroy = hip_stream_destroy,
    .stream_poll = hip_stream_poll,
    .launch = hip_launch,
    .clock_pair = hip_clock_pair,
};
