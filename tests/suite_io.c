// Files, streams, clocks, environment: what a kernel gets must be what a CPU program gets.
#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void pattern_fill(struct stage *s, size_t size)
{
    uint8_t *data = s->data->host;
    for (size_t i = 0; i < size; i++) data[i] = (uint8_t)(i * 31 + (i >> 8));
}

// from and to: how far the kernel's memory is from an address that can be copied sixteen bytes at a time.
static void roundtrip_at(const struct hc_server_params *params, size_t size, uint32_t mode,
                         uint32_t from, uint32_t to)
{
    struct stage s = stage_open(params);
    pattern_fill(&s, from + size);
    s.args.data += from;
    s.args.n = to;
    stage_file(&s, "roundtrip", "old content", 11);
    s.args.size = size;
    s.args.mode = mode;
    HC_EQ(stage_run(&s, "suite_file", 1, 0), 0);
    HC_ASSERT(stage_out(&s, 0) >= 3);
    HC_EQ(stage_out(&s, 1), size);
    HC_EQ(stage_out(&s, 2), 0);
    HC_EQ(stage_out(&s, 3), size);
    HC_EQ(stage_out(&s, 4), 0);
    HC_EQ(stage_out(&s, 5), 0);
    HC_EQ(stage_out(&s, 6), -HC_EBADF);
    const uint8_t *back = (uint8_t *)s.out->host + 4096 + to;
    HC_ASSERT(!memcmp(back, (uint8_t *)s.data->host + from, size));
    HC_ASSERT(!back[-1] && !back[size]);
    unlink(s.args.text);
    stage_close(&s);
}

static void roundtrip(size_t size, uint32_t mode) { roundtrip_at(NULL, size, mode, 0, 0); }

// Sizes around what a slot, an extent and two of them hold: off-by-ones at each edge.
HC_TEST(io, files_of_all_sizes_round_trip)
{
    const size_t sizes[] = {0,    1,    3,    4,    55,    2019,  2020,  2021,  2023,
                            2024, 2025, 2036, 2037, 65535, 65536, 65537, 200000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) roundtrip(sizes[i], 0);
}

HC_TEST(io, waves_transfer_together)
{
    const size_t sizes[] = {1, 100, 65536, 65537, 500001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) roundtrip(sizes[i], 1);
}

// A wave that finds no second extent must wait for none: there is one alone.
HC_TEST(io, waves_transfer_through_one_extent)
{
    const struct hc_server_params one = {.extents = 1};
    roundtrip_at(&one, 200001, 0, 0, 0);
    roundtrip_at(&one, 200001, 1, 0, 0);
}

// Memory that begins in the middle of a word: words before and behind it must not be touched or sent.
HC_TEST(io, odd_addresses_round_trip)
{
    const uint32_t at[][2] = {{1, 0}, {0, 3}, {4, 8}, {2, 6}, {7, 7}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        for (uint32_t mode = 0; mode < 2; mode++)
            roundtrip_at(NULL, 70003, mode, at[i][0], at[i][1]);
}

// A 16 MiB write is 256 extents one after another: none may be dropped or doubled.
HC_TEST(io, sixteen_mebibytes_arrive)
{
    struct stage s = stage_open(NULL);
    hc_mem big = NULL;
    HC_EQ(hc_mem_create(s.dev, hc_mem_params(.kind = HC_MEM_SHARED, .size = 16 << 20, .tag = "big"),
                        &big),
          0);
    uint32_t *words = big->host;
    for (uint32_t i = 0; i < 4 << 20; i++) words[i] = i * 2654435761u;
    stage_file(&s, "big", "", 0);
    const int fd = open(s.args.text, O_RDWR);
    HC_EQ(hc_server_share(s.server, fd, &s.args.fd), 0);
    s.args.data = big->addr;
    s.args.size = 16 << 20;
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 16 << 20);
    uint32_t *back = malloc(16 << 20);
    HC_EQ(pread(fd, back, 16 << 20, 0), 16 << 20);
    HC_ASSERT(!memcmp(back, words, 16 << 20));
    free(back);
    close(fd);
    unlink(s.args.text);
    hc_mem_destroy(&big);
    stage_close(&s);
}

// Lanes that write different places of one file through one packet must each get their own bytes.
HC_TEST(io, lanes_own_places)
{
    struct stage s = stage_open(NULL);
    stage_file(&s, "places", "", 0);
    const int fd = open(s.args.text, O_RDWR);
    HC_EQ(hc_server_share(s.server, fd, &s.args.fd), 0);
    HC_EQ(stage_run(&s, "suite_own_place", 4, 96), 0);
    for (uint32_t i = 0; i < 384; i++) HC_EQ(stage_out(&s, i), 0);
    close(fd);
    unlink(s.args.text);
    stage_close(&s);
}

// fgets' rules: the newline kept, long lines in parts, a last line without newline, end of file as
// 0.
HC_TEST(io, lines_are_read_as_fgets_does)
{
    const struct {
        const char *text;
        uint32_t room;
        int64_t lines, bytes;
    } cases[] = {
        {"one\ntwo\nthree\n", 100, 3, 14},
        {"one\ntwo\nthree", 100, 3, 13},
        {"", 100, 0, 0},
        {"\n\n\n", 100, 3, 3},
        {"abcdefghij\nxy\n", 5, 4, 14},
        {"abcd\n", 5, 2, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage s = stage_open(NULL);
        stage_file(&s, "lines", cases[i].text, strlen(cases[i].text));
        const int fd = open(s.args.text, O_RDONLY);
        HC_EQ(hc_server_share(s.server, fd, &s.args.fd), 0);
        s.args.n = cases[i].room;
        HC_EQ(stage_run(&s, "suite_read_lines", 1, 0), 0);
        HC_EQ(stage_out(&s, 0), cases[i].lines);
        HC_EQ(stage_out(&s, 1), cases[i].bytes);
        HC_EQ(stage_out(&s, 2), 0);
        close(fd);
        unlink(s.args.text);
        stage_close(&s);
    }
}

// Standard input that is a pipe: read until its end, which is 0 and stays 0.
HC_TEST(io, stdin_ends)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(&(struct hc_server_params){.stdin_fd = ends[0]});
    HC_EQ(write(ends[1], "hello\nworld\n", 12), 12);
    close(ends[1]);
    s.args.n = 100;
    HC_EQ(stage_run(&s, "suite_read_lines", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 2);
    HC_EQ(stage_out(&s, 2), 0);
    HC_EQ(stage_run(&s, "suite_read_lines", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 0);
    HC_EQ(stage_out(&s, 2), 0);
    stage_close(&s);
}

// Short writes: a pipe that is emptied slowly takes 300,000 bytes in many pieces; all must come, in
// order.
HC_TEST(io, short_writes_are_continued)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(NULL);
    pattern_fill(&s, 300000);
    const pid_t child = fork();
    if (!child) {
        close(ends[1]);
        size_t at = 0;
        uint8_t bytes[1000];
        for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
            for (ssize_t i = 0; i < n; i++, at++)
                if (bytes[i] != (uint8_t)(at * 31 + (at >> 8))) _exit(2);
        _exit(at == 300000 ? 0 : 1);
    }
    HC_EQ(hc_server_share(s.server, ends[1], &s.args.fd), 0);
    close(ends[1]);
    s.args.size = 300000;
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 300000);
    stage_close(&s);
    int status = -1;
    waitpid(child, &status, 0);
    HC_EQ(status, 0);
    close(ends[0]);
}

// A pipe nobody reads any more: EPIPE for the kernel, no SIGPIPE for the program.
HC_TEST(io, a_closed_pipe_is_epipe)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(NULL);
    HC_EQ(hc_server_share(s.server, ends[1], &s.args.fd), 0);
    close(ends[0]);
    s.args.size = 10;
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), -HC_EPIPE);
    close(ends[1]);
    stage_close(&s);
}

// A file that may not grow: the short count first, then EFBIG, and no SIGXFSZ.
HC_TEST(io, a_full_disk_is_told)
{
    struct stage s = stage_open(NULL);
    stage_file(&s, "full", "", 0);
    const int fd = open(s.args.text, O_RDWR);
    HC_EQ(hc_server_share(s.server, fd, &s.args.fd), 0);
    struct rlimit before, limit;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 100000;
    HC_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
    s.args.size = 150000;
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    const int64_t first = stage_out(&s, 0);
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    const int64_t second = stage_out(&s, 0);
    setrlimit(RLIMIT_FSIZE, &before);
    HC_EQ(first, 100000);
    HC_EQ(second, -HC_EFBIG);
    const int full = open("/dev/full", O_WRONLY);
    HC_EQ(hc_server_share(s.server, full, &s.args.fd), 0);
    HC_EQ(stage_run(&s, "suite_write", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), -HC_ENOSPC);
    close(full);
    close(fd);
    unlink(s.args.text);
    stage_close(&s);
}

static void signal_ignore(int number) { (void)number; }

// EINTR: signals that rain on the process must not show in a kernel's reads.
HC_TEST(io, signals_do_not_interrupt)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(NULL);
    HC_EQ(hc_server_share(s.server, ends[0], &s.args.fd), 0);
    struct sigaction action = {.sa_handler = signal_ignore};  // no SA_RESTART
    sigaction(SIGALRM, &action, NULL);
    const pid_t parent = getpid(), child = fork();
    if (!child) {
        for (int i = 0; i < 50; i++) {
            kill(parent, SIGALRM);
            usleep(2000);
            if (i % 10 == 9 && write(ends[1], "12345", 5) != 5) _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    s.args.mode = 3;
    HC_EQ(stage_run(&s, "suite_read_all", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 25);
    HC_EQ(stage_out(&s, 1), 0);
    int status;
    while (waitpid(child, &status, 0) < 0) {}
    HC_EQ(status, 0);
    stage_close(&s);
}

// The device's clock must run with the host's, and a sleep must last.
HC_TEST(io, clocks_agree_with_the_host)
{
    struct stage s = stage_open(NULL);
    struct timespec t;
    s.args.n = 20000000;
    clock_gettime(CLOCK_MONOTONIC, &t);
    const int64_t before = t.tv_sec * 1000000000LL + t.tv_nsec;
    HC_EQ(stage_run(&s, "suite_clocks", 1, 0), 0);
    clock_gettime(CLOCK_MONOTONIC, &t);
    const int64_t after = t.tv_sec * 1000000000LL + t.tv_nsec;
    clock_gettime(CLOCK_REALTIME, &t);
    const int64_t real = t.tv_sec * 1000000000LL + t.tv_nsec;
    HC_ASSERT_MSG(stage_out(&s, 0) > before - 1000000 && stage_out(&s, 0) < after + 1000000,
                  "device says %lld, host %lld to %lld", (long long)stage_out(&s, 0),
                  (long long)before, (long long)after);
    HC_ASSERT(stage_out(&s, 1) <= real && stage_out(&s, 1) > real - 60000000000LL);
    HC_EQ(stage_out(&s, 2), 0);
    HC_ASSERT(stage_out(&s, 3) - stage_out(&s, 0) >= 20000000);
    HC_EQ(stage_out(&s, 4), -HC_EINVAL);
    stage_close(&s);
}

HC_TEST(io, environment)
{
    setenv("SUITE_VARIABLE", "a value of some length", 1);
    struct stage s = stage_open(NULL);
    const char *back = (const char *)s.out->host + 4096;
    strcpy(s.args.text, "SUITE_VARIABLE");
    s.args.n = 64;
    HC_EQ(stage_run(&s, "suite_getenv", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 22);
    HC_STR_EQ(back, "a value of some length");
    s.args.n = 8;
    HC_EQ(stage_run(&s, "suite_getenv", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 22);
    HC_STR_EQ(back, "a value");
    strcpy(s.args.text, "SUITE_NO_SUCH_VARIABLE");
    HC_EQ(stage_run(&s, "suite_getenv", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), -HC_ENOENT);
    HC_STR_EQ(back, "");
    stage_close(&s);
}

// Each wrong call must bring its own errno.
HC_TEST(io, errors_are_the_systems)
{
    const int64_t want[] = {-HC_EBADF,  -HC_EBADF,  -HC_EBADF,        -HC_ENOENT, -HC_EISDIR,
                            -HC_EINVAL, -HC_EINVAL, -HC_ENOENT,       -HC_EINVAL, -HC_EINVAL,
                            -HC_EINVAL, -HC_EBADF,  -HC_ENAMETOOLONG, -HC_EINVAL, 0,
                            0,          0,          -HC_EBADF,        0,          -HC_EBADF};
    struct stage s = stage_open(NULL);
    stage_file(&s, "errors", "text", 4);
    const int fd = open(s.args.text, O_RDWR);
    HC_EQ(hc_server_share(s.server, fd, &s.args.fd), 0);
    HC_EQ(stage_run(&s, "suite_errors", 1, 0), 0);
    for (uint32_t i = 0; i < sizeof want / sizeof *want; i++)
        HC_ASSERT_MSG(stage_out(&s, i) == want[i], "case %u: %lld, not %lld", i,
                      (long long)stage_out(&s, i), (long long)want[i]);
    close(fd);
    unlink(s.args.text);
    stage_close(&s);
}

HC_TEST(io, descriptors_run_out_as_emfile)
{
    struct stage s = stage_open(&(struct hc_server_params){.handles_max = 20});
    HC_EQ(stage_run(&s, "suite_exhaust", 1, 0), 0);
    HC_EQ(stage_out(&s, 0), 17);
    HC_EQ(stage_out(&s, 1), -HC_EMFILE);
    stage_close(&s);
}
