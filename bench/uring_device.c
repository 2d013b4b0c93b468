// Could a device do without a host thread of ours?  It fills entries of an io_uring itself, in rings that
// lie in memory it shares with the host, and a thread of the system's (SQPOLL) takes them; beside the same
// calls through a server, and one host thread with a ring.  An experiment: docs/engines.md has its verdict.
//
// Rings are made in memory of ours (IORING_SETUP_NO_MMAP, Linux 6.5): shared memory of the backend, or
// where the system can't use that, memory registered with the driver (cuda).
#include "bench/blocking.h"
#include "bench/load.h"
#include "core/liburing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1u << 14)
#endif

enum {
    PAGE = 4096,
    PAGES = 3,
    ENTRIES = 8,
    ROUNDS_MAX = 20000000,
    IDLE_MS = 60000,
    WAVES_MOST = 64,
    RINGS_MOST = 1200  // in all: the system lets go of a ring's pages some time after it is closed
};

static const struct bench_work echo = {"pipe, 8 B", BENCH_BLOCK_ECHO, 8, false, 2};

struct room {
    const struct bench *b;
    hc_mem mem;       // of the backend; NULL: registered
    uint8_t *host;    // PAGES for each ring: itself, its entries, data
    uint64_t addr;
    size_t size;
    int fds[WAVES_MOST];
    uint32_t count, made;
};

static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ring_register(int fd, unsigned code, void *arg, unsigned count)
{
    return (int)syscall(__NR_io_uring_register, fd, code, arg, count);
}

// The field that newer headers call user_addr is the last of both structs.
static void address_set(void *offsets, size_t size, const void *address)
{
    const uint64_t value = (uintptr_t)address;
    memcpy((uint8_t *)offsets + size - sizeof value, &value, sizeof value);
}

// Lets the ring take nothing but reads and writes of what is registered.
static bool ring_bind(int fd, uint8_t *data, const int files[2])
{
    struct iovec memory = {data, PAGE};
    struct io_uring_restriction rules[] = {
        {.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_READ_FIXED},
        {.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_WRITE_FIXED},
        {.opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED, .sqe_flags = IOSQE_FIXED_FILE},
        {.opcode = IORING_RESTRICTION_SQE_FLAGS_REQUIRED, .sqe_flags = IOSQE_FIXED_FILE},
    };
    return !ring_register(fd, IORING_REGISTER_BUFFERS, &memory, 1) &&
           !ring_register(fd, IORING_REGISTER_FILES, (void *)(uintptr_t)files, 2) &&
           !ring_register(fd, IORING_REGISTER_RESTRICTIONS, rules, sizeof rules / sizeof *rules) &&
           !ring_register(fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
}

// The system's thread begins asleep, and falls asleep again after IDLE_MS; only a host thread can wake it.
// Entry 0 tells that it is awake.
static void ring_wake(int fd, uint8_t *page, const struct io_uring_params *p)
{
    const uint32_t *done = (const uint32_t *)(const void *)(page + p->cq_off.tail);
    const uint64_t deadline = bench_now() + 5000000000u;
    __atomic_store_n((uint32_t *)(void *)(page + p->sq_off.tail), 1, __ATOMIC_RELEASE);
    while (!__atomic_load_n(done, __ATOMIC_ACQUIRE)) {
        syscall(__NR_io_uring_enter, fd, 0, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0);
        if (bench_now() > deadline) bench_fail("SQPOLL: the system's thread does not wake");
        usleep(200);
    }
    __atomic_store_n((uint32_t *)(void *)(page + p->cq_off.head), 1, __ATOMIC_RELEASE);
}

// A ring in the wave's pages; 0 or an errno.
static int ring_make(struct room *r, struct bench_ring *out, const struct bench_ends *ends,
                     bool bind)
{
    uint8_t *page = r->host + (size_t)r->made++ * PAGES * PAGE, *data = page + 2 * PAGE;
    const uint64_t at = r->addr + (uint64_t)(page - r->host);
    if (r->made > RINGS_MOST) bench_fail("too many rings");
    struct io_uring_params p = {.flags = IORING_SETUP_SQPOLL | IORING_SETUP_NO_MMAP |
                                         (bind ? IORING_SETUP_R_DISABLED : 0u) |
                                         (r->count ? IORING_SETUP_ATTACH_WQ : 0u),
                                .sq_thread_idle = IDLE_MS,
                                .wq_fd = (uint32_t)r->fds[0]};
    address_set(&p.cq_off, sizeof p.cq_off, page);
    address_set(&p.sq_off, sizeof p.sq_off, page + PAGE);
    const int fd = (int)syscall(__NR_io_uring_setup, ENTRIES, &p);
    if (fd < 0) return errno;
    r->fds[r->count++] = fd;
    uint32_t *array = (uint32_t *)(void *)(page + p.sq_off.array);
    for (uint32_t i = 0; i < p.sq_entries; i++) array[i] = i;
    if (bind && !ring_bind(fd, data, (const int[2]){ends->from, ends->to})) return errno;
    ring_wake(fd, page, &p);
    *out = (struct bench_ring){
        .sqes = at + PAGE,
        .sq_tail = at + p.sq_off.tail,
        .cq_tail = at + p.cq_off.tail,
        .cq_head = at + p.cq_off.head,
        .cqes = at + p.cq_off.cqes,
        .out = at + 2 * PAGE,
        .in = at + 2 * PAGE + 64,
        .out_host = (uintptr_t)data,
        .in_host = (uintptr_t)data + 64,
        .from = bind ? 0 : ends->from,
        .to = bind ? 1 : ends->to,
        .sq_mask = p.sq_entries - 1,
        .cq_mask = p.cq_entries - 1,
        .next = 1,
    };
    return 0;
}

static void rings_close(struct room *r)
{
    while (r->count) close(r->fds[--r->count]);
}

// ----------------------------------------------------------------------------------------- memory

// Ordinary memory that a CUDA device may use; false: there is no way.
static bool room_register(struct room *r)
{
    int (*get)(void **) = NULL, (*retain)(void **, int) = NULL, (*set)(void *) = NULL;
    int (*pin)(void *, size_t, unsigned) = NULL, (*address)(uint64_t *, void *, unsigned) = NULL;
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL), *context = NULL;
    if (strcmp(r->b->dev->backend_name, "cuda") || !library) return false;
    *(void **)&get = dlsym(library, "cuCtxGetCurrent");
    *(void **)&retain = dlsym(library, "cuDevicePrimaryCtxRetain");
    *(void **)&set = dlsym(library, "cuCtxSetCurrent");
    *(void **)&pin = dlsym(library, "cuMemHostRegister_v2");
    *(void **)&address = dlsym(library, "cuMemHostGetDevicePointer_v2");
    if (!get || !retain || !set || !pin || !address) return false;
    if ((get(&context) || !context) && (retain(&context, r->b->index) || set(context)))
        return false;
    r->host = mmap(NULL, r->size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    enum { PORTABLE_AND_MAPPED = 3 };
    return r->host != MAP_FAILED && !pin(r->host, r->size, PORTABLE_AND_MAPPED) &&
           !address(&r->addr, r->host, 0);
}

static struct room room_open(const struct bench *b)
{
    struct room r = {.b = b, .size = (size_t)RINGS_MOST * PAGES * PAGE};
    const struct bench_ends none = {-1, -1};
    struct bench_ring ring;
    r.mem = bench_mem(b, HC_MEM_SHARED, r.size, "rings");
    r.host = r.mem->host;
    r.addr = r.mem->addr;
    int err = ring_make(&r, &ring, &none, false);
    rings_close(&r);
    if (err) {
        bench_note(b, "no ring in the backend's own memory: %s", strerror(err));
        hc_mem_destroy(&r.mem);
        if (room_register(&r)) {
            err = ring_make(&r, &ring, &none, false);
            rings_close(&r);
        }
    }
    if (err) bench_skip("no ring in memory that the device can use: %s", strerror(err));
    bench_note(b, "rings lie in %s memory", r.mem ? "the backend's shared" : "registered");
    return r;
}

// --------------------------------------------------------------------------------------- measuring

static struct bench_span rings_run(struct room *r, const struct bench_room *pipes,
                                   enum bench_ring_mode mode)
{
    const struct bench *b = r->b;
    const uint32_t waves = pipes->workers;
    const bool bind = mode == BENCH_RING_BOUND || mode == BENCH_RING_HOSTILE;
    hc_mem rings = bench_mem(b, HC_MEM_SHARED, waves * sizeof(struct bench_ring), "rings");
    hc_mem out = bench_mem(b, HC_MEM_SHARED, waves * sizeof(struct bench_lane), "reports");
    struct bench_args args;
    memset(&args, 0, sizeof args);
    for (uint32_t i = 0; i < waves; i++) {
        const int err = ring_make(r, (struct bench_ring *)rings->host + i, &pipes->ends[i], bind);
        if (err) bench_fail("ring %u: %s", i, strerror(err));
    }
    args.request = rings->addr;
    args.out = out->addr;
    args.ticks = bench_ticks(b, b->seconds * 1e9);
    args.mode = mode;
    args.rounds = ROUNDS_MAX;
    bench_launch(b, "bench_uring", waves, 0, &args);
    bench_wait(b, "bench_uring");
    const struct bench_span span = bench_lanes_sum(b, out->host, waves, "bench_uring");
    rings_close(r);
    hc_mem_destroy(&out);
    hc_mem_destroy(&rings);
    return span;
}

enum way { WAY_HOST_RING, WAY_WORKERS, WAY_URING, WAY_NOP, WAY_ECHO, WAY_BOUND, WAYS };
static const char *const way_names[WAYS] = {"host thread, ring",   "server, workers",
                                            "server, uring",       "device, no operation",
                                            "device, write, read", "device, bound ring"};

static struct bench_span way_run(struct room *r, enum way way, uint32_t waves, double *cpu)
{
    struct bench_room pipes = bench_room_open(&echo, waves);
    hc_server server = NULL;
    if (way == WAY_WORKERS || way == WAY_URING)
        server =
            bench_server(r->b, hc_server_params(.engine = way == WAY_URING ? HC_ENGINE_URING
                                                                           : HC_ENGINE_WORKERS));
    const double begin = cpu_now();
    const struct bench_span span =
        way == WAY_HOST_RING ? bench_block_ring(&pipes, r->b->seconds)
        : server             ? bench_block_kernel(r->b, server, &pipes)
                             : rings_run(r, &pipes, (enum bench_ring_mode)(way - WAY_NOP));
    *cpu = cpu_now() - begin;
    hc_server_destroy(&server);
    bench_room_close(&pipes);
    return span;
}

static double way_measure(struct room *r, enum way way, uint32_t waves, double floor)
{
    struct bench_samples times = {NULL, 0, 0}, costs = {NULL, 0, 0};
    for (int i = r->b->quick ? 1 : 3; i > 0; i--) {
        double cpu;
        const struct bench_span span = way_run(r, way, waves, &cpu);
        if (!span.calls) return 0;
        const double calls = (double)span.calls * (way == WAY_NOP ? 1 : echo.calls);
        bench_samples_add(&times, span.seconds * 1e6 * waves / calls);
        bench_samples_add(&costs, cpu / calls / 1000);
    }
    const struct bench_figure time = bench_samples_figure(&times),
                              cost = bench_samples_figure(&costs);
    const struct bench_facts *facts = bench_facts(.way = way_names[way], .shape = way_names[way],
                                                  .waves = waves, .lanes = 1, .bytes = echo.size);
    bench_row(r->b, facts, &time, "us a call", floor, "%s, %u", way_names[way], waves);
    bench_row(r->b, facts, &cost, "us of cpu", 0, "%s, %u", way_names[way], waves);
    return time.p50;
}

int main(int argc, char **argv)
{
    struct bench b;
    bench_open(&b, "uring_device", "could a device fill io_uring's entries itself?", argc, argv);
    bench_load_needs(&b);
    extern const struct hc_image uring_image;
    hc_module_destroy(&b.module);
    bench_check(hc_module_create(b.dev, &uring_image, &b.module), "hc_module_create");
    hc_module calls = NULL, rings = b.module;
    bench_check(hc_module_create(b.dev, &bench_image, &calls), "hc_module_create");
    if (!bench_has_kernel(&b, "bench_uring"))
        bench_skip("%s: no kernel for rings", b.dev->backend_name);
    struct room room = room_open(&b);
    struct bench with_calls = b;
    with_calls.module = calls;
    const uint32_t most = bench_resident(&b) < WAVES_MOST ? bench_resident(&b) : WAVES_MOST;
    for (uint32_t waves = 1; waves <= most; waves = waves < 4 ? 4 : waves * 4) {
        double floor = 0;
        for (enum way way = 0; way < WAYS; way++) {
            room.b = way < WAY_NOP ? &with_calls : &b;
            const double time = way_measure(&room, way, waves, floor);
            if (way == WAY_HOST_RING) floor = time;
        }
        if (b.quick) break;
    }
    room.b = &b;
    struct bench_room pipes = bench_room_open(&echo, 1);
    rings_run(&room, &pipes, BENCH_RING_HOSTILE);
    bench_room_close(&pipes);
    bench_note(&b, "a bound ring refused all that it must");
    hc_mem_destroy(&room.mem);
    hc_module_destroy(&calls);
    b.module = rings;
    return bench_close(&b);
}
