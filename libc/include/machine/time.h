// The unit of clock_t, as POSIX has it.
#ifndef _MACHTIME_H_
#define _MACHTIME_H_

#define _CLOCKS_PER_SEC_ 1000000
#define __CLOCKS_PER_SEC 1000000

#endif
