// A module file made of raw SPIR-V, and a run of its kernel.
#include "vulkan_file.h"

#include <stdlib.h>
#include <string.h>

struct file file;

uint32_t file_append(const void *data, uint32_t size)
{
    const uint32_t at = file.head->size;
    HC_ASSERT(at + size + 8 <= FILE_MAX);
    memcpy(file.bytes + at, data, size);
    file.head->size = (at + size + 7) & ~7u;
    return at;
}

void file_make(void)
{
    static const char *const names[] = {"probe", "other"};
    static const uint64_t data[] = {16, 40, 4711};
    const uint32_t reloc = 0;
    const struct hc_image_part *raw = &vulkan_probe_image.parts[0];
    memset(&file, 0, sizeof file);
    file.head = (struct hc_spirv_module *)file.bytes;
    file.kernels = (struct hc_spirv_kernel *)(file.head + 1);
    *file.head = (struct hc_spirv_module){.magic = HC_SPIRV_MAGIC, .version = HC_SPIRV_VERSION};
    file.head->kernels = 2;
    file.head->size = sizeof *file.head + 2 * sizeof *file.kernels;
    for (int i = 0; i < 2; i++) {
        file.kernels[i].name_at = file_append(names[i], 6);
        file.kernels[i].code_at = file_append(raw->data, (uint32_t)raw->size);
        file.kernels[i].code_size = (uint32_t)raw->size;
        file.kernels[i].stack = 32 + 32 * (uint32_t)i;
    }
    file.head->data_at = file_append(data, sizeof data);
    file.head->data_size = sizeof data;
    file.head->relocs_at = file_append(&reloc, sizeof reloc);
    file.head->relocs = 1;
    file.parts[0] = file.parts[1] = (struct hc_image_part){
        .backend = "vulkan", .target = "vulkan1.3", .data = file.bytes, .size = file.head->size};
    file.image = (struct hc_image){.name = "sample", .parts = file.parts, .part_count = 1};
}

struct vk_dev *dev_open(void)
{
    hc_dev dev = NULL;
    setenv("HOSTCALL_VULKAN_CACHE", "0", 0);
    const int err = hc_dev_open(hc_dev_params(.backend = "vulkan"), &dev);
    if (err == HC_ERR_DEVICE) HC_SKIP("%s", hc_last_error());
    HC_ASSERT_MSG(!err, "%s", hc_last_error());
    return vk_dev(dev);
}

void dev_close(struct vk_dev *d)
{
    hc_dev dev = &d->pub;
    HC_EQ(d->complaints, 0);
    hc_dev_close(&dev);
}

hc_module module_open(struct vk_dev *d, const struct hc_image *image)
{
    hc_module module = NULL;
    const int err = hc_module_create(&d->pub, image, &module);
    HC_ASSERT_MSG(!err, "%s", hc_last_error());
    return module;
}

void run(struct vk_dev *d, hc_module module, const char *name, uint32_t groups, uint32_t group_size,
         struct told *told)
{
    hc_mem mem = NULL;
    hc_kernel kernel = NULL;
    hc_stream stream = NULL;
    int err =
        hc_mem_create(&d->pub, hc_mem_params(.kind = HC_MEM_SHARED, .size = sizeof *told), &mem);
    HC_ASSERT(!err);
    const struct args args = {.to = mem->addr, .end = 0x123456789abcdef};
    memset(mem->host, 0xff, sizeof *told);
    if (!err) err = hc_module_kernel(module, name, &kernel);
    if (!err) err = hc_stream_create(&d->pub, &stream);
    if (!err)
        err = hc_launch(stream, hc_launch_params(.kernel = kernel, .groups = groups,
                                                 .group_size = group_size, .args = &args,
                                                 .args_size = sizeof args));
    if (!err) err = hc_stream_poll(stream, 20000000000);
    HC_ASSERT_MSG(!err, "%d %s", err, hc_last_error());
    memcpy(told, mem->host, sizeof *told);
    hc_stream_destroy(&stream);
    hc_mem_destroy(&mem);
}

bool said(const char *what) { return strstr(hc_last_error(), what) != NULL; }
