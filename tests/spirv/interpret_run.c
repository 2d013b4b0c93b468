// Launches a kernel: loads its SPIR-V, gives each lane its memory, runs workgroup after workgroup.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spirv/interpret_lane.h"

static uint32_t at_least_one(uint32_t n) { return n ? n : 1; }

// ---------------------------------------------------------------------------------------- loading

// The workgroup size as the SPIR-V has it must be the launch's.
static void check_size(struct program *p)
{
    const uint32_t *size = p->launch->group_size;
    uint64_t has[3] = {0};
    for (uint32_t id = 1; id < p->bound; id++) {
        const struct decoration *d = decorated(&p->id[id], NO_MEMBER, SpvDecorationBuiltIn);
        if (!d || d->value != SpvBuiltInWorkgroupSize) continue;
        if (!p->id[id].known || type_at(p, 0, p->id[id].type)->slots != 3)
            refuse(p, 0, "the workgroup size is no constant");
        for (uint32_t k = 0; k < 3; k++) has[k] = p->initial[p->id[id].slot + k];
    }
    const bool built_in = has[0];  // then it is the one that counts
    for (uint32_t k = 0; k < 3 && p->size_at && !built_in; k++)
        has[k] =
            p->size_is_id ? p->initial[id_at(p, p->size_at, p->size_id[k])->slot] : p->size_id[k];
    for (uint32_t k = 0; k < 3; k++)
        if (has[k] != at_least_one(size[k]))
            refuse(p, 0, "its workgroups are %llu x %llu x %llu, not %u x %u x %u",
                   (unsigned long long)has[0], (unsigned long long)has[1],
                   (unsigned long long)has[2], at_least_one(size[0]), at_least_one(size[1]),
                   at_least_one(size[2]));
}

static const struct function *find_entry(struct program *p)
{
    for (uint32_t i = 0; i < p->function.count; i++) {
        const struct function *f = &p->function.item[i];
        if (f->id != p->entry) continue;
        if (f->parameters || f->type->element->op != SpvOpTypeVoid)
            refuse(p, f->at, "the entry point's type");
        return f;
    }
    refuse(p, 0, "the entry point is no function");
}

static bool load(struct program *p, const struct spirv_module *m, uint32_t stack,
                 const struct insn **first)
{
    if (setjmp(p->refused)) return false;
    p->word = (const uint32_t *)((const uint8_t *)m->head + p->kernel->code_at);
    p->words = p->kernel->code_size / 4;
    for (size_t i = 0; i < p->launch->constant_count; i++)
        *append(p, &p->constant) = p->launch->constants[i];
    for (uint32_t k = 0; k < 3; k++)
        *append(p, &p->constant) = (struct spirv_constant){HC_SPIRV_SPEC_SIZE_X + k,
                                                           at_least_one(p->launch->group_size[k])};
    *append(p, &p->constant) = (struct spirv_constant){HC_SPIRV_SPEC_STACK, stack};
    scan(p);
    read_globals(p);
    check_size(p);
    read_flow(p);
    read_bodies(p);
    *first = p->insn.item + p->block.item[find_entry(p)->block].insn;
    return true;
}

// -------------------------------------------------------------------------------------- workgroups

// Whether the lanes of a group wait at one barrier; lane *odd is the one that does not.
static bool at_one_barrier(const struct lane *lane, uint32_t count, uint32_t *odd)
{
    for (*odd = 0; *odd < count; ++*odd)
        if (lane[*odd].state != LANE_BARRIER || lane[*odd].stop != lane[0].stop) return false;
    return true;
}

// Runs the lanes of a workgroup to their ends; returns the one that could not, or `count`.
static uint32_t run_lanes(struct lane *lane, uint32_t count)
{
    for (;;) {
        uint32_t waiting = count, odd;
        for (uint32_t i = 0; i < count; i++) {
            lane[i].state = LANE_RUNS;
            lane_run(&lane[i]);
            if (lane[i].state == LANE_FAULT || lane[i].state == LANE_STEPS) return i;
            if (lane[i].state == LANE_BARRIER) waiting = i;
        }
        if (waiting == count) return count;
        if (at_one_barrier(lane, count, &odd)) continue;
        const struct insn *stop = lane[waiting].stop;
        lane_fault(&lane[waiting], stop, "lane %u of the workgroup is not at this barrier", odd);
        return waiting;
    }
}

static enum spirv_status status_of(const struct lane *lane)
{
    return lane->state == LANE_FAULT   ? SPIRV_FAULT
           : lane->state == LANE_STEPS ? SPIRV_STEPS
                                       : SPIRV_DONE;
}

static enum spirv_status run_group(struct launch *l, uint32_t group, struct spirv_result *result,
                                   struct spirv_lane *lanes, bool first_fault)
{
    enum spirv_status status = SPIRV_DONE;
    struct lane *lane = calloc(l->group_lanes, sizeof *lane);
    uint64_t *shared = calloc(l->program.shared_slots + 1, sizeof *shared);
    uint32_t ready = 0;
    while (lane && shared && ready < l->group_lanes &&
           lane_begin(l, &lane[ready], group, ready, shared))
        ready++;
    if (ready < l->group_lanes) {
        status = SPIRV_FAULT;
        snprintf(result->message, SPIRV_MESSAGE, "no memory for %u lanes", l->group_lanes);
    }
    const uint32_t bad = status ? l->group_lanes : run_lanes(lane, l->group_lanes);
    for (uint32_t i = 0; i < ready; i++) {
        const uint32_t number = group * l->group_lanes + i;
        const uint64_t steps = l->step_limit - lane[i].left;
        result->steps += steps;
        if (lanes) lanes[number] = (struct spirv_lane){status_of(&lane[i]), steps};
        if (lanes && bad < l->group_lanes && i != bad) lanes[number].status = SPIRV_NOT_RUN;
        if (i == bad) status = status_of(&lane[i]);
        if (i == bad && first_fault) {
            result->lane = number;
            lane_message(&l->program, &lane[i], result->message);
        }
        lane_end(&lane[i]);
    }
    free(shared);
    free(lane);
    return status;
}

static uint8_t *aligned_memory(uint64_t size)
{
    const uint64_t whole = (size + 256) & ~255ull;
    uint8_t *memory = aligned_alloc(256, whole);
    if (memory) memset(memory, 0, whole);
    return memory;
}

static enum spirv_status run_groups(struct launch *l, struct spirv_result *result,
                                    struct spirv_lane *lanes)
{
    const uint32_t *size = l->options->group_size, *count = l->options->groups;
    const uint64_t group_lanes =
        (uint64_t)at_least_one(size[0]) * at_least_one(size[1]) * at_least_one(size[2]);
    const uint64_t groups =
        (uint64_t)at_least_one(count[0]) * at_least_one(count[1]) * at_least_one(count[2]);
    enum spirv_status status = SPIRV_DONE;
    l->group_lanes = (uint32_t)group_lanes;
    l->stacks = aligned_memory(group_lanes * groups * l->stack);
    l->data = aligned_memory(l->module->head->data_size);
    if (!l->stacks || !l->data) {
        snprintf(result->message, SPIRV_MESSAGE, "no memory for %llu lanes",
                 (unsigned long long)(group_lanes * groups));
        return SPIRV_FAULT;
    }
    fill_data(l->module, l->data);
    for (uint64_t i = 0; lanes && i < group_lanes * groups; i++)
        lanes[i] = (struct spirv_lane){SPIRV_NOT_RUN, 0};
    for (uint64_t i = 0; i < groups; i++) {
        const enum spirv_status now =
            run_group(l, (uint32_t)i, result, lanes, status == SPIRV_DONE);
        if (status == SPIRV_DONE) status = now;
        if (status != SPIRV_DONE && !l->options->own_data) break;
    }
    return status;
}

enum spirv_status spirv_run(const struct spirv_module *m, uint32_t kernel,
                            const struct spirv_launch *launch, struct spirv_result *result,
                            struct spirv_lane *lanes)
{
    *result = (struct spirv_result){0};
    struct launch *l = calloc(1, sizeof *l);
    if (!l) return SPIRV_FAULT;
    enum spirv_status status = SPIRV_REFUSED;
    l->module = m;
    l->options = launch;
    l->step_limit = launch->steps ? launch->steps : 1000000000;
    l->program.launch = launch;
    l->program.kernel = m->kernel + kernel;
    l->program.message = result->message;
    l->stack = launch->stack ? launch->stack : l->program.kernel->stack;
    if (launch->args_size > HC_SPIRV_PUSH_SIZE - HC_SPIRV_PUSH_ARGS)
        snprintf(result->message, SPIRV_MESSAGE, "%zu bytes of arguments", launch->args_size);
    else if (load(&l->program, m, l->stack, &l->first))
        status = run_groups(l, result, lanes);
    free(l->stacks);
    free(l->data);
    program_free(&l->program);
    free(l);
    return status;
}
