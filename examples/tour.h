// What the tour's host gives its kernel.
#ifndef TOUR_H
#define TOUR_H

struct tour_args {
    char device[64];  // what to call the device
};

#endif
