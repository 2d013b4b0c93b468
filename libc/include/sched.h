// Scheduling: threads are waves, which the device schedules; there is one priority.
#ifndef _HOSTCALL_SCHED_H
#define _HOSTCALL_SCHED_H

#include_next <sched.h>

#ifdef __cplusplus
extern "C" {
#endif

int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);

#ifdef __cplusplus
}
#endif

#endif
