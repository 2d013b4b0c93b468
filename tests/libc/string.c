// string.h, strings.h and ctype.h: what standard C and POSIX have of them.
// all of: string.h strings.h ctype.h
#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"

static int sign(int n) { return (n > 0) - (n < 0); }

static void copies(void)
{
    char b[32] = "0123456789";
    CHECK("memcpy", memcpy(b, "ab", 2) == b && !strcmp(b, "ab23456789"));
    CHECK("memcpy", memcpy(b, "x", 0) == b && b[0] == 'a');
    CHECK("memmove", memmove(b + 1, b, 9) == b + 1 && !strcmp(b, "aab2345678"));
    CHECK("memmove", memmove(b, b + 1, 10) == b && !strcmp(b, "ab2345678"));
    CHECK("memset", memset(b, 0x1ff, 3) == b && (unsigned char)b[2] == 0xff && b[3] == '3');
    CHECK("memccpy", memccpy(b, "one;two", ';', 7) == b + 4 && !memcmp(b, "one;", 4));
    CHECK("memccpy", !memccpy(b, "none", ';', 4) && !memcmp(b, "none", 4));
    CHECK("strcpy", strcpy(b, "") == b && !*b && strcpy(b, "seven") == b && b[5] == 0);
    CHECK("stpcpy", stpcpy(b, "eight") == b + 5 && !strcmp(b, "eight"));
    memset(b, '#', sizeof b);
    CHECK("strncpy", strncpy(b, "ab", 5) == b && !memcmp(b, "ab\0\0\0#", 6));
    CHECK("strncpy", strncpy(b, "abcdef", 3) == b && !memcmp(b, "abc\0", 4));
    memset(b, '#', sizeof b);
    CHECK("stpncpy", stpncpy(b, "ab", 5) == b + 2 && !memcmp(b, "ab\0\0\0#", 6));
    CHECK("stpncpy", stpncpy(b, "abcdef", 3) == b + 3 && b[5] == '#');
    strcpy(b, "one");
    CHECK("strcat", strcat(b, "two") == b && !strcmp(b, "onetwo"));
    CHECK("strncat", strncat(b, "three", 2) == b && !strcmp(b, "onetwoth"));
    CHECK("strncat", strncat(b, "x", 9) == b && !strcmp(b, "onetwothx"));
    char *copy = strdup("copied"), *part = strndup("copied", 3), *all = strndup("ab", 9);
    CHECK("strdup", copy && !strcmp(copy, "copied"));
    CHECK("strndup", part && !strcmp(part, "cop") && all && !strcmp(all, "ab"));
    free(copy), free(part), free(all);
}

static void searches(void)
{
    static const char text[] = "a line, a line";
    CHECK("memchr", memchr(text, ',', 14) == text + 6 && !memchr(text, ',', 6));
    CHECK("memchr", memchr("\xff", 0xff, 1) && memchr(text, 0, 15) == text + 14);
    CHECK("memcmp", sign(memcmp("ab\0c", "ab\0d", 4)) == -1 && !memcmp("abc", "abd", 2));
    CHECK("memcmp", sign(memcmp("\x80", "\x7f", 1)) == 1 && !memcmp("a", "b", 0));
    CHECK("strchr", strchr(text, 'l') == text + 2 && !strchr(text, 'z') && !*strchr(text, 0));
    CHECK("strrchr",
          strrchr(text, 'l') == text + 10 && !strrchr(text, 'z') && strrchr(text, 0) == text + 14);
    CHECK("strcmp", sign(strcmp("abc", "abd")) == -1 && sign(strcmp("abc", "ab")) == 1);
    CHECK("strcmp", !strcmp("", "") && sign(strcmp("\xe9", "z")) == 1);
    CHECK("strncmp", !strncmp("abcd", "abce", 3) && sign(strncmp("abcd", "abce", 4)) == -1);
    CHECK("strncmp", !strncmp("ab\0x", "ab\0y", 4) && !strncmp("a", "b", 0));
    CHECK("strcoll", sign(strcoll("a", "b")) == -1 && !strcoll("a", "a") && strcoll("B", "a") < 0);
    CHECK("strspn", strspn("aabbc", "ba") == 4 && strspn("abc", "") == 0);
    CHECK("strcspn", strcspn("aabbc", "cb") == 2 && strcspn("abc", "") == 3);
    CHECK("strpbrk", strpbrk(text, ",n") == text + 4 && !strpbrk(text, "xyz"));
    CHECK("strstr", strstr(text, "line") == text + 2 && strstr(text, "") == text);
    CHECK("strstr", !strstr(text, "lines") && !strcmp(strstr("aaab", "aab"), "aab"));
    CHECK("strlen", strlen("") == 0 && strlen("12345") == 5 && strlen("ab\0c") == 2);
    CHECK("strnlen", strnlen("12345", 3) == 3 && strnlen("12", 9) == 2 && strnlen("", 0) == 0);
    char b[8];
    CHECK("strxfrm", strxfrm(b, "abc", sizeof b) == 3 && !strcmp(b, "abc"));
    CHECK("strxfrm", strxfrm(NULL, "abcdefghij", 0) == 10);
    char words[] = " one  two", more[] = "a:b", *rest;
    CHECK("strtok", !strcmp(strtok(words, " "), "one") && !strcmp(strtok(NULL, " "), "two"));
    CHECK("strtok", !strtok(NULL, " ") && !strtok((char[]){"  "}, " "));
    CHECK("strtok_r", !strcmp(strtok_r(more, ":", &rest), "a") &&
                          !strcmp(strtok_r(NULL, ":", &rest), "b") && !strtok_r(NULL, ":", &rest));
}

static void messages(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char b[64], small[4];
    CHECK("strerror", strerror(ENOENT) && strcmp(strerror(ENOENT), strerror(EACCES)));
    errno = 0;
    CHECK("strerror", strerror(ENOENT) && errno == 0);
    CHECK("strerror", strerror(99999) != NULL);
    CHECK("strerror_l", !strcmp(strerror_l(EPERM, c), strerror(EPERM)));
    CHECK("strerror_r", strerror_r(ENOENT, b, sizeof b) == 0 && !strcmp(b, strerror(ENOENT)));
    CHECK("strerror_r", strerror_r(ENOENT, small, sizeof small) == ERANGE);
    CHECK("strsignal", strsignal(11) && *strsignal(11) && strcmp(strsignal(11), strsignal(9)));
    CHECK("strcoll_l", sign(strcoll_l("a", "b", c)) == -1 && !strcoll_l("a", "a", c));
    CHECK("strxfrm_l", strxfrm_l(b, "abc", sizeof b, c) == 3 && !strcmp(b, "abc"));
    CHECK("strcasecmp_l", !strcasecmp_l("aBc", "AbC", c) && strcasecmp_l("a", "b", c) < 0);
    CHECK("strncasecmp_l",
          !strncasecmp_l("aBx", "AbY", 2, c) && strncasecmp_l("ax", "AY", 2, c) < 0);
    CHECK("isalnum_l", isalnum_l('a', c) && isalnum_l('0', c) && !isalnum_l('_', c));
    CHECK("isalpha_l", isalpha_l('a', c) && !isalpha_l('0', c) && !isalpha_l(EOF, c));
    CHECK("isblank_l", isblank_l('\t', c) && isblank_l(' ', c) && !isblank_l('\n', c));
    CHECK("iscntrl_l", iscntrl_l('\n', c) && iscntrl_l(127, c) && !iscntrl_l(' ', c));
    CHECK("isdigit_l", isdigit_l('9', c) && !isdigit_l('a', c));
    CHECK("isgraph_l", isgraph_l('!', c) && !isgraph_l(' ', c));
    CHECK("islower_l", islower_l('z', c) && !islower_l('Z', c));
    CHECK("isprint_l", isprint_l(' ', c) && !isprint_l('\t', c));
    CHECK("ispunct_l", ispunct_l('_', c) && !ispunct_l('a', c));
    CHECK("isspace_l", isspace_l('\v', c) && !isspace_l('a', c));
    CHECK("isupper_l", isupper_l('A', c) && !isupper_l('a', c));
    CHECK("isxdigit_l", isxdigit_l('f', c) && isxdigit_l('F', c) && !isxdigit_l('g', c));
    CHECK("tolower_l", tolower_l('A', c) == 'a' && tolower_l('1', c) == '1');
    CHECK("toupper_l", toupper_l('a', c) == 'A' && toupper_l(EOF, c) == EOF);
    freelocale(c);
}

// How many of the 128 characters of ASCII, and EOF, a function accepts.
static int count(int (*is)(int))
{
    int n = 0;
    for (int c = -1; c < 128; c++) n += is(c) != 0;
    return n;
}

static void characters(void)
{
    CHECK("isalnum", isalnum('5') && isalnum('Z') && !isalnum('-') && count(isalnum) == 62);
    CHECK("isalpha", isalpha('Z') && !isalpha('5') && count(isalpha) == 52);
    CHECK("isblank", isblank(' ') && isblank('\t') && count(isblank) == 2);
    CHECK("iscntrl", iscntrl(0) && iscntrl(127) && count(iscntrl) == 33);
    CHECK("isdigit", isdigit('0') && !isdigit('a') && count(isdigit) == 10);
    CHECK("isgraph", isgraph('~') && !isgraph(' ') && count(isgraph) == 94);
    CHECK("islower", islower('a') && !islower('A') && count(islower) == 26);
    CHECK("isprint", isprint(' ') && !isprint('\n') && count(isprint) == 95);
    CHECK("ispunct", ispunct('!') && !ispunct('a') && count(ispunct) == 32);
    CHECK("isspace", isspace('\f') && isspace(' ') && count(isspace) == 6);
    CHECK("isupper", isupper('A') && !isupper('a') && count(isupper) == 26);
    CHECK("isxdigit", isxdigit('f') && !isxdigit('g') && count(isxdigit) == 22);
    CHECK("isalpha isprint", !isalpha(0xe9) && !isprint(0x80));
    CHECK("tolower", tolower('Q') == 'q' && tolower('q') == 'q' && tolower('[') == '[');
    CHECK("toupper", toupper('q') == 'Q' && toupper('{') == '{' && toupper(EOF) == EOF);
    CHECK("ffs", ffs(0) == 0 && ffs(1) == 1 && ffs(0x50) == 5 && ffs(-2147483647 - 1) == 32);
    CHECK("strcasecmp", !strcasecmp("HeLLo", "hEllO") && strcasecmp("a", "B") < 0);
    CHECK("strcasecmp", strcasecmp("[", "a") < 0 && strcasecmp("abc", "AB") > 0);
    CHECK("strncasecmp", !strncasecmp("HELP", "hello", 3) && strncasecmp("HELP", "hello", 4) > 0);
    CHECK("strncasecmp", !strncasecmp("a", "b", 0) && !strncasecmp("ab\0c", "AB\0d", 4));
}

int main(void)
{
    check_begin();
    copies();
    searches();
    messages();
    characters();
    return check_end();
}
