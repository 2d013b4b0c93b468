// hostcall-cc: a C compiler whose programs run on a device.
//
// Sources become bitcode by clang, with the headers of our C library; link.c makes the executable.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/cc.h"

static bool ends(const char *text, const char *with)
{
    const size_t n = strlen(text), m = strlen(with);
    return n >= m && !strcmp(text + n - m, with);
}

static bool is_source(const char *input, const char *language)
{
    if (language) return true;
    if (ends(input, ".s") || ends(input, ".S"))
        cc_fail("%s: assembly can't run on a device", input);
    if (ends(input, ".cc") || ends(input, ".cpp") || ends(input, ".cxx") || ends(input, ".C"))
        cc_fail("%s: C++ is not supported, C alone", input);
    return ends(input, ".c") || ends(input, ".i") || ends(input, ".ll") || !strcmp(input, "-");
}

// The part of clang's command line that all sources share.
static void flags_add(struct list *c, const struct options *o)
{
    const char *root = cc_root();
    list_add(c, cc_tool("clang"));
    cc_read_lines(c, cc_text("%s/cflags.txt", root));
    list_add(c, o->optimise);
    list_add_all(c, &o->compile);
    list_add(c, "-isystem");
    list_add(c, cc_text("%s/include", root));
    list_add(c, "-isystem");
    list_add(c, cc_text("%s/newlib", root));
    list_add(c, "-Wno-unused-command-line-argument");
}

static void base_name(char *to, size_t room, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(to, room, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(to, '.');
    if (dot) *dot = 0;
}

static bool has_dependencies(const struct options *o)
{
    bool wanted = false;
    for (size_t i = 0; i < o->compile.count; i++) {
        if (!strcmp(o->compile.at[i], "-MF")) return false;
        wanted |= !strcmp(o->compile.at[i], "-MD") || !strcmp(o->compile.at[i], "-MMD");
    }
    return wanted;
}

static int source_compile(const struct options *o, const char *source, const char *language,
                          const char *to)
{
    struct list c = {0};
    char base[4096];
    flags_add(&c, o);
    if (o->mode != CC_PREPROCESS) list_add(&c, "-emit-llvm");
    if (o->mode == CC_ASSEMBLE)
        list_add(&c, "-S");
    else if (o->mode != CC_PREPROCESS)
        list_add(&c, "-c");
    else if (!has_dependencies(o))
        list_add(&c, "-E");
    if (o->mode == CC_LINK && has_dependencies(o)) {  // to is a temporary file
        base_name(base, sizeof base, source);
        list_add(&c, "-MF");
        list_add(&c, cc_text("%s.d", base));
    }
    if (language) {
        list_add(&c, "-x");
        list_add(&c, language);
    }
    list_add(&c, source);
    if (to) {
        list_add(&c, "-o");
        list_add(&c, to);
    }
    return cc_run(&c, o->verbose);
}

int main(int argc, char **argv)
{
    struct options o;
    struct list objects = {0};
    options_read(&o, argc, argv);
    if (o.just_clang || (o.verbose && !o.inputs.count)) {
        struct list c = {0};
        list_add(&c, cc_tool("clang"));
        for (int i = 1; i < argc; i++) list_add(&c, argv[i]);
        return cc_run(&c, false);
    }
    size_t files = 0;
    for (size_t i = 0; i < o.inputs.count; i++)
        files += o.inputs.at[i][0] != '-' || !o.inputs.at[i][1];
    if (!files) cc_fail("no input files");
    if (o.output && o.mode != CC_LINK && files > 1)
        cc_fail("-o with several files needs them to be linked");

    const char *language = NULL;
    for (size_t i = 0; i < o.inputs.count; i++) {
        const char *input = o.inputs.at[i];
        if (!strncmp(input, "-x", 2)) {
            language = strcmp(input, "-xnone") ? input + 2 : NULL;
            continue;
        }
        if (!strncmp(input, "-l", 2)) {
            list_add(&objects, input);
            continue;
        }
        if (!is_source(input, language)) {
            if (o.mode == CC_LINK) list_add(&objects, input);
            continue;
        }
        if (strcmp(input, "-") && !cc_exists(input)) cc_fail("%s: no such file", input);
        const char *to = o.output;
        char base[4096];
        base_name(base, sizeof base, input);
        if (o.mode == CC_LINK)
            to = cc_temporary(base, ".o");
        else if (!to && o.mode != CC_PREPROCESS)
            to = cc_text("%s%s", base, o.mode == CC_ASSEMBLE ? ".s" : ".o");
        const int status = source_compile(&o, input, language, to);
        if (status) return status;
        list_add(&objects, to);
    }
    if (o.mode == CC_LINK) cc_link(&o, &objects, o.output ? o.output : "a.out");
    return 0;
}
