// What a test file includes: tests and checks that mean the same under Criterion and under
// plain_runner.c.
//
//     // The bug this would catch, in a sentence.
//     HC_TEST(pack, a_full_wave_fits)
//     {
//         HC_EQ(hc_head_fit(32, 4, 2), 32);
//     }
//
// Every test runs in a process of its own, so it opens its device itself and may leave it open when
// it fails.  What it prints is shown if it fails.  A check that fails ends the test; on a thread
// other than the test's it ends the process, which fails the test too.
#ifndef HC_TEST_H
#define HC_TEST_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

// Both print the reason and end the test.
_Noreturn void hc_test_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void hc_test_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Where checks report from helpers: true if equal; both may be NULL.
bool hc_test_same(const char *a, const char *b);

#define HC_ASSERT(cond)                                                              \
    do {                                                                             \
        if (!(cond)) hc_test_fail(__FILE__, __LINE__, "%s", "not true: " #cond);     \
    } while (0)

#define HC_ASSERT_MSG(cond, ...)                                                     \
    do {                                                                             \
        if (!(cond)) hc_test_fail(__FILE__, __LINE__, __VA_ARGS__);                  \
    } while (0)

// 64-bit signed integers; each side is evaluated once.
#define HC_EQ(a, b)                                                                                            \
    do {                                                                                                       \
        const int64_t hc_left = (int64_t)(a), hc_right = (int64_t)(b);                                         \
        if (hc_left != hc_right)                                                                               \
            hc_test_fail(__FILE__, __LINE__, "%s is %" PRId64 ", %s is %" PRId64, #a, hc_left, #b, \
                         hc_right);                                                                \
    } while (0)

// Strings; NULL equals only NULL.
#define HC_STR_EQ(a, b)                                                                                        \
    do {                                                                                                       \
        const char *hc_left = (a), *hc_right = (b);                                                            \
        if (!hc_test_same(hc_left, hc_right))                                                                  \
            hc_test_fail(__FILE__, __LINE__, "%s is \"%s\", %s is \"%s\"", #a,              \
                         hc_left ? hc_left : "(null)", #b, hc_right ? hc_right : "(null)"); \
    } while (0)

#define HC_SKIP(...) hc_test_skip(__VA_ARGS__)

#ifdef HC_TEST_CRITERION

#include <criterion/criterion.h>
#define HC_TEST(suite, name) Test(suite, name)

#else

struct hc_test {
    const char *suite, *name;
    void (*run)(void);
    struct hc_test *next;
};
void hc_test_register(struct hc_test *test);

#define HC_TEST(suite, name)                                                                  \
    static void suite##_##name##_test(void);                                                  \
    __attribute__((constructor)) static void suite##_##name##_announce(void)                  \
    {                                                                                         \
        static struct hc_test test = {#suite, #name, suite##_##name##_test, 0};               \
        hc_test_register(&test);                                                              \
    }                                                                                         \
    static void suite##_##name##_test(void)

#endif
#endif
