// Kinds of characters in the C locale, and the locale itself.
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(const char *name, int (*is)(int))
{
    int count = 0;
    unsigned sum = 0;
    for (int c = -1; c < 256; c++)
        if (is(c)) {
            count++;
            sum = sum * 31 + (unsigned)c;
        }
    printf("%s %d %08x\n", name, count, sum);
}

int main(void)
{
    show("alnum", isalnum);
    show("alpha", isalpha);
    show("blank", isblank);
    show("cntrl", iscntrl);
    show("digit", isdigit);
    show("graph", isgraph);
    show("lower", islower);
    show("print", isprint);
    show("punct", ispunct);
    show("space", isspace);
    show("upper", isupper);
    show("xdigit", isxdigit);
    for (const char *c = "aZ5-\n"; *c; c++) printf("%d/%d ", toupper(*c), tolower(*c));
    printf("%d %d\n", toupper(EOF), tolower(0xe4));

    printf("%s\n", setlocale(LC_ALL, NULL));
    printf("%d\n", setlocale(LC_ALL, "xx_NONE.unknown") == NULL);
    const struct lconv *l = localeconv();
    printf("[%s] [%s] [%s] %d\n", l->decimal_point, l->thousands_sep, l->currency_symbol,
           l->frac_digits == 127);
    printf("%s %s\n", setlocale(LC_NUMERIC, "C"),
           setlocale(LC_NUMERIC, "POSIX") ? "posix" : "none");
    printf("%d %d\n", strcoll("a", "b") < 0, strcoll("B", "a") < 0);
    char text[16];
    printf("%zu %s\n", strxfrm(text, "same", sizeof text), text);
    printf("%s %s [%s]\n", nl_langinfo(DAY_1), nl_langinfo(MON_12), nl_langinfo(RADIXCHAR));
    printf("%d\n", (int)MB_CUR_MAX);
    printf("%d", setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    printf(" %d %s\n", MB_CUR_MAX > 1, nl_langinfo(CODESET));
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    printf("%d %d\n", c != (locale_t)0, !!isalpha_l('a', c));
    freelocale(c);
    return 0;
}
