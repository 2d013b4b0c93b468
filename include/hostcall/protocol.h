// The wire: what a device and its host say to each other, shared by C, C++, CUDA, HIP and GLSL.
//
// A *slot* is one lane of traffic: a request area in host memory, written only by the device, and a
// reply area in device memory (or host memory where that cannot be mapped), written only by the
// host. Both are arrays of 8-byte *units*: a 32-bit word below, the sequence number of the call
// above.  A unit is stored and loaded whole, so a word is valid exactly when its sequence number
// is; no fence separates payload from flag.  docs/protocol.md tells it from both sides,
// docs/ordering.md why it holds.
//
// A request is    head (2 words) | common | call 0 | call 1 | ... | call k-1        all calls `stride`
// words long
//   head 0        k : 7 | there is a common part : 1 | stride : 12 | room : 12          (low bits first)
//   head 1        number of the wave, for diagnostics
//   common 0      words of the common part, even; the rest is as the operation of its calls has it
//   call 0        op : 12 | args : 4 | extent out : 1 | extent in : 1 | extent : 8 | lane : 6
//   call 1        bytes of blob
//   call 2..      args as 64-bit values, low word first; then the blob, unless it lies in an extent
// A reply is      answer 0 | answer 1 | ... | answer k-1                   all answers `room` words
// long
//   answer 0,1    result: 0 or more, or the negative of an errno below
//   answer 2      bytes of data, if the room is over 2 words
//   answer 3..    data, unless it lies in an extent
#ifndef HOSTCALL_PROTOCOL_H
#define HOSTCALL_PROTOCOL_H

#define HC_PROTOCOL_VERSION 1

#define HC_SLOT_UNITS 512  // units in each direction of a slot: 4 KiB of memory, 2 KiB of words
#define HC_LINE_UNITS 16   // the first 128 bytes of a slot lie together with those of its neighbours
#define HC_TAIL_UNITS 496  // the rest lies apart, so that polling touches one line a slot
#define HC_HEAD_WORDS 2
#define HC_CALL_WORDS 2
#define HC_ANSWER_WORDS 3
#define HC_ARGS_MAX 6
// plain memory for long blobs and data, one pair (out, in) per extent
#define HC_EXTENT_BYTES 65536
#define HC_EXTENTS_MAX 256
#define HC_SLOTS_MAX 4096
#define HC_LANES_MAX 64

// Sequence numbers run from 1 to HC_SEQ_MAX and start again; 0 is memory nobody wrote yet.  A word
// that a short message left behind must not come round as valid: every HC_SEQ_SWEEP calls of a slot
// both sides write all of its units, so no unit is ever older than twice that many.
#define HC_SEQ_MAX 0x7fffffff
#define HC_SEQ_SWEEP 0x10000000

// The control unit (host writes, device polls): word = why calls must end, upper half = heartbeat.
#define HC_RUN 0        // calls proceed
#define HC_END_EXIT 1   // a lane called hc_exit: lanes end at their next call
#define HC_END_ABORT 2  // a lane called hc_abort, the host ended the launch, or a deadline passed
#define HC_END_SHUTDOWN 3  // the server stops: calls return -HC_ESHUTDOWN and lanes go on

// The server changes the heartbeat this often while a kernel may call.  A device gives up a wait when it
// stands still for much longer: its server is gone.
#define HC_BEAT_NS 50000000
#define HC_BEAT_LOST_MS 60000  // long enough for a host program in a debugger

// Operations.  Numbers are wire format: add at the end, never reuse.
#define HC_OP_NULL 0      // ()                                    -> 0
#define HC_OP_WRITE 1     // (fd) blob                             -> bytes written
#define HC_OP_READ 2      // (fd, size)                            -> bytes, data
#define HC_OP_PWRITE 3    // (fd, offset) blob                     -> bytes written
#define HC_OP_PREAD 4     // (fd, size, offset)                    -> bytes, data
#define HC_OP_OPEN 5      // (flags, mode, name id) path           -> fd
#define HC_OP_CLOSE 6     // (fd)                                  -> 0
#define HC_OP_LSEEK 7     // (fd, offset, whence)                  -> offset
#define HC_OP_FSYNC 8     // (fd)                                  -> 0
#define HC_OP_UNLINK 9    // (name id) path                        -> 0
#define HC_OP_READ_LINE 10  // (fd, size)                          -> bytes, data
#define HC_OP_CLOCK 11    // (clock)                               -> nanoseconds
#define HC_OP_GETENV 12   // (size, name id) name                  -> full length, data
#define HC_OP_EXIT 13     // (status)                              -> 0, and the launch ends
#define HC_OP_ABORT 14    // ()                                    -> 0, and the launch ends
#define HC_OP_PRINT 15    // (fd, format id) formatted-output blob -> bytes printed
#define HC_OP_PUTS 16     // (fd, text id) text                    -> bytes printed, newline added
#define HC_OP_FLUSH 17    // (fd)                                  -> 0
#define HC_OP_CALL 18     // (name id, a, b, c, d, e) blob         -> value, data
#define HC_OP_STAT 19     // (flags, name id) path                -> 0, struct hc_stat
#define HC_OP_FSTAT 20    // (fd)                                 -> 0, struct hc_stat
#define HC_OP_ACCESS 21   // (mode, name id) path                 -> 0
#define HC_OP_MKDIR 22    // (mode, name id) path                 -> 0
#define HC_OP_RMDIR 23    // (name id) path                       -> 0
#define HC_OP_CHDIR 24    // (name id) path                       -> 0
#define HC_OP_GETCWD 25   // (size)                               -> full length, data
#define HC_OP_RENAME 26   // (bytes of the first) two paths       -> 0
#define HC_OP_LINK 27     // (bytes of the first) two paths       -> 0
#define HC_OP_SYMLINK 28  // (bytes of the first) text, path      -> 0
#define HC_OP_READLINK 29  // (size, name id) path                -> bytes, data
#define HC_OP_CHMOD 30    // (mode, name id) path                 -> 0
#define HC_OP_FCHMOD 31   // (fd, mode)                           -> 0
#define HC_OP_TRUNCATE 32  // (size, name id) path                -> 0
#define HC_OP_FTRUNCATE 33  // (fd, size)                         -> 0
#define HC_OP_DUP 34      // (fd, to or -1, flags)                -> fd
#define HC_OP_PIPE 35     // (flags)                              -> read fd | write fd << 32
#define HC_OP_FCNTL 36    // (fd, command, argument)              -> value; locks: see struct hc_flock
#define HC_OP_ISATTY 37   // (fd)                                 -> 1
#define HC_OP_POLL 38     // (n, timeout in ms) n hc_pollfd       -> how many are ready, n hc_pollfd
#define HC_OP_READDIR 39  // (fd, size)                           -> bytes, data: hc_dirent...
#define HC_OP_REWINDDIR 40  // (fd)                               -> 0
#define HC_OP_RANDOM 41   // (size)                               -> bytes, data
#define HC_OP_UTIMENS 42  // (atime s, ns, mtime s, ns, flags, name id) path -> 0
#define HC_OP_UMASK 43    // (mask)                               -> old mask
#define HC_OP_GETID 44    // (which: HC_ID_*)                     -> id
#define HC_OP_TIMES 45    // ()                                   -> 0, 4 * i64 ns, see below
#define HC_OP_SYSTEM 46   // () command                           -> wait status, or 1, see below
#define HC_OP_SPAWN 47    // (0 read | 1 write) command           -> fd | pid << 32
#define HC_OP_WAIT 48     // (pid, options)                       -> pid | wait status << 32
#define HC_OP_KILL 49     // (pid, signal)                        -> 0
#define HC_OP_LINE 50     // (fd) values; common: formatted output -> bytes printed
#define HC_OP_COUNT 51
// TIMES: user, system, those of children.  SYSTEM without a command: 1 if there is a shell.

// Text and names may be sent as an id instead of bytes: 32-bit FNV-1a of the text, 0 for "in the
// blob".

// Blob of HC_OP_PRINT: n : u8, n tags : u8, format length : u32 le, format, then per argument 8
// bytes le, or for HC_ARG_STR a u32 length and the bytes, or for HC_ARG_ID a u32 id.  Length ~0 is
// a null pointer.
//
// Calls of HC_OP_LINE share the format.  Common: words, n : 8 | bytes of format : 24, tags : 4 each (low bits first),
// 0, format.  Values: per argument a word for HC_ARG_I32, HC_ARG_U32, HC_ARG_ID, two for others, for HC_ARG_STR a
// word, its bytes (~0: a null pointer), and those.
#define HC_LINE_ARGS_MAX 8
#define HC_LINE_COMMON_WORDS 4
#define HC_ARG_I32 1
#define HC_ARG_U32 2
#define HC_ARG_I64 3
#define HC_ARG_U64 4
#define HC_ARG_F64 5
#define HC_ARG_PTR 6
#define HC_ARG_STR 7
#define HC_ARG_ID 8
#define HC_PRINT_ARGS_MAX 24

// errno values as every device sees them: Linux's numbers, translated by a host that has others.
#define HC_EPERM 1
#define HC_ENOENT 2
#define HC_ESRCH 3
#define HC_EINTR 4
#define HC_EIO 5
#define HC_ENXIO 6
#define HC_E2BIG 7
#define HC_ENOEXEC 8
#define HC_EBADF 9
#define HC_ECHILD 10
#define HC_EAGAIN 11
#define HC_ENOMEM 12
#define HC_EACCES 13
#define HC_EFAULT 14
#define HC_EBUSY 16
#define HC_EEXIST 17
#define HC_EXDEV 18
#define HC_ENODEV 19
#define HC_ENOTDIR 20
#define HC_EISDIR 21
#define HC_EINVAL 22
#define HC_ENFILE 23
#define HC_EMFILE 24
#define HC_ENOTTY 25
#define HC_ETXTBSY 26
#define HC_EFBIG 27
#define HC_ENOSPC 28
#define HC_ESPIPE 29
#define HC_EROFS 30
#define HC_EMLINK 31
#define HC_EPIPE 32
#define HC_EDOM 33
#define HC_ERANGE 34
#define HC_EDEADLK 35
#define HC_ENAMETOOLONG 36
#define HC_ENOLCK 37
#define HC_ENOSYS 38
#define HC_ENOTEMPTY 39
#define HC_ELOOP 40
#define HC_EPROTO 71
#define HC_EOVERFLOW 75
#define HC_EILSEQ 84
#define HC_EMSGSIZE 90
#define HC_EOPNOTSUPP 95
#define HC_ESHUTDOWN 108
#define HC_ETIMEDOUT 110
#define HC_ESTALE 116
#define HC_EDQUOT 122

// Open flags, Linux's numbers again.
#define HC_O_RDONLY 0
#define HC_O_WRONLY 1
#define HC_O_RDWR 2
#define HC_O_CREAT 0x40
#define HC_O_EXCL 0x80
#define HC_O_NOCTTY 0x100  // always so
#define HC_O_TRUNC 0x200
#define HC_O_APPEND 0x400
#define HC_O_NONBLOCK 0x800   // reads and writes answer -HC_EAGAIN instead of waiting
#define HC_O_DIRECTORY 0x10000
#define HC_O_NOFOLLOW 0x20000
#define HC_O_CLOEXEC 0x80000  // matters for 0, 1, 2 alone: children never see others
#define HC_SEEK_SET 0
#define HC_SEEK_CUR 1
#define HC_SEEK_END 2
#define HC_CLOCK_REALTIME 0
#define HC_CLOCK_MONOTONIC 1

// Linux's numbers once more: files, descriptors, children.
#define HC_S_IFMT 0170000
#define HC_S_IFSOCK 0140000
#define HC_S_IFLNK 0120000
#define HC_S_IFREG 0100000
#define HC_S_IFBLK 0060000
#define HC_S_IFDIR 0040000
#define HC_S_IFCHR 0020000
#define HC_S_IFIFO 0010000
#define HC_AT_NOFOLLOW 0x100  // HC_OP_STAT, HC_OP_UTIMENS: of a symbolic link itself
#define HC_F_OK 0             // HC_OP_ACCESS
#define HC_X_OK 1
#define HC_W_OK 2
#define HC_R_OK 4
#define HC_UTIME_NOW 0x3fffffff   // in place of nanoseconds
#define HC_UTIME_OMIT 0x3ffffffe
#define HC_DT_UNKNOWN 0  // struct hc_dirent.type
#define HC_DT_FIFO 1
#define HC_DT_CHR 2
#define HC_DT_DIR 4
#define HC_DT_BLK 6
#define HC_DT_REG 8
#define HC_DT_LNK 10
#define HC_DT_SOCK 12
#define HC_POLLIN 1
#define HC_POLLPRI 2
#define HC_POLLOUT 4
#define HC_POLLERR 8
#define HC_POLLHUP 0x10
#define HC_POLLNVAL 0x20
#define HC_F_DUPFD 0  // HC_OP_FCNTL
#define HC_F_GETFD 1
#define HC_F_SETFD 2
#define HC_F_GETFL 3
#define HC_F_SETFL 4
#define HC_F_GETLK 5
#define HC_F_SETLK 6
#define HC_F_SETLKW 7
#define HC_F_DUPFD_CLOEXEC 1030
#define HC_FD_CLOEXEC 1
#define HC_F_RDLCK 0
#define HC_F_WRLCK 1
#define HC_F_UNLCK 2
#define HC_WNOHANG 1  // HC_OP_WAIT
#define HC_ID_PID 0   // HC_OP_GETID
#define HC_ID_PPID 1
#define HC_ID_UID 2
#define HC_ID_EUID 3
#define HC_ID_GID 4
#define HC_ID_EGID 5

// What a kernel is given: addresses as the device sees them.  Written once by the host, then
// constant while a kernel runs.  Byte offsets for GLSL stand behind each field.
#ifndef GL_core_profile
#include <stdint.h>

struct hc_context {
    uint64_t request_lines;  //   0  host memory: slots * HC_LINE_UNITS units
    uint64_t request_tails;  //   8  host memory: slots * HC_TAIL_UNITS units
    uint64_t reply_lines;    //  16  device memory: as above, host writes
    uint64_t reply_tails;    //  24
    uint64_t locks;          //  32  device memory: one 32-bit word a slot, seq << 1 | locked
    uint64_t
        extent_locks;  //  40  device memory: one 32-bit word an extent, 0 or 1; one more: lanes lost calls;
                       //      one a slot: lower half of the launch whose wave keeps it, or 0
    uint64_t extents_out;    //  48  host memory: extents * HC_EXTENT_BYTES
    uint64_t extents_in;     //  56  device memory: likewise, host writes
    uint64_t control;        //  64  device memory: one unit, host writes
    uint64_t clock_ticks;    //  72  device clock at the moment ...
    uint64_t clock_ns;       //  80  ... when the host's CLOCK_MONOTONIC stood here
    uint64_t clock_scale;    //  88  nanoseconds a tick, times 2^24; 0: no device clock, ask the host
    uint32_t slots;          //  96
    uint32_t extents;        // 100
    uint64_t user;           // 104  hc_server_params.user_addr, for the kernel's own use
    uint64_t
        launch;  // 112  another for each hc_run; 0: launches of one's own, whose waves keep no slots
};

// What HC_OP_STAT and HC_OP_FSTAT tell of a file.
struct hc_stat {
    uint64_t dev, ino;
    uint64_t nlink;
    uint64_t rdev;
    uint64_t size;                  // bytes
    uint64_t blksize, blocks;       // bytes; pieces of 512 bytes
    uint32_t mode;                  // HC_S_IF* | permissions
    uint32_t uid, gid;
    uint32_t reserved;              // 0
    int64_t atime_s, atime_ns;      // since 1970
    int64_t mtime_s, mtime_ns;
    int64_t ctime_s, ctime_ns;
};

// One descriptor of HC_OP_POLL.
struct hc_pollfd {
    int64_t fd;                     // negative: none, revents becomes 0
    uint16_t events;                // HC_POLL*: what is waited for
    uint16_t revents;               // what there is; HC_POLLNVAL: no such descriptor
    uint32_t reserved;
};

// What HC_OP_READDIR brings: entries in a row, each at 8 bytes, HC_DIRENT_BYTES(name_size) long.
struct hc_dirent {
    uint64_t ino;
    uint8_t type;                   // HC_DT_*
    uint8_t reserved;               // 0
    uint16_t name_size;             // bytes
    char name[4];                   // as many as name_size says, then zeros to the next 8 bytes, maybe none
};
#define HC_DIRENT_BYTES(name_size) ((12u + (uint32_t)(name_size) + 7u) & ~7u)

// A lock of HC_F_GETLK, HC_F_SETLK, HC_F_SETLKW.  Sent as (fd, command, type | whence << 8, start, length), the
// process being the host's.  HC_F_GETLK answers the type of a lock in the way, HC_F_UNLCK if there is none, and where
// it lies as data: 3 * i64, start from the file's begin, length, pid.
struct hc_flock {
    int64_t start, length;          // length 0: to the end, however far that moves
    int64_t pid;
    int32_t type, whence;           // HC_F_*LCK, HC_SEEK_*
};

#ifdef __cplusplus
static_assert(sizeof(struct hc_context) == 15 * 8, "hc_context is read by GLSL at fixed offsets");
static_assert(sizeof(struct hc_stat) == 15 * 8 && sizeof(struct hc_pollfd) == 16 &&
                  sizeof(struct hc_dirent) == 16,
              "the wire has no holes");
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(struct hc_context) == 15 * 8, "hc_context is read by GLSL at fixed offsets");
_Static_assert(sizeof(struct hc_stat) == 15 * 8 && sizeof(struct hc_pollfd) == 16 &&
                   sizeof(struct hc_dirent) == 16,
               "the wire has no holes");
_Static_assert(HC_LINE_UNITS + HC_TAIL_UNITS == HC_SLOT_UNITS, "a slot is its line and its tail");
#endif
#endif

#endif
