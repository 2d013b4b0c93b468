// Runs one kernel to its end: bind, launch, wait, and end it when its deadline passes.
#include <stdio.h>
#include <string.h>

#include "core/server.h"

enum { POLL_NS = 50000000 };
#define GRACE_NS 5000000000u  // what lanes have to end after they were told to

// "wave 7: read has waited 1.9 s": the call that has been open longest.
static void wait_describe(struct hc_server_t *s, uint64_t now, char *text, size_t size)
{
    uint64_t oldest = now;
    uint32_t slot = s->params.slots;
    for (uint32_t i = 0; i < s->params.slots; i++) {
        const uint64_t since = __atomic_load_n(&s->packets[i].since, __ATOMIC_RELAXED);
        if (since && since < oldest) {
            oldest = since;
            slot = i;
        }
    }
    if (slot == s->params.slots) {
        snprintf(text, size, "no call is open: the kernel computes or waits by itself");
        return;
    }
    const uint64_t about = __atomic_load_n(&s->packets[slot].about, __ATOMIC_RELAXED);
    snprintf(text, size, "wave %u: %s has waited %.1f s", (uint32_t)(about >> 12),
             hc_op_name(about & 0xfff), (double)(now - oldest) / 1e9);
}

static int wait_end(struct hc_server_t *s, const char *kernel, uint64_t deadline_ns)
{
    const uint64_t start = hc_now();
    int busy;
    for (;;) {
        uint64_t wait = POLL_NS;
        if (deadline_ns) {
            const uint64_t spent = hc_now() - start;
            if (spent >= deadline_ns) break;
            if (deadline_ns - spent < wait) wait = deadline_ns - spent;
        }
        busy = hc_stream_poll(s->stream, wait);
        if (busy <= 0) return busy;
    }
    char what[160];
    wait_describe(s, hc_now(), what, sizeof what);
    hc_control_end(s, HC_END_ABORT, 134);
    __atomic_store_n(&s->impatient, true, __ATOMIC_RELAXED);
    busy = hc_stream_poll(s->stream, GRACE_NS);
    if (busy < 0) return busy;
    if (busy)
        return hc_error(HC_ERR_LOST,
                        "%s: deadline of %.1f s passed; %s; it did not end when told to", kernel,
                        (double)deadline_ns / 1e9, what);
    return hc_error(HC_ERR_DEADLINE, "%s: deadline of %.1f s passed; %s; the launch was ended",
                    kernel, (double)deadline_ns / 1e9, what);
}

// A driver that ends loops by itself ends waits too: such a call is lost, and its slot stays locked.
static int lost_check(struct hc_server_t *s, const char *kernel)
{
    const int locked = hc_queue_locked(s);
    if (locked <= 0) return locked;
    pthread_mutex_lock(&s->lock);
    s->dirty = true;
    pthread_mutex_unlock(&s->lock);
    return hc_error(
        HC_ERR_LOST,
        "%s: %d calls were lost: %s cuts loops short, waits too; use another device, or see "
        "docs/backends.md for the shim that lifts its limit",
        kernel, locked, s->dev->caps.driver);
}

static int run(struct hc_server_t *s, const struct hc_run_params *p, int *status)
{
    hc_kernel kernel;
    int err = hc_module_kernel(p->module, p->kernel, &kernel);
    if (!err) err = hc_server_texts(s, p->module->image->texts, p->module->image->text_count);
    if (err || (err = hc_server_enter(s))) return err;
    if (!(uint32_t)++s->launch) s->launch++;  // 0 is no launch, in the lower half alone too
    err = s->dev->backend->module_bind(p->module, hc_server_context(s), s->launch);
    if (!err)
        err = hc_launch(s->stream, hc_launch_params(.kernel = kernel, .groups = p->groups,
                                                    .group_size = p->group_size, .args = p->args,
                                                    .args_size = p->args_size));
    if (!err) err = wait_end(s, p->kernel, p->deadline_ns);
    int ended = 0;
    hc_server_leave(s, &ended);
    // Nothing of the server stays behind in the module, which may outlive it.
    if (err != HC_ERR_LOST) s->dev->backend->module_bind(p->module, 0, 0);
    if (!err && s->dev->caps.cuts_loops && hc_control_why(s) == HC_RUN)
        err = lost_check(s, p->kernel);
    if (!err && status) *status = ended;
    return err;
}

int hc_module_bind(hc_module module, hc_server server)
{
    if (!module) return hc_error(HC_ERR_ARGUMENT, "hc_module_bind: needs a module");
    if (server && server->dev != module->dev)
        return hc_error(HC_ERR_ARGUMENT,
                        "hc_module_bind: module and server are on different devices");
    return module->dev->backend->module_bind(module, server ? hc_server_context(server) : 0, 0);
}

int hc_run(hc_server s, const struct hc_run_params *params, int *status)
{
    if (!s || !params || !params->module || !params->kernel)
        return hc_error(HC_ERR_ARGUMENT, "hc_run: needs a server, a module and a kernel");
    if (params->module->dev != s->dev)
        return hc_error(HC_ERR_ARGUMENT, "hc_run: module and server are on different devices");
    pthread_mutex_lock(&s->lock);
    const bool busy = s->running;
    s->running = true;
    pthread_mutex_unlock(&s->lock);
    if (busy)
        return hc_error(HC_ERR_BUSY,
                        "hc_run: this server runs a kernel already; use a server for each");
    const int err = run(s, params, status);
    pthread_mutex_lock(&s->lock);
    s->running = false;
    pthread_mutex_unlock(&s->lock);
    return err;
}
