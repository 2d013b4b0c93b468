// One kernel's way through the passes, and the file all kernels end up in.
#ifndef KERNEL_H
#define KERNEL_H

#include "compiler/spirv/emit.h"
#include "compiler/spirv/passes.h"

struct options {
    const char *out;    // module file
    const char *split;  // folder for one file a kernel; NULL: none
    const char *dump;   // folder for LLVM's IR of each kernel before its emission; NULL: none
    unsigned widths;    // of ir_integers()
    unsigned limit;     // instructions of a kernel: see ir_machine()
    unsigned most;      // instructions of a kernel that is not refused; 0: any
    uint32_t stack;     // bytes a lane, for kernels whose depth has no bound
    bool stats;
    struct emit_options emit;
};

struct kernel {
    const char *name;
    struct ir ir;  // a copy of the module
    LLVMValueRef main;
    uint32_t stack;  // bytes a lane
    bool recursive;
    struct spv_module spirv;
    struct spv_words words;
    double milliseconds;
};

// module.c: reads, links and optimises the inputs, with the runtime; every kernel is external, all else internal.
struct ir module_read(char *const *paths, int count);
// The kernels' names, in the order of the source; ends with NULL.
char **module_kernels(struct ir *ir);

// kernel.c
void kernel_prepare(struct kernel *k, const struct ir *base, const struct options *options);
void kernel_emit(struct kernel *k, const struct data *data, const struct options *options);

// file.c
void file_write(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count);
void file_split(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count);
void file_stats(const struct options *options, const struct data *data,
                const struct kernel *kernels, uint32_t count);

// runtime.c and runtime_wide.c as bitcode, made by tools/bytes; the last has a null pointer.
struct bytes_part {
    const unsigned char *bytes;
    unsigned long size;
};
extern const struct bytes_part runtime_parts[];

#endif
