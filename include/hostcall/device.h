// hostcall: the operating system, callable from GPU code.  The kernel's half, one source for C,
// CUDA, HIP.
//
//     #include <hostcall/device.h>
//     struct hello_args { uint32_t n; };
//     HC_KERNEL(hello, struct hello_args, args)
//     {
//         if (hc_global_id() < args.n) hc_printf("lane %u of %u\n", hc_global_id(), args.n);
//     }
//
// Compile it with the host's C compiler (cpu), nvcc -x cu (cuda), clang
// --target=amdgcn-amd-amdhsa (hip), or clang --target=nvptx64 -D__HOSTCALL_SPIRV__ and hc-spirv
// (vulkan, docs/spirv.md).  Calls are per lane: every lane that reaches one makes it, with
// its own arguments, and gets its own result; lanes that arrive together share a packet.  Results
// are 0 or more, or the negative of an errno (-HC_ENOENT): there is no errno variable.  A call
// waits for its answer, for a free slot too; the hc_try_ forms return -HC_EAGAIN instead of waiting
// for a slot.  When the server shuts down, calls return -HC_ESHUTDOWN; when the launch ends
// (hc_exit, hc_abort, deadline), lanes end in their next call. Pointers are the device's own; the
// host never follows them.
#ifndef HOSTCALL_DEVICE_H
#define HOSTCALL_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__HOSTCALL_SPIRV__)
#include "backends/vulkan/device.h"
#elif defined(__CUDACC__) || defined(__NVPTX__)
#include "backends/cuda/device.h"
#elif defined(__AMDGCN__)
#include "backends/hip/device.h"
#else
#include "backends/cpu/device.h"
#endif
#include "core/bulk.h"
#include "core/format.h"

// --------------------------------------------------------------------------------- where a lane is
// Each target's device.h gives hc_lane, hc_wave_width, hc_wave, hc_group_id, hc_group_count,
// hc_local_id, hc_group_size, hc_ticks (device clock, see hc_clock_gettime for nanoseconds) and
//   hc_fence()        orders everything this lane did before and after it, for host and device; needed
//                     only around memory that kernel and host share outside of calls
//   hc_lanes_all()    waits for all lanes of the wave that have not ended: their mask
//   hc_word_add(p,v)  atomic add on a word in device memory, returns the old value

HC_FN uint32_t hc_global_id(void) { return hc_group_id() * hc_group_size() + hc_local_id(); }
HC_FN uint32_t hc_global_size(void) { return hc_group_count() * hc_group_size(); }

// hc_server_params.user_addr.
HC_FN uint64_t hc_user(void) { return hc_bound(hc_context()) ? hc_context()->user : 0; }

// ------------------------------------------------------------------------------------- plumbing

// Makes a call whose blob or data may be too long for a slot: through an extent then, up to
// HC_EXTENT_BYTES each way.  Everything stands inside the branch of the lane that got the extent,
// so lanes in lockstep can't keep each other from giving it back.
HC_COLD int64_t hc_transact_bulk(struct hc_call *c)
{
    const bool out = c->blob_size > hc_blob_max(c->args), in = c->room > HC_DATA_MAX;
    if (!out && !in) return hc_transact(c);
    if (c->blob_size > HC_EXTENT_BYTES) return -HC_EMSGSIZE;
    if (c->room > HC_EXTENT_BYTES) c->room = HC_EXTENT_BYTES;
    const struct hc_context *x = hc_context();
    if (!hc_bound(x)) return -HC_ESHUTDOWN;
    struct hc_watch watch = {0, 0, 0};
    int64_t result = 0;
    bool done = false;
    while (!done) {
        const int extent = hc_extent_try(x);
        if (extent >= 0) {
            c->extent = extent;
            c->extent_out = out;
            c->extent_in = in;
            if (out) {
                if (c->print) {
                    const struct hc_area none = {0, 0};
                    struct hc_sink s = hc_sink_init(none, 0, 0, 0, hc_extent_out(x, extent));
                    hc_sink_blob(&s, c, true);
                } else {
                    hc_bytes_copy(hc_extent_out(x, extent), c->blob, 0, 1, c->blob_size);
                }
            }
            result = hc_transact(c);
            if (in && result >= 0) hc_bytes_copy(c->data, hc_extent_in(x, extent), 0, 1, c->size);
            if (c->extent >= 0) hc_extent_release(x, extent);
            done = HC_OPAQUE(true);
        } else if (c->try_only) {
            result = -HC_EAGAIN;
            done = true;
        } else {
            const uint32_t why = hc_watch(x, &watch);
            if (why == HC_WAIT_END) hc_lane_end();
            if (why) result = -HC_ESHUTDOWN;
            done = why != 0;
        }
    }
    return result;
}

HC_FN int64_t hc_transact0(uint32_t op)
{
    struct hc_call c = hc_call_init(op, 0);
    return hc_transact_here(&c);
}
HC_FN int64_t hc_transact1(uint32_t op, uint64_t a)
{
    struct hc_call c = hc_call_init(op, 1);
    c.arg[0] = a;
    return hc_transact_here(&c);
}

// ------------------------------------------------------------------------------------------ calls

// A call that does nothing: what a round trip costs.  0.
HC_FN int64_t hc_nop(void) { return hc_transact0(HC_OP_NULL); }

// The piece of a longer transfer that one call takes, and the loop around it: goes on after full
// pieces, stops at the first short one.  Bytes done, or the first piece's error.
HC_COLD int64_t hc_transfer(uint32_t op, int fd, void *data, uint64_t size, int64_t at,
                            bool try_only)
{
    const bool write = op == HC_OP_WRITE || op == HC_OP_PWRITE;
    uint64_t done = 0;
    do {
        const uint32_t piece =
            size - done < HC_EXTENT_BYTES ? (uint32_t)(size - done) : HC_EXTENT_BYTES;
        struct hc_call c = hc_call_init(op, 1);
        c.arg[0] = (uint64_t)(int64_t)fd;
        if (!write) c.arg[c.args++] = piece;
        if (at >= 0) c.arg[c.args++] = (uint64_t)at + done;
        if (write) {
            c.blob = (uint8_t *)data + done;
            c.blob_size = piece;
        } else {
            c.data = (uint8_t *)data + done;
            c.room = piece;
        }
        c.try_only = try_only;
        const int64_t n = hc_transact_bulk(&c);
        if (n < 0) return done ? (int64_t)done : n;
        done += (uint64_t)n;
        if (n < (int64_t)piece) break;
    } while (done < size);
    return (int64_t)done;
}

// write(2), and goes on until all is written or the host writes less than asked (then the count
// says so).  Bytes written.  Any size; over 2,000 bytes or so it takes 64 KiB a round trip.
HC_FN int64_t hc_write(int fd, const void *data, uint64_t size)
{
    return hc_transfer(HC_OP_WRITE, fd, (void *)(uint64_t)data, size, -1, false);
}
// As hc_write, but -HC_EAGAIN if no slot is free now and nothing was written yet.
HC_FN int64_t hc_try_write(int fd, const void *data, uint64_t size)
{
    return hc_transfer(HC_OP_WRITE, fd, (void *)(uint64_t)data, size, -1, true);
}
// pwrite(2) likewise; offset must not be negative (-HC_EINVAL).
HC_FN int64_t hc_pwrite(int fd, const void *data, uint64_t size, int64_t offset)
{
    return offset < 0 ? -HC_EINVAL
                      : hc_transfer(HC_OP_PWRITE, fd, (void *)(uint64_t)data, size, offset, false);
}

// read(2), and goes on while pieces of 64 KiB come back full.  Bytes read; 0 at end of file.
HC_FN int64_t hc_read(int fd, void *data, uint64_t size)
{
    return hc_transfer(HC_OP_READ, fd, data, size, -1, false);
}
HC_FN int64_t hc_try_read(int fd, void *data, uint64_t size)
{
    return hc_transfer(HC_OP_READ, fd, data, size, -1, true);
}
// pread(2) likewise.
HC_FN int64_t hc_pread(int fd, void *data, uint64_t size, int64_t offset)
{
    return offset < 0 ? -HC_EINVAL : hc_transfer(HC_OP_PREAD, fd, data, size, offset, false);
}

// Calls that send one text and a few numbers.
HC_FN int64_t hc_transact_text(uint32_t op, const char *text, uint32_t args, uint64_t a, uint64_t b)
{
    struct hc_call c = hc_call_init(op, args + 1);
    c.arg[0] = a;
    c.arg[1] = b;
    c.arg[args] = 0;  // no id: the text itself is sent
    c.blob = text;
    c.blob_size = hc_text_size(text, HC_EXTENT_BYTES);
    return hc_transact_bulk(&c);
}

// open(2): flags HC_O_*, mode for HC_O_CREAT.  A descriptor of the kernel's own, closed with the
// server at the latest; -HC_ENAMETOOLONG over PATH_MAX.
HC_FN int hc_open(const char *path, int flags, uint32_t mode)
{
    return (int)hc_transact_text(HC_OP_OPEN, path, 2, (uint64_t)(int64_t)flags, mode);
}
// close(2), lseek(2), fsync(2), unlink(2).
HC_FN int hc_close(int fd) { return (int)hc_transact1(HC_OP_CLOSE, (uint64_t)(int64_t)fd); }
HC_FN int hc_fsync(int fd) { return (int)hc_transact1(HC_OP_FSYNC, (uint64_t)(int64_t)fd); }
HC_FN int hc_unlink(const char *path) { return (int)hc_transact_text(HC_OP_UNLINK, path, 0, 0, 0); }
HC_FN int64_t hc_lseek(int fd, int64_t offset, int whence)
{
    struct hc_call c = hc_call_init(HC_OP_LSEEK, 3);
    c.arg[0] = (uint64_t)(int64_t)fd;
    c.arg[1] = (uint64_t)offset;
    c.arg[2] = (uint64_t)(int64_t)whence;
    return hc_transact(&c);
}

// fgets(3) on a descriptor: up to size - 1 bytes, to the end of the line at most, the newline kept,
// a NUL added.  Bytes without the NUL; 0 at end of file.  The rest of a longer line comes next
// time. size is cut to 64 KiB.  What was read ahead is given to hc_read too, and back by hc_lseek.
HC_FN int64_t hc_read_line(int fd, char *line, uint64_t size)
{
    if (!size) return -HC_EINVAL;
    struct hc_call c = hc_call_init(HC_OP_READ_LINE, 2);
    c.data = line;
    c.room = size - 1 < HC_EXTENT_BYTES ? (uint32_t)(size - 1) : HC_EXTENT_BYTES;
    c.arg[0] = (uint64_t)(int64_t)fd;
    c.arg[1] = c.room;
    const int64_t n = hc_transact_bulk(&c);
    line[n > 0 ? n : 0] = 0;
    return n;
}

// Nanoseconds.  HC_CLOCK_MONOTONIC is answered on the device, in line with the host's
// CLOCK_MONOTONIC to some microseconds; HC_CLOCK_REALTIME by the host.
HC_FN int64_t hc_clock_ns(int clock)
{
    const struct hc_context *x = hc_context();
    if (clock != HC_CLOCK_MONOTONIC || !hc_bound(x) || !x->clock_scale)
        return hc_transact1(HC_OP_CLOCK, (uint64_t)(int64_t)clock);
    const uint64_t d = hc_ticks() - x->clock_ticks, s = x->clock_scale;
    return (int64_t)(x->clock_ns + (((d >> 32) * s) << 8) + ((d & 0xffffffff) * s >> 24));
}
struct hc_timespec {
    int64_t tv_sec, tv_nsec;
};
// clock_gettime(2) of these two clocks.  0, or -HC_EINVAL for another clock.
HC_FN int hc_clock_gettime(int clock, struct hc_timespec *t)
{
    const int64_t ns = hc_clock_ns(clock);
    if (ns < 0) return (int)ns;
    t->tv_sec = ns / 1000000000;
    t->tv_nsec = ns % 1000000000;
    return 0;
}
// Waits for that many nanoseconds, on the device.  0; -HC_ESHUTDOWN early.
HC_FN int hc_nanosleep(uint64_t ns)
{
    const struct hc_context *x = hc_context();
    const int64_t start = hc_clock_ns(HC_CLOCK_MONOTONIC);
    if (start < 0) return (int)start;
    struct hc_watch watch = {0, 0, 0};
    while ((uint64_t)(hc_clock_ns(HC_CLOCK_MONOTONIC) - start) < ns) {
        const uint32_t why = hc_watch(x, &watch);
        if (why == HC_WAIT_END) hc_lane_end();
        if (why) return -HC_ESHUTDOWN;
    }
    return 0;
}

// getenv(3) into value, NUL added if size allows.  The length of the whole value, which may be more
// than what fitted; -HC_ENOENT if it is not set.
HC_FN int64_t hc_getenv(const char *name, char *value, uint64_t size)
{
    struct hc_call c = hc_call_init(HC_OP_GETENV, 2);
    c.blob = name;
    c.blob_size = hc_text_size(name, HC_EXTENT_BYTES);
    c.data = value;
    c.room = size ? (size - 1 < HC_EXTENT_BYTES ? (uint32_t)(size - 1) : HC_EXTENT_BYTES) : 0;
    c.arg[0] = c.room;
    c.arg[1] = 0;
    const int64_t n = hc_transact_bulk(&c);
    if (size) value[n < 0 ? 0 : c.size] = 0;
    return n;
}

// Ends the whole launch: hc_run gives the host program this status, 0 to 255 as a shell sees it.
// Other lanes end in their next call or wait.  What they printed before is written.  Does not
// return.
HC_FN void hc_exit(int status)
{
    hc_transact1(HC_OP_EXIT, (uint64_t)(int64_t)status);
    hc_lane_end();
}
// Likewise with status 134, as after SIGABRT.
HC_FN void hc_abort(void)
{
    hc_transact0(HC_OP_ABORT);
    hc_lane_end();
}

// ---------------------------------------------------------------------------------- formatted output
// Arguments travel with their types and the host formats them: its C library rounds every double
// correctly, kernels stay small, and a conversion that does not fit its argument is an error
// (-HC_EINVAL, nothing printed, one line on the server's stderr says which) instead of undefined.
// All of printf's conversions but %n, %ls and %lc; at most HC_PRINT_ARGS_MAX arguments.  One call
// is one piece of output, and a line put together by several calls of a lane is never mixed with
// another lane's.

#define HC_ARG_FN HC_FN struct hc_arg
HC_ARG_FN hc_arg_bits(uint32_t tag, uint64_t bits)
{
    struct hc_arg a;
    a.tag = tag;
    a.limit = 0;
    a.bits = bits;
    return a;
}
HC_ARG_FN hc_arg_i32(int32_t v) { return hc_arg_bits(HC_ARG_I32, (uint64_t)(int64_t)v); }
HC_ARG_FN hc_arg_u32(uint32_t v) { return hc_arg_bits(HC_ARG_U32, v); }
HC_ARG_FN hc_arg_i64(int64_t v) { return hc_arg_bits(HC_ARG_I64, (uint64_t)v); }
HC_ARG_FN hc_arg_u64(uint64_t v) { return hc_arg_bits(HC_ARG_U64, v); }
HC_ARG_FN hc_arg_f64(double v)
{
    uint64_t bits;
    __builtin_memcpy(&bits, &v, 8);
    return hc_arg_bits(HC_ARG_F64, bits);
}
HC_ARG_FN hc_arg_ptr(const void *v) { return hc_arg_bits(HC_ARG_PTR, (uint64_t)v); }
HC_ARG_FN hc_arg_str(const char *v) { return hc_arg_bits(HC_ARG_STR, (uint64_t)v); }

// Strings must be measured before they are sent: "%.*s" may stand for bytes without a NUL, and "%p"
// for a char pointer that points nowhere.
HC_FN uint32_t hc_strings_measure(const char *format, uint32_t format_size, uint32_t n,
                                  struct hc_arg *args)
{
    struct hc_spec spec;
    uint32_t at = 0, next = 0, bytes = 0;
    while (next < n && hc_spec_next(format, format_size, &at, &spec)) {
        if (spec.letter == '%') continue;
        uint32_t limit = spec.precise ? spec.precision : 0xfffffffe;
        for (uint32_t i = 0; i < spec.stars && next < n; i++, next++)
            if (i + 1 == spec.stars && spec.star_precision)
                limit = (int32_t)args[next].bits < 0 ? 0xfffffffe : (uint32_t)args[next].bits;
        if (next >= n) break;
        struct hc_arg *a = &args[next++];
        if (a->tag != HC_ARG_STR) continue;
        if (spec.letter != 's') {
            a->tag = HC_ARG_PTR;
        } else if (a->bits) {
            a->limit = hc_text_size((const char *)a->bits, limit);
            bytes += a->limit;
        }
    }
    for (; next < n; next++)
        if (args[next].tag == HC_ARG_STR) args[next].tag = HC_ARG_PTR;
    return bytes;
}

// A format's length where the compiler knows it, else this.
#define HC_SIZE_UNKNOWN 0xffffffffu

// What hc_printf and hc_dprintf become.  -HC_E2BIG: more than HC_PRINT_ARGS_MAX arguments.
HC_COLD int hc_print_sized(int fd, bool try_only, const char *format, uint32_t format_size,
                           uint32_t n, struct hc_arg *args)
{
    if (n > HC_PRINT_ARGS_MAX) return -HC_E2BIG;
    struct hc_call c = hc_call_init(HC_OP_PRINT, 2);
    c.arg[0] = (uint64_t)(int64_t)fd;
    c.arg[1] = 0;
    c.try_only = try_only;
    c.format = format;
    c.format_size =
        format_size < HC_EXTENT_BYTES ? format_size : hc_text_size(format, HC_EXTENT_BYTES);
    c.print_args = n;
    c.print = args;
    c.line = n <= HC_LINE_ARGS_MAX;
    c.blob_size = 1 + n + 4 + c.format_size;
    bool strings = false;
    for (uint32_t i = 0; i < n; i++) strings |= args[i].tag == HC_ARG_STR;
    if (strings) c.blob_size += hc_strings_measure(format, c.format_size, n, args);
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t tag = args[i].tag;
        c.blob_size += tag == HC_ARG_STR || tag == HC_ARG_ID ? 4 : 8;
        c.value_words += hc_arg_words(tag);
        if (tag == HC_ARG_STR && args[i].bits) c.value_words += hc_words(args[i].limit);
        if (i < HC_LINE_ARGS_MAX) c.tags |= tag << 4 * i;
    }
    const uint32_t common = hc_even(HC_LINE_COMMON_WORDS + hc_words(c.format_size));
    if (c.line && HC_HEAD_WORDS + common + hc_call_stride(1, 4 * c.value_words) > HC_SLOT_UNITS)
        c.line = false;
    return (int)(c.blob_size > hc_blob_max(2) ? hc_transact_bulk(&c) : hc_transact_print(&c));
}
HC_FN int hc_print(int fd, bool try_only, const char *format, uint32_t n, struct hc_arg *args)
{
    return hc_print_sized(fd, try_only, format, HC_SIZE_UNKNOWN, n, args);
}

HC_FN int64_t hc_puts_to(int fd, const char *text, bool try_only)
{
    struct hc_call c = hc_call_init(HC_OP_PUTS, 2);
    c.arg[0] = (uint64_t)(int64_t)fd;
    c.arg[1] = 0;
    c.blob = text;
    c.blob_size = hc_text_size(text, HC_EXTENT_BYTES);
    c.try_only = try_only;
    return hc_transact_bulk(&c);
}
// puts(3): the text and a newline on standard output.  Bytes printed.
HC_FN int hc_puts(const char *text) { return (int)hc_puts_to(1, text, false); }
HC_FN int hc_try_puts(const char *text) { return (int)hc_puts_to(1, text, true); }

// Sends an unfinished line of this lane on its way: fflush(3).
HC_FN int hc_flush(int fd) { return (int)hc_transact1(HC_OP_FLUSH, (uint64_t)(int64_t)fd); }

// int hc_printf(const char *format, ...)             to standard output; bytes printed
// int hc_try_printf(const char *format, ...)         -HC_EAGAIN instead of waiting for a slot
// int hc_dprintf(int fd, const char *format, ...)    to a descriptor
#ifdef __cplusplus
HC_FN struct hc_arg hc_arg_of(bool v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(char v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(signed char v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(unsigned char v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(short v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(unsigned short v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(int v) { return hc_arg_i32(v); }
HC_FN struct hc_arg hc_arg_of(unsigned v) { return hc_arg_u32(v); }
HC_FN struct hc_arg hc_arg_of(long v) { return hc_arg_i64(v); }
HC_FN struct hc_arg hc_arg_of(unsigned long v) { return hc_arg_u64(v); }
HC_FN struct hc_arg hc_arg_of(long long v) { return hc_arg_i64(v); }
HC_FN struct hc_arg hc_arg_of(unsigned long long v) { return hc_arg_u64(v); }
HC_FN struct hc_arg hc_arg_of(float v) { return hc_arg_f64(v); }
HC_FN struct hc_arg hc_arg_of(double v) { return hc_arg_f64(v); }
HC_FN struct hc_arg hc_arg_of(const char *v) { return hc_arg_str(v); }
HC_FN struct hc_arg hc_arg_of(const void *v) { return hc_arg_ptr(v); }
// A literal's length is known; of a buffer only where it ends.
template <class T> struct hc_format_of {
    HC_FN uint32_t size(void) { return HC_SIZE_UNKNOWN; }
};
template <uint32_t n> struct hc_format_of<const char (&)[n]> {
    HC_FN uint32_t size(void) { return n - 1; }
};
template <class F, class... T>
HC_FN int hc_print_args(int fd, bool try_only, const char *format, T... v)
{
    struct hc_arg args[] = {hc_arg_bits(0, 0), hc_arg_of(v)...};
    return hc_print_sized(fd, try_only, format, hc_format_of<F>::size(), (uint32_t)sizeof...(v),
                          args + 1);
}
template <class F, class... T> HC_FN int hc_printf(F &&format, T... v)
{
    return hc_print_args<F>(1, false, format, v...);
}
template <class F, class... T> HC_FN int hc_try_printf(F &&format, T... v)
{
    return hc_print_args<F>(1, true, format, v...);
}
template <class F, class... T> HC_FN int hc_dprintf(int fd, F &&format, T... v)
{
    return hc_print_args<F>(fd, false, format, v...);
}
#else
// Never called: lets the compiler check formats against arguments.
int hc_format_check(const char *format, ...) __attribute__((format(printf, 1, 2)));
// clang-format off
#define HC_ARG(v) _Generic((v), \
    bool: hc_arg_i32, char: hc_arg_i32, signed char: hc_arg_i32, unsigned char: hc_arg_i32, \
    short: hc_arg_i32, unsigned short: hc_arg_i32, int: hc_arg_i32, unsigned: hc_arg_u32, \
    long: hc_arg_i64, unsigned long: hc_arg_u64, long long: hc_arg_i64, unsigned long long: hc_arg_u64, \
    float: hc_arg_f64, double: hc_arg_f64, char *: hc_arg_str, const char *: hc_arg_str, \
    default: hc_arg_ptr)(v)
#define HC_ARGS_0(...)
#define HC_ARGS_1(a) , HC_ARG(a)
#define HC_ARGS_2(a, ...) , HC_ARG(a) HC_ARGS_1(__VA_ARGS__)
#define HC_ARGS_3(a, ...) , HC_ARG(a) HC_ARGS_2(__VA_ARGS__)
#define HC_ARGS_4(a, ...) , HC_ARG(a) HC_ARGS_3(__VA_ARGS__)
#define HC_ARGS_5(a, ...) , HC_ARG(a) HC_ARGS_4(__VA_ARGS__)
#define HC_ARGS_6(a, ...) , HC_ARG(a) HC_ARGS_5(__VA_ARGS__)
#define HC_ARGS_7(a, ...) , HC_ARG(a) HC_ARGS_6(__VA_ARGS__)
#define HC_ARGS_8(a, ...) , HC_ARG(a) HC_ARGS_7(__VA_ARGS__)
#define HC_ARGS_9(a, ...) , HC_ARG(a) HC_ARGS_8(__VA_ARGS__)
#define HC_ARGS_10(a, ...) , HC_ARG(a) HC_ARGS_9(__VA_ARGS__)
#define HC_ARGS_11(a, ...) , HC_ARG(a) HC_ARGS_10(__VA_ARGS__)
#define HC_ARGS_12(a, ...) , HC_ARG(a) HC_ARGS_11(__VA_ARGS__)
#define HC_ARGS_13(a, ...) , HC_ARG(a) HC_ARGS_12(__VA_ARGS__)
#define HC_ARGS_14(a, ...) , HC_ARG(a) HC_ARGS_13(__VA_ARGS__)
#define HC_ARGS_15(a, ...) , HC_ARG(a) HC_ARGS_14(__VA_ARGS__)
#define HC_ARGS_16(a, ...) , HC_ARG(a) HC_ARGS_15(__VA_ARGS__)
#define HC_ARGS_17(a, ...) , HC_ARG(a) HC_ARGS_16(__VA_ARGS__)
#define HC_ARGS_18(a, ...) , HC_ARG(a) HC_ARGS_17(__VA_ARGS__)
#define HC_ARGS_19(a, ...) , HC_ARG(a) HC_ARGS_18(__VA_ARGS__)
#define HC_ARGS_20(a, ...) , HC_ARG(a) HC_ARGS_19(__VA_ARGS__)
#define HC_ARGS_21(a, ...) , HC_ARG(a) HC_ARGS_20(__VA_ARGS__)
#define HC_ARGS_22(a, ...) , HC_ARG(a) HC_ARGS_21(__VA_ARGS__)
#define HC_ARGS_23(a, ...) , HC_ARG(a) HC_ARGS_22(__VA_ARGS__)
#define HC_ARGS_24(a, ...) , HC_ARG(a) HC_ARGS_23(__VA_ARGS__)
#define HC_PICK(f, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, \
                a18, a19, a20, a21, a22, \
                a23, a24, n, ...) n
#define HC_COUNT(...) HC_PICK(__VA_ARGS__, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, \
                              10, 9, 8, 7, 6, 5, 4, \
                              3, 2, 1, 0, 0)
#define HC_JOIN_(a, b) a##b
#define HC_JOIN(a, b) HC_JOIN_(a, b)
#define HC_FIRST(...) HC_FIRST_(__VA_ARGS__, 0)
#define HC_FIRST_(a, ...) a
// HC_LIST(format, a, b): HC_ARG(a), HC_ARG(b), each after a comma.
#define HC_LIST(...) HC_JOIN(HC_LIST_, HC_COUNT(__VA_ARGS__))(__VA_ARGS__)
#define HC_LIST_0(f)
#define HC_LIST_1(f, ...) HC_ARGS_1(__VA_ARGS__)
#define HC_LIST_2(f, ...) HC_ARGS_2(__VA_ARGS__)
#define HC_LIST_3(f, ...) HC_ARGS_3(__VA_ARGS__)
#define HC_LIST_4(f, ...) HC_ARGS_4(__VA_ARGS__)
#define HC_LIST_5(f, ...) HC_ARGS_5(__VA_ARGS__)
#define HC_LIST_6(f, ...) HC_ARGS_6(__VA_ARGS__)
#define HC_LIST_7(f, ...) HC_ARGS_7(__VA_ARGS__)
#define HC_LIST_8(f, ...) HC_ARGS_8(__VA_ARGS__)
#define HC_LIST_9(f, ...) HC_ARGS_9(__VA_ARGS__)
#define HC_LIST_10(f, ...) HC_ARGS_10(__VA_ARGS__)
#define HC_LIST_11(f, ...) HC_ARGS_11(__VA_ARGS__)
#define HC_LIST_12(f, ...) HC_ARGS_12(__VA_ARGS__)
#define HC_LIST_13(f, ...) HC_ARGS_13(__VA_ARGS__)
#define HC_LIST_14(f, ...) HC_ARGS_14(__VA_ARGS__)
#define HC_LIST_15(f, ...) HC_ARGS_15(__VA_ARGS__)
#define HC_LIST_16(f, ...) HC_ARGS_16(__VA_ARGS__)
#define HC_LIST_17(f, ...) HC_ARGS_17(__VA_ARGS__)
#define HC_LIST_18(f, ...) HC_ARGS_18(__VA_ARGS__)
#define HC_LIST_19(f, ...) HC_ARGS_19(__VA_ARGS__)
#define HC_LIST_20(f, ...) HC_ARGS_20(__VA_ARGS__)
#define HC_LIST_21(f, ...) HC_ARGS_21(__VA_ARGS__)
#define HC_LIST_22(f, ...) HC_ARGS_22(__VA_ARGS__)
#define HC_LIST_23(f, ...) HC_ARGS_23(__VA_ARGS__)
#define HC_LIST_24(f, ...) HC_ARGS_24(__VA_ARGS__)
#define HC_SIZE_OF(format) \
    (__builtin_constant_p(__builtin_strlen(format)) ? (uint32_t)__builtin_strlen(format) : HC_SIZE_UNKNOWN)
#define HC_PRINT_TO(fd, try_only, ...) \
    ((void)(0 && hc_format_check(__VA_ARGS__)), \
     hc_print_sized(fd, try_only, HC_FIRST(__VA_ARGS__), HC_SIZE_OF(HC_FIRST(__VA_ARGS__)), \
                    HC_COUNT(__VA_ARGS__), \
                    (struct hc_arg[]){hc_arg_bits(0, 0) HC_LIST(__VA_ARGS__)} + 1))
#define hc_printf(...) HC_PRINT_TO(1, false, __VA_ARGS__)
#define hc_try_printf(...) HC_PRINT_TO(1, true, __VA_ARGS__)
#define hc_dprintf(fd, ...) HC_PRINT_TO(fd, false, __VA_ARGS__)
// clang-format on
#endif

#ifdef __HOSTCALL_SPIRV__
// Where a function that may call itself has no room on its lane's stack: one of the lanes that are
// here says so, and the launch ends as by hc_abort().  compiler/spirv calls it.  Another file may
// define it in its own way; nothing it calls may call itself.
void hc_spirv_overflow(void);
__attribute__((weak, noinline, convergent)) void hc_spirv_overflow(void)
{
    if (hc_spirv_elect())
        hc_dprintf(
            2,
            "hostcall: lane %u: recursion too deep for its stack of %u bytes; HOSTCALL_VULKAN_STACK or"
            " hc-spirv --stack makes it larger\n",
            hc_global_id(), hc_spirv_constant(HC_SPIRV_SPEC_STACK));
    hc_abort();
}
#endif

// ------------------------------------------------------------------------------- registered calls

struct hc_call_io {      // zero is the default
    uint64_t args[5];
    const void *send;    // bytes that go along, at most 64 KiB (-HC_EMSGSIZE)
    uint32_t send_size;
    void *receive;       // where bytes that come back go
    uint32_t receive_size;  // room for them
    uint32_t received;   // out: bytes that came
    bool try_only;       // -HC_EAGAIN instead of waiting for a slot
};

// Calls what the host program registered under that name (hc_server_register).  Its value, or a
// negative errno: its own, or -HC_ENOSYS if there is no such name.
HC_FN int64_t hc_call_with(const char *name, struct hc_call_io *io)
{
    struct hc_call c = hc_call_init(HC_OP_CALL, 6);
    c.arg[0] = hc_name_id(name);
    for (uint32_t i = 0; i < 5; i++) c.arg[i + 1] = io->args[i];
    c.blob = io->send;
    c.blob_size = io->send_size;
    c.data = io->receive;
    c.room = io->receive ? io->receive_size : 0;
    c.try_only = io->try_only;
    const int64_t r = hc_transact_bulk(&c);
    io->received = c.size;
    return r;
}
HC_FN int64_t hc_call_numbers(const char *name, bool try_only, uint64_t a, uint64_t b, uint64_t c,
                              uint64_t d, uint64_t e)
{
    struct hc_call_io io = {{a, b, c, d, e}, 0, 0, 0, 0, 0, try_only};
    return hc_call_with(name, &io);
}
// int64_t hc_call(const char *name, ...)    with up to five numbers
#define hc_call(...) HC_CALL_(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define HC_CALL_(name, a, b, c, d, e, ...) \
    hc_call_numbers(name, false, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), \
                    (uint64_t)(e))
#define hc_try_call(...) HC_TRY_CALL_(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define HC_TRY_CALL_(name, a, b, c, d, e, ...) \
    hc_call_numbers(name, true, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), \
                    (uint64_t)(e))

// ------------------------------------------------------------------------------------- whole waves
// Every lane of the wave that has not ended calls these, with the same arguments, and gets the same
// result; they copy together, 16 bytes a lane and step, and one of them calls.  For bandwidth: a
// lone lane copies slowly.

HC_FN int64_t hc_wave_write(int fd, const void *data, uint64_t size)
{
    return hc_wave_transfer(HC_OP_WRITE, fd, (void *)(uint64_t)data, size);
}
HC_FN int64_t hc_wave_read(int fd, void *data, uint64_t size)
{
    return hc_wave_transfer(HC_OP_READ, fd, data, size);
}

#endif
