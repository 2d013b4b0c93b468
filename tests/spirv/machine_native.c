// Runs `kernel` natively, as it was compiled or as the passes of machine.c and ends.c left it.
//
//   PROGRAM [STACK]     bytes of stack: a lane's; more must not be touched
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kernel(void);
void out(int64_t value);
_Noreturn void hc_spirv_end(void);

extern char *hc_spirv_sp __attribute__((weak));
extern char *hc_spirv_sp_end __attribute__((weak));
extern int hc_spirv_ended __attribute__((weak));

enum { GUARD = 4096, FILL = 0xa5 };
static jmp_buf leave;

void out(int64_t value) { printf("%lld\n", (long long)value); }

void hc_spirv_end(void) { longjmp(leave, 1); }

int main(int argc, char **argv)
{
    const size_t size = argc > 1 ? strtoul(argv[1], NULL, 0) : 1 << 20;
    unsigned char *stack = aligned_alloc(4096, (size + 2 * GUARD + 4095) & ~(size_t)4095);
    if (!stack) return 2;
    memset(stack, FILL, size + 2 * GUARD);
    if (&hc_spirv_sp) hc_spirv_sp = (char *)stack + GUARD;
    if (&hc_spirv_sp_end) hc_spirv_sp_end = (char *)stack + GUARD + size;
    if (!setjmp(leave)) kernel();
    if (&hc_spirv_sp && !(&hc_spirv_ended && hc_spirv_ended) &&
        hc_spirv_sp != (char *)stack + GUARD)
        printf("the stack pointer is %td bytes off\n", hc_spirv_sp - (char *)stack - GUARD);
    for (size_t i = 0; i < size + 2 * GUARD; i++)
        if ((i < GUARD || i >= GUARD + size) && stack[i] != FILL) {
            printf("the stack's byte %zd was touched, it has %zu\n", (ssize_t)i - GUARD, size);
            break;
        }
    free(stack);
    return fflush(stdout) != 0;
}
