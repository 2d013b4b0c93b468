// Where a program begins, and what each of its threads has of its own.
#include <stdlib.h>
#include <string.h>
#include <sys/reent.h>
#include <sys/times.h>

#include "libc/system/names.h"

extern char **environ;
int main(int argc, char **argv, char **envp);

uint32_t hc_threads_most = 1;

static char *nothing[1];
char **environ = nothing;

// The first thread has newlib's own, which exit() looks at; others have theirs.
static _Thread_local struct _reent *current;

struct _reent *__getreent(void)
{
    static _Thread_local struct _reent own;
    if (!current) {
        _REENT_INIT_PTR(&own);
        current = &own;
    }
    return current;
}

// Pointers to `count` strings that lie one after another from *at on; NULL behind them.
static char **strings(char **at, uint32_t count)
{
    char **list = hc_heap_more((count + 1) * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        list[i] = *at;
        *at += strlen(*at) + 1;
    }
    list[count] = NULL;
    return list;
}

static __attribute__((noinline, noreturn)) void program_run(const struct hc_program *program)
{
    struct tms now;
    current = _GLOBAL_REENT;
    char *text = hc_heap_more(program->text_size), *at = text;
    memcpy(text, (const void *)program->text, program->text_size);
    char **argv = strings(&at, program->argc);
    environ = strings(&at, program->envc);
    _times(&now);
    atexit(hc_destructors);
    hc_constructors();
    exit(main((int)program->argc, argv, environ));
}

static __attribute__((noinline)) void first_block_make(struct hc_own *own)
{
    own->block = (uint64_t)hc_heap_more(hc_block_size());
    hc_block_fill((void *)own->block);
}

// Itself it has no variables in memory: there is no stack yet.
void hc_enter(const struct hc_program *program)
{
    if (hc_bridge_thread() || hc_bridge_lane()) {
        if (hc_threads_serve) hc_threads_serve(program);
        hc_bridge_end();
        __builtin_unreachable();
    }
    struct hc_own *own = hc_bridge_own();
    own->stack = (program->stack + program->stack_size) & ~UINT64_C(15);
    own->stack_end = program->stack;
    hc_relocate();
    hc_threads_most = program->threads;
    hc_heap_set((void *)program->heap, program->heap_size);
    first_block_make(own);
    program_run(program);
}
