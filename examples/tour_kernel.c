// The tour: a kernel that prints, reads a line, tells the time and writes a file.
#include <hostcall/device.h>

#include "tour.h"

// A GPU has no string functions: these are all it takes.
HC_FN uint32_t text_append(char *to, uint32_t at, uint32_t size, const char *from)
{
    while (*from && at + 1 < size) to[at++] = *from++;
    to[at] = 0;
    return at;
}

HC_KERNEL(tour, struct tour_args, args)
{
    if (hc_global_id() != 0) return;
    hc_printf("Hello from a kernel on the %s device!\n", args.device);
    hc_printf("What is your name? ");

    char name[64];
    int64_t n = hc_read_line(0, name, sizeof name);
    if (n > 0 && name[n - 1] == '\n') name[--n] = 0;
    if (n <= 0) n = text_append(name, 0, sizeof name, "stranger");
    hc_printf("Nice to meet you, %s.\n", name);

    struct hc_timespec now = {0, 0};
    hc_clock_gettime(HC_CLOCK_REALTIME, &now);
    hc_printf("It is %lld seconds since the epoch.\n", (long long)now.tv_sec);

    const int fd = hc_open("tour.txt", HC_O_WRONLY | HC_O_CREAT | HC_O_TRUNC, 0644);
    if (fd < 0) {
        hc_printf("tour.txt: error %d\n", -fd);
        hc_exit(1);
    }
    hc_dprintf(fd, "%s met a GPU kernel %lld seconds after the epoch.\n", name,
               (long long)now.tv_sec);
    hc_close(fd);
    hc_puts("I wrote it down in tour.txt. Goodbye!");
}
