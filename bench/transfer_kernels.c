// Kernels that move bytes: by calls, and by plain stores and loads of host memory, the floors.
#include "hostcall/device.h"
#include "bench/args.h"
#include "bench/lane.h"

// size bytes of data at request, from all lanes of the launch.
HC_KERNEL(bench_fill, struct bench_args, a)
{
    uint64_t *to = (uint64_t *)a.request;
    for (uint64_t i = hc_global_id(); i < a.size / 8; i += hc_global_size())
        to[i] = BENCH_PATTERN(i);
}

// Of the lanes of all waves that take part: this one's number, and how many there are.
HC_FN uint32_t transfer_index(const struct bench_args *a)
{
    return hc_global_id() / hc_wave_width() * a->lanes + hc_lane();
}
HC_FN uint32_t transfer_lanes(const struct bench_args *a)
{
    return hc_global_size() / hc_wave_width() * a->lanes;
}

// Plain stores of 16 bytes a lane into size bytes of host memory, `calls` times over; the fence at
// the end makes their arrival part of the time.
HC_KERNEL(bench_store, struct bench_args, a)
{
    const uint32_t lanes = transfer_lanes(&a), index = transfer_index(&a);
    if (hc_lane() >= a.lanes) return;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t n = 0; n < a.calls; n++) {
        struct hc_16 *to = (struct hc_16 *)a.request;
        for (uint64_t i = index; i < a.size / 16; i += lanes) {
            to[i].a = BENCH_PATTERN(2 * i);
            to[i].b = BENCH_PATTERN(2 * i + 1);
        }
    }
    hc_fence();
    bench_lane_report(&a, index, a.calls, 0, begin, cycles);
}

// Loads in flight of one lane: twice as many as hc_bytes_copy() has.
#define LOAD_DEPTH 16

// Bits in which what was loaded differs from what bench_fill writes.
HC_FN uint64_t load_wrong(struct hc_16 v, uint64_t i)
{
    return (v.a ^ BENCH_PATTERN(2 * i)) | (v.b ^ BENCH_PATTERN(2 * i + 1));
}

// Plain loads of 16 bytes a lane from size bytes of host memory, `calls` times over.  The fence makes each time
// load anew.  What comes is looked at, and the next asked for in its place.
HC_KERNEL(bench_load, struct bench_args, a)
{
    const uint32_t lanes = transfer_lanes(&a), index = transfer_index(&a);
    if (hc_lane() >= a.lanes) return;
    const struct hc_16 *from = (const struct hc_16 *)a.request;
    const uint64_t count = a.size / 16, deep = (uint64_t)LOAD_DEPTH * lanes;
    uint64_t wrong = 0;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t n = 0; n < a.calls; n++) {
        struct hc_16 v[LOAD_DEPTH];
        uint64_t i = index;
        bool more = i + deep - lanes < count;
        HC_UNROLL
        for (uint32_t k = 0; more && k < LOAD_DEPTH; k++) v[k] = from[i + (uint64_t)k * lanes];
        while (more) {
            more = i + 2 * deep - lanes < count;
            HC_UNROLL
            for (uint32_t k = 0; k < LOAD_DEPTH; k++) {
                const uint64_t at = i + (uint64_t)k * lanes;
                wrong |= load_wrong(v[k], at);
                if (more) v[k] = from[at + deep];
            }
            i += deep;
        }
        for (; i < count; i += lanes) wrong |= load_wrong(from[i], i);
        hc_fence();
    }
    bench_lane_report(&a, index, a.calls, wrong != 0, begin, cycles);
}

// The descriptor of this wave.
HC_FN int transfer_fd(const struct bench_args *a)
{
    return ((const int32_t *)a->reply)[hc_wave() % a->ports];
}

HC_FN int64_t transfer_one(const struct bench_args *a, bool read, int fd, void *data)
{
    if (a->mode == BENCH_BY_WAVE)
        return read ? hc_wave_read(fd, data, a->size) : hc_wave_write(fd, data, a->size);
    return read ? hc_read(fd, data, a->size) : hc_write(fd, data, a->size);
}

// size bytes, `calls` times, by each lane or each wave.
HC_FN void transfer(const struct bench_args *a, bool read)
{
    if (hc_lane() >= a->lanes) return;
    uint32_t errors = 0;
    const int fd = transfer_fd(a);
    void *data = (void *)(a->request + (read ? hc_wave() * a->size : 0));
    for (uint32_t i = 0; i < a->warmup; i++) errors += hc_nop() != 0;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint32_t i = 0; i < a->calls; i++)
        errors += transfer_one(a, read, fd, data) != (int64_t)a->size;
    bench_lane_report(a, hc_wave() * a->lanes + hc_lane(), a->calls, errors, begin, cycles);
}

// What lies at request to the wave's descriptor; from there to the wave's own room, request + wave * size.
HC_KERNEL(bench_write, struct bench_args, a) { transfer(&a, false); }
HC_KERNEL(bench_read, struct bench_args, a) { transfer(&a, true); }

// Whether each `stride` bytes of the size bytes at request are one piece of what was read: all zeroes
// (`window` is 0), or words that count up from 1 + a multiple of their number.
HC_KERNEL(bench_read_check, struct bench_args, a)
{
    const uint64_t *words = (const uint64_t *)a.request;
    const uint64_t piece = a.stride / 8;
    uint32_t errors = 0;
    const uint64_t begin = hc_ticks(), cycles = bench_cycles();
    for (uint64_t i = hc_global_id(); i < a.size / 8; i += hc_global_size()) {
        const uint64_t first = a.window ? words[i - i % piece] : 0;
        if (a.window)
            errors += !first || (first - 1) % piece || words[i] != first + i % piece;
        else
            errors += words[i] != 0;
    }
    bench_lane_report(&a, hc_global_id(), 1, errors, begin, cycles);
}
