// The command line, as other C compilers have it.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/program/cc.h"

static bool begins(const char *text, const char *with)
{
    return !strncmp(text, with, strlen(with));
}

// Of one argument: an option's name, and whether its value is the next argument.
static const char *const with_value[] = {
    "-I",  "-D",  "-U",  "-include", "-isystem", "-idirafter", "-iquote",   "-imacros",
    "-MF", "-MT", "-MQ", "-Xclang",  "-iprefix", "--param",    "-isysroot",
};
// What a device has no use for, or what the last step does in its own way.
static const char *const ignored[] = {
    "-pthread", "-s",    "-rdynamic", "-static", "-pie",     "-no-pie",  "-pipe",    "-g0",
    "-fPIC",    "-fpic", "-fPIE",     "-fpie",   "-fno-pie", "-fno-PIE", "-fno-pic", "-fno-PIC",
};
static const char *const ignored_beginnings[] = {
    "-m", "-Wl,", "-flto", "-fuse-ld=", "-fstack-protector", "-fcf-protection", "-fstack-clash"};
static const char *const just_clang[] = {"--version", "-dumpversion", "-dumpfullversion",
                                         "-print-search-dirs", "-###"};

static bool is_in(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(text, list[i])) return true;
    return false;
}
#define IS_IN(text, list) is_in(text, list, sizeof list / sizeof *list)

// @FILE: its words stand in its place, with quotes and backslashes as a shell has them.
static void file_words(struct list *to, const char *path);

static void words_add(struct list *to, const char *argument)
{
    if (*argument == '@' && cc_exists(argument + 1))
        file_words(to, argument + 1);
    else
        list_add(to, argument);
}

static void file_words(struct list *to, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) cc_fail("%s: %s", path, strerror(errno));
    char word[65536];
    size_t n = 0;
    bool any = false;
    int quote = 0;
    for (int c;;) {
        c = getc(f);
        if (c == EOF || (!quote && isspace(c))) {
            word[n] = 0;
            if (any) words_add(to, cc_text("%s", word));
            if (c == EOF) break;
            n = 0;
            any = false;
            continue;
        }
        any = true;
        if (c == '\\' && quote != '\'') {
            c = getc(f);
        } else if (c == quote || (!quote && (c == '"' || c == '\''))) {
            quote = quote ? 0 : c;
            continue;
        }
        if (n + 1 == sizeof word) cc_fail("%s: a word of over %zu bytes", path, sizeof word);
        word[n++] = (char)c;
    }
    fclose(f);
}

static void help(void)
{
    puts(
        "usage: hostcall-cc [options] FILE...\n"
        "Compiles C programs whose main() runs on a device: a GPU, or the cpu backend's threads.\n"
        "Options are those of cc: -c -S -E -o -O -g -I -D -U -l -L -std -M* -W* -f* @FILE -x c.\n"
        "Objects are LLVM bitcode, archives of them are made by llvm-ar; -lNAME finds libNAME.a.\n"
        "-lm, -lpthread, -ldl, -lrt and -lc are part of the C library.\n"
        "--hostcall-targets=cpu,cuda names the devices to link for (HOSTCALL_TARGETS); else all of this build.\n"
        "--hostcall-vulkan-limit=N: programs of more than N instructions (150000) are linked without vulkan.\n"
        "The program understands --hostcall-help.  Environment: HOSTCALL_ROOT, HOSTCALL_TARGETS.");
    exit(0);
}

// Consumes words->at[*i], and its value.
static void option(struct options *o, const struct list *words, size_t *i)
{
    const char *a = words->at[*i];
    if (!strcmp(a, "--help")) help();
    if (IS_IN(a, just_clang) || begins(a, "-print-")) o->just_clang = true;
    if (!strcmp(a, "-v")) o->verbose = true;
    if (!strcmp(a, "--hostcall-as-gpu")) {
        o->as_gpu = true;
        return;
    }
    if (!strcmp(a, "--hostcall-unaligned")) {
        o->unaligned = true;
        return;
    }
    if (begins(a, "--hostcall-vulkan-limit=")) {
        o->vulkan_limit = strchr(a, '=') + 1;
        return;
    }
    if (begins(a, "--hostcall-")) {
        if (!begins(a, "--hostcall-targets=")) cc_fail("%s: unknown; see --help", a);
        o->targets = strchr(a, '=') + 1;
        return;
    }
    if (!strcmp(a, "-c"))
        o->mode = CC_COMPILE;
    else if (!strcmp(a, "-S"))
        o->mode = CC_ASSEMBLE;
    else if (!strcmp(a, "-E") || !strcmp(a, "-M") || !strcmp(a, "-MM"))
        o->mode = CC_PREPROCESS;
    else if (!strcmp(a, "-shared"))
        cc_fail("-shared: there are no shared libraries on a device; make an archive with llvm-ar");
    else if (begins(a, "-O"))
        o->optimise = a;
    else if (IS_IN(a, ignored))
        return;

    if (begins(a, "-o") || begins(a, "-l") || begins(a, "-L") || begins(a, "-x")) {
        const bool joined = a[2] != 0;
        if (!joined && !words->at[*i + 1]) cc_fail("%s: needs a value behind it", a);
        const char *value = joined ? a + 2 : words->at[++*i];
        if (a[1] == 'o') o->output = value;
        if (a[1] == 'L') list_add(&o->folders, value);
        if (a[1] == 'l') list_add(&o->inputs, cc_text("-l%s", value));
        if (a[1] == 'x') list_add(&o->inputs, cc_text("-x%s", value));
        return;
    }
    for (size_t k = 0; k < sizeof ignored_beginnings / sizeof *ignored_beginnings; k++)
        if (begins(a, ignored_beginnings[k])) return;
    if (!strcmp(a, "-c") || !strcmp(a, "-S") || !strcmp(a, "-v")) return;
    list_add(&o->compile, a);
    if (IS_IN(a, with_value)) {
        if (!words->at[*i + 1]) cc_fail("%s: needs a value behind it", a);
        list_add(&o->compile, words->at[++*i]);
    }
}

void options_read(struct options *o, int argc, char **argv)
{
    struct list words = {0};
    *o =
        (struct options){.mode = CC_LINK, .optimise = "-O0", .targets = getenv("HOSTCALL_TARGETS")};
    if (o->targets && !*o->targets) o->targets = NULL;
    for (int i = 1; i < argc; i++) words_add(&words, argv[i]);
    for (size_t i = 0; i < words.count; i++) {
        if (words.at[i][0] == '-' && words.at[i][1])
            option(o, &words, &i);
        else
            list_add(&o->inputs, words.at[i]);
    }
}
