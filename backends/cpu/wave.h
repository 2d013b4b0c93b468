// A wave on a processor: lanes as fibers of one thread, which meet where hc_lanes_here() is called.
#ifndef HC_CPU_WAVE_H
#define HC_CPU_WAVE_H

#include <stddef.h>

#include "backends/cpu/device.h"

struct hc_wave_launch {  // what all waves of a launch share
    const struct hc_context *context;
    const struct hc_cpu_kernel *kernel;
    const void *args;
    uint32_t groups, group_size;
};

// Room for one wave of that width (1 to 64).  diverge and stack_bytes, a multiple of 4096 (0: 256 KiB): see
// hc_dev_params.  NULL: out of memory.
struct hc_wave_room *hc_wave_room_create(uint32_t width, uint32_t diverge, size_t stack_bytes);
void hc_wave_room_destroy(struct hc_wave_room *room);

// Waves a launch has.
uint64_t hc_wave_count(const struct hc_wave_launch *launch, uint32_t width);

// Runs one wave to its end on the calling thread.
void hc_wave_run(struct hc_wave_room *room, const struct hc_wave_launch *launch, uint64_t wave);

// The kernel registered under that name, or NULL.
const struct hc_cpu_kernel *hc_cpu_kernel_find(const char *name);

#endif
