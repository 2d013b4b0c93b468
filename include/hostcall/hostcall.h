// hostcall: the operating system, callable from GPU code.  The host's half.
//
//     hc_dev dev = NULL;
//     hc_server server = NULL;
//     hc_module module = NULL;
//     int status = 0;
//     int err = hc_dev_open(hc_dev_params(0), &dev);
//     if (!err) err = hc_server_create(dev, hc_server_params(0), &server);
//     if (!err) err = hc_module_create(dev, &tour_image, &module);
//     if (!err) err = hc_run(server, hc_run_params(.module = module, .kernel = "tour"), &status);
//     if (err) fprintf(stderr, "%s\n", hc_last_error());
//     hc_module_destroy(&module);
//     hc_server_destroy(&server);
//     hc_dev_close(&dev);
//
// Results: 0 or a positive count, or a negative HC_ERR_*; then hc_last_error() of the same thread
// says what failed and what to do about it.  Outputs are set only on success.  Parameters are
// structs where zero is the default, written behind a macro of the same name: hc_run_params(.groups
// = 8).  Handles are destroyed through their address, which becomes NULL; destroying NULL does
// nothing. Thread-safety is stated per function; different devices never share state.
#ifndef HOSTCALL_HOSTCALL_H
#define HOSTCALL_HOSTCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HC_API __attribute__((visibility("default")))
#else
#define HC_API
#endif

enum {
    HC_ERR_ARGUMENT = -1,   // a parameter is wrong; the text names it
    HC_ERR_DEVICE = -2,     // no such device, or no driver for it; the text says what to install
    HC_ERR_MEMORY = -3,     // host or device memory could not be had
    HC_ERR_MODULE = -4,     // no part of the image runs on this device, or no such kernel
    HC_ERR_DEADLINE = -5,   // the launch did not end in time and was ended
    HC_ERR_LOST = -6,       // the device no longer answers; close it
    HC_ERR_SYSTEM = -7,     // the operating system refused; the text has its reason
    HC_ERR_UNSUPPORTED = -8,  // this backend or device can't; ask hc_caps first
    HC_ERR_BUSY = -9,       // a kernel is still running, or a name is taken
};

// Text of the last failed call on this thread, never NULL, valid until the next failed call on it.
HC_API const char *hc_last_error(void);

typedef const struct hc_dev_t *hc_dev;
typedef const struct hc_mem_t *hc_mem;
typedef struct hc_module_t *hc_module;
typedef struct hc_kernel_t *hc_kernel;  // owned by its module
typedef struct hc_stream_t *hc_stream;
typedef struct hc_server_t *hc_server;

// ---------------------------------------------------------------------------------------- devices

struct hc_caps {            // filled by hc_dev_open; 0 or false means absent
    char name[128];         // "NVIDIA H100 80GB HBM3", "cpu: 4 waves of 32 lanes"
    char driver[128];       // driver and version, as its maker writes them
    uint32_t wave_width;    // lanes of a wave (warp, subgroup)
    uint32_t resident;      // waves the device keeps in flight at once, as far as known
    uint32_t group_max;     // largest group_size of a launch
    bool mapped;            // HC_MEM_MAPPED is device memory; false: it falls back to host memory
    bool live;              // host and a running kernel see each other's stores
    bool copy_beside;       // hc_mem_copy runs beside a running kernel
    bool cuts_loops;        // the driver ends long loops by itself: hc_run looks for lost calls
    bool device_clock;      // kernels read a clock without asking the host
    bool plain_stack;       // a lane's stack is memory like any other, hc_dev_params.stack of it
    double ns_per_tick;     // of that clock
    size_t frames;          // bytes of stack a lane, as hc_dev_params.frames asked; 0: unknown
};

struct hc_dev_t {  // fields are for reading
    const struct hc_backend *backend;
    const char *backend_name;  // "cpu", "cuda", "hip", "vulkan"
    struct hc_caps caps;
};

struct hc_dev_params {
    const char *backend;    // NULL: environment HOSTCALL_BACKEND, else the one chosen at build time
    int index;              // which of that backend's devices
    uint32_t
        wave_width;  // cpu: lanes of a wave, a power of two to 64; 0: HOSTCALL_CPU_WIDTH, else 32
    uint32_t resident;      // cpu: waves that run at once; 0: twice the processors, at least 4
    uint32_t diverge;       // cpu: seed of a scheduler that splits waves at random; 0: none
    size_t stack;           // cpu: bytes of stack a lane; 0: 256 KiB
    size_t frames;          // cuda, hip: likewise; less if the driver has no more; 0: its own choice
    bool no_mapped;         // force HC_MEM_MAPPED into host memory (also: HOSTCALL_NO_MAPPED=1)
    bool validate;          // vulkan: turn the validation layer on; its complaints go to stderr
};
#define hc_dev_params(...) (&(struct hc_dev_params){__VA_ARGS__})

// Opens a device.  HC_ERR_DEVICE with one line naming what is missing and the cure, if there is
// none. Any thread.
HC_API int hc_dev_open(const struct hc_dev_params *params, hc_dev *out);

// Closes it.  Everything made from it must be gone.  Leaves NULL, accepts NULL.
HC_API void hc_dev_close(hc_dev *dev);

// Names of the backends this library was built with, NULL-terminated; the first is the default.
HC_API const char *const *hc_backends(void);

// ----------------------------------------------------------------------------------------- memory

enum hc_mem_kind {
    HC_MEM_SHARED,  // host memory the device reads and writes in place; cached on the host
    HC_MEM_MAPPED,  // device memory the host writes in place; the host avoids reading it (slow)
    HC_MEM_DEVICE,  // device memory; host is NULL
};

struct hc_mem_params {
    enum hc_mem_kind kind;
    size_t size;            // bytes, not 0
    const char *tag;        // named in errors; NULL: "memory"
};
#define hc_mem_params(...) (&(struct hc_mem_params){__VA_ARGS__})

struct hc_mem_t {  // fields are for reading
    hc_dev dev;
    enum hc_mem_kind kind;
    size_t size;
    void *host;             // NULL for HC_MEM_DEVICE
    uint64_t addr;          // what a kernel dereferences
    bool write_combined;    // host stores need hc_mem_publish() to leave the processor
};

// Allocates zeroed memory, aligned to 4096 bytes.  The caller owns it.  One thread per device.
HC_API int hc_mem_create(hc_dev dev, const struct hc_mem_params *params, hc_mem *out);
HC_API void hc_mem_destroy(hc_mem *mem);

// Enqueues a copy of size bytes and returns; stream order.  HC_ERR_UNSUPPORTED where the device has
// no way.  Ranges are checked.
HC_API int hc_mem_copy(hc_stream stream, hc_mem dst, size_t dst_at, hc_mem src, size_t src_at,
                       size_t size);

// Makes this thread's stores to write-combined memory leave the processor, in order.  Cheap
// elsewhere.
HC_API void hc_mem_publish(void);

// ------------------------------------------------------------------------------ kernels and streams

// Device code as the build embeds it: one part per target, tried in order.
struct hc_image_part {
    const char *backend;    // which backend may load it
    const char *kernel;     // the one kernel it holds (SPIR-V), or NULL: all of them
    const char *target;     // "sm_90", "gfx90a", for messages
    const void *data;
    size_t size;            // bytes
};
struct hc_text {            // a string a shader names by id
    uint32_t id;            // hc_id() of text
    const char *text;
};
struct hc_image {
    const char *name;
    const struct hc_image_part *parts;
    size_t part_count;
    const struct hc_text *texts;  // sorted or not; may be NULL
    size_t text_count;
};

// Loads device code.  The image must outlive the module.  One thread per device.
HC_API int hc_module_create(hc_dev dev, const struct hc_image *image, hc_module *out);
HC_API void hc_module_destroy(hc_module *module);

// Finds a kernel by name.  The module owns it.
HC_API int hc_module_kernel(hc_module module, const char *name, hc_kernel *out);

HC_API int hc_stream_create(hc_dev dev, hc_stream *out);
HC_API void hc_stream_destroy(hc_stream *stream);

// Waits up to timeout_ns for everything enqueued: 1 still busy, 0 idle, or HC_ERR_LOST.  0 only
// asks, UINT64_MAX waits for ever.
HC_API int hc_stream_poll(hc_stream stream, uint64_t timeout_ns);

#define HC_KERNEL_ARGS_MAX 104  // bytes; what Vulkan's 128 bytes of push constants leave

struct hc_launch_params {
    hc_kernel kernel;
    uint32_t groups;        // workgroups; 0: 1
    uint32_t group_size;    // lanes a workgroup; 0: one wave
    const void *args;       // one struct, copied; kernels get it by value
    size_t args_size;       // at most HC_KERNEL_ARGS_MAX bytes
};
#define hc_launch_params(...) (&(struct hc_launch_params){__VA_ARGS__})

// Enqueues a kernel and returns before it ends.  A kernel that calls needs a server that is awake:
// hc_run() sees to that, or hc_server_enter() by hand.
HC_API int hc_launch(hc_stream stream, const struct hc_launch_params *params);

// Reads the device clock beside the host's CLOCK_MONOTONIC, a few microseconds apart at most.  Runs
// a small kernel.  HC_ERR_UNSUPPORTED where kernels have no clock.
HC_API int hc_clock_pair(hc_dev dev, uint64_t *host_ns, uint64_t *ticks);

// ----------------------------------------------------------------------------------------- servers

enum hc_engine {            // what serves calls that would block on pipes and sockets, and fsync
    HC_ENGINE_AUTO,         // environment HOSTCALL_ENGINE, "workers" or "uring"; else uring where there is one
    HC_ENGINE_WORKERS,      // threads, as all other calls that block
    HC_ENGINE_URING,        // Linux's io_uring, submitted and reaped by the pollers
};

struct hc_server_params {
    uint32_t slots;         // calls (wave packets) in flight; 0: 512.  More waves than slots only wait.
    uint32_t extents;       // 64 KiB pieces for large reads and writes, each way; 0: 32
    uint32_t pollers;       // threads that look for requests; 0: 1
    uint32_t workers_max;   // threads for calls that block; 0: 64.  Started as needed.
    uint32_t handles_max;   // descriptors a kernel may hold open; 0: 1024; at most 8192
    uint64_t spin_ns;       // how long a poller spins before it yields its processor; 0: 20,000
    uint32_t sleep_ns;      // how long it sleeps at a time while a kernel runs and is silent; 0: 50,000
    uint64_t user_addr;     // copied to hc_context.user
    int stdin_fd;           // host descriptors behind the kernel's 0, 1 and 2, not closed by the server;
    int stdout_fd;          // 0 means the process's own (stdin_fd 0 is that anyway)
    int stderr_fd;
    uint32_t first_seq;     // for tests: where sequence numbers start; 0: 1
    enum hc_engine
        engine;  // HC_ENGINE_URING: HC_ERR_UNSUPPORTED, with the reason, where there is none
};
#define hc_server_params(...) (&(struct hc_server_params){__VA_ARGS__})

// Makes queue and server threads, asleep until a kernel runs.  The device must outlive it.
HC_API int hc_server_create(hc_dev dev, const struct hc_server_params *params, hc_server *out);

// Stops it: calls still open answer -HC_ESHUTDOWN, descriptors kernels left open are closed,
// threads end.  Kernels that run on only get -HC_ESHUTDOWN until hc_server_destroy's wait for
// streams that hc_run started is over; a launch of your own must have ended.
HC_API void hc_server_destroy(hc_server *server);

struct hc_run_params {
    hc_module module;
    const char *kernel;
    uint32_t groups, group_size;  // as in hc_launch_params
    const void *args;
    size_t args_size;
    uint64_t deadline_ns;   // the launch is ended when it lasts longer; 0: none
};
#define hc_run_params(...) (&(struct hc_run_params){__VA_ARGS__})

// Runs one kernel to its end and serves it.  *status is what hc_exit() gave, 134 after hc_abort()
// or hc_server_abort(), else 0; all it printed has been written by then.  HC_ERR_DEADLINE: it
// lasted too long; the text names the wave, call and time of the longest wait, and the device is
// usable again; HC_ERR_LOST: it did not end even then (a kernel that never calls can't be stopped
// from outside). status may be NULL.  One hc_run per server at a time; any thread.
HC_API int hc_run(hc_server server, const struct hc_run_params *params, int *status);

// Which server the module's kernels call when hc_launch starts them, from now on; NULL: none, their
// calls answer -HC_ESHUTDOWN.  None of them may be running.  hc_run binds by itself, for as long as it
// lasts.  Unbind before the server goes.  One thread per device.
HC_API int hc_module_bind(hc_module module, hc_server server);

// For launches of your own (hc_launch, <<<>>>): between enter and leave the server polls.  They
// nest. Leave drains: what the ended kernel asked for is done.  *status as in hc_run; may be NULL.
HC_API int hc_server_enter(hc_server server);
HC_API int hc_server_leave(hc_server server, int *status);

// Device address of the server's struct hc_context.  hc_run hands it to the module by itself; a
// program that launches by the CUDA runtime copies it to its kernels' symbol:
//     cudaMemcpyToSymbol(hc_context_data, (void *)hc_server_context(server), sizeof(struct hc_context), 0,
//                        cudaMemcpyDeviceToDevice);
HC_API uint64_t hc_server_context(hc_server server);

// Ends the launch in flight as hc_abort() would: every lane ends at its next call or in its wait.
// Any thread, signal handlers excepted.
HC_API void hc_server_abort(hc_server server);

// From now on all calls answer -HC_ESHUTDOWN, those that wait at once; kernels themselves go on.
// Any thread.
HC_API void hc_server_shutdown(hc_server server);

// ------------------------------------------------------------------------------- registered calls

struct hc_request {         // a private copy: the device can't change it any more
    uint64_t args[5];
    const void *data;       // what the kernel sent along
    size_t size;            // bytes of data
    uint32_t wave;          // number of the wave that calls
    uint32_t lane;          // and the lane of that wave
};
struct hc_reply {
    int64_t value;          // what hc_call() returns; keep it 0 or more, negatives are errnos
    void *data;             // room for what goes back
    size_t room;            // bytes of it: what the kernel can take
    size_t size;            // set: bytes that go back, at most room; starts at 0
};

// Returns 0, or a negative errno (-EINVAL) that the kernel then gets instead of the value.
typedef int hc_call_fn(void *user, const struct hc_request *request, struct hc_reply *reply);

enum {
    HC_CALL_QUICK = 1,      // never blocks and takes a microsecond or so: run it in the poller
};

// Makes fn callable from kernels as hc_call("name", ...), before or while one runs.  fn runs on
// server threads, several at once, unless HC_CALL_QUICK and one poller; it must not call the GPU
// driver in a way that waits for the running kernel.  HC_ERR_BUSY: the name, or its 32-bit id, is
// taken.  Any thread.
HC_API int hc_server_register(hc_server server, const char *name, hc_call_fn *fn, void *user,
                              unsigned flags);

// Lets kernels name texts by id (shaders have no strings).  hc_run does it for the module it runs.
HC_API int hc_server_texts(hc_server server, const struct hc_text *texts, size_t count);

// The id of a name or text: 32-bit FNV-1a, never 0.
HC_API uint32_t hc_id(const char *text);

// Gives kernels a descriptor of the host program's: duplicated, closed with the server or by a
// kernel. *fd is the number kernels use.  Any thread.
HC_API int hc_server_share(hc_server server, int host_fd, int *fd);

struct hc_stats {
    uint64_t packets;       // requests served
    uint64_t calls;         // calls in them: a packed wave is one packet, a call a lane
    uint64_t refused;       // packets that broke the protocol
    uint64_t to_workers;    // packets handed to a worker thread
    uint64_t to_ring;       // packets whose calls io_uring did
};
// Counters since the server was made.  Any thread; they may lag a running kernel.
HC_API struct hc_stats hc_server_stats(hc_server server);

#ifdef __cplusplus
}
#endif
#endif
