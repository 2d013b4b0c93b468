// What the suite's kernels are given, and the stage its tests set up around them.
#ifndef SUITE_H
#define SUITE_H

#include <stdint.h>

// One struct for all kernels; each says at its head what it reads.
struct suite_args {
    uint64_t out;   // memory of at least n results of 8 bytes
    uint64_t data;  // memory the test filled
    uint64_t size;
    int32_t fd;
    uint32_t n;
    uint32_t mode;
    char text[60];
};

#define SUITE_WARM 0xffffffffu  // mode of suite_forever: return at once

#ifndef SUITE_DEVICE

#include <stdbool.h>

#include "hc_test.h"
#include "hostcall/hostcall.h"
#include "hostcall/protocol.h"

enum { STAGE_MEMORY = 1 << 20 };

struct stage {
    hc_dev dev;
    hc_server server;
    hc_module module;
    hc_mem out, data;  // STAGE_MEMORY bytes each, shared
    struct suite_args args;
    uint64_t deadline_ns;  // of stage_run; 60 s unless changed
    int stdout_fd;         // a file that takes what kernels print
    int stdin_fd;          // what stage_open was given
};

// Opens the device that HOSTCALL_BACKEND names, or skips the test with the reason.  params: changes
// to a default server, NULL for none; its descriptors: stdin_fd 0 becomes /dev/null, stdout_fd 0
// the stage's file.
struct stage stage_open(const struct hc_server_params *params);
// Likewise, which of the backend's devices.
struct stage stage_open_on(int index, const struct hc_server_params *params);
void stage_close(struct stage *stage);

// Runs a kernel; fails the test if it does not end well.  Its status.
int stage_run(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size);
// Likewise, but returns hc_run's error.
int stage_try(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size,
              int *status);

// Runs a kernel that knows SUITE_WARM, so that its driver has compiled it before time counts: some take
// seconds.
void stage_warm(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size);

int64_t stage_out(const struct stage *stage, uint32_t i);
// All that kernels printed so far, NUL-terminated; the caller frees it.
char *stage_printed(const struct stage *stage);
// A new file in the test's own folder under /tmp with these bytes; its path goes to args.text.
void stage_file(struct stage *stage, const char *name, const void *bytes, size_t size);
// How often to repeat: `most` where a repeat is cheap (wide waves or a real device), `fewer` on cpu
// waves of 1 or 4 lanes and on lavapipe, `least` under AddressSanitizer on those and under ThreadSanitizer.
int stage_runs(int most, int fewer, int least);
bool stage_is(const struct stage *stage, const char *backend);

#endif
#endif
