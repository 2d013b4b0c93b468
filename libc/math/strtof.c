// strtof and wcstof: the nearest float.  By way of a double it would be rounded twice.
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "../libc/stdlib/mprec.h"
// after it, whose types it needs
#include "../libc/stdlib/gdtoa.h"

int _strtodg_l(struct _reent *, const char *, char **, FPI *, Long *, __ULong *, locale_t);

float strtof_l(const char *__restrict text, char **__restrict end, locale_t locale)
{
    static FPI format = {24, 1 - 127 - 24 + 1, 254 - 127 - 24 + 1, FPI_Round_near, 0};
    __ULong bits[2] = {0};
    Long exponent = 0;
    uint32_t word = 0;
    float result;
    const int kind = _strtodg_l(_REENT, text, end, &format, &exponent, bits, locale);
    switch (kind & STRTOG_Retmask) {
    case STRTOG_Normal: word = (bits[0] & 0x7fffff) | (uint32_t)(exponent + 127 + 23) << 23; break;
    case STRTOG_Denormal: word = bits[0]; break;
    case STRTOG_Infinite: word = 0x7f800000; break;
    case STRTOG_NaN:
    case STRTOG_NaNbits: word = 0x7fc00000; break;
    default: break;
    }
    if (kind & STRTOG_Neg) word |= 0x80000000;
    memcpy(&result, &word, sizeof result);
    return result;
}

float strtof(const char *__restrict text, char **__restrict end)
{
    return strtof_l(text, end, __get_current_locale());
}

// Where the number ends is known when it was read as a double; only ASCII stands before.
float wcstof_l(const wchar_t *__restrict text, wchar_t **__restrict end, locale_t locale)
{
    wchar_t *behind;
    const double wide = wcstod(text, &behind);
    if (end) *end = behind;
    const size_t size = (size_t)(behind - text);
    char *narrow = size ? malloc(size + 1) : NULL;
    if (!narrow) return (float)wide;
    for (size_t i = 0; i < size; i++) narrow[i] = (char)(text[i] < 128 ? text[i] : ' ');
    narrow[size] = 0;
    const float result = strtof_l(narrow, NULL, locale);
    free(narrow);
    return result;
}

float wcstof(const wchar_t *__restrict text, wchar_t **__restrict end)
{
    return wcstof_l(text, end, __get_current_locale());
}
