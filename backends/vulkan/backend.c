// The vulkan backend: any device with Vulkan 1.3 and buffer device addresses, through libvulkan at
// run time.
#include "backends/vulkan/vk.h"

#include <stdio.h>
#include <stdlib.h>

void vk_sweep(struct vk_dev *d)
{
    if (vk_busy(d)) return;
    pthread_mutex_lock(&d->lock);
    struct vk_mem *mem = d->dropped_mems;
    struct vk_module *module = d->dropped_modules;
    d->dropped_mems = NULL;
    d->dropped_modules = NULL;
    struct vk_stream *dropped = NULL;
    for (struct vk_stream **at = &d->streams, *s; (s = *at);) {
        if (s->dropped) {
            *at = s->next;
            s->next = dropped;
            dropped = s;
        } else {
            at = &s->next;
        }
    }
    pthread_mutex_unlock(&d->lock);
    for (struct vk_mem *next; mem; mem = next) {
        next = mem->next;
        vk_mem_free(d, mem);
    }
    for (struct vk_module *next; module; module = next) {
        next = module->next;
        vk_module_free(d, module);
    }
    for (struct vk_stream *next; dropped; dropped = next) {
        next = dropped->next;
        vk_stream_free(d, dropped);
    }
}

static void dev_free(struct vk_dev *d)
{
    if (d->device) {
        vk_clock_destroy(d);
        if (d->filler) vk_stream_destroy(&d->filler);
        vk_sweep(d);
        // Destroying a device waits for its kernels.  One that does not end keeps everything, for
        // ever.
        if (vk_busy(d)) return;
        if (d->layout) d->vk.DestroyPipelineLayout(d->device, d->layout, NULL);
    }
    vk_context_destroy(d);
    pthread_mutex_destroy(&d->lock);
    free(d->cache);
    free(d);
}

static int layout_create(struct vk_dev *d)
{
    const VkPushConstantRange range = {
        .stageFlags = VK_SHADER_STAGE_COMPUTE_BIT, .offset = 0, .size = HC_SPIRV_PUSH_SIZE};
    const VkPipelineLayoutCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO,
        .pushConstantRangeCount = 1,
        .pPushConstantRanges = &range,
    };
    const VkResult result = d->vk.CreatePipelineLayout(d->device, &info, NULL, &d->layout);
    return result ? vk_error(d, "vkCreatePipelineLayout", result, NULL) : 0;
}

static int vk_open(const struct hc_dev_params *params, hc_dev *out)
{
    struct vk_dev *d = calloc(1, sizeof *d);
    if (!d) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    pthread_mutex_init(&d->lock, NULL);
    d->pub.backend = &hc_backend_vulkan;
    d->pub.backend_name = hc_backend_vulkan.name;
    int err = vk_context_create(params, d);
    if (!err) err = vk_device_create(params, d);
    if (!err) err = layout_create(d);
    if (!err) vk_cache_open(d);
    if (!err) err = vk_stream_create(&d->pub, &d->filler);
    if (!err) err = vk_clock_create(d);
    if (err) {
        dev_free(d);
        return err;
    }
    *out = &d->pub;
    return 0;
}

static void vk_close(hc_dev dev)
{
    struct vk_dev *d = vk_dev(dev);
    const uint32_t complaints = __atomic_load_n(&d->complaints, __ATOMIC_RELAXED);
    if (complaints) fprintf(stderr, "validation: %u messages in all\n", complaints);
    dev_free(d);
}

const struct hc_backend hc_backend_vulkan = {
    .name = "vulkan",
    .cure = "install the loader (libvulkan1) and a Vulkan 1.3 driver, e.g. mesa-vulkan-drivers",
    .open = vk_open,
    .close = vk_close,
    .mem_create = vk_mem_create,
    .mem_destroy = vk_mem_destroy,
    .mem_copy = vk_mem_copy,
    .module_create = vk_module_create,
    .module_destroy = vk_module_destroy,
    .module_kernel = vk_module_kernel,
    .module_bind = vk_module_bind,
    .stream_create = vk_stream_create,
    .stream_destroy = vk_stream_destroy,
    .stream_poll = vk_stream_poll,
    .launch = vk_launch,
    .clock_pair = vk_clock_pair,
};
