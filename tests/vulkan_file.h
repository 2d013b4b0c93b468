// What the tests of the vulkan backend share: a module file to damage, and a run of its kernel.
#ifndef HC_TESTS_VULKAN_FILE_H
#define HC_TESTS_VULKAN_FILE_H

#include "backends/vulkan/vk.h"
#include "hc_test.h"

extern const struct hc_image vulkan_probe_image;  // raw SPIR-V, of which the module file is made

enum { FILE_MAX = 32768, LANES_MAX = 64 };

struct told {  // by tests/vulkan_probe.comp
    uint64_t context, data, stack, size_x, size_yz, reunites, live_outs, stack_size, end, width,
        number, count, unused[4];
    uint64_t wrong[LANES_MAX];  // units of its stack, by lane; all bits set: no such lane
};
struct args {
    uint64_t to, unused[11], end;
};

struct file {
    _Alignas(8) char bytes[FILE_MAX];
    struct hc_spirv_module *head;
    struct hc_spirv_kernel
        *kernels;  // "probe" and "other": both the same code, 32 and 64 bytes of stack
    struct hc_image_part parts[2];  // both are it
    struct hc_image image;          // "sample", of the first
};
extern struct file file;

// Its data: a pointer to a number, which is 4711, and a counter, which is 40.
void file_make(void);
uint32_t file_append(const void *data, uint32_t size);  // where it lies

struct vk_dev *dev_open(void);     // without a cache, unless HOSTCALL_VULKAN_CACHE is set
void dev_close(struct vk_dev *d);  // fails if the validation layer complained
hc_module module_open(struct vk_dev *d, const struct hc_image *image);
void run(struct vk_dev *d, hc_module module, const char *name, uint32_t groups, uint32_t group_size,
         struct told *told);
bool said(const char *what);  // the last error

#endif
