// The program as a module of the cpu backend, whose kernels are part of the executable.
#include "hostcall/hostcall.h"

static const struct hc_image_part parts[] = {
    {.backend = "cpu", .target = "host", .data = "", .size = 0},
};

extern const struct hc_image hc_program_image;
const struct hc_image hc_program_image = {.name = "program", .parts = parts, .part_count = 1};
