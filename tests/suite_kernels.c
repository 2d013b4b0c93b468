// The suite's kernels.  Each reports to args.out; the tests beside suite.h judge.
#define SUITE_DEVICE
#include <hostcall/device.h>

#include "suite.h"

HC_FN void report(struct suite_args args, uint32_t i, int64_t value)
{
    ((int64_t *)args.out)[i] = value;
}

// n calls a lane; out[lane]: sum of their results plus one each.
HC_KERNEL(suite_nop, struct suite_args, args)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < args.n; i++) sum += hc_nop() + 1;
    if (hc_global_id() < 65536) report(args, hc_global_id(), sum);
}

// The first lane of each wave calls n times.  out[wave]: how often its wave kept its slot after a call, or -1: no wave
// of this target does, or of this kind of launch.
HC_KERNEL(suite_keep, struct suite_args, args)
{
    if (hc_lane()) return;
    int64_t kept = 0;
    for (uint32_t i = 0; i < args.n; i++) {
        hc_nop();
#ifdef HC_KEEP
        const struct hc_claim c = hc_slot_kept(hc_context());
        kept += c.seq != 0;
        if (c.seq) hc_keep_give(hc_keep(), hc_lock_seq(hc_context(), c.slot));
        if (!hc_context()->launch) kept = -1;
#else
        kept = -1;
#endif
    }
    report(args, hc_wave(), kept);
}

// n lines a lane.
HC_KERNEL(suite_lines, struct suite_args, args)
{
    for (uint32_t i = 0; i < args.n; i++)
        hc_printf("lane %u line %u of %u ends here\n", hc_global_id(), i, args.n);
}

// n lines a lane, each in pieces.
HC_KERNEL(suite_pieces, struct suite_args, args)
{
    for (uint32_t i = 0; i < args.n; i++) {
        hc_printf("lane %u", hc_global_id());
        if (hc_global_id() % 3 == 0)
            hc_printf(" line");
        else
            hc_write(1, " line", 5);
        hc_printf(" %u", i);
        hc_puts(" ends here");
    }
    hc_printf("rest of %u", hc_global_id());
}

// Every conversion once; the host prints the same and compares.
HC_KERNEL(suite_formats, struct suite_args, args)
{
    if (hc_global_id()) return;
    const char *text = args.text;
    uint32_t i = 0;
    report(args, i++, hc_printf("plain %% text\n"));
    report(args, i++,
           hc_printf("%d %i %u %o %x %X %c|\n", -42, 42, 42u, 42u, 0xbeefu, 0xbeefu, 'q'));
    report(args, i++,
           hc_printf("%hhd %hd %ld %lld %zu %jd %td|\n", (signed char)-5, (short)-300, -5000000000L,
                     -7LL, (size_t)9, (intmax_t)-11, (ptrdiff_t)13));
    report(args, i++,
           hc_printf("%5d|%-5d|%05d|%+d|% d|%#x|%#o|%.3d|%8.4d|\n", 42, 42, 42, 42, 42, 42u, 8u, 7,
                     9));
    report(args, i++,
           hc_printf("%f %.0f %.10f %e %.3E %g %G %a|\n", 0.1, 2.5, 1.0 / 3, 12345.678, 0.00012,
                     1e-10, 1e20, 1.0));
    report(args, i++,
           hc_printf("%g %f %f %.17g %.1f %.2f|\n", 5e-324, 1.7976931348623157e308, -0.0, 0.1, 0.25,
                     2.675));
    report(args, i++,
           hc_printf("%s|%10s|%-10s|%.3s|%.*s|%*d|%-*d|\n", text, text, text, text, 2, text, 6, 1,
                     6, 2));
    report(args, i++, hc_printf("%p|%s|%s|\n", (void *)0x1234, (const char *)0, ""));
    report(args, i++,
           hc_printf("%d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d %d\n", 1,
                     2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
                     24));
}

// Lanes of a wave that print by different formats, by the same with strings of different lengths, and by one too long
// for all of them.
HC_KERNEL(suite_mixed_formats, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    const char *format = id % 3 ? "lane %u has one\n" : "the lane %u has another of two\n";
    for (uint32_t i = 0; i < args.n; i++) {
        hc_printf(format, id);
        hc_printf("lane %u says %.*s\n", id, (int)(id % 17), "aaaaaaaaaaaaaaaa");
        hc_printf("%u %u %u %u %u %u %u %u: eight numbers of lane %u\n", 1u, 2u, 3u, 4u, 5u, 6u, 7u,
                  8u, id);
    }
}

// Formats that don't fit: each must be an error.  The C compiler would refuse them, so they go in
// sideways.
HC_KERNEL(suite_bad_formats, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct hc_arg a[3] = {hc_arg_i32(1), hc_arg_f64(2.5), hc_arg_i32(3)};
    uint32_t i = 0;
    report(args, i++, hc_print(1, false, "%s\n", 1, a));
    report(args, i++, hc_print(1, false, "%f\n", 1, a));
    report(args, i++, hc_print(1, false, "%d %d\n", 1, a));
    report(args, i++, hc_print(1, false, "%d %d\n", 2, a));
    report(args, i++, hc_print(1, false, "%n\n", 1, a));
    report(args, i++, hc_print(1, false, "%y\n", 1, a));
    report(args, i++, hc_print(1, false, "%", 0, a));
    report(args, i++, hc_print(1, false, "%ls\n", 1, a));
    report(args, i++, hc_print(1, false, "%*d\n", 2, a + 1));
    report(args, i++, hc_print(1, false, "%99999999d\n", 1, a));
    report(args, i++, hc_print(1, false, "%d too many is fine\n", 2, a));
}

// Writes size bytes of data to the file text, seeks, reads them back to out + 4096 + n.  mode 1: as a
// wave. out[0..6]: results of open, write, lseek, read, fsync, close, close again.
HC_KERNEL(suite_file, struct suite_args, args)
{
    if (args.mode == 0 && hc_global_id()) return;
    int fd = 0;
    if (hc_global_id() == 0) {
        fd = hc_open(args.text, HC_O_RDWR | HC_O_CREAT | HC_O_TRUNC, 0600);
        report(args, 0, fd);
    }
    if (args.mode == 1) {
        const uint64_t mask = hc_lanes_all();
        fd = (int)hc_lanes_lead(mask, (uint32_t)fd);
        const int64_t written = hc_wave_write(fd, (const void *)args.data, args.size);
        if (hc_global_id() == 0) {
            report(args, 1, written);
            report(args, 2, hc_lseek(fd, 0, HC_SEEK_SET));
        }
        hc_lanes_sync(mask);
        const int64_t got = hc_wave_read(fd, (void *)(args.out + 4096 + args.n), args.size);
        if (hc_global_id()) return;
        report(args, 3, got);
    } else {
        report(args, 1, hc_write(fd, (const void *)args.data, args.size));
        report(args, 2, hc_lseek(fd, 0, HC_SEEK_SET));
        report(args, 3, hc_read(fd, (void *)(args.out + 4096 + args.n), args.size));
    }
    report(args, 4, hc_fsync(fd));
    report(args, 5, hc_close(fd));
    report(args, 6, hc_close(fd));
}

// Opens the file text and leaves it open.  out[0]: its descriptor.
HC_KERNEL(suite_open, struct suite_args, args)
{
    if (hc_global_id()) return;
    report(args, 0, hc_open(args.text, HC_O_RDWR, 0));
}

// Every lane writes its own 100 bytes of the shared file at its own place and reads them back.
// out[lane]: 0 or an error.
HC_KERNEL(suite_own_place, struct suite_args, args)
{
    char bytes[100], back[100];
    const uint32_t id = hc_global_id();
    for (uint32_t i = 0; i < 100; i++) bytes[i] = (char)('a' + (id + i) % 26);
    int64_t n = hc_pwrite(args.fd, bytes, 100, (int64_t)id * 100);
    if (n == 100) n = hc_pread(args.fd, back, 100, (int64_t)id * 100);
    int64_t result = n == 100 ? 0 : n < 0 ? n : -1000;
    for (uint32_t i = 0; i < 100 && !result; i++)
        if (bytes[i] != back[i]) result = -2000 - (int64_t)i;
    report(args, id, result);
}

// Reads lines from fd until the end: out[0] lines, out[1] the sum of their lengths, out[2] the last
// result.  A room of n bytes.
HC_KERNEL(suite_read_lines, struct suite_args, args)
{
    if (hc_global_id()) return;
    char line[256];
    int64_t n, lines = 0, bytes = 0;
    while ((n = hc_read_line(args.fd, line, args.n)) > 0) {
        uint32_t length = 0;
        while (line[length]) length++;
        if (length != (uint32_t)n) break;
        lines++;
        bytes += n;
    }
    report(args, 0, lines);
    report(args, 1, bytes);
    report(args, 2, n);
}

// mode: size of each read from fd until the end.  out[0] bytes, out[1] last result, out[2] reads.
HC_KERNEL(suite_read_all, struct suite_args, args)
{
    if (hc_global_id()) return;
    int64_t n, bytes = 0, reads = 0;
    while ((n = hc_read(args.fd, (void *)(args.out + 4096), args.mode)) > 0) {
        bytes += n;
        reads++;
    }
    report(args, 0, bytes);
    report(args, 1, n);
    report(args, 2, reads);
}

// size bytes of data to fd.  out[0]: result.
HC_KERNEL(suite_write, struct suite_args, args)
{
    if (hc_global_id()) return;
    report(args, 0, hc_write(args.fd, (const void *)args.data, args.size));
}

// Clocks: monotonic, realtime, monotonic after a sleep of n ns, an unknown clock.
HC_KERNEL(suite_clocks, struct suite_args, args)
{
    if (hc_global_id()) return;
    struct hc_timespec t = {0, 0};
    report(args, 0, hc_clock_ns(HC_CLOCK_MONOTONIC));
    hc_clock_gettime(HC_CLOCK_REALTIME, &t);
    report(args, 1, t.tv_sec * 1000000000 + t.tv_nsec);
    report(args, 2, hc_nanosleep(args.n));
    report(args, 3, hc_clock_ns(HC_CLOCK_MONOTONIC));
    report(args, 4, hc_clock_gettime(7, &t));
}

// The variable text to out + 4096, room of n.  out[0]: result.
HC_KERNEL(suite_getenv, struct suite_args, args)
{
    if (hc_global_id()) return;
    report(args, 0, hc_getenv(args.text, (char *)(args.out + 4096), args.n));
}

// Calls that must fail, and how.
HC_KERNEL(suite_errors, struct suite_args, args)
{
    if (hc_global_id()) return;
    char *room = (char *)(args.out + 8192);
    uint32_t i = 0;
    report(args, i++, hc_close(99));
    report(args, i++, hc_read(-1, room, 10));
    report(args, i++, hc_write(2000000000, "x", 1));
    report(args, i++, hc_open("/nonexistent/file", HC_O_RDONLY, 0));
    report(args, i++, hc_open("/tmp", HC_O_WRONLY, 0));
    report(args, i++, hc_open("/tmp/x", 3, 0));
    report(args, i++, hc_open("/tmp/x", 0x40000000, 0));
    report(args, i++, hc_unlink("/nonexistent"));
    report(args, i++, hc_pread(args.fd, room, 10, -1));
    report(args, i++, hc_lseek(args.fd, -5, HC_SEEK_SET));
    report(args, i++, hc_lseek(args.fd, 0, 9));
    report(args, i++, hc_fsync(12345));
    for (uint32_t k = 0; k < 5000; k++) room[k] = 'p';
    room[5000] = 0;
    report(args, i++, hc_open(room, HC_O_RDONLY, 0));
    report(args, i++, hc_read_line(args.fd, room, 0));
    report(args, i++, hc_write(args.fd, "x", 0));
    report(args, i++, hc_read(args.fd, room, 0));
    // A stale descriptor: its number must not name the file opened after it.
    const int first = hc_open("/dev/null", HC_O_RDONLY, 0);
    hc_close(first);
    const int second = hc_open("/dev/null", HC_O_RDONLY, 0);
    report(args, i++, first == second);
    report(args, i++, hc_read(first, room, 1));
    report(args, i++, hc_close(second));
    report(args, i++, hc_write(0x7fffffff, "x", 1));
}

// Opens /dev/null until it fails: out[0] how many, out[1] why not more.
HC_KERNEL(suite_exhaust, struct suite_args, args)
{
    if (hc_global_id()) return;
    int64_t n = 0;
    int fd;
    while ((fd = hc_open("/dev/null", HC_O_RDONLY, 0)) >= 0) n++;
    report(args, 0, n);
    report(args, 1, fd);
}

// Registered calls.  out: results in order; out + 4096: what came back.
HC_KERNEL(suite_calls, struct suite_args, args)
{
    if (hc_global_id()) return;
    uint32_t i = 0;
    report(args, i++, hc_call("test.add", 2, 3, 4, 5, 6));
    report(args, i++, hc_call("test.no-such-call", 1));
    report(args, i++, hc_call("test.fails"));
    struct hc_call_io io = {{0, 0, 0, 0, 0},
                            (const void *)args.data,
                            (uint32_t)args.size,
                            (void *)(args.out + 4096),
                            args.n,
                            0,
                            false};
    report(args, i++, hc_call_with("test.reverse", &io));
    report(args, i++, io.received);
    io.send_size = HC_EXTENT_BYTES + 1;
    report(args, i++, hc_call_with("test.reverse", &io));
}

// Every lane calls test.add n times with its own numbers.  out[lane]: how often the result was
// wrong.
HC_KERNEL(suite_call_all, struct suite_args, args)
{
    int64_t wrong = 0;
    for (uint32_t i = 0; i < args.n; i++)
        wrong += hc_call("test.add", hc_global_id(), i) != (int64_t)hc_global_id() + i;
    report(args, hc_global_id(), wrong);
}

// The first lane of each wave takes turns until it is told that it is over.  out[wave]: how many.
HC_KERNEL(suite_turns, struct suite_args, args)
{
    if (hc_lane()) return;
    int64_t turns = 1;
    while (hc_call("test.turn") == 0) turns++;
    report(args, hc_wave(), turns);
}

// Lanes go separate ways: loops of different lengths, different calls, some leave early.
// out[lane]: calls made right.
HC_KERNEL(suite_diverge, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    uint32_t random = id * 2654435761u + 12345u, right = 0;
    for (uint32_t i = 0; i < args.n + id % 7; i++) {
        random = random * 1664525u + 1013904223u;
        const uint32_t way = random >> 24;
        if (way < 80) {
            right += hc_nop() == 0;
        } else if (way < 140) {
            right += hc_call("test.add", id, i, way) == (int64_t)(id + i + way);
        } else if (way < 170) {
            for (uint32_t k = 0; k < way % 4; k++) hc_nop();
            right += hc_close(-5) == -HC_EBADF;
        } else if (way < 200) {
            char back[32];
            right += hc_getenv("SUITE_DIVERGE", back, sizeof back) == 5 && back[4] == '5';
        } else {
            right++;
        }
        if (way == 255) break;
    }
    report(args, id, right);
}

// mode 0: sleeps for ever; 1: reads fd, which never answers; 2: calls for ever; 3: waits 1 s a call
// that is slow.
HC_KERNEL(suite_forever, struct suite_args, args)
{
    char byte;
    if (args.mode == SUITE_WARM) return;
    hc_printf("lane %u begins\n", hc_global_id());
    for (;;) {
        if (args.mode == 0) hc_nanosleep(1000000000000ull);
        if (args.mode == 1) hc_read(args.fd, &byte, 1);
        if (args.mode == 2) hc_nop();
        if (args.mode == 3) hc_call("test.slow");
        if (args.mode == 4 && hc_nop() == -HC_ESHUTDOWN) break;
        if (args.mode == 5 && hc_read(args.fd, &byte, 1) == -HC_ESHUTDOWN) break;
    }
    report(args, hc_global_id(), -HC_ESHUTDOWN);
}

// Prints a line, notes that it returned, and: lane n ends the launch (mode 0: exit 7, 1: abort).
HC_KERNEL(suite_end, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    hc_printf("lane %u was here\n", id);
    report(args, id, 1);
    if (id == args.n) {
        hc_printf("unfinished");
        if (args.mode == 0) hc_exit(7);
        hc_abort();
    }
    if (args.mode == 2 && id % 97 == 0) hc_exit(9);
}

// With all slots taken by lanes that wait (lanes under n read fd), the others try.  Lanes of other
// waves than the waiting ones. out[0]: tries that gave EAGAIN; ends when one did, after 4 s
// at most, and tells the host by adding to data.
HC_KERNEL(suite_try, struct suite_args, args)
{
    char byte;
    if (hc_wave() < args.n) {
        if (hc_lane() == 0) report(args, 1, hc_read(args.fd, &byte, 1));
        return;
    }
    if (hc_lane()) return;
    hc_nanosleep(200000000);
    int64_t r = 0, again = 0;
    const int64_t start = hc_clock_ns(HC_CLOCK_MONOTONIC);
    const int64_t most = args.n ? 4000000000 : 100000000;
    while (!again && hc_clock_ns(HC_CLOCK_MONOTONIC) - start < most) {
        r = hc_try_write(1, "x", 1);
        if (r == -HC_EAGAIN) again++;
    }
    report(args, 0, again);
    report(args, 2, hc_try_puts("x"));
    report(args, 3, hc_try_printf("x\n"));
    report(args, 4, hc_try_call("test.add", 1));
    hc_word_add((uint32_t *)args.data, 1);
}

// Puts n words of data into a slot as they are, valid sequence numbers upon them, and waits for the
// first answer. mode 1: the words are whole units, sequence numbers and all; nothing is waited for.
// out[0]: the answer.
HC_KERNEL(suite_garbage, struct suite_args, args)
{
    if (hc_global_id()) return;
    const struct hc_context *x = hc_context();
    const struct hc_claim claim = hc_slot_claim(x, 0);
    struct hc_area out, in;
    out.lines = (uint64_t *)x->request_lines;
    out.tails = (uint64_t *)x->request_tails;
    in.lines = (uint64_t *)x->reply_lines;
    in.tails = (uint64_t *)x->reply_tails;
    if (args.mode == 1) {
        const uint64_t *units = (const uint64_t *)args.data;
        for (uint32_t i = args.n; i-- > 0;)
            hc_unit_store(hc_area_unit(out, claim.slot, i), units[i]);
        hc_slot_release(x, claim);
        return;
    }
    const uint32_t *words = (const uint32_t *)args.data;
    for (uint32_t i = args.n; i-- > 0;)
        hc_unit_store(hc_area_unit(out, claim.slot, i), hc_unit(claim.seq, words[i]));
    struct hc_call c = hc_call_init(0, 0);
    int64_t result = 0;
    const uint32_t why = hc_answer_read(x, &c, in, claim.slot, claim.seq, 0, &result);
    report(args, 0, why ? -9999 : result);
    hc_slot_release(x, claim);
}

// Writes past what one lane can send at once, from every lane: extents change hands.  out[lane]: 0
// or what was wrong.
HC_KERNEL(suite_extents, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    uint8_t *room = (uint8_t *)args.out + 65536 + (uint64_t)id * 3000;
    for (uint32_t i = 0; i < 3000; i++) room[i] = (uint8_t)(id * 7 + i);
    struct hc_call_io io = {{0, 0, 0, 0, 0}, room, 3000, room, 3000, 0, false};
    int64_t r = hc_call_with("test.reverse", &io);
    if (r == 3000 && io.received == 3000) {
        r = 0;
        for (uint32_t i = 0; i < 3000 && !r; i++)
            if (room[i] != (uint8_t)(id * 7 + 2999 - i)) r = -1 - (int64_t)i;
    }
    report(args, id, r);
}

// A call through the only extent; out[0]: its result, out[1]: which extent was free after it.
HC_KERNEL(suite_extent_kept, struct suite_args, args)
{
    if (hc_global_id()) return;
    uint8_t *room = (uint8_t *)args.data;
    struct hc_call_io io = {{0, 0, 0, 0, 0}, room, 3000, room, 3000, 0, false};
    report(args, 0, hc_call_with("test.stubborn", &io));
    // The call's function waits for this one; pairs with its load.
    hc_unit_store((uint64_t *)args.out + 1, (uint64_t)(int64_t)hc_extent_try(hc_context()));
}

// Every lane puts n records of 8 bytes on fd: lane and number in hexadecimal, and a newline.  mode 1: each third by
// hc_dprintf, and now and then another call on fd.  out[lane]: how many calls went wrong.
HC_KERNEL(suite_stream_write, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    int64_t wrong = 0;
    for (uint32_t i = 0; i < args.n; i++) {
        char record[8];
        for (uint32_t k = 0; k < 7; k++) {
            const uint32_t digit = (k < 4 ? id >> (12 - 4 * k) : i >> (24 - 4 * k)) & 15;
            record[k] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }
        record[7] = '\n';
        if (args.mode && i % 3 == 2)
            wrong += hc_dprintf(args.fd, "%04x%03x\n", id, i) != 8;
        else
            wrong += hc_write(args.fd, record, 8) != 8;
        if (args.mode && i % 5 == 4) wrong += hc_lseek(args.fd, 0, HC_SEEK_CUR) != -HC_ESPIPE;
    }
    report(args, id, wrong);
}

// Every lane reads fd until its end, even ones by line, odd ones 8 bytes at a time.  out[lane]: bytes, or what failed.
HC_KERNEL(suite_stream_read, struct suite_args, args)
{
    const uint32_t id = hc_global_id();
    char line[64];
    int64_t n, bytes = 0;
    do {
        n = id % 2 ? hc_read(args.fd, line, 8) : hc_read_line(args.fd, line, sizeof line);
        if (n > 0) bytes += n;
    } while (n > 0);
    report(args, id, n < 0 ? n : bytes);
}

// Group 0 writes size bytes of data to fd; group 1 ends the launch once descriptor mode, if not 0, has a byte.
// out[0]: bytes written.
HC_KERNEL(suite_stream_end, struct suite_args, args)
{
    if (hc_lane() || args.mode == SUITE_WARM) return;
    if (hc_group_id() == 0) report(args, 0, hc_write(args.fd, (const void *)args.data, args.size));
    if (hc_group_id() == 1 && args.mode) {
        char byte;
        report(args, 1, hc_read((int)args.mode, &byte, 1));
        hc_exit(3);
    }
}

// Groups under n read a byte each from fd; group n then writes as many to descriptor mode.  out[group]: results.
HC_KERNEL(suite_stream_wait, struct suite_args, args)
{
    char byte;
    const uint32_t group = hc_group_id();
    if (hc_lane() || group > args.n) return;
    if (group < args.n) {
        report(args, group, hc_read(args.fd, &byte, 1));
        return;
    }
    hc_nanosleep(50000000);
    report(args, group, hc_write((int)args.mode, "bytes", args.n));
}
