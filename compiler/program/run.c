// Lists, temporary files and child processes.
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/program/cc.h"

extern char **environ;

static char *folder;  // of this run

static int entry_remove(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static void folder_remove(void)
{
    if (folder) nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

_Noreturn void cc_fail(const char *format, ...)
{
    va_list rest;
    va_start(rest, format);
    fputs("hostcall-cc: error: ", stderr);
    vfprintf(stderr, format, rest);
    fputc('\n', stderr);
    va_end(rest);
    exit(1);
}

char *cc_text(const char *format, ...)
{
    va_list rest;
    char *text;
    va_start(rest, format);
    if (vasprintf(&text, format, rest) < 0) cc_fail("out of memory");
    va_end(rest);
    return text;
}

void list_add(struct list *list, const char *text)
{
    if (list->count + 1 >= list->room) {
        list->room = list->room ? 2 * list->room : 32;
        list->at = realloc(list->at, list->room * sizeof *list->at);
        if (!list->at) cc_fail("out of memory");
    }
    list->at[list->count++] = text;
    list->at[list->count] = NULL;
}

void list_add_all(struct list *list, const struct list *more)
{
    for (size_t i = 0; i < more->count; i++) list_add(list, more->at[i]);
}

bool cc_exists(const char *path) { return access(path, F_OK) == 0; }

const char *cc_temporary(const char *base, const char *suffix)
{
    static unsigned number;
    if (!folder) {
        const char *where = getenv("TMPDIR");
        folder = cc_text("%s/hostcall-cc-XXXXXX", where && *where ? where : "/tmp");
        if (!mkdtemp(folder)) {
            const char *wanted = folder;
            folder = NULL;
            cc_fail("%s: %s", wanted, strerror(errno));
        }
        atexit(folder_remove);
    }
    const char *slash = strrchr(base, '/');
    return cc_text("%s/%u-%s%s", folder, number++, slash ? slash + 1 : base, suffix);
}

void cc_read_lines(struct list *to, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) cc_fail("%s: %s", path, strerror(errno));
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, f) > 0) {
        line[strcspn(line, "\n")] = 0;
        if (*line) list_add(to, cc_text("%s", line));
    }
    free(line);
    fclose(f);
}

int cc_run(const struct list *command, bool show) { return cc_run_to(command, show, NULL); }

int cc_run_to(const struct list *command, bool show, const char *said)
{
    pid_t child;
    posix_spawn_file_actions_t files;
    int status;
    if (show) {
        for (size_t i = 0; i < command->count; i++) fprintf(stderr, " %s", command->at[i]);
        fputc('\n', stderr);
    }
    posix_spawn_file_actions_init(&files);
    if (said)
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, said, O_WRONLY | O_CREAT | O_TRUNC,
                                         0600);
    const int err =
        posix_spawnp(&child, command->at[0], &files, NULL, (char *const *)command->at, environ);
    posix_spawn_file_actions_destroy(&files);
    if (err) cc_fail("%s: %s", command->at[0], strerror(err));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) cc_fail("%s: %s", command->at[0], strerror(errno));
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    fprintf(stderr, "hostcall-cc: %s was ended by signal %d\n", command->at[0], WTERMSIG(status));
    return 128 + WTERMSIG(status);
}
