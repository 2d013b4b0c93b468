// What runner_check.sh runs: tests that pass, fail, skip, crash, hang and leave a process behind.
#include "hc_test.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

HC_TEST(sample, passes)
{
    printf("ok 99 - not a result, and a line without an end");
    HC_EQ(1 + 1, 2);
    HC_STR_EQ("a", "a");
    HC_ASSERT_MSG(true, "%d", 1);
}

HC_TEST(sample, fails_with_both_values)
{
    const int got = 3;
    printf("printed before the failure\n");
    HC_EQ(got, 4);
}

HC_TEST(sample, fails_with_both_strings) { HC_STR_EQ("left", NULL); }

HC_TEST(sample, skips) { HC_SKIP("no %s here", "device"); }

HC_TEST(sample, crashes) { raise(SIGSEGV); }

static void *fail(void *arg)
{
    HC_ASSERT(!arg);
    return arg;
}

HC_TEST(sample, fails_on_another_thread)
{
    pthread_t thread;
    static int something;
    HC_ASSERT(!pthread_create(&thread, NULL, fail, &something));
    pthread_join(thread, NULL);
}

#ifndef HC_TEST_CRITERION  // where meson's time-out is the only one
HC_TEST(sample, hangs)
{
    for (;;) pause();
}

HC_TEST(sample, leaves_a_process_behind)
{
    if (fork() == 0) sleep(1000);
}
#endif

HC_TEST(sample, passes_after_all_that) { HC_ASSERT(getpid() > 0); }
