// The native half of csmith_kernel.h: a main() that runs the program once per lane, each in a process of its own
// as its globals change, and prints the results, 16 hexadecimal digits a line.
//
// usage: PROGRAM LANES SECONDS; status 3 if all of it takes longer than that, 4 if a lane dies.
#ifndef CSMITH_NATIVE_H
#define CSMITH_NATIVE_H

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t csmith_lane_number;
static uint32_t csmith_lane(void) { return csmith_lane_number; }

static void csmith_timeout(double seconds)
{
    const struct itimerval timer = {
        .it_value = {(time_t)seconds, (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    const uint32_t lanes = (uint32_t)atoi(argv[1]);
    const double seconds = atof(argv[2]);
    uint64_t *sums =
        mmap(NULL, lanes * sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sums == MAP_FAILED) return 2;
    struct timeval start, now;
    gettimeofday(&start, NULL);
    for (uint32_t lane = 0; lane < lanes; lane++) {
        gettimeofday(&now, NULL);
        const double left = seconds - (double)(now.tv_sec - start.tv_sec) -
                            1e-6 * (double)(now.tv_usec - start.tv_usec);
        if (left <= 0) return 3;
        const pid_t pid = fork();
        if (pid < 0) return 2;
        if (pid == 0) {
            csmith_timeout(left);
            csmith_lane_number = lane;
            csmith_main();
            sums[lane] = csmith_sum;
            _exit(0);
        }
        int status;
        if (waitpid(pid, &status, 0) != pid) return 2;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return 3;
        if (status) return 4;
    }
    for (uint32_t lane = 0; lane < lanes; lane++) printf("%016" PRIx64 "\n", sums[lane]);
    return 0;
}

#endif
