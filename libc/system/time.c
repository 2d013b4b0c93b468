// Clocks and waiting.
#include <errno.h>
#include <string.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "libc/system/names.h"
#include "libc/system/thread.h"

#define NS INT64_C(1000000000)

// A device keeps no account of a thread's time: what passed since the program began is user time.
static int64_t used(void)
{
    static int64_t begin;
    const int64_t now = hc_bridge_clock();
    if (!begin) begin = now;
    return now - begin;
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int64_t ns;
    if (clock == CLOCK_REALTIME)
        ns = hc_ask(HC_OP_CLOCK, 1, HC_CLOCK_REALTIME, 0, 0);
    else if (clock == CLOCK_MONOTONIC)
        ns = hc_bridge_clock();
    else if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
        ns = used();
    else
        ns = -HC_EINVAL;
    if (ns < 0) return (int)hc_result(ns);
    out->tv_sec = ns / NS;
    out->tv_nsec = (long)(ns % NS);
    return 0;
}

int clock_getres(clockid_t clock, struct timespec *out)
{
    if (clock < CLOCK_REALTIME || clock > CLOCK_MONOTONIC) return (int)hc_result(-HC_EINVAL);
    if (out) {
        out->tv_sec = 0;
        out->tv_nsec = 1000;  // what the device's clock is known to, at best
    }
    return 0;
}

int _gettimeofday(struct timeval *out, void *zone)
{
    (void)zone;
    const int64_t ns = hc_ask(HC_OP_CLOCK, 1, HC_CLOCK_REALTIME, 0, 0);
    if (ns < 0) return (int)hc_result(ns);
    out->tv_sec = ns / NS;
    out->tv_usec = (suseconds_t)(ns % NS / 1000);
    return 0;
}

int gettimeofday(struct timeval *__restrict out, void *__restrict zone)
{
    return _gettimeofday(out, zone);
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    if (wanted->tv_sec < 0 || wanted->tv_nsec < 0 || wanted->tv_nsec >= NS)
        return (int)hc_result(-HC_EINVAL);
    const int64_t start = hc_bridge_clock();
    const int64_t s = wanted->tv_sec < INT64_MAX / NS - 1 ? wanted->tv_sec : INT64_MAX / NS - 1;
    const int64_t ns = s * NS + wanted->tv_nsec;
    uint32_t spins = 0;
    if (hc_cancel_point) hc_cancel_point();
    // The steps of a wait become long with it: so half of it is one wait, half of the rest another ...
    for (int64_t now, half = start; (now = hc_bridge_clock()) - start < ns;) {
        if (now - half > start + ns - now) {
            half = now;
            spins = 0;
        }
        hc_bridge_relax(++spins);
        if (hc_cancel_point) hc_cancel_point();
    }
    if (left) memset(left, 0, sizeof *left);
    return 0;
}

int usleep(useconds_t us)
{
    return nanosleep(&(struct timespec){(time_t)(us / 1000000), (long)(us % 1000000) * 1000}, NULL);
}

unsigned sleep(unsigned seconds)
{
    nanosleep(&(struct timespec){(time_t)seconds, 0}, NULL);
    return 0;
}

clock_t _times(struct tms *out)
{
    memset(out, 0, sizeof *out);
    out->tms_utime = (clock_t)(used() / (NS / CLOCKS_PER_SEC));
    return (clock_t)(hc_bridge_clock() / (NS / CLOCKS_PER_SEC));
}

clock_t times(struct tms *out) { return _times(out); }
