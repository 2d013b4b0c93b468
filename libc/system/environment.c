// The environment: strings that the program owns (putenv) or that are made here (setenv).
//
// A string that is replaced stays where it is, since getenv() may have given it out.
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libc/system/names.h"

extern char **environ;
static char **own;   // the list, once it was made here
static size_t room;  // of it, pointers

static size_t count(void)
{
    size_t n = 0;
    while (environ && environ[n]) n++;
    return n;
}

// Where NAME= stands, or where the list ends.
static size_t place(const char *name, size_t size)
{
    size_t i = 0;
    while (environ && environ[i] && (strncmp(environ[i], name, size) || environ[i][size] != '='))
        i++;
    return i;
}

static int put(char *text, size_t at)
{
    const size_t n = count();
    if (at < n) {
        environ[at] = text;
        return 0;
    }
    if (environ != own || n + 2 > room) {
        char **list = realloc(environ == own ? own : NULL, (2 * n + 16) * sizeof *list);
        if (!list) return -1;
        if (environ != own) memcpy(list, environ, n * sizeof *list);
        environ = own = list;
        room = 2 * n + 16;
    }
    environ[n] = text;
    environ[n + 1] = NULL;
    return 0;
}

static bool is_name(const char *name)
{
    if (name && *name && !strchr(name, '=')) return true;
    errno = EINVAL;
    return false;
}

int setenv(const char *name, const char *value, int replaces)
{
    if (!is_name(name)) return -1;
    const size_t size = strlen(name), at = place(name, size);
    if (at < count() && !replaces) return 0;
    char *text = malloc(size + strlen(value) + 2);
    if (!text) return -1;
    memcpy(text, name, size);
    text[size] = '=';
    strcpy(text + size + 1, value);
    return put(text, at);
}

int unsetenv(const char *name)
{
    if (!is_name(name)) return -1;
    const size_t size = strlen(name);
    for (size_t at; (at = place(name, size)) < count();)
        memmove(environ + at, environ + at + 1, (count() - at) * sizeof *environ);
    return 0;
}

int putenv(char *text)
{
    const size_t size = strcspn(text, "=");
    return text[size] ? put(text, place(text, size)) : unsetenv(text);
}

int clearenv(void)
{
    static char *none[1];
    environ = none;
    return 0;
}
