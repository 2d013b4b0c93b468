// Kernels of the POSIX suite: each makes its calls in a row and reports to args.out; suite_posix.c judges.
#define SUITE_DEVICE
#include <hostcall/device.h>
#include <hostcall/posix.h>

#include "suite.h"
#include "suite_posix.h"

struct log {
    int64_t *out;
    uint32_t n;
};
HC_FN struct log log_begin(struct suite_args args)
{
    struct log l;
    l.out = (int64_t *)args.out;
    l.n = 0;
    return l;
}
HC_FN void say(struct log *l, int64_t result) { l->out[l->n++] = result; }
HC_FN void *place(struct suite_args args, uint64_t at) { return (void *)(args.out + at); }

// Names, links and attributes, in the directory text.
HC_KERNEL(posix_names, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    struct hc_stat *stats = (struct hc_stat *)place(args, POSIX_STATS);
    say(&l, hc_chdir(args.text));
    say(&l, hc_getcwd((char *)place(args, POSIX_TEXT), 100));
    say(&l, hc_getcwd((char *)place(args, POSIX_TEXT + 200), 5));
    say(&l, hc_mkdir("sub", 0755));
    say(&l, hc_mkdir("sub", 0755));
    const int fd = hc_open("file", HC_O_RDWR | HC_O_CREAT, 0666);
    say(&l, hc_write(fd, "hello world\n", 12));
    say(&l, hc_symlink("file", "sym"));
    say(&l, hc_symlink("file", "sym"));
    say(&l, hc_link("file", "hard"));
    say(&l, hc_rename("hard", "sub/moved"));
    say(&l, hc_rename("none", "sub/moved"));
    say(&l, hc_readlink("sym", (char *)place(args, POSIX_TEXT + 300), 100));
    say(&l, hc_readlink("file", (char *)place(args, POSIX_TEXT + 400), 100));
    const struct hc_timespec times[2] = {{1000000000, 5}, {2000000000, 7}};
    say(&l, hc_utimens("file", times, 0));
    say(&l, hc_chmod("file", 0640));
    say(&l, hc_stat("file", &stats[0]));
    say(&l, hc_fstat(fd, &stats[1]));
    say(&l, hc_lstat("sym", &stats[2]));
    say(&l, hc_stat("sub", &stats[3]));
    say(&l, hc_access("file", HC_R_OK | HC_W_OK));
    say(&l, hc_access("none", HC_F_OK));
    say(&l, hc_access("file", 77));
    say(&l, hc_fchmod(fd, 0600));
    say(&l, hc_truncate("file", 5));
    say(&l, hc_ftruncate(fd, 100));
    say(&l, hc_ftruncate(fd, -1));
    say(&l, hc_truncate("sub", 1));
}

// What must fail, or change what comes after it; after posix_names, in the same directory.
HC_KERNEL(posix_refusals, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    struct hc_stat s;
    char *name = (char *)place(args, POSIX_TEXT);
    for (uint32_t i = 0; i < 5000; i++) name[i] = 'n';
    name[5000] = 0;
    say(&l, hc_stat(name, &s));
    say(&l, hc_rename(name, "x"));
    say(&l, hc_rename("file", name));
    name[300] = 0;
    say(&l, hc_mkdir(name, 0700));
    say(&l, hc_stat("", &s));
    say(&l, hc_stat("file/x", &s));
    say(&l, hc_fstat(999, &s));
    say(&l, hc_rmdir("sub"));
    say(&l, hc_rmdir("file"));
    say(&l, hc_chdir("none"));
    say(&l, hc_chdir("file"));
    say(&l, hc_open("sym", HC_O_RDONLY | HC_O_NOFOLLOW, 0));
    say(&l, hc_open("file", HC_O_RDONLY | HC_O_DIRECTORY, 0));
    say(&l, hc_open("file", HC_O_RDWR | HC_O_CREAT | HC_O_EXCL, 0600));
    say(&l, hc_umask(077));
    say(&l, hc_close(hc_open("private", HC_O_RDWR | HC_O_CREAT, 0666)));
    say(&l, hc_umask(0));
    say(&l, hc_close(hc_open("public", HC_O_RDWR | HC_O_CREAT, 0666)));
    say(&l, hc_mkdir("everyone", 0777));
    say(&l, hc_system("umask; > fromchild"));
    say(&l, hc_unlink("sym"));
    say(&l, hc_chdir("sub"));
    say(&l, hc_unlink("moved"));
    say(&l, hc_chdir(".."));
    say(&l, hc_rmdir("sub"));
    // The directory it stands in goes.
    say(&l, hc_mkdir("gone", 0700));
    say(&l, hc_chdir("gone"));
    say(&l, hc_rmdir("../gone"));
    say(&l, hc_getcwd(name, 100));
}

// The entries of the directory text, n bytes at a time, to POSIX_ENTRIES; twice.  out: bytes of the first and of the
// second pass, the last results, and two refusals.
HC_KERNEL(posix_entries, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    const int fd = hc_open(args.text, HC_O_RDONLY | HC_O_DIRECTORY, 0);
    for (uint32_t pass = 0; pass < 2; pass++) {
        int64_t n, bytes = 0;
        while ((n = hc_readdir(fd, place(args, POSIX_ENTRIES + (uint64_t)bytes), args.n)) > 0)
            bytes += n;
        say(&l, bytes);
        say(&l, n);
        say(&l, hc_rewinddir(fd));
    }
    say(&l, hc_readdir(fd, place(args, POSIX_TEXT), 8));
    const int file = hc_open("/dev/null", HC_O_RDONLY, 0);
    say(&l, hc_readdir(file, place(args, POSIX_TEXT), 1000));
    say(&l, hc_rewinddir(file));
}

// Numbers for one open file: the place, what was read ahead, flags.  The file text has the lines one to five.
HC_KERNEL(posix_descriptors, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    char line[64];
    int fd = hc_open(args.text, HC_O_RDWR | HC_O_CLOEXEC, 0);
    say(&l, hc_read_line(fd, line, sizeof line));  // reads all of it ahead
    const int copy = hc_dup(fd);
    say(&l, hc_read_line(copy, line, sizeof line));
    say(&l, line[0] == 't' && line[1] == 'w');
    say(&l, hc_lseek(fd, 0, HC_SEEK_CUR));
    say(&l, hc_write(copy, "THREE", 5));  // over "three", not behind what was read ahead
    say(&l, hc_read_line(fd, line, sizeof line));
    say(&l, hc_read_line(fd, line, sizeof line));
    say(&l, line[0] == 'f' && line[1] == 'o');
    say(&l, hc_ftruncate(copy, 19));  // to the end of line four
    say(&l, hc_read_line(fd, line, sizeof line));
    say(&l, hc_fcntl(fd, HC_F_GETFD, 0));
    say(&l, hc_fcntl(copy, HC_F_GETFD, 0));
    say(&l, hc_fcntl(copy, HC_F_SETFD, HC_FD_CLOEXEC));
    say(&l, hc_fcntl(copy, HC_F_GETFD, 0));
    say(&l, hc_fcntl(fd, HC_F_GETFL, 0));
    say(&l, hc_fcntl(fd, HC_F_SETFL, HC_O_APPEND | HC_O_NONBLOCK));
    say(&l, hc_fcntl(copy, HC_F_GETFL, 0));
    say(&l, hc_fcntl(fd, 12345, 0));
    say(&l, hc_fcntl(999, HC_F_GETFL, 0));
    say(&l, hc_fcntl(fd, HC_F_DUPFD, 20));
    say(&l, hc_fcntl(fd, HC_F_DUPFD, 100000));
    say(&l, hc_close(fd));
    say(&l, hc_lseek(copy, 0, HC_SEEK_CUR));
    say(&l, hc_dup(fd));
    say(&l, hc_dup2(999, copy));
    say(&l, hc_dup2(copy, 2000));
    say(&l, hc_dup2(copy, copy) == copy);
    say(&l, hc_isatty(copy));
    say(&l, hc_isatty(fd));
    struct hc_flock lock = {0, 0, 0, HC_F_WRLCK, HC_SEEK_SET};
    say(&l, hc_fcntl_lock(copy, HC_F_SETLK, &lock));
    lock.type = 9;
    say(&l, hc_fcntl_lock(copy, HC_F_SETLK, &lock));
    lock.type = HC_F_RDLCK;
    lock.start = lock.length = 0;
    say(&l, hc_fcntl_lock(args.fd, HC_F_GETLK, &lock));  // another process has byte 3 of it
    say(&l, lock.type << 16 | (lock.pid > 0) << 8 | (lock.length == 2) << 4 | (lock.start == 3));
}

// Output that goes elsewhere for a while: what was printed, written and said by children keeps its place.
// text: a file.
HC_KERNEL(posix_redirect, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    hc_printf("begin, ");
    const int file = hc_open(args.text, HC_O_RDWR | HC_O_CREAT | HC_O_TRUNC, 0600);
    const int kept = hc_dup(1);
    say(&l, hc_dup2(file, 1));
    hc_printf("in the file, ");
    say(&l, hc_system("echo by a child"));
    hc_printf("and more");
    say(&l, hc_dup2(kept, 1));
    say(&l, hc_system("echo by another child"));
    say(&l, hc_close(1));
    say(&l, hc_system("echo unheard 2>&-"));
    say(&l, hc_dup2(kept, 1));
    say(&l, hc_close(kept));
    say(&l, hc_close(file));
    hc_printf("end\n");
}

// Two waves: the first polls and reads, the other writes and closes.  data[0]: the pipe, told from one to the other.
HC_KERNEL(posix_pipe, struct suite_args, args)
{
    if (hc_lane() || hc_group_id() > 1) return;
    uint32_t *told = (uint32_t *)args.data;
    if (hc_group_id() == 0) {
        struct log l = log_begin(args);
        char byte[8];
        int ends[2] = {-1, -1};
        say(&l, hc_pipe(ends, 0));
        struct hc_pollfd fds[4] = {{ends[0], HC_POLLIN, 0, 0},
                                   {ends[1], HC_POLLOUT, 0, 0},
                                   {-1, HC_POLLIN, 0, 0},
                                   {999, HC_POLLIN, 0, 0}};
        say(&l, hc_poll(fds, 1, 0));
        say(&l, hc_poll(fds, 1, 30));
        say(&l, hc_poll(fds, 4, -1));
        say(&l, fds[0].revents | fds[1].revents << 8 | fds[2].revents << 16 | fds[3].revents << 20);
        say(&l, hc_fcntl(ends[0], HC_F_SETFL, HC_O_NONBLOCK));
        say(&l, hc_read(ends[0], byte, 1));
        say(&l, hc_fcntl(ends[0], HC_F_SETFL, 0));
        hc_word_add(told + 1, (uint32_t)ends[1]);
        hc_fence();
        hc_word_add(told, (uint32_t)ends[0]);
        say(&l, hc_poll(fds, 1, -1));
        say(&l, fds[0].revents & HC_POLLIN);
        say(&l, hc_read_line(ends[0], byte, 3));  // reads the second ahead, too
        say(&l, hc_poll(fds, 1, -1));
        say(&l, fds[0].revents & HC_POLLIN);
        say(&l, hc_read(ends[0], byte, 8));
        hc_word_add(told, 1);
        say(&l, hc_poll(fds, 1, 20000));
        say(&l, fds[0].revents);
        say(&l, hc_read(ends[0], byte, 8));
    } else {
        uint32_t from;
        while (!(from = hc_word_add(told, 0))) hc_nanosleep(1000000);
        const int to = (int)hc_word_add(told + 1, 0);
        hc_nanosleep(50000000);
        hc_write(to, "a\nbc", 4);
        while (hc_word_add(told, 0) == from) hc_nanosleep(1000000);
        hc_close(to);
    }
}

// Children, with a file of two lines as stdin, in the directory text.
HC_KERNEL(posix_children, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    char text[100];
    int pid = 0, status = -1;
    say(&l, hc_chdir(args.text));
    say(&l, hc_system(0));
    say(&l, hc_system(""));
    hc_printf("before, ");
    say(&l, hc_system("printf 'child, '; exit 3"));
    hc_printf("after\n");
    say(&l, hc_system("kill -9 $$"));
    say(&l, hc_read_line(0, text, sizeof text));
    say(&l,
        hc_system(
            "cat; pwd; ls /proc/self/fd | tr '\\n' ' '; echo"));  // the second line; 0 1 2 3: 3 is ls's own
    int fd = hc_spawn("printf from; exit 4", false, &pid);
    say(&l, pid > 0);
    say(&l, hc_read(fd, text, sizeof text));
    say(&l, text[0] == 'f' && text[3] == 'm');
    say(&l, hc_close(fd));
    say(&l, hc_waitpid(-1, &status, 0) == pid);
    say(&l, status);
    say(&l, hc_waitpid(pid, &status, 0));
    fd = hc_spawn("cat > written; sleep 0.2", true, &pid);
    say(&l, hc_write(fd, "to a child", 10));
    say(&l, hc_waitpid(pid, &status, HC_WNOHANG));
    say(&l, hc_close(fd));
    say(&l, hc_waitpid(pid, &status, 0) == pid);
    say(&l, status);
    fd = hc_spawn("exec sleep 100", false, &pid);
    say(&l, hc_kill(pid, 15));
    say(&l, hc_waitpid(0, &status, 0) == pid);
    say(&l, status);
    say(&l, hc_waitpid(-1, &status, 0));
    say(&l, hc_waitpid(1, &status, 0));
}

// ids, times, random bytes; then, mode being a signal, that to itself.
HC_KERNEL(posix_self, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct log l = log_begin(args);
    for (int which = HC_ID_PID; which <= HC_ID_EGID + 1; which++) say(&l, hc_getid(which));
    say(&l, hc_times((int64_t *)place(args, POSIX_STATS)));
    say(&l, hc_getrandom(place(args, POSIX_TEXT), 40));
    say(&l, hc_getrandom(place(args, POSIX_ENTRIES), 100000));
    say(&l, hc_kill(hc_getpid(), 0));
    say(&l, hc_kill(hc_getpid(), 18));
    say(&l, hc_kill(hc_getpid(), 19));
    say(&l, hc_kill(0, 15));
    say(&l, hc_kill(-1, 15));
    say(&l, hc_kill(hc_getpid(), 99));
    say(&l, hc_kill(0x7ffffff0, 15));
    if (args.mode) say(&l, hc_kill(hc_getpid(), (int)args.mode));
    say(&l, 1234);
}

// The command text, printed about before; then mode 1 ends the launch from another wave, mode 2 runs it there too.
HC_KERNEL(posix_command, struct suite_args, args)
{
    if (hc_lane() || hc_group_id() > 1) return;
    if (hc_group_id() == 1 && args.mode == 1) {
        hc_nanosleep(300000000);
        hc_exit(5);
    }
    if ((hc_group_id() == 0 || args.mode == 2) && args.mode != SUITE_WARM)
        ((int64_t *)args.out)[hc_group_id()] = hc_system(args.text);
}

// n calls as they stand in data: struct posix_raw each.  out[i]: results.
HC_KERNEL(posix_raw, struct suite_args, args)
{
    if (hc_global_id()) return;
    const struct posix_raw *raw = (const struct posix_raw *)args.data;
    for (uint32_t i = 0; i < args.n; i++) {
        struct hc_call c = hc_call_init(raw[i].op, raw[i].args);
        for (uint32_t k = 0; k < HC_ARGS_MAX; k++) c.arg[k] = raw[i].arg[k];
        c.blob = raw[i].blob;
        c.blob_size = raw[i].blob_size;
        c.data = place(args, POSIX_TEXT);
        c.room = raw[i].room;
        ((int64_t *)args.out)[i] = hc_transact_bulk(&c);
    }
}
