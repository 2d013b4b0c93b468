// Module files: checked before anything of them is used, and their data segment on the device.
#include "backends/vulkan/vk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool vk_file_is(const struct hc_image_part *part)
{
    const uint32_t magic = HC_SPIRV_MAGIC;
    return !part->kernel && part->size >= sizeof magic && !memcmp(part->data, &magic, sizeof magic);
}

static int damaged(const struct hc_image *image, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int damaged(const struct hc_image *image, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return hc_error(HC_ERR_MODULE, "%s: damaged module file: %s", image->name, text);
}

static bool inside(const struct hc_spirv_module *f, uint32_t at, uint64_t size)
{
    return at % 8 == 0 && at <= f->size && size <= f->size - at;
}

static int kernel_check(const struct hc_image *image, const struct hc_spirv_module *f, uint32_t i)
{
    const char *base = (const char *)f;
    const struct hc_spirv_kernel *k = (const struct hc_spirv_kernel *)(f + 1) + i;
    if (k->name_at >= f->size || !base[k->name_at])
        return damaged(image, "kernel %u: no name at name_at %u of %u", i, k->name_at, f->size);
    if (!memchr(base + k->name_at, 0, f->size - k->name_at))
        return damaged(image, "kernel %u: the name at name_at %u does not end", i, k->name_at);
    const char *name = base + k->name_at;
    if (!inside(f, k->code_at, k->code_size))
        return damaged(image, "kernel '%.64s': code_at %u, code_size %u of %u bytes", name,
                       k->code_at, k->code_size, f->size);
    struct vk_spirv spirv;
    const char *wrong = vk_spirv_scan((const uint32_t *)(base + k->code_at), k->code_size, &spirv);
    if (wrong) return damaged(image, "kernel '%.64s': the code %s", name, wrong);
    if (k->stack % 16)
        return damaged(image, "kernel '%.64s': stack %u is no multiple of 16", name, k->stack);
    return 0;
}

static int file_check(const struct hc_image *image, const struct hc_image_part *part)
{
    const struct hc_spirv_module *f = part->data;
    if ((uintptr_t)f % 8) return damaged(image, "it lies at no multiple of 8 bytes in memory");
    if (part->size < sizeof *f)
        return damaged(image, "%zu bytes are less than its header", part->size);
    if (f->version != HC_SPIRV_VERSION)
        return hc_error(HC_ERR_MODULE, "%s: module file of version %u; this library reads %u",
                        image->name, f->version, HC_SPIRV_VERSION);
    if (f->size != part->size)
        return damaged(image, "size says %u, there are %zu bytes", f->size, part->size);
    if (!f->kernels || f->kernels > (f->size - sizeof *f) / sizeof(struct hc_spirv_kernel))
        return damaged(image, "kernels: %u of them in %u bytes", f->kernels, f->size);
    if (!inside(f, f->data_at, f->data_size))
        return damaged(image, "data_at %u, data_size %u of %u bytes", f->data_at, f->data_size,
                       f->size);
    if (!inside(f, f->relocs_at, (uint64_t)f->relocs * 4))
        return damaged(image, "relocs_at %u, relocs %u of %u bytes", f->relocs_at, f->relocs,
                       f->size);
    const uint32_t *relocs = (const uint32_t *)((const char *)f + f->relocs_at);
    for (uint32_t i = 0; i < f->relocs; i++)
        if (f->data_size < 8 || relocs[i] > f->data_size - 8)
            return damaged(image, "reloc %u is at byte %u of %u of data", i, relocs[i],
                           f->data_size);
    int err = 0;
    for (uint32_t i = 0; i < f->kernels && !err; i++) err = kernel_check(image, f, i);
    return err;
}

static void data_relocate(const struct hc_spirv_module *f, char *data, uint64_t address)
{
    const uint32_t *relocs = (const uint32_t *)((const char *)f + f->relocs_at);
    for (uint32_t i = 0; i < f->relocs; i++) {
        uint64_t pointer;
        memcpy(&pointer, data + relocs[i], 8);
        pointer += address;
        memcpy(data + relocs[i], &pointer, 8);
    }
}

// Into device memory, by a copy that waits for what runs there.
static int data_create(struct vk_dev *d, const struct hc_image *image,
                       const struct hc_spirv_module *f, hc_mem *out)
{
    hc_mem data = NULL, staging = NULL;
    if (!f->data_size) return 0;
    int err = vk_mem_create_raw(d, f->data_size, image->name, &data);
    if (!err)
        err = vk_mem_create(&d->pub,
                            hc_mem_params(.kind = HC_MEM_SHARED, .size = f->data_size,
                                          .tag = "data segment on its way"),
                            &staging);
    if (!err) {
        memcpy(staging->host, (const char *)f + f->data_at, f->data_size);
        data_relocate(f, staging->host, data->addr);
        hc_mem_publish();
        err = vk_mem_copy(d->filler, data, 0, staging, 0, f->data_size);
    }
    if (!err) err = vk_stream_poll(d->filler, UINT64_MAX);
    if (staging) vk_mem_destroy(&staging);
    if (err && data) vk_mem_destroy(&data);
    *out = data;
    return err;
}

int vk_file_load(struct vk_dev *d, const struct hc_image *image, const struct hc_image_part *part,
                 struct vk_file **out)
{
    int err = file_check(image, part);
    if (err) return err;
    struct vk_file *file = calloc(1, sizeof *file);
    if (!file) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    file->head = part->data;
    err = data_create(d, image, file->head, &file->data);
    if (err) {
        free(file);
        return err;
    }
    *out = file;
    return 0;
}

void vk_file_free(struct vk_dev *d, struct vk_file *file)
{
    if (file->data) vk_mem_free(d, (struct vk_mem *)(uintptr_t)file->data);
    free(file);
}

const struct hc_spirv_kernel *vk_file_kernel(const struct vk_file *file, const char *name)
{
    const struct hc_spirv_kernel *k = (const struct hc_spirv_kernel *)(file->head + 1);
    for (uint32_t i = 0; i < file->head->kernels; i++)
        if (!strcmp((const char *)file->head + k[i].name_at, name)) return &k[i];
    return NULL;
}
