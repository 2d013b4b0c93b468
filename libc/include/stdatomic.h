// newlib's atomics, whose header needs the types of <stdint.h>.
#ifndef _HOSTCALL_STDATOMIC_H
#define _HOSTCALL_STDATOMIC_H

#include <stdint.h>

#include_next <stdatomic.h>

#endif
