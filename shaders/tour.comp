#version 460
#extension GL_GOOGLE_include_directive : require
// The tour: a kernel that prints, reads a line, tells the time and writes a file.
#define HC_LOCAL_BYTES 128
#include "hostcall.glsl"

struct tour_args {  // examples/tour.h
    uint device[16];
};

const uint NAME = 0u, DEVICE = 64u;  // what lies where in the lane's own memory

uint text_length(uint at)
{
    uint n = 0u;
    while (hc_local_get(at + n) != 0u) n++;
    return n;
}

HC_KERNEL(tour, tour_args, args)
{
    if (hc_global_id() != 0u) return;
    for (uint i = 0u; i < 16u; i++) hc_local_word_set(DEVICE + 4u * i, args.device[i]);
    hc_printf("Hello from a kernel on the %s device!\n", hc_text(hc_local(DEVICE), text_length(DEVICE)));
    hc_printf("What is your name? ");

    uint n = uint(max(hc_read_line(0, hc_local(NAME), 64ul), 0l));
    if (n > 0u && hc_local_get(NAME + n - 1u) == 10u) n--;
    const hc_arg name = n > 0u ? hc_text(hc_local(NAME), n) : hc_s("stranger");
    hc_printf("Nice to meet you, %s.\n", name);

    const int64_t now = hc_clock_ns(HC_CLOCK_REALTIME) / 1000000000l;
    hc_printf("It is %lld seconds since the epoch.\n", hc_l(now));

    const int fd = hc_open("tour.txt", HC_O_WRONLY | HC_O_CREAT | HC_O_TRUNC, 0644u);
    if (fd < 0) {
        hc_printf("tour.txt: error %d\n", hc_i(-fd));
        hc_exit(1);
        return;
    }
    hc_dprintf(fd, "%s met a GPU kernel %lld seconds after the epoch.\n", name, hc_l(now));
    hc_close(fd);
    hc_puts("I wrote it down in tour.txt. Goodbye!");
}
