// Lanes that parted wait for each other where they must, in kernels too large to be one function.
#include "suite.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern const struct hc_image parted_image;

// A wave that transfers with some of its lanes copies holes, and others' calls take its turn.
HC_TEST(parted, waves_are_whole_again)
{
    struct stage s = stage_open(NULL);
    hc_module_destroy(&s.module);
    HC_EQ(hc_module_create(s.dev, &parted_image, &s.module), 0);
    s.args.size = 150001;
    uint8_t *data = s.data->host;
    for (size_t i = 0; i < s.args.size; i++) data[i] = (uint8_t)(i * 31 + (i >> 8));
    stage_file(&s, "parted", "", 0);
    const uint32_t width = s.dev->caps.wave_width;
    HC_EQ(stage_run(&s, "parted_transfer", 1, width + 1), 0);
    const int64_t sum = width | 1 << 8 | 1 << 16 | (int64_t)width << 24;
    for (uint32_t i = 0; i < width; i++) HC_EQ(stage_out(&s, i), sum);
    HC_ASSERT(!memcmp((uint8_t *)s.out->host + 4096, data, s.args.size));
    unlink(s.args.text);
    stage_close(&s);
}

// A stack that is too small must end the launch and say so; memory behind it belongs to others.
HC_TEST(parted, recursion_deeper_than_its_stack)
{
    struct stage plain = stage_open(NULL);
    if (!stage_is(&plain, "vulkan")) HC_SKIP("stacks of %s are its own", plain.dev->caps.name);
    stage_close(&plain);
    const int told = memfd_create("told", 0);
    struct stage s = stage_open(&(struct hc_server_params){.stderr_fd = told});
    hc_module_destroy(&s.module);
    HC_EQ(hc_module_create(s.dev, &parted_image, &s.module), 0);
    s.args.n = 100;
    HC_EQ(stage_run(&s, "parted_deep", 1, 3), 0);
    const int64_t result = stage_out(&s, 2);
    HC_ASSERT(result);
    s.args.n = 1000000;
    HC_EQ(stage_run(&s, "parted_deep", 1, 3), 134);
    HC_EQ(stage_out(&s, 2), result);
    char text[4096];
    const ssize_t n = pread(told, text, sizeof text - 1, 0);
    HC_ASSERT(n > 0);
    text[n] = 0;
    HC_ASSERT_MSG(strstr(text, "recursion too deep for its stack of") &&
                      strstr(text, "HOSTCALL_VULKAN_STACK"),
                  "it said: %s", text);
    stage_close(&s);
    close(told);
}
