// A lane: its memory, its inputs, its faults, and the loop that runs it.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spirv/interpret_decode.h"
#include "tests/spirv/interpret_lane.h"

void lane_run(struct lane *lane)
{
    uint64_t *const v = lane->v;
    uint64_t left = lane->left;
    const struct insn *i = lane->pc;
    for (; i && left; left--) i = i->run(v, i, lane);
    lane->left = left;
    if (i) {
        lane->state = LANE_STEPS;
        lane->stop = i;
    }
}

// ----------------------------------------------------------------------------------------- faults

const struct insn *lane_fault(struct lane *lane, const struct insn *i, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(lane->text, sizeof lane->text, format, list);
    va_end(list);
    lane->state = LANE_FAULT;
    lane->stop = i;
    return NULL;
}

const struct insn *lane_unreached(struct lane *lane, const struct insn *i, uint64_t at,
                                  uint64_t bytes)
{
    return lane_fault(lane, i, "%llu bytes at 0x%llx are not in this lane's memory",
                      (unsigned long long)bytes, (unsigned long long)at);
}

const struct insn *lane_undefined(uint64_t *v, const struct insn *i, struct lane *lane,
                                  const char *why)
{
    if (!lane->launch->undefined_is_fill) return lane_fault(lane, i, "%s", why);
    uint64_t value;
    memset(&value, lane->launch->fill, sizeof value);
    v[i->r] = value & i->mask;
    return i + 1;
}

bool lane_look(struct lane *lane, uint64_t at, uint64_t bytes)
{
    for (uint32_t k = 0; k < lane->windows; k++) {
        const struct window *w = &lane->window[k];
        if (bytes > w->size || at - w->at > w->size - bytes) continue;
        lane->near = *w;
        return true;
    }
    return false;
}

void lane_message(const struct program *p, const struct lane *lane, char *message)
{
    const struct insn *i = lane->stop;
    if (lane->state == LANE_STEPS)
        snprintf(message, SPIRV_MESSAGE, "word %u, Op%s: the step limit is reached", i->at,
                 opcode_name(p->word[i->at] & 0xffff));
    else
        snprintf(message, SPIRV_MESSAGE, "word %u, Op%s: %s", i->at,
                 opcode_name(p->word[i->at] & 0xffff), lane->text);
}

// ----------------------------------------------------------------------------------------- memory

void fill_data(const struct spirv_module *m, uint8_t *to)
{
    const uint8_t *file = (const uint8_t *)m->head;
    const uint32_t *reloc = (const uint32_t *)(file + m->head->relocs_at);
    memcpy(to, file + m->head->data_at, m->head->data_size);
    for (uint32_t i = 0; i < m->head->relocs; i++) {
        uint64_t value;
        memcpy(&value, to + reloc[i], sizeof value);
        value += (uintptr_t)to;
        memcpy(to + reloc[i], &value, sizeof value);
    }
}

static void add_window(struct lane *lane, uint64_t at, uint64_t size)
{
    if (size) lane->window[lane->windows++] = (struct window){at, size};
}

static void put64(uint8_t *to, uint64_t value) { memcpy(to, &value, sizeof value); }

// The three numbers of a place in a box, x first.
static void split(uint32_t index, const uint32_t size[3], uint64_t place[3])
{
    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t n = size[k] ? size[k] : 1;
        place[k] = k < 2 ? index % n : index;
        index /= n;
    }
}

static void begin_input(const struct launch *l, struct lane *lane, const struct global *g,
                        uint32_t group, uint32_t local)
{
    const uint32_t *size = l->options->group_size;
    uint64_t value[3] = {0}, in_group[3];
    split(local, size, in_group);
    switch ((int)g->builtin) {
    case SpvBuiltInLocalInvocationIndex:
    case SpvBuiltInSubgroupId: value[0] = local; break;
    case SpvBuiltInSubgroupLocalInvocationId: break;
    case SpvBuiltInSubgroupSize: value[0] = 1; break;
    case SpvBuiltInNumSubgroups: value[0] = l->group_lanes; break;
    case SpvBuiltInWorkgroupId:
    case SpvBuiltInGlobalInvocationId:
        split(group, l->options->groups, value);
        for (uint32_t k = 0; k < 3 && g->builtin == SpvBuiltInGlobalInvocationId; k++)
            value[k] = value[k] * (size[k] ? size[k] : 1) + in_group[k];
        break;
    case SpvBuiltInLocalInvocationId: memcpy(value, in_group, sizeof value); break;
    case SpvBuiltInNumWorkgroups:
        for (uint32_t k = 0; k < 3; k++)
            value[k] = l->options->groups[k] ? l->options->groups[k] : 1;
        break;
    default: abort();  // read_variable() knows no other
    }
    memcpy(lane->v + g->place, value, g->type->slots * sizeof *value);
}

static void begin_globals(struct launch *l, struct lane *lane, uint32_t group, uint32_t local,
                          uint64_t *shared)
{
    for (uint32_t i = 0; i < l->program.global.count; i++) {
        const struct global *g = &l->program.global.item[i];
        uint64_t *place = lane->v + g->place;
        if (g->storage == SpvStorageClassWorkgroup) place = shared + g->place;
        lane->v[g->slot] =
            g->storage == SpvStorageClassPushConstant ? (uintptr_t)lane->push : (uintptr_t)place;
        if (g->storage == SpvStorageClassPrivate && g->initial)
            memcpy(place, lane->v + g->initial, g->type->slots * sizeof *place);
        if (g->storage == SpvStorageClassInput) begin_input(l, lane, g, group, local);
    }
}

bool lane_begin(struct launch *l, struct lane *lane, uint32_t group, uint32_t local,
                uint64_t *shared)
{
    const struct spirv_launch *o = l->options;
    const uint64_t number = (uint64_t)group * l->group_lanes + local,
                   data_size = l->module->head->data_size;
    uint8_t *data = l->data, *stack = l->stacks + number * l->stack;
    const size_t slots = l->program.slots + l->program.moves;
    *lane = (struct lane){.pc = l->first, .left = l->step_limit, .clock = &l->clock, .launch = o};
    lane->v = malloc(slots * sizeof *lane->v);
    lane->window = calloc(o->range_count + 2, sizeof *lane->window);
    lane->push = calloc(1, HC_SPIRV_PUSH_SIZE);
    if (o->own_data) data = lane->data = aligned_alloc(256, (data_size + 256) & ~255ull);
    if (!lane->v || !lane->window || !lane->push || !data) {
        lane_end(lane);
        return false;
    }
    if (o->own_data) fill_data(l->module, data);
    memcpy(lane->v, l->program.initial, l->program.slots * sizeof *lane->v);
    lane->scratch = lane->v + l->program.slots;
    memset(stack, o->fill, l->stack);
    add_window(lane, (uintptr_t)data, data_size);
    add_window(lane, (uintptr_t)stack, l->stack);
    for (size_t i = 0; i < o->range_count; i++)
        add_window(lane, o->ranges[i].address + number * o->ranges[i].stride, o->ranges[i].size);
    put64(lane->push + HC_SPIRV_PUSH_CONTEXT, o->context);
    put64(lane->push + HC_SPIRV_PUSH_DATA, (uintptr_t)data);
    put64(lane->push + HC_SPIRV_PUSH_STACK, (uintptr_t)l->stacks);
    if (o->args_size)
        memcpy(lane->push + HC_SPIRV_PUSH_ARGS, (const uint8_t *)o->args + number * o->args_stride,
               o->args_size);
    begin_globals(l, lane, group, local, shared);
    return true;
}

void lane_end(struct lane *lane)
{
    free(lane->v);
    free(lane->window);
    free(lane->push);
    free(lane->data);
}
