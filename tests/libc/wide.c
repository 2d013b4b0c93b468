// wchar.h, wctype.h, uchar.h and the multibyte functions of stdlib.h, in the C locale and in UTF-8.
// all of: wchar.h wctype.h uchar.h
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

#include "check.h"

static int sign(int n) { return (n > 0) - (n < 0); }

static void strings(void)
{
    wchar_t b[32] = L"0123456789", *rest;
    CHECK("wmemcpy", wmemcpy(b, L"ab", 2) == b && b[2] == L'2');
    CHECK("wmemmove", wmemmove(b + 1, b, 4) == b + 1 && !wcsncmp(b, L"aab235", 5));
    CHECK("wmemset", wmemset(b, L'é', 2) == b && b[1] == L'é' && b[2] == L'b');
    CHECK("wmemchr", wmemchr(L"abc", L'b', 3) && !wmemchr(L"abc", L'c', 2));
    CHECK("wmemcmp", sign(wmemcmp(L"ab", L"ac", 2)) == -1 && !wmemcmp(L"ab", L"ac", 1));
    CHECK("wcscpy", wcscpy(b, L"one") == b && !wcscmp(b, L"one"));
    CHECK("wcpcpy", wcpcpy(b, L"four") == b + 4 && !wcscmp(b, L"four"));
    wmemset(b, L'#', 8);
    CHECK("wcsncpy", wcsncpy(b, L"ab", 4) == b && !b[3] && b[4] == L'#');
    CHECK("wcpncpy", wcpncpy(b, L"abcdef", 2) == b + 2 && wcpncpy(b, L"a", 3) == b + 1 && !b[2]);
    wcscpy(b, L"ab");
    CHECK("wcscat", wcscat(b, L"cd") == b && !wcscmp(b, L"abcd"));
    CHECK("wcsncat", wcsncat(b, L"efg", 1) == b && !wcscmp(b, L"abcde"));
    CHECK("wcscmp", sign(wcscmp(L"a", L"b")) == -1 && wcscmp(L"ab", L"a") > 0 && !wcscmp(L"", L""));
    CHECK("wcsncmp", !wcsncmp(L"abc", L"abd", 2) && wcsncmp(L"abc", L"abd", 3) < 0);
    CHECK("wcscoll", wcscoll(L"a", L"b") < 0 && !wcscoll(L"a", L"a"));
    CHECK("wcsxfrm",
          wcsxfrm(b, L"abc", 32) == 3 && !wcscmp(b, L"abc") && wcsxfrm(NULL, L"ab", 0) == 2);
    CHECK("wcschr", *wcschr(L"abc", L'c') == L'c' && !wcschr(L"abc", L'd') && !*wcschr(L"abc", 0));
    static const wchar_t twice[] = L"abcabc";
    CHECK("wcsrchr", wcsrchr(twice, L'a') == twice + 3 && !wcsrchr(twice, L'x'));
    CHECK("wcsspn", wcsspn(L"aabc", L"ab") == 3 && wcscspn(L"aabc", L"c") == 3);
    CHECK("wcscspn", wcscspn(L"abc", L"") == 3);
    CHECK("wcspbrk", wcspbrk(twice, L"cb") == twice + 1 && !wcspbrk(twice, L"x"));
    CHECK("wcsstr", wcsstr(twice, L"ca") == twice + 2 && !wcsstr(twice, L"cc") &&
                        wcsstr(twice, L"") == twice);
    CHECK("wcslen", wcslen(L"") == 0 && wcslen(L"four") == 4);
    CHECK("wcsnlen", wcsnlen(L"four", 2) == 2 && wcsnlen(L"ab", 9) == 2);
    wchar_t words[] = L" one two";
    CHECK("wcstok", !wcscmp(wcstok(words, L" ", &rest), L"one") &&
                        !wcscmp(wcstok(NULL, L" ", &rest), L"two"));
    CHECK("wcstok", !wcstok(NULL, L" ", &rest));
    wchar_t *copy = wcsdup(L"copy");
    CHECK("wcsdup", copy && !wcscmp(copy, L"copy"));
    free(copy);
    CHECK("wcscasecmp", !wcscasecmp(L"AbC", L"aBc") && wcscasecmp(L"a", L"B") < 0);
    CHECK("wcsncasecmp", !wcsncasecmp(L"ABx", L"aby", 2) && wcsncasecmp(L"ABx", L"aby", 3) < 0);
    CHECK("wcwidth", wcwidth(L'a') == 1 && wcwidth(0) == 0 && wcwidth(L'\n') == -1);
    CHECK("wcswidth", wcswidth(L"abc", 2) == 2 && wcswidth(L"a\n", 2) == -1);
}

static void numbers(void)
{
    wchar_t *end, b[32];
    CHECK("wcstol", wcstol(L" -0x1fz", &end, 0) == -31 && *end == L'z' &&
                        wcstol(L"0x", &end, 16) == 0 && *end == L'x');
    CHECK_ERRNO("wcstol", ERANGE, wcstol(L"9223372036854775808", NULL, 10) == LONG_MAX);
    CHECK("wcstoll", wcstoll(L"777", &end, 8) == 511 && !*end);
    CHECK_ERRNO("wcstoll", ERANGE, wcstoll(L"-9223372036854775809", NULL, 10) == LLONG_MIN);
    CHECK("wcstoul",
          wcstoul(L"ff", &end, 16) == 255 && !*end && wcstoul(L"-1", NULL, 10) == ULONG_MAX);
    CHECK_ERRNO("wcstoul", ERANGE, wcstoul(L"18446744073709551616", NULL, 10) == ULONG_MAX);
    CHECK("wcstoull", wcstoull(L"18446744073709551615", &end, 10) == ULLONG_MAX);
    CHECK_ERRNO("wcstoull", ERANGE, wcstoull(L"18446744073709551616", NULL, 10) == ULLONG_MAX);
    CHECK("wcstod",
          wcstod(L"-1.5e2x", &end) == -150 && *end == L'x' && wcstod(L"0x1.8p1", NULL) == 3);
    CHECK_ERRNO("wcstod", ERANGE, wcstod(L"1e999", NULL) == HUGE_VAL);
    CHECK("wcstof", wcstof(L"1.1", &end) == 1.1f && !*end && isinf(wcstof(L"inf", NULL)));
    CHECK("wcstof", wcstof(L"1.000000059604644775390625000000001", NULL) == 0x1.000002p0f);
    CHECK_ERRNO("wcstof", ERANGE, wcstof(L"1e39", NULL) == HUGE_VALF);
    CHECK("wcstold", wcstold(L"2.5 ", &end) == 2.5L && *end == L' ');
    struct tm t = {.tm_year = 126, .tm_mon = 10, .tm_mday = 5, .tm_wday = 4};
    CHECK("wcsftime", wcsftime(b, 32, L"%Y-%m-%d %a", &t) == 14 && !wcscmp(b, L"2026-11-05 Thu"));
    CHECK("wcsftime", wcsftime(b, 3, L"%Y", &t) == 0);
}

static int vwrite(FILE *f, const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vfwprintf(f, format, rest);
    va_end(rest);
    return n;
}
static int vwrite_out(const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vwprintf(format, rest);
    va_end(rest);
    return n;
}
static int vwtext(wchar_t *to, size_t room, const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vswprintf(to, room, format, rest);
    va_end(rest);
    return n;
}
static int vwread(FILE *f, const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vfwscanf(f, format, rest);
    va_end(rest);
    return n;
}
static int vwread_in(const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vwscanf(format, rest);
    va_end(rest);
    return n;
}
static int vwfrom(const wchar_t *text, const wchar_t *format, ...)
{
    va_list rest;
    va_start(rest, format);
    const int n = vswscanf(text, format, rest);
    va_end(rest);
    return n;
}

static void streams(void)
{
    wchar_t b[32], more[32], *text = NULL;
    size_t size = 0;
    int x = 0, y = 0;
    double d = 0;
    CHECK("swprintf", swprintf(b, 32, L"%d %ls %s", 7, L"wide", "narrow") == 13 &&
                          !wcscmp(b, L"7 wide narrow"));
    CHECK("swprintf", swprintf(b, 3, L"%d", 12345) < 0);
    CHECK("vswprintf",
          vwtext(b, 32, L"%5.2f|%-3d|", 3.14159, 5) == 10 && !wcscmp(b, L" 3.14|5  |"));
    CHECK("swscanf", swscanf(L"12 word 0x1.8p1", L"%d %ls %lf", &x, b, &d) == 3 && x == 12 &&
                         !wcscmp(b, L"word") && d == 3);
    CHECK("vswscanf", vwfrom(L"a=5", L"%l[^=]=%d", b, &x) == 2 && x == 5 && !wcscmp(b, L"a"));
    FILE *f = fopen("w", "w+");
    CHECK("fwide", fwide(f, 0) == 0 && fwide(f, 1) > 0 && fwide(f, -1) > 0);
    CHECK("fwprintf", fwprintf(f, L"%d\n", 42) == 3);
    CHECK("vfwprintf", vwrite(f, L"%ls %d\n", L"is", 7) == 5);
    CHECK("fputwc", fputwc(L'x', f) == L'x');
    CHECK("putwc", putwc(L'y', f) == L'y');
    CHECK("fputws", fputws(L"z\n", f) >= 0);
    rewind(f);
    CHECK("fwscanf", fwscanf(f, L"%d", &x) == 1 && x == 42);
    CHECK("vfwscanf", vwread(f, L"%ls %d", more, &y) == 2 && y == 7 && !wcscmp(more, L"is"));
    CHECK("fgetwc", fgetwc(f) == L'\n' && fgetwc(f) == L'x');
    CHECK("ungetwc", ungetwc(L'q', f) == L'q' && getwc(f) == L'q');
    CHECK("getwc", getwc(f) == L'y');
    CHECK("fgetws", fgetws(b, 32, f) == b && !wcscmp(b, L"z\n") && !fgetws(b, 32, f));
    CHECK("fgetwc", fgetwc(f) == WEOF && feof(f));
    fclose(f);
    f = fopen("w", "r");
    CHECK_ERRNO("fputwc", EBADF, fputwc(L'x', f) == WEOF);
    fclose(f);
    f = open_wmemstream(&text, &size);
    CHECK("open_wmemstream",
          f && fwprintf(f, L"in %d", 3) == 4 && !fclose(f) && size == 4 && !wcscmp(text, L"in 3"));
    free(text);
    CHECK("getwchar", getwchar() == L'p');
    CHECK("wscanf", wscanf(L"%d", &x) == 1 && x == 5);
    CHECK("vwscanf", vwread_in(L"%ls", b) == 1 && !wcscmp(b, L"word"));
    freopen("w", "w", stdout);
    CHECK("wprintf", wprintf(L"%d", 1) == 1);
    CHECK("vwprintf", vwrite_out(L"%d", 2) == 1);
    CHECK("putwchar", putwchar(L'3') == L'3');
    fflush(stdout);
    char got[8] = "";
    f = fopen("w", "r");
    fgets(got, 8, f);
    fclose(f);
    CHECK("wprintf vwprintf putwchar", !strcmp(got, "123"));
    remove("w");
}

// How many of the 128 characters of ASCII, and WEOF, a class has.
static int count(int (*is)(wint_t))
{
    int n = is(WEOF) != 0;
    for (wint_t c = 0; c < 128; c++) n += is(c) != 0;
    return n;
}

static void classes(locale_t c)
{
    CHECK("iswalnum", iswalnum(L'5') && count(iswalnum) == 62);
    CHECK("iswalpha", iswalpha(L'Z') && count(iswalpha) == 52);
    CHECK("iswblank", iswblank(L'\t') && count(iswblank) == 2);
    CHECK("iswcntrl", iswcntrl(127) && count(iswcntrl) == 33);
    CHECK("iswdigit", iswdigit(L'0') && count(iswdigit) == 10);
    CHECK("iswgraph", iswgraph(L'~') && count(iswgraph) == 94);
    CHECK("iswlower", iswlower(L'a') && count(iswlower) == 26);
    CHECK("iswprint", iswprint(L' ') && count(iswprint) == 95);
    CHECK("iswpunct", iswpunct(L'!') && count(iswpunct) == 32);
    CHECK("iswspace", iswspace(L'\v') && count(iswspace) == 6);
    CHECK("iswupper", iswupper(L'A') && count(iswupper) == 26);
    CHECK("iswxdigit", iswxdigit(L'f') && count(iswxdigit) == 22);
    CHECK("towlower", towlower(L'Q') == L'q' && towlower(L'[') == L'[' && towlower(WEOF) == WEOF);
    CHECK("towupper", towupper(L'q') == L'Q' && towupper(L'{') == L'{');
    CHECK("wctype iswctype", iswctype(L'a', wctype("alpha")) && !iswctype(L'1', wctype("alpha")));
    CHECK("wctype", wctype("nonsense") == 0);
    CHECK("wctrans towctrans", towctrans(L'a', wctrans("toupper")) == L'A' && wctrans("x") == 0);
    CHECK("iswalnum_l", iswalnum_l(L'a', c) && !iswalnum_l(L'_', c));
    CHECK("iswalpha_l", iswalpha_l(L'a', c) && !iswalpha_l(L'0', c));
    CHECK("iswblank_l", iswblank_l(L' ', c) && !iswblank_l(L'\n', c));
    CHECK("iswcntrl_l", iswcntrl_l(L'\n', c) && !iswcntrl_l(L' ', c));
    CHECK("iswdigit_l", iswdigit_l(L'9', c) && !iswdigit_l(L'a', c));
    CHECK("iswgraph_l", iswgraph_l(L'!', c) && !iswgraph_l(L' ', c));
    CHECK("iswlower_l", iswlower_l(L'z', c) && !iswlower_l(L'Z', c));
    CHECK("iswprint_l", iswprint_l(L' ', c) && !iswprint_l(L'\t', c));
    CHECK("iswpunct_l", iswpunct_l(L'_', c) && !iswpunct_l(L'a', c));
    CHECK("iswspace_l", iswspace_l(L'\v', c) && !iswspace_l(L'a', c));
    CHECK("iswupper_l", iswupper_l(L'A', c) && !iswupper_l(L'a', c));
    CHECK("iswxdigit_l", iswxdigit_l(L'F', c) && !iswxdigit_l(L'g', c));
    CHECK("towlower_l", towlower_l(L'A', c) == L'a');
    CHECK("towupper_l", towupper_l(L'a', c) == L'A');
    CHECK("wctype_l iswctype_l",
          iswctype_l(L'1', wctype_l("digit", c), c) && !iswctype_l(L'a', wctype_l("digit", c), c));
    CHECK("wctrans_l towctrans_l", towctrans_l(L'A', wctrans_l("tolower", c), c) == L'a');
    CHECK("wcscoll_l", wcscoll_l(L"a", L"b", c) < 0 && !wcscoll_l(L"a", L"a", c));
    CHECK("wcscasecmp_l", !wcscasecmp_l(L"Ab", L"aB", c) && wcscasecmp_l(L"a", L"b", c) < 0);
    CHECK("wcsncasecmp_l",
          !wcsncasecmp_l(L"Abx", L"aBy", 2, c) && wcsncasecmp_l(L"a", L"b", 1, c) < 0);
    wchar_t b[8];
    CHECK("wcsxfrm_l", wcsxfrm_l(b, L"ab", 8, c) == 2 && !wcscmp(b, L"ab"));
}

// In UTF-8.
static void encoded(void)
{
    static const char euro[] = "\xe2\x82\xac", text[] = "a\xc3\xa9\xe2\x82\xac";
    mbstate_t s = {0};
    wchar_t w = 0, wide[8];
    char narrow[16];
    CHECK("mbrtowc", mbrtowc(&w, euro, 3, &s) == 3 && w == 0x20ac && mbsinit(&s));
    CHECK("mbrtowc", mbrtowc(&w, euro, 1, &s) == (size_t)-2 && !mbsinit(&s) &&
                         mbrtowc(&w, euro + 1, 2, &s) == 2);
    CHECK("mbsinit", mbsinit(&s) && mbsinit(NULL));
    CHECK("mbrtowc", mbrtowc(&w, "", 1, &s) == 0 && mbrtowc(NULL, NULL, 0, &s) == 0);
    CHECK_ERRNO("mbrtowc", EILSEQ, mbrtowc(&w, "\xff", 1, &s) == (size_t)-1);
    memset(&s, 0, sizeof s);
    CHECK("mbrlen", mbrlen(euro, 3, &s) == 3 && mbrlen(euro, 2, &s) == (size_t)-2);
    memset(&s, 0, sizeof s);
    CHECK("wcrtomb", wcrtomb(narrow, 0x20ac, &s) == 3 && !memcmp(narrow, euro, 3) &&
                         wcrtomb(NULL, 0, &s) == 1);
    CHECK("wcrtomb", wcrtomb(narrow, 0x1f600, &s) == 4);
    const char *from = text;
    CHECK("mbsrtowcs", mbsrtowcs(wide, &from, 8, &s) == 3 && !from && wide[2] == 0x20ac);
    from = text;
    CHECK("mbsrtowcs", mbsrtowcs(wide, &from, 2, &s) == 2 && from == text + 3);
    from = text;
    CHECK("mbsnrtowcs", mbsnrtowcs(wide, &from, 3, 8, &s) == 2 && wide[1] == 0xe9);
    static const wchar_t both[] = {L'a', 0xe9, 0x20ac, 0};
    const wchar_t *wfrom = both;
    memset(&s, 0, sizeof s);
    CHECK("wcsrtombs", wcsrtombs(narrow, &wfrom, 16, &s) == 6 && !wfrom && !strcmp(narrow, text));
    wfrom = both;
    CHECK("wcsnrtombs", wcsnrtombs(narrow, &wfrom, 2, 16, &s) == 3 && wfrom == both + 2);
    CHECK("btowc", btowc('a') == L'a' && btowc(0xe9) == WEOF && btowc(EOF) == WEOF);
    CHECK("wctob", wctob(L'a') == 'a' && wctob(0xe9) == EOF);
    CHECK("mblen", mblen(euro, 3) == 3 && mblen("\xff", 1) == -1);
    CHECK("mbtowc", mbtowc(&w, text + 1, 2) == 2 && w == 0xe9);
    CHECK("wctomb", wctomb(narrow, 0xe9) == 2 && !memcmp(narrow, text + 1, 2));
    CHECK("mbstowcs", mbstowcs(wide, text, 8) == 3 && wide[1] == 0xe9);
    CHECK("wcstombs", wcstombs(narrow, both, 16) == 6 && !strcmp(narrow, text));
    CHECK("iswalpha", iswalpha(0xe9) && !iswalpha(0x20ac));
    CHECK("towupper", towupper(0xe9) == 0xc9 && towlower(0x3a9) == 0x3c9);
    CHECK("wcwidth", wcwidth(0x4e00) == 2 && wcwidth(0x301) == 0);
    static const char smile[] = "\xf0\x9f\x98\x80";
    char16_t c16 = 0;
    char32_t c32 = 0;
    memset(&s, 0, sizeof s);
    CHECK("mbrtoc32", mbrtoc32(&c32, smile, 4, &s) == 4 && c32 == 0x1f600);
    CHECK("mbrtoc32",
          mbrtoc32(&c32, smile, 2, &s) == (size_t)-2 && mbrtoc32(&c32, smile + 2, 2, &s) == 2);
    CHECK_ERRNO("mbrtoc32", EILSEQ, mbrtoc32(&c32, "\xff", 1, &s) == (size_t)-1);
    memset(&s, 0, sizeof s);
    CHECK("c32rtomb", c32rtomb(narrow, 0x1f600, &s) == 4 && !memcmp(narrow, smile, 4) &&
                          c32rtomb(NULL, 0, &s) == 1);
    CHECK_ERRNO("c32rtomb", EILSEQ, c32rtomb(narrow, 0xd800, &s) == (size_t)-1);
    memset(&s, 0, sizeof s);
    CHECK("mbrtoc16", mbrtoc16(&c16, smile, 4, &s) == 4 && c16 == 0xd83d);
    CHECK("mbrtoc16", mbrtoc16(&c16, "", 0, &s) == (size_t)-3 && c16 == 0xde00 && mbsinit(&s));
    CHECK("mbrtoc16",
          mbrtoc16(&c16, euro, 3, &s) == 3 && c16 == 0x20ac && mbrtoc16(&c16, "", 1, &s) == 0);
    CHECK("c16rtomb", c16rtomb(narrow, 0xd83d, &s) == 0 && c16rtomb(narrow, 0xde00, &s) == 4);
    CHECK("c16rtomb", !memcmp(narrow, smile, 4) && c16rtomb(narrow, 0xe9, &s) == 2);
}

int main(void)
{
    check_begin();
    strings();
    numbers();
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    classes(c);
    CHECK("btowc", btowc('z') == L'z' && wctob(L'z') == 'z');
    CHECK("wctob", wctob(WEOF) == EOF);
    if (!setlocale(LC_ALL, "C.UTF-8")) fprintf(check_report, "# no C.UTF-8\n");
    encoded();
    streams();
    return check_end();
}
