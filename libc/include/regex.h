// newlib's regular expressions, whose header needs off_t.
#ifndef _HOSTCALL_REGEX_H
#define _HOSTCALL_REGEX_H

#include <sys/types.h>

#include_next <regex.h>

#endif
