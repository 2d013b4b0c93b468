// Wide characters, and UTF-8 to and from them.
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
    printf("locale %d\n", setlocale(LC_ALL, "C.UTF-8") != NULL);
    const char *text = "aé€😀z";
    wchar_t wide[32];
    size_t n = mbstowcs(wide, text, 32);
    printf("%zu:", n);
    for (size_t i = 0; i < n; i++) printf(" %x", (unsigned)wide[i]);
    char back[64];
    n = wcstombs(back, wide, sizeof back);
    printf("\n%zu %d\n", n, strcmp(back, text));
    mblen(NULL, 0);
    printf("%d %d %d %d %d\n", mblen("a", 1), mblen("é", 2), mblen("€", 4), mblen("😀", 4),
           mblen("", 1));

    mbstate_t state;
    wchar_t c;
    memset(&state, 0, sizeof state);
    printf("%d", (int)mbrtowc(&c, "\xe2", 1, &state));
    printf(" %d", (int)mbrtowc(&c, "\x82", 1, &state));
    printf(" %d", (int)mbrtowc(&c, "\xac", 1, &state));
    printf(" %x\n", (unsigned)c);
    memset(&state, 0, sizeof state);
    printf("%d", (int)mbrtowc(&c, "\xff", 1, &state));
    printf(" %d\n", errno == EILSEQ);
    memset(&state, 0, sizeof state);
    printf("overlong %d\n", (int)mbrtowc(&c, "\xc0\x80", 2, &state));
    memset(&state, 0, sizeof state);
    n = wcrtomb(back, 0x10348, &state);
    printf("%zu:", n);
    for (size_t i = 0; i < n; i++) printf(" %x", (unsigned char)back[i]);
    printf("\n%d %d\n", btowc('a') == L'a', wctob(L'é'));

    printf("%zu %d %d\n", wcslen(L"wörld"), wcscmp(L"abc", L"abd") < 0, wcsncmp(L"abc", L"abd", 2));
    wcscpy(wide, L"left");
    wcscat(wide, L"+right");
    printf("%ls %ls %d\n", wide, wcschr(wide, L'+'), wcsstr(wide, L"none") == NULL);
    wchar_t *end;
    printf("%ld", wcstol(L"-123rest", &end, 10));
    printf(" %ls %g\n", end, wcstod(L"2.5e3", NULL));
    printf("%d %d %d %d\n", !!iswalpha(L'é'), !!iswdigit(L'7'), !!iswspace(L' '), !!iswpunct(L'a'));
    printf("%x %x\n", (unsigned)towupper(L'é'), (unsigned)towlower(L'Ä'));
    n = (size_t)swprintf(wide, 32, L"%d %ls %s", 5, L"wïde", "narrow é");
    printf("%zu %ls\n", n, wide);
    int number;
    wchar_t word[16];
    printf("%d", swscanf(L"77 bäume", L"%d %15ls", &number, word));
    printf(" %d %ls\n", number, word);
    printf("[%lc] [%.3ls] [%8ls]\n", (wint_t)L'€', L"abcdef", L"right");
    FILE *f = fopen("wide.txt", "w+");
    fputws(L"zwölf\n", f);
    fputwc(L'€', f);
    rewind(f);
    printf("%d", fwide(f, 0) > 0);
    while ((c = (wchar_t)fgetwc(f)) != (wchar_t)WEOF) printf(" %x", (unsigned)c);
    fclose(f);
    wmemset(wide, L'w', 4);
    wmemcpy(wide + 4, L"xyz", 4);
    printf("\n%ls %d %d\n", wide, wmemchr(wide, L'z', 7) == wide + 6, wmemcmp(L"aa", L"ab", 2) < 0);
    return 0;
}
