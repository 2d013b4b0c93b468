// Widths of system types: newlib's own defaults are 16 bits for devices, inodes and users, which would make
// different files look like one.
#ifndef _MACHINE__TYPES_H
#define _MACHINE__TYPES_H

#include <machine/_default_types.h>

typedef __uint64_t __dev_t;
typedef __uint64_t __ino_t;
typedef __uint32_t __uid_t;
typedef __uint32_t __gid_t;
typedef __uint64_t __fsfilcnt_t;
typedef __int64_t _off64_t;

#define __machine_dev_t_defined
#define __machine_ino_t_defined
#define __machine_uid_t_defined
#define __machine_gid_t_defined
#define __machine_fsfilcnt_t_defined
#define __machine_off64_t_defined
#define __machine_clock_t_defined
#define _CLOCK_T_ long

#endif
