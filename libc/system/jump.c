// Jumps: what there is to them beside the jump itself, which hc-lower makes.
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "libc/system/names.h"

// hc-lower's (compiler/program/jumps.c).  `lost` is called if the function that called setjmp has returned.
_Noreturn void hc_jump(long *to, int value, void (*lost)(void));

#undef _longjmp
_Noreturn void _longjmp(jmp_buf to, int value);

static void lost(void)
{
    static const char text[] = "longjmp: the function that called setjmp has returned\n";
    write(STDERR_FILENO, text, sizeof text - 1);
    abort();
}

void longjmp(jmp_buf to, int value) { hc_jump(to, value, lost); }
void _longjmp(jmp_buf to, int value) { hc_jump(to, value, lost); }

enum { KEPT = 2, MASK = 3 };  // where in the buffer
// Says that there is a mask.  A buffer that setjmp() alone has filled has anything there.
static const long mark = 0x6d61736b20697321;

long *__sigjmp_keep(sigjmp_buf to, int save)
{
    sigset_t now;
    to[KEPT] = save ? mark : 0;
    if (save) {
        sigprocmask(SIG_BLOCK, NULL, &now);
        to[MASK] = (long)now;
    }
    return to;
}

void siglongjmp(sigjmp_buf to, int value)
{
    if (to[KEPT] == mark) {
        const sigset_t kept = (sigset_t)to[MASK];
        sigprocmask(SIG_SETMASK, &kept, NULL);
    }
    longjmp(to, value);
}
