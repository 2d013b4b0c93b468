// Streams of the vulkan backend: command buffers on the one queue, in order within a stream.
#include "backends/vulkan/vk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define END_NS 2000000000  // what a stream gets to end in when it is destroyed

struct vk_commands {
    struct vk_commands *next;
    VkCommandBuffer buffer;
    uint64_t value;  // the timeline reaches it when these have run
};

static uint64_t stream_done(struct vk_dev *d, const struct vk_stream *s)
{
    uint64_t value = 0;
    const VkResult result = d->vk.GetSemaphoreCounterValue(d->device, s->timeline, &value);
    if (!result) return value;
    vk_error(d, "vkGetSemaphoreCounterValue", result, NULL);
    return 0;
}

bool vk_busy(struct vk_dev *d)
{
    bool busy = false;
    pthread_mutex_lock(&d->lock);
    for (const struct vk_stream *s = d->streams; s && !busy && !d->lost; s = s->next)
        busy = s->submitted > stream_done(d, s) && !d->lost;
    pthread_mutex_unlock(&d->lock);
    return busy;
}

void vk_stream_free(struct vk_dev *d, struct vk_stream *s)
{
    for (struct vk_commands *c = s->commands, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    if (s->timeline) d->vk.DestroySemaphore(d->device, s->timeline, NULL);
    if (s->pool) d->vk.DestroyCommandPool(d->device, s->pool, NULL);
    if (s->stack) vk_mem_free(d, (struct vk_mem *)(uintptr_t)s->stack);
    free(s);
}

int vk_stream_create(hc_dev dev, hc_stream *out)
{
    struct vk_dev *d = vk_dev(dev);
    struct vk_stream *s = calloc(1, sizeof *s);
    if (!s) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    s->pub.dev = dev;
    const VkCommandPoolCreateInfo pool_info = {
        .sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
        .flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT,
        .queueFamilyIndex = d->queue_family,
    };
    const VkSemaphoreTypeCreateInfo type = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO,
        .semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE,
    };
    const VkSemaphoreCreateInfo timeline_info = {.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO,
                                                 .pNext = &type};
    const char *call = "vkCreateCommandPool";
    VkResult result = d->vk.CreateCommandPool(d->device, &pool_info, NULL, &s->pool);
    if (!result) {
        call = "vkCreateSemaphore";
        result = d->vk.CreateSemaphore(d->device, &timeline_info, NULL, &s->timeline);
    }
    if (result) {
        vk_stream_free(d, s);
        return vk_error(d, call, result, NULL);
    }
    pthread_mutex_lock(&d->lock);
    s->next = d->streams;
    d->streams = s;
    pthread_mutex_unlock(&d->lock);
    *out = &s->pub;
    return 0;
}

void vk_stream_destroy(hc_stream *stream)
{
    struct vk_stream *s = (struct vk_stream *)*stream;
    struct vk_dev *d = vk_dev(s->pub.dev);
    *stream = NULL;
    vk_stream_poll(&s->pub, END_NS);
    pthread_mutex_lock(&d->lock);
    s->dropped = true;
    pthread_mutex_unlock(&d->lock);
    vk_sweep(d);
}

int vk_stream_poll(hc_stream stream, uint64_t timeout_ns)
{
    struct vk_stream *s = (struct vk_stream *)stream;
    struct vk_dev *d = vk_dev(s->pub.dev);
    if (d->lost) return hc_error(HC_ERR_LOST, "vulkan: %s is lost", d->pub.caps.name);
    const VkSemaphoreWaitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO,
        .semaphoreCount = 1,
        .pSemaphores = &s->timeline,
        .pValues = &s->submitted,
    };
    const VkResult result = d->vk.WaitSemaphores(d->device, &info, timeout_ns);
    if (result == VK_TIMEOUT) return 1;
    return result ? vk_error(d, "vkWaitSemaphores", result, NULL) : 0;
}

// A command buffer ready to record, an old one if its work is done.
static int commands_begin(struct vk_dev *d, struct vk_stream *s, struct vk_commands **out)
{
    const uint64_t done = stream_done(d, s);
    struct vk_commands *c = s->commands;
    while (c && c->value > done) c = c->next;
    if (!c) {
        c = calloc(1, sizeof *c);
        if (!c) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
        const VkCommandBufferAllocateInfo info = {
            .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
            .commandPool = s->pool,
            .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
            .commandBufferCount = 1,
        };
        const VkResult result = d->vk.AllocateCommandBuffers(d->device, &info, &c->buffer);
        if (result) {
            free(c);
            return vk_error(d, "vkAllocateCommandBuffers", result, NULL);
        }
        c->next = s->commands;
        s->commands = c;
    }
    const VkCommandBufferBeginInfo info = {
        .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
        .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
    };
    const VkResult result = d->vk.BeginCommandBuffer(c->buffer, &info);
    if (result) return vk_error(d, "vkBeginCommandBuffer", result, NULL);
    *out = c;
    return 0;
}

// Submits them behind what the stream did before.  The timeline orders and makes visible, within
// the stream; streams do not wait for each other.
static int commands_submit(struct vk_dev *d, struct vk_stream *s, struct vk_commands *c)
{
    const VkMemoryBarrier to_host = {
        .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
        .srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
        .dstAccessMask = VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT,
    };
    d->vk.CmdPipelineBarrier(c->buffer,
                             VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
                             VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &to_host, 0, NULL, 0, NULL);
    VkResult result = d->vk.EndCommandBuffer(c->buffer);
    if (result) return vk_error(d, "vkEndCommandBuffer", result, NULL);

    const uint64_t before = s->submitted, after = before + 1;
    const VkTimelineSemaphoreSubmitInfo values = {
        .sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO,
        .waitSemaphoreValueCount = 1,
        .pWaitSemaphoreValues = &before,
        .signalSemaphoreValueCount = 1,
        .pSignalSemaphoreValues = &after,
    };
    const VkPipelineStageFlags all = VK_PIPELINE_STAGE_ALL_COMMANDS_BIT;
    const VkSubmitInfo info = {
        .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
        .pNext = &values,
        .waitSemaphoreCount = 1,
        .pWaitSemaphores = &s->timeline,
        .pWaitDstStageMask = &all,
        .commandBufferCount = 1,
        .pCommandBuffers = &c->buffer,
        .signalSemaphoreCount = 1,
        .pSignalSemaphores = &s->timeline,
    };
    c->value = after;
    pthread_mutex_lock(&d->lock);
    result = d->vk.QueueSubmit(d->queue, 1, &info, VK_NULL_HANDLE);
    if (!result) s->submitted = after;
    pthread_mutex_unlock(&d->lock);
    if (!result) return 0;
    c->value = 0;
    return vk_error(d, "vkQueueSubmit", result, NULL);
}

// The address of the lanes' stacks, 0 if they need none.  Launches of one stream come one after the
// other and share them; one that is outgrown is freed when nothing runs any more.
static int stack_get(struct vk_dev *d, struct vk_stream *s, const struct vk_kernel *kernel,
                     const struct hc_launch_params *params, uint64_t *out)
{
    const uint64_t lanes = (uint64_t)params->groups * params->group_size;
    uint64_t size;
    int err = 0;
    *out = 0;
    if (!kernel->stack) return 0;
    if (__builtin_mul_overflow(lanes, kernel->stack, &size)) size = UINT64_MAX;
    if (!s->stack || s->stack->size < size) {
        if (s->stack) vk_mem_destroy(&s->stack);
        err = vk_mem_create_raw(d, size, "stacks of lanes", &s->stack);
    }
    if (err == HC_ERR_MEMORY)
        return hc_error(HC_ERR_MEMORY,
                        "kernel '%s': no memory for the stacks of %" PRIu64
                        " lanes, %u bytes each: launch fewer lanes%s",
                        kernel->name, lanes, kernel->stack,
                        kernel->stack_raised ? ", or lower HOSTCALL_VULKAN_STACK" : "");
    if (!err) *out = s->stack->addr;
    return err;
}

int vk_launch(hc_stream stream, const struct hc_launch_params *params)
{
    struct vk_stream *s = (struct vk_stream *)stream;
    struct vk_dev *d = vk_dev(s->pub.dev);
    struct vk_kernel *kernel = (struct vk_kernel *)params->kernel;
    if (params->groups > d->groups_max)
        return hc_error(HC_ERR_ARGUMENT, "%s: %u groups; %s takes %u at most", kernel->name,
                        params->groups, d->pub.caps.name, d->groups_max);
    VkPipeline pipeline;
    int err = vk_pipeline_get(d, kernel, params->group_size, &pipeline);
    if (err) return err;
    uint64_t stack;
    err = stack_get(d, s, kernel, params, &stack);
    struct vk_commands *c;
    if (!err) err = commands_begin(d, s, &c);
    if (err) return err;
    unsigned char push[HC_SPIRV_PUSH_SIZE] = {0};
    memcpy(push + HC_SPIRV_PUSH_CONTEXT, &((struct vk_module *)kernel->pub.module)->context, 8);
    if (kernel->file && kernel->file->data)
        memcpy(push + HC_SPIRV_PUSH_DATA, &kernel->file->data->addr, 8);
    memcpy(push + HC_SPIRV_PUSH_STACK, &stack, 8);
    if (params->args_size) memcpy(push + HC_SPIRV_PUSH_ARGS, params->args, params->args_size);
    d->vk.CmdBindPipeline(c->buffer, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
    d->vk.CmdPushConstants(c->buffer, d->layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, sizeof push, push);
    d->vk.CmdDispatch(c->buffer, params->groups, 1, 1);
    return commands_submit(d, s, c);
}

int vk_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at, size_t size)
{
    struct vk_stream *s = (struct vk_stream *)stream;
    struct vk_dev *d = vk_dev(s->pub.dev);
    const struct vk_mem *to = (const struct vk_mem *)dst, *from = (const struct vk_mem *)src;
    struct vk_commands *c;
    const int err = size ? commands_begin(d, s, &c) : 0;
    if (err || !size) return err;
    const VkBufferCopy region = {
        .srcOffset = from->at + src_at, .dstOffset = to->at + dst_at, .size = size};
    d->vk.CmdCopyBuffer(c->buffer, from->buffer, to->buffer, 1, &region);
    return commands_submit(d, s, c);
}

int vk_mem_fill(hc_stream stream, const struct vk_mem *mem)
{
    struct vk_stream *s = (struct vk_stream *)stream;
    struct vk_dev *d = vk_dev(s->pub.dev);
    struct vk_commands *c;
    const int err = commands_begin(d, s, &c);
    if (err) return err;
    d->vk.CmdFillBuffer(c->buffer, mem->buffer, 0, VK_WHOLE_SIZE, 0);
    return commands_submit(d, s, c);
}
