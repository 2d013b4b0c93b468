// How many lines a second can a kernel print?  hc_printf from many lanes to a file, every line
// looked for afterwards; beside fprintf on the host and, on CUDA, the device's own printf.
#include "bench/cuda.h"
#include "bench/load.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINES_MAX = 4000000, CUDA_FIFO_BYTES = 64 << 20, CUDA_LINE_BYTES = 64 };

struct job {
    const struct bench *b;
    hc_server server;
    hc_mem out;
    int fd;                        // where lines go, empty before each run
    uint32_t waves, lanes, lines;  // lines of each lane
};

static uint64_t job_lines(const struct job *j) { return (uint64_t)j->waves * j->lanes * j->lines; }

static struct bench_args job_args(const struct job *j)
{
    struct bench_args args;
    memset(&args, 0, sizeof args);
    args.out = j->out->addr;
    args.calls = j->lines;
    args.lanes = j->lanes;
    return args;
}

static void file_empty(int fd)
{
    if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
        bench_fail("the file for lines can't be emptied");
}

static uint64_t number_read(const char **at, const char *end)
{
    uint64_t n = 0;
    const char *p = *at;
    while (p < end && *p >= '0' && *p <= '9' && n < UINT32_MAX) n = n * 10 + (uint64_t)(*p++ - '0');
    if (p == *at) n = UINT64_MAX;
    *at = p;
    return n;
}

static bool text_read(const char **at, const char *end, const char *text)
{
    const size_t n = strlen(text);
    if ((size_t)(end - *at) < n || memcmp(*at, text, n)) return false;
    *at += n;
    return true;
}

// Lines that are missing from the file; fails on one that is broken, foreign or there twice.
static uint64_t lines_missing(const struct job *j, const char *who)
{
    struct stat st;
    if (fstat(j->fd, &st)) bench_fail("%s: the file for lines can't be read", who);
    const uint64_t lines = job_lines(j);
    uint8_t *seen = calloc(lines, 1);
    const size_t size = (size_t)st.st_size;
    const char *text = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, j->fd, 0) : "";
    if (!seen || text == MAP_FAILED) bench_fail("out of memory");
    uint64_t found = 0;
    for (const char *at = text, *end = text + size; at < end; found++) {
        uint64_t lane = 0, line = 0;
        const size_t offset = (size_t)(at - text);
        bool right = text_read(&at, end, "lane ");
        lane = number_read(&at, end);
        right = right && text_read(&at, end, " prints line ");
        line = number_read(&at, end);
        right = right && text_read(&at, end, "\n");
        if (!right || lane >= (uint64_t)j->waves * j->lanes || line >= j->lines)
            bench_fail("%s: a broken line at byte %zu of the output", who, offset);
        if (seen[lane * j->lines + line]++)
            bench_fail("%s: line %llu of lane %llu came twice", who, (unsigned long long)line,
                       (unsigned long long)lane);
    }
    if (size) munmap((void *)(uintptr_t)text, size);
    free(seen);
    return lines - found;
}

// ----------------------------------------------------------------------------------------- the three ways
// Each prints all lines of the job to its file and returns how many nanoseconds that took.

static double by_hostcall(const struct job *j)
{
    const struct bench_args args = job_args(j);
    const uint64_t begin = bench_now();
    bench_run(j->server, j->b, "bench_print", j->waves, 0, &args, 0);
    const uint64_t ns = bench_now() - begin;
    bench_lanes_sum(j->b, j->out->host, (uint64_t)j->waves * j->lanes, "hc_printf");
    return (double)ns;
}

static double by_host(const struct job *j)
{
    const int fd = dup(j->fd);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f) bench_fail("the file for lines can't be opened");
    setvbuf(f, NULL, _IOFBF, 65536);
    const uint64_t begin = bench_now();
    for (uint32_t lane = 0; lane < j->waves * j->lanes; lane++)
        for (uint32_t i = 0; i < j->lines; i++) fprintf(f, "lane %u prints line %u\n", lane, i);
    if (fclose(f)) bench_fail("the file for lines can't be written");
    return (double)(bench_now() - begin);
}

static double by_cuda(const struct job *j)
{
    const struct bench_args args = job_args(j);
    fflush(stdout);
    const int keep = dup(STDOUT_FILENO);
    if (keep < 0 || dup2(j->fd, STDOUT_FILENO) < 0) bench_fail("stdout can't be redirected");
    const uint64_t begin = bench_now();
    bench_launch(j->b, "bench_cuda_printf", j->waves, 0, &args);
    const int err = bench_cuda_printf_flush();
    const uint64_t ns = bench_now() - begin;
    dup2(keep, STDOUT_FILENO);
    close(keep);
    if (err) bench_fail("CUDA's printf: cuCtxSynchronize failed");
    bench_wait(j->b, "CUDA's printf");
    return (double)ns;
}

// Samples are rates.  lossy: lines may be missing; then no more is measured.  Lines missing.
static uint64_t measure(const struct job *j, double (*way)(const struct job *), const char *who,
                        bool lossy, struct bench_figure *figure)
{
    struct bench_samples samples = {NULL, 0, 0};
    uint64_t missing = 0;
    for (uint32_t i = bench_repeats(j->b); i > 0 && !missing; i--) {
        file_empty(j->fd);
        const double ns = way(j);
        missing = lines_missing(j, who);
        if (missing && !lossy)
            bench_fail("%s: %llu of %llu lines are missing", who, (unsigned long long)missing,
                       (unsigned long long)job_lines(j));
        bench_samples_add(&samples, (double)job_lines(j) / ns * 1e3);
    }
    *figure = bench_samples_figure(&samples);
    return missing;
}

// With --runs: what the runs of a case, each of which was checked, have shown together.
static void runs_note(const struct job *j, const struct bench_figure *f, uint32_t pollers)
{
    if (!j->b->runs) return;
    bench_note(
        j->b,
        "%u waves of %u lanes, %u poller%s: %.4g to %.4g M lines/s, median %.4g; 0 lost of %llu "
        "lines in %u runs",
        j->waves, j->lanes, pollers, pollers > 1 ? "s" : "", f->min,
        f->quantiles[BENCH_QUANTILES - 1], f->p50, (unsigned long long)(job_lines(j) * f->count),
        (uint32_t)f->count);
}

// Lines of each lane that last about as long as a measurement should.
static void lines_choose(struct job *j)
{
    struct bench_figure pilot;
    const double lanes = (double)j->waves * j->lanes;
    j->lines = 2;
    measure(j, by_hostcall, "hc_printf", false, &pilot);
    double lines = pilot.p50 * 1e6 * j->b->seconds / lanes;
    if (lines > LINES_MAX / lanes) lines = LINES_MAX / lanes;
    j->lines = lines < 2 ? 2 : (uint32_t)lines;
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "print_lines", "how many lines a second can a kernel print?", argc, argv);
    bench_load_needs(&b);
    if (!bench_has_kernel(&b, "bench_print"))
        bench_skip("%s: no kernel that prints", b.dev->backend_name);
    size_t fifo = b.quick ? 1 << 20 : CUDA_FIFO_BYTES;
    const char *no_cuda = bench_cuda_printf_open(&b, &fifo);

    const uint32_t width = b.dev->caps.wave_width, most = bench_resident(&b);
    struct job j = {.b = &b, .fd = bench_file()};
    j.server = bench_server(&b, hc_server_params(.stdout_fd = j.fd));
    j.out = bench_mem(&b, HC_MEM_SHARED, (size_t)most * width * sizeof(struct bench_lane),
                      "lane reports");
    const uint32_t waves[] = {1, most < 32 ? most : 32, most < 512 ? most : 512};
    struct bench_figure floor = {.p50 = 0}, figure;
    for (uint32_t full = 0; full <= (width > 1); full++)
        for (size_t i = 0; i < sizeof waves / sizeof *waves; i++) {
            if (i && (waves[i] == waves[i - 1] || (b.quick && i > 1))) continue;
            j.waves = waves[i];
            j.lanes = full ? width : 1;
            lines_choose(&j);
            if (floor.p50 <= 0) {
                measure(&j, by_host, "fprintf", false, &floor);
                bench_row(&b, bench_facts(.way = "floor"), &floor, "M lines/s", floor.p50,
                          "floor: fprintf on the host, one thread");
            }
            measure(&j, by_hostcall, "hc_printf", false, &figure);
            const char *shape = full ? "full" : "one lane each";
            bench_row(&b,
                      bench_facts(.way = "hostcall", .shape = shape, .waves = j.waves,
                                  .lanes = j.lanes, .pollers = 1),
                      &figure, "M lines/s", floor.p50, "hc_printf, %u waves, %s", j.waves, shape);
            runs_note(&j, &figure, 1);
        }
    // The same shape, the last, with more threads that format.
    const uint32_t pollers = bench_processors() / 2 < 4 ? bench_processors() / 2 : 4;
    if (pollers > 1 && !b.quick) {
        hc_server_destroy(&j.server);
        j.server = bench_server(&b, hc_server_params(.stdout_fd = j.fd, .pollers = pollers));
        measure(&j, by_hostcall, "hc_printf", false, &figure);
        bench_row(&b,
                  bench_facts(.way = "hostcall", .shape = "full", .waves = j.waves,
                              .lanes = j.lanes, .pollers = pollers),
                  &figure, "M lines/s", floor.p50, "hc_printf, %u waves, full, %u pollers", j.waves,
                  pollers);
        runs_note(&j, &figure, pollers);
    }
    if (no_cuda) {
        bench_note(&b, "not beside CUDA's printf: %s", no_cuda);
    } else {
        const uint32_t lanes = j.waves * j.lanes, fit = (uint32_t)(fifo / CUDA_LINE_BYTES);
        if (j.lines > fit / lanes) j.lines = fit / lanes ? fit / lanes : 1;
        const uint64_t missing = measure(&j, by_cuda, "CUDA's printf", true, &figure);
        if (missing)
            bench_note(&b, "CUDA's printf lost %llu of %llu lines: no figure",
                       (unsigned long long)missing, (unsigned long long)job_lines(&j));
        else
            bench_row(&b,
                      bench_facts(.way = "CUDA's printf", .shape = "full", .waves = j.waves,
                                  .lanes = j.lanes),
                      &figure, "M lines/s", floor.p50,
                      "CUDA's printf, %u waves, full, %u lines a lane", j.waves, j.lines);
    }
    hc_mem_destroy(&j.out);
    hc_server_destroy(&j.server);
    close(j.fd);
    return bench_close(&b);
}
