// A program small enough for any device: files and errors through system calls.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *text, int right)
{
    write(1, text, strlen(text));
    write(1, right ? ": yes\n" : ": no\n", right ? 6 : 5);
}

static int by_value(const void *a, const void *b) { return *(const char *)a - *(const char *)b; }

int main(void)
{
    char letters[] = "the quick brown fox", back[32] = {0};
    struct stat s;
    qsort(letters, strlen(letters), 1, by_value);
    const int fd = open("kept", O_RDWR | O_CREAT | O_EXCL, 0644);
    say("opened", fd >= 0);
    say("written", write(fd, letters, strlen(letters)) == (ssize_t)strlen(letters));
    say("sought", lseek(fd, 3, SEEK_SET) == 3);
    say("read", read(fd, back, sizeof back) == (ssize_t)strlen(letters) - 3);
    say("the same", !strcmp(back, letters + 3));
    say("size", !fstat(fd, &s) && s.st_size == (off_t)strlen(letters));
    say("closed", close(fd) == 0);
    say("once only", close(fd) < 0 && errno == EBADF);
    say("no such file", open("missing", O_RDONLY) < 0 && errno == ENOENT);
    say("made before", open("kept", O_CREAT | O_EXCL | O_WRONLY, 0644) < 0 && errno == EEXIST);
    return strcmp(back, letters + 3) ? 1 : 7;
}
