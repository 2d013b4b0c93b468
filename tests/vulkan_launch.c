// What the vulkan backend gives kernels of module files: data, stack, constants.
#include "vulkan_file.h"

#include <stdlib.h>
#include <string.h>

// A kernel that finds its arguments, data or stack in the wrong place reads somebody else's memory.
HC_TEST(vulkan_launch, a_kernel_gets_what_the_format_says)
{
    struct vk_dev *d = dev_open();
    struct told t;
    file_make();
    hc_module module = module_open(d, &file.image), second = module_open(d, &file.image);
    HC_EQ(hc_module_bind(module, NULL), 0);
    run(d, module, "probe", 3, 4, &t);
    HC_EQ(t.context, 0);
    HC_EQ(t.data % 256, 0);
    HC_EQ(t.size_x, 4);
    HC_EQ(t.size_yz, 1);
    HC_EQ(t.reunites, d->reunites);
    HC_EQ(t.live_outs, d->live_outs);
    HC_EQ(t.stack_size, 32);
    HC_EQ(t.end, 0x123456789abcdef);
    HC_EQ(t.number, 4711);
    HC_EQ(t.count, 41);
    for (int i = 0; i < 12; i++) HC_EQ(t.wrong[i], 0);
    HC_EQ(t.wrong[12], -1);
    // Data lives as long as its module, for all its kernels, and is its own.
    run(d, module, "other", 1, 1, &t);
    HC_EQ(t.count, 42);
    HC_EQ(t.stack_size, 64);
    run(d, second, "probe", 1, 1, &t);
    HC_EQ(t.count, 41);
    hc_module_destroy(&module);
    hc_module_destroy(&second);
    dev_close(d);
}

HC_TEST(vulkan_launch, a_kernel_without_data_and_stack_gets_no_address)
{
    struct vk_dev *d = dev_open();
    struct told t;
    file_make();
    file.head->data_size = file.head->relocs = file.kernels[0].stack = 0;
    hc_module module = module_open(d, &file.image);
    run(d, module, "probe", 1, 2, &t);
    HC_EQ(t.data, 0);
    HC_EQ(t.stack, 0);
    HC_EQ(t.stack_size, 0);
    hc_module_destroy(&module);
    dev_close(d);
}

// What somebody's own shader calls its constants 3 to 5 must stay his.
HC_TEST(vulkan_launch, raw_spirv_keeps_its_own_constants)
{
    struct vk_dev *d = dev_open();
    struct told t;
    hc_module module = module_open(d, &vulkan_probe_image);
    run(d, module, "probe", 1, 2, &t);
    HC_EQ(t.size_x, 2);
    HC_EQ(t.reunites, 7);
    HC_EQ(t.live_outs, 7);
    HC_EQ(t.data, 0);
    HC_EQ(t.stack, 0);
    HC_EQ(t.end, 0x123456789abcdef);
    hc_module_destroy(&module);
    dev_close(d);
}

HC_TEST(vulkan_launch, reunites_can_be_forbidden)
{
    struct told t;
    setenv("HOSTCALL_VULKAN_REUNITES", "0", 1);
    struct vk_dev *d = dev_open();
    file_make();
    hc_module module = module_open(d, &file.image);
    run(d, module, "probe", 1, 1, &t);
    HC_EQ(t.reunites, 0);
    HC_ASSERT(!d->maximal);
    hc_module_destroy(&module);
    dev_close(d);
}

// A launch that is larger than the one before, while that still runs, must not take its stacks away.
HC_TEST(vulkan_launch, stacks_grow)
{
    struct vk_dev *d = dev_open();
    hc_mem mem = NULL;
    hc_kernel kernel = NULL;
    hc_stream stream = NULL;
    file_make();
    file.kernels[0].stack = 4096;
    hc_module module = module_open(d, &file.image);
    HC_EQ(hc_mem_create(&d->pub, hc_mem_params(.size = 8 * sizeof(struct told)), &mem), 0);
    memset(mem->host, 0xff, mem->size);
    HC_EQ(hc_module_kernel(module, "probe", &kernel), 0);
    HC_EQ(hc_stream_create(&d->pub, &stream), 0);
    for (uint32_t i = 0; i < 8; i++) {
        const struct args args = {.to = mem->addr + i * sizeof(struct told)};
        HC_EQ(hc_launch(stream, hc_launch_params(.kernel = kernel, .groups = 1 + i, .group_size = 8,
                                                 .args = &args, .args_size = sizeof args)),
              0);
    }
    HC_EQ(hc_stream_poll(stream, 20000000000), 0);
    for (uint32_t i = 0; i < 8; i++)
        for (uint32_t lane = 0; lane < 8 * (i + 1); lane++)
            HC_EQ(((const struct told *)mem->host)[i].wrong[lane], 0);
    hc_stream_destroy(&stream);
    hc_mem_destroy(&mem);
    hc_module_destroy(&module);
    dev_close(d);
}

HC_TEST(vulkan_launch, stacks_of_kernels_that_recurse_can_be_raised)
{
    static const struct {
        const char *wish;
        uint32_t recursive, other;
    } cases[] = {{"100", 112, 64}, {"16", 32, 64}, {"junk", 32, 64}, {"4096", 4096, 64}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct told t;
        setenv("HOSTCALL_VULKAN_STACK", cases[i].wish, 1);
        struct vk_dev *d = dev_open();
        file_make();
        file.kernels[0].needs = HC_SPIRV_NEEDS_RECURSION;
        hc_module module = module_open(d, &file.image);
        run(d, module, "probe", 1, 3, &t);
        HC_EQ(t.stack_size, cases[i].recursive);
        HC_EQ(t.wrong[2], 0);
        run(d, module, "other", 1, 3, &t);
        HC_EQ(t.stack_size, cases[i].other);
        hc_module_destroy(&module);
        dev_close(d);
    }
}

// More than there is must be an error that says what to do, and leave the stream usable.
HC_TEST(vulkan_launch, stacks_that_do_not_fit)
{
    setenv("HOSTCALL_VULKAN_STACK", "4294967295", 1);
    struct vk_dev *d = dev_open();
    hc_stream stream = NULL;
    hc_kernel kernel = NULL;
    hc_mem mem = NULL;
    file_make();
    file.kernels[0].stack = 1u << 30;
    file.kernels[1].needs = HC_SPIRV_NEEDS_RECURSION;
    hc_module module = module_open(d, &file.image);
    HC_EQ(hc_stream_create(&d->pub, &stream), 0);
    HC_EQ(hc_mem_create(&d->pub, hc_mem_params(.size = sizeof(struct told)), &mem), 0);
    const struct args args = {.to = mem->addr};
    const struct hc_launch_params launch = {.groups = 60000, .group_size = 256};
    struct hc_launch_params p = launch;
    HC_EQ(hc_module_kernel(module, "probe", &p.kernel), 0);
    HC_EQ(hc_launch(stream, &p), HC_ERR_MEMORY);
    HC_ASSERT_MSG(said("'probe'") && said("15360000 lanes") && said("1073741824 bytes") &&
                      said("fewer lanes") && !said("HOSTCALL_VULKAN_STACK"),
                  "it said: %s", hc_last_error());
    HC_EQ(hc_module_kernel(module, "other", &p.kernel), 0);
    HC_EQ(hc_launch(stream, &p), HC_ERR_MEMORY);
    HC_ASSERT_MSG(said("'other'") && said("4294967280 bytes") && said("HOSTCALL_VULKAN_STACK"),
                  "it said: %s", hc_last_error());
    hc_module_destroy(&module);

    file.kernels[0].stack = 64;
    module = module_open(d, &file.image);
    HC_EQ(hc_module_kernel(module, "probe", &kernel), 0);
    HC_EQ(hc_launch(stream, hc_launch_params(.kernel = kernel, .groups = 2, .group_size = 8,
                                             .args = &args, .args_size = sizeof args)),
          0);
    HC_EQ(hc_stream_poll(stream, 20000000000), 0);
    for (int i = 0; i < 16; i++) HC_EQ(((const struct told *)mem->host)->wrong[i], 0);
    hc_stream_destroy(&stream);
    hc_mem_destroy(&mem);
    hc_module_destroy(&module);
    dev_close(d);
}
