// thrd_exit, apart from the rest: whoever calls it wants threads that can be left.
#include <stdint.h>
#include <threads.h>

void thrd_exit(int result) { pthread_exit((void *)(intptr_t)result); }
