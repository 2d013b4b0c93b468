// hostcall-cc: what its files share.
#ifndef CC_H
#define CC_H

#include <stdbool.h>
#include <stddef.h>

// ------------------------------------------------------------------------------- run.c: lists, files, processes

struct list {
    const char **at;  // NULL behind the last
    size_t count, room;
};
void list_add(struct list *list, const char *text);
void list_add_all(struct list *list, const struct list *more);

// "hostcall-cc: error: ...", status 1.
_Noreturn void cc_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Memory that lasts as long as the process.
char *cc_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool cc_exists(const char *path);
// A name for a file in a folder of this run, which is removed when it ends.
const char *cc_temporary(const char *base, const char *suffix);
// Lines of a file that are not empty.
void cc_read_lines(struct list *to, const char *path);

// Runs a program and waits; its exit status.  show: also print it.
int cc_run(const struct list *command, bool show);
// The same, but what it says on stderr goes to a file.
int cc_run_to(const struct list *command, bool show, const char *said);

// ------------------------------------------------------------------------------- root.c: where things are

const char *cc_root(void);                 // the folder of headers, libraries and flags
const char *cc_tool(const char *name);     // "clang": clang-22 or what stands in for it
const char *cc_toolkit(const char *name);  // "ptxas": a program of the CUDA Toolkit

// ---------------------------------------------------------------------------- options.c: the command line

enum cc_mode { CC_LINK, CC_COMPILE, CC_ASSEMBLE, CC_PREPROCESS };

struct options {
    enum cc_mode mode;
    const char *output;    // NULL: none was named
    const char *optimise;  // "-O2"
    const char *targets;   // of a linked program: "cpu,cuda"; NULL: all that there are
    bool as_gpu;           // the cpu backend's code has the form that GPUs get
    bool unaligned;        // accesses may be at any address
    bool verbose;
    const char *vulkan_limit;  // instructions that a program may have there; NULL: as many as usual
    struct list compile;  // for clang, in order: -I -D -W -std ...
    struct list
        inputs;  // sources, objects, archives, "-lNAME", in order; a source's -x before it, as "-xc"
    struct list folders;  // -L
    bool just_clang;      // nothing to do here: --version and the like
};
void options_read(struct options *o, int argc, char **argv);

// ------------------------------------------------------------------------------------ link.c, targets.c

// Turns objects and archives of bitcode into an executable for the host that runs them on a device.
void cc_link(const struct options *o, const struct list *objects, const char *output);

// A linked program's machine code: an object for the cpu backend, and one that holds those of all other targets and
// says how the program wants to be run.
void cc_targets(const struct options *o, const char *module, struct list *objects);

// Runs a program whose failure is the end: "hostcall-cc: WHAT failed".
void cc_must_run(const struct options *o, const struct list *command, const char *what);

#endif
