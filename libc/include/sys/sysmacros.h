// The parts of a device number, as Linux puts them together.
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

#include <sys/types.h>

#define major(device) ((unsigned)((((device) >> 32) & 0xfffff000) | (((device) >> 8) & 0xfff)))
#define minor(device) ((unsigned)((((device) >> 12) & 0xffffff00) | ((device)&0xff)))
#define makedev(major, minor)                                              \
    ((((dev_t)(major)&0xfffff000) << 32) | (((dev_t)(major)&0xfff) << 8) | \
     (((dev_t)(minor)&0xffffff00) << 12) | ((dev_t)(minor)&0xff))

#endif
