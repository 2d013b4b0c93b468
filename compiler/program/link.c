// From bitcode to an executable: the program and its C library become one module, that becomes machine code for the
// device, and that goes into a host program which runs it.
//
// ld.lld does what linkers do - archives, duplicates, what is missing - and leaves bitcode in which all is internal
// but where the program begins.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/cc.h"

void cc_must_run(const struct options *o, const struct list *command, const char *what)
{
    const int status = cc_run(command, o->verbose);
    if (!status) return;
    fprintf(stderr, "hostcall-cc: %s failed\n", what);
    exit(status > 1 ? status : 1);
}

// Libraries that are part of ours.
static bool is_own(const char *name)
{
    static const char *const own[] = {"c", "m", "pthread", "dl", "rt", "util", "gcc", "crypt"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!strcmp(name, own[i])) return true;
    return false;
}

static void library_add(const struct options *o, struct list *command, const char *name)
{
    if (is_own(name)) return;
    for (size_t i = 0; i < o->folders.count; i++) {
        const char *path = cc_text("%s/lib%s.a", o->folders.at[i], name);
        if (!cc_exists(path)) continue;
        list_add(command, path);
        return;
    }
    cc_fail(
        "-l%s: no lib%s.a in the folders of -L; libraries of the host can't run on a device: build it with"
        " CC=hostcall-cc AR=llvm-ar-22",
        name, name);
}

static void module_link(const struct options *o, const struct list *objects, const char *to)
{
    const char *root = cc_root();
    struct list c = {0};
    list_add(&c, cc_tool("ld.lld"));
    list_add(&c, "--lto-emit-llvm");
    list_add(&c, "--lto-O2");
    list_add(&c, "-mllvm");
    list_add(&c, "--vectorize-loops=false");
    list_add(&c, "-mllvm");
    list_add(&c, "--vectorize-slp=false");
    list_add(&c, "--entry=hc_enter");
    list_add(&c, "-o");
    list_add(&c, to);
    for (size_t i = 0; i < objects->count; i++) {
        if (!strncmp(objects->at[i], "-l", 2))
            library_add(o, &c, objects->at[i] + 2);
        else
            list_add(&c, objects->at[i]);
    }
    list_add(&c, "--start-group");
    list_add(&c, cc_text("%s/libsystem.a", root));
    list_add(&c, cc_text("%s/libc.a", root));
    list_add(&c, "--end-group");
    list_add(&c, cc_text("%s/libbridge.so", root));
    cc_must_run(o, &c, "linking");
}

static void host_link(const struct options *o, const struct list *objects, const char *output)
{
    const char *root = cc_root();
    struct list c = {0};
    list_add(&c, cc_tool("clang"));
    list_add(&c, "--target=x86_64-linux-gnu");
    list_add(&c, "-no-pie");
    list_add_all(&c, objects);
    list_add(&c, "-Wl,--whole-archive");
    list_add(&c, cc_text("%s/libprogram.a", root));
    list_add(&c, "-Wl,--no-whole-archive");
    list_add(&c, "-lpthread");
    list_add(&c, "-ldl");
    list_add(&c, "-lm");
    list_add(&c, "-o");
    list_add(&c, output);
    cc_must_run(o, &c, "linking the host's half");
}

void cc_link(const struct options *o, const struct list *objects, const char *output)
{
    const char *whole = cc_temporary("program", ".bc");
    struct list parts = {0};
    module_link(o, objects, whole);
    cc_targets(o, whole, &parts);
    host_link(o, &parts, output);
}
