// What tests/terminal_check.py has conversations with: main's first argument says which.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// A prompt without a newline, then a line; in the three ways that C has.
static void ask(const char *unused)
{
    (void)unused;
    char name[64] = "";
    printf("name? ");
    if (!fgets(name, sizeof name, stdin)) name[0] = 0;
    name[strcspn(name, "\n")] = 0;
    printf("hello %s\nage? ", name);

    int age = 0;
    const int read = scanf("%d", &age);
    printf("%d: in a year %d\nlines, please: ", read, age + 1);

    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    getchar();
    while ((n = getline(&line, &room, stdin)) > 0)
        printf("%d bytes: %.*s\n", (int)n, (int)strcspn(line, "\n"), line);
    free(line);
    printf("end %d error %d, ", !!feof(stdin), !!ferror(stdin));
    printf("still %d\n", getchar());
    for (int i = 0; i < 2; i++) {
        clearerr(stdin);
        printf("again? ");
        n = fgets(name, sizeof name, stdin) ? (ssize_t)strlen(name) : -1;
        printf("%d bytes, end %d\n", (int)n, !!feof(stdin));
    }
}

// A line, a part of one, and a wait of which stdio knows nothing; stderr says that all is printed.
static void held(const char *gate)
{
    char byte;
    const int fd = open(gate, O_RDONLY);
    printf("a line\nand a part");
    fprintf(stderr, "[printed]\n");
    if (read(fd, &byte, 1) != 1) fprintf(stderr, "[no byte]\n");
    printf(" of one\n");
}

static void mixed(const char *unused)
{
    (void)unused;
    for (int i = 0; i < 3; i++) {
        printf("out %d\n", i);
        fprintf(stderr, "err %d\n", i);
        printf("begun %d, ", i);
        fputs("loud, ", stderr);
        printf("ended\n");
    }
    fputs("last words", stderr);
    printf("no newline");
}

static void tell(FILE *out, int fd)
{
    for (int i = 0; i < 2; i++) {
        errno = 0;
        const int is = isatty(fd);
        fprintf(out, "%d is%s %s%s\n", fd, i ? " still" : "",
                is                ? "a terminal"
                : errno == ENOTTY ? "none"
                : errno == EBADF  ? "closed"
                                  : strerror(errno),
                is && is != 1 ? ", but not 1" : "");
    }
}

static void tells(const char *to)
{
    FILE *out = fopen(to, "w");
    for (int fd = 0; fd < 3; fd++) tell(out, fd);
}

// What was asked before holds no longer: each way to put something else behind a standard stream.
static void changes(const char *to)
{
    FILE *out = fopen(to, "w");
    struct stat s;
    const int kept = dup(1), file = fileno(out);
    for (int fd = 0; fd < 3; fd++) tell(out, fd);
    dup2(file, 1), tell(out, 1);
    dup2(kept, 1), tell(out, 1);
    dup2(1, 1), tell(out, 1);
    dup3(file, 2, 0), tell(out, 2);
    close(0), tell(out, 0);
    open("/dev/null", O_RDONLY), tell(out, 0);
    close(0), fcntl(kept, F_DUPFD, 0), tell(out, 0);
    close(0), dup(file), tell(out, 0);
    int ends[2];
    close(0), close(2), pipe(ends), tell(out, 0), tell(out, 2);
    dup2(kept, 0), dup2(kept, 2), tell(out, 0), tell(out, 2);
    fclose(stdin), tell(out, 0);
    fclose(popen("cat", "w")), tell(out, 0);
    popen("exit", "r"), tell(out, 0);

    // A buffer as what it is now wants it: a line comes at once, then not.
    char name[] = "/tmp/hostcall-terminal-XXXXXX", text[32] = "";
    const int other = mkstemp(name);
    printf("to the terminal\n");
    freopen(name, "w", stdout), tell(out, 1);
    printf("to the file\n");
    fstat(1, &s), fprintf(out, "%d bytes before ", (int)s.st_size);
    fflush(stdout), fstat(1, &s), fprintf(out, "and %d behind it, ", (int)s.st_size);
    write(other, "TO", 2), fstat(1, &s), fprintf(out, "type %o", (unsigned)(s.st_mode & S_IFMT));
    fprintf(out, ", %d bytes, ", (int)pread(1, text, sizeof text, 0));
    freopen(name, "r", stdin), tell(out, 0);
    fprintf(out, "begins with %c, ", getchar());
    pwrite(other, "more", 4, 12);
    fprintf(out, "ends %d ", fseek(stdin, 0, SEEK_END));
    fprintf(out, "at %ld\n", ftell(stdin));
    dup2(kept, 1), tell(out, 1);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("to the terminal again\n");
    unlink(name);
}

// What the host need not be asked again.
static void again(const char *number)
{
    const int times = atoi(number);
    for (int i = 0; i < times; i++) {
        isatty(0), isatty(1), isatty(2);
        setvbuf(stdin, NULL, _IOFBF, 0);
    }
}

static volatile int over;
static void *looks(void *found)
{
    while (!over) *(volatile long *)found += isatty(0);
    return NULL;
}

// A thread puts something else behind a descriptor while others ask: what came late must not stay.
static void races(const char *unused)
{
    (void)unused;
    const int terminal = dup(0), other = open("/dev/null", O_RDONLY);
    long found[4] = {0}, wrong = 0;
    pthread_t thread[4];
    for (int i = 0; i < 4; i++) pthread_create(&thread[i], NULL, looks, &found[i]);
    for (int i = 0; i < 150; i++) {
        const int is = i % 2;
        dup2(is ? other : terminal, 0);
        dup2(is ? terminal : other, 0);
        for (int again = 0; again < 3; again++) wrong += isatty(0) != is, getppid();
    }
    over = 1;
    for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
    printf("%ld wrong answers\n", wrong);
}

// -------------------------------------------------------------------------- until something ends it

static void reads(const char *unused)
{
    (void)unused;
    getchar();
}

static void sleeps(const char *unused)
{
    (void)unused;
    nanosleep(&(struct timespec){100, 0}, NULL);
}

static void prints(const char *unused)
{
    (void)unused;
    for (;;) printf("more\n");
}

static void computes(const char *unused)
{
    (void)unused;
    for (volatile long steps = 0;; steps++) continue;
}

static const struct {
    const char *name;
    void (*run)(const char *argument);
    bool is_endless;
} all[] = {
    {"ask", ask, false},      {"held", held, false},        {"mixed", mixed, false},
    {"tells", tells, false},  {"changes", changes, false},  {"again", again, false},
    {"races", races, false},  {"reads", reads, true},       {"sleeps", sleeps, true},
    {"prints", prints, true}, {"computes", computes, true},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof all / sizeof *all; i++)
        if (!strcmp(argv[1], all[i].name)) {
            if (all[i].is_endless) printf("begins\n");
            all[i].run(argv[2]);
            return 7;
        }
    return 2;
}
