// Where hostcall-cc finds its own files, and LLVM's.
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/program/cc.h"

// HOSTCALL_ROOT; else beside this program, as installed or as built.
const char *cc_root(void)
{
    static const char *root;
    if (root) return root;
    const char *named = getenv("HOSTCALL_ROOT");
    char self[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        cc_fail("/proc/self/exe can't be read; name the folder of its files in HOSTCALL_ROOT");
    self[n] = 0;
    *strrchr(self, '/') = 0;
    const char *places[] = {named, cc_text("%s/../lib/hostcall", self),
                            cc_text("%s/../../libc/root", self)};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i] || !*places[i]) continue;
        if (cc_exists(cc_text("%s/cflags.txt", places[i]))) return root = places[i];
        if (i == 0) cc_fail("HOSTCALL_ROOT=%s: there is no cflags.txt", named);
    }
    cc_fail("its headers and libraries are not in %s; name their folder in HOSTCALL_ROOT",
            places[1]);
}

static bool is_on_path(const char *name)
{
    const char *at = getenv("PATH");
    while (at && *at) {
        const size_t n = strcspn(at, ":");
        if (access(cc_text("%.*s/%s", (int)n, at, name), X_OK) == 0) return true;
        at += n + (at[n] == ':');
    }
    return false;
}

const char *cc_toolkit(const char *name)
{
    const char *usual = cc_text("/usr/local/cuda/bin/%s", name);
    if (is_on_path(name)) return name;
    if (cc_exists(usual)) return usual;
    cc_fail("%s not found: put the CUDA Toolkit's programs on PATH, or leave cuda out with"
            " --hostcall-targets=cpu",
            name);
}

const char *cc_tool(const char *name)
{
    const char *versions[] = {cc_text("%s-22", name), name};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
        if (is_on_path(versions[i])) return versions[i];
    cc_fail("%s not found: install clang-22, lld-22 and llvm-22", versions[0]);
}
