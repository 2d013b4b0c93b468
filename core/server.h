// The server from inside: what pollers, workers and services share.
#ifndef HC_SERVER_H
#define HC_SERVER_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/atomic.h"
#include "core/backend.h"
#include "core/handles.h"
#include "core/lines.h"
#include "core/plan.h"
#include "core/registry.h"
#include "hostcall/protocol.h"

#include "core/slot.h"
#include "core/pack.h"

// One request, copied out of device reach.  There is one a slot; it belongs to the slot's poller
// while free, and to whoever serves it while busy.
struct hc_packet {
    uint32_t slot, seq, wave;
    struct hc_head head;
    uint32_t busy;            // atomic: 1 from intake to the published answer
    bool waits;               // served, and its answers wait in the desk
    uint64_t since;           // atomic: hc_now() at hand-over to a worker; 0 inline
    uint64_t about;           // atomic: wave << 12 | op of its first call; both for the deadline's message
    struct hc_packet *next;   // in the workers' queue
    uint32_t words[HC_SLOT_UNITS];
};

// Its answers.
struct hc_served {
    struct hc_packet *packet;
    bool extents;                     // data lies in extents
    uint16_t counts[HC_LANES_MAX];    // words of each call's answer that count
    uint32_t words[HC_SLOT_UNITS];
};

// What the calls of a packet gave that a ring did (core/uring.h), by rank.
struct hc_done {
    int64_t result[HC_LANES_MAX];
    uint32_t size[HC_LANES_MAX];
    uint32_t words[HC_SLOT_UNITS];  // data that goes back, unless in place, at rank * head.room
};

#define HC_WAITING_MAX 64
#define HC_PRINTED_MAX (HC_WAITING_MAX * HC_LANES_MAX)

// A thread that serves packets brings this along.
struct hc_desk {
    struct hc_batch batch;                   // output gathered over some packets
    uint32_t *printed[HC_PRINTED_MAX];       // answers that stand only if the batch can be written
    uint32_t printed_count;
    // Packets with such answers; behind them is room for the packet that is being served.
    struct hc_served waiting[HC_WAITING_MAX];
    uint32_t waiting_count;
    struct hc_batch text;                    // what one call prints, while it is made
    struct hc_plan plan;                     // of the format that was printed last
    uint8_t blob[HC_EXTENT_BYTES + 1];       // private copy of a blob, NUL behind it
    uint8_t data[HC_EXTENT_BYTES];           // data that goes back, unless written in place
    bool holes;                              // an answer since the last hc_mem_publish() may lie in a buffer
    const struct hc_done *done;              // of the packet being served; NULL: run its services
    struct hc_stats stats;                   // of this desk; atomic stores by its thread, relaxed
    struct hc_desk *next;                    // of the server's desks
};

// One call of one lane, being served.
struct hc_turn {
    struct hc_server_t *server;
    struct hc_desk *desk;
    uint64_t lane_key;        // which lane of the launch: wave << 6 | lane
    uint32_t wave, lane;
    uint64_t args[HC_ARGS_MAX];  // missing ones are 0
    const uint8_t
        *blob;  // in desk->blob with a NUL behind it, or (service.raw_blob) where the device put it
    uint32_t blob_size;
    const uint32_t
        *common;  // what the packet's calls share, in the server's own memory; NULL: nothing
    uint32_t common_words;
    bool own_blob;            // blob lies in the server's own memory
    uint8_t *data;            // where data goes
    uint32_t room, size;      // bytes it may have, and has
    bool printed;             // the result stands only if the batch can be written
};

struct hc_service {
    const char *name;
    uint32_t args_min;
    bool raw_blob;            // reads the blob once and never checks it: no copy needed
    // Result: 0 or more, or -HC_E*.
    int64_t (*run)(struct hc_turn *turn);
    // Whether run may block; NULL: it never does.
    bool (*blocks)(struct hc_turn *turn);
};
extern const struct hc_service hc_services[HC_OP_COUNT];

struct hc_poller {
    struct hc_server_t *server;
    pthread_t thread;
    uint32_t index;
    uint32_t *seen;           // per slot: last sequence number taken
    uint32_t *order;          // its slots, own of them: hot ones first, looked at every round
    uint32_t *idle_rounds;    // per hot slot: rounds since it was active
    uint32_t own, hot_count;
    uint32_t cold_at;         // place in order of the cold slot whose turn it is
    struct hc_uring *ring;    // NULL: all calls that block go to workers
    uint32_t in_ring;         // packets that it has
    uint64_t drained;         // last drain request carried out
    bool parked;
    bool pushes;              // an answer was given since the last hc_mem_publish()
    uint64_t beat;            // poller 0: hc_now() at its last
    struct hc_desk *desk;
};

// Where a server's paths begin, and what its new files may not be.  core/services/place.h.
struct hc_place {
    pthread_rwlock_t lock;    // guards fd: read while a call resolves a path
    int fd;                   // the current directory, O_PATH
    uint32_t umask;           // atomic: the kernel's
    uint32_t host_umask;      // the process's, which the system applies by itself
};

// Children that kernels started and nobody has waited for.  core/services/child.h.
struct hc_children {
    pthread_mutex_t lock;
    struct hc_child *first;
    uint32_t count;
};

struct hc_server_t {
    hc_dev dev;
    struct hc_server_params params;  // defaults filled in
    hc_mem requests, replies, locks, extents_out, extents_in, control, context, staging;
    hc_stream stream;
    uint64_t paired;          // hc_now() when the clocks were
    struct hc_area in;        // requests as the host sees them
    struct hc_area out;       // replies
    struct hc_packet *packets;

    pthread_mutex_t lock;     // guards the fields below
    pthread_cond_t wake;      // for pollers: in_flight, stop, drain_wanted changed
    pthread_cond_t settled;   // for enter and leave: parked, drained, packet done, entered
    uint32_t in_flight;       // kernels that may call; atomic reads by pollers
    uint64_t entered;         // hc_now() when in_flight was last 0 and became 1
    uint64_t drain_wanted;    // atomic reads by pollers
    uint32_t open_packets;    // at workers or in rings
    uint32_t pollers_parked;
    bool stop;                // atomic reads by pollers
    bool dirty;               // lanes may have ended inside calls: reset the queue before the next launch
    bool running;             // hc_run is
    uint64_t launch;          // of hc_run's last kernel; only the thread in hc_run uses it
    bool impatient;           // atomic: a launch ended by its deadline no longer waits for slow readers
    struct hc_poller *pollers;
    uint32_t pollers_started;

    pthread_mutex_t control_lock;  // the control unit and status
    uint32_t why, beat;       // HC_RUN, HC_END_*; atomic reads
    int status;
    int cancel_fd;            // eventfd: readable while blocking calls must give up

    pthread_mutex_t work_lock;
    pthread_cond_t work_wake;
    struct hc_packet *work_first, **work_last;
    pthread_t *workers;
    uint32_t workers_started, workers_idle, work_waiting;
    unsigned long timer_slack;  // in ns, of the thread that made the server: workers'
    bool work_stop;

    struct hc_handles handles;
    struct hc_lines lines;
    struct hc_registry registry;
    struct hc_place place;
    struct hc_children children;
    struct hc_desk *desks;    // all, newest first; guarded by lock
};

// queue.c
int hc_queue_create(struct hc_server_t *server);
void hc_queue_destroy(struct hc_server_t *server);
// Brings the queue to its first state.  No kernel runs and the pollers are parked.
int hc_queue_reset(struct hc_server_t *server);
// Pairs the clocks again if they have drifted for long.  No kernel runs.
int hc_queue_refresh(struct hc_server_t *server);
// How many slots and extents are held.  After a launch that ended well: none, unless lanes left calls
// behind.
int hc_queue_locked(struct hc_server_t *server);

// server.c: what a thread is called in ps and debuggers: "hc-poller/0".
void hc_thread_name(pthread_t thread, const char *kind, uint32_t index);

// poller.c
void *hc_poller_main(void *poller);
// Takes the packet in slot if it is complete, serves it or hands it over.  True if there was one.
bool hc_packet_take(struct hc_poller *poller, uint32_t slot);
// serve.c: serves a packet.  Its answers may wait in the desk until hc_desk_settle(), which writes what was printed;
// the caller sees to that soon after, and then to hc_mem_publish().
void hc_packet_serve(struct hc_server_t *server, struct hc_desk *desk, struct hc_packet *packet);
void hc_desk_settle(struct hc_server_t *server, struct hc_desk *desk);
// Whether one of its calls may block.
bool hc_packet_blocks(struct hc_server_t *server, struct hc_desk *desk, struct hc_packet *packet);
// Makes a thread's desk known, for hc_server_stats().
void hc_desk_add(struct hc_server_t *server, struct hc_desk *desk);
// Counts one more; n may be any of desk->stats.
HC_FN void hc_desk_count(uint64_t *n, uint64_t more)
{
    __atomic_store_n(n, *n + more, __ATOMIC_RELAXED);
}
// Answers every lane there may be with -HC_EPROTO: the shape of the request can't be trusted.
void hc_packet_refuse(struct hc_server_t *server, struct hc_desk *desk, uint32_t slot,
                      uint32_t seq);
// Reads call `rank` of the packet into *turn.  0 or -HC_E*: it can't be served.
int64_t hc_turn_read(struct hc_server_t *server, struct hc_desk *desk,
                     const struct hc_packet *packet, uint32_t rank, struct hc_turn *turn,
                     const struct hc_service **service, struct hc_op *op);
// What an operation is called in messages.
const char *hc_op_name(uint32_t op);

// worker.c
int hc_work_start(struct hc_server_t *server);
void hc_work_stop(struct hc_server_t *server);
void hc_work_add(struct hc_server_t *server, struct hc_packet *packet);
// A packet leaves its poller for a worker or a ring, and has been answered and published: the poller may
// overwrite it.
void hc_packet_open(struct hc_server_t *server);
void hc_packet_close(struct hc_server_t *server, struct hc_packet *packet);

// control.c: ends the launch or all calls for that reason, unless it already ends for one as
// strong.
void hc_control_end(struct hc_server_t *server, uint32_t why, int status);
void hc_control_reset(struct hc_server_t *server);
void hc_control_beat(struct hc_server_t *server);
// Why calls must end now, HC_RUN if they need not.
uint32_t hc_control_why(struct hc_server_t *server);

// The text an id argument or else the blob gives, NUL-terminated, in *text.  0, or -HC_ENOENT (no
// such id), -HC_EINVAL (a NUL inside), -HC_ENAMETOOLONG (over limit bytes).
int hc_turn_text(struct hc_turn *turn, uint64_t id, size_t limit, const char **text);

// -HC_E* of a host errno.
int64_t hc_errno(int host_errno);

#endif
