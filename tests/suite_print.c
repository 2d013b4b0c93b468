// Formatted output: right, whole, in order, and never lost.
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// Counts how often each of n names stands in the text; false if a line is none of them.
static bool lines_count(char *text, const char *format, uint32_t lanes, uint32_t each,
                        uint8_t *seen)
{
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end) return false;
        *end = 0;
        uint32_t lane, i;
        char again[128];
        if (sscanf(line, "lane %u line %u", &lane, &i) != 2 || lane >= lanes || i >= each)
            return false;
        snprintf(again, sizeof again, format, lane, i, each);
        if (strcmp(line, again)) return false;
        // In a lane's order: line i comes when i lines of it have been seen.
        if (seen[lane] != i) return false;
        seen[lane]++;
    }
    return true;
}

// Lanes that print together must not tear each other's lines, lose one, or change a lane's order.
HC_TEST(print, lanes_print_whole_lines_in_order)
{
    struct stage s = stage_open(NULL);
    s.args.n = 20;
    HC_EQ(stage_run(&s, "suite_lines", 8, 64), 0);
    uint8_t seen[512] = {0};
    char *text = stage_printed(&s);
    HC_ASSERT(lines_count(text, "lane %u line %u of %u ends here", 512, 20, seen));
    for (uint32_t i = 0; i < 512; i++) HC_EQ(seen[i], 20);
    free(text);
    stage_close(&s);
}

// A line put together by several calls must not take in another lane's pieces; the rest at the end
// must come out.
HC_TEST(print, lines_in_pieces_stay_whole)
{
    struct stage s = stage_open(NULL);
    s.args.n = 5;
    HC_EQ(stage_run(&s, "suite_pieces", 3, 50), 0);
    char *text = stage_printed(&s), *rest = text;
    uint32_t whole = 0, rests = 0;
    for (uint32_t lane = 0; lane < 150; lane++) {
        for (uint32_t i = 0; i < 5 && lane % 3 == 0; i++) {
            char line[64];
            snprintf(line, sizeof line, "lane %u line %u ends here\n", lane, i);
            whole += strstr(text, line) != NULL;
        }
        char end[32];
        snprintf(end, sizeof end, "rest of %u", lane);
        rests += strstr(text, end) != NULL;
    }
    HC_EQ(whole, 250);
    HC_EQ(rests, 150);
    (void)rest;
    free(text);
    stage_close(&s);
}

// Lanes share a packet whether or not they share a format: each line must be its own lane's.
HC_TEST(print, lanes_with_different_formats_share_a_packet)
{
    enum { LANES = 150, TIMES = 3 };
    struct stage s = stage_open(NULL);
    s.args.n = TIMES;
    HC_EQ(stage_run(&s, "suite_mixed_formats", 3, LANES / 3), 0);
    char *text = stage_printed(&s);
    for (uint32_t lane = 0; lane < LANES; lane++) {
        char line[3][96];
        snprintf(line[0], sizeof line[0],
                 lane % 3 ? "lane %u has one\n" : "the lane %u has another of two\n", lane);
        snprintf(line[1], sizeof line[1], "lane %u says %.*s\n", lane, (int)(lane % 17),
                 "aaaaaaaaaaaaaaaa");
        snprintf(line[2], sizeof line[2], "1 2 3 4 5 6 7 8: eight numbers of lane %u\n", lane);
        for (int i = 0; i < 3; i++) {
            uint32_t found = 0;
            for (const char *at = text; (at = strstr(at, line[i])); at++)
                found += at == text || at[-1] == '\n';
            HC_ASSERT_MSG(found == TIMES, "%u times: %s", found, line[i]);
        }
    }
    free(text);
    stage_close(&s);
}

// Conversions must give what the C library gives, to the last digit.
HC_TEST(print, conversions_equal_the_c_library)
{
    struct stage s = stage_open(NULL);
    const char *text = "some text";
    strcpy(s.args.text, text);
    HC_EQ(stage_run(&s, "suite_formats", 1, 0), 0);
    char want[4096];
    int at = 0, n, i = 0;
#define LINE(...)                                                       \
    do {                                                                \
        n = snprintf(want + at, sizeof want - (size_t)at, __VA_ARGS__); \
        HC_EQ(stage_out(&s, (uint32_t)i), n);                           \
        i++;                                                            \
        at += n;                                                        \
    } while (0)
    LINE("plain %% text\n");
    LINE("%d %i %u %o %x %X %c|\n", -42, 42, 42u, 42u, 0xbeefu, 0xbeefu, 'q');
    LINE("%hhd %hd %ld %lld %zu %jd %td|\n", (signed char)-5, (short)-300, -5000000000L, -7LL,
         (size_t)9, (intmax_t)-11, (ptrdiff_t)13);
    LINE("%5d|%-5d|%05d|%+d|% d|%#x|%#o|%.3d|%8.4d|\n", 42, 42, 42, 42, 42, 42u, 8u, 7, 9);
    LINE("%f %.0f %.10f %e %.3E %g %G %a|\n", 0.1, 2.5, 1.0 / 3, 12345.678, 0.00012, 1e-10, 1e20,
         1.0);
    LINE("%g %f %f %.17g %.1f %.2f|\n", 5e-324, 1.7976931348623157e308, -0.0, 0.1, 0.25, 2.675);
    LINE("%s|%10s|%-10s|%.3s|%.*s|%*d|%-*d|\n", text, text, text, text, 2, text, 6, 1, 6, 2);
    LINE("%p|%s|%s|\n", (void *)0x1234, "(null)", "");
    LINE("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24\n");
    char *got = stage_printed(&s);
    HC_STR_EQ(got, want);
    free(got);
    stage_close(&s);
}

// A format that does not fit its arguments must be an error that prints nothing, not a crash.
HC_TEST(print, a_wrong_conversion_is_an_error)
{
    struct stage s = stage_open(NULL);
    HC_EQ(stage_run(&s, "suite_bad_formats", 1, 0), 0);
    for (uint32_t i = 0; i < 9; i++) HC_EQ(stage_out(&s, i), -HC_EINVAL);
    HC_EQ(stage_out(&s, 9), -HC_EMSGSIZE);
    HC_EQ(stage_out(&s, 10), 19);
    char *got = stage_printed(&s);
    HC_STR_EQ(got, "1 too many is fine\n");
    free(got);
    stage_close(&s);
}

// What lanes printed before exit or abort must be there, every time.
HC_TEST(print, nothing_printed_is_lost_at_the_end)
{
    const int runs = stage_runs(100, 6, 3);  // of three modes
    for (int run = 0; run < runs; run++) {
        struct stage s = stage_open(NULL);
        s.args.mode = (uint32_t)run % 3;
        s.args.n = run % 2 ? 5000 : 9999;
        const int status = stage_run(&s, "suite_end", 100, 100);
        HC_ASSERT(status == (s.args.mode == 0 ? 7 : s.args.mode == 1 ? 134 : status));
        HC_ASSERT(status == 7 || status == 134 || status == 9);
        char *text = stage_printed(&s);
        char *present = calloc(10000, 1);
        uint32_t lane;
        for (char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
            if (sscanf(line, "lane %u was here", &lane) == 1 && lane < 10000) present[lane]++;
        for (uint32_t i = 0; i < 10000; i++)
            HC_ASSERT_MSG(present[i] == 1 || (!present[i] && !stage_out(&s, i)),
                          "run %d: lane %u's line is there %d times", run, i, present[i]);
        if (s.args.mode < 2) HC_ASSERT(strstr(text, "unfinished"));
        free(present);
        free(text);
        stage_close(&s);
    }
}

// A reader that is slow must slow printing down, not thin it out.
HC_TEST(print, a_slow_pipe_loses_nothing)
{
    int ends[2];
    HC_EQ(pipe(ends), 0);
    struct stage s = stage_open(&(struct hc_server_params){.stdout_fd = ends[1]});
    const pid_t child = fork();
    if (!child) {  // counts newlines, slowly at first
        close(ends[1]);
        char bytes[512];
        ssize_t n;
        long lines = 0;
        for (int i = 0; (n = read(ends[0], bytes, sizeof bytes)) > 0; i++) {
            if (i < 100) usleep(1000);
            for (ssize_t k = 0; k < n; k++) lines += bytes[k] == '\n';
        }
        _exit(lines == 6400 ? 0 : 1);
    }
    s.args.n = 50;
    HC_EQ(stage_run(&s, "suite_lines", 2, 64), 0);
    stage_close(&s);
    close(ends[1]);
    int status = -1;
    HC_EQ(waitpid(child, &status, 0), child);
    HC_EQ(status, 0);
    close(ends[0]);
}
