// Descriptors as programs number them.
//
// The server's numbers carry a generation above the entry in its table, so that a stale one is told from one that took
// its place; entries are given out lowest first.  A program sees the entry alone, which is what POSIX promises; here
// stands the number that was given out last for each.
#include <errno.h>

#include "libc/system/system.h"

enum { ENTRIES = 8192 };  // hc_server_params.handles_max, at most

static int given
    [ENTRIES];  // 0: none yet, then the number is the entry (0, 1 and 2 are there from the start)

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
    return fd;
}
