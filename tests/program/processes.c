// Other processes: pipes, descriptors put in others' places, popen, system, and how they ended.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void ended(const char *what, int status)
{
    if (status != -1 && WIFEXITED(status))
        printf("%s: exit %d\n", what, WEXITSTATUS(status));
    else if (status != -1 && WIFSIGNALED(status))
        printf("%s: signal %d\n", what, WTERMSIG(status));
    else
        printf("%s: %d\n", what, status);
    fflush(stdout);
}

int main(void)
{
    char text[100];
    int ends[2];
    if (pipe(ends)) return 1;
    printf("pipe %zd", write(ends[1], "through", 7));
    ssize_t n = read(ends[0], text, sizeof text);
    printf(" %zd %.*s", n, (int)n, text);
    close(ends[1]);
    printf(" end %zd\n", read(ends[0], text, sizeof text));
    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends)) return 1;
    close(ends[0]);
    printf("broken %zd", write(ends[1], "x", 1));
    printf(" %d\n", errno == EPIPE);
    signal(SIGPIPE, SIG_DFL);
    fflush(stdout);

    ended("system", system("echo from the shell; exit 3"));
    ended("true", system("true"));
    ended("empty", system(""));
    ended("killed", system("kill -15 $$"));
    ended("missing", system("/nonexistent/command 2>/dev/null"));
    printf("there is a shell: %d\n", system(NULL) != 0);
    fputs("order: ", stdout);
    fflush(stdout);
    system("printf 'shell, '");
    puts("program");
    setenv("HOSTCALL_TEST", "seen by the child", 1);

    FILE *f = popen("printf 'line one\\nline two\\n'; exit 5", "r");
    while (fgets(text, sizeof text, f)) printf("<%.8s>", text);
    ended("popen", pclose(f));
    f = popen("sort; exit 1", "w");
    fputs("c\na\nb\n", f);
    fflush(stdout);
    ended("sort", pclose(f));
    f = popen("cat > big.txt", "w");
    for (int i = 0; i < 50000; i++) fprintf(f, "%d\n", i);
    ended("cat", pclose(f));
    f = popen("wc -c < big.txt", "r");
    int bytes = 0;
    if (fscanf(f, "%d", &bytes) != 1) return 1;
    printf("%d bytes\n", bytes);
    ended("wc", pclose(f));

    fflush(stdout);
    const int kept = dup(STDOUT_FILENO), file = open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    printf("dup2 %d\n", dup2(file, STDOUT_FILENO) == STDOUT_FILENO);
    puts("goes to the file");
    fflush(stdout);
    system("echo so does the child");
    dup2(kept, STDOUT_FILENO);
    close(file);
    puts("and back");
    f = fopen("out.txt", "r");
    while (fgets(text, sizeof text, f)) printf("file: %s", text);
    fclose(f);
    printf("nobody to wait for: %d", (int)wait(NULL));
    printf(" %d\n", errno == ECHILD);
    if (system("mkdir below") || chdir("below")) return 1;
    fflush(stdout);
    system("basename \"$(pwd)\"; cat");
    return 9;
}
