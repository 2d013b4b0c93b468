// Device code of the vulkan backend: a SPIR-V module a kernel, and a pipeline per kernel and group
// size.
#include "backends/vulkan/vk.h"

#include <stdlib.h>
#include <string.h>

struct vk_pipeline {
    struct vk_pipeline *next;
    uint32_t group_size;
    VkPipeline pipeline;
};

// Device code may declare what this device lacks; drivers need not say so, some crash.
static const char *spirv_lacks(const struct vk_dev *d, const uint32_t *words, size_t n)
{
    enum { FLOAT64 = 10, SHADER_CLOCK = 5055, OP_CAPABILITY = 17 };
    for (size_t i = 5;
         i < n && (words[i] & 0xffff) == OP_CAPABILITY && words[i] >> 16 == 2 && i + 1 < n;
         i += 2) {
        if (words[i + 1] == FLOAT64 && !d->float64) return "shaderFloat64 (no hc_d() there)";
        if (words[i + 1] == SHADER_CLOCK && !d->shader_clock)
            return "VK_KHR_shader_clock (compile the shader with -DHC_NO_CLOCK)";
    }
    return NULL;
}

static int kernel_create(struct vk_dev *d, const struct hc_image *image,
                         const struct hc_image_part *part, struct vk_module *module)
{
    if (!part->kernel || part->size < 20 || part->size % 4 ||
        *(const uint32_t *)part->data != 0x07230203)
        return hc_error(HC_ERR_MODULE, "%s: the part for vulkan is not the SPIR-V of one kernel",
                        image->name);
    const char *lacks = spirv_lacks(d, part->data, part->size / 4);
    if (lacks)
        return hc_error(HC_ERR_MODULE, "%s: kernel '%s' needs what %s lacks: %s", image->name,
                        part->kernel, d->pub.caps.name, lacks);
    struct vk_kernel *kernel = calloc(1, sizeof *kernel);
    if (!kernel) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    const VkShaderModuleCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
        .codeSize = part->size,
        .pCode = part->data,
    };
    const VkResult result = d->vk.CreateShaderModule(d->device, &info, NULL, &kernel->shader);
    if (result) {
        free(kernel);
        return vk_error(d, "vkCreateShaderModule", result, part->kernel);
    }
    kernel->pub.module = &module->pub;
    kernel->name = part->kernel;
    kernel->next = module->kernels;
    module->kernels = kernel;
    return 0;
}

static struct vk_kernel *kernel_find(const struct vk_module *module, const char *name)
{
    struct vk_kernel *kernel = module->kernels;
    while (kernel && strcmp(kernel->name, name)) kernel = kernel->next;
    return kernel;
}

// A kernel may come in several parts: the first that loads counts.
int vk_module_create(hc_dev dev, const struct hc_image *image, hc_module *out)
{
    struct vk_dev *d = vk_dev(dev);
    struct vk_module *module = calloc(1, sizeof *module);
    if (!module) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    module->pub.dev = dev;
    module->pub.image = image;
    int err = 0;
    for (size_t i = 0; i < image->part_count; i++) {
        const struct hc_image_part *part = &image->parts[i];
        if (strcmp(part->backend, "vulkan") || (part->kernel && kernel_find(module, part->kernel)))
            continue;
        err = kernel_create(d, image, part, module);
    }
    // One kernel that does not load must not keep the others from running: vk_module_kernel() says
    // it.
    if (!module->kernels) {
        free(module);
        return err ? err : hc_error_no_part(image, "vulkan", d->pub.caps.name);
    }
    *out = &module->pub;
    return 0;
}

void vk_module_free(struct vk_dev *d, struct vk_module *module)
{
    for (struct vk_kernel *k = module->kernels, *next; k; k = next) {
        next = k->next;
        for (struct vk_pipeline *p = k->pipelines, *after; p; p = after) {
            after = p->next;
            d->vk.DestroyPipeline(d->device, p->pipeline, NULL);
            free(p);
        }
        d->vk.DestroyShaderModule(d->device, k->shader, NULL);
        free(k);
    }
    free(module);
}

void vk_module_destroy(hc_module *module)
{
    struct vk_module *m = (struct vk_module *)*module;
    struct vk_dev *d = vk_dev(m->pub.dev);
    *module = NULL;
    pthread_mutex_lock(&d->lock);
    m->next = d->dropped_modules;
    d->dropped_modules = m;
    pthread_mutex_unlock(&d->lock);
    vk_sweep(d);
}

int vk_module_kernel(hc_module module, const char *name, hc_kernel *out)
{
    struct vk_module *m = (struct vk_module *)module;
    struct vk_kernel *kernel = kernel_find(m, name);
    if (kernel) {
        *out = &kernel->pub;
        return 0;
    }
    // If it is there and did not load, say why.
    const struct hc_image *image = module->image;
    for (size_t i = 0; i < image->part_count; i++) {
        const struct hc_image_part *part = &image->parts[i];
        if (strcmp(part->backend, "vulkan") || !part->kernel || strcmp(part->kernel, name))
            continue;
        const int err = kernel_create(vk_dev(module->dev), image, part, m);
        if (!err) *out = &m->kernels->pub;
        return err;
    }
    return hc_error(HC_ERR_MODULE, "%s: no kernel '%s' for vulkan", image->name, name);
}

int vk_module_bind(hc_module module, uint64_t context)
{
    ((struct vk_module *)module)->context = context;
    return 0;
}

int vk_pipeline_get(struct vk_dev *d, struct vk_kernel *kernel, uint32_t group_size,
                    VkPipeline *out)
{
    for (const struct vk_pipeline *p = kernel->pipelines; p; p = p->next) {
        if (p->group_size != group_size) continue;
        *out = p->pipeline;
        return 0;
    }
    struct vk_pipeline *p = calloc(1, sizeof *p);
    if (!p) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    const VkSpecializationMapEntry entry = {
        .constantID = 0, .offset = 0, .size = sizeof group_size};
    const VkSpecializationInfo constants = {
        .mapEntryCount = 1,
        .pMapEntries = &entry,
        .dataSize = sizeof group_size,
        .pData = &group_size,
    };
    const VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .stage =
            {
                .sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                .stage = VK_SHADER_STAGE_COMPUTE_BIT,
                .module = kernel->shader,
                .pName = "main",
                .pSpecializationInfo = &constants,
            },
        .layout = d->layout,
    };
    const VkResult result =
        d->vk.CreateComputePipelines(d->device, VK_NULL_HANDLE, 1, &info, NULL, &p->pipeline);
    if (result) {
        free(p);
        return vk_error(d, "vkCreateComputePipelines", result, kernel->name);
    }
    p->group_size = group_size;
    p->next = kernel->pipelines;
    kernel->pipelines = p;
    *out = p->pipeline;
    return 0;
}
