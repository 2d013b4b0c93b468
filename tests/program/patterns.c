// Patterns: regular expressions, names that match, and glob over files.
#include <fnmatch.h>
#include <glob.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

static void match(const char *pattern, int flags, const char *text)
{
    regex_t r;
    regmatch_t m[4];
    const int err = regcomp(&r, pattern, flags);
    printf("/%s/ [%s]:", pattern, text);
    if (err) {
        printf(" %s\n", err == REG_EPAREN   ? "REG_EPAREN"
                        : err == REG_EBRACK ? "REG_EBRACK"
                                            : "error");
        return;
    }
    const int result = regexec(&r, text, 4, m, 0);
    if (result)
        printf(" %s", result == REG_NOMATCH ? "no" : "error");
    else
        for (size_t i = 0; i <= r.re_nsub && i < 4; i++)
            printf(" %d-%d", (int)m[i].rm_so, (int)m[i].rm_eo);
    puts("");
    regfree(&r);
}

static void names(const char *pattern, const char *text, int flags)
{
    printf("%s %s %s\n", pattern, text, fnmatch(pattern, text, flags) ? "no" : "yes");
}

static void files(const char *pattern, int flags)
{
    glob_t g = {0};
    const int result = glob(pattern, flags, NULL, &g);
    printf("%s:", pattern);
    if (result)
        printf(" error");
    else
        for (size_t i = 0; i < g.gl_pathc; i++) printf(" %s", g.gl_pathv[i]);
    puts("");
    globfree(&g);
}

int main(void)
{
    match("abc", 0, "xxabcxx");
    match("^a.*c$", 0, "abbbc");
    match("(a+)(b|c)+", REG_EXTENDED, "xaabcb");
    match("[[:digit:]]+-([[:alpha:]]{2,3})", REG_EXTENDED, "no 123-abcd");
    match("HeLLo", REG_ICASE, "say hello");
    match("a\\{2\\}\\(b*\\)", 0, "aabbb");
    match("x*", REG_EXTENDED, "yyy");
    match("^$", REG_EXTENDED, "");
    match("b", REG_EXTENDED, "aaa");
    match("^b", REG_EXTENDED | REG_NEWLINE, "a\nb");
    match("(unclosed", REG_EXTENDED, "");
    match("[unclosed", REG_EXTENDED, "");
    names("*.c", "file.c", 0);
    names("*.c", "file.h", 0);
    names("[a-c]?[!x]", "bzy", 0);
    names("*", "a/b", FNM_PATHNAME);
    names("*", "a/b", 0);
    names("*", ".hidden", FNM_PERIOD);
    names("a\\*b", "a*b", 0);
    static const char *const made[] = {"b.txt", "a.txt", "c.dat", ".h.txt", "d[1].txt"};
    for (size_t i = 0; i < 5; i++) {
        FILE *f = fopen(made[i], "w");
        if (f) fclose(f);
    }
    files("*.txt", 0);
    files("?.*", 0);
    files("./[ab]*", 0);
    files("*.none", GLOB_NOCHECK);
    return 0;
}
