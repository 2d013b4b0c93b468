// Device memory that the host can write: allocated and mapped by Vulkan, imported by CUDA through a
// file descriptor.  Driver 580 has no other way without a kernel module: dma-buf mmap is refused
// there.
#include "backends/cuda/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef HC_CUDA_MAPPED

struct cu_mapper *cuda_mapper_create(const struct cu_driver *cu, CUuuid uuid, char *why,
                                     size_t why_size)
{
    (void)cu, (void)uuid;
    snprintf(why, why_size, "built without Vulkan headers");
    return NULL;
}
void cuda_mapper_destroy(struct cu_mapper *mapper) { (void)mapper; }
int cuda_mapped_create(struct cu_mapper *mapper, size_t size, struct cu_mapped *out, char *why,
                       size_t why_size)
{
    (void)mapper, (void)size, (void)out;
    snprintf(why, why_size, "built without Vulkan headers");
    return -1;
}
void cuda_mapped_destroy(struct cu_mapped *mapped) { (void)mapped; }

#else

#include <dlfcn.h>
#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include "core/backend.h"

struct cu_mapper {
    const struct cu_driver *cu;
    void *library;
    VkInstance instance;
    VkDevice device;
    uint32_t types;   // bit per memory type that is in device memory, host visible and coherent
    PFN_vkGetInstanceProcAddr proc;
    PFN_vkDestroyInstance destroy_instance;
    PFN_vkDestroyDevice destroy_device;
    PFN_vkAllocateMemory allocate;
    PFN_vkFreeMemory free;
    PFN_vkMapMemory map;
    PFN_vkGetMemoryFdKHR get_fd;
};

#define INSTANCE_PROC(m, name) PFN_##name name = (PFN_##name)(m)->proc((m)->instance, #name)

static VkPhysicalDevice device_find(struct cu_mapper *m, CUuuid uuid)
{
    INSTANCE_PROC(m, vkEnumeratePhysicalDevices);
    INSTANCE_PROC(m, vkGetPhysicalDeviceProperties2);
    VkPhysicalDevice all[32];
    uint32_t count = 32;
    if (vkEnumeratePhysicalDevices(m->instance, &count, all) < 0) return VK_NULL_HANDLE;
    for (uint32_t i = 0; i < count; i++) {
        VkPhysicalDeviceIDProperties id = {.sType =
                                               VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
        VkPhysicalDeviceProperties2 p = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,
                                         .pNext = &id};
        vkGetPhysicalDeviceProperties2(all[i], &p);
        if (!memcmp(id.deviceUUID, uuid.bytes, sizeof uuid.bytes)) return all[i];
    }
    return VK_NULL_HANDLE;
}

static const char *mapper_open(struct cu_mapper *m, CUuuid uuid)
{
    static const char *const names[] = {"libvulkan.so.1", NULL};
    m->library = hc_library_open("HOSTCALL_VULKAN_LIBRARY", names);
    if (!m->library) return "no Vulkan loader (libvulkan.so.1)";
    *(void **)&m->proc = dlsym(m->library, "vkGetInstanceProcAddr");
    if (!m->proc) return "the Vulkan loader is damaged";
    PFN_vkCreateInstance create_instance = (PFN_vkCreateInstance)m->proc(NULL, "vkCreateInstance");
    const VkApplicationInfo app = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                   .apiVersion = VK_API_VERSION_1_1};
    const VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
                                       .pApplicationInfo = &app};
    if (!create_instance || create_instance(&info, NULL, &m->instance)) return "no Vulkan instance";
    m->destroy_instance = (PFN_vkDestroyInstance)m->proc(m->instance, "vkDestroyInstance");

    const VkPhysicalDevice physical = device_find(m, uuid);
    if (!physical) return "no Vulkan driver for this device";
    INSTANCE_PROC(m, vkGetPhysicalDeviceMemoryProperties);
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(physical, &memory);
    const VkMemoryPropertyFlags want = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT |
                                       VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                       VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    for (uint32_t i = 0; i < memory.memoryTypeCount; i++)
        if ((memory.memoryTypes[i].propertyFlags & want) == want) m->types |= 1u << i;
    if (!m->types) return "no device memory the host can map (BAR)";

    INSTANCE_PROC(m, vkCreateDevice);
    INSTANCE_PROC(m, vkGetDeviceProcAddr);
    const float priority = 1;
    const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                           .queueCount = 1,
                                           .pQueuePriorities = &priority};
    const char *extension = VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME;
    const VkDeviceCreateInfo device = {
        .sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
        .queueCreateInfoCount = 1,
        .pQueueCreateInfos = &queue,
        .enabledExtensionCount = 1,
        .ppEnabledExtensionNames = &extension,
    };
    if (vkCreateDevice(physical, &device, NULL, &m->device))
        return "vkCreateDevice with VK_KHR_external_memory_fd failed";
#define DEVICE_PROC(field, name) m->field = (PFN_##name)vkGetDeviceProcAddr(m->device, #name)
    DEVICE_PROC(destroy_device, vkDestroyDevice);
    DEVICE_PROC(allocate, vkAllocateMemory);
    DEVICE_PROC(free, vkFreeMemory);
    DEVICE_PROC(map, vkMapMemory);
    DEVICE_PROC(get_fd, vkGetMemoryFdKHR);
    return NULL;
}

struct cu_mapper *cuda_mapper_create(const struct cu_driver *cu, CUuuid uuid, char *why,
                                     size_t why_size)
{
    struct cu_mapper *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->cu = cu;
    const char *failed = mapper_open(m, uuid);
    if (!failed) return m;
    snprintf(why, why_size, "%s", failed);
    cuda_mapper_destroy(m);
    return NULL;
}

void cuda_mapper_destroy(struct cu_mapper *m)
{
    if (!m) return;
    if (m->device) m->destroy_device(m->device, NULL);
    if (m->instance) m->destroy_instance(m->instance, NULL);
    free(m);  // the loader stays open: drivers don't take being unloaded well
}

static const char *mapped_open(struct cu_mapper *m, size_t size, uint32_t type,
                               struct cu_mapped *out)
{
    const VkExportMemoryAllocateInfo export = {
        .sType = VK_STRUCTURE_TYPE_EXPORT_MEMORY_ALLOCATE_INFO,
        .handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT,
    };
    const VkMemoryAllocateInfo info = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
        .pNext = &export,
        .allocationSize = size,
        .memoryTypeIndex = type,
    };
    VkDeviceMemory memory;
    if (m->allocate(m->device, &info, NULL, &memory)) return "vkAllocateMemory failed";
    out->memory = (void *)memory;
    if (m->map(m->device, memory, 0, VK_WHOLE_SIZE, 0, &out->host)) return "vkMapMemory failed";
    const VkMemoryGetFdInfoKHR get = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_GET_FD_INFO_KHR,
        .memory = memory,
        .handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT,
    };
    int fd = -1;
    if (m->get_fd(m->device, &get, &fd)) return "vkGetMemoryFdKHR failed";
    const struct cu_external_memory import = {
        .type = CU_EXTERNAL_MEMORY_OPAQUE_FD, .handle.fd = fd, .size = size};
    if (m->cu->import_memory(&out->external, &import)) {
        close(fd);  // a successful import takes it over
        return "cuImportExternalMemory failed";
    }
    const struct cu_external_buffer buffer = {.size = size};
    if (m->cu->import_buffer(&out->addr, out->external, &buffer))
        return "cuExternalMemoryGetMappedBuffer failed";
    return NULL;
}

int cuda_mapped_create(struct cu_mapper *m, size_t size, struct cu_mapped *out, char *why,
                       size_t why_size)
{
    const char *failed = "no memory type";
    for (uint32_t type = 0; type < 32 && failed; type++) {
        if (!(m->types >> type & 1)) continue;
        *out = (struct cu_mapped){.mapper = m};
        failed = mapped_open(m, size, type, out);
        if (failed) cuda_mapped_destroy(out);
    }
    if (!failed) return 0;
    snprintf(why, why_size, "%s", failed);
    return -1;
}

void cuda_mapped_destroy(struct cu_mapped *mapped)
{
    struct cu_mapper *m = mapped->mapper;
    if (mapped->addr) m->cu->mem_free(mapped->addr);
    if (mapped->external) m->cu->import_free(mapped->external);
    if (mapped->memory) m->free(m->device, (VkDeviceMemory)mapped->memory, NULL);
    *mapped = (struct cu_mapped){0};
}

#endif
