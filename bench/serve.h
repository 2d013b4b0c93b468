// The host halves of the floor and of the two peers: each serves one launch until all of it said
// goodbye.
//
// The peers are written anew from what is public about them.  Each is given its best: the mailbox
// server takes no locks and never sleeps, the memcpy client polls at once instead of sleeping, and
// its records can't tear.
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include "bench/bench.h"

struct bench_serve {
    const struct bench *b;
    const struct bench_args *args;
    uint32_t waves;
    hc_mem request, reply;
    uint64_t deadline;  // as bench_now() tells time
    const char *name;   // for messages
};

// Raw slots: a wave's units are complete, so its reply is stored.  One tight loop over all waves.
void bench_serve_floor(const struct bench_serve *s);

// A command buffer in device memory, copied out on a second stream until it holds something new;
// return slots copied in.  VectorWare's demo works like this.
void bench_serve_memcpy(const struct bench_serve *s);

// A mailbox a port, inbox and outbox words and 64 bytes a lane in host memory, all ports scanned in
// turn. LLVM's libc for GPUs works like this.
void bench_serve_mailbox(const struct bench_serve *s);
size_t bench_mailbox_size(uint32_t ports, uint32_t wave_width);

#endif
