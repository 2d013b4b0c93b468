// What the registered example's host and kernel agree on.
//   "jobs.next"    ()
//       a number not yet worked on, or -HC_ENOENT when all are taken
//   "jobs.report"  (number, steps), with the path's peak as 8 bytes
//       0, and a short comment (text) comes back
#ifndef REGISTERED_H
#define REGISTERED_H

#include <stdint.h>

struct registered_args {
    uint64_t limit;  // give up on a number after so many steps
};

#endif
