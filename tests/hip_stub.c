// A test double of libamdhip64: loads the real code objects and runs the kernels' CPU twins.
//
// It is strict where a real runtime is: code objects must be AMD's and for its architecture,
// kernels are looked up in their symbol table and must take as many bytes of arguments as their
// twin, every thread must name a device first, memory is freed by the function that belongs to it.
// Kernels then run on the cpu backend's waves, 64 lanes wide on gfx9 and 32 on others, from the
// same sources.
//
//     HC_HIP_STUB_ARCH=gfx1100      the device's architecture; default gfx90a
//     HC_HIP_STUB_NODEV=1           hipInit fails as it does without a device
//     HC_HIP_STUB_FAIL=NAME[:N[:E]] the Nth call of that function (1) fails with error E (999)
//     HC_HIP_STUB_NOCLOCK=1         as a runtime before 5.5: no rate of the device clock
//     HC_HIP_STUB_MAPPED=1|flush    device memory the host can write; flush: by way of a register
#include <elf.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cpu/stream.h"
#include "backends/hip/hip_api.h"

enum { UNKNOWN = 999 };
enum { MACHINE_AMDGPU = 224, MACH_MASK = 0xff, KD_KERNARG_AT = 8, HIDDEN_ARGS = 256 };
enum { RESIDENT = 4, PAGE = 4096, PROPERTIES_ARCH_AT = 1160 };

struct hip_stream_opaque {
    struct hc_cpu_stream *jobs;
    hip_stream_handle next;
};
struct hip_module_opaque {
    const unsigned char *image;
    uint64_t context;   // the module's hc_context_address
    hip_function_handle functions;
};
struct hip_function_opaque {
    hip_module_handle module;
    const struct hc_cpu_kernel *twin;
    hip_function_handle next;
};

static _Thread_local int current =
    -1;  // real runtimes begin with device 0; being strict finds who forgot

#define EXPORTED(result, name, params) __attribute__((visibility("default"))) result name params;
HIP_FUNCTIONS(EXPORTED)
__attribute__((visibility("default"))) int hipGetDevicePropertiesR0600(void *properties,
                                                                       int device);
__attribute__((visibility("default"))) int hipExtMallocWithFlags(void **addr, size_t size,
                                                                 unsigned flags);

// -------------------------------------------------------------------------------- what tests ask for

static const struct arch {
    const char *name;
    uint32_t mach, width;
} archs[] = {
    {"gfx90a", 0x3f, 64}, {"gfx942", 0x4c, 64}, {"gfx1100", 0x41, 32}, {"gfx1201", 0x4e, 32}};

static const struct arch *arch(void)
{
    const char *want = getenv("HC_HIP_STUB_ARCH");
    for (size_t i = 0; want && i < sizeof archs / sizeof *archs; i++)
        if (!strcmp(archs[i].name, want)) return &archs[i];
    return &archs[0];
}

// The error a test wants from this call, or 0.
static int planned(const char *function)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char last[64];
    static unsigned calls;  // of the function that is to fail, since the plan changed
    const char *plan = getenv("HC_HIP_STUB_FAIL");
    const size_t n = strlen(function);
    unsigned at = 1;
    int error = UNKNOWN;
    pthread_mutex_lock(&lock);
    if (!plan || strcmp(plan, last)) {
        snprintf(last, sizeof last, "%s", plan ? plan : "");
        calls = 0;
    }
    const bool meant = plan && !strncmp(plan, function, n) && (!plan[n] || plan[n] == ':');
    if (meant && plan[n]) sscanf(plan + n, ":%u:%d", &at, &error);
    const bool now = meant && ++calls == at;
    pthread_mutex_unlock(&lock);
    return now ? error : 0;
}
#define ENTER                                 \
    do {                                      \
        const int e_ = planned(__func__);     \
        if (e_) return e_;                    \
    } while (0)
#define ENTER_DEVICE                          \
    do {                                      \
        ENTER;                                \
        if (current) return HIP_E_INVALID_DEVICE;   \
    } while (0)

// ---------------------------------------------------------------------------------------- devices

int hipInit(unsigned flags)
{
    ENTER;
    return getenv("HC_HIP_STUB_NODEV") ? HIP_E_NO_DEVICE : flags ? HIP_E_INVALID_VALUE : 0;
}

int hipGetDeviceCount(int *count)
{
    ENTER;
    *count = 1;
    return 0;
}

int hipRuntimeGetVersion(int *version)
{
    ENTER;
    *version = 1;
    return 0;
}

int hipSetDevice(int device)
{
    ENTER;
    if (device) return HIP_E_INVALID_DEVICE;
    current = 0;
    return 0;
}

int hipDeviceGetName(char *name, int size, int device)
{
    ENTER;
    snprintf(name, (size_t)size, "stub of a HIP device");
    return device ? HIP_E_INVALID_DEVICE : 0;
}

int hipGetDevicePropertiesR0600(void *properties, int device)
{
    ENTER;
    strcpy((char *)properties + PROPERTIES_ARCH_AT, arch()->name);
    return device ? HIP_E_INVALID_DEVICE : 0;
}

int hipDeviceGetAttribute(int *value, int attribute, int device)
{
    ENTER;
    if (device) return HIP_E_INVALID_DEVICE;
    switch (attribute) {
    case HIP_ATTRIBUTE_CAN_MAP_HOST: *value = 1; return 0;
    case HIP_ATTRIBUTE_GROUP_MAX: *value = 1024; return 0;
    case HIP_ATTRIBUTE_PROCESSORS: *value = RESIDENT; return 0;
    case HIP_ATTRIBUTE_PROCESSOR_LANES:
    case HIP_ATTRIBUTE_WAVE_WIDTH: *value = (int)arch()->width; return 0;
    case HIP_ATTRIBUTE_CLOCK_KHZ:
        *value = 1000000;
        return getenv("HC_HIP_STUB_NOCLOCK") ? HIP_E_INVALID_VALUE : 0;
    case HIP_ATTRIBUTE_LARGE_BAR: *value = getenv("HC_HIP_STUB_MAPPED") != NULL; return 0;
    case HIP_ATTRIBUTE_FLUSH_REGISTER: {
        const char *mapped = getenv("HC_HIP_STUB_MAPPED");
        void *address = mapped && !strcmp(mapped, "flush") ? value : NULL;
        memcpy(value, &address, sizeof address);  // not an int, in real runtimes either
        return 0;
    }
    default: return HIP_E_INVALID_VALUE;
    }
}

const char *hipGetErrorString(int error)
{
    return error == HIP_E_NO_DEVICE       ? "no ROCm-capable device is detected"
           : error == HIP_E_OUT_OF_MEMORY ? "out of memory"
                                          : "an error of the stub";
}

// ----------------------------------------------------------------------------------------- memory

static pthread_mutex_t streams_lock = PTHREAD_MUTEX_INITIALIZER;
static hip_stream_handle streams;

// What frees device memory waits for the device, as it does in real runtimes.
static void device_wait(void)
{
    pthread_mutex_lock(&streams_lock);
    for (hip_stream_handle s = streams; s; s = s->next) hc_cpu_stream_poll(s->jobs, UINT64_MAX);
    pthread_mutex_unlock(&streams_lock);
}

// Allocations remember who made them, one page below what the caller gets.
struct allocation {
    const char *freer;
};

static int memory_get(void **at, size_t size, const char *freer)
{
    const size_t whole = (size + 2 * PAGE - 1) / PAGE * PAGE;
    struct allocation *a = aligned_alloc(PAGE, whole);
    if (!a) return HIP_E_OUT_OF_MEMORY;
    a->freer = freer;
    *at = (char *)a + PAGE;
    memset(*at, 0xa5, whole - PAGE);  // fresh memory is not zero
    return 0;
}

static int memory_free(void *at, const char *freer)
{
    if (!at) return 0;
    device_wait();
    struct allocation *a = (struct allocation *)(void *)((char *)at - PAGE);
    if (strcmp(a->freer, freer)) {
        fprintf(stderr, "hip_stub: memory for %s given to %s\n", a->freer, freer);
        abort();
    }
    free(a);
    return 0;
}

int hipHostMalloc(void **at, size_t size, unsigned flags)
{
    ENTER_DEVICE;
    if (flags != (HIP_HOST_MAPPED | HIP_HOST_COHERENT)) return HIP_E_INVALID_VALUE;
    return memory_get(at, size, "hipHostFree");
}
int hipHostFree(void *at)
{
    ENTER_DEVICE;
    return memory_free(at, "hipHostFree");
}
int hipHostGetDevicePointer(void **addr, void *at, unsigned flags)
{
    ENTER_DEVICE;
    *addr = at;
    return flags ? HIP_E_INVALID_VALUE : 0;
}
int hipMalloc(void **addr, size_t size)
{
    ENTER_DEVICE;
    return memory_get(addr, size, "hipFree");
}
int hipExtMallocWithFlags(void **addr, size_t size, unsigned flags)
{
    ENTER_DEVICE;
    if (flags != HIP_DEVICE_UNCACHED && flags != HIP_DEVICE_FINE_GRAINED)
        return HIP_E_INVALID_VALUE;
    return memory_get(addr, size, "hipFree");
}
int hipFree(void *addr)
{
    ENTER_DEVICE;
    return memory_free(addr, "hipFree");
}

int hipMemsetAsync(void *addr, int value, size_t size, hip_stream_handle stream)
{
    ENTER_DEVICE;
    hc_cpu_stream_poll(stream->jobs, UINT64_MAX);
    memset(addr, value, size);
    return 0;
}

int hipMemcpyAsync(void *to, const void *from, size_t size, int kind, hip_stream_handle stream)
{
    ENTER_DEVICE;
    if (kind != HIP_COPY_DEFAULT) return HIP_E_INVALID_VALUE;
    return hc_cpu_stream_copy(stream->jobs, to, from, size) ? HIP_E_OUT_OF_MEMORY : 0;
}

// ---------------------------------------------------------------------------------------- modules

// Finds a symbol the runtime can see and copies the bytes it stands for.
static int symbol_read(const unsigned char *image, const char *name, uint64_t at, void *out,
                       size_t size)
{
    Elf64_Ehdr header;
    memcpy(&header, image, sizeof header);
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(const void *)(image + header.e_shoff);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        if (sections[i].sh_type != SHT_DYNSYM) continue;
        const Elf64_Sym *symbols = (const Elf64_Sym *)(const void *)(image + sections[i].sh_offset);
        const char *names = (const char *)image + sections[sections[i].sh_link].sh_offset;
        for (uint64_t k = 0; k < sections[i].sh_size / sizeof *symbols; k++) {
            if (strcmp(names + symbols[k].st_name, name) || !symbols[k].st_shndx) continue;
            const Elf64_Shdr *home = &sections[symbols[k].st_shndx];
            if (size)
                memcpy(out, image + home->sh_offset + (symbols[k].st_value - home->sh_addr) + at,
                       size);
            return 0;
        }
    }
    return HIP_E_NOT_FOUND;
}

int hipModuleLoadData(hip_module_handle *module, const void *image)
{
    ENTER_DEVICE;
    Elf64_Ehdr header;
    memcpy(&header, image, sizeof header);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_machine != MACHINE_AMDGPU)
        return HIP_E_INVALID_IMAGE;
    if ((header.e_flags & MACH_MASK) != arch()->mach) return HIP_E_NO_BINARY;
    *module = calloc(1, sizeof **module);
    if (!*module) return HIP_E_OUT_OF_MEMORY;
    (*module)->image = image;
    return 0;
}

int hipModuleUnload(hip_module_handle module)
{
    ENTER_DEVICE;
    device_wait();
    for (hip_function_handle f = module->functions, next; f; f = next) {
        next = f->next;
        free(f);
    }
    free(module);
    return 0;
}

int hipModuleGetFunction(hip_function_handle *function, hip_module_handle module, const char *name)
{
    ENTER_DEVICE;
    char descriptor[256];
    uint32_t kernarg;
    snprintf(descriptor, sizeof descriptor, "%s.kd", name);
    if (symbol_read(module->image, descriptor, KD_KERNARG_AT, &kernarg, sizeof kernarg))
        return HIP_E_NOT_FOUND;
    const struct hc_cpu_kernel *twin = hc_cpu_kernel_find(name);
    if (!twin) {
        fprintf(stderr, "hip_stub: kernel '%s' has no twin; link its source into the stub\n", name);
        return HIP_E_NOT_FOUND;
    }
    const uint32_t own = (twin->args_size + 7) & ~7u;
    if (kernarg != twin->args_size && kernarg != own && kernarg != own + HIDDEN_ARGS) {
        fprintf(stderr, "hip_stub: kernel '%s' takes %u bytes of arguments, its twin %u\n", name,
                kernarg, twin->args_size);
        return HIP_E_NOT_FOUND;
    }
    hip_function_handle f = calloc(1, sizeof *f);
    if (!f) return HIP_E_OUT_OF_MEMORY;
    f->module = module;
    f->twin = twin;
    f->next = module->functions;
    module->functions = f;
    *function = f;
    return 0;
}

int hipModuleGetGlobal(void **addr, size_t *size, hip_module_handle module, const char *name)
{
    ENTER_DEVICE;
    if (strcmp(name, "hc_context_address") || symbol_read(module->image, name, 0, NULL, 0))
        return HIP_E_NOT_FOUND;
    *addr = &module->context;
    *size = sizeof module->context;
    return 0;
}

// ---------------------------------------------------------------------------- streams and launches

int hipModuleLaunchKernel(hip_function_handle function, unsigned groups_x, unsigned groups_y,
                          unsigned groups_z, unsigned size_x, unsigned size_y, unsigned size_z,
                          unsigned shared, hip_stream_handle stream, void **params, void **extra)
{
    ENTER_DEVICE;
    if (groups_y != 1 || groups_z != 1 || size_y != 1 || size_z != 1 || shared || extra || !params)
        return HIP_E_INVALID_VALUE;
    if (!groups_x || !size_x || size_x > 1024) return HIP_E_INVALID_VALUE;
    const struct hc_wave_launch launch = {
        .context = (const struct hc_context *)(uintptr_t)function->module->context,
        .kernel = function->twin,
        .args = params[0],
        .groups = groups_x,
        .group_size = size_x,
    };
    return hc_cpu_stream_launch(stream->jobs, &launch, function->twin->args_size)
               ? HIP_E_OUT_OF_MEMORY
               : 0;
}

int hipStreamCreateWithFlags(hip_stream_handle *stream, unsigned flags)
{
    ENTER_DEVICE;
    const struct hc_cpu_shape shape = {.width = arch()->width, .resident = RESIDENT};
    if (flags != HIP_STREAM_NON_BLOCKING) return HIP_E_INVALID_VALUE;
    hip_stream_handle s = calloc(1, sizeof *s);
    if (s) s->jobs = hc_cpu_stream_create(&shape);
    if (!s || !s->jobs) {
        free(s);
        return HIP_E_OUT_OF_MEMORY;
    }
    pthread_mutex_lock(&streams_lock);
    s->next = streams;
    streams = s;
    pthread_mutex_unlock(&streams_lock);
    *stream = s;
    return 0;
}

int hipStreamDestroy(hip_stream_handle stream)
{
    ENTER_DEVICE;
    pthread_mutex_lock(&streams_lock);
    hip_stream_handle *at = &streams;
    while (*at != stream) at = &(*at)->next;
    *at = stream->next;
    pthread_mutex_unlock(&streams_lock);
    hc_cpu_stream_destroy(stream->jobs);
    free(stream);
    return 0;
}

int hipStreamQuery(hip_stream_handle stream)
{
    ENTER_DEVICE;
    return hc_cpu_stream_poll(stream->jobs, 0) ? HIP_E_NOT_READY : 0;
}

int hipStreamSynchronize(hip_stream_handle stream)
{
    ENTER_DEVICE;
    hc_cpu_stream_poll(stream->jobs, UINT64_MAX);
    return 0;
}
