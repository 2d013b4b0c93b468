// Descriptors as programs number them.
//
// The server's numbers carry a generation above the entry in its table, so that a stale one is told from one that took
// its place; entries are given out lowest first.  A program sees the entry alone, which is what POSIX promises; here
// stands the number that was given out last for each.  And what the host said of the standard streams that holds as
// long as they stay what they are, so that stdio and programs need not ask twice.
#include <errno.h>

#include "libc/system/system.h"

enum {
    ENTRIES = 8192,  // hc_server_params.handles_max, at most
    STANDARD = 3,
};

static int given
    [ENTRIES];  // 0: none yet, then the number is the entry (0, 1 and 2 are there from the start)

// HC_TOLD_* of each, and above them how often it was replaced or closed: what was asked before that is not kept.
static uint64_t told[STANDARD];

uint64_t hc_fd_told(int fd)
{
    // What follows from it depends on it, and nothing else is read by it; so all of told is relaxed.
    return fd >= 0 && fd < STANDARD ? __atomic_load_n(&told[fd], __ATOMIC_RELAXED) : 0;
}

void hc_fd_tell(int fd, uint64_t before, uint64_t facts)
{
    // Fails if hc_fd_forget() came since `before` was read; the call that told the facts was made after that.
    if (fd >= 0 && fd < STANDARD)
        __atomic_compare_exchange_n(&told[fd], &before, before | facts, 0, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED);
}

void hc_fd_forget(int fd)
{
    if (fd < 0 || fd >= STANDARD) return;
    // The host's side has changed by now: a call that others make from here on tells what is so.
    uint64_t now = __atomic_load_n(&told[fd], __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&told[fd], &now, (now | UINT32_MAX) + 1, 0,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
}

int hc_fd_wire(int fd)
{
    if (fd < 0 || fd >= ENTRIES) return -1;
    // A word that stands for itself: who got the descriptor from another thread got this store with it.
    const int wire = __atomic_load_n(&given[fd], __ATOMIC_RELAXED);
    return wire ? wire : fd;
}

int64_t hc_fd_given(int64_t wire)
{
    if (wire < 0) return wire;
    const int fd = (int)(wire & (ENTRIES - 1));
    __atomic_store_n(&given[fd], (int)wire, __ATOMIC_RELAXED);
    hc_fd_forget(fd);
    return fd;
}
