// Time: calendars in UTC, formats, clocks that go on, sleep that lasts.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void show(const struct tm *t)
{
    printf("%d-%02d-%02d %02d:%02d:%02d day %d of week, %d of year, dst %d\n", t->tm_year + 1900,
           t->tm_mon + 1, t->tm_mday, t->tm_hour, t->tm_min, t->tm_sec, t->tm_wday, t->tm_yday,
           t->tm_isdst);
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t)) exit(1);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
    setenv("TZ", "UTC0", 1);
    tzset();
    static const time_t all[] = {0,  951782400,    1709164799,  2147483648,
                                 -1, -62135596800, 253402300799};
    struct tm t;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        show(gmtime_r(&all[i], &t));
        printf("%d\n", mktime(&t) == all[i]);
    }
    t = (struct tm){
        .tm_year = 123, .tm_mon = 13, .tm_mday = -5, .tm_hour = 30, .tm_min = 61, .tm_sec = 61};
    printf("%lld\n", (long long)mktime(&t));
    show(&t);
    char text[200];
    printf("%zu",
           strftime(
               text, sizeof text,
               "%Y-%m-%d %H:%M:%S %j %a %A %b %B %y %e %I %p %U %W %V %G %u %w %C %D %F %T %R %n%%",
               gmtime(&all[1])));
    printf(" %s\n", text);
    strftime(text, sizeof text, "%Z %z %c|%x|%X|%s", localtime(&all[1]));
    puts(text);
    printf("%zu\n", strftime(text, 5, "%Y-%m", &t));
    printf("%s", asctime(gmtime(&all[1])));
    printf("%s", ctime(&all[2]));
    char *rest = strptime("2024-02-29 12:34:56 left", "%Y-%m-%d %H:%M:%S", &t);
    printf("%d%s\n", t.tm_mday, rest);
    printf("%g\n", difftime(all[3], all[2]));
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    show(localtime(&all[2]));
    const time_t summer = 1720000000;
    show(localtime_r(&summer, &t));
    printf("%s %s %d\n", tzname[0], tzname[1], mktime(&t) == summer);

    struct timeval now;
    gettimeofday(&now, NULL);
    printf("%d %d\n", llabs((long long)(now.tv_sec - time(NULL))) <= 1, time(NULL) > 1700000000);
    const double before = seconds(CLOCK_MONOTONIC), real = seconds(CLOCK_REALTIME);
    const clock_t used = clock();
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    usleep(10000);
    const double slept = seconds(CLOCK_MONOTONIC) - before;
    printf("slept %d %d\n", slept >= 0.06, slept < 5);
    printf("clocks agree %d\n", seconds(CLOCK_REALTIME) - real - slept < 0.5);
    double sum = 0;
    for (volatile int i = 0; i < 20000000; i++) sum += i;
    printf("clock went on %d %d\n", clock() > used, sum > 0);
    printf("wrong sleep %d\n", nanosleep(&(struct timespec){0, 1000000000}, NULL));
    return 0;
}
