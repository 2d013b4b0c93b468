// What csmith's programs include in place of csmith.h: the same program becomes a kernel (csmith.py compiles it
// for vulkan) and a native program that runs it once per lane.
//
// Of csmith's own headers only the arithmetic is taken.  The result is a 64-bit hash of what the program hands to
// transparent_crc(): cheaper to interpret than its crc32, and no table.
#ifndef CSMITH_KERNEL_H
#define CSMITH_KERNEL_H

#include <float.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What safe_math.h expects to find.
#define STATIC static
#define FUNC_NAME(name) (safe_##name)
#define UNDEFINED(value) (value)
#define LOG_INDEX
#define LOG_EXEC
#define fabsf __builtin_fabsf
#define fabs __builtin_fabs
#include "safe_math.h"

// What programs use.
#define _CSMITH_BITFIELD(bits) ((bits) > 32 ? (bits) % 32 : (bits))
#define platform_main_begin() ((void)0)
#define platform_main_end(crc, print) ((void)(print))
#define crc32_gentab() ((void)0)
#define transparent_crc(value, name, print) csmith_hash(value)
#define transparent_crc_bytes(bytes, size, name, print) csmith_hash_float(bytes, size)
#define crc32_context ((uint32_t)csmith_sum)

static int csmith_main(void);
static uint64_t csmith_sum = 0x9e3779b97f4a7c15;

static void csmith_hash(uint64_t value)
{
    csmith_sum = (csmith_sum ^ value) * 0xd6e8feb86659fd93;
    csmith_sum ^= csmith_sum >> 32;
}

// A float or double.  All NaNs count as one: which one an operation gives differs.
static void csmith_hash_float(const void *bytes, int size)
{
    if (size == 4) {
        uint32_t bits;
        __builtin_memcpy(&bits, bytes, 4);
        csmith_hash((bits & INT32_MAX) > 0x7f800000 ? 0x7fc00000 : bits);
    } else {
        uint64_t bits;
        __builtin_memcpy(&bits, bytes, 8);
        csmith_hash((bits & INT64_MAX) > 0x7ff0000000000000 ? 0x7ff8000000000000 : bits);
    }
}

#ifdef __HOSTCALL_SPIRV__

#include "backends/vulkan/device.h"

static uint32_t csmith_lane(void) { return hc_group_id() * hc_group_size() + hc_local_id(); }

struct csmith_args {
    uint64_t out;  // 8 bytes a lane
};

HC_KERNEL(csmith, struct csmith_args, args)
{
    csmith_main();
    ((uint64_t *)args.out)[csmith_lane()] = csmith_sum;
}

#else

#include "csmith_native.h"

#endif
#endif
