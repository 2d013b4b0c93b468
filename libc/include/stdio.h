// newlib's stdio, and lines of any length.
#ifndef _HOSTCALL_STDIO_H
#define _HOSTCALL_STDIO_H

#include_next <stdio.h>

#if __POSIX_VISIBLE >= 200809
__BEGIN_DECLS
ssize_t getdelim(char **__restrict line, size_t *__restrict room, int end, FILE *__restrict stream);
ssize_t getline(char **__restrict line, size_t *__restrict room, FILE *__restrict stream);
__END_DECLS
#endif

#endif
