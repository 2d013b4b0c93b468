// The room that a jmp_buf has: hc-lower's in the first two longs (compiler/program/jumps.c), then a mask of signals.
_BEGIN_STD_C

#define _JBTYPE long
#define _JBLEN 32
typedef _JBTYPE jmp_buf[_JBLEN];
typedef jmp_buf sigjmp_buf;

int setjmp(jmp_buf) __attribute__((__returns_twice__));
_JBTYPE *__sigjmp_keep(sigjmp_buf, int);
void siglongjmp(sigjmp_buf, int) __attribute__((__noreturn__));
#define sigsetjmp(env, save) setjmp(__sigjmp_keep(env, save))
#define _setjmp(env) setjmp(env)
#define _longjmp(env, value) longjmp(env, value)

_END_STD_C
