// Streams on a processor: launches and copies in order, each launch on threads of its own.
#ifndef HC_CPU_STREAM_H
#define HC_CPU_STREAM_H

#include <stddef.h>

#include "backends/cpu/wave.h"

struct hc_cpu_shape {   // of the device a stream belongs to
    uint32_t width;     // lanes of a wave
    uint32_t resident;  // waves that run at once
    uint32_t diverge;
    size_t stack;       // bytes a lane
};

// NULL: out of memory or threads.
struct hc_cpu_stream *hc_cpu_stream_create(const struct hc_cpu_shape *shape);
// Waits for what is enqueued.
void hc_cpu_stream_destroy(struct hc_cpu_stream *stream);

// Both return 0 or -1 for want of memory.  args are copied.
int hc_cpu_stream_launch(struct hc_cpu_stream *stream, const struct hc_wave_launch *launch,
                         size_t args_size);
int hc_cpu_stream_copy(struct hc_cpu_stream *stream, void *to, const void *from, size_t size);

// 1: busy, 0: idle.
int hc_cpu_stream_poll(struct hc_cpu_stream *stream, uint64_t timeout_ns);

#endif
