// How a program is to run on its device: options and environment that are not the program's own.
#ifndef HC_SETTINGS_H
#define HC_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

struct hc_settings {
    const char *backend;  // NULL: the one that the program was linked for
    int device;
    size_t stack, heap;  // bytes
    size_t frames;  // bytes a thread of the device's own stack, for calls; 0: the device's choice
    uint32_t threads;      // waves: threads that the program can have at once, main's too; 0: not said
    uint64_t deadline_ns;  // 0: none
    uint32_t stats;        // not 0: a line on stderr at the end
};

// Reads HOSTCALL_BACKEND, _DEVICE, _STACK, _FRAMES, _HEAP, _THREADS, _DEADLINE and _STATS, then takes arguments that
// begin with --hostcall- out of argv (up to "--"); its new length.  A wrong one ends the process with status 2.
int hc_settings_read(struct hc_settings *settings, int argc, char **argv);

#endif
