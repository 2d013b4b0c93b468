// The host's half of a program that runs on a device: main() of what hostcall-cc links.
//
// Opens the device, hands the program its arguments, environment and heap, serves its calls, and exits as it did.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "hostcall/hostcall.h"
#include "libc/bridge.h"
#include "libc/host/settings.h"

enum {
    EXIT_DEADLINE = 124,    // as timeout(1) has it
    EXIT_UNAVAILABLE = 69,  // sysexits.h: there is no device, or it was lost
    GRACE_S = 2,            // from a signal to the process's end
    THREADS = 128,          // of a program that uses them, if nothing says how many
    DESCRIPTORS = 8192,     // as OPEN_MAX of the program's C library has it
    DESCRIPTORS_OWN = 128,  // the driver's and the server's
};

// hostcall-cc makes these for each program.
extern const struct hc_image hc_program_image;
extern const char hc_program_backend[];  // where it runs by itself
extern const bool hc_program_threads;    // it may start threads
extern const bool hc_program_as_gpu;     // on the cpu backend, too, it wants a stack
extern char **environ;

static hc_server server;
static int caught;  // the signal that ended the program, if one did

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "hostcall: %s\n", what);
    exit(EXIT_UNAVAILABLE);
}

// ----------------------------------------------------------------------------------------- signals

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

static _Noreturn void die_of(int number);

// A program that makes no call does not see that it is to end: then it is left alone on its device, which stops it
// when this process is gone.
static void *signals_wait(void *set)
{
    int signal;
    if (sigwait(set, &signal)) return NULL;
    __atomic_store_n(&caught, signal, __ATOMIC_RELAXED);
    hc_server_abort(server);
    sleep(GRACE_S);
    die_of(signal);
}

// Before any thread starts, so that all inherit the mask.
static void signals_block(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        struct sigaction now;
        sigaction(ending[i], NULL, &now);
        if (now.sa_handler != SIG_IGN) sigaddset(set, ending[i]);
    }
    pthread_sigmask(SIG_BLOCK, set, NULL);
    signal(SIGPIPE,
           SIG_IGN);  // the program gets EPIPE, and its C library does what the signal would
}

// Ends this process as the signal would have ended the program.
static _Noreturn void die_of(int number)
{
    // A core would be the host's, not the program's.
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    signal(number, SIG_DFL);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + number);
}

// ------------------------------------------------------------------------------------ what it gets

static uint32_t strings_measure(char *const *list, uint32_t *count)
{
    uint64_t bytes = 0;
    for (*count = 0; list[*count]; ++*count) bytes += strlen(list[*count]) + 1;
    if (bytes > UINT32_MAX / 4) fail("arguments or environment take over 1 GiB");
    return (uint32_t)bytes;
}

static char *strings_put(char *to, char *const *list)
{
    for (; *list; list++) to = stpcpy(to, *list) + 1;
    return to;
}

// A struct hc_program and the strings behind it, in memory of the device.
static hc_mem program_make(hc_dev dev, char *const *argv, hc_mem heap, hc_mem stack,
                           uint32_t threads)
{
    struct hc_program p = {.heap = heap->addr,
                           .heap_size = heap->size,
                           .threads = threads,
                           .frames = dev->caps.frames};
    if (stack) {
        p.stack = stack->addr;
        p.stack_size = stack->size;
    }
    p.text_size = strings_measure(argv, &p.argc);
    p.text_size += strings_measure(environ, &p.envc);
    hc_mem memory;
    if (hc_mem_create(dev, hc_mem_params(.size = sizeof p + p.text_size, .tag = "arguments"),
                      &memory))
        fail(hc_last_error());
    p.text = memory->addr + sizeof p;
    memcpy(memory->host, &p, sizeof p);
    strings_put(strings_put((char *)memory->host + sizeof p, argv), environ);
    return memory;
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void error_tell(const char *text)
{
    fprintf(stderr, "hostcall: %s\n", text);
    if (strstr(text, "misaligned"))
        fputs(
            "hostcall: an address is no multiple of the size that is accessed there, which C does not"
            " allow: mend the program, or link it with --hostcall-unaligned\n",
            stderr);
}

// A program's lanes are more than the descriptors that a process usually may have.  Linux makes the table of them
// longer as it fills, and once there are threads each time waits some 10 ms for all processors: so here, before.
static void descriptors_raise(void)
{
    struct rlimit limit;
    const rlim_t wanted = DESCRIPTORS + DESCRIPTORS_OWN;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int last = (int)(limit.rlim_cur < wanted ? limit.rlim_cur : wanted) - 1;
    if (null >= 0 && fcntl(last, F_GETFD) < 0 && dup2(null, last) == last) close(last);
    if (null >= 0) close(null);
}

int main(int argc, char **argv)
{
    struct hc_settings settings;
    argc = hc_settings_read(&settings, argc, argv);
    if (!hc_program_threads)
        settings.threads = 1;
    else if (!settings.threads)
        settings.threads = THREADS;
    sigset_t set;
    signals_block(&set);
    descriptors_raise();

    hc_dev dev = NULL;
    hc_mem heap = NULL, stack = NULL;
    hc_module module = NULL;
    if (hc_dev_open(
            hc_dev_params(.backend = settings.backend ? settings.backend : hc_program_backend,
                          .index = settings.device, .wave_width = 1, .resident = settings.threads,
                          .stack = settings.stack, .frames = settings.frames),
            &dev) ||
        hc_module_create(dev, &hc_program_image, &module) ||
        hc_server_create(dev, hc_server_params(.handles_max = DESCRIPTORS), &server) ||
        hc_mem_create(
            dev, hc_mem_params(.kind = HC_MEM_DEVICE, .size = settings.heap, .tag = "heap"), &heap))
        fail(hc_last_error());
    // Where lanes have a stack that all can see, it is the program's.
    if ((hc_program_as_gpu || !dev->caps.plain_stack) &&
        hc_mem_create(dev,
                      hc_mem_params(.kind = HC_MEM_DEVICE, .size = settings.stack, .tag = "stack"),
                      &stack))
        fail(hc_last_error());
    hc_mem program = program_make(dev, argv, heap, stack, settings.threads);
    pthread_t watcher;
    if (pthread_create(&watcher, NULL, signals_wait, &set)) fail("no thread to wait for signals");

    int status = 0;
    const uint64_t address = program->addr;
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    int err =
        hc_run(server,
               hc_run_params(.module = module, .kernel = "hc_program", .groups = settings.threads,
                             .group_size = dev->caps.wave_width, .args = &address,
                             .args_size = sizeof address, .deadline_ns = settings.deadline_ns),
               &status);
    const int signal = __atomic_load_n(&caught, __ATOMIC_RELAXED);
    if (settings.stats)
        fprintf(stderr, "hostcall: %llu calls\n",
                (unsigned long long)hc_server_stats(server).calls);
    if (err && !signal) error_tell(hc_last_error());
    if (err == HC_ERR_LOST && settings.deadline_ns &&
        seconds_since(&begun) > (double)settings.deadline_ns / 1e9)
        _exit(EXIT_DEADLINE);
    if (signal) die_of(signal);
    if (err == HC_ERR_LOST) _exit(EXIT_UNAVAILABLE);
    if (err) status = err == HC_ERR_DEADLINE ? EXIT_DEADLINE : EXIT_UNAVAILABLE;

    hc_server_destroy(&server);
    hc_module_destroy(&module);
    hc_mem_destroy(&program);
    hc_mem_destroy(&stack);
    hc_mem_destroy(&heap);
    hc_dev_close(&dev);
    if (status == 128 + SIGABRT) die_of(SIGABRT);
    return status;
}
