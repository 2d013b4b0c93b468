// The process and its system: signal.h, sys/wait.h, time.h, sys/time.h, sys/resource.h, sys/utsname.h, pwd.h, grp.h,
// and what unistd.h has of them.
#define _DEFAULT_SOURCE  // signal() keeps its handler
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static volatile sig_atomic_t caught, times_caught;
static void catches(int number)
{
    caught = number;
    times_caught++;
}
static void catches_info(int number, siginfo_t *info, void *context)
{
    (void)context;
    caught = info->si_signo == number ? number : -1;
}

static void signals(void)
{
    sigset_t set, old, waiting;
    struct sigaction action = {.sa_handler = catches}, before;
    CHECK("signal", signal(SIGUSR1, catches) == SIG_DFL && signal(SIGUSR1, catches) == catches);
    CHECK("raise", raise(SIGUSR1) == 0 && caught == SIGUSR1);
    CHECK("kill", kill(getpid(), SIGUSR1) == 0 && times_caught == 2 && kill(getpid(), 0) == 0);
    CHECK_ERRNO("signal", EINVAL, signal(9999, catches) == SIG_ERR);
    CHECK_ERRNO("raise", EINVAL, raise(9999) != 0);
    CHECK_ERRNO("kill", EINVAL, kill(getpid(), 9999) == -1);
    CHECK("sigemptyset", !sigemptyset(&set) && !sigismember(&set, SIGUSR1));
    CHECK("sigaddset sigismember", !sigaddset(&set, SIGUSR2) && sigismember(&set, SIGUSR2) == 1);
    CHECK("sigdelset", !sigdelset(&set, SIGUSR2) && !sigismember(&set, SIGUSR2));
    CHECK("sigfillset", !sigfillset(&set) && sigismember(&set, SIGTERM) == 1);
    CHECK_ERRNO("sigaddset", EINVAL, sigaddset(&set, 9999) == -1);
    CHECK_ERRNO("sigdelset", EINVAL, sigdelset(&set, 9999) == -1);
    CHECK_ERRNO("sigismember", EINVAL, sigismember(&set, 9999) == -1);
    sigemptyset(&action.sa_mask);
    CHECK("sigaction", !sigaction(SIGUSR2, &action, &before) && before.sa_handler == SIG_DFL);
    CHECK("sigaction", !sigaction(SIGUSR2, NULL, &before) && before.sa_handler == catches);
    CHECK("sigaction", !raise(SIGUSR2) && caught == SIGUSR2);
    CHECK_ERRNO("sigaction", EINVAL, sigaction(SIGKILL, &action, NULL) == -1);
    action.sa_sigaction = catches_info;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaction(SIGUSR2, &action, NULL);
    caught = 0;
    CHECK("sigaction", !raise(SIGUSR2) && caught == SIGUSR2 && !sigaction(SIGUSR2, NULL, &before));
    CHECK("sigaction", before.sa_handler == SIG_DFL);
    sigemptyset(&set), sigaddset(&set, SIGUSR1);
    times_caught = 0;
    CHECK("sigprocmask", !sigprocmask(SIG_BLOCK, &set, &old) && !raise(SIGUSR1) && !times_caught);
    CHECK("sigpending", !sigpending(&waiting) && sigismember(&waiting, SIGUSR1) == 1 &&
                            !sigismember(&waiting, SIGTERM));
    CHECK("sigprocmask", !sigprocmask(SIG_SETMASK, &old, NULL) && times_caught == 1);
    CHECK_ERRNO("sigprocmask", EINVAL, sigprocmask(77, &set, NULL) == -1);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    CHECK_ERRNO("sigsuspend", EINTR, sigsuspend(&old) == -1 && times_caught == 2);
    int number = 0;
    raise(SIGUSR1);
    CHECK("sigwait", sigwait(&set, &number) == 0 && number == SIGUSR1 && times_caught == 2);
    siginfo_t info;
    raise(SIGUSR1);
    CHECK("sigwaitinfo", sigwaitinfo(&set, &info) == SIGUSR1 && info.si_signo == SIGUSR1);
    raise(SIGUSR1);
    const struct timespec soon = {0, 1000000};
    CHECK("sigtimedwait", sigtimedwait(&set, &info, &soon) == SIGUSR1);
    CHECK_ERRNO("sigtimedwait", EAGAIN, sigtimedwait(&set, &info, &soon) == -1);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK("siginterrupt", siginterrupt(SIGUSR1, 1) == 0);
    CHECK_ERRNO("siginterrupt", EINVAL, siginterrupt(9999, 1) == -1);
    signal(SIGUSR1, SIG_IGN);
    CHECK("raise", !raise(SIGUSR1) && times_caught == 2);
    char b[128] = "", wanted[256];
    freopen("err", "w", stderr);
    psignal(SIGTERM, "why");
    fflush(stderr);
    psiginfo(&info, "what");
    fflush(stderr);
    FILE *f = fopen("err", "r");
    fgets(b, sizeof b, f);
    snprintf(wanted, sizeof wanted, "why: %s\n", strsignal(SIGTERM));
    CHECK("psignal", !strcmp(b, wanted));
    CHECK("psiginfo", fgets(b, sizeof b, f) && !strncmp(b, "what", 4));
    fclose(f);
    unlink("err");
    CHECK("killpg", killpg(getpgrp(), 0) == 0 || HERE(errno == EPERM || errno == ESRCH, 0));
    CHECK_ENOSYS("sigaltstack", sigaltstack(NULL, NULL) == -1);
    CHECK_ENOSYS("sigqueue", sigqueue(getpid(), 0, (union sigval){0}) == -1);
}

static void children(void)
{
    int status = 0;
    FILE *f = popen("exit 5", "r");
    CHECK("wait", wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 5);
    CHECK("WIFEXITED WEXITSTATUS", WIFEXITED(0) && WEXITSTATUS(0x300) == 3);
    CHECK("WIFSIGNALED WTERMSIG",
          WIFSIGNALED(9) && WTERMSIG(9) == 9 && !WIFSIGNALED(0x300) && !WIFEXITED(9));
    CHECK("WIFSTOPPED", WIFSTOPPED(0x137f) && !WIFSTOPPED(0));
    CHECK_ERRNO("wait", ECHILD, wait(&status) == -1);
    fclose(f);
    CHECK_ERRNO("waitpid", ECHILD, waitpid(-1, &status, WNOHANG) == -1);
    f = popen("kill -9 $$", "r");
    CHECK("waitpid", waitpid(-1, &status, 0) > 0 && WIFSIGNALED(status) && WTERMSIG(status) == 9);
    fclose(f);
    CHECK("getpid", getpid() > 0 && getpid() == getpid());
    CHECK("getppid", getppid() > 0 && getppid() != getpid());
    CHECK("getpgrp getpgid",
          getpgrp() > 0 && getpgid(0) == getpgrp() && getpgid(getpid()) == getpgrp());
    CHECK("getsid", getsid(0) >= 0);
    CHECK_ERRNO("getpgid", ESRCH, getpgid(999999999) == -1);
    CHECK_ERRNO("getsid", ESRCH, getsid(999999999) == -1);
    CHECK("getuid geteuid", getuid() == geteuid());
    CHECK("getgid getegid", getgid() == getegid());
    gid_t groups[256];
    const int n = getgroups(0, groups);
    CHECK("getgroups", n >= 0 && n <= 256 && getgroups(256, groups) == n);
    CHECK_ERRNO("getgroups", EINVAL, getgroups(-1, groups) == -1);
    char *const none[] = {NULL};
    CHECK_ENOSYS("fork", fork() == -1);
    CHECK_ENOSYS("execv", execv("/bin/true", none) == -1);
    CHECK_ENOSYS("execve", execve("/bin/true", none, none) == -1);
    CHECK_ENOSYS("execvp", execvp("/bin/true", none) == -1);
    CHECK_ENOSYS("execl", execl("/bin/true", "true", NULL) == -1);
    CHECK_ENOSYS("execle", execle("/bin/true", "true", NULL, none) == -1);
    CHECK_ENOSYS("execlp", execlp("/bin/true", "true", NULL) == -1);
    CHECK_ENOSYS("fexecve", fexecve(0, none, none) == -1);
    CHECK_ENOSYS("setuid", setuid(getuid()) == -1);
    CHECK_ENOSYS("seteuid", seteuid(getuid()) == -1);
    CHECK_ENOSYS("setreuid", setreuid(getuid(), getuid()) == -1);
    CHECK_ENOSYS("setgid", setgid(getgid()) == -1);
    CHECK_ENOSYS("setegid", setegid(getgid()) == -1);
    CHECK_ENOSYS("setregid", setregid(getgid(), getgid()) == -1);
    CHECK_ENOSYS("setsid", setsid() == -1);
    CHECK_ENOSYS("setpgid", setpgid(0, 0) == -1);
    CHECK_ENOSYS("setpgrp", setpgrp() == -1);
    CHECK_ENOSYS("nice", nice(1) == -1);
    CHECK_ENOSYS("gethostid", gethostid() == -1);
    CHECK_ENOSYS("alarm", alarm(1) == 0);
}

static void users(void)
{
    char b[4096], small[4];
    struct passwd p, *user, *result = NULL;
    struct group g, *group, *found = NULL;
    user = getpwuid(0);
    CHECK("getpwuid",
          user && !strcmp(user->pw_name, "root") && user->pw_gid == 0 && user->pw_dir[0] == '/');
    user = getpwnam("root");
    CHECK("getpwnam", user && user->pw_uid == 0 && user->pw_shell[0] == '/');
    CHECK("getpwnam", !getpwnam("no such user"));
    CHECK("getpwuid_r", getpwuid_r(0, &p, b, sizeof b, &result) == 0 && result == &p &&
                            !strcmp(p.pw_name, "root"));
    CHECK("getpwnam_r",
          getpwnam_r("root", &p, b, sizeof b, &result) == 0 && result == &p && p.pw_uid == 0);
    CHECK("getpwnam_r", getpwnam_r("no such user", &p, b, sizeof b, &result) == 0 && !result);
    CHECK("getpwuid_r", getpwuid_r(0, &p, small, sizeof small, &result) == ERANGE && !result);
    setpwent();
    user = getpwent();
    CHECK("getpwent", user && user->pw_name[0]);
    snprintf(b, sizeof b, "%s", user ? user->pw_name : "");
    CHECK("getpwent", getpwent() != NULL);
    setpwent();
    user = getpwent();
    CHECK("setpwent", user && !strcmp(b, user->pw_name));
    endpwent();
    user = getpwent();
    CHECK("endpwent", user && !strcmp(b, user->pw_name));
    endpwent();
    group = getgrgid(0);
    CHECK("getgrgid", group && !strcmp(group->gr_name, "root") && group->gr_mem);
    group = getgrnam("root");
    CHECK("getgrnam", group && group->gr_gid == 0 && !getgrnam("no such group"));
    CHECK("getgrgid_r",
          getgrgid_r(0, &g, b, sizeof b, &found) == 0 && found == &g && !strcmp(g.gr_name, "root"));
    CHECK("getgrnam_r",
          getgrnam_r("root", &g, b, sizeof b, &found) == 0 && found == &g && g.gr_gid == 0);
    CHECK("getgrnam_r", getgrnam_r("no such group", &g, b, sizeof b, &found) == 0 && !found);
    CHECK("getgrgid_r", getgrgid_r(0, &g, small, sizeof small, &found) == ERANGE && !found);
    setgrent();
    group = getgrent();
    snprintf(b, sizeof b, "%s", group ? group->gr_name : "");
    CHECK("getgrent", group && b[0] && getgrent());
    setgrent();
    group = getgrent();
    CHECK("setgrent", group && !strcmp(b, group->gr_name));
    endgrent();
    group = getgrent();
    CHECK("endgrent", group && !strcmp(b, group->gr_name));
    endgrent();
    // The host's may have no terminal where somebody logged in.
    user = getpwuid(getuid());
    CHECK("getlogin", HERE(getlogin() && !strcmp(getlogin(), user->pw_name), (getlogin(), true)));
    CHECK("getlogin_r", HERE(getlogin_r(b, sizeof b) == 0 && !strcmp(b, user->pw_name),
                             getlogin_r(b, sizeof b) >= 0));
    CHECK("getlogin_r", getlogin_r(small, 1) != 0);
    struct utsname u;
    CHECK("uname", uname(&u) == 0 && !strcmp(u.sysname, "Linux") && u.release[0] && u.version[0] &&
                       !strcmp(u.machine, "x86_64"));
    CHECK("gethostname", gethostname(b, sizeof b) == 0 && !strcmp(b, u.nodename));
    CHECK_ERRNO("gethostname", ENAMETOOLONG, gethostname(small, 0) == -1);
}

static void limits(void)
{
    char b[64];
    CHECK("sysconf", sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_VERSION) == 200809 &&
                         sysconf(_SC_CLK_TCK) > 0);
    CHECK("sysconf", sysconf(_SC_OPEN_MAX) >= 20 && sysconf(_SC_NPROCESSORS_ONLN) >= 1 &&
                         sysconf(_SC_LINE_MAX) == 2048);
    CHECK_ERRNO("sysconf", EINVAL, sysconf(99999) == -1);
    CHECK("confstr", confstr(_CS_PATH, b, sizeof b) == 14 && !strcmp(b, "/bin:/usr/bin"));
    CHECK("confstr",
          confstr(_CS_PATH, b, 5) == 14 && !strcmp(b, "/bin") && confstr(_CS_PATH, NULL, 0) == 14);
    CHECK_ERRNO("confstr", EINVAL, confstr(99999, b, sizeof b) == 0);
    struct rlimit r;
    CHECK("getrlimit",
          getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur >= 20 && r.rlim_max >= r.rlim_cur);
    CHECK_ERRNO("getrlimit", EINVAL, getrlimit(99, &r) == -1);
    CHECK_ENOSYS("setrlimit", setrlimit(RLIMIT_NOFILE, &r) == -1);
    struct rusage self, children;
    CHECK("getrusage", getrusage(RUSAGE_SELF, &self) == 0 && self.ru_utime.tv_sec >= 0 &&
                           self.ru_utime.tv_usec < 1000000);
    CHECK("getrusage", getrusage(RUSAGE_CHILDREN, &children) == 0 && children.ru_utime.tv_sec >= 0);
    CHECK_ERRNO("getrusage", EINVAL, getrusage(99, &self) == -1);
    errno = 0;
    CHECK("getpriority",
          getpriority(PRIO_PROCESS, 0) >= -20 && getpriority(PRIO_PROCESS, 0) < 20 && !errno);
    CHECK_ERRNO("getpriority", EINVAL, getpriority(99, 0) == -1);
    CHECK_ERRNO("getpriority", ESRCH, getpriority(PRIO_PROCESS, 999999999) == -1);
    CHECK_ENOSYS("setpriority", setpriority(PRIO_PROCESS, 0, 1) == -1);
}

static void moments(void)
{
    struct timespec t, u, v;
    struct timeval tv;
    struct tms use;
    const time_t now = time(NULL);
    time_t again;
    CHECK("time", now > 1700000000 && time(&again) - now <= 1 && again >= now);
    CHECK("clock_gettime",
          !clock_gettime(CLOCK_REALTIME, &t) && t.tv_sec - now <= 1 && t.tv_nsec < 1000000000);
    CHECK("clock_gettime",
          !clock_gettime(CLOCK_MONOTONIC, &t) && !clock_gettime(CLOCK_MONOTONIC, &u));
    CHECK("clock_gettime", u.tv_sec > t.tv_sec || (u.tv_sec == t.tv_sec && u.tv_nsec >= t.tv_nsec));
    CHECK("clock_gettime", !clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &v) && v.tv_sec >= 0);
    CHECK_ERRNO("clock_gettime", EINVAL, clock_gettime(99, &t) == -1);
    CHECK("clock_getres", !clock_getres(CLOCK_REALTIME, &v) && v.tv_sec == 0 && v.tv_nsec > 0);
    CHECK_ERRNO("clock_getres", EINVAL, clock_getres(99, &v) == -1);
    clockid_t id;
    CHECK("clock_getcpuclockid", !clock_getcpuclockid(0, &id) && !clock_gettime(id, &v));
    CHECK("clock_getcpuclockid", clock_getcpuclockid(999999999, &id) == ESRCH);
    CHECK("timespec_get", timespec_get(&t, TIME_UTC) == TIME_UTC && t.tv_sec - now <= 1 &&
                              timespec_get(&t, 99) == 0);
    CHECK("gettimeofday", !gettimeofday(&tv, NULL) && tv.tv_sec - now <= 1 && tv.tv_usec < 1000000);
    const clock_t begin = clock();
    clock_gettime(CLOCK_MONOTONIC, &t);
    const struct timespec wait = {0, 3000000}, wrong = {0, 1000000000};
    CHECK("nanosleep", !nanosleep(&wait, &u));
    clock_gettime(CLOCK_MONOTONIC, &u);
    CHECK("nanosleep", (u.tv_sec - t.tv_sec) * 1000000000 + u.tv_nsec - t.tv_nsec >= 3000000);
    CHECK_ERRNO("nanosleep", EINVAL, nanosleep(&wrong, NULL) == -1);
    u.tv_nsec += 2000000;
    if (u.tv_nsec > 999999999) u.tv_sec++, u.tv_nsec -= 1000000000;
    CHECK("clock_nanosleep", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &u, NULL) == 0 &&
                                 !clock_gettime(CLOCK_MONOTONIC, &v));
    CHECK("clock_nanosleep",
          v.tv_sec > u.tv_sec || (v.tv_sec == u.tv_sec && v.tv_nsec >= u.tv_nsec));
    CHECK("clock_nanosleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL) == 0 &&
                                 clock_nanosleep(99, 0, &wait, NULL) == EINVAL);
    CHECK("clock", begin != -1 && clock() >= begin);
    CHECK("times", times(&use) != (clock_t)-1 && use.tms_utime >= 0);
    CHECK("sleep", sleep(0) == 0);
    CHECK_ENOSYS("clock_settime", clock_settime(CLOCK_REALTIME, &t) == -1);
    struct itimerval timer = {{0, 0}, {0, 0}};
    CHECK_ENOSYS("getitimer", getitimer(ITIMER_REAL, &timer) == -1);
    CHECK_ENOSYS("setitimer", setitimer(ITIMER_REAL, &timer, NULL) == -1);
    timer_t made = 0;
    CHECK_ENOSYS("timer_create", timer_create(CLOCK_REALTIME, NULL, &made) == -1);
    CHECK_ENOSYS("timer_delete", timer_delete(made) == -1);
    CHECK_ENOSYS("timer_getoverrun", timer_getoverrun(made) == -1);
    struct itimerspec its = {{0, 0}, {0, 0}};
    CHECK_ENOSYS("timer_gettime", timer_gettime(made, &its) == -1);
    CHECK_ENOSYS("timer_settime", timer_settime(made, 0, &its, NULL) == -1);
}

int main(void)
{
    check_begin();
    signals();
    children();
    users();
    limits();
    moments();
    return check_end();
}
