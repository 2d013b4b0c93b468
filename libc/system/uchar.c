// <uchar.h>: UTF-16 and UTF-32 to and from the locale's bytes.  wchar_t is UTF-32 here.
#include <errno.h>
#include <uchar.h>
#include <wchar.h>

// A half of a pair waits in the mbstate_t, whose count is then one that newlib's conversions never leave there.
enum { HALF = -3 };

size_t mbrtoc32(char32_t *__restrict to, const char *__restrict from, size_t size,
                mbstate_t *__restrict state)
{
    static mbstate_t own;
    wchar_t wide = 0;
    const size_t used = mbrtowc(from ? &wide : NULL, from, size, state ? state : &own);
    if (to && from && used <= size) *to = (char32_t)wide;
    return used;
}

size_t c32rtomb(char *__restrict to, char32_t character, mbstate_t *__restrict state)
{
    static mbstate_t own;
    if (to && (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    return wcrtomb(to, (wchar_t)character, state ? state : &own);
}

size_t mbrtoc16(char16_t *__restrict to, const char *__restrict from, size_t size,
                mbstate_t *__restrict state)
{
    static mbstate_t own;
    if (!state) state = &own;
    if (state->__count == HALF) {
        if (to) *to = (char16_t)state->__value.__wch;
        *state = (mbstate_t){0};
        return (size_t)-3;
    }
    char32_t whole = 0;
    const size_t used = mbrtoc32(&whole, from, size, state);
    if (!from || used > size) return used;
    if (whole > 0xffff) {
        state->__count = HALF;
        state->__value.__wch = 0xdc00 + (whole & 0x3ff);
        whole = 0xd7c0 + (whole >> 10);
    }
    if (to) *to = (char16_t)whole;
    return used;
}

size_t c16rtomb(char *__restrict to, char16_t character, mbstate_t *__restrict state)
{
    static mbstate_t own;
    if (!state) state = &own;
    if (!to) {
        *state = (mbstate_t){0};
        return 1;
    }
    if (state->__count == HALF) {
        const char32_t high = (char32_t)state->__value.__wch;
        *state = (mbstate_t){0};
        if ((character & 0xfc00) != 0xdc00) {
            errno = EILSEQ;
            return (size_t)-1;
        }
        return c32rtomb(to, ((high & 0x3ff) << 10) + (character & 0x3ff) + 0x10000, state);
    }
    if ((character & 0xfc00) == 0xd800) {
        state->__count = HALF;
        state->__value.__wch = character;
        return 0;
    }
    return c32rtomb(to, character, state);
}
