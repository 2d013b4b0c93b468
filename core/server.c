// Makes and ends a server: its queue in memory, its threads, its tables.
#include "core/server.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "core/services/child.h"
#include "core/services/output.h"
#include "core/services/place.h"
#include "core/uring.h"

static int engine_fill(struct hc_server_params *p)
{
    static const struct {
        const char *name;
        enum hc_engine engine;
    } engines[] = {
        {"", HC_ENGINE_AUTO}, {"workers", HC_ENGINE_WORKERS}, {"uring", HC_ENGINE_URING}};
    const char *wanted = getenv("HOSTCALL_ENGINE");
    if ((unsigned)p->engine > HC_ENGINE_URING)
        return hc_error(HC_ERR_ARGUMENT, "hc_server_params.engine is %d: no such engine",
                        (int)p->engine);
    if (p->engine || !wanted) return 0;
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (!strcmp(wanted, engines[i].name)) {
            p->engine = engines[i].engine;
            return 0;
        }
    return hc_error(HC_ERR_ARGUMENT, "HOSTCALL_ENGINE is '%s': must be workers or uring", wanted);
}

static int params_fill(struct hc_server_params *p)
{
    if (!p->slots) p->slots = 512;
    if (!p->extents) p->extents = 32;
    if (!p->pollers) p->pollers = 1;
    if (!p->workers_max) p->workers_max = 64;
    if (!p->handles_max) p->handles_max = 1024;
    if (!p->spin_ns) p->spin_ns = 20000;
    if (!p->sleep_ns) p->sleep_ns = 50000;
    if (!p->stdout_fd) p->stdout_fd = 1;
    if (!p->stderr_fd) p->stderr_fd = 2;
    if (!p->first_seq) p->first_seq = 1;
    const struct {
        const char *name;
        uint32_t value, least, most;
    } limits[] = {{"slots", p->slots, 1, HC_SLOTS_MAX},
                  {"extents", p->extents, 1, HC_EXTENTS_MAX},
                  {"pollers", p->pollers, 1, p->slots},
                  {"workers_max", p->workers_max, 1, 4096},
                  {"handles_max", p->handles_max, 3, HC_HANDLES_MAX},
                  {"sleep_ns", p->sleep_ns, 1, 10000000},  // a beat takes no longer
                  {"first_seq", p->first_seq, 1, HC_SEQ_MAX}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].value < limits[i].least || limits[i].value > limits[i].most)
            return hc_error(HC_ERR_ARGUMENT, "hc_server_params.%s is %u: must be %u to %u",
                            limits[i].name, limits[i].value, limits[i].least, limits[i].most);
    return engine_fill(p);
}

// ---------------------------------------------------------------------------------------- threads

void hc_desk_add(struct hc_server_t *s, struct hc_desk *desk)
{
    pthread_mutex_lock(&s->lock);
    desk->next = s->desks;
    s->desks = desk;
    pthread_mutex_unlock(&s->lock);
}

void hc_thread_name(pthread_t thread, const char *kind, uint32_t index)
{
    char name[16];  // all that Linux takes
    snprintf(name, sizeof name, "hc-%.7s/%u", kind, index % 10000);
    pthread_setname_np(thread, name);
}

static int pollers_start(struct hc_server_t *s)
{
    s->pollers = calloc(s->params.pollers, sizeof *s->pollers);
    if (!s->pollers) return hc_error(HC_ERR_MEMORY, "server: out of memory");
    for (uint32_t i = 0; i < s->params.pollers; i++) {
        struct hc_poller *p = &s->pollers[i];
        p->server = s;
        p->index = i;
        p->seen = calloc((size_t)s->params.slots * 3, sizeof *p->seen);
        p->desk = calloc(1, sizeof *p->desk);
        if (p->desk) hc_desk_add(s, p->desk);
        if (!p->seen || !p->desk) return hc_error(HC_ERR_MEMORY, "server: out of memory");
        p->order = p->seen + s->params.slots;
        p->idle_rounds = p->order + s->params.slots;
        for (uint32_t slot = i; slot < s->params.slots; slot += s->params.pollers)
            p->order[p->own++] = slot;
        int err = s->params.engine == HC_ENGINE_WORKERS ? 0 : hc_uring_create(s, &p->ring);
        if (err && s->params.engine == HC_ENGINE_URING) return err;
        if (err) {  // nobody asked for it
            hc_uring_destroy(&p->ring);
            s->params.engine = HC_ENGINE_WORKERS;
        }
        err = pthread_create(&p->thread, NULL, hc_poller_main, p);
        if (err) return hc_error(HC_ERR_SYSTEM, "server: poller thread: %s", strerror(err));
        hc_thread_name(p->thread, "poller", i);
        s->pollers_started++;
    }
    return 0;
}

static void pollers_stop(struct hc_server_t *s)
{
    pthread_mutex_lock(&s->lock);
    __atomic_store_n(&s->stop, true, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
    for (uint32_t i = 0; i < s->pollers_started; i++) {
        pthread_join(s->pollers[i].thread, NULL);
    }
    for (uint32_t i = 0; i < s->params.pollers; i++) {
        hc_uring_destroy(&s->pollers[i].ring);
        free(s->pollers[i].seen);
    }
    free(s->pollers);
}

// Server threads must not die of a closed pipe or a file size limit: their write then fails
// instead.
static int threads_start(struct hc_server_t *s)
{
    sigset_t block, before;
    const int slack = prctl(PR_GET_TIMERSLACK);
    s->timer_slack = slack > 0 ? (unsigned long)slack : 0;
    sigfillset(&block);
    pthread_sigmask(SIG_BLOCK, &block, &before);
    int err = hc_work_start(s);
    if (!err) err = pollers_start(s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

// ----------------------------------------------------------------------------------------- public

int hc_server_create(hc_dev dev, const struct hc_server_params *params, hc_server *out)
{
    if (!dev || !params || !out)
        return hc_error(HC_ERR_ARGUMENT, "hc_server_create: needs dev, params and out");
    struct hc_server_params filled = *params;
    int err = params_fill(&filled);
    if (err) return err;
    if (!dev->caps.live)
        return hc_error(HC_ERR_UNSUPPORTED,
                        "%s: host and running kernels don't see each other's memory",
                        dev->caps.name);
    struct hc_server_t *s = calloc(1, sizeof *s);
    if (!s) return hc_error(HC_ERR_MEMORY, "server: out of memory");
    s->dev = dev;
    s->params = filled;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->control_lock, NULL);
    pthread_mutex_init(&s->work_lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    pthread_cond_init(&s->settled, NULL);
    pthread_cond_init(&s->work_wake, NULL);
    // A number that no other server's launches have, with a count of its own below.
    if (getrandom(&s->launch, sizeof s->launch, GRND_NONBLOCK) != sizeof s->launch)
        s->launch = hc_now() << 20 ^ (uint64_t)(uintptr_t)s;
    hc_lines_init(&s->lines);
    hc_registry_init(&s->registry);
    hc_place_init(&s->place);
    hc_children_init(&s->children);
    const int stdio[3] = {filled.stdin_fd, filled.stdout_fd, filled.stderr_fd};
    s->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    s->packets = calloc(filled.slots, sizeof *s->packets);
    if (s->cancel_fd < 0) err = hc_error(HC_ERR_SYSTEM, "server: eventfd: %s", strerror(errno));
    if (!err && (!s->packets || hc_handles_init(&s->handles, filled.handles_max, stdio)))
        err = hc_error(HC_ERR_MEMORY, "server: out of memory");
    for (uint32_t i = 0; !err && i < filled.slots; i++) s->packets[i].slot = i;
    if (!err) err = hc_queue_create(s);
    if (!err) err = hc_stream_create(dev, &s->stream);
    if (!err) err = threads_start(s);
    if (!err) err = hc_queue_reset(s);
    if (err) {
        hc_server_destroy(&s);
        return err;
    }
    hc_control_reset(s);
    *out = s;
    return 0;
}

void hc_server_destroy(hc_server *server)
{
    if (!server || !*server) return;
    struct hc_server_t *s = *server;
    if (s->control) hc_control_end(s, HC_END_SHUTDOWN, 0);
    if (s->stream) hc_stream_poll(s->stream, 10000000000u);  // its lanes leave their calls now
    if (s->pollers) pollers_stop(s);
    hc_work_stop(s);
    for (struct hc_desk *desk = s->desks, *next; desk; desk = next) {
        next = desk->next;
        free(desk->batch.bytes);
        free(desk->text.bytes);
        free(desk);
    }
    if (s->handles.table) hc_output_flush_all(s);
    hc_stream_destroy(&s->stream);
    hc_queue_destroy(s);
    hc_handles_free(&s->handles);
    hc_children_free(&s->children);
    hc_place_free(&s->place);
    hc_lines_free(&s->lines);
    hc_registry_free(&s->registry);
    if (s->cancel_fd >= 0) close(s->cancel_fd);
    pthread_cond_destroy(&s->wake);
    pthread_cond_destroy(&s->settled);
    pthread_cond_destroy(&s->work_wake);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->control_lock);
    pthread_mutex_destroy(&s->work_lock);
    free(s->packets);
    free(s);
    *server = NULL;
}

int hc_server_enter(hc_server s)
{
    if (!s) return hc_error(HC_ERR_ARGUMENT, "hc_server_enter: needs a server");
    int err = 0;
    pthread_mutex_lock(&s->lock);
    while (!s->in_flight && s->pollers_parked < s->pollers_started)
        pthread_cond_wait(&s->settled, &s->lock);
    if (!s->in_flight) {
        err = s->dirty ? hc_queue_reset(s) : hc_queue_refresh(s);
        if (!err) s->dirty = false;
        __atomic_store_n(&s->impatient, false, __ATOMIC_RELAXED);
        hc_control_reset(s);
        s->entered = hc_now();
    }
    if (!err) __atomic_store_n(&s->in_flight, s->in_flight + 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&s->wake);
    pthread_cond_broadcast(&s->settled);
    pthread_mutex_unlock(&s->lock);
    return err;
}

static bool drained(const struct hc_server_t *s)
{
    for (uint32_t i = 0; i < s->pollers_started; i++)
        if (s->pollers[i].drained < s->drain_wanted) return false;
    return !s->open_packets;
}

int hc_server_leave(hc_server s, int *status)
{
    if (!s) return hc_error(HC_ERR_ARGUMENT, "hc_server_leave: needs a server");
    pthread_mutex_lock(&s->lock);
    if (!s->in_flight) {
        pthread_mutex_unlock(&s->lock);
        return hc_error(HC_ERR_ARGUMENT, "hc_server_leave: without hc_server_enter");
    }
    // A packet stays busy for a moment after its answer.  The slot's next request may be there already, and a
    // poller's pass would leave it out.  What the launch asks for is all there, so no more follows.
    while (s->open_packets) pthread_cond_wait(&s->settled, &s->lock);
    // Release pairs with the pollers' acquire: what the caller saw of the launch's end, they see
    // too.
    __atomic_store_n(&s->drain_wanted, s->drain_wanted + 1, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&s->wake);
    while (!drained(s)) pthread_cond_wait(&s->settled, &s->lock);
    pthread_mutex_unlock(&s->lock);
    hc_output_flush_all(s);
    pthread_mutex_lock(&s->lock);
    if (hc_control_why(s) != HC_RUN) s->dirty = true;
    __atomic_store_n(&s->in_flight, s->in_flight - 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&s->lock);
    pthread_mutex_lock(&s->control_lock);
    if (status) *status = s->status;
    pthread_mutex_unlock(&s->control_lock);
    return 0;
}

uint64_t hc_server_context(hc_server s) { return s ? s->context->addr : 0; }

void hc_server_abort(hc_server s)
{
    if (s) hc_control_end(s, HC_END_ABORT, 134);
}

void hc_server_shutdown(hc_server s)
{
    if (s) hc_control_end(s, HC_END_SHUTDOWN, 0);
}

int hc_server_register(hc_server s, const char *name, hc_call_fn *fn, void *user, unsigned flags)
{
    if (!s || !name || !*name || !fn)
        return hc_error(HC_ERR_ARGUMENT,
                        "hc_server_register: needs a server, a name and a function");
    if (flags & ~(unsigned)HC_CALL_QUICK)
        return hc_error(HC_ERR_ARGUMENT, "hc_server_register '%s': unknown flags %#x", name, flags);
    const struct hc_entry entry = {
        .id = hc_id(name), .name = name, .fn = fn, .user = user, .flags = flags};
    return hc_registry_add_call(&s->registry, &entry);
}

int hc_server_texts(hc_server s, const struct hc_text *texts, size_t count)
{
    if (!s || (!texts && count))
        return hc_error(HC_ERR_ARGUMENT, "hc_server_texts: needs a server and texts");
    int err = 0;
    for (size_t i = 0; i < count && !err; i++)
        err = hc_registry_add_text(&s->registry, texts[i].id, texts[i].text);
    return err;
}

int hc_server_share(hc_server s, int host_fd, int *fd)
{
    if (!s || !fd) return hc_error(HC_ERR_ARGUMENT, "hc_server_share: needs a server and fd");
    const int copy = fcntl(host_fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return hc_error(HC_ERR_SYSTEM, "hc_server_share: descriptor %d: %s", host_fd,
                        strerror(errno));
    const int64_t number = hc_handle_add(&s->handles, copy, 0);
    if (number < 0) {
        close(copy);
        return hc_error(HC_ERR_SYSTEM, "hc_server_share: all %u descriptors are open (handles_max)",
                        s->params.handles_max);
    }
    *fd = (int)number;
    return 0;
}

struct hc_stats hc_server_stats(hc_server s)
{
    struct hc_stats stats = {0};
    pthread_mutex_lock(&s->lock);
    for (const struct hc_desk *desk = s->desks; desk; desk = desk->next) {
        stats.packets += __atomic_load_n(&desk->stats.packets, __ATOMIC_RELAXED);
        stats.calls += __atomic_load_n(&desk->stats.calls, __ATOMIC_RELAXED);
        stats.refused += __atomic_load_n(&desk->stats.refused, __ATOMIC_RELAXED);
        stats.to_workers += __atomic_load_n(&desk->stats.to_workers, __ATOMIC_RELAXED);
        stats.to_ring += __atomic_load_n(&desk->stats.to_ring, __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&s->lock);
    return stats;
}
