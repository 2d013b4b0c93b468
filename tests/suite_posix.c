// Files, directories, descriptors and children of kernels: what the host itself sees, and how calls fail.
#include "suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite_posix.h"

extern const struct hc_image posix_image;

// A process of the same number may have left one behind when it was killed.
static void posix_directory_remove(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf /tmp/hostcall-test-%d-posix", (int)getpid());
    HC_EQ(system(command), 0);
}

// A stage with the suite's kernels; args.text becomes a new directory, which posix_close removes.
static struct stage posix_open(const struct hc_server_params *params)
{
    struct stage s = stage_open(params);
    hc_module_destroy(&s.module);
    HC_EQ(hc_module_create(s.dev, &posix_image, &s.module), 0);
    posix_directory_remove();
    snprintf(s.args.text, sizeof s.args.text, "/tmp/hostcall-test-%d-posix", (int)getpid());
    HC_EQ(mkdir(s.args.text, 0755), 0);
    return s;
}

static void posix_close(struct stage *s)
{
    stage_close(s);
    posix_directory_remove();
}

static const void *came(const struct stage *s, size_t at)
{
    return (const uint8_t *)s->out->host + at;
}

static void results(const struct stage *s, const int64_t *want, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        HC_ASSERT_MSG(stage_out(s, i) == want[i], "call %u gave %lld, not %lld", i,
                      (long long)stage_out(s, i), (long long)want[i]);
}
#define RESULTS(s, ...)                                           \
    do {                                                          \
        const int64_t want[] = {__VA_ARGS__};                     \
        results(s, want, (uint32_t)(sizeof want / sizeof *want)); \
    } while (0)

static const char *path_of(const struct stage *s, const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", s->args.text, name);
    return path;
}

static void file_make(const char *path, const char *text)
{
    const int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    HC_ASSERT(fd >= 0);
    HC_EQ(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static char *file_text(const char *path)
{
    static char text[1000];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    HC_ASSERT_MSG(fd >= 0, "%s: %s", path, strerror(errno));
    const ssize_t n = read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    close(fd);
    return text;
}

static void same_file(const struct hc_stat *told, const struct stat *is)
{
    HC_EQ(told->dev, is->st_dev);
    HC_EQ(told->ino, is->st_ino);
    HC_EQ(told->nlink, is->st_nlink);
    HC_EQ(told->size, is->st_size);
    HC_EQ(told->blksize, is->st_blksize);
    HC_EQ(told->blocks, is->st_blocks);
    HC_EQ(told->mode, is->st_mode);
    HC_EQ(told->uid, is->st_uid);
    HC_EQ(told->gid, is->st_gid);
    HC_EQ(told->mtime_s, is->st_mtim.tv_sec);
    HC_EQ(told->mtime_ns, is->st_mtim.tv_nsec);
    HC_EQ(told->ctime_ns, is->st_ctim.tv_nsec);
}

static uint32_t mode_of(const struct stage *s, const char *name)
{
    struct stat is;
    HC_ASSERT_MSG(!lstat(path_of(s, name), &is), "%s: %s", name, strerror(errno));
    return is.st_mode & 07777;
}

// Names and attributes must be the host's; the server's directory and mask must not become the host program's.
HC_TEST(posix, names_and_attributes)
{
    char before[PATH_MAX], after[PATH_MAX];
    HC_ASSERT(getcwd(before, sizeof before));
    umask(027);
    struct stage s = posix_open(NULL);
    HC_EQ(stage_run(&s, "posix_names", 1, 0), 0);
    RESULTS(&s, 0, (int64_t)strlen(s.args.text), -HC_ERANGE, 0, -HC_EEXIST, 12, 0, -HC_EEXIST, 0, 0,
            -HC_ENOENT, 4, -HC_EINVAL, 0, 0, 0, 0, 0, 0, 0, -HC_ENOENT, -HC_EINVAL, 0, 0, 0,
            -HC_EINVAL, -HC_EISDIR);
    HC_STR_EQ(came(&s, POSIX_TEXT), s.args.text);
    HC_ASSERT(!memcmp(came(&s, POSIX_TEXT + 300), "file", 4));
    const struct hc_stat *stats = came(&s, POSIX_STATS);
    struct stat is;
    HC_ASSERT(!memcmp(&stats[0], &stats[1], sizeof *stats));
    HC_EQ(stats[0].mode, HC_S_IFREG | 0640);
    HC_EQ(stats[0].size, 12);
    HC_EQ(stats[0].nlink, 2);
    HC_EQ(stats[0].atime_s, 1000000000);
    HC_EQ(stats[0].atime_ns, 5);
    HC_EQ(stats[0].mtime_s, 2000000000);
    HC_EQ(stats[0].mtime_ns, 7);
    HC_EQ(lstat(path_of(&s, "sym"), &is), 0);
    same_file(&stats[2], &is);
    HC_EQ(stats[2].mode & HC_S_IFMT, HC_S_IFLNK);
    HC_EQ(stat(path_of(&s, "sub"), &is), 0);
    same_file(&stats[3], &is);
    HC_EQ(stats[3].mode, HC_S_IFDIR | 0750);
    HC_EQ(stat(path_of(&s, "sub/moved"), &is), 0);
    HC_EQ(is.st_ino, stats[0].ino);
    HC_EQ(is.st_size, 100);
    HC_EQ(is.st_mode, S_IFREG | 0600);

    HC_EQ(stage_run(&s, "posix_refusals", 1, 0), 0);
    RESULTS(&s, -HC_ENAMETOOLONG, -HC_ENAMETOOLONG, -HC_ENAMETOOLONG, -HC_ENAMETOOLONG, -HC_ENOENT,
            -HC_ENOTDIR, -HC_EBADF, -HC_ENOTEMPTY, -HC_ENOTDIR, -HC_ENOENT, -HC_ENOTDIR, -HC_ELOOP,
            -HC_ENOTDIR, -HC_EEXIST, 027, 0, 077, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -HC_ENOENT);
    HC_EQ(mode_of(&s, "private"), 0600);
    HC_EQ(mode_of(&s, "public"), 0666);
    HC_EQ(mode_of(&s, "everyone"), 0777);
    HC_EQ(mode_of(&s, "fromchild"), 0666);
    char *printed = stage_printed(&s);
    HC_STR_EQ(printed, "0000\n");
    free(printed);
    posix_close(&s);
    HC_ASSERT(getcwd(after, sizeof after));
    HC_STR_EQ(after, before);
    HC_EQ(umask(022), 027);
}

// Each entry of a directory that takes many calls exactly once, with its number and type, at any size of piece.
HC_TEST(posix, directories_are_read_completely)
{
    enum { FILES = 2000 };
    struct stage s = posix_open(NULL);
    char name[100];
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "e%d%.*s", i, i % 9, "--------");
        file_make(path_of(&s, name), "");
    }
    HC_EQ(mkdir(path_of(&s, "directory"), 0700), 0);
    HC_EQ(symlink("e0", path_of(&s, "link")), 0);
    const uint32_t pieces[] = {280, 4000, 65536};
    for (int k = 0; k < 3; k++) {
        s.args.n = pieces[k];
        HC_EQ(stage_run(&s, "posix_entries", 1, 0), 0);
        const int64_t bytes = stage_out(&s, 0);
        RESULTS(&s, bytes, 0, 0, bytes, 0, 0, -HC_EINVAL, -HC_ENOTDIR, -HC_ENOTDIR);
        uint32_t count = 0;
        uint64_t inodes = 0, sum = 0;
        for (int64_t at = 0; at < bytes; count++) {
            const struct hc_dirent *entry = came(&s, POSIX_ENTRIES + (size_t)at);
            struct stat is;
            HC_ASSERT(entry->name_size < sizeof name);
            memcpy(name, entry->name, entry->name_size);
            name[entry->name_size] = 0;
            at += HC_DIRENT_BYTES(entry->name_size);
            HC_EQ(lstat(path_of(&s, name), &is), 0);
            if (strcmp(name, "..")) HC_EQ(entry->ino, is.st_ino);
            HC_EQ(entry->type, IFTODT(is.st_mode));
            inodes += is.st_ino;
        }
        HC_EQ(count, FILES + 4);
        DIR *dir = opendir(s.args.text);
        for (const struct dirent *d; (d = readdir(dir));) {
            struct stat is;
            HC_EQ(lstat(path_of(&s, d->d_name), &is), 0);
            sum += is.st_ino;
        }
        closedir(dir);
        HC_EQ(inodes, sum);
    }
    posix_close(&s);
}

// Two numbers for one file that forget each other's place or read-ahead; flags that reach the wrong one.
HC_TEST(posix, descriptors_share_an_open_file)
{
    struct stage s = posix_open(NULL);
    file_make(path_of(&s, "locked"), "0123456789");
    int ends[2];
    HC_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (!child) {
        struct flock lock = {.l_type = F_WRLCK, .l_start = 3, .l_len = 2};
        const int fd = open(path_of(&s, "locked"), O_RDWR);
        if (fcntl(fd, F_SETLK, &lock) || write(ends[1], "1", 1) != 1) _exit(1);
        pause();
        _exit(0);
    }
    char byte;
    HC_EQ(read(ends[0], &byte, 1), 1);
    const int locked = open(path_of(&s, "locked"), O_RDWR);
    HC_EQ(hc_server_share(s.server, locked, &s.args.fd), 0);
    const char *path = path_of(&s, "lines");
    file_make(path, "one\ntwo\nthree\nfour\nfive\n");
    strcpy(s.args.text, path);
    HC_EQ(stage_run(&s, "posix_descriptors", 1, 0), 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    RESULTS(&s, 4, 4, 1, 8, 5, 1, 5, 1, 0, 0, 1, 0, 0, 1, 2, 0, 2 | HC_O_APPEND | HC_O_NONBLOCK,
            -HC_EINVAL, -HC_EBADF, 20, -HC_EINVAL, 0, 19, -HC_EBADF, -HC_EBADF, -HC_EBADF, 1,
            -HC_ENOTTY, -HC_EBADF, 0, -HC_EINVAL, 0, 1 << 16 | 1 << 8 | 1 << 4 | 1);
    HC_STR_EQ(file_text(s.args.text), "one\ntwo\nTHREE\nfour\n");
    close(locked);
    close(ends[0]);
    close(ends[1]);
    posix_close(&s);
}

// Output that lands in the old file after a descriptor was moved, or behind that of a child started later.
HC_TEST(posix, output_follows_its_descriptor)
{
    struct stage s = posix_open(NULL);
    const char *path = path_of(&s, "out");
    strcpy(s.args.text, path);
    HC_EQ(stage_run(&s, "posix_redirect", 1, 0), 0);
    RESULTS(&s, 1, 0, 1, 0, 0, 1 << 8, 1, 0, 0);
    HC_STR_EQ(file_text(s.args.text), "in the file, by a child\nand more");
    char *printed = stage_printed(&s);
    HC_STR_EQ(printed, "begin, by another child\nend\n");
    free(printed);
    posix_close(&s);
}

// A poll that does not see another wave's bytes, what was read ahead, or the end.
HC_TEST(posix, waves_meet_at_a_pipe)
{
    struct stage s = posix_open(NULL);
    if (s.dev->caps.resident < 2) HC_SKIP("%s runs one wave after another", s.dev->caps.name);
    HC_EQ(stage_run(&s, "posix_pipe", 2, 0), 0);
    RESULTS(&s, 0, 0, 0, 2, HC_POLLOUT << 8 | HC_POLLNVAL << 20, 0, -HC_EAGAIN, 0, 1, 1, 2, 1, 1, 2,
            1, HC_POLLHUP, 0);
    posix_close(&s);
}

// Children with the wrong directory, input, descriptors or status; output out of order; a child that is waited for
// twice or never.
HC_TEST(posix, children_run_as_a_shells_do)
{
    const int input = memfd_create("input", 0);
    HC_EQ(write(input, "first line\nsecond line\n", 23), 23);
    lseek(input, 0, SEEK_SET);
    const int leak =
        open("/dev/null", O_RDONLY);  // not CLOEXEC: a child must not have it all the same
    struct stage s = posix_open(&(struct hc_server_params){.stdin_fd = input});
    HC_EQ(stage_run(&s, "posix_children", 1, 0), 0);
    RESULTS(&s, 0, 1, 0, 3 << 8, 9, 11, 0, 1, 4, 1, 0, 1, 4 << 8, -HC_ECHILD, 10, 0, 0, 1, 0, 0, 1,
            15, -HC_ECHILD, -HC_ECHILD);
    char want[200];
    snprintf(want, sizeof want, "before, child, after\nsecond line\n%s\n0 1 2 3 \n", s.args.text);
    char *printed = stage_printed(&s);
    HC_STR_EQ(printed, want);
    free(printed);
    HC_STR_EQ(file_text(path_of(&s, "written")), "to a child");
    close(leak);
    posix_close(&s);
}

// A signal to itself must end the launch with a shell's status, and never the host program.
HC_TEST(posix, a_launch_is_its_own_process)
{
    struct stage s = posix_open(NULL);
    HC_EQ(stage_run(&s, "posix_self", 1, 0), 0);
    RESULTS(&s, getpid(), getppid(), getuid(), geteuid(), getgid(), getegid(), -HC_EINVAL, 0, 40,
            65536, 0, 0, -HC_EPERM, -HC_EPERM, -HC_EPERM, -HC_EINVAL, -HC_ESRCH, 1234);
    const int64_t *times = came(&s, POSIX_STATS);
    HC_ASSERT(times[0] + times[1] > 0 && times[0] >= 0 && times[2] >= 0 && times[3] >= 0);
    const uint8_t *chance = came(&s, POSIX_TEXT);
    int zeros = 0;
    for (int i = 0; i < 40; i++) zeros += !chance[i];
    HC_ASSERT(zeros < 8);
    s.args.mode = SIGTERM;
    HC_EQ(stage_run(&s, "posix_self", 1, 0), 128 + SIGTERM);
    s.args.mode = SIGKILL;
    HC_EQ(stage_run(&s, "posix_self", 1, 0), 128 + SIGKILL);
    posix_close(&s);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// A command that outlives its launch: the launch must end without it, and nobody be left a zombie.
HC_TEST(posix, a_long_command_is_left_behind)
{
    struct stage s = posix_open(NULL);
    if (s.dev->caps.resident < 2) HC_SKIP("%s runs one wave after another", s.dev->caps.name);
    stage_warm(&s, "posix_command", 2, 0);
    char pipe[40];
    snprintf(pipe, sizeof pipe, "/tmp/hostcall-test-%d-pipe", (int)getpid());
    HC_EQ(mkfifo(pipe, 0600), 0);
    snprintf(s.args.text, sizeof s.args.text, "exec cat %s", pipe);
    const double start = seconds();
    s.args.mode = 1;
    HC_EQ(stage_run(&s, "posix_command", 2, 0), 5);
    s.args.mode = 0;
    s.deadline_ns = 300000000;
    HC_EQ(stage_try(&s, "posix_command", 1, 0, NULL), HC_ERR_DEADLINE);
    HC_ASSERT_MSG(strstr(hc_last_error(), "system has waited"), "message: %s", hc_last_error());
    posix_close(&s);
    siginfo_t info;
    // What opens the pipe reads nothing, and ends.
    while (!waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) && seconds() - start < 60) {
        close(open(pipe, O_WRONLY | O_NONBLOCK));
        usleep(10000);
    }
    unlink(pipe);
    HC_EQ(waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT), -1);
    HC_EQ(errno, ECHILD);
}

// Pollers sleep to the nanosecond; commands, whose threads they made, must sleep as others do, or never let a
// processor rest.
HC_TEST(posix, commands_have_the_timer_slack_of_the_program)
{
    struct stage s = posix_open(NULL);
    char both[64];
    const int slack = prctl(PR_GET_TIMERSLACK);
    snprintf(both, sizeof both, "%d\n%d\n", slack, slack);
    // Both at once, so that one is started by a new worker.
    strcpy(s.args.text, "sleep 0.5; cat /proc/self/timerslack_ns");
    s.args.mode = 2;
    HC_EQ(stage_run(&s, "posix_command", 2, 0), 0);
    RESULTS(&s, 0, 0);
    char *printed = stage_printed(&s);
    HC_STR_EQ(printed, both);
    free(printed);
    posix_close(&s);
}

#define WILD (1ull << 40)

// Requests that no client of ours sends: an errno each, and nothing done.
HC_TEST(posix, hostile_requests_are_refused)
{
    static const struct {
        const char *what;
        struct posix_raw raw;
        int64_t want;
    } cases[] = {
        {"unknown name", {{0, 0xdead}, HC_OP_STAT, 2, 0, 120, ""}, -HC_ENOENT},
        {"a name of 40 bits", {{0700, WILD}, HC_OP_MKDIR, 2, 0, 0, ""}, -HC_ENOENT},
        {"no name at all", {{0}, HC_OP_STAT, 1, 1, 120, "/"}, -HC_EINVAL},
        {"unknown flags", {{WILD, 0}, HC_OP_STAT, 2, 1, 120, "/"}, -HC_EINVAL},
        {"a struct into 8 bytes", {{0, 0}, HC_OP_STAT, 2, 1, 8, "/"}, 0},
        {"a mode of 40 bits", {{WILD, 0}, HC_OP_MKDIR, 2, 1, 0, "x"}, -HC_EINVAL},
        {"first path behind the blob", {{5}, HC_OP_RENAME, 1, 4, 0, "abcd"}, -HC_EINVAL},
        {"first path of 2^64 bytes", {{~0ull}, HC_OP_LINK, 1, 4, 0, "abcd"}, -HC_EINVAL},
        {"first path is all", {{4}, HC_OP_SYMLINK, 1, 4, 0, "abcd"}, -HC_ENOENT},
        {"a NUL in the first path", {{2}, HC_OP_RENAME, 1, 3, 0, "a\0b"}, -HC_EINVAL},
        {"a NUL in a command", {{0}, HC_OP_SYSTEM, 0, 6, 0, "true\0x"}, -HC_EINVAL},
        {"neither read nor write", {{2}, HC_OP_SPAWN, 1, 4, 0, "true"}, -HC_EINVAL},
        {"2^40 descriptors", {{WILD, 0}, HC_OP_POLL, 2, 16, 16, ""}, -HC_EINVAL},
        {"more descriptors than bytes", {{2, 0}, HC_OP_POLL, 2, 16, 32, ""}, -HC_EINVAL},
        {"half a descriptor", {{1, 0}, HC_OP_POLL, 2, 24, 32, ""}, -HC_EINVAL},
        {"no room for them", {{1, 0}, HC_OP_POLL, 2, 16, 8, ""}, -HC_EINVAL},
        {"2^63 bytes into 4", {{1ull << 63, 0}, HC_OP_READLINK, 2, 14, 4, "/proc/self/exe"}, 4},
        {"2^63 random bytes into 4", {{1ull << 63}, HC_OP_RANDOM, 1, 0, 4, ""}, 4},
        {"times into nothing", {{0}, HC_OP_TIMES, 0, 0, 0, ""}, 0},
        {"entries of descriptor 2^40", {{WILD, 100}, HC_OP_READDIR, 2, 0, 100, ""}, -HC_EBADF},
        {"a copy with flags", {{1, ~0ull, 1}, HC_OP_DUP, 3, 0, 0, ""}, -HC_EINVAL},
        {"a copy to 2^40", {{1, WILD, 0}, HC_OP_DUP, 3, 0, 0, ""}, -HC_EBADF},
        {"a pipe with flags", {{3}, HC_OP_PIPE, 1, 0, 0, ""}, -HC_EINVAL},
        {"a lock from nowhere", {{1, HC_F_SETLK, WILD}, HC_OP_FCNTL, 3, 0, 0, ""}, -HC_EINVAL},
        {"a command of 40 bits", {{1, WILD | 1, 0}, HC_OP_FCNTL, 3, 0, 0, ""}, -HC_EINVAL},
        {"2^40 nanoseconds", {{0, WILD, 0, 0, 0, 0}, HC_OP_UTIMENS, 6, 4, 0, "/tmp"}, -HC_EINVAL},
        {"a size of -2^63", {{1, 1ull << 63}, HC_OP_FTRUNCATE, 2, 0, 0, ""}, -HC_EINVAL},
        {"not our child", {{WILD, HC_WNOHANG}, HC_OP_WAIT, 2, 0, 0, ""}, -HC_ECHILD},
        {"unknown options", {{1, 64}, HC_OP_WAIT, 2, 0, 0, ""}, -HC_EINVAL},
        {"process 2^40", {{WILD, 9}, HC_OP_KILL, 2, 0, 0, ""}, -HC_ESRCH},
        {"signal 2^40", {{1, WILD}, HC_OP_KILL, 2, 0, 0, ""}, -HC_EINVAL},
        {"an id that is none", {{WILD}, HC_OP_GETID, 1, 0, 0, ""}, -HC_EINVAL},
        {"access for everything", {{WILD, 0}, HC_OP_ACCESS, 2, 1, 0, "/"}, -HC_EINVAL},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    struct stage s = posix_open(NULL);
    struct posix_raw *raw = s.data->host;
    for (uint32_t i = 0; i < CASES; i++) raw[i] = cases[i].raw;
    s.args.n = CASES;
    HC_EQ(stage_run(&s, "posix_raw", 1, 0), 0);
    for (uint32_t i = 0; i < CASES; i++)
        HC_ASSERT_MSG(stage_out(&s, i) == cases[i].want, "%s: %lld, not %lld", cases[i].what,
                      (long long)stage_out(&s, i), (long long)cases[i].want);
    posix_close(&s);
}
