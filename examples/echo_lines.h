// What echo_lines' host gives its kernel.
#ifndef ECHO_LINES_H
#define ECHO_LINES_H

#include <stdint.h>

struct echo_lines_args {
    uint64_t starts;  //  0: address of the lines' file offsets, 64 bits each
    int32_t fd;       //  8: the text, shared by the host
    uint32_t lines;   // 12
};

#endif
