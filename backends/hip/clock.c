// The device clock beside the host's, by a kernel that answers the host's rounds with its time.
#include <sched.h>
#include <time.h>

#include "backends/hip/hip.h"
#include "core/atomic.h"
#include "hostcall/protocol.h"

#include "backends/hip/clock.h"
#include "core/slot.h"

extern const struct hc_image hip_clock_image;

enum { ROUNDS = 24, ECHO_ROUNDS = 512 };
enum { STOP_AT = HC_HIP_CLOCK_GOES, ANSWER_AT = HC_HIP_CLOCK_GOES + 2 };  // units of clock_mem
#define ROUND_NS 10000000000u  // the kernel may have to be loaded first, or wait for room
#define SPIN_NS 1000000        // then the processor is yielded between looks
#define CALIBRATE_NS 100000000

struct pair {
    uint64_t host_ns, ticks, width_ns;
};

static void round_begin(uint64_t *go, uint32_t round)
{
    hc_unit_store(go + round % HC_HIP_CLOCK_GOES, hc_unit(round, 0));
    hc_mem_publish();
}

// One round; *best becomes the pair with the shortest round trip so far.
static int round_run(uint64_t *go, const uint64_t *answer, uint32_t round, struct pair *best)
{
    const uint64_t start = hc_now();
    uint64_t u[2], end;
    round_begin(go, round);
    do {
        hc_unit_load2(answer, u);
        end = hc_now();
        if (end - start > SPIN_NS) sched_yield();
        if (end - start > ROUND_NS)
            return hc_error(HC_ERR_DEADLINE, "hip: the clock kernel does not answer");
    } while (hc_unit_seq(u[0]) != round || hc_unit_seq(u[1]) != round);
    if (end - start < best->width_ns) {
        best->host_ns = start + (end - start) / 2;
        best->ticks = (uint64_t)hc_unit_word(u[1]) << 32 | hc_unit_word(u[0]);
        best->width_ns = end - start;
    }
    return 0;
}

static int rounds_run(const struct hip_dev *dev, hc_mem go, uint32_t rounds, struct pair *best)
{
    if (!dev->clock_kernel)
        return hc_error(HC_ERR_UNSUPPORTED, "hip: the clock kernel does not run on %s",
                        dev->pub.caps.name);
    const int e = dev->api.hipStreamQuery(dev->clock_stream);
    if (e == HIP_E_NOT_READY)
        return hc_error(HC_ERR_BUSY, "hip: an earlier clock kernel still waits for room");
    if (e) return hip_error(dev, HC_ERR_LOST, e, "hipStreamQuery");
    uint64_t *units = dev->clock_mem->host, *goes = go->host;
    for (uint32_t i = 0; i < ANSWER_AT + 2; i++) hc_unit_store(units + i, 0);
    for (uint32_t i = 0; i < HC_HIP_CLOCK_GOES; i++) hc_unit_store(goes + i, 0);
    hc_mem_publish();
    const struct hc_hip_clock_args args = {
        .go = go->addr,
        .stop = dev->clock_mem->addr + 8 * STOP_AT,
        .answer = dev->clock_mem->addr + 8 * ANSWER_AT,
        .rounds = rounds,
    };
    best->width_ns = UINT64_MAX;
    int err = hip_launch_on(dev, dev->clock_stream, dev->clock_kernel, 1, 1, &args, sizeof args);
    if (err) return err;
    for (uint32_t round = 1; !err && round <= rounds; round++)
        err = round_run(goes, units + ANSWER_AT, round, best);
    hc_unit_store(units + STOP_AT, 1);
    // A kernel that has not even begun sees the stop when it does; its memory lives as long as the
    // device.
    for (const uint64_t start = hc_now();
         dev->api.hipStreamQuery(dev->clock_stream) == HIP_E_NOT_READY;)
        if (hc_now() - start > ROUND_NS) break;
    return err;
}

int hip_clock_pair(hc_dev pub, uint64_t *host_ns, uint64_t *ticks)
{
    struct hip_dev *dev = (struct hip_dev *)hip_enter(pub);
    struct pair best;
    pthread_mutex_lock(&dev->clock_lock);
    const int err = rounds_run(dev, dev->clock_mem, ROUNDS, &best);
    pthread_mutex_unlock(&dev->clock_lock);
    if (err) return err;
    *host_ns = best.host_ns;
    *ticks = best.ticks;
    return 0;
}

int hip_clock_echo(const struct hip_dev *dev, hc_mem go)
{
    struct pair best;
    return rounds_run(dev, go, ECHO_ROUNDS, &best);
}

// Runtimes before 5.5 don't tell the rate.  Constant clocks run at whole MHz, so the nearest one is
// it.
static double rate_measure(struct hip_dev *dev)
{
    const struct timespec pause = {0, CALIBRATE_NS};
    struct pair a, b;
    if (rounds_run(dev, dev->clock_mem, ROUNDS, &a)) return 0;
    nanosleep(&pause, NULL);
    if (rounds_run(dev, dev->clock_mem, ROUNDS, &b) || b.ticks <= a.ticks) return 0;
    const double mhz = (double)(b.ticks - a.ticks) * 1e3 / (double)(b.host_ns - a.host_ns);
    const double whole = (double)(uint64_t)(mhz + 0.5);
    return whole >= 1 && mhz > whole * 0.998 && mhz < whole * 1.002 ? 1e3 / whole : 1e3 / mhz;
}

void hip_clock_open(struct hip_dev *dev)
{
    const struct hip_api *api = &dev->api;
    if (hip_image_load(dev, &hip_clock_image, &dev->clock_module)) return;
    if (api->hipModuleGetFunction(&dev->clock_kernel, dev->clock_module, "hc_hip_clock"))
        dev->clock_kernel = NULL;
    if (!dev->clock_kernel) return;
    if (api->hipStreamCreateWithFlags(&dev->clock_stream, HIP_STREAM_NON_BLOCKING))
        dev->clock_stream = NULL;
    if (!dev->clock_stream ||
        hip_mem_create(&dev->pub,
                       hc_mem_params(.kind = HC_MEM_SHARED, .size = 4096, .tag = "clock"),
                       &dev->clock_mem)) {
        dev->clock_kernel = NULL;
        return;
    }
    int khz = 0;
    if (!api->hipDeviceGetAttribute(&khz, HIP_ATTRIBUTE_CLOCK_KHZ, dev->index) && khz > 0)
        dev->pub.caps.ns_per_tick = 1e6 / khz;
    else
        dev->pub.caps.ns_per_tick = rate_measure(dev);
    dev->pub.caps.device_clock = dev->pub.caps.ns_per_tick > 0;
}

void hip_clock_close(struct hip_dev *dev)
{
    if (dev->clock_stream) dev->api.hipStreamDestroy(dev->clock_stream);
    if (dev->clock_mem) hip_mem_destroy(&dev->clock_mem);
    if (dev->clock_module) dev->api.hipModuleUnload(dev->clock_module);
}
