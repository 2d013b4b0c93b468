// What the vulkan backend says about damaged module files and devices that lack something.
#include "vulkan_file.h"

#include <stdlib.h>
#include <string.h>

enum { OP_TYPE_VOID = 2 << 16 | 19, ENTRY_POINT_MAIN = 0x6e69616d };

static const void *code_find(const struct hc_spirv_kernel *k, uint32_t word)
{
    const char *at = file.bytes + k->code_at;
    while (memcmp(at, &word, 4)) at += 4;
    return at;
}

// Each field wrong, one at a time: without the check something is read out of bounds, here or on the device.
HC_TEST(vulkan_module, damage_is_named)
{
    struct vk_dev *d = dev_open();
    file_make();
    const struct hc_spirv_module *h = file.head;
    const struct hc_spirv_kernel *k = file.kernels;
    const uint32_t size = h->size, end = UINT32_MAX - 7;
    const struct {
        const void *field;  // of 4 bytes
        uint32_t value;
        const char *says;
    } cases[] = {
        {&h->magic, 0, "neither a module file nor the SPIR-V"},
        {&h->version, 2, "version 2; this library reads 1"},
        {&h->size, size - 8, "size"},
        {&h->size, size + 8, "size"},
        {&h->kernels, 0, "kernels: 0"},
        {&h->kernels, size, "kernels: "},
        {&h->kernels, 0x0aaaaaab, "kernels: 178956971"},  // times 24 is 8, in 32 bits
        {&h->data_at, size - 16, "data_at"},
        {&h->data_at, end, "data_at 4294967288"},
        {&h->data_at, h->data_at + 4, "data_at"},
        {&h->data_size, end, "data_size 4294967288"},
        {&h->relocs_at, size, "relocs_at"},
        {&h->relocs_at, h->relocs_at + 2, "relocs_at"},
        {&h->relocs, 0x40000001, "relocs 1073741825"},  // times 4 is 4, in 32 bits
        {file.bytes + h->relocs_at, 17, "reloc 0 is at byte 17 of 24"},
        {file.bytes + h->relocs_at, end, "reloc 0"},
        {&h->data_size, 4, "reloc 0"},
        {&k[1].name_at, size, "kernel 1: no name at name_at"},
        {&k[1].name_at, h->relocs_at + 1, "kernel 1: no name"},
        {&k[0].code_at, size - 8, "'probe': code_at"},
        {&k[0].code_at, end, "'probe': code_at 4294967288"},
        {&k[0].code_at, k[0].code_at + 4, "'probe': code_at"},
        {&k[0].code_size, end, "code_size 4294967288"},
        {&k[0].code_size, 16, "'probe': the code is not SPIR-V"},
        {&k[0].code_size, k[0].code_size - 2, "'probe': the code is not SPIR-V"},
        {&k[0].code_size, k[0].code_size - 4, "'probe': the code is cut off"},
        {file.bytes + k[1].code_at, 0x03022307, "'other': the code is not SPIR-V"},
        {file.bytes + k[1].code_at + 4, 0x10700, "'other': the code is SPIR-V newer than 1.6"},
        {file.bytes + k[1].code_at + 20, 17, "'other': the code is cut off"},
        {file.bytes + k[1].code_at + 20, 0xffff0011, "'other': the code is cut off"},
        {code_find(&k[1], OP_TYPE_VOID), 2 << 16 | 17, "'other': the code has a capability behind"},
        {code_find(&k[1], ENTRY_POINT_MAIN), 0, "'other': the code has no entry point 'main'"},
        {&k[1].stack, 24, "'other': stack 24"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hc_module module = NULL;
        char *field = file.bytes + ((const char *)cases[i].field - file.bytes);
        uint32_t whole;
        memcpy(&whole, field, 4);
        memcpy(field, &cases[i].value, 4);
        const int err = hc_module_create(&d->pub, &file.image, &module);
        HC_ASSERT_MSG(err == HC_ERR_MODULE && !module && said("sample: ") && said(cases[i].says),
                      "case %zu: %d, it said: %s", i, err, hc_last_error());
        memcpy(field, &whole, 4);
    }
    // A file that is whole again loads; cut anywhere it does not.
    hc_module module = module_open(d, &file.image);
    hc_module_destroy(&module);
    for (size_t n = 0; n < size; n += n < 100 ? 1 : 101) {
        file.parts[0].size = n;
        HC_EQ(hc_module_create(&d->pub, &file.image, &module), HC_ERR_MODULE);
    }
    file.parts[0].size = size;
    file.parts[0].data = file.bytes + 4;
    memmove(file.bytes + 4, file.bytes, size);
    HC_EQ(hc_module_create(&d->pub, &file.image, &module), HC_ERR_MODULE);
    HC_ASSERT_MSG(said("multiple of 8"), "it said: %s", hc_last_error());
    dev_close(d);
}

// The last name has no end: reading on would leave the file.
HC_TEST(vulkan_module, names_end_in_the_file)
{
    struct vk_dev *d = dev_open();
    hc_module module = NULL;
    file_make();
    const uint32_t at = file_append("endless!", 8);
    file.kernels[1].name_at = at;
    file.parts[0].size = file.head->size;
    HC_EQ(hc_module_create(&d->pub, &file.image, &module), HC_ERR_MODULE);
    HC_ASSERT_MSG(said("does not end"), "it said: %s", hc_last_error());
    dev_close(d);
}

static void kernel_refused(hc_module module, const char *name, const char *what, const char *cure)
{
    hc_kernel kernel = NULL;
    HC_EQ(hc_module_kernel(module, name, &kernel), HC_ERR_MODULE);
    HC_ASSERT_MSG(said(module->image->name) && said(name) && said(what) && said(cure),
                  "it said: %s", hc_last_error());
}

// Drivers do not say that a feature is missing: some crash.
HC_TEST(vulkan_module, what_the_device_lacks_is_named_with_the_cure)
{
    static const struct {
        uint32_t needs;
        const char *what, *cure;
    } cases[] = {
        {HC_SPIRV_NEEDS_INT8, "shaderInt8", "hc-spirv --without int8"},
        {HC_SPIRV_NEEDS_INT16, "shaderInt16", "hc-spirv --without int16"},
        {HC_SPIRV_NEEDS_FLOAT16, "shaderFloat16", "_Float16"},
        {HC_SPIRV_NEEDS_FLOAT64, "shaderFloat64", "double"},
        {HC_SPIRV_NEEDS_STORAGE8, "storageBuffer8BitAccess", "hc-spirv --without storage8"},
        {HC_SPIRV_NEEDS_STORAGE16, "storageBuffer16BitAccess", "hc-spirv --without storage16"},
        {HC_SPIRV_NEEDS_CLOCK, "VK_KHR_shader_clock", "-DHC_NO_CLOCK"},
        {0x4000, "0x4000", "newer"},
    };
    struct vk_dev *d = dev_open();
    struct told t;
    const uint32_t has = d->has;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file_make();
        file.kernels[0].needs = cases[i].needs;
        d->has = has & ~cases[i].needs;
        hc_module module = module_open(d, &file.image);
        kernel_refused(module, "probe", cases[i].what, cases[i].cure);
        HC_ASSERT(said(d->pub.caps.name));
        run(d, module, "other", 1, 1, &t);
        HC_EQ(t.number, 4711);
        hc_module_destroy(&module);
    }
    file_make();
    file.kernels[0].shared = d->shared_max + 1;
    file.kernels[1].needs = HC_SPIRV_NEEDS_INT8 | HC_SPIRV_NEEDS_FLOAT64;
    d->has = has & ~file.kernels[1].needs;
    hc_module module = module_open(d, &file.image);
    kernel_refused(module, "probe", "bytes of workgroup memory", d->pub.caps.name);
    kernel_refused(module, "other", "shaderInt8", "shaderFloat64");
    hc_module_destroy(&module);
    d->has = has;
    dev_close(d);
}

// Code that declares more than the file says it needs.
HC_TEST(vulkan_module, capabilities_count_in_files_and_without)
{
    struct vk_dev *d = dev_open();
    hc_module module = NULL;
    d->has &= ~VK_NEEDS_BALLOT;
    HC_EQ(hc_module_create(&d->pub, &vulkan_probe_image, &module), HC_ERR_MODULE);
    HC_ASSERT_MSG(said("'probe'") && said("subgroup ballots"), "it said: %s", hc_last_error());
    file_make();
    module = module_open(d, &file.image);
    kernel_refused(module, "probe", "subgroup ballots", d->pub.caps.name);
    hc_module_destroy(&module);
    dev_close(d);
}

// A kernel may come twice: for devices that have all, and for those that don't.
HC_TEST(vulkan_module, the_first_part_that_loads_counts)
{
    static _Alignas(8) char first[FILE_MAX];
    struct vk_dev *d = dev_open();
    struct told t;
    file_make();
    file.kernels[0].needs = HC_SPIRV_NEEDS_FLOAT64;
    d->has &= ~HC_SPIRV_NEEDS_FLOAT64;
    memcpy(first, file.bytes, sizeof first);
    file.parts[0].data = first;
    file.kernels[0].needs = 0;
    file.kernels[0].stack = 48;
    file.image.part_count = 2;
    hc_module module = module_open(d, &file.image);
    run(d, module, "probe", 1, 1, &t);
    HC_EQ(t.stack_size, 48);
    hc_module_destroy(&module);
    dev_close(d);
}

HC_TEST(vulkan_module, no_such_kernel)
{
    struct vk_dev *d = dev_open();
    file_make();
    hc_module module = module_open(d, &file.image);
    kernel_refused(module, "prob", "no kernel 'prob' for vulkan", "");
    hc_module_destroy(&module);
    dev_close(d);
}

// The extension goes behind the capabilities, the mode behind the entry point, and all else stays.
HC_TEST(vulkan_module, maximal_reconvergence_is_spliced_in)
{
    enum { CAPABILITY = 17, ENTRY_POINT = 15, GROWN = 9 + 3 };
    const struct hc_image_part *raw = &vulkan_probe_image.parts[0];
    const uint32_t *from = raw->data;
    struct vk_spirv spirv, again;
    size_t size = raw->size;
    HC_STR_EQ(vk_spirv_scan(from, size, &spirv), NULL);
    uint32_t *to = vk_spirv_reconverge(from, &spirv, &size);
    HC_ASSERT(to);
    HC_EQ(size, raw->size + GROWN * 4);
    HC_STR_EQ(vk_spirv_scan(to, size, &again), NULL);
    HC_EQ(again.main, spirv.main);
    HC_EQ(again.needs, spirv.needs);

    const uint32_t *a = from, *b = to;
    int extensions = 0, modes = 0;
    for (size_t left = raw->size / 4, length = 5; left; left -= length, a += length, b += length) {
        if (a > from) length = *a >> 16;
        HC_ASSERT(!memcmp(a, b, length * 4));
        if (a > from && (*a & 0xffff) == CAPABILITY && (a[length] & 0xffff) != CAPABILITY) {
            HC_EQ(b[length], 9u << 16 | 10);
            HC_STR_EQ((const char *)&b[length + 1], "SPV_KHR_maximal_reconvergence");
            b += 9;
            extensions++;
        }
        if (a > from && (*a & 0xffff) == ENTRY_POINT) {
            HC_EQ(b[length], 3u << 16 | 16);
            HC_EQ(b[length + 1], spirv.main);
            HC_EQ(b[length + 2], 6023);
            b += 3;
            modes++;
        }
    }
    HC_EQ(extensions, 1);
    HC_EQ(modes, 1);
    free(to);
}
