// Reads module files and checks that all they point at is where they say.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/spirv/interpret.h"

#define KNOWN_NEEDS                                                                \
    (HC_SPIRV_NEEDS_INT8 | HC_SPIRV_NEEDS_INT16 | HC_SPIRV_NEEDS_FLOAT16 |         \
     HC_SPIRV_NEEDS_FLOAT64 | HC_SPIRV_NEEDS_STORAGE8 | HC_SPIRV_NEEDS_STORAGE16 | \
     HC_SPIRV_NEEDS_CLOCK | HC_SPIRV_NEEDS_RECURSION)

__attribute__((format(printf, 2, 3))) static bool wrong(char *message, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(message, SPIRV_MESSAGE, format, list);
    va_end(list);
    return false;
}

static bool inside(const struct hc_spirv_module *h, uint32_t at, uint64_t size)
{
    return at % 8 == 0 && at <= h->size && size <= h->size - at;
}

static bool check_data(const struct hc_spirv_module *h, char *message)
{
    if (!inside(h, h->data_at, h->data_size))
        return wrong(message, "module: the data segment, %u bytes at %u, is not in the file",
                     h->data_size, h->data_at);
    if (!inside(h, h->relocs_at, (uint64_t)h->relocs * 4))
        return wrong(message, "module: the relocations, %u at %u, are not in the file", h->relocs,
                     h->relocs_at);
    const uint32_t *reloc = (const uint32_t *)((const uint8_t *)h + h->relocs_at);
    for (uint32_t i = 0; i < h->relocs; i++)
        if (h->data_size < 8 || reloc[i] > h->data_size - 8)
            return wrong(message, "module: relocation %u at %u is not in the data segment", i,
                         reloc[i]);
    return true;
}

static bool check_kernel(const struct spirv_module *m, uint32_t number, char *message)
{
    const struct hc_spirv_module *h = m->head;
    const struct hc_spirv_kernel *k = m->kernel + number;
    const char *name = (const char *)h + k->name_at;
    if (!inside(h, k->name_at, 1) || !memchr(name, 0, h->size - k->name_at))
        return wrong(message, "module: kernel %u has no name", number);
    if (!*name) return wrong(message, "module: kernel %u has an empty name", number);
    for (uint32_t i = 0; i < number; i++)
        if (!strcmp(spirv_kernel_name(m, i), name))
            return wrong(message, "module: two kernels are called %s", name);
    if (!inside(h, k->code_at, k->code_size) || k->code_size % 4 || k->code_size < 20)
        return wrong(message, "module: %s: its code, %u bytes at %u, is not in the file", name,
                     k->code_size, k->code_at);
    if (k->stack % 16)
        return wrong(message, "module: %s: its stack, %u bytes, is no multiple of 16", name,
                     k->stack);
    if (k->needs & ~(uint32_t)KNOWN_NEEDS)
        return wrong(message, "module: %s: needs 0x%x are unknown", name,
                     k->needs & ~(uint32_t)KNOWN_NEEDS);
    return true;
}

static bool check(const struct spirv_module *m, size_t size, char *message)
{
    const struct hc_spirv_module *h = m->head;
    if (size < sizeof *h || h->magic != HC_SPIRV_MAGIC)
        return wrong(message, "module: this is no module file");
    if (h->version != HC_SPIRV_VERSION)
        return wrong(message, "module: its version is %u, not %u", h->version, HC_SPIRV_VERSION);
    if (h->size != size)
        return wrong(message, "module: it says %u bytes, the file has %zu", h->size, size);
    if (!inside(h, sizeof *h, (uint64_t)h->kernels * sizeof *m->kernel))
        return wrong(message, "module: %u kernels don't fit", h->kernels);
    for (uint32_t i = 0; i < h->kernels; i++)
        if (!check_kernel(m, i, message)) return false;
    return check_data(h, message);
}

bool spirv_load_bytes(struct spirv_module *m, const void *bytes, size_t size,
                      char message[SPIRV_MESSAGE])
{
    struct hc_spirv_module *head = malloc(size ? size : 1);
    if (!head) return wrong(message, "module: no memory for %zu bytes", size);
    memcpy(head, bytes, size);
    m->head = head;
    m->kernel = (const struct hc_spirv_kernel *)(head + 1);
    if (check(m, size, message)) return true;
    spirv_unload(m);
    return false;
}

bool spirv_load(struct spirv_module *m, const char *path, char message[SPIRV_MESSAGE])
{
    m->head = NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return wrong(message, "%.200s: %s", path, strerror(errno));
    char *bytes = NULL;
    size_t size = 0, room = 0, got;
    do {
        if (size == room) {
            char *more = realloc(bytes, room = room ? room * 2 : 1 << 16);
            if (!more) break;
            bytes = more;
        }
        size += got = fread(bytes + size, 1, room - size, file);
    } while (got);
    const bool whole = feof(file) && !ferror(file);
    fclose(file);
    const bool loaded = whole ? spirv_load_bytes(m, bytes, size, message)
                              : wrong(message, "%.200s: can't read it", path);
    free(bytes);
    return loaded;
}

void spirv_unload(struct spirv_module *m)
{
    free((void *)m->head);
    m->head = NULL;
}

const char *spirv_kernel_name(const struct spirv_module *m, uint32_t kernel)
{
    return (const char *)m->head + m->kernel[kernel].name_at;
}

int spirv_find(const struct spirv_module *m, const char *name)
{
    for (uint32_t i = 0; i < m->head->kernels; i++)
        if (!strcmp(spirv_kernel_name(m, i), name)) return (int)i;
    return -1;
}
