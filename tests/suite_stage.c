// Sets up device, server and memory around a test.
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern const struct hc_image suite_image;

static void need(int err) { HC_ASSERT_MSG(!err, "%s", hc_last_error()); }

struct stage stage_open(const struct hc_server_params *params) { return stage_open_on(0, params); }

struct stage stage_open_on(int index, const struct hc_server_params *params)
{
    struct stage stage = {.deadline_ns = 60000000000u};
    const int err = hc_dev_open(hc_dev_params(.index = index), &stage.dev);
    if (err == HC_ERR_DEVICE) HC_SKIP("%s", hc_last_error());
    need(err);
    struct hc_server_params p = params ? *params : (struct hc_server_params){0};
    stage.stdout_fd = memfd_create("printed", 0);
    HC_ASSERT(stage.stdout_fd >= 0);
    if (!p.stdout_fd) p.stdout_fd = stage.stdout_fd;
    if (!p.stdin_fd) p.stdin_fd = open("/dev/null", O_RDONLY);
    stage.stdin_fd = p.stdin_fd;
    need(hc_server_create(stage.dev, &p, &stage.server));
    need(hc_module_create(stage.dev, &suite_image, &stage.module));
    need(hc_mem_create(stage.dev,
                       hc_mem_params(.kind = HC_MEM_SHARED, .size = STAGE_MEMORY, .tag = "out"),
                       &stage.out));
    need(hc_mem_create(stage.dev,
                       hc_mem_params(.kind = HC_MEM_SHARED, .size = STAGE_MEMORY, .tag = "data"),
                       &stage.data));
    stage.args.out = stage.out->addr;
    stage.args.data = stage.data->addr;
    return stage;
}

void stage_close(struct stage *stage)
{
    hc_server_destroy(&stage->server);
    hc_mem_destroy(&stage->out);
    hc_mem_destroy(&stage->data);
    hc_module_destroy(&stage->module);
    hc_dev_close(&stage->dev);
    close(stage->stdout_fd);
}

int stage_try(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size,
              int *status)
{
    return hc_run(stage->server,
                  hc_run_params(.module = stage->module, .kernel = kernel, .groups = groups,
                                .group_size = group_size, .args = &stage->args,
                                .args_size = sizeof stage->args, .deadline_ns = stage->deadline_ns),
                  status);
}

int stage_run(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size)
{
    int status = -1;
    need(stage_try(stage, kernel, groups, group_size, &status));
    return status;
}

void stage_warm(struct stage *stage, const char *kernel, uint32_t groups, uint32_t group_size)
{
    struct stage warm = *stage;
    warm.args.mode = SUITE_WARM;
    warm.deadline_ns = 60000000000u;
    stage_run(&warm, kernel, groups, group_size);
}

int64_t stage_out(const struct stage *stage, uint32_t i)
{
    return ((const int64_t *)stage->out->host)[i];
}

char *stage_printed(const struct stage *stage)
{
    const off_t size = lseek(stage->stdout_fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    HC_ASSERT(text);
    HC_EQ(pread(stage->stdout_fd, text, (size_t)size, 0), size);
    return text;
}

void stage_file(struct stage *stage, const char *name, const void *bytes, size_t size)
{
    snprintf(stage->args.text, sizeof stage->args.text, "/tmp/hostcall-test-%d-%s", (int)getpid(),
             name);
    const int fd = open(stage->args.text, O_RDWR | O_CREAT | O_TRUNC, 0600);
    HC_ASSERT_MSG(fd >= 0, "%s: %s", stage->args.text, strerror(errno));
    HC_EQ(write(fd, bytes, size), size);
    close(fd);
}

bool stage_is(const struct stage *stage, const char *backend)
{
    return !strcmp(stage->dev->backend_name, backend);
}

int stage_runs(int most, int fewer, int least)
{
#if defined(__SANITIZE_THREAD__)
    const int narrow = least, wide = least;
    (void)most, (void)fewer;
#elif defined(__SANITIZE_ADDRESS__)
    const int narrow = least, wide = fewer;
    (void)most;
#else
    const int narrow = fewer, wide = most;
    (void)least;
#endif
    const char *width = getenv("HOSTCALL_CPU_WIDTH");
    return (width && atoi(width) < 32) || getenv("LP_NUM_THREADS") ? narrow : wide;
}
