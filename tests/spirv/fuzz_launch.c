// Runs one kernel of a module file on the vulkan backend and prints what each lane stored, 16 hexadecimal digits a
// line.
//
// usage: fuzz_launch FILE KERNEL LANES; the kernel's argument is the address of 8 bytes a lane.  For a file that
// hc-spirv made with --lane-data: its data segment, which is one lane's, is repeated for every lane.
// Exit status 77: there is no device.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/vulkan/module.h"
#include "hostcall/hostcall.h"

struct file {
    uint8_t *bytes;
    size_t size;
};

static _Noreturn void die(int status, const char *what, const char *why)
{
    fprintf(stderr, "fuzz_launch: %s: %s\n", what, why);
    exit(status);
}

static uint8_t *bytes_new(size_t size)
{
    uint8_t *bytes = calloc(1, size);
    if (!bytes) die(2, "memory", strerror(errno));
    return bytes;
}

static struct file file_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END)) die(2, path, strerror(errno));
    const long size = ftell(f);
    if (size < (long)sizeof(struct hc_spirv_module)) die(2, path, "too short for a module file");
    rewind(f);
    struct file file = {bytes_new((size_t)size), (size_t)size};
    if (fread(file.bytes, 1, file.size, f) != file.size) die(2, path, strerror(errno));
    fclose(f);
    return file;
}

static size_t rounded(size_t size) { return (size + 7) & ~(size_t)7; }

// The file with a segment of `lanes` copies behind its end.  What a copy points at is its own.
static struct file file_expand(struct file old, uint32_t lanes)
{
    struct hc_spirv_module m;
    memcpy(&m, old.bytes, sizeof m);
    if (m.magic != HC_SPIRV_MAGIC || m.version != HC_SPIRV_VERSION || m.data_size % 16 ||
        (size_t)m.data_at + m.data_size > old.size || m.relocs_at + (size_t)m.relocs * 4 > old.size)
        die(2, "module file", "its head makes no sense");
    const size_t data_size = (size_t)m.data_size * lanes,
                 relocs_size = (size_t)m.relocs * 4 * lanes;
    const size_t data_at = rounded(old.size), relocs_at = rounded(data_at + data_size),
                 size = rounded(relocs_at + relocs_size);
    if (size > UINT32_MAX) die(2, "module file", "too large for so many lanes");
    struct file file = {bytes_new(size), size};
    memcpy(file.bytes, old.bytes, old.size);
    const uint32_t *relocs = (const uint32_t *)(old.bytes + m.relocs_at);
    uint32_t *to = (uint32_t *)(file.bytes + relocs_at);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        const uint32_t shift = lane * m.data_size;
        uint8_t *copy = file.bytes + data_at + shift;
        memcpy(copy, old.bytes + m.data_at, m.data_size);
        for (uint32_t i = 0; i < m.relocs; i++) {
            uint64_t value;
            memcpy(&value, copy + relocs[i], 8);
            value += shift;
            memcpy(copy + relocs[i], &value, 8);
            *to++ = relocs[i] + shift;
        }
    }
    m.size = (uint32_t)size;
    m.data_at = (uint32_t)data_at;
    m.data_size = (uint32_t)data_size;
    m.relocs_at = (uint32_t)relocs_at;
    m.relocs *= lanes;
    memcpy(file.bytes, &m, sizeof m);
    free(old.bytes);
    return file;
}

static void need(int err, const char *what)
{
    if (err) die(err == HC_ERR_DEVICE ? 77 : 1, what, hc_last_error());
}

int main(int argc, char **argv)
{
    if (argc != 4) die(2, "usage", "fuzz_launch FILE KERNEL LANES");
    const uint32_t lanes = (uint32_t)strtoul(argv[3], NULL, 10);
    if (!lanes) die(2, "LANES", "not a number over 0");
    const struct file file = file_expand(file_read(argv[1]), lanes);
    const struct hc_image_part part = {
        .backend = "vulkan", .target = "vulkan1.3", .data = file.bytes, .size = file.size};
    const struct hc_image image = {.name = "fuzz", .parts = &part, .part_count = 1};

    hc_dev dev = NULL;
    hc_module module = NULL;
    hc_kernel kernel = NULL;
    hc_stream stream = NULL;
    hc_mem out = NULL;
    need(hc_dev_open(hc_dev_params(.backend = "vulkan"), &dev), "device");
    need(hc_module_create(dev, &image, &module), "module");
    need(hc_module_kernel(module, argv[2], &kernel), "kernel");
    need(hc_stream_create(dev, &stream), "stream");
    need(hc_mem_create(dev, hc_mem_params(.size = (size_t)lanes * 8, .tag = "results"), &out),
         "results");
    need(hc_launch(stream, hc_launch_params(.kernel = kernel, .groups = 1, .group_size = lanes,
                                            .args = &out->addr, .args_size = sizeof out->addr)),
         "launch");
    need(hc_stream_poll(stream, UINT64_MAX), "wait");
    for (uint32_t i = 0; i < lanes; i++)
        printf("%016" PRIx64 "\n", ((const uint64_t *)out->host)[i]);

    hc_mem_destroy(&out);
    hc_stream_destroy(&stream);
    hc_module_destroy(&module);
    hc_dev_close(&dev);
    free(file.bytes);
    return 0;
}
