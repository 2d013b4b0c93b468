// regex.h, fnmatch.h, search.h, libgen.h, langinfo.h, locale.h, setjmp.h, stdarg.h, stdatomic.h, stddef.h, stdint.h,
// time.h's calendar, and what unistd.h has for options and bytes.
#include <fnmatch.h>
#include <langinfo.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <regex.h>
#include <search.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static bool matches(const char *pattern, int flags, const char *text, long from, long to)
{
    regex_t r;
    regmatch_t m[3];
    if (regcomp(&r, pattern, flags)) return false;
    const int result = regexec(&r, text, 3, m, 0);
    const bool good =
        from < 0 ? result == REG_NOMATCH : !result && m[0].rm_so == from && m[0].rm_eo == to;
    regfree(&r);
    return good;
}

static void expressions(void)
{
    regex_t r;
    regmatch_t m[3];
    char why[64];
    CHECK("regcomp regexec regfree", matches("b+c*", REG_EXTENDED, "aabbcd", 2, 5));
    CHECK("regexec",
          matches("^(a|bc)*$", REG_EXTENDED, "abcbca", 0, 6) && matches("x", 0, "abc", -1, -1));
    CHECK("regexec", matches("[[:digit:]]{2,3}", REG_EXTENDED, "a12345", 1, 4) &&
                         matches("HeLLo", REG_ICASE, "say hello", 4, 9));
    CHECK("regexec", matches("\\(a*\\)b\\1", 0, "xaabaay", 1, 6) &&
                         matches("a.c", REG_EXTENDED, "a\nc", 0, 3));
    CHECK("regcomp", !regcomp(&r, "(b)(c)?", REG_EXTENDED) && r.re_nsub == 2);
    CHECK("regexec", !regexec(&r, "abd", 3, m, 0) && m[1].rm_so == 1 && m[2].rm_so == -1);
    regfree(&r);
    CHECK("regcomp",
          !regcomp(&r, "^b", REG_NEWLINE) && !regexec(&r, "a\nb", 1, m, 0) && m[0].rm_so == 2);
    CHECK("regexec", regexec(&r, "b", 1, m, REG_NOTBOL) == REG_NOMATCH);
    regfree(&r);
    const int wrong = regcomp(&r, "(a", REG_EXTENDED);
    CHECK("regcomp", wrong == REG_EPAREN && regcomp(&r, "[a", 0) == REG_EBRACK);
    CHECK("regerror", regerror(wrong, &r, why, sizeof why) > 1 && strlen(why) > 3 &&
                          regerror(REG_NOMATCH, &r, NULL, 0) > 1);
    CHECK("fnmatch", fnmatch("*.c", "a.c", 0) == 0 && fnmatch("*.c", "a.h", 0) == FNM_NOMATCH);
    CHECK("fnmatch", fnmatch("[!a-c]?", "dx", 0) == 0 && fnmatch("\\*", "*", 0) == 0 &&
                         fnmatch("\\*", "\\*", FNM_NOESCAPE) == 0);
    CHECK("fnmatch", fnmatch("*", "a/b", FNM_PATHNAME) == FNM_NOMATCH &&
                         fnmatch("*", ".a", FNM_PERIOD) == FNM_NOMATCH);
}

static int order(const void *a, const void *b) { return strcmp(a, b); }
static int order_int(const void *a, const void *b) { return *(const int *)a != *(const int *)b; }
static char walked[32];
static void walks(const void *node, VISIT which, int level)
{
    if (which == postorder || which == leaf) strcat(walked, *(const char *const *)node);
    (void)level;
}

static void searches(void)
{
    CHECK("hcreate", hcreate(10) != 0);
    CHECK("hsearch", !hsearch((ENTRY){"key", NULL}, FIND));
    CHECK("hsearch", hsearch((ENTRY){strdup("key"), "data"}, ENTER) &&
                         !strcmp(hsearch((ENTRY){"key", NULL}, FIND)->data, "data"));
    hdestroy();
    CHECK("hdestroy", hcreate(5) != 0 && !hsearch((ENTRY){"key", NULL}, FIND));
    hdestroy();
    void *root = NULL;
    tsearch("b", &root, order), tsearch("c", &root, order);
    char **a = tsearch("a", &root, order);
    CHECK("tsearch", a && !strcmp(*a, "a") && tsearch("a", &root, order) == (void *)a);
    CHECK("tfind", tfind("a", &root, order) == (void *)a && !tfind("x", &root, order));
    twalk(root, walks);
    CHECK("twalk", !strcmp(walked, "abc"));
    CHECK("tdelete",
          tdelete("a", &root, order) && !tfind("a", &root, order) && !tdelete("x", &root, order));
    struct element {
        struct element *next, *before;
        int value;
    } x = {0}, y = {0}, z = {0};
    insque(&x, NULL), insque(&z, &x), insque(&y, &x);
    CHECK("insque", x.next == &y && y.next == &z && z.before == &y && !z.next && !x.before);
    remque(&y);
    CHECK("remque", x.next == &z && z.before == &x);
    int list[4] = {3, 5}, key = 5, other = 7;
    size_t n = 2;
    CHECK("lfind", lfind(&key, list, &n, sizeof *list, order_int) == &list[1] &&
                       !lfind(&other, list, &n, sizeof *list, order_int));
    CHECK("lsearch", lsearch(&key, list, &n, sizeof *list, order_int) == &list[1] && n == 2);
    CHECK("lsearch",
          lsearch(&other, list, &n, sizeof *list, order_int) == &list[2] && n == 3 && list[2] == 7);
}

static void names(void)
{
    char a[] = "/usr/lib/", b[] = "file", c[] = "/", d[] = "/usr/lib/", e[] = "file", f[] = "/usr";
    CHECK("basename",
          !strcmp(basename(a), "lib") && !strcmp(basename(b), "file") && !strcmp(basename(c), "/"));
    CHECK("basename", !strcmp(basename(NULL), "."));
    CHECK("dirname",
          !strcmp(dirname(d), "/usr") && !strcmp(dirname(e), ".") && !strcmp(dirname(f), "/"));
    CHECK("setlocale",
          !strcmp(setlocale(LC_ALL, NULL), "C") && !setlocale(LC_ALL, "xx_YY.nonsense"));
    CHECK("setlocale", setlocale(LC_ALL, "C") && !strcmp(setlocale(LC_CTYPE, "POSIX"), "C"));
    const struct lconv *l = localeconv();
    CHECK("localeconv",
          !strcmp(l->decimal_point, ".") && !*l->thousands_sep && l->frac_digits == CHAR_MAX);
    CHECK("nl_langinfo",
          !strcmp(nl_langinfo(RADIXCHAR), ".") && !strcmp(nl_langinfo(DAY_1), "Sunday"));
    CHECK("nl_langinfo",
          !strcmp(nl_langinfo(ABMON_12), "Dec") && !strcmp(nl_langinfo(D_FMT), "%m/%d/%y"));
    locale_t made = newlocale(LC_ALL_MASK, "C", (locale_t)0), copy = duplocale(made);
    CHECK("newlocale", made && !strcmp(nl_langinfo_l(MON_2, made), "February"));
    CHECK_ERRNO("newlocale", ENOENT, !newlocale(LC_ALL_MASK, "xx_YY.nonsense", (locale_t)0));
    CHECK("nl_langinfo_l", !strcmp(nl_langinfo_l(AM_STR, made), "AM"));
    CHECK("duplocale", copy && !strcmp(nl_langinfo_l(DAY_2, copy), "Monday"));
    const locale_t old = uselocale(copy);
    CHECK("uselocale", old && uselocale((locale_t)0) == copy && uselocale(old) == copy);
    freelocale(copy), freelocale(made);
    CHECK("freelocale", uselocale((locale_t)0) == old);
}

static jmp_buf back;
static void jumps(int n) { longjmp(back, n); }
static int sum(int n, ...)
{
    va_list list, again;
    va_start(list, n);
    va_copy(again, list);
    int total = 0;
    for (int i = 0; i < n; i++) total += va_arg(list, int);
    for (int i = 0; i < n; i++) total += 100 * va_arg(again, int);
    va_end(again);
    va_end(list);
    return total;
}

static void language(void)
{
    volatile int rounds = 0;
    const int got = setjmp(back);
    if (got < 3) {
        rounds++;
        jumps(got + 1);
    }
    CHECK("setjmp longjmp", rounds == 3 && got == 3);
    rounds = 0;
    if (setjmp(back) == 0) {
        rounds = 1;
        jumps(0);
    }
    CHECK("longjmp", rounds == 1);
    CHECK("va_start va_arg va_copy va_end", sum(3, 1, 2, 3) == 606 && sum(0) == 0);
    struct pair {
        char c;
        long l;
    };
    CHECK("offsetof", offsetof(struct pair, l) == 8 && offsetof(struct pair, c) == 0);
    CHECK("INT64_C UINT32_C",
          INT64_C(1) << 40 == 1099511627776 && UINT32_C(4294967295) == 0xffffffff);
    CHECK("INTMAX_C UINTMAX_C",
          sizeof INTMAX_C(1) == sizeof(intmax_t) && UINTMAX_C(0) - 1 == UINTMAX_MAX);
    static atomic_int n = ATOMIC_VAR_INIT(5);
    static atomic_flag flag = ATOMIC_FLAG_INIT;
    int expected = 4;
    CHECK("atomic_load", atomic_load(&n) == 5);
    CHECK("atomic_load_explicit", atomic_load_explicit(&n, memory_order_acquire) == 5);
    atomic_store(&n, 6);
    CHECK("atomic_store", n == 6);
    atomic_store_explicit(&n, 7, memory_order_release);
    CHECK("atomic_store_explicit", n == 7);
    CHECK("atomic_exchange", atomic_exchange(&n, 8) == 7 && n == 8);
    CHECK("atomic_exchange_explicit", atomic_exchange_explicit(&n, 9, memory_order_relaxed) == 8);
    CHECK("atomic_compare_exchange_strong",
          !atomic_compare_exchange_strong(&n, &expected, 1) && expected == 9);
    CHECK("atomic_compare_exchange_strong",
          atomic_compare_exchange_strong(&n, &expected, 1) && n == 1);
    expected = 1;
    CHECK("atomic_compare_exchange_strong_explicit",
          atomic_compare_exchange_strong_explicit(&n, &expected, 2, memory_order_acq_rel,
                                                  memory_order_relaxed) &&
              n == 2);
    expected = 0;
    CHECK("atomic_compare_exchange_weak",
          !atomic_compare_exchange_weak(&n, &expected, 3) && expected == 2);
    expected = 0;
    CHECK("atomic_compare_exchange_weak_explicit",
          !atomic_compare_exchange_weak_explicit(&n, &expected, 3, memory_order_seq_cst,
                                                 memory_order_seq_cst) &&
              expected == 2);
    CHECK("atomic_fetch_add", atomic_fetch_add(&n, 3) == 2 && n == 5);
    CHECK("atomic_fetch_add_explicit", atomic_fetch_add_explicit(&n, 1, memory_order_relaxed) == 5);
    CHECK("atomic_fetch_sub", atomic_fetch_sub(&n, 2) == 6 && n == 4);
    CHECK("atomic_fetch_sub_explicit", atomic_fetch_sub_explicit(&n, 1, memory_order_relaxed) == 4);
    CHECK("atomic_fetch_or", atomic_fetch_or(&n, 12) == 3 && n == 15);
    CHECK("atomic_fetch_or_explicit", atomic_fetch_or_explicit(&n, 16, memory_order_relaxed) == 15);
    CHECK("atomic_fetch_and", atomic_fetch_and(&n, 6) == 31 && n == 6);
    CHECK("atomic_fetch_and_explicit", atomic_fetch_and_explicit(&n, 2, memory_order_relaxed) == 6);
    CHECK("atomic_fetch_xor", atomic_fetch_xor(&n, 3) == 2 && n == 1);
    CHECK("atomic_fetch_xor_explicit",
          atomic_fetch_xor_explicit(&n, 1, memory_order_relaxed) == 1 && n == 0);
    atomic_init(&n, 77);
    CHECK("atomic_init", n == 77);
    CHECK("atomic_is_lock_free", atomic_is_lock_free(&n));
    CHECK("atomic_flag_test_and_set",
          !atomic_flag_test_and_set(&flag) && atomic_flag_test_and_set(&flag));
    atomic_flag_clear(&flag);
    CHECK("atomic_flag_clear", !atomic_flag_test_and_set_explicit(&flag, memory_order_acquire));
    CHECK("atomic_flag_test_and_set_explicit",
          atomic_flag_test_and_set_explicit(&flag, memory_order_acquire));
    atomic_flag_clear_explicit(&flag, memory_order_release);
    CHECK("atomic_flag_clear_explicit", !atomic_flag_test_and_set(&flag));
    atomic_thread_fence(memory_order_seq_cst);
    atomic_signal_fence(memory_order_seq_cst);
    CHECK("atomic_thread_fence atomic_signal_fence", n == 77);
}

static void calendar(void)
{
    char b[128];
    time_t t = 1000000000;
    struct tm m, *p = gmtime(&t);
    CHECK("gmtime", p->tm_year == 101 && p->tm_mon == 8 && p->tm_mday == 9 && p->tm_hour == 1 &&
                        p->tm_wday == 0 && p->tm_yday == 251);
    CHECK("gmtime_r", gmtime_r(&t, &m) == &m && m.tm_min == 46 && m.tm_sec == 40 && !m.tm_isdst);
    CHECK("asctime", !strcmp(asctime(&m), "Sun Sep  9 01:46:40 2001\n"));
    CHECK("asctime_r", asctime_r(&m, b) == b && !strcmp(b, "Sun Sep  9 01:46:40 2001\n"));
    CHECK("ctime", !strcmp(ctime(&t), "Sun Sep  9 01:46:40 2001\n"));
    CHECK("ctime_r", ctime_r(&t, b) == b && !strncmp(b, "Sun Sep", 7));
    CHECK("strftime", strftime(b, 128, "%Y-%m-%dT%H:%M:%S %j %a %B %p %%", &m) == 42 &&
                          !strcmp(b, "2001-09-09T01:46:40 252 Sun September AM %"));
    CHECK("strftime",
          strftime(b, 128, "%F %T %D %R %e|%I %U %W %V %G %u %w %y %C %h", &m) &&
              !strcmp(b, "2001-09-09 01:46:40 09/09/01 01:46  9|01 36 36 36 2001 7 0 01 20 Sep"));
    CHECK("strftime", strftime(b, 4, "%Y", &m) == 0 && strftime(b, 5, "%Y", &m) == 4);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    CHECK("strftime_l", strftime_l(b, 64, "%A", &m, c) == 6 && !strcmp(b, "Sunday"));
    freelocale(c);
    CHECK("difftime", difftime(10, 4) == 6 && difftime(4, 10) == -6);
    setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
    tzset();
    CHECK("tzset", !strcmp(tzname[0], "EST") && !strcmp(tzname[1], "EDT"));
    CHECK("localtime", localtime(&t)->tm_hour == 21 && localtime(&t)->tm_mday == 8 &&
                           localtime(&t)->tm_isdst == 1);
    CHECK("localtime_r", localtime_r(&t, &m) == &m && m.tm_hour == 21);
    CHECK("mktime", mktime(&m) == t);
    m = (struct tm){.tm_year = 126, .tm_mon = 13, .tm_mday = -5, .tm_hour = 12, .tm_isdst = -1};
    CHECK("mktime",
          mktime(&m) == 1800982800 && m.tm_mon == 0 && m.tm_mday == 26 && m.tm_year == 127);
    setenv("TZ", "UTC", 1);
    tzset();
    CHECK("strptime", !*strptime("2024-02-29 23:59:58", "%Y-%m-%d %H:%M:%S", &m) &&
                          m.tm_year == 124 && m.tm_mon == 1 && m.tm_mday == 29 && m.tm_sec == 58);
    CHECK("strptime", !strcmp(strptime("Mar  7 rest", "%b %d", &m), " rest") && m.tm_mon == 2 &&
                          m.tm_mday == 7);
    CHECK("strptime", !strptime("x", "%d", &m) && !strptime("12", "%d:", &m));
}

static void options(void)
{
    char *arguments[] = {"prog", "-a", "-bvalue", "-c", "-x", "-b", "--", "rest", NULL};
    optind = 1, opterr = 0;
    CHECK("getopt", getopt(7, arguments, "ab:c") == 'a' && getopt(7, arguments, "ab:c") == 'b' &&
                        !strcmp(optarg, "value"));
    CHECK("getopt", getopt(7, arguments, "ab:c") == 'c' && getopt(7, arguments, "ab:c") == '?' &&
                        optopt == 'x');
    CHECK("getopt", getopt(6, arguments, ":ab:c") == ':' && optopt == 'b');
    char *more[] = {"prog", "-ca", "--", "-b", NULL};
    optind = 1;
    CHECK("getopt", getopt(4, more, "ac") == 'c' && getopt(4, more, "ac") == 'a' &&
                        getopt(4, more, "ac") == -1 && optind == 3);
    char b[8] = "";
    swab("badc", b, 4);
    CHECK("swab", !strcmp(b, "abcd"));
}

int main(void)
{
    check_begin();
    expressions();
    searches();
    names();
    language();
    calendar();
    options();
    return check_end();
}
