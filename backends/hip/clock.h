// What the host and the backend's own kernel, hc_hip_clock, say to each other.
#ifndef HC_HIP_CLOCK_H
#define HC_HIP_CLOCK_H

#include <stdint.h>

#define HC_HIP_CLOCK_GOES 64  // a round looks at go unit round % HC_HIP_CLOCK_GOES

struct hc_hip_clock_args {
    uint64_t go;      // units; the host stores the number of a round above to begin it
    uint64_t stop;    // one unit in host memory; not 0: end
    uint64_t answer;  // two units in host memory: number above, half of the clock below, low first
    uint32_t rounds;  // numbered from 1
};

#endif
