// Where a program begins, and what each of its threads has of its own.
#include <stdlib.h>
#include <string.h>
#include <sys/reent.h>
#include <sys/times.h>

#include "libc/system/names.h"

extern char **environ;
int main(int argc, char **argv, char **envp);
void hc_constructors(void);  // made by hc-lower of the program's lists
void hc_destructors(void);

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

void hc_start(const struct hc_program *program)
{
    struct tms now;
    current = _GLOBAL_REENT;
    hc_heap_set((void *)program->heap, program->heap_size);
    char *text = hc_heap_more(program->text_size), *at = text;
    memcpy(text, (const void *)program->text, program->text_size);
    char **argv = strings(&at, program->argc);
    environ = strings(&at, program->envc);
    _times(&now);
    atexit(hc_destructors);
    hc_constructors();
    exit(main((int)program->argc, argv, environ));
}
