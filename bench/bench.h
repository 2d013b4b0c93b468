// What every bench shares: options, the device, memory and kernels by one call each, figures and
// the table.
//
// A bench answers one question.  Each row of its table is a case: least, median and 99th percentile
// of what was measured, and the median over that of the floor, which is the least a call (the most
// a rate) can be on this machine, measured in the same run with memory of the same kinds.  Whatever
// goes wrong, a lost or wrong answer above all, ends the program with status 1 and a line that says
// what; a device or kernel that is not there ends it with 77, which meson counts as skipped.
#ifndef BENCH_H
#define BENCH_H

#include "bench/args.h"
#include "hostcall/hostcall.h"

#include <stdio.h>

#define BENCH_DEADLINE_NS 15000000000ull  // of one launch, beside the time it is meant to last

struct bench {
    const char *question;  // "null_call": the program's name
    const char *backend;   // options: NULL, the build's default
    int index;
    bool quick;  // seconds in all: small counts, few cases
    bool no_mapped;
    bool table;
    double seconds;  // of one measurement
    uint32_t runs;   // 0: see bench_repeats
    FILE *json;      // NULL: none
    char command[256];  // as it was given, but for --json
    char date[32];
    hc_dev dev;
    hc_module module;
    hc_stream stream;
};

extern const struct hc_image bench_image;

// Reads the options, opens device, module and stream, and prints what the table is about.
void bench_open(struct bench *b, const char *question, const char *about, int argc, char **argv);
// Another device, module and stream: b, a copy, names backend and index.  False: there is no such device.
bool bench_device_open(struct bench *b);
void bench_device_close(struct bench *b);
// Takes the kernels of another image in place of those it has.
void bench_module_use(struct bench *b, const struct hc_image *image);
// Status of the program.
int bench_close(struct bench *b);

_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void bench_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Fails with hc_last_error() if code is negative; else returns it.
int bench_check(int code, const char *what);

// How often a case is measured: --runs, else 5, or 2 with --quick.
uint32_t bench_repeats(const struct bench *b);
uint64_t bench_now(void);  // nanoseconds of CLOCK_MONOTONIC
uint32_t bench_processors(void);
uint32_t bench_resident(const struct bench *b);  // waves at once, at least 1
uint64_t bench_ticks(const struct bench *b, double ns);

hc_mem bench_mem(const struct bench *b, enum hc_mem_kind kind, size_t size, const char *tag);
bool bench_has_kernel(const struct bench *b, const char *name);
// Puts a kernel on the bench's stream; fails if it has none of that name.
void bench_launch(const struct bench *b, const char *kernel, uint32_t groups, uint32_t group_size,
                  const struct bench_args *args);
// Waits for the bench's stream, with the deadline.
void bench_wait(const struct bench *b, const char *what);
hc_server bench_server(const struct bench *b, const struct hc_server_params *params);
// hc_run with the deadline, of ns more; fails unless it ends with status 0.
void bench_run(hc_server server, const struct bench *b, const char *kernel, uint32_t groups,
               uint32_t group_size, const struct bench_args *args, double ns);

// A file of the host's memory, deleted already: a descriptor.
int bench_file(void);

struct bench_span {  // what the lanes of a launch reported together
    uint64_t calls;
    double seconds;       // first begin to last end
    double ns_per_cycle;  // of the unit of struct bench_args.times
};
// Adds the reports up; fails if any lane had an error or did not report.
struct bench_span bench_lanes_sum(const struct bench *b, const struct bench_lane *lanes,
                                  uint64_t count, const char *what);

struct bench_samples {  // starts as {0}; freed by bench_samples_figure
    double *values;
    size_t count, room;
};
#define BENCH_QUANTILES 230  // at shares that figures.c chooses
struct bench_figure {
    double min, p50, p99;
    size_t count;  // of samples
    double quantiles[BENCH_QUANTILES];
};
void bench_samples_add(struct bench_samples *s, double value);
struct bench_figure bench_samples_figure(struct bench_samples *s);

// What a row is about, for those who plot: NULL and 0 say nothing.
struct bench_facts {
    const char *way;         // "hostcall", "floor", or the name of a peer
    const char *shape;       // "one wave": rows of one way, subject and shape make a curve
    const char *subject;     // "/dev/null": what is written to, or computed
    uint32_t waves, lanes;   // lanes of each wave that take part
    uint32_t pollers;
    uint64_t bytes;          // of one transfer
};
#define bench_facts(...) (&(struct bench_facts){__VA_ARGS__})

// One row: of the table, and a line of JSON.  floor: p50 of this case's floor, 0 if it has none.
void bench_row(const struct bench *b, const struct bench_facts *facts,
               const struct bench_figure *figure, const char *unit, double floor,
               const char *format, ...) __attribute__((format(printf, 6, 7)));
// A line below the row before it, and one of JSON.
void bench_note(const struct bench *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
