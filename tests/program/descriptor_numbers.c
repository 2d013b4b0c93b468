// Descriptors are the lowest free numbers, for as long as a program runs, and move with dup2, children included.
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void last(void)
{
    static int calls;
    if (++calls == 40) puts("40 handlers");
}

static int files_that_fail(void)
{
    int bad = 0;
    char name[32], text[32];
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "file%d", i % 7);
        FILE *f = fopen(name, "w+");
        if (!f) return bad + 1;
        if (fputs("hello", f) < 0) bad++;
        rewind(f);
        if (!fgets(text, sizeof text, f) || strcmp(text, "hello")) bad++;
        if (fclose(f)) bad++;
    }
    return bad;
}

int main(void)
{
    char text[64];
    printf("files that fail: %d\n", files_that_fail());
    const int a = open("file0", O_RDONLY), b = open("file1", O_RDONLY);
    printf("%d %d", a, b);
    close(a);
    printf(" %d\n", dup(b));

    fflush(stdout);
    const int kept = dup(1), out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out, 1);
    puts("redirected");
    fflush(stdout);
    if (system("echo a child")) return 1;
    dup2(kept, 1);
    close(kept);
    close(out);
    FILE *f = fopen("out", "r");
    while (f && fgets(text, sizeof text, f)) printf("out: %s", text);
    fclose(f);

    close(0);
    printf("instead of stdin: %d\n", open("file3", O_RDONLY));
    int ends[2];
    if (pipe(ends)) return 1;
    struct pollfd p = {ends[0], POLLIN, 0};
    const int before = poll(&p, 1, 0);
    if (write(ends[1], "x", 1) != 1) return 1;
    const int after = poll(&p, 1, 1000);
    printf("ready: %d, then %d %d\n", before, after, p.revents == POLLIN);

    for (int i = 0; i < 40; i++) atexit(last);
    return 0;
}
