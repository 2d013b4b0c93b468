// Memory of the vulkan backend: one buffer and one allocation each, reached by device address.
#include "backends/vulkan/vk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN 4096  // what hc_mem_create promises

#define HOST (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)
#define CACHED VK_MEMORY_PROPERTY_HOST_CACHED_BIT
#define LOCAL VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT

static int type_find(const struct vk_dev *d, uint32_t usable, VkMemoryPropertyFlags want,
                     VkMemoryPropertyFlags avoid)
{
    // Memory that bypasses the device's caches is slow, and our stores say themselves what must be
    // seen.
    avoid |= VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD |
             VK_MEMORY_PROPERTY_DEVICE_UNCACHED_BIT_AMD | VK_MEMORY_PROPERTY_PROTECTED_BIT |
             VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT;
    for (uint32_t i = 0; i < d->memory.memoryTypeCount; i++) {
        const VkMemoryPropertyFlags flags = d->memory.memoryTypes[i].propertyFlags;
        if ((usable >> i & 1) && (flags & want) == want && !(flags & avoid)) return (int)i;
    }
    return -1;
}

static int type_first(const struct vk_dev *d, uint32_t usable,
                      const VkMemoryPropertyFlags (*tries)[2], int n)
{
    int type = -1;
    for (int i = 0; i < n && type < 0; i++) type = type_find(d, usable, tries[i][0], tries[i][1]);
    return type;
}

static int type_choose(const struct vk_dev *d, uint32_t usable, enum hc_mem_kind kind)
{
    // Wanted and unwanted properties, best first.
    static const VkMemoryPropertyFlags shared[][2] = {
        {HOST | CACHED, LOCAL}, {HOST | CACHED, 0}, {HOST, LOCAL}, {HOST, 0}};
    static const VkMemoryPropertyFlags mapped[][2] = {{HOST | LOCAL, 0}};
    static const VkMemoryPropertyFlags device[][2] = {{LOCAL, HOST}, {LOCAL, 0}, {0, 0}};
    if (kind == HC_MEM_DEVICE) return type_first(d, usable, device, 3);
    if (kind == HC_MEM_MAPPED && d->pub.caps.mapped) return type_first(d, usable, mapped, 1);
    return type_first(d, usable, shared, 4);
}

bool vk_mem_mapped(const struct vk_dev *d) { return type_find(d, ~0u, HOST | LOCAL, 0) >= 0; }

bool vk_mem_unified(const struct vk_dev *d)
{
    const int type = type_choose(d, ~0u, HC_MEM_SHARED);
    return type >= 0 && (d->memory.memoryTypes[type].propertyFlags & LOCAL);
}

void vk_mem_free(struct vk_dev *d, struct vk_mem *mem)
{
    if (mem->buffer) d->vk.DestroyBuffer(d->device, mem->buffer, NULL);
    if (mem->memory) d->vk.FreeMemory(d->device, mem->memory, NULL);
    free(mem);
}

static int mem_zero(struct vk_dev *d, struct vk_mem *mem, bool host_visible, size_t room)
{
    if (!host_visible) {
        int err = vk_mem_fill(d->filler, mem);
        if (!err) err = vk_stream_poll(d->filler, UINT64_MAX);
        return err;
    }
    void *at = NULL;
    const VkResult result = d->vk.MapMemory(d->device, mem->memory, 0, VK_WHOLE_SIZE, 0, &at);
    if (result) return vk_error(d, "vkMapMemory", result, NULL);
    memset(at, 0, room);
    hc_mem_publish();
    if (mem->pub.kind == HC_MEM_DEVICE)
        d->vk.UnmapMemory(d->device, mem->memory);
    else
        mem->pub.host = (char *)at + mem->at;
    return 0;
}

static int mem_create(hc_dev dev, const struct hc_mem_params *params, bool zeroed, hc_mem *out)
{
    struct vk_dev *d = vk_dev(dev);
    const char *tag = params->tag ? params->tag : "memory";
    vk_sweep(d);
    if (params->size > d->buffer_max - 2 * ALIGN)
        return hc_error(HC_ERR_MEMORY, "vulkan: %zu bytes [%s]: %s takes %" PRIu64 " at most",
                        params->size, tag, d->pub.caps.name, d->buffer_max - 2 * ALIGN);
    struct vk_mem *mem = calloc(1, sizeof *mem);
    if (!mem) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    mem->pub.dev = dev;
    mem->pub.kind = params->kind;
    mem->pub.size = params->size;

    // Some drivers align less than we promise: room to move the start.
    const size_t room = ((params->size + 3) & ~(size_t)3) + ALIGN;
    const VkBufferCreateInfo buffer_info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
        .size = room,
        .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT |
                 VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
    };
    const char *call = "vkCreateBuffer";
    VkResult result = d->vk.CreateBuffer(d->device, &buffer_info, NULL, &mem->buffer);
    if (result) goto failed;

    VkMemoryRequirements needs;
    d->vk.GetBufferMemoryRequirements(d->device, mem->buffer, &needs);
    const int type = type_choose(d, needs.memoryTypeBits, params->kind);
    if (type < 0 ||
        needs.size > d->memory.memoryHeaps[d->memory.memoryTypes[type].heapIndex].size) {
        vk_mem_free(d, mem);
        return hc_error(HC_ERR_MEMORY, "vulkan: %s has no memory that fits %zu bytes [%s]",
                        d->pub.caps.name, params->size, tag);
    }
    const VkMemoryPropertyFlags flags = d->memory.memoryTypes[type].propertyFlags;
    const VkMemoryAllocateFlagsInfo addressed = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO,
        .flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT,
    };
    const VkMemoryAllocateInfo memory_info = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
        .pNext = &addressed,
        .allocationSize = needs.size,
        .memoryTypeIndex = (uint32_t)type,
    };
    call = "vkAllocateMemory";
    result = d->vk.AllocateMemory(d->device, &memory_info, NULL, &mem->memory);
    if (result) goto failed;
    call = "vkBindBufferMemory";
    result = d->vk.BindBufferMemory(d->device, mem->buffer, mem->memory, 0);
    if (result) goto failed;

    const VkBufferDeviceAddressInfo address_info = {
        .sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO,
        .buffer = mem->buffer,
    };
    const uint64_t address = d->vk.GetBufferDeviceAddress(d->device, &address_info);
    mem->at = (ALIGN - address % ALIGN) % ALIGN;
    mem->pub.addr = address + mem->at;
    mem->pub.write_combined = params->kind == HC_MEM_MAPPED && !(flags & CACHED);
    const bool host_visible = (flags & HOST) == HOST;
    const int err = zeroed ? mem_zero(d, mem, host_visible, room) : 0;
    if (err) {
        vk_mem_free(d, mem);
        return err;
    }
    *out = &mem->pub;
    return 0;

failed:
    vk_mem_free(d, mem);
    if (result == VK_ERROR_OUT_OF_HOST_MEMORY || result == VK_ERROR_OUT_OF_DEVICE_MEMORY ||
        result == VK_ERROR_TOO_MANY_OBJECTS)
        return hc_error(HC_ERR_MEMORY, "%s: no %zu bytes of memory [%s]", call, params->size, tag);
    return vk_error(d, call, result, tag);
}

int vk_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out)
{
    return mem_create(dev, params, true, out);
}

int vk_mem_create_raw(struct vk_dev *d, size_t size, const char *tag, hc_mem *out)
{
    return mem_create(&d->pub, hc_mem_params(.kind = HC_MEM_DEVICE, .size = size, .tag = tag),
                      false, out);
}

void vk_mem_destroy(hc_mem *mem)
{
    struct vk_mem *m = (struct vk_mem *)(uintptr_t)*mem;
    struct vk_dev *d = vk_dev(m->pub.dev);
    *mem = NULL;
    pthread_mutex_lock(&d->lock);
    m->next = d->dropped_mems;
    d->dropped_mems = m;
    pthread_mutex_unlock(&d->lock);
    vk_sweep(d);
}
