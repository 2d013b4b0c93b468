// The GLSL client on a Vulkan device: every call, and what happens when one can't be answered.
#include "hc_test.h"

#include "backends/vulkan/vk.h"
#include "hostcall/hostcall.h"
#include "hostcall/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

extern const struct hc_image suite_image;

enum { ROOM = 2 << 20 };  // bytes of each piece of memory
#define DEADLINE_NS 60000000000u

struct args {  // shaders/test.glsl
    uint64_t to, data, back, size;
    uint32_t n, mode;
    int32_t fd;
    uint32_t text;
};

static struct {
    hc_dev dev;
    hc_server server;
    hc_module module;
    hc_mem to, data, back;
    int64_t *result;       // to, as the host sees it
    uint8_t *send, *got;   // data and back likewise
    struct args args;
    int out;               // what kernels print
    int status;
    uint64_t deadline_ns;
} s;

static int twice(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user;
    reply->value = (int64_t)(2 * request->args[0]);
    return 0;
}

// Sends back what it got, each byte plus one; checks the numbers beside it.
static int echo(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    (void)user;
    for (uint64_t i = 0; i < 4; i++)
        if (request->args[i] != i + 1) return -EINVAL;
    if (request->args[4] != UINT64_MAX) return -EINVAL;
    reply->size = request->size < reply->room ? request->size : reply->room;
    for (size_t i = 0; i < reply->size; i++)
        ((uint8_t *)reply->data)[i] = (uint8_t)(((const uint8_t *)request->data)[i] + 1);
    reply->value = (int64_t)request->size;
    return 0;
}

#define OK(call)                                                                        \
    do {                                                                                \
        const int ok_err = (call);                                                      \
        HC_ASSERT_MSG(ok_err >= 0, "%s: %d: %s", #call, ok_err, hc_last_error());       \
    } while (0)

static void stage_open(const struct hc_server_params *changes)
{
    struct hc_server_params params = *changes;
    const int err = hc_dev_open(hc_dev_params(.backend = "vulkan"), &s.dev);
    if (err == HC_ERR_DEVICE) HC_SKIP("%s", hc_last_error());
    HC_ASSERT_MSG(!err, "%s", hc_last_error());
    s.out = memfd_create("out", MFD_CLOEXEC);
    params.stdout_fd = s.out;
    if (!params.stdin_fd) params.stdin_fd = open("/dev/null", O_RDONLY);
    OK(hc_server_create(s.dev, &params, &s.server));
    OK(hc_server_register(s.server, "twice", twice, NULL, HC_CALL_QUICK));
    OK(hc_server_register(s.server, "echo", echo, NULL, 0));
    OK(hc_module_create(s.dev, &suite_image, &s.module));
    OK(hc_mem_create(s.dev, hc_mem_params(.size = ROOM, .tag = "results"), &s.to));
    OK(hc_mem_create(s.dev, hc_mem_params(.size = ROOM, .tag = "data"), &s.data));
    OK(hc_mem_create(s.dev, hc_mem_params(.size = ROOM, .tag = "back"), &s.back));
    s.result = s.to->host;
    s.send = s.data->host;
    s.got = s.back->host;
    for (size_t i = 0; i < ROOM; i++) s.send[i] = (uint8_t)(i * 7 + i / 251);
    s.args = (struct args){.to = s.to->addr, .data = s.data->addr, .back = s.back->addr};
    s.deadline_ns = DEADLINE_NS;
}

static int stage_run(const char *kernel, uint32_t groups, uint32_t group_size)
{
    s.status = -1;
    return hc_run(s.server,
                  hc_run_params(.module = s.module, .kernel = kernel, .groups = groups,
                                .group_size = group_size, .args = &s.args,
                                .args_size = sizeof s.args, .deadline_ns = s.deadline_ns),
                  &s.status);
}

static void stage_close(void)
{
    hc_mem_destroy(&s.to);
    hc_mem_destroy(&s.data);
    hc_mem_destroy(&s.back);
    hc_module_destroy(&s.module);
    hc_server_destroy(&s.server);
    HC_EQ(vk_dev(s.dev)->complaints, 0);
    hc_dev_close(&s.dev);
}

// What kernels printed since the last time, as a string.
static const char *stage_printed(void)
{
    static char text[1 << 20];
    const off_t size = lseek(s.out, 0, SEEK_END);
    HC_ASSERT(size >= 0 && size < (off_t)sizeof text &&
              pread(s.out, text, (size_t)size, 0) == size);
    text[size] = 0;
    HC_ASSERT(!ftruncate(s.out, 0) && !lseek(s.out, 0, SEEK_SET));
    return text;
}

// -------------------------------------------------------------------------------------- each call

// A call whose arguments go to the wrong place answers something else.
HC_TEST(glsl, every_call_answers)
{
    char dir[] = "/tmp/hostcall-glsl-XXXXXX";
    HC_ASSERT(mkdtemp(dir) && !chdir(dir));
    setenv("HC_TEST_VALUE", "a long value", 1);
    unsetenv("HC_TEST_NO_VALUE");
    stage_open(hc_server_params(.user_addr = 0x123456789abc));
    const char *path = "/dev/null";
    OK(hc_server_texts(s.server, &(struct hc_text){hc_id(path), path}, 1));
    s.args.text = hc_id(path);
    memset(s.got, '#', 256);
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    const int64_t real = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec, mono = (int64_t)hc_now();
    static const char *const kernels[] = {"test_files", "test_paths", "test_clock"};
    for (int i = 0; i < 3; i++) {
        OK(stage_run(kernels[i], 1, 0));
        HC_EQ(s.status, 0);
    }

    const struct {
        int at;
        int64_t value;
    } fixed[] = {{0, 0},
                 {2, -EEXIST},
                 {3, 10},
                 {4, 7},
                 {5, 3},
                 {6, 0},
                 {7, -EBADF},
                 {8, 4},
                 {9, 6},
                 {10, 0},
                 {11, 0},
                 {12, -ENOENT},
                 {13, 12},
                 {14, -ENOENT},
                 {16, -ENOSYS},
                 {19, 0},
                 {21, -EBADF},
                 {22, -EINVAL},
                 {23, 0x123456789abc},
                 {24, 5},
                 {25, 0}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        HC_ASSERT_MSG(s.result[fixed[i].at] == fixed[i].value,
                      "result %d is %" PRId64 ", not %" PRId64, fixed[i].at, s.result[fixed[i].at],
                      fixed[i].value);
    HC_ASSERT(s.result[1] >= 3 && s.result[15] >= 3);
    HC_ASSERT(!memcmp(s.got, s.send + 7, 3));
    const uint8_t gap[6] = {0, 0, s.send[1], s.send[2], s.send[3], s.send[4]};
    HC_ASSERT(!memcmp(s.got + 16, gap, 6));
    HC_STR_EQ((const char *)s.got + 128, "a long ");
    HC_EQ(s.got[136], 0);
    clock_gettime(CLOCK_REALTIME, &t);
    HC_ASSERT(s.result[17] >= real && s.result[17] <= (int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
    HC_ASSERT(s.result[18] > mono - 1000000 && s.result[20] - s.result[18] >= 3000000);
    HC_ASSERT(s.result[20] < (int64_t)hc_now() + 1000000);
    HC_STR_EQ(stage_printed(), "done\nhalf a line");
    stage_close();
    HC_ASSERT(!rmdir(dir));
}

// End of input that looks like an error, or like more input, sends kernels round for ever.
HC_TEST(glsl, input_ends)
{
    stage_open(hc_server_params(0));
    s.args.n = 2;
    OK(stage_run("test_input", 1, 0));
    for (int i = 0; i < 3; i++) HC_EQ(s.result[i], 0);
    stage_close();
}

HC_TEST(glsl, input_comes_by_lines)
{
    int ends[2];
    const char text[] = "first\n0123456789abcdef\n\nlast";
    HC_ASSERT(!pipe(ends) && write(ends[1], text, sizeof text - 1) == sizeof text - 1 &&
              !close(ends[1]));
    stage_open(hc_server_params(.stdin_fd = ends[0]));
    s.args.n = 6;
    OK(stage_run("test_input", 1, 0));
    const char *lines[] = {"first\n", "0123456789abcde", "f\n", "\n", "last", ""};
    for (int i = 0; i < 6; i++) {
        HC_EQ(s.result[i], (int64_t)strlen(lines[i]));
        if (i) HC_STR_EQ((const char *)s.got + 32 * i, lines[i]);
    }
    HC_EQ(s.result[6], 0);
    stage_close();
}

// A request that starts or ends off a word, or just where an extent takes over, loses its edge
// bytes.
HC_TEST(glsl, data_goes_and_comes_whole)
{
    stage_open(hc_server_params(.slots = 2, .extents = 1));
    const uint32_t sizes[] = {0,    1,    2,    3,    4,    5,    7,    8,     31,   250,
                              1984, 1985, 1988, 2036, 2037, 2040, 5000, 65535, 65536};
    for (uint32_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (uint32_t mode = 0; mode < 2; mode++)
            for (uint32_t shift = 0; shift < 4; shift++) {
                if (mode && (shift || sizes[i] > 250)) continue;
                const uint32_t lanes = sizes[i] > 5000 ? 2 : 8, apart = 65552 + shift;
                memset(s.got, 0xee, ROOM);
                s.args.data = s.data->addr + shift;
                s.args.back = s.back->addr + (shift * 3 & 3);
                s.args.size = sizes[i];
                s.args.n = apart;
                s.args.mode = mode;
                OK(stage_run("test_echo", 1, lanes));
                for (uint32_t lane = 0; lane < lanes; lane++) {
                    HC_EQ(s.result[2 * lane], sizes[i]);
                    HC_EQ(s.result[2 * lane + 1], sizes[i]);
                    const uint8_t *sent = s.send + shift + lane * apart,
                                  *got = s.got + (shift * 3 & 3) + lane * apart;
                    for (uint32_t b = 0; b < sizes[i]; b++)
                        HC_ASSERT_MSG(got[b] == (uint8_t)(sent[b] + 1),
                                      "mode %u, size %u, shift %u, lane %u: byte %u is wrong", mode,
                                      sizes[i], shift, lane, b);
                    HC_EQ(got[sizes[i]], 0xee);
                }
            }
    s.args.size = 65537;
    OK(stage_run("test_echo", 1, 1));
    HC_EQ(s.result[0], -EMSGSIZE);
    stage_close();
}

// Pieces of a long transfer that overlap or leave gaps.
HC_TEST(glsl, a_mebibyte_goes_and_comes)
{
    stage_open(hc_server_params(0));
    const int file = memfd_create("file", MFD_CLOEXEC);
    OK(hc_server_share(s.server, file, &s.args.fd));
    for (uint32_t shift = 0; shift < 2; shift++) {
        const size_t size = (1 << 20) + shift;
        HC_ASSERT(!ftruncate(file, 0));
        lseek(file, 0, SEEK_SET);
        memset(s.got, 0, ROOM);
        s.args.size = size;
        s.args.data = s.data->addr + shift;
        OK(stage_run("test_transfer", 1, 0));
        HC_EQ(s.result[0], size);
        HC_EQ(s.result[1], size);
        HC_ASSERT(!memcmp(s.got, s.send + shift, size));
        HC_EQ(s.got[size], 0);
    }
    stage_close();
}

// ------------------------------------------------------------------------------------------ output

static void lines_check(uint32_t lanes, uint32_t each)
{
    static uint32_t next[4096];
    memset(next, 0, sizeof next);
    char *text = strdup(stage_printed());
    uint32_t lines = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        char expected[64];
        unsigned lane = 0;
        HC_ASSERT_MSG(sscanf(line, "lane %u ", &lane) == 1 && lane < lanes, "torn: %s", line);
        snprintf(expected, sizeof expected, "lane %u line %u of so many", lane, next[lane]++);
        HC_STR_EQ(line, expected);
    }
    HC_EQ(lines, lanes * each);
    free(text);
}

// Lines that lanes put together out of several calls get mixed, or lost.
HC_TEST(glsl, lines_stay_whole)
{
    stage_open(hc_server_params(0));
    const uint32_t sizes[][2] = {{1, 32}, {1, 1}, {3, 5}, {2, 29}, {1, 256}, {40, 8}};
    s.args.n = 3;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        OK(stage_run("test_lines", sizes[i][0], sizes[i][1]));
        lines_check(sizes[i][0] * sizes[i][1], 3);
    }
    stage_close();
}

// An argument that is sent with the wrong type or width prints something else.
HC_TEST(glsl, arguments_arrive_with_their_types)
{
    static const float floats[] = {
        0,       1,     -1,           0.1f,     1e-45f,   -1e-40f, 1.17549435e-38f,
        3.4e38f, 65504, -123456.789f, INFINITY, -INFINITY};
    enum { FLOATS = sizeof floats / sizeof *floats };
    static char expected[16384];
    stage_open(hc_server_params(0));
    s.args.n = FLOATS;
    s.args.size = 5000;
    for (int i = 0; i < FLOATS; i++) {
        uint32_t bits;
        memcpy(&bits, &floats[i], 4);
        s.result[16 + i] = bits;
    }
    memset(s.send, 'x', 5000);
    memcpy(s.send, "abcdef", 6);
    OK(stage_run("test_print", 1, 0));
    int at = sprintf(expected, "no arguments\n");
    at += sprintf(expected + at, "%d %u %ld %lu %.3f %g text bcdef\n", -7, 4000000000u, -5000000000,
                  18000000000000000000u, 0.5, FLOATS + 0.125);
    HC_EQ(s.result[0], 13);
    HC_EQ(s.result[1], at - 13);
    at += sprintf(expected + at, "0x1234 (null)|   42|ab   |!%%\n");
    at += sprintf(expected + at, "%.5000s\n", (const char *)s.send);
    HC_EQ(s.result[3], 5001);
    HC_EQ(s.result[4], -EINVAL);
    HC_EQ(s.result[5], -EMSGSIZE);
    for (int i = 0; i < FLOATS; i++)
        at += sprintf(expected + at, "%.9g %a\n", (double)floats[i], (double)0.1f);
    HC_STR_EQ(stage_printed(), expected);
    stage_close();
}

// ----------------------------------------------------------------------------------- slots, waiting

static void many_run(uint32_t groups, uint32_t group_size, uint32_t calls)
{
    s.result[0] = s.result[1] = 0;
    s.args.n = calls;
    OK(stage_run("test_many", groups, group_size));
    HC_EQ(s.result[0], groups * group_size);
    HC_EQ(s.result[1], groups * group_size * calls);
}

// With fewer slots than lanes, a lane that waits for a slot keeps the slot's owner from going on.
HC_TEST(glsl, more_groups_than_slots)
{
    stage_open(hc_server_params(.slots = 4));
    many_run(2000, 1, 1);
    many_run(200, 8, 2);
    many_run(7, 29, 2);
    many_run(2, 64, 2);
    stage_close();
}

HC_TEST(glsl, one_slot_serves_all)
{
    stage_open(hc_server_params(.slots = 1));
    many_run(50, 8, 3);
    stage_close();
}

// A word of an old message that is taken for one of the new, where sequence numbers sweep or start
// again.
HC_TEST(glsl, sequence_numbers_wrap)
{
    const uint32_t first[] = {HC_SEQ_SWEEP - 5, HC_SEQ_MAX - 5, HC_SEQ_MAX};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        stage_open(hc_server_params(.slots = 1, .first_seq = first[i]));
        for (uint32_t size = 1900; size > 500; size -= 433) {
            s.args.size = size;
            s.args.n = 2000;
            OK(stage_run("test_echo", 1, 3));
            for (uint32_t lane = 0; lane < 3; lane++) {
                HC_EQ(s.result[2 * lane + 1], size);
                for (uint32_t b = 0; b < size; b++)
                    HC_ASSERT_MSG(s.got[lane * 2000 + b] == (uint8_t)(s.send[lane * 2000 + b] + 1),
                                  "first sequence number %#x, %u bytes, lane %u: byte %u is wrong",
                                  first[i], size, lane, b);
            }
        }
        many_run(4, 8, 2);
        stage_close();
    }
}

// A try-call that waits after all, or one that never gets through.
HC_TEST(glsl, tries_do_not_wait)
{
    stage_open(hc_server_params(.slots = 1));
    OK(stage_run("test_try", 1, 0));
    const int64_t expected[] = {-EAGAIN, -EAGAIN, -EAGAIN, -EAGAIN, 1, 6, 2, 42};
    for (int i = 0; i < 8; i++) HC_EQ(s.result[i], expected[i]);
    char printed[16];
    snprintf(printed, sizeof printed, "%ctried\n4\n", s.send[0]);
    HC_STR_EQ(stage_printed(), printed);
    stage_close();
}

// ---------------------------------------------------------------------------------------- the end

// Lanes that go on after the end, or a status that gets lost.
HC_TEST(glsl, a_lane_ends_the_launch)
{
    stage_open(hc_server_params(0));
    for (uint32_t mode = 0; mode < 2; mode++) {
        s.args.mode = mode;
        s.args.n = 7;
        OK(stage_run("test_end", 1, 16));
        HC_EQ(s.status, mode ? 134 : 7);
        for (int i = 0; i < 16; i++) HC_EQ(s.result[i], -ESHUTDOWN);
        HC_STR_EQ(stage_printed(), "before\n");
        many_run(1, 8, 1);  // and the next launch is none the worse
    }
    stage_close();
}

// A kernel that waits for ever must not take the device with it.
HC_TEST(glsl, deadlines_end_every_wait)
{
    int ends[2];
    HC_ASSERT(!pipe(ends));
    stage_open(hc_server_params(.stdin_fd = ends[0], .slots = 8));
    for (uint32_t mode = 0; mode < 4; mode++) {
        s.deadline_ns = 300000000;
        s.args.mode = mode;
        s.result[0] = 0;
        HC_EQ(stage_run("test_wait", 2, 0), HC_ERR_DEADLINE);
        HC_ASSERT(s.result[0] == -ESHUTDOWN ||
                  s.result[0] == -EINTR);  // the host's read was interrupted
        s.deadline_ns = DEADLINE_NS;
        many_run(1, 8, 1);
    }
    stage_close();
}

// A lane whose call was not answered gave back the extent, which the server had yet to read for that call.
HC_TEST(glsl, an_extent_stays_with_its_unanswered_call)
{
    int ends[2];
    HC_ASSERT(!pipe(ends));
    stage_open(hc_server_params(.stdin_fd = ends[0], .extents = 1));
    s.deadline_ns = 300000000;
    s.args.mode = 5;
    HC_EQ(stage_run("test_wait", 1, 0), HC_ERR_DEADLINE);
    HC_EQ(s.result[0], -ESHUTDOWN);
    HC_EQ(s.result[1], -1);
    stage_close();
    close(ends[0]);
    close(ends[1]);
}

static void *shutdown_soon(void *unused)
{
    (void)unused;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    hc_server_shutdown(s.server);
    return NULL;
}

// Waits and calls that a stopping server forgets.
HC_TEST(glsl, shutdown_answers_every_wait)
{
    for (uint32_t mode = 0; mode < 4; mode++) {
        int ends[2];
        pthread_t thread;
        HC_ASSERT(!pipe(ends));
        stage_open(hc_server_params(.stdin_fd = ends[0], .slots = 8));
        s.args.mode = mode;
        HC_ASSERT(!pthread_create(&thread, NULL, shutdown_soon, NULL));
        OK(stage_run("test_wait", 2, 0));
        pthread_join(thread, NULL);
        HC_EQ(s.result[0], -ESHUTDOWN);
        HC_EQ(s.result[1], -ESHUTDOWN);
        stage_close();
        close(ends[0]);
        close(ends[1]);
    }
}

// Freeing what such a kernel may still use crashes it, waiting for it hangs the program.
HC_TEST(glsl, a_kernel_that_never_calls_is_given_up)
{
    stage_open(hc_server_params(0));
    s.deadline_ns = 100000000;
    s.args.mode = 4;
    // In device memory: NVIDIA's driver shows a running kernel nothing else that the host writes.
    hc_mem word = NULL;
    OK(hc_mem_create(s.dev, hc_mem_params(.kind = HC_MEM_MAPPED, .size = 4096, .tag = "word"),
                     &word));
    volatile int64_t *end = word->host;
    s.args.data = word->addr;
    HC_EQ(stage_run("test_wait", 2, 0), HC_ERR_LOST);
    volatile int64_t *result = s.result;
    hc_mem to = s.to;
    hc_mem_destroy(&word);
    hc_mem_destroy(&to);
    hc_mem_destroy(&s.data);
    hc_mem_destroy(&s.back);
    hc_module_destroy(&s.module);
    hc_server_destroy(&s.server);
    HC_EQ(result[0], 0);
    *end = 77;  // the memory is still there
    hc_mem_publish();
    const uint64_t start = hc_now();
    while (result[1] != 77 && hc_now() - start < DEADLINE_NS) usleep(1000);
    HC_EQ(result[1], 77);
    hc_dev_close(&s.dev);
}

// A kernel that no server was bound to follows a null pointer.
HC_TEST(glsl, without_a_server_calls_fail)
{
    stage_open(hc_server_params(0));
    hc_stream stream = NULL;
    hc_kernel kernel;
    OK(hc_stream_create(s.dev, &stream));
    OK(hc_module_kernel(s.module, "test_transfer", &kernel));
    s.args.size = 5;
    OK(hc_launch(stream,
                 hc_launch_params(.kernel = kernel, .args = &s.args, .args_size = sizeof s.args)));
    HC_EQ(hc_stream_poll(stream, DEADLINE_NS), 0);
    HC_EQ(s.result[0], -ESHUTDOWN);
    hc_stream_destroy(&stream);
    stage_close();
}

// --------------------------------------------------------------------------------------- hostility

enum { WORDS = 40, REQUESTS = 64 };
static uint32_t requests;

static uint32_t *garbage_add(uint32_t lanes, uint32_t stride, uint32_t room, uint32_t op,
                             uint32_t blob)
{
    uint32_t *words = (uint32_t *)(void *)s.send + WORDS * requests++;
    memset(words, 0, 4 * WORDS);
    words[0] = lanes | stride << 8 | room << 20;
    for (uint32_t i = 0; i < lanes && 2 + (i + 1) * stride <= WORDS && stride > 1; i++) {
        words[2 + i * stride] = op;
        words[3 + i * stride] = blob;
    }
    return words;
}

// Each field of a request, one at a time, set to what no client would send.  A server that trusts
// it reads or writes past the end of something; whatever it answers, it must live.
HC_TEST(glsl, garbage_is_refused)
{
    stage_open(hc_server_params(.slots = 2, .extents = 2));
    requests = 0;
    const uint32_t one = 1 << 12, write = HC_OP_WRITE | one, out = 1 << 16, in = 1 << 17;
    // The shape: all of these are refused.
    garbage_add(0, 4, 2, 0, 0);
    garbage_add(255, 4, 2, 0, 0);
    garbage_add(65, 2, 2, 0, 0);
    garbage_add(1, 0, 2, 0, 0);
    garbage_add(1, 1, 2, 0, 0);
    garbage_add(1, 5, 2, 0, 0);
    garbage_add(1, 4095, 2, 0, 0);
    garbage_add(1, 4094, 2, 0, 0);
    garbage_add(64, 510, 2, 0, 0);
    garbage_add(1, 4, 0, 0, 0);
    garbage_add(1, 4, 1, 0, 0);
    garbage_add(1, 4, 3, 0, 0);
    garbage_add(2, 4, 4094, 0, 0);
    const uint32_t shapes = requests;
    // The call: answered with an errno.
    garbage_add(1, 4, 2, HC_OP_COUNT, 0);
    garbage_add(1, 4, 2, 0xfff, 0);
    garbage_add(1, 2, 2, write, 0);              // arguments past the call
    garbage_add(1, 4, 2, 15u << 12, 0);
    garbage_add(1, 30, 2, 15u << 12, 0);
    garbage_add(1, 4, 2, write, 1);              // blobs past the call
    garbage_add(1, 4, 2, write, 0xffffffff);
    garbage_add(1, 4, 2, write, 0x7fffffff);
    garbage_add(1, 4, 2, write | out, 65537);    // past the extent
    garbage_add(1, 4, 2, write | out, 0xffffffff);
    garbage_add(1, 4, 2, write | out | 2u << 18, 4);  // no such extent
    garbage_add(1, 4, 2, write | out | 255u << 18, 4);
    garbage_add(1, 8, 2, HC_OP_READ | 2u << 12 | in | 255u << 18, 0);
    garbage_add(1, 2, 2, HC_OP_WRITE, 0);        // arguments missing
    garbage_add(1, 2, 2, HC_OP_CALL, 0);
    garbage_add(1, 4, 2, HC_OP_CALL | one, 0);   // no such call
    garbage_add(1, 4, 2, HC_OP_CLOSE | one, 0)[4] = 0xffffffff;
    garbage_add(1, 4, 2, HC_OP_CLOSE | one, 0)[4] = 0x7fffffff;
    garbage_add(1, 4, 2, HC_OP_CLOCK | one, 0)[4] = 77;
    garbage_add(1, 8, 2, HC_OP_LSEEK | 3u << 12, 0)[8] = 9;
    garbage_add(1, 10, 2, HC_OP_PRINT | 2u << 12, 16)[8] = 0xffffffff;  // blobs that are no format
    garbage_add(1, 10, 2, HC_OP_PRINT | 2u << 12, 16)[8] = 0x00ff0701;
    garbage_add(1, 10, 2, HC_OP_PRINT | 2u << 12, 0)[4] = 1;
    garbage_add(1, 10, 2, HC_OP_PRINT | 2u << 12, 6)[6] = 0x1234;       // no such text
    garbage_add(1, 10, 2, HC_OP_PUTS | 2u << 12, 0)[6] = 0x1234;
    garbage_add(1, 10, 2, HC_OP_OPEN | 3u << 12, 4)[4] = 0xffffffff;
    garbage_add(1, 12, 2, HC_OP_OPEN | 3u << 12, 8)[4] = 0;             // a path of NULs
    garbage_add(1, 8, 2, HC_OP_PREAD | 3u << 12, 0)[9] = 0x80000000;
    // These mean something, so any answer will do: no room for the data, room for too much, many
    // lanes.
    const uint32_t errors = requests;
    garbage_add(1, 8, 2, HC_OP_READ | 2u << 12, 0)[6] = 0xffffffff;
    garbage_add(1, 6, 2, HC_OP_GETENV | 2u << 12, 0)[6] = 0xffffffff;
    garbage_add(1, 4, 510, HC_OP_NULL, 0xfffffff0 & 7);
    garbage_add(8, 4, 64, HC_OP_NULL | 63u << 26, 0);
    HC_ASSERT(requests <= REQUESTS);

    for (uint32_t i = 0; i <= requests; i++) s.result[i] = 12345;
    s.args.size = 4 * WORDS;
    s.args.n = requests;
    OK(stage_run("test_garbage", 1, 0));
    for (uint32_t i = 0; i < shapes; i++)
        HC_ASSERT_MSG(s.result[i] == -EPROTO, "shape %u: %" PRId64, i, s.result[i]);
    for (uint32_t i = shapes; i < errors; i++)
        HC_ASSERT_MSG(s.result[i] < 0 && s.result[i] > -200, "call %u: %" PRId64, i - shapes,
                      s.result[i]);
    HC_EQ(s.result[requests], 42);
    HC_ASSERT(hc_server_stats(s.server).refused >= shapes);
    many_run(2, 8, 2);
    stage_close();
}
