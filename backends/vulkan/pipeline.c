// Pipelines of the vulkan backend: one per kernel and group size, specialised for the device.
#include "backends/vulkan/vk.h"

#include <stdio.h>
#include <stdlib.h>

struct vk_pipeline {
    struct vk_pipeline *next;
    uint32_t group_size;
    VkPipeline pipeline;
};

// A shader of somebody's own has but its group size from us.
#define RAW_CONSTANTS 1
enum { CONSTANTS = HC_SPIRV_SPEC_STACK + 1 };

static VkResult pipeline_compile(struct vk_dev *d, const struct vk_kernel *kernel,
                                 const uint32_t values[CONSTANTS], VkPipelineCache cache,
                                 VkPipelineCreationFeedback *feedback, VkPipeline *out)
{
    VkSpecializationMapEntry entries[CONSTANTS];
    for (uint32_t i = 0; i < CONSTANTS; i++)
        entries[i] = (VkSpecializationMapEntry){
            .constantID = i, .offset = i * sizeof *values, .size = sizeof *values};
    const VkSpecializationInfo constants = {
        .mapEntryCount = kernel->file ? CONSTANTS : RAW_CONSTANTS,
        .pMapEntries = entries,
        .dataSize = CONSTANTS * sizeof *values,
        .pData = values,
    };
    VkPipelineCreationFeedback of_stage = {0};
    const VkPipelineCreationFeedbackCreateInfo feedback_info = {
        .sType = VK_STRUCTURE_TYPE_PIPELINE_CREATION_FEEDBACK_CREATE_INFO,
        .pPipelineCreationFeedback = feedback,
        .pipelineStageCreationFeedbackCount = 1,
        .pPipelineStageCreationFeedbacks = &of_stage,
    };
    const VkComputePipelineCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO,
        .pNext = &feedback_info,
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
    return d->vk.CreateComputePipelines(d->device, cache, 1, &info, NULL, out);
}

static int pipeline_create(struct vk_dev *d, const struct vk_kernel *kernel, uint32_t group_size,
                           VkPipeline *out)
{
    const uint32_t values[CONSTANTS] = {
        [HC_SPIRV_SPEC_SIZE_X] = group_size,
        [HC_SPIRV_SPEC_SIZE_Y] = 1,
        [HC_SPIRV_SPEC_SIZE_Z] = 1,
        [HC_SPIRV_SPEC_REUNITES] = d->reunites,
        [HC_SPIRV_SPEC_LIVE_OUTS] = d->live_outs,
        [HC_SPIRV_SPEC_STACK] = kernel->stack,
    };
    const uint64_t start = hc_now();
    struct vk_cached cached;
    vk_cache_begin(
        d,
        vk_hash(vk_hash(d->driver_hash, &kernel->hash, sizeof kernel->hash), values, sizeof values),
        &cached);
    VkPipelineCreationFeedback feedback = {0};
    const VkResult result = pipeline_compile(d, kernel, values, cached.cache, &feedback, out);
    const bool hit =
        feedback.flags & VK_PIPELINE_CREATION_FEEDBACK_VALID_BIT
            ? feedback.flags & VK_PIPELINE_CREATION_FEEDBACK_APPLICATION_PIPELINE_CACHE_HIT_BIT
            : cached.found;
    vk_cache_end(d, &cached, !result && !hit);
    if (result) return vk_error(d, "vkCreateComputePipelines", result, kernel->name);
    if (d->verbose)
        fprintf(stderr, "vulkan: kernel '%s', group size %u: %.1f ms (%s)\n", kernel->name,
                group_size, (double)(hc_now() - start) / 1e6, hit ? "from the cache" : "compiled");
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
    const int err = pipeline_create(d, kernel, group_size, &p->pipeline);
    if (err) {
        free(p);
        return err;
    }
    p->group_size = group_size;
    p->next = kernel->pipelines;
    kernel->pipelines = p;
    *out = p->pipeline;
    return 0;
}

void vk_pipelines_free(struct vk_dev *d, struct vk_kernel *kernel)
{
    for (struct vk_pipeline *p = kernel->pipelines, *next; p; p = next) {
        next = p->next;
        d->vk.DestroyPipeline(d->device, p->pipeline, NULL);
        free(p);
    }
    kernel->pipelines = NULL;
}
