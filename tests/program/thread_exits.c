// exit() in a thread ends the program, with what was printed, while others wait for things that never come.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;

static void bye(void) { puts("at exit"); }

static void *waits(void *arg)
{
    pthread_mutex_lock(&mutex);
    for (;;) pthread_cond_wait(&cond, &mutex);
    return arg;
}
static void *sleeps(void *arg)
{
    sleep(1000);
    return arg;
}
static void *ends(void *arg)
{
    usleep(20000);
    printf("in the thread");
    exit(7);
    return arg;
}

int main(void)
{
    pthread_t thread;
    atexit(bye);
    pthread_create(&thread, NULL, waits, NULL);
    pthread_create(&thread, NULL, sleeps, NULL);
    pthread_create(&thread, NULL, ends, NULL);
    waits(NULL);
    return 1;
}
