// registered [BACKEND]: a host program with two calls of its own, and a kernel whose lanes work
// through them.
#include <hostcall/hostcall.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "registered.h"

enum { NUMBERS = 10000 };

extern const struct hc_image registered_image;

struct jobs {
    pthread_mutex_t lock;
    uint64_t next, reported, longest, longest_number, peak;
};

static int jobs_next(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    struct jobs *jobs = user;
    (void)request;
    pthread_mutex_lock(&jobs->lock);
    reply->value = (int64_t)jobs->next;
    const bool none = jobs->next > NUMBERS;
    if (!none) jobs->next++;
    pthread_mutex_unlock(&jobs->lock);
    return none ? -ENOENT : 0;
}

static int jobs_report(void *user, const struct hc_request *request, struct hc_reply *reply)
{
    struct jobs *jobs = user;
    uint64_t peak;
    if (request->size != sizeof peak) return -EINVAL;
    memcpy(&peak, request->data, sizeof peak);
    pthread_mutex_lock(&jobs->lock);
    jobs->reported++;
    if (peak > jobs->peak) jobs->peak = peak;
    if (request->args[1] > jobs->longest) {
        jobs->longest = request->args[1];
        jobs->longest_number = request->args[0];
        if (request->args[0] == 6171)
            reply->size = (size_t)snprintf(reply->data, reply->room, "the longest under 10,000");
    }
    pthread_mutex_unlock(&jobs->lock);
    return 0;
}

int main(int argc, char **argv)
{
    struct jobs jobs = {.lock = PTHREAD_MUTEX_INITIALIZER, .next = 1};
    const struct registered_args args = {100000};
    hc_dev dev = NULL;
    hc_server server = NULL;
    hc_module module = NULL;
    int status = 1;
    int err = hc_dev_open(hc_dev_params(.backend = argc > 1 ? argv[1] : NULL), &dev);
    if (!err) err = hc_server_create(dev, hc_server_params(0), &server);
    if (!err) err = hc_server_register(server, "jobs.next", jobs_next, &jobs, HC_CALL_QUICK);
    if (!err) err = hc_server_register(server, "jobs.report", jobs_report, &jobs, HC_CALL_QUICK);
    if (!err) err = hc_module_create(dev, &registered_image, &module);
    if (!err)
        err = hc_run(server,
                     hc_run_params(.module = module, .kernel = "registered", .groups = 16,
                                   .args = &args, .args_size = sizeof args),
                     &status);
    if (err)
        fprintf(stderr, "registered: %s\n", hc_last_error());
    else
        printf("%llu numbers; the longest path is %llu's with %llu steps, the highest point %llu\n",
               (unsigned long long)jobs.reported, (unsigned long long)jobs.longest_number,
               (unsigned long long)jobs.longest, (unsigned long long)jobs.peak);
    hc_module_destroy(&module);
    hc_server_destroy(&server);
    hc_dev_close(&dev);
    return err == HC_ERR_DEVICE ? 77 : err ? 1 : status;
}
