// liburing, opened at run time as drivers are: a program starts where it is not, and says so.
#ifndef HC_LIBURING_H
#define HC_LIBURING_H

#include <dlfcn.h>
#include <liburing.h>
#include <stdbool.h>

// The functions that its header does not bring.
#define HC_LIBURING_FUNCTIONS(X) \
    X(queue_init_params) \
    X(queue_exit) \
    X(get_probe_ring) \
    X(free_probe) \
    X(register_iowq_max_workers) \
    X(submit) \
    X(submit_and_wait) \
    X(submit_and_get_events) \
    X(get_events) \
    X(wait_cqe_timeout)

struct hc_liburing {
#define HC_LIBURING_FIELD(name) __typeof__(io_uring_##name) *name;
    HC_LIBURING_FUNCTIONS(HC_LIBURING_FIELD)
#undef HC_LIBURING_FIELD
    // io_uring_register(), since 2.3 has no io_uring_enable_rings() to find.
    __typeof__(io_uring_register) *register_by_code;
};

#define HC_LIBURING_ENV "HOSTCALL_URING_LIBRARY"
#define HC_LIBURING_NAMES "liburing.so.2", "liburing.so"

// The name of a function that the library lacks, or NULL: *api is complete.
static inline const char *hc_liburing_load(void *library, struct hc_liburing *api)
{
#define HC_LIBURING_LOAD(name)                                       \
    *(void **)&api->name = dlsym(library, "io_uring_" #name);        \
    if (!api->name) return "io_uring_" #name;
    HC_LIBURING_FUNCTIONS(HC_LIBURING_LOAD)
#undef HC_LIBURING_LOAD
    *(void **)&api->register_by_code = dlsym(library, "io_uring_register");
    return api->register_by_code ? NULL : "io_uring_register";
}

#endif
