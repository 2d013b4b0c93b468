// Options and environment of a program on its device.
#include "libc/host/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Bytes with K, M or G behind; a duration in seconds for the deadline.
enum kind { TEXT, NUMBER, BYTES, SECONDS };

static const struct {
    const char *option, *variable;
    enum kind kind;
    size_t at;  // in struct hc_settings
    const char *help;
} settings_known[] = {
    {"backend", "HOSTCALL_BACKEND", TEXT, offsetof(struct hc_settings, backend),
     "cpu, cuda, hip or vulkan"},
    {"device", "HOSTCALL_DEVICE", NUMBER, offsetof(struct hc_settings, device),
     "which of its devices"},
    {"stack", "HOSTCALL_STACK", BYTES, offsetof(struct hc_settings, stack),
     "bytes of stack a thread (8M)"},
    {"frames", "HOSTCALL_FRAMES", BYTES, offsetof(struct hc_settings, frames),
     "cuda, hip: bytes a thread of the device's own stack, for calls (64K)"},
    {"heap", "HOSTCALL_HEAP", BYTES, offsetof(struct hc_settings, heap), "bytes of heap (1G)"},
    {"threads", "HOSTCALL_THREADS", NUMBER, offsetof(struct hc_settings, threads),
     "threads at once, if it uses threads (128)"},
    {"deadline", "HOSTCALL_DEADLINE", SECONDS, offsetof(struct hc_settings, deadline_ns),
     "seconds after which it is ended (none)"},
    {"stats", "HOSTCALL_STATS", NUMBER, offsetof(struct hc_settings, stats),
     "1: says at the end how many calls it made"},
};
enum { KNOWN = sizeof settings_known / sizeof *settings_known };

static _Noreturn void wrong(const char *name, const char *text, const char *wanted)
{
    fprintf(stderr, "hostcall: %s: '%s' is not %s\n", name, text, wanted);
    exit(2);
}

static void set(struct hc_settings *s, int which, const char *name, const char *text)
{
    void *field = (char *)s + settings_known[which].at;
    char *end;
    errno = 0;
    if (settings_known[which].kind == TEXT) {
        memcpy(field, &text, sizeof text);
        return;
    }
    if (settings_known[which].kind == SECONDS) {
        const double seconds = strtod(text, &end);
        if (end == text || *end || !(seconds >= 0 && seconds < 1e9))
            wrong(name, text, "a number of seconds");
        *(uint64_t *)field = (uint64_t)(seconds * 1e9);
        return;
    }
    unsigned long long n = strtoull(text, &end, 10);
    if (settings_known[which].kind == NUMBER) {
        if (end == text || *end || errno || n > 1 << 20 || *text == '-')
            wrong(name, text, "a number");
        *(uint32_t *)field = (uint32_t)n;
        return;
    }
    static const char units[] = "KMG";
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    const unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (end == text || errno || *text == '-' || (*end && (!unit || end[1])) || !n ||
        n > SIZE_MAX >> shift)
        wrong(name, text, "a number of bytes, like 65536, 64K, 16M or 2G");
    *(size_t *)field = (size_t)n << shift;
}

static _Noreturn void help(void)
{
    puts("Options of hostcall, which the program does not see:");
    for (int i = 0; i < KNOWN; i++)
        printf("  --hostcall-%s=...  %s: %s\n", settings_known[i].option,
               settings_known[i].variable, settings_known[i].help);
    exit(0);
}

static void option(struct hc_settings *s, const char *text)
{
    const char *name = text + strlen("--hostcall-"), *equals = strchr(name, '=');
    const size_t length = equals ? (size_t)(equals - name) : strlen(name);
    if (!strcmp(name, "help")) help();
    for (int i = 0; i < KNOWN; i++)
        if (strlen(settings_known[i].option) == length &&
            !strncmp(name, settings_known[i].option, length)) {
            if (!equals) wrong(text, "", "complete: it wants =VALUE behind it");
            set(s, i, text, equals + 1);
            return;
        }
    fprintf(stderr, "hostcall: unknown option %s; see --hostcall-help\n", text);
    exit(2);
}

int hc_settings_read(struct hc_settings *s, int argc, char **argv)
{
    *s = (struct hc_settings){.stack = 8 << 20, .frames = 64 << 10, .heap = 1u << 30};
    for (int i = 0; i < KNOWN; i++) {
        const char *text = getenv(settings_known[i].variable);
        if (text && *text) set(s, i, settings_known[i].variable, text);
    }
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        if (i && !strcmp(argv[i], "--")) {
            while (i < argc) argv[kept++] = argv[i++];
            break;
        }
        if (i && !strncmp(argv[i], "--hostcall-", strlen("--hostcall-")))
            option(s, argv[i]);
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    return kept;
}
