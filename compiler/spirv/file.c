// What the compiler leaves: the module file, files for a reader, figures.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/kernel.h"

static FILE *open_file(const char *path)
{
    FILE *f = fopen(path, "wb");
    if (!f) ir_refuse(NULL, "%s: %s", path, strerror(errno));
    return f;
}

static void close_file(FILE *f, const char *path)
{
    const bool bad = ferror(f);
    if (fclose(f) || bad) {
        remove(path);
        ir_refuse(NULL, "%s: %s", path, strerror(errno));
    }
}

static uint32_t round_up(uint32_t n) { return (n + 7) & ~7u; }

static void put(FILE *f, const void *bytes, uint32_t size)
{
    static const char zero[8];
    if (size) fwrite(bytes, 1, size, f);
    fwrite(zero, 1, round_up(size) - size, f);
}

void file_write(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count)
{
    struct hc_spirv_kernel *table = calloc(count, sizeof *table);
    if (!table) ir_refuse(NULL, "out of memory");
    uint32_t at = round_up((uint32_t)(sizeof(struct hc_spirv_module) + count * sizeof *table));
    for (uint32_t i = 0; i < count; i++) {
        const struct kernel *k = &kernels[i];
        table[i] = (struct hc_spirv_kernel){
            .name_at = at,
            .code_at = at + round_up((uint32_t)strlen(k->name) + 1),
            .code_size = 4 * k->words.count,
            .stack = k->stack,
            .shared = k->spirv.shared,
            .needs = k->spirv.needs,
        };
        at = table[i].code_at + round_up(table[i].code_size);
    }
    struct hc_spirv_module head = {
        .magic = HC_SPIRV_MAGIC,
        .version = HC_SPIRV_VERSION,
        .kernels = count,
        .data_at = at,
        .data_size = data->size,
        .relocs_at = at + round_up(data->size),
        .relocs = data->relocs,
    };
    head.size = head.relocs_at + round_up(4 * data->relocs);
    FILE *f = open_file(options->out);
    fwrite(&head, sizeof head, 1, f);
    put(f, table, (uint32_t)(count * sizeof *table));
    for (uint32_t i = 0; i < count; i++) {
        put(f, kernels[i].name, (uint32_t)strlen(kernels[i].name) + 1);
        put(f, kernels[i].words.word, table[i].code_size);
    }
    put(f, data->bytes, data->size);
    put(f, data->reloc, 4 * data->relocs);
    close_file(f, options->out);
    free(table);
}

static void describe(FILE *f, const struct kernel *k, const struct data *data)
{
    static const char *const needs[] = {"int8",     "int16",     "float16",      "float64",
                                        "storage8", "storage16", "shader clock", "recursion"};
    fprintf(f, "kernel %s\n", k->name);
    fprintf(f, "workgroup size: specialisation constants %d, %d, %d\n", HC_SPIRV_SPEC_SIZE_X,
            HC_SPIRV_SPEC_SIZE_Y, HC_SPIRV_SPEC_SIZE_Z);
    fprintf(f, "push constants: context at %d, data at %d, stacks at %d, arguments from %d to %d\n",
            HC_SPIRV_PUSH_CONTEXT, HC_SPIRV_PUSH_DATA, HC_SPIRV_PUSH_STACK, HC_SPIRV_PUSH_ARGS,
            HC_SPIRV_PUSH_SIZE);
    fprintf(f, "stack: %u bytes a lane%s\n", k->stack,
            k->recursive ? ", more if HC_SPIRV_SPEC_STACK says so" : "");
    fprintf(f, "workgroup memory: %u bytes\n", k->spirv.shared);
    fprintf(f, "data segment: %u bytes, %u addresses in it\n", data->size, data->relocs);
    fprintf(f, "needs:");
    for (unsigned i = 0; i < sizeof needs / sizeof *needs; i++)
        if (k->spirv.needs >> i & 1) fprintf(f, " %s;", needs[i]);
    fputc('\n', f);
}

void file_split(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count)
{
    char path[4096];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s.spv", options->split, kernels[i].name);
        FILE *f = open_file(path);
        fwrite(kernels[i].words.word, 4, kernels[i].words.count, f);
        close_file(f, path);
        snprintf(path, sizeof path, "%s/%s.txt", options->split, kernels[i].name);
        f = open_file(path);
        describe(f, &kernels[i], data);
        close_file(f, path);
    }
    snprintf(path, sizeof path, "%s/data.bin", options->split);
    FILE *f = open_file(path);
    fwrite(data->bytes, 1, data->size, f);
    close_file(f, path);
}

void file_stats(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count)
{
    (void)options;
    printf("%-24s %12s %8s %8s %8s %8s %8s\n", "kernel", "instructions", "loops", "branches",
           "words", "stack", "ms");
    for (uint32_t i = 0; i < count; i++) {
        const struct kernel *k = &kernels[i];
        printf("%-24s %12u %8u %8u %8u %8u %8.1f\n", k->name, k->spirv.instructions, k->spirv.loops,
               k->spirv.selections, k->words.count, k->stack, k->milliseconds);
    }
    printf("data segment: %u bytes, %u addresses\n", data->size, data->relocs);
}
