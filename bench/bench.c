// Options, the device, memory and kernels of a bench, each by one call that succeeds or ends the
// program.
#include "bench/bench.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const char *program = "bench";

static void complain(const char *kind, const char *format, va_list list)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s: ", program, kind);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
}

// A kernel may still run and threads may still serve it: leave without taking anything down.
void bench_fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    complain("failed", format, list);
    va_end(list);
    _exit(1);
}

void bench_skip(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    complain("skipped", format, list);
    va_end(list);
    exit(77);
}

int bench_check(int code, const char *what)
{
    if (code < 0) bench_fail("%s: %s", what, hc_last_error());
    return code;
}

static void usage(FILE *to, const char *about)
{
    fprintf(to,
            "usage: %s [options]\n%s\n\n"
            "  --backend NAME   device to run on: cpu, cuda, hip, vulkan (default: the build's)\n"
            "  --device N       which of that backend's devices (default: 0)\n"
            "  --json[=FILE]    one JSON object a line instead of the table; with FILE, both\n"
            "  --seconds S      how long one measurement lasts\n"
            "  --runs N         how often each rate is measured (default: 3 to 5)\n"
            "  --quick          few, short measurements: does it work at all?\n"
            "  --no-mapped      replies in host memory, as if the device's could not be mapped\n"
            "  --help           this\n",
            program, about);
}

static void command_keep(struct bench *b, int argc, char **argv)
{
    size_t n = (size_t)snprintf(b->command, sizeof b->command, "bench_%s", b->question);
    for (int i = 1; i < argc && n < sizeof b->command; i++)
        if (strncmp(argv[i], "--json", 6))
            n += (size_t)snprintf(b->command + n, sizeof b->command - n, " %s", argv[i]);
}

static void options_read(struct bench *b, const char *about, int argc, char **argv)
{
    static const struct option options[] = {
        {"backend", required_argument, NULL, 'b'},
        {"device", required_argument, NULL, 'd'},
        {"json", optional_argument, NULL, 'j'},
        {"seconds", required_argument, NULL, 's'},
        {"quick", no_argument, NULL, 'q'},
        {"no-mapped", no_argument, NULL, 'n'},
        {"runs", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    char *end = NULL;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'b': b->backend = optarg; break;
        case 'd': b->index = atoi(optarg); break;
        case 'q': b->quick = true; break;
        case 'n': b->no_mapped = true; break;
        case 's':
            b->seconds = strtod(optarg, &end);
            if (*end || !(b->seconds > 0) || b->seconds > 60)
                bench_fail("--seconds %s: give more than 0, at most 60", optarg);
            break;
        case 'r':
            b->runs = (uint32_t)strtoul(optarg, &end, 10);
            if (*end || !b->runs || b->runs > 10000)
                bench_fail("--runs %s: give 1 to 10000", optarg);
            break;
        case 'j':
            b->json = optarg ? fopen(optarg, "a") : stdout;
            b->table = optarg != NULL;
            if (!b->json) bench_fail("--json=%s: can't be written", optarg);
            break;
        case 'h': usage(stdout, about); exit(0);
        default: usage(stderr, about); exit(2);
        }
    }
    if (optind < argc) bench_fail("%s: no arguments are taken; see --help", argv[optind]);
    if (!b->seconds) b->seconds = b->quick ? 0.02 : 0.2;
}

bool bench_device_open(struct bench *b)
{
    const int err = hc_dev_open(
        hc_dev_params(.backend = b->backend, .index = b->index, .no_mapped = b->no_mapped),
        &b->dev);
    if (err == HC_ERR_DEVICE) return false;
    bench_check(err, "hc_dev_open");
    bench_check(hc_module_create(b->dev, &bench_image, &b->module), "hc_module_create");
    bench_check(hc_stream_create(b->dev, &b->stream), "hc_stream_create");
    return true;
}

void bench_device_close(struct bench *b)
{
    hc_stream_destroy(&b->stream);
    hc_module_destroy(&b->module);
    hc_dev_close(&b->dev);
}

void bench_open(struct bench *b, const char *question, const char *about, int argc, char **argv)
{
    program = question;
    memset(b, 0, sizeof *b);
    b->question = question;
    b->table = true;
    command_keep(b, argc, argv);
    options_read(b, about, argc, argv);

    if (!bench_device_open(b)) bench_skip("%s", hc_last_error());
    const time_t now = time(NULL);
    struct tm tm;
    strftime(b->date, sizeof b->date, "%Y-%m-%d", gmtime_r(&now, &tm));
    const struct hc_caps *caps = &b->dev->caps;
    if (!b->table) return;
    printf("%s: %s\n", question, about);
    printf("%s, %s, %s, %s\n", b->date, b->dev->backend_name, caps->name, caps->driver);
    printf("waves of %u lanes, %u at once; replies in %s memory; %ld processors\n\n",
           caps->wave_width, caps->resident, caps->mapped ? "device" : "host",
           sysconf(_SC_NPROCESSORS_ONLN));
    printf("%-46s %12s %11s %11s %11s %9s\n", "case", "unit", "min", "p50", "p99", "x floor");
    fflush(stdout);
}

void bench_module_use(struct bench *b, const struct hc_image *image)
{
    hc_module_destroy(&b->module);
    bench_check(hc_module_create(b->dev, image, &b->module), "hc_module_create");
}

int bench_close(struct bench *b)
{
    bench_device_close(b);
    if (b->json && (fflush(b->json) || ferror(b->json))) bench_fail("JSON could not be written");
    return 0;
}

uint32_t bench_repeats(const struct bench *b) { return b->runs ? b->runs : b->quick ? 2 : 5; }

uint64_t bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint32_t bench_processors(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (uint32_t)n : 1;
}

uint32_t bench_resident(const struct bench *b)
{
    return b->dev->caps.resident ? b->dev->caps.resident : 1;
}

uint64_t bench_ticks(const struct bench *b, double ns)
{
    return b->dev->caps.device_clock ? (uint64_t)(ns / b->dev->caps.ns_per_tick) : 0;
}

hc_mem bench_mem(const struct bench *b, enum hc_mem_kind kind, size_t size, const char *tag)
{
    hc_mem mem = NULL;
    bench_check(hc_mem_create(b->dev, hc_mem_params(.kind = kind, .size = size, .tag = tag), &mem),
                tag);
    return mem;
}

bool bench_has_kernel(const struct bench *b, const char *name)
{
    hc_kernel kernel = NULL;
    return !hc_module_kernel(b->module, name, &kernel);
}

void bench_launch(const struct bench *b, const char *kernel, uint32_t groups, uint32_t group_size,
                  const struct bench_args *args)
{
    hc_kernel k = NULL;
    bench_check(hc_module_kernel(b->module, kernel, &k), kernel);
    bench_check(hc_launch(b->stream,
                          hc_launch_params(.kernel = k, .groups = groups, .group_size = group_size,
                                           .args = args, .args_size = sizeof *args)),
                kernel);
}

void bench_wait(const struct bench *b, const char *what)
{
    if (bench_check(hc_stream_poll(b->stream, BENCH_DEADLINE_NS), what))
        bench_fail("%s: still running after %llu s", what, BENCH_DEADLINE_NS / 1000000000);
}

hc_server bench_server(const struct bench *b, const struct hc_server_params *params)
{
    hc_server server = NULL;
    bench_check(hc_server_create(b->dev, params, &server), "hc_server_create");
    return server;
}

void bench_run(hc_server server, const struct bench *b, const char *kernel, uint32_t groups,
               uint32_t group_size, const struct bench_args *args, double ns)
{
    int status = 0;
    bench_check(
        hc_run(server,
               hc_run_params(.module = b->module, .kernel = kernel, .groups = groups,
                             .group_size = group_size, .args = args, .args_size = sizeof *args,
                             .deadline_ns = BENCH_DEADLINE_NS + (uint64_t)ns),
               &status),
        kernel);
    if (status) bench_fail("%s ended with status %d", kernel, status);
}

int bench_file(void)
{
    const int fd = memfd_create("bench", MFD_CLOEXEC);
    if (fd < 0) bench_fail("memfd_create: no file in memory");
    return fd;
}
