// The vulkan backend's files of compiled pipelines: read, replaced if damaged, bounded, never in the way.
#include "vulkan_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 2  // the clock's pipeline, and the probe's

static char base[] = "/tmp/hc_cache_XXXXXX", folder[64];

static void folder_choose(const char *variable, const char *below)
{
    HC_ASSERT(mkdtemp(base));
    snprintf(folder, sizeof folder, "%s/%s", base, below);
    setenv(variable, base, 1);
    setenv("HOSTCALL_VULKAN_CACHE", "1", 1);
}

static int is_entry(const struct dirent *e) { return !strncmp(e->d_name, "vk-", 3); }

// Calls it with the path of each file; how many there are.
static int each_file(void (*what)(const char *path))
{
    struct dirent **all = NULL;
    const int n = scandir(folder, &all, is_entry, alphasort);
    for (int i = 0; i < n; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, all[i]->d_name);
        if (what) what(path);
        free(all[i]);
    }
    free(all);
    return n < 0 ? 0 : n;
}

static void file_remove(const char *path) { remove(path); }

static void folder_remove(void)
{
    each_file(file_remove);
    rmdir(folder);
    *strrchr(folder, '/') = 0;
    rmdir(folder);
    rmdir(base);
}

static void probe_run(void)
{
    struct told t;
    struct vk_dev *d = dev_open();
    hc_module module = module_open(d, &vulkan_probe_image);
    run(d, module, "probe", 1, 2, &t);
    HC_EQ(t.size_x, 2);
    hc_module_destroy(&module);
    dev_close(d);
}

struct seen {
    int reads, writes;
};

static struct seen probe_watch(void)
{
    struct seen seen = {0, 0};
    _Alignas(struct inotify_event) char events[16384];
    const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0 || inotify_add_watch(fd, folder, IN_ACCESS | IN_MOVED_TO) < 0)
        HC_SKIP("no inotify here");
    probe_run();
    const ssize_t n = read(fd, events, sizeof events);
    for (ssize_t at = 0; at < n;) {
        const struct inotify_event *e = (const struct inotify_event *)(events + at);
        const bool entry = e->len && !strncmp(e->name, "vk-", 3);
        seen.reads += entry && e->mask & IN_ACCESS;
        seen.writes += entry && e->mask & IN_MOVED_TO;
        at += (ssize_t)(sizeof *e + e->len);
    }
    close(fd);
    return seen;
}

// A cache nobody reads costs time and saves none.
HC_TEST(vulkan_cache, the_second_start_reads_what_the_first_wrote)
{
    folder_choose("XDG_CACHE_HOME", "hostcall");
    probe_run();
    HC_EQ(each_file(NULL), FILES);
    const struct seen seen = probe_watch();
    HC_ASSERT_MSG(seen.reads >= FILES, "%d reads", seen.reads);
    HC_EQ(seen.writes, 0);
    HC_EQ(each_file(NULL), FILES);
    folder_remove();
}

HC_TEST(vulkan_cache, home_is_good_enough)
{
    folder_choose("HOME", ".cache/hostcall");
    setenv("XDG_CACHE_HOME", "relative/paths/do/not/count", 1);
    probe_run();
    HC_EQ(each_file(NULL), FILES);
    folder_remove();
}

static long damage_at;
static char damage_with;

static void byte_flip(const char *path)
{
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    char byte = 0;
    struct stat s;
    HC_EQ(fstat(fd, &s), 0);
    const off_t at = damage_at < 0 ? s.st_size + damage_at : damage_at;
    HC_EQ(pread(fd, &byte, 1, at), 1);
    byte ^= 0x40;
    HC_EQ(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void file_resize(const char *path)
{
    struct stat s;
    HC_EQ(stat(path, &s), 0);
    HC_EQ(truncate(path, damage_at <= 0 ? damage_at + s.st_size : damage_at), 0);
}

static void file_replace(const char *path)
{
    char target[512];
    snprintf(target, sizeof target, "%s.saved", path);
    HC_EQ(rename(path, target), 0);
    if (damage_with == 'p') HC_EQ(mkfifo(path, 0600), 0);
    if (damage_with == 'l') HC_EQ(symlink(target, path), 0);
}

// A damaged file must not reach the driver, which believes what it reads; nor stay.
HC_TEST(vulkan_cache, damaged_files_are_replaced)
{
    static const struct {
        void (*how)(const char *path);
        long at;
        char with;
    } cases[] = {
        {byte_flip, 0, 0},      {byte_flip, 4, 0},      {byte_flip, 8, 0},
        {byte_flip, 16, 0},     {byte_flip, 24, 0},     {byte_flip, 32, 0},
        {byte_flip, -1, 0},     {file_resize, 1, 0},    {file_resize, 31, 0},
        {file_resize, -1, 0},   {file_resize, 4096, 0}, {file_replace, 0, 'p'},
        {file_replace, 0, 'l'},
    };
    folder_choose("XDG_CACHE_HOME", "hostcall");
    probe_run();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        damage_at = cases[i].at;
        damage_with = cases[i].with;
        HC_EQ(each_file(cases[i].how), FILES);
        const struct seen first = probe_watch(), second = probe_watch();
        HC_ASSERT_MSG(first.writes == FILES, "case %zu: %d written", i, first.writes);
        HC_ASSERT_MSG(second.writes == 0, "case %zu: %d written again", i, second.writes);
        if (cases[i].with) {
            each_file(file_remove);
            probe_run();
        }
    }
    folder_remove();
}

HC_TEST(vulkan_cache, nothing_where_nothing_can_be_written)
{
    folder_choose("HOME", ".cache/hostcall");
    static const char *const nowhere[] = {"/proc/none", "/dev/null", ""};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
        setenv("XDG_CACHE_HOME", nowhere[i], 1);
        setenv("HOME", nowhere[i], 1);
        probe_run();
    }
    unsetenv("HOME");
    unsetenv("XDG_CACHE_HOME");
    probe_run();
    setenv("HOME", base, 1);
    setenv("HOSTCALL_VULKAN_CACHE", "0", 1);
    probe_run();
    HC_EQ(each_file(NULL), 0);
    folder_remove();
}

static void old_file(int number, off_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/vk-%016x", folder, (unsigned)number);
    const int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    HC_ASSERT(fd >= 0);
    HC_EQ(ftruncate(fd, size), 0);
    HC_EQ(futimens(fd, (struct timespec[2]){{.tv_sec = 1000 + number}, {.tv_sec = 1000 + number}}),
          0);
    close(fd);
}

static off_t bytes;
static void bytes_add(const char *path)
{
    struct stat s;
    HC_EQ(stat(path, &s), 0);
    bytes += s.st_size;
}

// The oldest go; what was just written and other programs' files stay.
HC_TEST(vulkan_cache, the_folder_is_bounded)
{
    char other[128], newest[128];
    folder_choose("XDG_CACHE_HOME", "hostcall");
    probe_run();
    each_file(file_remove);
    snprintf(other, sizeof other, "%s/notes", folder);
    HC_EQ(mkdir(other, 0700), 0);

    for (int i = 0; i < 300; i++) old_file(i, 0);
    probe_run();
    HC_EQ(each_file(NULL), 256);
    snprintf(newest, sizeof newest, "%s/vk-%016x", folder, 299);
    HC_EQ(access(newest, F_OK), 0);

    each_file(file_remove);
    for (int i = 0; i < 3; i++) old_file(i, 30 << 20);
    probe_run();
    each_file(bytes_add);
    HC_ASSERT_MSG(bytes <= 64 << 20, "%jd bytes", (intmax_t)bytes);
    HC_EQ(each_file(NULL), 2 + FILES);
    HC_EQ(probe_watch().writes, 0);
    HC_EQ(rmdir(other), 0);
    folder_remove();
}

HC_TEST(vulkan_cache, verbose_says_what_was_made)
{
    char text[4096] = "";
    const int saved = dup(STDERR_FILENO);
    int ends[2];
    HC_EQ(pipe(ends), 0);
    setenv("HOSTCALL_VULKAN_VERBOSE", "1", 1);
    HC_ASSERT(dup2(ends[1], STDERR_FILENO) >= 0);
    probe_run();
    HC_ASSERT(dup2(saved, STDERR_FILENO) >= 0);
    HC_ASSERT(read(ends[0], text, sizeof text - 1) > 0);
    const char *line = strstr(text, "vulkan: kernel 'probe', group size 2: ");
    HC_ASSERT_MSG(line, "it said: %s", text);
    double ms = -1;
    char how[32] = "";
    HC_EQ(sscanf(strrchr(line, ':'), ": %lf ms (%31[^)])", &ms, how), 2);
    HC_ASSERT(ms > 0 && ms < 60000);
    HC_STR_EQ(how, "compiled");
}
