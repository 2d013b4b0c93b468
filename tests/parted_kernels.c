// Kernels whose functions stay apart on Vulkan (compiled with the least --limit): lanes part by calling them more
// and less often.
#define SUITE_DEVICE
#include <hostcall/device.h>

#include "suite.h"

HC_COLD uint32_t work(uint32_t x)
{
    for (uint32_t i = 0; i < x % 7; i++) x = x * 3 + (hc_ticks() == 1);
    return x;
}

HC_COLD uint32_t part(uint32_t lane, uint32_t x)
{
    x = work(lane + x);
    for (uint32_t i = 0; i < 3 && work(x + i) % 4 != lane % 4; i++) x += work(i);
    return lane & 1 ? work(x) : x;
}

// Writes size bytes of data to the file text, and reads them back to out + 4096, as waves whose lanes have parted
// before.  One group.  out[lane of the first wave]: how many lanes it met, then what write and read returned, and the
// lanes again, each in 8 bits of the sum.
HC_KERNEL(parted_transfer, struct suite_args, args)
{
    const uint32_t lane = hc_local_id();
    if (hc_wave()) return;
    int64_t sum = 0;
    int fd = 0;
    if (lane == 0) fd = hc_open(args.text, HC_O_RDWR | HC_O_CREAT | HC_O_TRUNC, 0600);
    uint32_t x = part(lane, 1);
    const uint64_t mask = hc_lanes_all();
    sum += hc_lanes_count(mask);
    fd = (int)hc_lanes_lead(mask, (uint32_t)fd);
    x = part(lane, x);
    sum += (hc_wave_write(fd, (const void *)args.data, args.size) == (int64_t)args.size) << 8;
    if (lane == hc_wave_width() - 1) hc_lseek(fd, 0, HC_SEEK_SET);
    x = part(lane, x);
    hc_lanes_meet(mask);
    sum += (hc_wave_read(fd, (void *)(args.out + 4096), args.size) == (int64_t)args.size) << 16;
    x = part(lane, x);
    sum += (int64_t)hc_lanes_count(hc_lanes_all()) << 24;
    if (lane == 0) hc_close(fd);
    ((int64_t *)args.out)[lane] = sum + (int64_t)(x == 1) * 0;
}

HC_COLD uint64_t deep(uint64_t n) { return n ? deep(n - 1) * 3 + work((uint32_t)n) : 1; }

// out[0]: of n calls inside each other.
HC_KERNEL(parted_deep, struct suite_args, args)
{
    ((int64_t *)args.out)[hc_global_id()] = (int64_t)deep(args.n);
}
