// Device code of the vulkan backend: module files, and parts that are the SPIR-V of one kernel.
#include "backends/vulkan/vk.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_HERE = 1 };

struct code {  // of a kernel, wherever it came from
    const char *name;
    const uint32_t *words;
    size_t size;
    const struct vk_file *file;
    uint32_t stack, shared, needs;
};

static int code_fits(const struct vk_dev *d, const struct hc_image *image, const struct code *code,
                     uint32_t needs)
{
    if (needs & ~d->has) {
        char lacks[512];
        vk_spirv_lacks(lacks, sizeof lacks, needs & ~d->has, code->file != NULL);
        return hc_error(HC_ERR_MODULE, "%s: kernel '%s' needs what %s lacks: %s", image->name,
                        code->name, d->pub.caps.name, lacks);
    }
    if (code->shared > d->shared_max)
        return hc_error(HC_ERR_MODULE,
                        "%s: kernel '%s' needs %u bytes of workgroup memory; %s has %u",
                        image->name, code->name, code->shared, d->pub.caps.name, d->shared_max);
    return 0;
}

// Only kernels that recurse can do with any size; less than was compiled for may not even hold what
// they need at the least.
static uint32_t stack_size(const struct vk_dev *d, const struct code *code)
{
    const uint64_t most = UINT32_MAX - 15,
                   wish = code->needs & HC_SPIRV_NEEDS_RECURSION ? d->stack_wish : 0;
    if (wish <= code->stack) return code->stack;
    return (uint32_t)(((wish < most ? wish : most) + 15) & ~15ull);
}

static int kernel_create(struct vk_dev *d, struct vk_module *module, const struct code *code)
{
    const struct hc_image *image = module->pub.image;
    struct vk_spirv spirv;
    const char *wrong = vk_spirv_scan(code->words, code->size, &spirv);
    if (wrong)
        return hc_error(HC_ERR_MODULE, "%s: the code of kernel '%s' %s", image->name, code->name,
                        wrong);
    const int err = code_fits(d, image, code, code->needs | spirv.needs);
    if (err) return err;

    uint32_t *grown = NULL;
    size_t size = code->size;
    struct vk_kernel *kernel = calloc(1, sizeof *kernel);
    if (kernel && code->file && d->maximal) grown = vk_spirv_reconverge(code->words, &spirv, &size);
    if (!kernel || (code->file && d->maximal && !grown)) {
        free(kernel);
        return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    }
    const VkShaderModuleCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO,
        .codeSize = size,
        .pCode = grown ? grown : code->words,
    };
    kernel->hash = vk_hash(0, info.pCode, size);
    const VkResult result = d->vk.CreateShaderModule(d->device, &info, NULL, &kernel->shader);
    free(grown);
    if (result) {
        free(kernel);
        return vk_error(d, "vkCreateShaderModule", result, code->name);
    }
    kernel->pub.module = &module->pub;
    kernel->name = code->name;
    kernel->file = code->file;
    kernel->stack = stack_size(d, code);
    kernel->stack_raised = kernel->stack > code->stack;
    kernel->next = module->kernels;
    module->kernels = kernel;
    return 0;
}

static struct vk_kernel *kernel_find(const struct vk_module *module, const char *name)
{
    struct vk_kernel *kernel = module->kernels;
    while (kernel && strcmp(kernel->name, name)) kernel = kernel->next;
    return kernel;
}

static int file_get(struct vk_dev *d, struct vk_module *module, const struct hc_image_part *part,
                    const struct vk_file **out)
{
    struct vk_file *file = module->files;
    while (file && file->head != part->data) file = file->next;
    if (!file) {
        const int err = vk_file_load(d, module->pub.image, part, &file);
        if (err) return err;
        file->next = module->files;
        module->files = file;
    }
    *out = file;
    return 0;
}

// Makes the kernel of that name if the part holds it; with NULL whatever is to be made at once.
static int part_load(struct vk_dev *d, struct vk_module *module, const struct hc_image_part *part,
                     const char *name)
{
    if (vk_file_is(part)) {
        const struct vk_file *file;
        const int err = file_get(d, module, part, &file);
        if (err || !name) return err;
        const struct hc_spirv_kernel *k = vk_file_kernel(file, name);
        if (!k) return NOT_HERE;
        const char *base = (const char *)file->head;
        const struct code code = {
            .name = base + k->name_at,
            .words = (const uint32_t *)(base + k->code_at),
            .size = k->code_size,
            .file = file,
            .stack = k->stack,
            .shared = k->shared,
            .needs = k->needs,
        };
        return kernel_create(d, module, &code);
    }
    if (!part->kernel || (uintptr_t)part->data % 4)
        return hc_error(
            HC_ERR_MODULE,
            "%s: a part for vulkan is neither a module file nor the SPIR-V of one kernel",
            module->pub.image->name);
    if (name ? strcmp(part->kernel, name) : kernel_find(module, part->kernel) != NULL)
        return NOT_HERE;
    const struct code code = {.name = part->kernel, .words = part->data, .size = part->size};
    return kernel_create(d, module, &code);
}

// A kernel may come in several parts: the first that loads counts.
int vk_module_create(hc_dev dev, const struct hc_image *image, hc_module *out)
{
    struct vk_dev *d = vk_dev(dev);
    struct vk_module *module = calloc(1, sizeof *module);
    if (!module) return hc_error(HC_ERR_MEMORY, "vulkan: out of memory");
    module->pub.dev = dev;
    module->pub.image = image;
    int err = 0;
    for (size_t i = 0; i < image->part_count; i++) {
        if (strcmp(image->parts[i].backend, "vulkan")) continue;
        const int tried = part_load(d, module, &image->parts[i], NULL);
        if (tried < 0) err = tried;
    }
    // What does not load must not keep the rest from running: vk_module_kernel() says it.
    if (!module->kernels && !module->files) {
        free(module);
        return err ? err : hc_error_no_part(image, "vulkan", d->pub.caps.name);
    }
    *out = &module->pub;
    return 0;
}

void vk_module_free(struct vk_dev *d, struct vk_module *module)
{
    for (struct vk_kernel *k = module->kernels, *next; k; k = next) {
        next = k->next;
        vk_pipelines_free(d, k);
        d->vk.DestroyShaderModule(d->device, k->shader, NULL);
        free(k);
    }
    for (struct vk_file *f = module->files, *next; f; f = next) {
        next = f->next;
        vk_file_free(d, f);
    }
    free(module);
}

void vk_module_destroy(hc_module *module)
{
    struct vk_module *m = (struct vk_module *)*module;
    struct vk_dev *d = vk_dev(m->pub.dev);
    *module = NULL;
    pthread_mutex_lock(&d->lock);
    m->next = d->dropped_modules;
    d->dropped_modules = m;
    pthread_mutex_unlock(&d->lock);
    vk_sweep(d);
}

int vk_module_kernel(hc_module module, const char *name, hc_kernel *out)
{
    struct vk_module *m = (struct vk_module *)module;
    const struct hc_image *image = module->image;
    struct vk_kernel *kernel = kernel_find(m, name);
    int err = 0;
    for (size_t i = 0; i < image->part_count && !kernel; i++) {
        if (strcmp(image->parts[i].backend, "vulkan")) continue;
        const int tried = part_load(vk_dev(module->dev), m, &image->parts[i], name);
        if (!tried) kernel = m->kernels;
        if (tried < 0) err = tried;
    }
    if (kernel) {
        *out = &kernel->pub;
        return 0;
    }
    return err ? err : hc_error(HC_ERR_MODULE, "%s: no kernel '%s' for vulkan", image->name, name);
}

int vk_module_bind(hc_module module, uint64_t context, uint64_t launch)
{
    (void)launch;
    ((struct vk_module *)module)->context = context;
    return 0;
}
