// What the files of the vulkan backend share: the device with its function table, memory, kernels,
// streams.
//
// Buffers are reached by device address and kernels get 128 bytes of push constants, laid out in
// module.h.  There are no descriptor sets, one queue, and one timeline semaphore a stream, which is
// the only thing anyone waits for.
#ifndef HC_VK_H
#define HC_VK_H

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include "backends/vulkan/module.h"
#include "core/backend.h"

#include <pthread.h>

_Static_assert(HC_SPIRV_PUSH_SIZE - HC_SPIRV_PUSH_ARGS == HC_KERNEL_ARGS_MAX,
               "a kernel's arguments fill the push constants");

// clang-format off
#define VK_INSTANCE_FUNCTIONS(X) \
    X(DestroyInstance) X(EnumeratePhysicalDevices) X(GetPhysicalDeviceProperties2) \
    X(GetPhysicalDeviceFeatures2) X(GetPhysicalDeviceMemoryProperties) \
    X(GetPhysicalDeviceQueueFamilyProperties) X(EnumerateDeviceExtensionProperties) \
    X(CreateDevice) X(GetDeviceProcAddr) X(CreateDebugUtilsMessengerEXT) \
    X(DestroyDebugUtilsMessengerEXT)

#define VK_DEVICE_FUNCTIONS(X) \
    X(DestroyDevice) X(GetDeviceQueue) X(CreateBuffer) X(DestroyBuffer) \
    X(GetBufferMemoryRequirements) X(GetBufferDeviceAddress) X(AllocateMemory) X(FreeMemory) \
    X(BindBufferMemory) X(MapMemory) X(UnmapMemory) X(CreateShaderModule) X(DestroyShaderModule) \
    X(CreatePipelineLayout) X(DestroyPipelineLayout) X(CreateComputePipelines) \
    X(DestroyPipeline) X(CreateCommandPool) X(DestroyCommandPool) X(AllocateCommandBuffers) \
    X(BeginCommandBuffer) X(EndCommandBuffer) X(CmdBindPipeline) X(CmdPushConstants) \
    X(CmdDispatch) X(CmdFillBuffer) X(CmdCopyBuffer) X(CmdPipelineBarrier) X(QueueSubmit) \
    X(CreateSemaphore) X(DestroySemaphore) X(GetSemaphoreCounterValue) X(WaitSemaphores) \
    X(CreatePipelineCache) X(DestroyPipelineCache) X(GetPipelineCacheData)
// clang-format on

// What device code may need beyond HC_SPIRV_NEEDS_*.
#define VK_NEEDS_VOTE 0x10000     // subgroup operations
#define VK_NEEDS_BALLOT 0x20000
#define VK_NEEDS_SHUFFLE 0x40000
#define VK_NEEDS_ARITHMETIC 0x80000

struct vk_api {
#define VK_MEMBER(name) PFN_vk##name name;
    VK_INSTANCE_FUNCTIONS(VK_MEMBER)
    VK_DEVICE_FUNCTIONS(VK_MEMBER)
#undef VK_MEMBER
};

struct vk_stream {
    struct hc_stream_t pub;
    struct vk_stream *next;       // of the device's
    bool dropped;                 // by the user, but its kernel still runs
    VkCommandPool pool;
    VkSemaphore timeline;
    uint64_t submitted;           // value the timeline reaches when all is done
    struct vk_commands *commands;
    hc_mem stack;                 // of its kernels' lanes; NULL: none has needed one
};

struct vk_mem {
    struct hc_mem_t pub;
    struct vk_mem *next;          // of the dropped
    VkBuffer buffer;
    VkDeviceMemory memory;
    VkDeviceSize at;              // where pub.addr lies in the buffer
};

struct vk_file {                  // a module file, checked
    struct vk_file *next;
    const struct hc_spirv_module *head;
    hc_mem data;                  // its data segment; NULL: it has none
};

struct vk_kernel {
    struct hc_kernel_t pub;
    struct vk_kernel *next;
    const char *name;
    const struct vk_file *file;   // NULL: it came as SPIR-V alone
    VkShaderModule shader;
    uint64_t hash;                // of the SPIR-V
    uint32_t stack;               // bytes a lane
    bool stack_raised;            // by HOSTCALL_VULKAN_STACK
    struct vk_pipeline *pipelines;  // one per group_size used so far
};

struct vk_module {
    struct hc_module_t pub;
    struct vk_module *next;       // of the dropped
    uint64_t context;
    struct vk_kernel *kernels;    // those of files are made when asked for
    struct vk_file *files;
};

struct vk_dev {
    struct hc_dev_t pub;
    struct vk_api vk;
    VkInstance instance;
    VkDebugUtilsMessengerEXT messenger;
    uint32_t complaints;          // messages of the validation layer; atomic
    VkPhysicalDevice physical;
    VkDevice device;
    VkQueue queue;
    uint32_t queue_family, groups_max;
    VkPhysicalDeviceMemoryProperties memory;
    uint32_t has;                 // HC_SPIRV_NEEDS_*, VK_NEEDS_*: what device code may need
    uint32_t shared_max;          // bytes of workgroup memory
    uint64_t buffer_max;          // bytes
    bool maximal;                 // module files' kernels ask for maximal reconvergence
    bool reunites, live_outs;     // HC_SPIRV_SPEC_*
    bool verbose;
    uint64_t stack_wish;          // bytes a lane, for kernels that recurse
    uint64_t driver_hash;         // of all that says whose pipelines these are
    char *cache;                  // folder of compiled pipelines; NULL: none
    bool lost;                    // the driver said so: nothing runs any more
    pthread_mutex_t lock;         // of the queue and the lists
    struct vk_stream *streams;
    struct vk_mem *dropped_mems;  // by the user, but a kernel still runs
    struct vk_module *dropped_modules;
    VkPipelineLayout layout;
    hc_stream filler;             // zeroes memory that the host can't reach
    struct vk_clock *clock;       // NULL: kernels have none
};

static inline struct vk_dev *vk_dev(hc_dev dev) { return (struct vk_dev *)(uintptr_t)dev; }

// context.c: loader, instance, choice of device.  Fills everything up to `lost`.
int vk_context_create(const struct hc_dev_params *params, struct vk_dev *d);
void vk_context_destroy(struct vk_dev *d);  // also after a failed create

// device.c: what the physical device has and may do.
int vk_device_create(const struct hc_dev_params *params, struct vk_dev *d);

// Says that a Vulkan call failed and how; a lost device is remembered.  [what] is what it was for.
int vk_error(struct vk_dev *d, const char *call, VkResult result, const char *what);

// backend.c: frees what the user dropped while a kernel ran, which might have used it, if none runs
// now.
void vk_sweep(struct vk_dev *d);

// memory.c
bool vk_mem_mapped(const struct vk_dev *d);   // there is device memory the host can write
bool vk_mem_unified(const struct vk_dev *d);  // HC_MEM_SHARED is device memory
int vk_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out);
// HC_MEM_DEVICE, not zeroed: waits for no kernel.
int vk_mem_create_raw(struct vk_dev *d, size_t size, const char *tag, hc_mem *out);
void vk_mem_destroy(hc_mem *mem);
void vk_mem_free(struct vk_dev *d, struct vk_mem *mem);

// module.c
int vk_module_create(hc_dev dev, const struct hc_image *image, hc_module *out);
void vk_module_destroy(hc_module *module);
void vk_module_free(struct vk_dev *d, struct vk_module *module);
int vk_module_kernel(hc_module module, const char *name, hc_kernel *out);
int vk_module_bind(hc_module module, uint64_t context, uint64_t launch);

// file.c
bool vk_file_is(const struct hc_image_part *part);
// Checks a module file and brings its data segment to the device.
int vk_file_load(struct vk_dev *d, const struct hc_image *image, const struct hc_image_part *part,
                 struct vk_file **out);
void vk_file_free(struct vk_dev *d, struct vk_file *file);
const struct hc_spirv_kernel *vk_file_kernel(const struct vk_file *file, const char *name);

// spirv.c
struct vk_spirv {
    uint32_t needs;                    // HC_SPIRV_NEEDS_*, VK_NEEDS_*: the capabilities it declares
    uint32_t main;                     // id of the entry point
    size_t extensions_at, modes_at;    // words, where one more goes
};
// NULL, or what is wrong with it: "is cut off".
const char *vk_spirv_scan(const uint32_t *words, size_t size, struct vk_spirv *out);
// A copy that asks for maximal reconvergence, for free(); [size] is in bytes and grows.  NULL: no memory.
uint32_t *vk_spirv_reconverge(const uint32_t *words, const struct vk_spirv *spirv, size_t *size);
// Lists features and what to do about them: "shaderInt8 (compile with hc-spirv --without int8)".
void vk_spirv_lacks(char *text, size_t size, uint32_t needs, bool from_file);

// pipeline.c
int vk_pipeline_get(struct vk_dev *d, struct vk_kernel *kernel, uint32_t group_size,
                    VkPipeline *out);
void vk_pipelines_free(struct vk_dev *d, struct vk_kernel *kernel);

// cache.c
struct vk_cached {
    VkPipelineCache cache;             // VK_NULL_HANDLE: none
    uint64_t key, held;                // hash of what the file held
    bool found;
};
void vk_cache_open(struct vk_dev *d);  // finds the folder
void vk_cache_begin(struct vk_dev *d, uint64_t key, struct vk_cached *c);
void vk_cache_end(struct vk_dev *d, struct vk_cached *c, bool keep);
uint64_t vk_hash(uint64_t start, const void *data, size_t size);

// stream.c
int vk_stream_create(hc_dev dev, hc_stream *out);
void vk_stream_destroy(hc_stream *stream);
void vk_stream_free(struct vk_dev *d, struct vk_stream *stream);
int vk_stream_poll(hc_stream stream, uint64_t timeout_ns);
int vk_launch(hc_stream stream, const struct hc_launch_params *params);
int vk_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                size_t size);
int vk_mem_fill(hc_stream stream, const struct vk_mem *mem);  // with zeros
bool vk_busy(struct vk_dev *d);  // any stream; false once the device is lost

// clock.c
int vk_clock_create(struct vk_dev *d);  // sets caps.device_clock and caps.ns_per_tick
void vk_clock_destroy(struct vk_dev *d);
int vk_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks);

extern const struct hc_image hc_vk_clock_image;    // built from shaders/clock.comp

#endif
