// Several devices in one process, each with its own server: all that there are, or one opened twice.
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEVICES_MAX = 16, ROUNDS = 4, GROUPS = 8, SIZE = 64, LINES = 20 };

struct side {
    struct stage stage;
    uint32_t index;
    pthread_t thread;
    pthread_barrier_t *start;
};

static uint32_t sides_open(struct side *sides)
{
    uint32_t count = 0;
    sides[count++].stage = stage_open(NULL);
    for (; count < DEVICES_MAX; count++) {
        hc_dev dev = NULL;
        const int err = hc_dev_open(hc_dev_params(.index = (int)count), &dev);
        HC_ASSERT_MSG(!err || err == HC_ERR_DEVICE, "device %u: %s", count, hc_last_error());
        hc_dev_close(&dev);
        if (err) break;
        sides[count].stage = stage_open_on((int)count, NULL);
    }
    if (count == 1) sides[count++].stage = stage_open(NULL);
    for (uint32_t i = 0; i < count; i++) sides[i].index = i;
    return count;
}

static void sides_close(struct side *sides, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) stage_close(&sides[i].stage);
}

static void *side_run(void *arg)
{
    struct side *side = arg;
    struct stage *s = &side->stage;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        pthread_barrier_wait(side->start);
        // Each has numbers of its own, which tell whose lines and results they are.
        s->args.n = LINES + side->index;
        HC_EQ(stage_run(s, "suite_nop", GROUPS, SIZE), 0);
        for (uint32_t i = 0; i < GROUPS * SIZE; i++) HC_EQ(stage_out(s, i), LINES + side->index);
        HC_EQ(stage_run(s, "suite_lines", GROUPS, SIZE), 0);
    }
    return NULL;
}

// What one device's kernel prints or gets must not come out at another's server.
HC_TEST(devices, run_side_by_side)
{
    static struct side sides[DEVICES_MAX];
    const uint32_t count = sides_open(sides);
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, count);
    for (uint32_t i = 0; i < count; i++) {
        sides[i].start = &start;
        HC_EQ(pthread_create(&sides[i].thread, NULL, side_run, &sides[i]), 0);
    }
    for (uint32_t i = 0; i < count; i++) pthread_join(sides[i].thread, NULL);
    pthread_barrier_destroy(&start);
    for (uint32_t i = 0; i < count; i++) {
        char *printed = stage_printed(&sides[i].stage), *rest = printed, own[32];
        snprintf(own, sizeof own, " of %u ends here", LINES + i);
        uint32_t lines = 0;
        for (char *line; (line = strsep(&rest, "\n")) && *line; lines++)
            HC_ASSERT_MSG(strstr(line, own), "device %u printed '%s', not%s", i, line, own);
        HC_EQ(lines, ROUNDS * GROUPS * SIZE * (LINES + i));
        free(printed);
        const struct hc_stats stats = hc_server_stats(sides[i].stage.server);
        HC_EQ(stats.refused, 0);
        HC_ASSERT(stats.calls >= ROUNDS * GROUPS * SIZE * (LINES + i));
    }
    sides_close(sides, count);
}

// A descriptor belongs to the server whose kernel opened it: its number means nothing to another.
HC_TEST(devices, descriptors_are_a_servers_own)
{
    static struct side sides[DEVICES_MAX];
    const uint32_t count = sides_open(sides);
    struct stage *a = &sides[0].stage;
    stage_file(a, "own", "before", 6);
    HC_EQ(stage_run(a, "suite_open", 1, 0), 0);
    const int fd = (int)stage_out(a, 0);
    HC_ASSERT_MSG(fd >= 0, "open: %d", fd);
    for (uint32_t i = count; i-- > 0;) {
        struct stage *s = &sides[i].stage;
        memcpy(s->data->host, "after", 5);
        s->args.fd = fd;
        s->args.size = 5;
        HC_EQ(stage_run(s, "suite_write", 1, 0), 0);
        HC_EQ(stage_out(s, 0), i ? -HC_EBADF : 5);
    }
    unlink(a->args.text);
    sides_close(sides, count);
}
