// The room that a jmp_buf has; what stands in it is the target's.
_BEGIN_STD_C

#define _JBTYPE long
#define _JBLEN 32
typedef _JBTYPE jmp_buf[_JBLEN];

// No signal mask is saved: one does not change it in a handler that jumps.
typedef jmp_buf sigjmp_buf;
#define sigsetjmp(env, save) ((void)(save), setjmp(env))
#define siglongjmp(env, value) longjmp(env, value)
#define _setjmp(env) setjmp(env)
#define _longjmp(env, value) longjmp(env, value)

_END_STD_C
