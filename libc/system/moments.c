// More of time: waiting for a moment, broken-down time in UTC, times of files in older shapes.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "libc/system/names.h"

int timespec_get(struct timespec *to, int base)
{
    return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, to) ? base : 0;
}

// Answers an error instead of setting errno.
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted,
                    struct timespec *left)
{
    struct timespec now = {0};
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    if (wanted->tv_nsec < 0 || wanted->tv_nsec > 999999999) return EINVAL;
    const int before = errno;
    int why = 0;
    if (!(flags & TIMER_ABSTIME)) {
        if (nanosleep(wanted, left)) why = errno;
    } else if (clock_gettime(clock, &now)) {
        why = errno;
    } else {
        struct timespec t = {wanted->tv_sec - now.tv_sec, wanted->tv_nsec - now.tv_nsec};
        if (t.tv_nsec < 0) t = (struct timespec){t.tv_sec - 1, t.tv_nsec + 1000000000};
        if (t.tv_sec >= 0 && nanosleep(&t, NULL)) why = errno;
    }
    errno = before;
    return why;
}

int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    if (pid && pid != getpid()) return ESRCH;
    *clock = CLOCK_PROCESS_CPUTIME_ID;
    return 0;
}

// Days from 1970-01-01 to a year's first of March, in the calendar that always was: years begin in March, so that the
// day that some have more is their last.
static long days_to_march(long year)
{
    const long era = (year >= 0 ? year : year - 399) / 400, y = year - era * 400;
    return era * 146097 + y * 365 + y / 4 - y / 100 - 719468;
}

time_t timegm(struct tm *parts)
{
    long month = parts->tm_mon - 2, year = parts->tm_year + 1900L;
    year += month / 12;
    month %= 12;
    if (month < 0) year--, month += 12;
    const long days = days_to_march(year) + (month * 153 + 2) / 5 + parts->tm_mday - 1;
    const time_t t = ((days * 24 + parts->tm_hour) * 60 + parts->tm_min) * 60 + parts->tm_sec;
    gmtime_r(&t, parts);
    return t;
}

time_t timelocal(struct tm *parts) { return mktime(parts); }

int utime(const char *path, const struct utimbuf *times)
{
    if (!times) return utimensat(AT_FDCWD, path, NULL, 0);
    const struct timespec both[2] = {{times->actime, 0}, {times->modtime, 0}};
    return utimensat(AT_FDCWD, path, both, 0);
}

int lutimes(const char *path, const struct timeval times[2])
{
    struct timespec both[2];
    for (int i = 0; times && i < 2; i++)
        both[i] = (struct timespec){times[i].tv_sec, times[i].tv_usec * 1000};
    return utimensat(AT_FDCWD, path, times ? both : NULL, AT_SYMLINK_NOFOLLOW);
}
