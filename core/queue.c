// The queue's memory: makes it, brings it to its first state, keeps the kernels' context up to date.
#include <string.h>

#include "core/server.h"

#define CLOCK_FRESH_NS 10000000000u  // a pair of clocks older than that is taken anew

int hc_queue_create(struct hc_server_t *s)
{
    const size_t slots = s->params.slots, extents = s->params.extents, unit = sizeof(uint64_t);
    const size_t locks = slots + extents + 1 + slots;  // the last: who keeps which slot
    const struct {
        hc_mem *mem;
        struct hc_mem_params params;
    } wanted[] = {
        {&s->requests, {HC_MEM_SHARED, slots * HC_SLOT_UNITS * unit, "requests"}},
        {&s->replies, {HC_MEM_MAPPED, slots * HC_SLOT_UNITS * unit, "replies"}},
        {&s->locks, {HC_MEM_DEVICE, locks * sizeof(uint32_t), "locks"}},
        {&s->extents_out, {HC_MEM_SHARED, extents * HC_EXTENT_BYTES, "extents out"}},
        {&s->extents_in, {HC_MEM_MAPPED, extents * HC_EXTENT_BYTES, "extents in"}},
        {&s->control, {HC_MEM_MAPPED, 4096, "control"}},
        {&s->context, {HC_MEM_DEVICE, sizeof(struct hc_context), "context"}},
        {&s->staging,
         {HC_MEM_SHARED, sizeof(struct hc_context) + locks * sizeof(uint32_t), "staging"}},
    };
    int err = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted && !err; i++)
        err = hc_mem_create(s->dev, &wanted[i].params, wanted[i].mem);
    return err;
}

void hc_queue_destroy(struct hc_server_t *s)
{
    hc_mem *all[] = {&s->requests,   &s->replies, &s->locks,   &s->extents_out,
                     &s->extents_in, &s->control, &s->context, &s->staging};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) hc_mem_destroy(all[i]);
}

// What kernels are given, written to staging.  A pair of clocks is part of it.
static int context_fill(struct hc_server_t *s)
{
    struct hc_context *context = s->staging->host;
    const size_t slots = s->params.slots, tails = slots * HC_LINE_UNITS * sizeof(uint64_t);
    memset(context, 0, sizeof *context);
    context->request_lines = s->requests->addr;
    context->request_tails = s->requests->addr + tails;
    context->reply_lines = s->replies->addr;
    context->reply_tails = s->replies->addr + tails;
    context->locks = s->locks->addr;
    context->extent_locks = s->locks->addr + slots * sizeof(uint32_t);
    context->extents_out = s->extents_out->addr;
    context->extents_in = s->extents_in->addr;
    context->control = s->control->addr;
    context->slots = s->params.slots;
    context->extents = s->params.extents;
    context->user = s->params.user_addr;
    if (!s->dev->caps.device_clock) return 0;
    s->paired = hc_now();
    context->clock_scale = (uint64_t)(s->dev->caps.ns_per_tick * (1 << 24) + 0.5);
    return hc_clock_pair(s->dev, &context->clock_ns, &context->clock_ticks);
}

// Enqueues the copy of what context_fill() wrote.
static int context_send(struct hc_server_t *s)
{
    return hc_mem_copy(s->stream, s->context, 0, s->staging, 0, sizeof(struct hc_context));
}

int hc_queue_reset(struct hc_server_t *s)
{
    uint32_t *locks = (uint32_t *)((struct hc_context *)s->staging->host + 1);
    const size_t slots = s->params.slots;
    memset(s->requests->host, 0, s->requests->size);
    memset(s->replies->host, 0, s->replies->size);
    hc_mem_publish();
    s->in.lines = s->requests->host;
    s->in.tails = s->in.lines + slots * HC_LINE_UNITS;
    s->out.lines = s->replies->host;
    s->out.tails = s->out.lines + slots * HC_LINE_UNITS;
    memset(locks, 0, s->locks->size);
    for (size_t i = 0; i < slots; i++) locks[i] = (s->params.first_seq - 1) << 1;
    for (uint32_t i = 0; i < s->pollers_started; i++)
        memset(s->pollers[i].seen, 0, slots * sizeof(uint32_t));
    int err = context_fill(s);
    if (!err) err = context_send(s);
    if (!err)
        err = hc_mem_copy(s->stream, s->locks, 0, s->staging, sizeof(struct hc_context),
                          s->locks->size);
    return err ? err : hc_stream_poll(s->stream, UINT64_MAX);
}

int hc_queue_refresh(struct hc_server_t *s)
{
    if (!s->dev->caps.device_clock || hc_now() - s->paired < CLOCK_FRESH_NS) return 0;
    if (context_fill(s)) return 0;  // a device that is busy keeps the pair it has
    const int err = context_send(s);
    return err ? err : hc_stream_poll(s->stream, UINT64_MAX);
}

int hc_queue_locked(struct hc_server_t *s)
{
    const uint32_t *locks = (const uint32_t *)((struct hc_context *)s->staging->host + 1);
    int err =
        hc_mem_copy(s->stream, s->staging, sizeof(struct hc_context), s->locks, 0, s->locks->size);
    if (!err) err = hc_stream_poll(s->stream, UINT64_MAX);
    if (err) return err;
    int locked = 0;
    for (size_t i = 0; i < s->params.slots + s->params.extents + 1; i++) locked += locks[i] & 1;
    return locked;
}
