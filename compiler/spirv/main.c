// hc-spirv: LLVM bitcode of C kernels to a module file with SPIR-V for Vulkan.
#include <errno.h>
#include <llvm-c/Support.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/vulkan/module.h"
#include "compiler/spirv/kernel.h"

static const char usage[] =
    "usage: hc-spirv [OPTION]... -o OUT IN.bc...\n"
    "Makes a module file for the vulkan backend of C kernels (HC_KERNEL), compiled by\n"
    "  clang-22 --target=nvptx64 -D__HOSTCALL_SPIRV__ -O2 -fno-vectorize -fno-slp-vectorize \\\n"
    "      -fno-unroll-loops -ffp-contract=off -fconvergent-functions -gline-tables-only \\\n"
    "      -ffreestanding -nostdlib -emit-llvm -c\n"
    "  -o OUT            the module file\n"
    "  --split DIR       also writes DIR/KERNEL.spv, DIR/KERNEL.txt and DIR/data.bin\n"
    "  --without LIST    code for devices without: int8, int16, storage8, storage16 (8 and 16 bits\n"
    "                    go as parts of 32 then)\n"
    "  --limit N         instructions a kernel may have with all calls copied; functions called from\n"
    "                    several places are shared beyond, through a stack (default 8000)\n"
    "  --stack BYTES     a lane's stack in kernels that call themselves (default 16384)\n"
    "  --most N          refuses kernels of more than N instructions with all that they call\n"
    "  --lane-data       static variables are each lane's own; the loader must repeat the data segment\n"
    "  --stats           prints what was made of each kernel\n"
    "  --dump DIR        also writes LLVM's IR before the last step as DIR/KERNEL.ll\n"
    "Exit status: 0; 1 if the source can't become SPIR-V, with file and line; 2 for a wrong command.\n";

_Noreturn static void misuse(const char *what, const char *which)
{
    fprintf(stderr, "hc-spirv: %s%s; see --help\n", what, which);
    exit(2);
}

static unsigned number(const char *option, const char *text)
{
    char *end;
    errno = 0;
    const unsigned long n = strtoul(text, &end, 0);
    if (errno || *end || end == text || n > 0x7fffffff) {
        fprintf(stderr, "hc-spirv: %s wants a number, not '%s'\n", option, text);
        exit(2);
    }
    return (unsigned)n;
}

static void without(struct options *o, char *list)
{
    for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
        if (!strcmp(name, "int8") || !strcmp(name, "storage8"))
            o->widths &= ~1u;
        else if (!strcmp(name, "int16") || !strcmp(name, "storage16"))
            o->widths &= ~2u;
        else
            misuse("--without knows int8, int16, storage8 and storage16, not ", name);
    }
}

// Takes options away from argv; what is left are inputs.
static int options_read(struct options *o, int argc, char **argv)
{
    int inputs = 0;
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
            fputs(usage, stdout);
            exit(0);
        }
        if (!strcmp(name, "--stats")) {
            o->stats = true;
        } else if (!strcmp(name, "--lane-data")) {
            o->emit.lane_data = true;
        } else if (*name != '-') {
            argv[inputs++] = argv[i];
        } else {
            char *value = argv[++i];
            if (i >= argc) misuse("no value, or no such option: ", name);
            if (!strcmp(name, "-o"))
                o->out = value;
            else if (!strcmp(name, "--split"))
                o->split = value;
            else if (!strcmp(name, "--dump"))
                o->dump = value;
            else if (!strcmp(name, "--without"))
                without(o, value);
            else if (!strcmp(name, "--limit"))
                o->limit = number(name, value);
            else if (!strcmp(name, "--most"))
                o->most = number(name, value);
            else if (!strcmp(name, "--stack"))
                o->stack = (number(name, value) + 15) & ~15u;
            else
                misuse("no such option: ", name);
        }
    }
    if (!o->out) misuse("no output: ", "-o OUT");
    if (!inputs) misuse("no input", "");
    return inputs;
}

static void folder_make(const char *path)
{
    if (path && mkdir(path, 0777) && errno != EEXIST)
        ir_refuse(NULL, "%s: %s", path, strerror(errno));
}

int main(int argc, char **argv)
{
    struct options o = {.widths = 15, .limit = 8000, .stack = 16384};
    const int inputs = options_read(&o, argc, argv);
    folder_make(o.split);
    folder_make(o.dump);
    const char *const llvm[] = {"hc-spirv", "-expand-variadics-override=lowering",
                                "-vectorize-loops=false", "-vectorize-slp=false"};
    LLVMParseCommandLineOptions(4, llvm, "");

    struct ir base = module_read(argv, inputs);
    struct data data = {0};
    data_functions(&data, &base);
    ir_dispatch(&base, &data);
    char **names = module_kernels(&base);
    uint32_t count = 0;
    while (names[count]) count++;
    struct kernel *kernels = calloc(count, sizeof *kernels);
    if (!kernels) ir_refuse(NULL, "out of memory");
    for (uint32_t i = 0; i < count; i++) {
        kernels[i].name = names[i];
        kernel_prepare(&kernels[i], &base, &o);
    }
    for (uint32_t i = 0; i < count; i++)
        data_layout(&data, &kernels[i].ir, base.module, kernels[i].name);
    for (uint32_t i = 0; i < count; i++) kernel_emit(&kernels[i], &data, &o);
    file_write(&o, &data, kernels, count);
    if (o.split) file_split(&o, &data, kernels, count);
    if (o.stats) file_stats(&o, &data, kernels, count);
    return 0;
}
