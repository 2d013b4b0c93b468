// Starts children, keeps the list of them, and sees that none stays a zombie.
#include "core/services/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/services/io.h"
#include "core/services/output.h"
#include "core/services/place.h"

enum {
    CHILDREN_MAX = 4096,  // of a server
    LOOK_MS = 200,        // between looks at children beside their ends
    LOOK_BLIND_MS = 5,    // where the system does not tell when a child ends
};

struct hc_child {
    struct hc_child *next;
    pid_t pid;
    int pidfd;  // readable once it has ended; -1: the system has none
    bool inner;
};

void hc_children_init(struct hc_children *children) { pthread_mutex_init(&children->lock, NULL); }

static void child_free(struct hc_child *child)
{
    if (child->pidfd >= 0) close(child->pidfd);
    free(child);
}

// ---------------------------------------------------------------------------------------- orphans
// A child that outlives its server, in a host program that goes on, would be a zombie in the end.

static struct {
    pthread_mutex_t lock;
    struct hc_child *first;
    bool minded;  // the thread runs
} orphans = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void *orphans_mind(void *unused)
{
    for (bool left = true; left;) {
        pthread_mutex_lock(&orphans.lock);
        for (struct hc_child **at = &orphans.first, *child; (child = *at);) {
            if (waitpid(child->pid, NULL, WNOHANG) == 0) {
                at = &child->next;
                continue;
            }
            *at = child->next;
            child_free(child);
        }
        left = orphans.minded = orphans.first;
        pthread_mutex_unlock(&orphans.lock);
        if (left) poll(NULL, 0, LOOK_MS);
    }
    return unused;
}

static void orphan_add(struct hc_child *child)
{
    if (waitpid(child->pid, NULL, WNOHANG)) {
        child_free(child);
        return;
    }
    pthread_mutex_lock(&orphans.lock);
    child->next = orphans.first;
    orphans.first = child;
    if (!orphans.minded) {
        pthread_attr_t attr;
        pthread_t thread;
        sigset_t block, before;
        sigfillset(&block);
        pthread_attr_init(&attr);
        pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        pthread_sigmask(SIG_BLOCK, &block, &before);
        orphans.minded = !pthread_create(&thread, &attr, orphans_mind, NULL);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attr);
    }
    pthread_mutex_unlock(&orphans.lock);
}

void hc_children_free(struct hc_children *children)
{
    for (struct hc_child *child = children->first, *next; child; child = next) {
        next = child->next;
        orphan_add(child);
    }
    pthread_mutex_destroy(&children->lock);
}

void hc_child_leave(struct hc_server_t *server, int64_t pid)
{
    struct hc_children *children = &server->children;
    struct hc_child *found = NULL;
    pthread_mutex_lock(&children->lock);
    for (struct hc_child **at = &children->first; *at && !found; at = &(*at)->next)
        if ((*at)->pid == pid) {
            found = *at;
            *at = found->next;
            children->count--;
            break;
        }
    pthread_mutex_unlock(&children->lock);
    if (found) orphan_add(found);
}

// ------------------------------------------------------------------------------------------ start

struct child_stdio {
    int fd[3];  // copies of what the child gets, 3 or more; -1: closed
};

static int64_t stdio_copy(struct hc_turn *turn, struct child_stdio *io, int fd, int as)
{
    struct hc_handles *handles = &turn->server->handles;
    int64_t err = 0;
    uint64_t number;
    for (int i = 0; i < 3; i++) {
        io->fd[i] = -1;
        if (fd >= 0 && i == as) {
            io->fd[i] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
            if (io->fd[i] < 0) err = hc_errno(errno);
            continue;
        }
        struct hc_handle *h = hc_handle_stdio(handles, (uint32_t)i, &number);
        if (!h) continue;
        hc_output_flush(turn, number);
        // What the kernel read ahead is still the child's, and a child expects to be made to wait.
        if (h->ready) {
            pthread_mutex_lock(&h->lock);
            hc_ahead_drop(h);
            pthread_mutex_unlock(&h->lock);
        } else if (h->owned && !__atomic_load_n(&h->nonblock, __ATOMIC_RELAXED)) {
            const int flags = fcntl(h->fd, F_GETFL);
            if (flags >= 0 && flags & O_NONBLOCK) fcntl(h->fd, F_SETFL, flags & ~O_NONBLOCK);
        }
        io->fd[i] = fcntl(h->fd, F_DUPFD_CLOEXEC, 3);
        hc_handle_put(handles, h);
    }
    return err;
}

static int actions_fill(posix_spawn_file_actions_t *actions, const struct child_stdio *io, int dir)
{
    int err = dir >= 0 ? posix_spawn_file_actions_addfchdir_np(actions, dir) : 0;
    for (int i = 0; i < 3 && !err; i++)
        err = io->fd[i] >= 0 ? posix_spawn_file_actions_adddup2(actions, io->fd[i], i)
                             : posix_spawn_file_actions_addclose(actions, i);
    return err ? err : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

// The server's threads block all signals; the child must not.
static int attr_fill(posix_spawnattr_t *attr)
{
    sigset_t none, again;
    sigemptyset(&none);
    sigemptyset(&again);
    sigaddset(&again, SIGPIPE);
    int err = posix_spawnattr_setsigmask(attr, &none);
    if (!err) err = posix_spawnattr_setsigdefault(attr, &again);
    if (!err) err = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return err;
}

static int64_t shell_start(struct hc_server_t *server, const char *command,
                           const struct child_stdio *io)
{
    char masked[64];
    const uint32_t mask = __atomic_load_n(&server->place.umask, __ATOMIC_RELAXED);
    snprintf(masked, sizeof masked, "umask %04o; exec /bin/sh -c \"$0\"", (unsigned)mask);
    const char *plain[] = {"sh", "-c", command, NULL};
    const char *under_mask[] = {"sh", "-c", masked, command, NULL};
    char *const *argv = (char *const *)(mask == server->place.host_umask ? plain : under_mask);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    pid_t pid = 0;
    int err = posix_spawn_file_actions_init(&actions);
    if (err) return hc_errno(err);
    err = posix_spawnattr_init(&attr);
    if (!err) {
        const int dir = hc_place_enter(&server->place);
        err = actions_fill(&actions, io, dir);
        if (!err) err = attr_fill(&attr);
        if (!err) err = posix_spawn(&pid, "/bin/sh", &actions, &attr, argv, environ);
        hc_place_leave(&server->place);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return err ? hc_errno(err) : pid;
}

int64_t hc_child_start(struct hc_turn *turn, const char *command, int fd, int as, bool inner)
{
    struct hc_children *children = &turn->server->children;
    struct hc_child *child = calloc(1, sizeof *child);
    if (!child) return -HC_ENOMEM;
    struct child_stdio io;
    int64_t result = stdio_copy(turn, &io, fd, as);
    pthread_mutex_lock(&children->lock);  // a child is in the list before anybody can wait for it
    if (!result && children->count >= CHILDREN_MAX) result = -HC_EAGAIN;
    if (!result) result = shell_start(turn->server, command, &io);
    if (result > 0) {
        child->pid = (pid_t)result;
        child->pidfd = pidfd_open(child->pid, 0);
        child->inner = inner;
        child->next = children->first;
        children->first = child;
        children->count++;
    }
    pthread_mutex_unlock(&children->lock);
    for (int i = 0; i < 3; i++)
        if (io.fd[i] >= 0) close(io.fd[i]);
    if (result < 0) free(child);
    return result;
}

// ------------------------------------------------------------------------------------------- wait

// Reaps one that has ended.  Its pid | status << 32, 0: none has, -HC_ECHILD: there is none.  *pidfd:
// what tells that the only one has ended, -1 if there are several.
static int64_t reap(struct hc_children *children, int64_t pid, int *pidfd)
{
    int64_t result = -HC_ECHILD;
    uint32_t count = 0;
    *pidfd = -1;
    pthread_mutex_lock(&children->lock);
    for (struct hc_child **at = &children->first, *child; (child = *at); at = &child->next) {
        if (pid == -1 ? child->inner : child->pid != pid) continue;
        int status = 0;
        const pid_t ended = waitpid(child->pid, &status, WNOHANG);
        if (ended == 0) {
            result = 0;
            // A copy: another lane may reap it meanwhile.
            if (!count++ && child->pidfd >= 0) *pidfd = fcntl(child->pidfd, F_DUPFD_CLOEXEC, 3);
            continue;
        }
        // Gone without a status: the host program took it, or ignores SIGCHLD.
        result = ended < 0 ? -HC_ECHILD : ended | (int64_t)status << 32;
        *at = child->next;
        children->count--;
        child_free(child);
        count = 2;
        break;
    }
    pthread_mutex_unlock(&children->lock);
    if (count > 1 && *pidfd >= 0) {
        close(*pidfd);
        *pidfd = -1;
    }
    return result;
}

int64_t hc_child_wait(struct hc_server_t *server, int64_t pid, bool now)
{
    for (;;) {
        struct pollfd p[2] = {{.events = POLLIN}, {.fd = server->cancel_fd, .events = POLLIN}};
        const int64_t result = reap(&server->children, pid, &p[0].fd);
        if (!result && !now) poll(p, 2, p[0].fd < 0 ? LOOK_BLIND_MS : LOOK_MS);
        if (p[0].fd >= 0) close(p[0].fd);
        if (result || now) return result;
        if (p[1].revents && !p[0].revents) return hc_wait_end(server, 0);
    }
}
