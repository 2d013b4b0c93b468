// What csmith's programs include in place of csmith.h when they are a `kernel` for machine_native.c.
#ifndef MACHINE_CSMITH_H
#define MACHINE_CSMITH_H

#include <float.h>
#include <limits.h>

#include "machine_program.h"

#define STATIC static
#define FUNC_NAME(name) (safe_##name)
#define UNDEFINED(value) (value)
#define LOG_INDEX
#define LOG_EXEC
#define fabsf __builtin_fabsf
#define fabs __builtin_fabs
#include "safe_math.h"

#define _CSMITH_BITFIELD(bits) ((bits) > 32 ? (bits) % 32 : (bits))
#define platform_main_begin() ((void)0)
#define platform_main_end(crc, print) out((int64_t)csmith_sum)
#define crc32_gentab() ((void)0)
#define printf(...) ((void)0)
#define transparent_crc(value, name, print) csmith_hash(value)
#define crc32_context ((uint32_t)csmith_sum)

static uint64_t csmith_sum = 1;

static inline void csmith_hash(uint64_t value)
{
    csmith_sum = (csmith_sum ^ value) * 0xd6e8feb86659fd93;
    csmith_sum ^= csmith_sum >> 32;
    out((int64_t)csmith_sum);
}

int csmith_main(void);
#define main csmith_main

void kernel(void) { csmith_main(); }

#endif
