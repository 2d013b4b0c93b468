// Times to wait until, and giving way meanwhile.
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "libc/system/thread.h"

#define NS INT64_C(1000000000)

int hc_deadline(clockid_t clock, const struct timespec *when, int64_t *until)
{
    struct timespec now;
    if (when->tv_nsec < 0 || when->tv_nsec >= NS || clock_gettime(clock, &now)) return EINVAL;
    int64_t ns = (when->tv_sec - now.tv_sec);
    if (ns > INT64_MAX / 4 / NS)
        ns = INT64_MAX / 4 / NS;  // a century is as good as the end of time
    if (ns < -INT64_MAX / 4 / NS) ns = -INT64_MAX / 4 / NS;
    *until = hc_bridge_clock() + ns * NS + when->tv_nsec - now.tv_nsec;
    return 0;
}

int sched_yield(void)
{
    hc_bridge_relax(
        256);  // more than a moment: let others run where there are more threads than processors
    return 0;
}
int pthread_yield(void) { return sched_yield(); }
int sched_get_priority_max(int policy)
{
    (void)policy;
    return 0;
}
int sched_get_priority_min(int policy)
{
    (void)policy;
    return 0;
}
