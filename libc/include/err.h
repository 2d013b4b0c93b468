// Messages with the program's name and errno's text, to stderr.
#ifndef _ERR_H
#define _ERR_H

#include <stdarg.h>
#include <sys/cdefs.h>

__BEGIN_DECLS
void err(int status, const char *format, ...)
    __attribute__((__noreturn__, __format__(printf, 2, 3)));
void errx(int status, const char *format, ...)
    __attribute__((__noreturn__, __format__(printf, 2, 3)));
void warn(const char *format, ...) __attribute__((__format__(printf, 1, 2)));
void warnx(const char *format, ...) __attribute__((__format__(printf, 1, 2)));
void verr(int status, const char *format, va_list args) __attribute__((__noreturn__));
void verrx(int status, const char *format, va_list args) __attribute__((__noreturn__));
void vwarn(const char *format, va_list args);
void vwarnx(const char *format, va_list args);
__END_DECLS

#endif
