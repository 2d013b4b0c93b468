// Arguments and environment: what main gets, and what getenv, setenv, putenv and unsetenv make of it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static void show(const char *name)
{
    const char *value = getenv(name);
    printf("%s=%s\n", name, value ? value : "(none)");
}

static int times(const char *name)
{
    int count = 0;
    for (char **e = environ; *e; e++)
        count += !strncmp(*e, name, strlen(name)) && (*e)[strlen(name)] == '=';
    return count;
}

int main(int argc, char **argv, char **envp)
{
    const char *slash = strrchr(argv[0], '/');
    printf("%d %s\n", argc, slash ? slash + 1 : argv[0]);
    for (int i = 1; i < argc; i++) printf("%d [%s] %zu\n", i, argv[i], strlen(argv[i]));
    printf("end %d, envp %d\n", argv[argc] == NULL, envp == environ);
    for (int i = 1; i < argc; i++) strcpy(argv[i], "");  // they are the program's to change
    printf("[%s]\n", argc > 1 ? argv[1] : "");

    show("HOSTCALL_TEST_GIVEN");
    show("HOSTCALL_TEST_NONE");
    setenv("HOSTCALL_TEST_NEW", "one", 0);
    setenv("HOSTCALL_TEST_NEW", "two", 0);
    show("HOSTCALL_TEST_NEW");
    setenv("HOSTCALL_TEST_NEW", "a longer text than before", 1);
    show("HOSTCALL_TEST_NEW");
    static char put[] = "HOSTCALL_TEST_PUT=first";
    putenv(put);
    show("HOSTCALL_TEST_PUT");
    printf("%d %d\n", times("HOSTCALL_TEST_PUT"), times("HOSTCALL_TEST_NEW"));
    unsetenv("HOSTCALL_TEST_NEW");
    unsetenv("HOSTCALL_TEST_NONE");
    show("HOSTCALL_TEST_NEW");
    printf("%d\n", setenv("HAS=EQUALS", "x", 1));
    char name[32];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "HOSTCALL_TEST_%d", i);
        setenv(name, name + 9, 1);
    }
    show("HOSTCALL_TEST_0");
    show("HOSTCALL_TEST_199");
    printf("%s", "");
    return argc == 6 ? 42 : 1;
}
