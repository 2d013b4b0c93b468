// Machine code of a program: for the cpu backend, and for each GPU that it is to run on.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "compiler/program/cc.h"

// Instructions of a program with its library, if no option says how many.
#define VULKAN_LIMIT "150000"

// A line of the file `targets`: backend, triple, processor, bridge.  The cpu backend's is not there.
struct target {
    char backend[16], triple[64], processor[32], bridge[64];
};

static bool is_wanted(const struct options *o, const char *backend)
{
    if (!o->targets) return true;
    for (const char *at = o->targets; *at; at += strcspn(at, ","), at += *at == ',') {
        const size_t n = strcspn(at, ",");
        if (n == strlen(backend) && !strncmp(at, backend, n)) return true;
    }
    return false;
}

static size_t targets_read(const struct options *o, struct target **out)
{
    struct list lines = {0};
    size_t count = 0;
    cc_read_lines(&lines, cc_text("%s/targets", cc_root()));
    struct target *t = calloc(lines.count + 1, sizeof *t);
    if (!t) cc_fail("out of memory");
    for (size_t i = 0; i < lines.count; i++) {
        if (sscanf(lines.at[i], "%15s %63s %31s %63s", t[count].backend, t[count].triple,
                   t[count].processor, t[count].bridge) != 4)
            cc_fail("%s/targets: \"%s\" is no target", cc_root(), lines.at[i]);
        count += is_wanted(o, t[count].backend);
    }
    *out = t;
    return count;
}

// Each that was named is there.
static void targets_check(const struct options *o, const struct target *t, size_t count)
{
    for (const char *at = o->targets; at && *at; at += strcspn(at, ","), at += *at == ',') {
        const size_t n = strcspn(at, ",");
        bool found = n == 3 && !strncmp(at, "cpu", n);
        for (size_t i = 0; i < count; i++)
            found |= n == strlen(t[i].backend) && !strncmp(at, t[i].backend, n);
        if (!found)
            cc_fail("--hostcall-targets: no target '%.*s': hostcall was not built for it", (int)n,
                    at);
    }
}

static struct list lower_command(const struct options *o, const struct target *t)
{
    struct list c = {0};
    list_add(&c, cc_text("%s/bin/hc-lower", cc_root()));
    if (o->unaligned) list_add(&c, "--unaligned");
    if (t) {
        list_add(&c, cc_text("--triple=%s", t->triple));
        list_add(&c, cc_text("--processor=%s", t->processor));
        list_add(&c, cc_text("--bridge=%s/%s", cc_root(), t->bridge));
    }
    return c;
}

// An object in which nothing but the program's beginning is seen from outside; whether the program has threads.
static const char *cpu_make(const struct options *o, const char *module, bool *threads)
{
    const char *ready = cc_temporary("ready", ".bc"), *object = cc_temporary("device", ".o");
    const char *facts = cc_temporary("facts", ".txt");
    struct list c = lower_command(o, NULL), k = {0}, read = {0};
    list_add(&c, cc_text("--facts=%s", facts));
    if (o->as_gpu) list_add(&c, "--as-gpu");
    list_add(&c, module);
    list_add(&c, ready);
    cc_must_run(o, &c, "preparing the program for its device");
    cc_read_lines(&read, facts);
    for (size_t i = 0; i < read.count; i++) *threads |= !strcmp(read.at[i], "threads");

    // The linker and hc-lower have optimised: machine code alone.
    const char *const compile[] = {"--target=x86_64-linux-gnu",
                                   "-O2",
                                   "-Xclang",
                                   "-disable-llvm-passes",
                                   "-c",
                                   "-w",
                                   "-x",
                                   "ir"};
    c = (struct list){0};
    list_add(&c, cc_tool("clang"));
    for (size_t i = 0; i < sizeof compile / sizeof *compile; i++) list_add(&c, compile[i]);
    list_add(&c, ready);
    list_add(&c, "-o");
    list_add(&c, object);
    cc_must_run(o, &c, "compiling for the device");
    list_add(&k, cc_tool("llvm-objcopy"));
    list_add(&k, "--keep-global-symbol=hc_enter");
    list_add(&k, object);
    cc_must_run(o, &k, "hiding the program's names");
    return object;
}

// NVIDIA's assembler and linker: of the CUDA Toolkit.  -c keeps functions apart; as one whole a large program
// takes it hours.
static const char *cuda_make(const struct options *o, const struct target *t, const char *module)
{
    const char *text = cc_temporary("cuda", ".s"), *object = cc_temporary("cuda", ".o");
    const char *linked = cc_temporary("cuda", ".cubin");
    struct list c = lower_command(o, t), assemble = {0}, link = {0};
    list_add(&c, module);
    list_add(&c, text);
    cc_must_run(o, &c, "compiling for cuda");
    list_add(&assemble, cc_toolkit("ptxas"));
    list_add(&assemble, "-c");
    list_add(&assemble, cc_text("-arch=%s", t->processor));
    list_add(&assemble, "-O1");
    list_add(&assemble, "--split-compile=0");
    list_add(&assemble, text);
    list_add(&assemble, "-o");
    list_add(&assemble, object);
    cc_must_run(o, &assemble, "assembling for cuda");
    list_add(&link, cc_toolkit("nvlink"));
    list_add(&link, "-suppress-stack-size-warning");
    list_add(&link, cc_text("-arch=%s", t->processor));
    list_add(&link, object);
    list_add(&link, "-o");
    list_add(&link, linked);
    cc_must_run(o, &link, "linking for cuda");
    return linked;
}

// AMD's: LLVM is its assembler, and lld its linker.
static const char *hip_make(const struct options *o, const struct target *t, const char *module)
{
    const char *object = cc_temporary("hip", ".o"), *linked = cc_temporary("hip", ".co");
    struct list c = lower_command(o, t), link = {0};
    list_add(&c, module);
    list_add(&c, object);
    cc_must_run(o, &c, "compiling for hip");
    list_add(&link, cc_tool("ld.lld"));
    list_add(&link, "-shared");
    list_add(&link, object);
    list_add(&link, "-o");
    list_add(&link, linked);
    cc_must_run(o, &link, "linking for hip");
    return linked;
}

// One of the two steps for vulkan; why it could not be done, NULL if it could.
static const char *vulkan_step(const struct options *o, const struct list *command)
{
    const char *said = cc_temporary("vulkan", ".txt");
    struct list lines = {0};
    const int status = cc_run_to(command, o->verbose, said);
    if (!status) return NULL;
    cc_read_lines(&lines, said);
    if (!lines.count) return cc_text("%s ended with status %d", command->at[0], status);
    const char *why = strstr(lines.at[0], ": ");
    return why ? why + 2 : lines.at[0];
}

// Vulkan's: SPIR-V, and a stack that is part of the module.  Not every program fits: *why is then set.
static const char *vulkan_make(const struct options *o, const struct target *t, const char *module,
                               bool threads, const char **why)
{
    const char *ready = cc_temporary("vulkan", ".bc"), *made = cc_temporary("vulkan", ".hcm");
    struct list c = lower_command(o, t), compile = {0};
    if (threads) {
        *why = "it uses threads, and Vulkan does not promise that workgroups run side by side";
        return NULL;
    }
    list_add(&c, module);
    list_add(&c, ready);
    *why = vulkan_step(o, &c);
    if (*why) return NULL;
    list_add(&compile, cc_text("%s/bin/hc-spirv", cc_root()));
    list_add(&compile, "--stack");
    list_add(&compile, "262144");
    list_add(&compile, "--most");
    list_add(&compile, o->vulkan_limit ? o->vulkan_limit : VULKAN_LIMIT);
    list_add(&compile, ready);
    list_add(&compile, cc_text("%s/%s", cc_root(), t->bridge));
    list_add(&compile, "-o");
    list_add(&compile, made);
    *why = vulkan_step(o, &compile);
    return *why ? NULL : made;
}

// NULL: the program is linked without.  One that was asked for by name must be there.
static const char *gpu_make(const struct options *o, const struct target *t, const char *module,
                            bool threads)
{
    const char *why = NULL;
    if (strcmp(t->backend, "vulkan") != 0)
        return strncmp(t->triple, "nvptx", 5) ? hip_make(o, t, module) : cuda_make(o, t, module);
    const char *made = vulkan_make(o, t, module, threads, &why);
    if (made) return made;
    if (o->targets) cc_fail("not for vulkan: %s", why);
    fprintf(stderr,
            "hostcall-cc: warning: not for vulkan: %s; linked without it (as with"
            " --hostcall-targets=cpu)\n",
            why);
    return NULL;
}

static long file_size(const char *path)
{
    struct stat s;
    if (stat(path, &s)) cc_fail("%s: can't be read", path);
    return (long)s.st_size;
}

// The executable's hc_program_image, and what program.c asks about the program.
static const char *image_make(const struct options *o, const struct target *t, const char **code,
                              size_t count, bool threads)
{
    const char *source = cc_temporary("image", ".c"), *object = cc_temporary("image", ".o");
    FILE *f = fopen(source, "w");
    if (!f) cc_fail("%s: can't be written", source);
    fputs("#include <hostcall/hostcall.h>\n", f);
    for (size_t i = 0; i < count; i++)
        fprintf(f,
                "__asm__(\".section .rodata\\n.balign 16\\nhc_code_%zu: .incbin \\\"%s\\\"\\n"
                ".previous\");\nextern const char hc_code_%zu[];\n",
                i, code[i], i);
    fputs("static const struct hc_image_part parts[] = {\n"
          "    {.backend = \"cpu\", .target = \"host\", .data = \"\"},\n",
          f);
    for (size_t i = 0; i < count; i++)
        fprintf(f, "    {.backend = \"%s\", .target = \"%s\", .data = hc_code_%zu, .size = %ld},\n",
                t[i].backend, t[i].processor, i, file_size(code[i]));
    fprintf(f,
            "};\nconst struct hc_image hc_program_image = {.name = \"program\", .parts = parts,"
            " .part_count = %zu};\nconst char hc_program_backend[] = \"%s\";\n"
            "const _Bool hc_program_threads = %d;\nconst _Bool hc_program_as_gpu = %d;\n",
            count + 1, count ? t[0].backend : "cpu", threads, o->as_gpu);
    if (fclose(f)) cc_fail("%s: can't be written", source);

    struct list c = {0};
    list_add(&c, cc_tool("clang"));
    list_add(&c, "--target=x86_64-linux-gnu");
    list_add(&c, "-ffreestanding");
    list_add(&c, cc_text("-I%s/host", cc_root()));
    list_add(&c, "-c");
    list_add(&c, source);
    list_add(&c, "-o");
    list_add(&c, object);
    cc_must_run(o, &c, "packing the program");
    return object;
}

void cc_targets(const struct options *o, const char *module, struct list *objects)
{
    struct target *t;
    const size_t count = targets_read(o, &t);
    targets_check(o, t, count);
    const char **code = calloc(count + 1, sizeof *code);
    if (!code) cc_fail("out of memory");
    bool threads = false;
    size_t made = 0;
    list_add(objects, cpu_make(o, module, &threads));
    for (size_t i = 0; i < count; i++) {
        code[made] = gpu_make(o, &t[i], module, threads);
        if (code[made]) t[made++] = t[i];
    }
    list_add(objects, image_make(o, t, code, made, threads));
}
