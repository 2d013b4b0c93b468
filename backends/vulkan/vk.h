// What the files of the vulkan backend share: the device with its function table, memory, kernels,
// streams.
//
// Buffers are reached by device address and kernels get 128 bytes of push constants: at offset 0
// the address of struct hc_context, at offset 16 their arguments.  There are no descriptor sets,
// one queue, and one timeline semaphore a stream, which is the only thing anyone waits for.
#ifndef HC_VK_H
#define HC_VK_H

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include "core/backend.h"

#include <pthread.h>

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
    X(CreateSemaphore) X(DestroySemaphore) X(GetSemaphoreCounterValue) X(WaitSemaphores)
// clang-format on

#define VK_CONTEXT_AT 0   // offsets in the push constants
#define VK_ARGS_AT 16
#define VK_PUSH_SIZE 128

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
};

struct vk_mem {
    struct hc_mem_t pub;
    struct vk_mem *next;          // of the dropped
    VkBuffer buffer;
    VkDeviceMemory memory;
    VkDeviceSize at;              // where pub.addr lies in the buffer
};

struct vk_kernel {
    struct hc_kernel_t pub;
    struct vk_kernel *next;
    const char *name;
    VkShaderModule shader;
    struct vk_pipeline *pipelines;  // one per group_size used so far
};

struct vk_module {
    struct hc_module_t pub;
    struct vk_module *next;       // of the dropped
    uint64_t context;
    struct vk_kernel *kernels;
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
    bool shader_clock, float64;   // what device code may ask for beyond the required
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
void vk_mem_destroy(hc_mem *mem);
void vk_mem_free(struct vk_dev *d, struct vk_mem *mem);

// pipeline.c
int vk_module_create(hc_dev dev, const struct hc_image *image, hc_module *out);
void vk_module_destroy(hc_module *module);
void vk_module_free(struct vk_dev *d, struct vk_module *module);
int vk_module_kernel(hc_module module, const char *name, hc_kernel *out);
int vk_module_bind(hc_module module, uint64_t context);
int vk_pipeline_get(struct vk_dev *d, struct vk_kernel *kernel, uint32_t group_size,
                    VkPipeline *out);

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
