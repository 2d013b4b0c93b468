// UTF-16 and UTF-32.
#ifndef _UCHAR_H
#define _UCHAR_H

#include <stddef.h>
#include <sys/cdefs.h>
#include <wchar.h>

#define __STDC_UTF_16__ 1
#define __STDC_UTF_32__ 1

#ifndef __cplusplus
typedef __CHAR16_TYPE__ char16_t;
typedef __CHAR32_TYPE__ char32_t;
#endif

__BEGIN_DECLS
size_t mbrtoc16(char16_t *__restrict to, const char *__restrict from, size_t size,
                mbstate_t *__restrict state);
size_t c16rtomb(char *__restrict to, char16_t character, mbstate_t *__restrict state);
size_t mbrtoc32(char32_t *__restrict to, const char *__restrict from, size_t size,
                mbstate_t *__restrict state);
size_t c32rtomb(char *__restrict to, char32_t character, mbstate_t *__restrict state);
__END_DECLS

#endif
