// hostcall: the operating system, callable from GPU code.  The shader's half, for GLSL compute
// shaders.
//
//     #version 460
//     #extension GL_GOOGLE_include_directive : require
//     #include "hostcall.glsl"
//     struct hello_args { uint n; };
//     HC_KERNEL(hello, hello_args, args)
//     {
//         if (hc_global_id() < args.n) hc_printf("lane %u of %u\n", hc_u(hc_global_id()), hc_u(args.n));
//     }
//
// tools/intern puts a number in the place of every string literal, then glslangValidator makes
// SPIR-V for vulkan1.3 of it; the texts travel in the image and the host knows them by number.  So
// wherever this file says `text`, a shader writes a literal (in its own file: what it includes is
// not interned), or a number the host gave it: hc_id() of a text that hc_server_texts() got.
//
// Calls are as in hostcall/device.h: each lane that reaches one makes it with its own arguments and
// gets its own result: 0 or more, or the negative of an errno (-HC_ENOENT).  Different from there:
//   - memory is named by its 64-bit device address (uint64_t(reference)), any alignment, any length; a
//     lane's own memory by hc_local()
//   - a lane can't be ended from outside its code: after hc_exit() or hc_abort(), and when the launch ends
//     for another reason, every call returns -HC_ESHUTDOWN at once, and the shader must return by itself
//   - a packet carries the call of one lane; nothing here needs lanes to reconverge
//   - hc_printf takes eight arguments at most, each through a constructor that says its type: hc_i() ...
// Never call between lanes that wait for each other (barrier(), subgroup operations in a loop).
// What this file defines starts with hc_ or HC_.  Define HC_NO_CLOCK before the include for devices
// without VK_KHR_shader_clock.
#ifndef HOSTCALL_GLSL
#define HOSTCALL_GLSL

#pragma use_vulkan_memory_model
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_scalar_block_layout : require
#extension GL_EXT_shader_explicit_arithmetic_types : require
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_atomic_int64 : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#ifndef HC_NO_CLOCK
#extension GL_EXT_shader_realtime_clock : require
#endif

#include "hostcall/protocol.h"

layout(local_size_x_id = 0) in;  // the launch's group_size

// ---------------------------------------------------------------------------------- memory by address
// For buffers that kernel, host and hostcall share: hc_words(address).at[i].  The coherence stands
// on the member, where compilers heed it; without it no acquire or release would order these
// accesses.
layout(buffer_reference, scalar, buffer_reference_align = 1) buffer hc_bytes { queuefamilycoherent uint8_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 4) buffer hc_words { queuefamilycoherent uint at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 8) buffer hc_units { queuefamilycoherent uint64_t at[]; };
layout(buffer_reference, scalar, buffer_reference_align = 16) buffer hc_quads { queuefamilycoherent uvec4 at[]; };

layout(buffer_reference, scalar, buffer_reference_align = 8) readonly buffer hc_context_ref {  // struct hc_context
    uint64_t request_lines, request_tails;
    uint64_t reply_lines, reply_tails;
    uint64_t locks, extent_locks;
    uint64_t extents_out, extents_in;
    uint64_t control;
    uint64_t clock_ticks, clock_ns, clock_scale;
    uint slots, extents;
    uint64_t user;
};

// Vulkan has no scope that reaches the host; this is the widest that every driver takes as it is
// meant.
#define HC_SCOPE gl_ScopeQueueFamily
#define HC_ACQUIRE gl_SemanticsAcquire | gl_SemanticsMakeVisible | gl_SemanticsVolatile
#define HC_RELEASE gl_SemanticsRelease | gl_SemanticsMakeAvailable | gl_SemanticsVolatile

// A unit validates itself, so relaxed access carries its word.  Volatile: else a driver may hoist a
// poll.
uint64_t hc_unit_load(uint64_t p) { return atomicLoad(hc_units(p).at[0], HC_SCOPE, 0, gl_SemanticsVolatile); }
void hc_unit_store(uint64_t p, uint64_t v) { atomicStore(hc_units(p).at[0], v, HC_SCOPE, 0, gl_SemanticsVolatile); }
// This one also carries an extent, which the host wrote before.
uint64_t hc_unit_load_acquire(uint64_t p)
{
    return atomicLoad(hc_units(p).at[0], HC_SCOPE, gl_StorageSemanticsBuffer, HC_ACQUIRE);
}
// Orders everything this lane did before and after it, for host and device.
void hc_fence()
{
    memoryBarrier(HC_SCOPE, gl_StorageSemanticsBuffer,
                  gl_SemanticsAcquireRelease | gl_SemanticsMakeAvailable | gl_SemanticsMakeVisible);
}
uint hc_word_load(uint64_t p) { return atomicLoad(hc_words(p).at[0], HC_SCOPE, 0, gl_SemanticsVolatile); }
uint hc_word_or_acquire(uint64_t p, uint v)
{
    return atomicOr(hc_words(p).at[0], v, HC_SCOPE, gl_StorageSemanticsBuffer, HC_ACQUIRE);
}
void hc_word_store_release(uint64_t p, uint v)
{
    atomicStore(hc_words(p).at[0], v, HC_SCOPE, gl_StorageSemanticsBuffer, HC_RELEASE);
}
// Atomic add on a word in device memory; the old value.
uint hc_word_add(uint64_t p, uint v)
{
    return atomicAdd(hc_words(p).at[0], v, HC_SCOPE, gl_StorageSemanticsBuffer,
                     gl_SemanticsAcquireRelease | gl_SemanticsMakeAvailable | gl_SemanticsMakeVisible);
}

// A lane's own memory, for a shader that defines HC_LOCAL_BYTES (a multiple of 4, up to 1,024)
// before the include: GLSL's variables have no address, so calls take hc_local(byte) instead.  Only
// hostcall knows it.
#ifdef HC_LOCAL_BYTES
uint hc_local_words[HC_LOCAL_BYTES / 4];
#define HC_LOCAL_BASE 0xffffffff00000000ul
uint64_t hc_local(uint at) { return HC_LOCAL_BASE + at; }
uint hc_local_get(uint at) { return hc_local_words[at / 4u] >> 8u * (at % 4u) & 255u; }
void hc_local_set(uint at, uint byte)
{
    hc_local_words[at / 4u] = hc_local_words[at / 4u] & ~(255u << 8u * (at % 4u)) | byte << 8u * (at % 4u);
}
uint hc_local_word_get(uint at) { return hc_local_words[at / 4u]; }  // at: a multiple of 4
void hc_local_word_set(uint at, uint word) { hc_local_words[at / 4u] = word; }
#define HC_EITHER(p, local, other) if (p >= HC_LOCAL_BASE) local; else other
// The bytes behind an address, if it is of such memory; else size.
uint64_t hc_size_limit(uint64_t p, uint64_t size)
{
    return p < HC_LOCAL_BASE ? size : uint(p) >= HC_LOCAL_BYTES ? 0ul : min(size, uint64_t(HC_LOCAL_BYTES - uint(p)));
}
#else
#define HC_EITHER(p, local, other) other
uint64_t hc_size_limit(uint64_t p, uint64_t size) { return size; }
#endif

uint hc_byte_load(uint64_t p) { HC_EITHER(p, return hc_local_get(uint(p)), return uint(hc_bytes(p).at[0])); }
void hc_byte_store(uint64_t p, uint byte)
{
    HC_EITHER(p, hc_local_set(uint(p), byte & 255u), hc_bytes(p).at[0] = uint8_t(byte));
}
uint hc_aligned_load(uint64_t p) { HC_EITHER(p, return hc_local_word_get(uint(p)), return hc_words(p).at[0]); }
void hc_aligned_store(uint64_t p, uint word)
{
    HC_EITHER(p, hc_local_word_set(uint(p), word), hc_words(p).at[0] = word);
}

void hc_copy(uint64_t to, uint64_t from, uint size)
{
    uint done = 0u;
    if (((uint(to) | uint(from)) & 15u) == 0u) {
        for (uint i = 0u; i < size / 16u; i++) hc_quads(to).at[i] = hc_quads(from).at[i];
        done = size & ~15u;
    } else if (((uint(to) | uint(from)) & 3u) == 0u) {
        for (uint i = 0u; i < size / 4u; i++) hc_words(to).at[i] = hc_words(from).at[i];
        done = size & ~3u;
    }
    for (; done < size; done++) hc_bytes(to).at[done] = hc_bytes(from).at[done];
}

// --------------------------------------------------------------------------------------- where a lane is

uint hc_lane() { return gl_SubgroupInvocationID; }
uint hc_wave_width() { return gl_SubgroupSize; }
// Counted here, because there are drivers whose gl_NumSubgroups leaves out a part-filled one.
uint hc_wave()
{
    return gl_WorkGroupID.x * ((gl_WorkGroupSize.x + gl_SubgroupSize - 1u) / gl_SubgroupSize) + gl_SubgroupID;
}
uint hc_group_id() { return gl_WorkGroupID.x; }
uint hc_group_count() { return gl_NumWorkGroups.x; }
uint hc_local_id() { return gl_LocalInvocationIndex; }
uint hc_group_size() { return gl_WorkGroupSize.x; }
uint hc_global_id() { return gl_GlobalInvocationID.x; }
uint hc_global_size() { return gl_NumWorkGroups.x * gl_WorkGroupSize.x; }

// HC_KERNEL(name, args type, args name) { ... }: a kernel with one struct of arguments, at most
// HC_KERNEL_ARGS_MAX bytes in scalar layout, which is C's.  One a file, and the file has its name.
// Lanes past the workgroup's end must not run it: where a wave is executed under a mask, they would
// wait for memory that they are not allowed to see.
#define HC_KERNEL(name, type, arg)                                              \
    layout(push_constant, scalar) uniform hc_push {                             \
        hc_context_ref hc_bound;                                                \
        uint64_t hc_reserved[2];                                                \
        type arg;                                                               \
    };                                                                          \
    hc_context_ref hc_context() { return hc_bound; }                            \
    void name();                                                                \
    void main()                                                                 \
    {                                                                           \
        if (gl_LocalInvocationIndex < gl_WorkGroupSize.x) name();               \
    }                                                                           \
    void name()

hc_context_ref hc_context();

// hc_server_params.user_addr.
uint64_t hc_user() { return hc_context().user; }

// The device's clock in ticks of its own; hc_clock_ns() gives nanoseconds.
uint64_t hc_ticks()
{
#ifdef HC_NO_CLOCK
    return 0ul;
#else
    return packUint2x32(clockRealtime2x32EXT());
#endif
}
uint64_t hc_clock_scale()
{
#ifdef HC_NO_CLOCK
    return 0ul;
#else
    return uint64_t(hc_context()) == 0ul ? 0ul : hc_context().clock_scale;
#endif
}
uint64_t hc_clock_device_ns()
{
    const uint64_t d = hc_ticks() - hc_context().clock_ticks, s = hc_clock_scale();
    return hc_context().clock_ns + (((d >> 32) * s) << 8) + ((d & 0xfffffffful) * s >> 24);
}

// ------------------------------------------------------------------------------------------ one call

struct hc_arg {      // an argument of hc_printf
    uint tag;        // HC_ARG_*
    uint size;       // HC_ARG_STR: its bytes
    uint64_t bits;   // value, id, or address of a string
};

struct hc_call_t {
    uint op, args;
    uint64_t arg[HC_ARGS_MAX];
    uint64_t blob;   // address of bytes to send
    uint blob_size;
    bool print;      // the blob is hc_prints[0 .. print_args)
    uint print_args;
    uint64_t data;   // address for bytes that come back
    uint room;       // bytes of it at most
    uint size;       // out: bytes that came
    uint extent;     // out: ~0 if the call kept it, for the server may yet serve it
    bool extent_out, extent_in;
    bool try_only;
};

// A lane makes one call at a time, so these stand here instead of being handed down by value.
hc_call_t hc_c;
hc_arg hc_prints[8];
bool hc_over = false;  // the launch ends: no more calls

void hc_call_init(uint op, uint args)
{
    hc_c.op = op;
    hc_c.args = args;
    hc_c.blob = 0ul;
    hc_c.blob_size = 0u;
    hc_c.print = false;
    hc_c.print_args = 0u;
    hc_c.data = 0ul;
    hc_c.room = 0u;
    hc_c.size = 0u;
    hc_c.extent = 0u;
    hc_c.extent_out = false;
    hc_c.extent_in = false;
    hc_c.try_only = false;
}

uint64_t hc_unit(uint seq, uint word) { return uint64_t(seq) << 32 | word; }
uint hc_unit_seq(uint64_t unit) { return uint(unit >> 32); }
uint hc_unit_word(uint64_t unit) { return uint(unit); }
uint hc_even(uint n) { return (n + 1u) & ~1u; }
uint hc_words_of(uint bytes) { return bytes / 4u + uint(bytes % 4u != 0u); }

// Address of unit `at` of a slot.
uint64_t hc_unit_at(uint64_t lines, uint64_t tails, uint slot, uint at)
{
    return at < HC_LINE_UNITS ? lines + (uint64_t(slot) * HC_LINE_UNITS + at) * 8ul
                              : tails + (uint64_t(slot) * HC_TAIL_UNITS + (at - HC_LINE_UNITS)) * 8ul;
}

// ------------------------------------------------------------------------------------------- waiting

#define HC_WAIT_END 2u   // why a wait ends without an answer: the launch ends
#define HC_WAIT_DOWN 3u  // the server shuts down, or its heartbeat stopped

struct hc_watch_t {  // one lane's view of the server while it waits
    uint64_t since;
    uint beat, spins;
};

// Called once per round of any wait.  0: go on waiting.  Looks at the control unit in the first
// round, which costs no time as the answer is on its way, and in every 64th after: so each call
// notices the end.
uint hc_watch(inout hc_watch_t w)
{
    w.spins++;
    if (w.spins % 64u != 1u) return 0u;
    const uint64_t control = hc_unit_load(hc_context().control);
    const uint why = hc_unit_word(control), beat = hc_unit_seq(control);
    if (why != HC_RUN) return why == HC_END_SHUTDOWN ? HC_WAIT_DOWN : HC_WAIT_END;
    if (hc_clock_scale() == 0ul || w.spins % 4096u != 1u) return 0u;
    // The server changes the beat every HC_BEAT_NS while a kernel runs.
    const uint64_t now = hc_clock_device_ns() | 1ul;
    if (w.since == 0ul || beat != w.beat) {
        w.since = now;
        w.beat = beat;
    } else if (now - w.since > uint64_t(HC_BEAT_LOST_MS) * 1000000ul) {
        return HC_WAIT_DOWN;
    }
    return 0u;
}

// What a call returns that will not be answered.
int64_t hc_gone(uint why)
{
    if (why == HC_WAIT_END) hc_over = true;
    return int64_t(-HC_ESHUTDOWN);
}

// ------------------------------------------------------------------------------------------ a request

// Takes bytes, up to four at a time, and stores words: as units of a request, or into an extent.
struct hc_sink {
    uint64_t lines, tails;
    uint64_t extent;  // address; 0: a request
    uint slot, seq, at;
    uint fill;        // bytes in bits
    uint64_t bits;
};

void hc_sink_bits(inout hc_sink s, uint value, uint bytes)
{
    s.bits |= uint64_t(value) << 8u * s.fill;
    s.fill += bytes;
    if (s.fill >= 4u) {
        if (s.extent != 0ul)
            hc_words(s.extent).at[s.at] = uint(s.bits);
        else
            hc_unit_store(hc_unit_at(s.lines, s.tails, s.slot, s.at), hc_unit(s.seq, uint(s.bits)));
        s.at++;
        s.bits >>= 32;
        s.fill -= 4u;
    }
}

struct hc_piece {
    uint value, bytes;       // this, then ...
    uint64_t from;           // ... what lies there, ...
    uint size;               // ... so many bytes
    bool last;
};

// Piece `step` of the blob.  A print's has the number of arguments, their tags, the length of a
// format (none: its id is an argument of the call), and the arguments in two pieces each.
hc_piece hc_blob_piece(uint step)
{
    if (!hc_c.print) return hc_piece(0u, 0u, hc_c.blob, hc_c.extent_out ? 0u : hc_c.blob_size, true);
    const uint n = hc_c.print_args;
    if (step <= n) return hc_piece(step == 0u ? n : hc_prints[step - 1u].tag, 1u, 0ul, 0u, false);
    if (step == n + 1u) return hc_piece(0u, 4u, 0ul, 0u, n == 0u);
    const hc_arg a = hc_prints[(step - n - 2u) / 2u];
    const bool text = a.tag == HC_ARG_STR, last = step == 3u * n + 1u;
    if ((step - n) % 2u == 0u)
        return hc_piece(text && a.bits == 0ul ? ~0u : text ? a.size : uint(a.bits), 4u, 0ul, 0u, last);
    if (text) return hc_piece(0u, 0u, a.bits, a.bits == 0ul ? 0u : a.size, last);
    return hc_piece(uint(a.bits >> 32), a.tag == HC_ARG_ID ? 0u : 4u, 0ul, 0u, last);
}

// Writes the call into a slot it has taken.  One loop with one store, because compilers copy all of
// this to every call of a shader.  The first units go last and, if an extent comes with them,
// behind a fence: the host acquires them before it touches the extent.
void hc_request_write(uint slot, uint seq, uint stride, uint room)
{
    hc_context_ref x = hc_context();
    hc_sink s = hc_sink(x.request_lines, x.request_tails, 0ul, slot, seq, HC_HEAD_WORDS + HC_CALL_WORDS, 0u, 0ul);
    const uint halves = 2u * hc_c.args, blob_at = s.at + halves;
    // A call whose sequence number sweeps writes every unit of its slot; see HC_SEQ_SWEEP.
    const uint end = seq % HC_SEQ_SWEEP == 0u ? HC_SLOT_UNITS : HC_HEAD_WORDS + stride;
    hc_piece p = hc_piece(0u, 0u, 0ul, 0u, false);
    uint step = 0u;
    bool whole = false;
    while (!whole) {
        uint value = 0u, bytes = 4u;
        if (p.size != 0u) {  // memory
            if (p.size >= 4u && (uint(p.from) & 3u) == 0u) {
                value = hc_aligned_load(p.from);
            } else {
                value = hc_byte_load(p.from);
                bytes = 1u;
            }
            p.from += bytes;
            p.size -= bytes;
        } else if (step < halves) {
            value = uint(hc_c.arg[step / 2u] >> 32u * (step % 2u));
            step++;
        } else if (!p.last) {
            if (step == halves && hc_c.extent_out) {
                s.extent = x.extents_out + uint64_t(hc_c.extent) * HC_EXTENT_BYTES;
                s.at = 0u;
            }
            p = hc_blob_piece(step - halves);
            value = p.value;
            bytes = p.bytes;
            step++;
        } else if (s.fill != 0u) {
            bytes = 4u - s.fill;
        } else if (s.extent != 0ul) {
            s.extent = 0ul;
            s.at = blob_at;
            bytes = 0u;
        } else if (s.at >= end) {
            bytes = 0u;
            whole = true;
        }
        hc_sink_bits(s, value, bytes);
    }

    const uint64_t first = hc_unit_at(x.request_lines, x.request_tails, slot, 0u);
    const uint op = hc_c.op | hc_c.args << 12 | uint(hc_c.extent_out) << 16 | uint(hc_c.extent_in) << 17 |
                    hc_c.extent << 18 | (hc_lane() & 63u) << 26;
    if (hc_c.extent_out || hc_c.extent_in) hc_fence();
    hc_unit_store(first, hc_unit(seq, 1u | stride << 8 | room << 20));
    hc_unit_store(first + 8ul, hc_unit(seq, hc_wave()));
    hc_unit_store(first + 16ul, hc_unit(seq, op));
    hc_unit_store(first + 24ul, hc_unit(seq, hc_c.blob_size));
}

// Waits for the answer and takes it.  0, or the HC_WAIT_* why there is none.
uint hc_answer_read(uint slot, uint seq, out int64_t result)
{
    hc_context_ref x = hc_context();
    const uint64_t lines = x.reply_lines, tails = x.reply_tails, first = hc_unit_at(lines, tails, slot, 0u);
    hc_watch_t watch = hc_watch_t(0ul, 0u, 0u);
    uint why = 0u;
    result = 0l;
    bool here = false;
    while (!here && why == 0u) {
        const uint64_t a = hc_unit_load(first), b = hc_unit_load(first + 8ul);  // both under way at once
        here = hc_unit_seq(a) == seq && hc_unit_seq(b) == seq;
        if (!here) why = hc_watch(watch);
    }
    // One more look decides: an answer in time is an answer, and some drivers end long loops on
    // their own.
    const uint64_t low = hc_unit_load(first), high = hc_unit_load(first + 8ul);
    if (hc_unit_seq(low) != seq || hc_unit_seq(high) != seq) return why != 0u ? why : HC_WAIT_DOWN;
    result = int64_t(uint64_t(hc_unit_word(high)) << 32 | hc_unit_word(low));
    if (hc_c.room == 0u) return 0u;

    // Pairs with the host's release of the first unit, behind its stores to the extent.
    if (hc_c.extent_in) hc_unit_load_acquire(first);
    const bool aligned = (uint(hc_c.data) & 3u) == 0u;
    uint taken = 0u;
    for (uint i = 2u; i == 2u || taken < hc_c.size; i++) {
        const uint64_t p = hc_unit_at(lines, tails, slot, i);
        why = 0u;
        while (why == 0u && hc_unit_seq(hc_unit_load(p)) != seq) why = hc_watch(watch);
        const uint64_t unit = hc_unit_load(p);
        if (hc_unit_seq(unit) != seq) return why != 0u ? why : HC_WAIT_DOWN;
        const uint word = hc_unit_word(unit);
        if (i == 2u) {
            hc_c.size = min(word, hc_c.room);
            if (hc_c.extent_in) return 0u;
        } else if (aligned && hc_c.size - taken >= 4u) {
            hc_aligned_store(hc_c.data + taken, word);
            taken += 4u;
        } else {
            for (uint b = 0u; b < 4u && taken < hc_c.size; b++, taken++)
                hc_byte_store(hc_c.data + taken, word >> 8u * b);
        }
    }
    return 0u;
}

// Makes the call hc_c.  What the host answered, -HC_EAGAIN (try_only) or -HC_ESHUTDOWN.  The whole
// of it stands inside the branch of the lane that got a slot: lanes in lockstep can't keep it from
// giving it back.
int64_t hc_transact()
{
    hc_context_ref x = hc_context();
    const uint stride = hc_even(HC_CALL_WORDS + 2u * hc_c.args + hc_words_of(hc_c.extent_out ? 0u : hc_c.blob_size));
    const uint room = hc_c.room == 0u ? 2u : hc_even(HC_ANSWER_WORDS + hc_words_of(hc_c.extent_in ? 1u : hc_c.room));
    const uint slots = x.slots;
    hc_watch_t watch = hc_watch_t(0ul, 0u, 0u);
    int64_t result = int64_t(-HC_ESHUTDOWN);
    uint slot = hc_wave() % slots, looks = 0u;
    bool done = false;
    while (!done) {
        const uint64_t lock = x.locks + 4ul * slot;
        // Acquire pairs with the release below: the last owner has read its answer.  After the
        // first slot, look before the leap.
        uint old = looks == 0u ? 0u : hc_word_load(lock);
        if ((old & 1u) == 0u) old = hc_word_or_acquire(lock, 1u);
        if ((old & 1u) == 0u) {
            const uint seq = old >> 1 >= HC_SEQ_MAX ? 1u : (old >> 1) + 1u;
            hc_request_write(slot, seq, stride, room);
            const uint why = hc_answer_read(slot, seq, result);
            if (why != 0u) {
                result = hc_gone(why);
                hc_c.extent = ~0u;
            } else {
                hc_word_store_release(lock, seq << 1);
            }
            done = true;
        } else {
            slot = slot + 1u < slots ? slot + 1u : 0u;
            looks++;
            if (looks >= slots) {
                looks = 1u;
                const uint why = hc_watch(watch);
                if (why != 0u) result = hc_gone(why);
                else if (hc_c.try_only) result = int64_t(-HC_EAGAIN);
                done = why != 0u || hc_c.try_only;
            }
        }
    }
    return result;
}

// Takes an extent if one is free: its number, or ~0.  Acquire and release as with slots.
uint hc_extent_try()
{
    hc_context_ref x = hc_context();
    uint e = hc_wave() % x.extents, found = ~0u;
    for (uint i = 0u; i < x.extents && found == ~0u; i++) {
        const uint64_t lock = x.extent_locks + 4ul * e;
        if ((hc_word_load(lock) & 1u) == 0u && (hc_word_or_acquire(lock, 1u) & 1u) == 0u) found = e;
        e = e + 1u < x.extents ? e + 1u : 0u;
    }
    return found;
}

// Makes the call hc_c, through an extent if its blob or data is too long for a slot.
int64_t hc_transact_bulk()
{
    hc_context_ref x = hc_context();
    if (hc_over || uint64_t(x) == 0ul) return int64_t(-HC_ESHUTDOWN);
    const bool out_ = hc_c.blob_size > 4u * (HC_SLOT_UNITS - HC_HEAD_WORDS - HC_CALL_WORDS - 2u * hc_c.args);
    const bool in_ = hc_c.room > 4u * (HC_SLOT_UNITS - HC_ANSWER_WORDS);
    if (hc_c.blob_size > HC_EXTENT_BYTES) return int64_t(-HC_EMSGSIZE);
    hc_c.room = min(hc_c.room, uint(HC_EXTENT_BYTES));
    hc_watch_t watch = hc_watch_t(0ul, 0u, 0u);
    int64_t result = int64_t(-HC_ESHUTDOWN);
    bool done = false;
    while (!done) {
        const uint e = out_ || in_ ? hc_extent_try() : 0u;
        if (e != ~0u) {
            const uint64_t at = uint64_t(e) * HC_EXTENT_BYTES;
            hc_c.extent = e;
            hc_c.extent_out = out_;
            hc_c.extent_in = in_;
            for (uint back = 0u; back < 2u; back++) {  // a loop, so that the copying stands here once
                if (back == 1u) result = hc_transact();
                const uint64_t to = back == 0u ? x.extents_out + at : hc_c.data;
                if (back == 0u ? out_ && !hc_c.print : in_ && result >= 0l)
                    hc_copy(to, back == 0u ? hc_c.blob : x.extents_in + at, back == 0u ? hc_c.blob_size : hc_c.size);
            }
            if ((out_ || in_) && hc_c.extent != ~0u) hc_word_store_release(x.extent_locks + 4ul * e, 0u);
            done = true;
        } else {
            const uint why = hc_watch(watch);
            if (why != 0u) result = hc_gone(why);
            else if (hc_c.try_only) result = int64_t(-HC_EAGAIN);
            done = why != 0u || hc_c.try_only;
        }
    }
    return result;
}

int64_t hc_transact1(uint op, uint64_t a)
{
    hc_call_init(op, 1u);
    hc_c.arg[0] = a;
    return hc_transact_bulk();
}

// -------------------------------------------------------------------------------------------- calls
// As in hostcall/device.h, which says more of each.

// A call that does nothing: what a round trip costs.  0.
int64_t hc_nop()
{
    hc_call_init(HC_OP_NULL, 0u);
    return hc_transact_bulk();
}

int64_t hc_transfer(uint op, int fd, uint64_t address, uint64_t size, int64_t at, bool try_only)
{
    const bool write = op == HC_OP_WRITE || op == HC_OP_PWRITE;
    size = hc_size_limit(address, size);
    if ((op == HC_OP_PWRITE || op == HC_OP_PREAD) && at < 0l) return int64_t(-HC_EINVAL);
    uint64_t done = 0ul;
    int64_t n = 0l;
    uint piece = 0u;
    do {
        piece = uint(min(size - done, uint64_t(HC_EXTENT_BYTES)));
        hc_call_init(op, 1u);
        hc_c.arg[0] = uint64_t(int64_t(fd));
        if (write) {
            hc_c.blob = address + done;
            hc_c.blob_size = piece;
        } else {
            hc_c.arg[1] = piece;
            hc_c.args = 2u;
            hc_c.data = address + done;
            hc_c.room = piece;
        }
        if (op == HC_OP_PWRITE || op == HC_OP_PREAD) hc_c.arg[hc_c.args++] = uint64_t(at) + done;
        hc_c.try_only = try_only;
        n = hc_transact_bulk();
        if (n > 0l) done += uint64_t(n);
    } while (n == int64_t(piece) && done < size);
    return n < 0l && done == 0ul ? n : int64_t(done);
}

// write(2) of size bytes at an address, and goes on until all is written or the host writes less
// than asked.  Bytes written.
int64_t hc_write(int fd, uint64_t address, uint64_t size)
{
    return hc_transfer(HC_OP_WRITE, fd, address, size, 0l, false);
}
// As hc_write, but -HC_EAGAIN if no slot is free now and nothing was written yet.
int64_t hc_try_write(int fd, uint64_t address, uint64_t size)
{
    return hc_transfer(HC_OP_WRITE, fd, address, size, 0l, true);
}
// pwrite(2) likewise; -HC_EINVAL if offset is negative.
int64_t hc_pwrite(int fd, uint64_t address, uint64_t size, int64_t offset)
{
    return hc_transfer(HC_OP_PWRITE, fd, address, size, offset, false);
}
// read(2) to an address, and goes on while pieces of 64 KiB come back full.  Bytes read; 0 at end
// of file.
int64_t hc_read(int fd, uint64_t address, uint64_t size)
{
    return hc_transfer(HC_OP_READ, fd, address, size, 0l, false);
}
int64_t hc_try_read(int fd, uint64_t address, uint64_t size)
{
    return hc_transfer(HC_OP_READ, fd, address, size, 0l, true);
}
// pread(2) likewise.
int64_t hc_pread(int fd, uint64_t address, uint64_t size, int64_t offset)
{
    return hc_transfer(HC_OP_PREAD, fd, address, size, offset, false);
}

// open(2): flags HC_O_*, mode for HC_O_CREAT.  A descriptor of the kernel's own.
int hc_open(uint text, int flags, uint mode)
{
    hc_call_init(HC_OP_OPEN, 3u);
    hc_c.arg[0] = uint64_t(int64_t(flags));
    hc_c.arg[1] = mode;
    hc_c.arg[2] = text;
    return int(hc_transact_bulk());
}
// close(2), fsync(2), unlink(2), lseek(2).
int hc_close(int fd) { return int(hc_transact1(HC_OP_CLOSE, uint64_t(int64_t(fd)))); }
int hc_fsync(int fd) { return int(hc_transact1(HC_OP_FSYNC, uint64_t(int64_t(fd)))); }
int hc_unlink(uint text) { return int(hc_transact1(HC_OP_UNLINK, text)); }
int64_t hc_lseek(int fd, int64_t offset, int whence)
{
    hc_call_init(HC_OP_LSEEK, 3u);
    hc_c.arg[0] = uint64_t(int64_t(fd));
    hc_c.arg[1] = uint64_t(offset);
    hc_c.arg[2] = uint64_t(int64_t(whence));
    return hc_transact_bulk();
}

// fgets(3) on a descriptor: up to size - 1 bytes, to the end of the line at most, the newline kept,
// a NUL added.  Bytes without the NUL; 0 at end of file.
int64_t hc_read_line(int fd, uint64_t address, uint64_t size)
{
    size = hc_size_limit(address, size);
    if (size == 0ul) return int64_t(-HC_EINVAL);
    hc_call_init(HC_OP_READ_LINE, 2u);
    hc_c.data = address;
    hc_c.room = uint(min(size - 1ul, uint64_t(HC_EXTENT_BYTES)));
    hc_c.arg[0] = uint64_t(int64_t(fd));
    hc_c.arg[1] = hc_c.room;
    const int64_t n = hc_transact_bulk();
    hc_byte_store(address + uint64_t(max(n, 0l)), 0u);
    return n;
}

// Nanoseconds of HC_CLOCK_MONOTONIC, told by the device if it has a clock, or HC_CLOCK_REALTIME.
int64_t hc_clock_ns(int clock)
{
    if (clock == HC_CLOCK_MONOTONIC && hc_clock_scale() != 0ul) return int64_t(hc_clock_device_ns());
    return hc_transact1(HC_OP_CLOCK, uint64_t(int64_t(clock)));
}

// Waits for that many nanoseconds, on the device.  0; -HC_ESHUTDOWN early.
int hc_nanosleep(uint64_t ns)
{
    const bool own = hc_clock_scale() != 0ul;
    hc_watch_t watch = hc_watch_t(0ul, 0u, 0u);
    int64_t start = -1l;
    int result = 0;
    bool done = false;
    while (!done) {
        const int64_t now = own ? int64_t(hc_clock_device_ns()) : hc_transact1(HC_OP_CLOCK, HC_CLOCK_MONOTONIC);
        const uint why = hc_watch(watch);
        if (start < 0l) start = now;
        if (now < 0l || hc_over || why != 0u) {
            if (why != 0u) hc_gone(why);
            result = -HC_ESHUTDOWN;
            done = true;
        } else {
            done = uint64_t(now - start) >= ns;
        }
    }
    return result;
}

// getenv(3) into size bytes at address, NUL added.  The length of the whole value, which may be
// more than what fitted; -HC_ENOENT if it is not set.
int64_t hc_getenv(uint text, uint64_t address, uint64_t size)
{
    size = hc_size_limit(address, size);
    hc_call_init(HC_OP_GETENV, 2u);
    hc_c.data = address;
    hc_c.room = size == 0ul ? 0u : uint(min(size - 1ul, uint64_t(HC_EXTENT_BYTES)));
    hc_c.arg[0] = hc_c.room;
    hc_c.arg[1] = text;
    const int64_t n = hc_transact_bulk();
    if (size != 0ul) hc_byte_store(address + (n < 0l ? 0u : hc_c.size), 0u);
    return n;
}

// Ends the whole launch with this status, 0 to 255 as a shell sees it.  Returns: the shader must,
// too.
void hc_exit(int status)
{
    hc_transact1(HC_OP_EXIT, uint64_t(int64_t(status)));
    hc_over = true;
}
// Likewise with status 134, as after SIGABRT.
void hc_abort()
{
    hc_call_init(HC_OP_ABORT, 0u);
    hc_transact_bulk();
    hc_over = true;
}
// Whether the launch ends: what this lane calls from now on returns -HC_ESHUTDOWN.
bool hc_ended() { return hc_over; }

// ---------------------------------------------------------------------------------- formatted output
// The host formats: all of printf's conversions but %n, %ls and %lc.  A conversion that does not
// fit its argument is an error, -HC_EINVAL, and nothing is printed.

uint64_t hc_float_bits(float v)  // of the same value as a double
{
    const uint u = floatBitsToUint(v), e = u >> 23 & 255u, m = u & 0x7fffffu;
    const uint64_t sign = uint64_t(u >> 31) << 63;
    if (e == 255u) return sign | 0x7ff0000000000000ul | uint64_t(m) << 29;
    if (e != 0u) return sign | uint64_t(e + 896u) << 52 | uint64_t(m) << 29;
    if (m == 0u) return sign;
    const uint top = uint(findMSB(m));  // a subnormal: m * 2^-149
    return sign | uint64_t(top + 874u) << 52 | (uint64_t(m) << 52u - top & 0xffffffffffffful);
}

hc_arg hc_i(int v) { return hc_arg(HC_ARG_I32, 0u, uint64_t(int64_t(v))); }        // %d %i %c
hc_arg hc_u(uint v) { return hc_arg(HC_ARG_U32, 0u, uint64_t(v)); }                // %u %x %o %c
hc_arg hc_l(int64_t v) { return hc_arg(HC_ARG_I64, 0u, uint64_t(v)); }             // %ld
hc_arg hc_ul(uint64_t v) { return hc_arg(HC_ARG_U64, 0u, v); }                     // %lu %lx
hc_arg hc_f(float v) { return hc_arg(HC_ARG_F64, 0u, hc_float_bits(v)); }          // %f %e %g %a
#define hc_d(v) hc_arg(HC_ARG_F64, 0u, packUint2x32(unpackDouble2x32(v)))          // a double; needs shaderFloat64
hc_arg hc_p(uint64_t v) { return hc_arg(HC_ARG_PTR, 0u, v); }                      // %p
hc_arg hc_s(uint text) { return hc_arg(HC_ARG_ID, 0u, uint64_t(text)); }           // %s
hc_arg hc_text(uint64_t address, uint bytes)                                       // %s of bytes in memory
{
    return hc_arg(HC_ARG_STR, uint(hc_size_limit(address, bytes)), address);
}

// Prints hc_prints[0 .. n).
int hc_print(int fd, bool try_only, uint format, uint n)
{
    hc_call_init(HC_OP_PRINT, 2u);
    hc_c.arg[0] = uint64_t(int64_t(fd));
    hc_c.arg[1] = format;
    hc_c.print = true;
    hc_c.print_args = n;
    hc_c.try_only = try_only;
    uint64_t size = 1u + n + 4u;
    for (uint i = 0u; i < n; i++) {
        const uint tag = hc_prints[i].tag;
        size += tag == HC_ARG_STR || tag == HC_ARG_ID ? 4u : 8u;
        if (tag == HC_ARG_STR && hc_prints[i].bits != 0ul) size += hc_prints[i].size;
    }
    hc_c.blob_size = uint(min(size, uint64_t(HC_EXTENT_BYTES + 1)));
    return int(hc_transact_bulk());
}

int hc_puts_to(int fd, uint text, bool try_only)
{
    hc_call_init(HC_OP_PUTS, 2u);
    hc_c.arg[0] = uint64_t(int64_t(fd));
    hc_c.arg[1] = text;
    hc_c.try_only = try_only;
    return int(hc_transact_bulk());
}
// puts(3): the text and a newline on standard output.  Bytes printed.
int hc_puts(uint text) { return hc_puts_to(1, text, false); }
int hc_try_puts(uint text) { return hc_puts_to(1, text, true); }

// Sends an unfinished line of this lane on its way: fflush(3).
int hc_flush(int fd) { return int(hc_transact1(HC_OP_FLUSH, uint64_t(int64_t(fd)))); }

// int hc_printf(text, hc_i(v), ...)              to standard output; bytes printed
// int hc_try_printf(text, hc_i(v), ...)          -HC_EAGAIN instead of waiting for a slot
// int hc_dprintf(fd, text, hc_i(v), ...)         to a descriptor
#define HC_ARGS_0
#define HC_ARGS_1 , hc_arg a
#define HC_ARGS_2 HC_ARGS_1, hc_arg b
#define HC_ARGS_3 HC_ARGS_2, hc_arg c
#define HC_ARGS_4 HC_ARGS_3, hc_arg d
#define HC_ARGS_5 HC_ARGS_4, hc_arg e
#define HC_ARGS_6 HC_ARGS_5, hc_arg f
#define HC_ARGS_7 HC_ARGS_6, hc_arg g
#define HC_ARGS_8 HC_ARGS_7, hc_arg h
#define HC_KEEP_0
#define HC_KEEP_1 hc_prints[0] = a;
#define HC_KEEP_2 HC_KEEP_1 hc_prints[1] = b;
#define HC_KEEP_3 HC_KEEP_2 hc_prints[2] = c;
#define HC_KEEP_4 HC_KEEP_3 hc_prints[3] = d;
#define HC_KEEP_5 HC_KEEP_4 hc_prints[4] = e;
#define HC_KEEP_6 HC_KEEP_5 hc_prints[5] = f;
#define HC_KEEP_7 HC_KEEP_6 hc_prints[6] = g;
#define HC_KEEP_8 HC_KEEP_7 hc_prints[7] = h;
#define HC_PRINTERS(n, args, keep)                                                                 \
    int hc_printf(uint text args) { keep return hc_print(1, false, text, n); }                     \
    int hc_try_printf(uint text args) { keep return hc_print(1, true, text, n); }                  \
    int hc_dprintf(int fd, uint text args) { keep return hc_print(fd, false, text, n); }
HC_PRINTERS(0u, HC_ARGS_0, HC_KEEP_0)
HC_PRINTERS(1u, HC_ARGS_1, HC_KEEP_1)
HC_PRINTERS(2u, HC_ARGS_2, HC_KEEP_2)
HC_PRINTERS(3u, HC_ARGS_3, HC_KEEP_3)
HC_PRINTERS(4u, HC_ARGS_4, HC_KEEP_4)
HC_PRINTERS(5u, HC_ARGS_5, HC_KEEP_5)
HC_PRINTERS(6u, HC_ARGS_6, HC_KEEP_6)
HC_PRINTERS(7u, HC_ARGS_7, HC_KEEP_7)
HC_PRINTERS(8u, HC_ARGS_8, HC_KEEP_8)

// ------------------------------------------------------------------------------- registered calls

struct hc_call_io {
    uint64_t args[5];
    uint64_t send;       // address of bytes that go along, at most 64 KiB (-HC_EMSGSIZE)
    uint send_size;
    uint64_t receive;    // address for bytes that come back; 0: none
    uint receive_size;   // room for them
    uint received;       // out: bytes that came
    bool try_only;       // -HC_EAGAIN instead of waiting for a slot
};
// All zero: the default.
hc_call_io hc_call_io_init() { return hc_call_io(uint64_t[5](0ul, 0ul, 0ul, 0ul, 0ul), 0ul, 0u, 0ul, 0u, 0u, false); }

// Calls what the host program registered under that name.  Its value, or a negative errno: its own,
// or -HC_ENOSYS if there is no such name.
int64_t hc_call_with(uint name, inout hc_call_io io)
{
    hc_call_init(HC_OP_CALL, 6u);
    hc_c.arg[0] = name;
    for (uint i = 0u; i < 5u; i++) hc_c.arg[i + 1u] = io.args[i];
    hc_c.blob = io.send;
    hc_c.blob_size = uint(hc_size_limit(io.send, io.send_size));
    hc_c.data = io.receive;
    hc_c.room = io.receive == 0ul ? 0u : uint(hc_size_limit(io.receive, io.receive_size));
    hc_c.try_only = io.try_only;
    const int64_t result = hc_transact_bulk();
    io.received = hc_c.size;
    return result;
}
int64_t hc_call_numbers(uint name, bool try_only, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
    hc_call_io io = hc_call_io_init();
    io.args = uint64_t[5](a, b, c, d, e);
    io.try_only = try_only;
    return hc_call_with(name, io);
}
// int64_t hc_call(name, ...)        with up to five numbers
// int64_t hc_try_call(name, ...)    -HC_EAGAIN instead of waiting for a slot
#define HC_CALLERS(args, values)                                                                \
    int64_t hc_call args { return hc_call_numbers(name, false, values); }                       \
    int64_t hc_try_call args { return hc_call_numbers(name, true, values); }
#define HC_COMMA ,
HC_CALLERS((uint name), 0ul HC_COMMA 0ul HC_COMMA 0ul HC_COMMA 0ul HC_COMMA 0ul)
HC_CALLERS((uint name, uint64_t a), a HC_COMMA 0ul HC_COMMA 0ul HC_COMMA 0ul HC_COMMA 0ul)
HC_CALLERS((uint name, uint64_t a, uint64_t b), a HC_COMMA b HC_COMMA 0ul HC_COMMA 0ul HC_COMMA 0ul)
HC_CALLERS((uint name, uint64_t a, uint64_t b, uint64_t c), a HC_COMMA b HC_COMMA c HC_COMMA 0ul HC_COMMA 0ul)
HC_CALLERS((uint name, uint64_t a, uint64_t b, uint64_t c, uint64_t d), a HC_COMMA b HC_COMMA c HC_COMMA d HC_COMMA 0ul)
HC_CALLERS((uint name, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e),
           a HC_COMMA b HC_COMMA c HC_COMMA d HC_COMMA e)

#endif
