// Makes module files for tests of the interpreter.
#include <stdlib.h>
#include <string.h>

#include "tests/spirv/interpret_pack.h"

static uint32_t put(uint8_t *file, uint32_t *size, const void *bytes, size_t count)
{
    const uint32_t at = *size;
    if (count) memcpy(file + at, bytes, count);
    *size = (uint32_t)(at + count + 7) & ~7u;
    return at;
}

void *module_pack(const char *name, const void *code, size_t code_size, uint32_t needs,
                  uint32_t stack, uint32_t shared, const void *data, size_t data_size,
                  const uint32_t *relocs, uint32_t reloc_count, size_t *size)
{
    struct hc_spirv_module head = {
        .magic = HC_SPIRV_MAGIC, .version = HC_SPIRV_VERSION, .kernels = 1};
    struct hc_spirv_kernel kernel = {.stack = stack, .shared = shared, .needs = needs};
    uint32_t end = sizeof head + sizeof kernel;
    uint8_t *file =
        calloc(1, end + strlen(name) + code_size + data_size + reloc_count * sizeof *relocs + 64);
    if (!file) abort();
    kernel.name_at = put(file, &end, name, strlen(name) + 1);
    kernel.code_at = put(file, &end, code, code_size);
    kernel.code_size = (uint32_t)code_size;
    head.data_at = put(file, &end, data, data_size);
    head.data_size = (uint32_t)data_size;
    head.relocs_at = put(file, &end, relocs, reloc_count * sizeof *relocs);
    head.relocs = reloc_count;
    head.size = end;
    memcpy(file, &head, sizeof head);
    memcpy(file + sizeof head, &kernel, sizeof kernel);
    *size = end;
    return file;
}
