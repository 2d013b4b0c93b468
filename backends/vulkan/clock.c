// The device's clock beside the host's: a small kernel stores it over and over, the host watches.
#include "backends/vulkan/vk.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 4096          // stores of one run: some 100 us
#define TRIES 8              // runs, if the host's thread was not there to see one
#define START_NS 10000000000u  // what a run waits for kernels before it
#define NEAR 0.001           // a rate this close to a plain one is that

struct vk_clock {
    pthread_mutex_t lock;
    hc_stream stream;
    hc_module module;
    hc_kernel kernel;
    hc_mem mem;              // one unit
    double period;           // ns a tick of the device's timestamps: another clock perhaps, or the same
};

struct clock_args {          // shaders/clock.comp
    uint64_t to;
    uint32_t rounds;
};

static int clock_watch(struct vk_clock *k, uint64_t *host_ns, uint64_t *ticks)
{
    volatile uint64_t *unit = k->mem->host;
    *unit = 0;
    const struct clock_args args = {k->mem->addr, ROUNDS};
    int busy =
        vk_launch(k->stream, hc_launch_params(.kernel = k->kernel, .groups = 1, .group_size = 1,
                                              .args = &args, .args_size = sizeof args));
    uint64_t last = 0, best = UINT64_MAX;
    const uint64_t start = hc_now();
    for (uint64_t then = start; !busy || busy == 1;) {
        const uint64_t v = *unit, now = hc_now();
        // The device stores all the while, so a new value was taken since we looked last.
        if (v != last && last && now - then < best) {
            best = now - then;
            *host_ns = then + (now - then) / 2;
            *ticks = v;
        }
        last = v;
        then = now;
        if (now - start < 20000) continue;
        busy = vk_stream_poll(k->stream, 0);
        if (!busy) break;
        if (!last && now - start > START_NS)
            return hc_error(HC_ERR_BUSY, "vulkan: another kernel keeps the clock's from running");
    }
    if (busy < 0) return busy;
    return best == UINT64_MAX;
}

static int clock_sample(struct vk_clock *k, uint64_t *host_ns, uint64_t *ticks)
{
    int missed = 1;
    pthread_mutex_lock(&k->lock);
    if (vk_stream_poll(k->stream, 0) == 1)
        missed = hc_error(HC_ERR_BUSY, "vulkan: another kernel keeps the clock's from running");
    for (int i = 0; i < TRIES && missed == 1; i++) missed = clock_watch(k, host_ns, ticks);
    pthread_mutex_unlock(&k->lock);
    if (missed == 1)
        return hc_error(HC_ERR_UNSUPPORTED, "vulkan: the device clock was not seen to run");
    return missed;
}

int vk_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks)
{
    struct vk_dev *d = vk_dev(dev);
    if (!d->clock)
        return hc_error(HC_ERR_UNSUPPORTED, "vulkan: %s has no clock for kernels",
                        d->pub.caps.name);
    return clock_sample(d->clock, host_ns, ticks);
}

static int clock_rate(struct vk_clock *k, double *ns_per_tick)
{
    uint64_t ns0, ns1, t0, t1;
    int err = clock_sample(k, &ns0, &t0);
    if (!err && t0 >> 32 == 0)
        return hc_error(HC_ERR_UNSUPPORTED, "vulkan: the device clock has 32 bits");
    // A plain rate shows in 5 ms.  Any other must be measured well: kernels run on for long.
    for (int i = 0; i < 2 && !err; i++) {
        nanosleep(&(struct timespec){.tv_nsec = i ? 100000000 : 5000000}, NULL);
        err = clock_sample(k, &ns1, &t1);
        if (err) break;
        if (t1 <= t0) return hc_error(HC_ERR_UNSUPPORTED, "vulkan: the device clock stands still");
        *ns_per_tick = (double)(ns1 - ns0) / (double)(t1 - t0);
        const double plain = fabs(*ns_per_tick - 1) < NEAR ? 1 : k->period;
        if (fabs(*ns_per_tick / plain - 1) < NEAR) {
            *ns_per_tick = plain;
            break;
        }
    }
    return err;
}

int vk_clock_create(struct vk_dev *d)
{
    if (!(d->has & HC_SPIRV_NEEDS_CLOCK)) return 0;
    struct vk_clock *k = calloc(1, sizeof *k);
    if (!k) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    pthread_mutex_init(&k->lock, NULL);
    d->clock = k;
    VkPhysicalDeviceProperties2 properties = {.sType =
                                                  VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
    d->vk.GetPhysicalDeviceProperties2(d->physical, &properties);
    k->period = (double)properties.properties.limits.timestampPeriod;
    int err = vk_stream_create(&d->pub, &k->stream);
    if (!err)
        err = vk_mem_create(
            &d->pub, hc_mem_params(.kind = HC_MEM_SHARED, .size = 8, .tag = "clock"), &k->mem);
    if (!err) err = vk_module_create(&d->pub, &hc_vk_clock_image, &k->module);
    if (!err) err = vk_module_kernel(k->module, "clock", &k->kernel);
    if (!err) err = clock_rate(k, &d->pub.caps.ns_per_tick);
    d->pub.caps.device_clock = !err;
    if (err) {
        vk_clock_destroy(d);
        d->pub.caps.ns_per_tick = 0;
    }
    return err == HC_ERR_UNSUPPORTED ? 0 : err;
}

void vk_clock_destroy(struct vk_dev *d)
{
    struct vk_clock *k = d->clock;
    if (!k) return;
    d->clock = NULL;
    if (k->stream) vk_stream_destroy(&k->stream);
    if (k->module) vk_module_destroy(&k->module);
    if (k->mem) vk_mem_destroy(&k->mem);
    pthread_mutex_destroy(&k->lock);
    free(k);
}
