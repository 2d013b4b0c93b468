// What the hip backend says and leaves behind when the runtime fails it; on the stub, which fails
// to order.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "hostcall/hostcall.h"
#include "suite.h"

extern const struct hc_image suite_image;

enum { CALLS = 4 };  // lanes that call hc_nop once

// Opens everything, runs a kernel, closes everything.  0 or the first error.
static int whole_run(void)
{
    hc_dev dev = NULL;
    hc_server server = NULL;
    hc_module module = NULL;
    hc_mem out = NULL;
    struct suite_args args = {.n = 1};
    int status = 0;
    int err = hc_dev_open(hc_dev_params(.backend = "hip"), &dev);
    if (!err) err = hc_server_create(dev, hc_server_params(.slots = 8, .extents = 1), &server);
    if (!err) err = hc_module_create(dev, &suite_image, &module);
    if (!err)
        err = hc_mem_create(dev, hc_mem_params(.kind = HC_MEM_SHARED, .size = 4096, .tag = "out"),
                            &out);
    if (!err) {
        args.out = out->addr;
        err = hc_run(server,
                     hc_run_params(.module = module, .kernel = "suite_nop", .group_size = CALLS,
                                   .args = &args, .args_size = sizeof args),
                     &status);
    }
    for (int i = 0; !err && i < CALLS; i++) HC_EQ(((const int64_t *)out->host)[i], 1);
    hc_mem_destroy(&out);
    hc_module_destroy(&module);
    hc_server_destroy(&server);
    hc_dev_close(&dev);
    return err;
}

static bool said(const char *what) { return strstr(hc_last_error(), what) != NULL; }

// Anything but a clean error here would be a crash on every machine without an AMD GPU.
HC_TEST(hip, no_device)
{
    hc_dev dev = NULL;
    setenv("HC_HIP_STUB_NODEV", "1", 1);
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip"), &dev), HC_ERR_DEVICE);
    HC_ASSERT(!dev);
    HC_ASSERT_MSG(said("hipInit") && said("install ROCm") && !said("\n"), "it said: %s",
                  hc_last_error());
}

HC_TEST(hip, no_library)
{
    hc_dev dev = NULL;
    setenv("HOSTCALL_HIP_LIBRARY", "/nonexistent/libamdhip64.so", 1);
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip"), &dev), HC_ERR_DEVICE);
    HC_ASSERT_MSG(said("/nonexistent/libamdhip64.so") && said("install ROCm"), "it said: %s",
                  hc_last_error());
}

HC_TEST(hip, no_such_index)
{
    hc_dev dev = NULL;
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip", .index = 7), &dev), HC_ERR_DEVICE);
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip", .index = -1), &dev), HC_ERR_DEVICE);
}

// A part for another architecture must be passed over, also when it comes first.
HC_TEST(hip, every_architecture_finds_its_part)
{
    for (size_t i = 0; i < suite_image.part_count; i++) {
        const struct hc_image_part *part = &suite_image.parts[i];
        if (strcmp(part->backend, "hip") || strncmp(part->target, "gfx", 3)) continue;
        setenv("HC_HIP_STUB_ARCH", part->target, 1);
        HC_ASSERT_MSG(!whole_run(), "%s: %s", part->target, hc_last_error());
    }
}

// The text must name the device's architecture and those there is code for.
HC_TEST(hip, no_part_for_the_device)
{
    hc_dev dev = NULL;
    hc_module module = NULL;
    struct hc_image image = suite_image;
    struct hc_image_part parts[16];
    image.parts = parts;
    image.part_count = 0;
    for (size_t i = 0; i < suite_image.part_count; i++)
        if (strcmp(suite_image.parts[i].target, "gfx90a") && image.part_count < 16)
            parts[image.part_count++] = suite_image.parts[i];
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip"), &dev), 0);
    HC_EQ(hc_module_create(dev, &image, &module), HC_ERR_MODULE);
    HC_ASSERT_MSG(said("gfx90a") && said("gfx1100"), "it said: %s", hc_last_error());
    hc_dev_close(&dev);
}

HC_TEST(hip, no_such_kernel)
{
    hc_dev dev = NULL;
    hc_module module = NULL;
    hc_kernel kernel = NULL;
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip"), &dev), 0);
    HC_EQ(hc_module_create(dev, &suite_image, &module), 0);
    HC_EQ(hc_module_kernel(module, "no_such_kernel", &kernel), HC_ERR_MODULE);
    HC_ASSERT_MSG(said("no_such_kernel"), "it said: %s", hc_last_error());
    hc_module_destroy(&module);
    hc_dev_close(&dev);
}

// Without the rate the clock is measured against the host's, and must come out as the whole MHz it
// is.
HC_TEST(hip, clock_rate_is_measured_if_not_told)
{
    hc_dev dev = NULL;
    setenv("HC_HIP_STUB_NOCLOCK", "1", 1);
    HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip"), &dev), 0);
    HC_ASSERT(dev->caps.device_clock);
    HC_ASSERT_MSG(dev->caps.ns_per_tick > 0.99 && dev->caps.ns_per_tick < 1.01, "%.6f ns a tick",
                  dev->caps.ns_per_tick);
    hc_dev_close(&dev);
}

// Device memory is mapped where the host can write it and only there; and then it carries calls.
HC_TEST(hip, mapped_where_it_can_be)
{
    static const struct {
        const char *stub;
        bool no_mapped, mapped;
    } cases[] = {
        {NULL, false, false}, {"flush", false, false}, {"1", true, false}, {"1", false, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hc_dev dev = NULL;
        hc_mem mem = NULL;
        if (cases[i].stub) setenv("HC_HIP_STUB_MAPPED", cases[i].stub, 1);
        HC_EQ(hc_dev_open(hc_dev_params(.backend = "hip", .no_mapped = cases[i].no_mapped), &dev),
              0);
        HC_EQ(dev->caps.mapped, cases[i].mapped);
        HC_EQ(hc_mem_create(dev, hc_mem_params(.kind = HC_MEM_MAPPED, .size = 12288), &mem), 0);
        HC_EQ(mem->write_combined, cases[i].mapped);
        HC_EQ(mem->addr % 4096, 0);
        for (size_t k = 0; k < 12288; k++) HC_EQ(((const char *)mem->host)[k], 0);
        hc_mem_destroy(&mem);
        hc_dev_close(&dev);
        HC_ASSERT_MSG(!whole_run(), "case %zu: %s", i, hc_last_error());
    }
}

// Each function fails at its first, second, ... call.  The run must end with an error that carries
// the runtime's text, or go on without what failed; and leave nothing behind that spoils the next.
HC_TEST(hip, any_call_may_fail)
{
    static const char *const functions[] = {
        "hipInit",
        "hipGetDeviceCount",
        "hipRuntimeGetVersion",
        "hipSetDevice",
        "hipDeviceGetName",
        "hipDeviceGetAttribute",
        "hipHostMalloc",
        "hipHostGetDevicePointer",
        "hipMalloc",
        "hipMemsetAsync",
        "hipMemcpyAsync",
        "hipModuleLoadData",
        "hipModuleGetFunction",
        "hipModuleGetGlobal",
        "hipModuleLaunchKernel",
        "hipStreamCreateWithFlags",
        "hipStreamQuery",
        "hipStreamSynchronize",
    };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        for (int call = 1; call <= 6; call++) {
            char plan[64];
            snprintf(plan, sizeof plan, "%s:%d", functions[i], call);
            setenv("HC_HIP_STUB_FAIL", plan, 1);
            const int err = whole_run();
            HC_ASSERT_MSG(!err || said("an error of the stub"), "%s: error %d, %s", plan, err,
                          hc_last_error());
            unsetenv("HC_HIP_STUB_FAIL");
        }
        HC_ASSERT_MSG(!whole_run(), "after %s failed: %s", functions[i], hc_last_error());
    }
}
