// stdio.h: streams of files, memory and commands.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"

static void put(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    fputs(text, f);
    fclose(f);
}

// Whether a file holds exactly this.
static bool holds(const char *name, const char *text)
{
    char b[512];
    FILE *f = fopen(name, "r");
    if (!f) return false;
    const size_t n = fread(b, 1, sizeof b - 1, f);
    b[n] = 0;
    fclose(f);
    return !strcmp(b, text);
}

static void opening(void)
{
    char b[16];
    put("a", "0123456789");
    FILE *f = fopen("a", "r+");
    CHECK("fopen", f && fputs("ab", f) >= 0 && !fclose(f) && holds("a", "ab23456789"));
    CHECK("fclose fputs", holds("a", "ab23456789"));
    f = fopen("a", "a");
    CHECK("fopen", f && fputs("!", f) >= 0 && !fseek(f, 0, SEEK_SET) && fputs("?", f) >= 0);
    fclose(f);
    CHECK("fopen", holds("a", "ab23456789!?"));
    f = fopen("a", "a+");
    CHECK("fopen", f && fgetc(f) == 'a' && !fseek(f, 0, SEEK_CUR) && fputs("+", f) >= 0);
    fclose(f);
    CHECK("fopen", holds("a", "ab23456789!?+"));
    f = fopen("a", "w+");
    CHECK("fopen", f && fputs("xyz", f) >= 0 && (rewind(f), fgetc(f)) == 'x');
    fclose(f);
    CHECK_ERRNO("fopen", EEXIST, !fopen("a", "wx"));
    f = fopen("b", "wx");
    CHECK("fopen", f && !fclose(f));
    CHECK_ERRNO("fopen", ENOENT, !fopen("absent", "r"));
    CHECK_ERRNO("fopen", ENOENT, !fopen("absent/b", "w"));
    CHECK_ERRNO("fopen", EINVAL, !fopen("a", "q"));
    CHECK_ERRNO("fopen", EISDIR, !fopen(".", "w"));
    f = fopen("a", "r");
    CHECK_ERRNO("fputc", EBADF, fputc('x', f) == EOF);
    CHECK("ferror", ferror(f));
    clearerr(f);
    CHECK("clearerr", !ferror(f) && fgetc(f) == 'x');
    FILE *again = freopen("b", "w", f);
    CHECK("freopen", again == f && fputs("new", f) >= 0 && !fclose(f) && holds("b", "new"));
    f = fopen("a", "r");
    CHECK_ERRNO("freopen", ENOENT, !freopen("absent", "r", f));
    f = fopen("a", "w");
    CHECK_ERRNO("fgetc", EBADF, fgetc(f) == EOF && ferror(f));
    CHECK("fileno", fileno(f) > 2 && write(fileno(f), "direct", 6) == 6);
    fclose(f);
    CHECK("fileno", holds("a", "direct"));
    int ends[2];
    pipe(ends);
    f = fdopen(ends[1], "w");
    CHECK("fdopen", f && fprintf(f, "piped") == 5 && !fclose(f) && read(ends[0], b, 16) == 5);
    CHECK_ERRNO("fdopen", EBADF, !fdopen(99, "r"));
    close(ends[0]);
    f = tmpfile();
    CHECK("tmpfile", f && fputs("t", f) >= 0 && (rewind(f), fgetc(f)) == 't' && !fclose(f));
    char name[L_tmpnam];
    CHECK("tmpnam", tmpnam(name) == name && !fopen(name, "r") && strcmp(name, tmpnam(NULL)));
    char *t = tempnam(".", "hc");
    CHECK("tempnam", t && !fopen(t, "r") && strstr(t, "hc"));
    free(t);
    CHECK("ctermid", !strcmp(ctermid(NULL), "/dev/tty"));
    CHECK("rename", !rename("a", "c") && !fopen("a", "r") && holds("c", "direct"));
    CHECK_ERRNO("rename", ENOENT, rename("absent", "d") == -1);
    CHECK("renameat", !renameat(AT_FDCWD, "c", AT_FDCWD, "a"));
    CHECK("remove", !remove("a") && !fopen("a", "r") && !mkdir("dir", 0700) && !remove("dir"));
    CHECK_ERRNO("remove", ENOENT, remove("absent") == -1);
    remove("b");
}

static void positions(void)
{
    put("a", "0123456789");
    FILE *f = fopen("a", "r");
    fpos_t here;
    char b[16];
    CHECK("fread", fread(b, 2, 2, f) == 2 && !memcmp(b, "0123", 4) && fread(b, 0, 3, f) == 0);
    CHECK("ftell", ftell(f) == 4 && ftello(f) == 4);
    CHECK("ftello", ftello(f) == 4);
    CHECK("fgetpos", !fgetpos(f, &here) && fgetc(f) == '4');
    CHECK("fsetpos", !fsetpos(f, &here) && fgetc(f) == '4');
    CHECK("fseek", !fseek(f, -1, SEEK_END) && fgetc(f) == '9' && !fseek(f, 2, SEEK_SET));
    CHECK("fseek", fgetc(f) == '2' && !fseek(f, 3, SEEK_CUR) && fgetc(f) == '6');
    CHECK("fseeko", !fseeko(f, 5, SEEK_SET) && fgetc(f) == '5');
    CHECK_ERRNO("fseek", EINVAL, fseek(f, -1, SEEK_SET) == -1);
    CHECK_ERRNO("fseeko", EINVAL, fseeko(f, 0, 77) == -1);
    CHECK("feof", (fseek(f, 0, SEEK_END), !feof(f)) && fgetc(f) == EOF && feof(f));
    CHECK("clearerr", (clearerr(f), !feof(f)));
    rewind(f);
    CHECK("rewind", ftell(f) == 0 && fgetc(f) == '0');
    // What was pushed back counts as unread, and is forgotten by a seek.
    CHECK("ungetc", ungetc('x', f) == 'x' && ftell(f) == 0 && fgetc(f) == 'x' && fgetc(f) == '1');
    CHECK("ungetc", ungetc(EOF, f) == EOF && fgetc(f) == '2');
    CHECK("ungetc", ungetc('y', f) == 'y' && !fseek(f, 0, SEEK_CUR) && fgetc(f) == '2');
    fseek(f, 0, SEEK_END);
    CHECK("ungetc", fgetc(f) == EOF && ungetc('z', f) == 'z' && !feof(f) && fgetc(f) == 'z');
    CHECK("ungetc", fgetc(f) == EOF);
    fclose(f);
    // A hole, and reading what was just written.
    f = fopen("a", "w+");
    fseek(f, 3, SEEK_SET);
    CHECK("fwrite", fwrite("abcdef", 3, 2, f) == 2 && (rewind(f), fread(b, 1, 16, f)) == 9);
    CHECK("fwrite", !memcmp(b, "\0\0\0abcdef", 9));
    fclose(f);
    int ends[2];
    pipe(ends);
    f = fdopen(ends[0], "r");
    CHECK_ERRNO("fseek ftell", ESPIPE, fseek(f, 0, SEEK_SET) == -1 && ftell(f) == -1);
    fclose(f);
    close(ends[1]);
    remove("a");
}

static off_t size_of(const char *name)
{
    struct stat s;
    return stat(name, &s) ? -1 : s.st_size;
}

static void buffers(void)
{
    static char buffer[256];
    FILE *f = fopen("a", "w");
    CHECK("setvbuf",
          !setvbuf(f, buffer, _IOFBF, sizeof buffer) && fputs("held", f) >= 0 && !size_of("a"));
    CHECK("setvbuf", buffer[0] == 'h');
    CHECK("fflush", !fflush(f) && size_of("a") == 4);
    fclose(f);
    f = fopen("a", "w");
    CHECK("setvbuf", !setvbuf(f, NULL, _IOLBF, 64) && fputs("part", f) >= 0 && !size_of("a"));
    CHECK("setvbuf", fputs(" line\n", f) >= 0 && size_of("a") == 10);
    fclose(f);
    f = fopen("a", "w");
    CHECK("setvbuf", !setvbuf(f, NULL, _IONBF, 0) && fputc('x', f) == 'x' && size_of("a") == 1);
    fclose(f);
    f = fopen("a", "w");
    setbuf(f, NULL);
    CHECK("setbuf", fputc('x', f) == 'x' && size_of("a") == 1);
    CHECK("setvbuf", setvbuf(f, NULL, 77, 0) != 0);
    fclose(f);
    f = fopen("a", "w");
    fputs("all", f);
    CHECK("fflush", !fflush(NULL) && size_of("a") == 3);
    fclose(f);
    remove("a");
}

static void characters(void)
{
    char b[16], *line = NULL;
    size_t room = 0;
    put("a", "one\ntwo\n\nlast");
    FILE *f = fopen("a", "r");
    CHECK("fgetc", fgetc(f) == 'o');
    CHECK("getc", getc(f) == 'n');
    CHECK("getc_unlocked", getc_unlocked(f) == 'e' && getc_unlocked(f) == '\n');
    CHECK("fgets", fgets(b, 3, f) == b && !strcmp(b, "tw") && fgets(b, 16, f) && !strcmp(b, "o\n"));
    CHECK("fgets", fgets(b, 16, f) && !strcmp(b, "\n") && fgets(b, 16, f) && !strcmp(b, "last"));
    CHECK("fgets", !fgets(b, 16, f) && feof(f) && !strcmp(b, "last"));
    rewind(f);
    CHECK("getline", getline(&line, &room, f) == 4 && !strcmp(line, "one\n") && room >= 5);
    CHECK("getdelim", getdelim(&line, &room, 'w', f) == 2 && !strcmp(line, "tw"));
    CHECK("getline", getline(&line, &room, f) == 2 && getline(&line, &room, f) == 1);
    CHECK("getline", getline(&line, &room, f) == 4 && !strcmp(line, "last"));
    CHECK("getline", getline(&line, &room, f) == -1 && feof(f));
    CHECK("getdelim", getdelim(&line, &room, ';', f) == -1);
    CHECK_ERRNO("getline", EINVAL, getline(NULL, &room, f) == -1);
    CHECK("getdelim", getdelim(&line, NULL, 0, f) == -1);
    free(line);
    fclose(f);
    f = fopen("a", "w");
    CHECK("fputc", fputc('a', f) == 'a' && fputc(0x1ff, f) == 0xff);
    CHECK("putc", putc('b', f) == 'b');
    CHECK("putc_unlocked", putc_unlocked('c', f) == 'c');
    CHECK("fputs", fputs("", f) >= 0 && fputs("def", f) >= 0);
    flockfile(f);
    CHECK("flockfile ftrylockfile", ftrylockfile(f) == 0);
    funlockfile(f), funlockfile(f);
    CHECK("funlockfile", ftrylockfile(f) == 0 && (funlockfile(f), 1));
    fclose(f);
    CHECK("fputc putc putc_unlocked fputs", holds("a", "a\xff"
                                                       "bcdef"));
    remove("a");
}

static void memory(void)
{
    char b[8] = "12 34", *text = NULL;
    size_t size = 0;
    FILE *f = fmemopen(b, 5, "r");
    int x = 0, y = 0;
    CHECK("fmemopen", f && fscanf(f, "%d%d", &x, &y) == 2 && x == 12 && y == 34 && fgetc(f) == EOF);
    fclose(f);
    f = fmemopen(b, sizeof b, "w");
    CHECK("fmemopen", f && fputs("abc", f) >= 0 && !fflush(f) && !strcmp(b, "abc") && !fclose(f));
    f = fmemopen(b, 4, "w");
    setbuf(f, NULL);
    CHECK("fmemopen", f && fputs("123456", f) == EOF);
    fclose(f);
    f = open_memstream(&text, &size);
    CHECK("open_memstream", f && fprintf(f, "grown %d", 5) == 7 && !fflush(f) && size == 7);
    CHECK("open_memstream",
          !strcmp(text, "grown 5") && fputs("+", f) >= 0 && !fclose(f) && size == 8);
    CHECK("open_memstream", !strcmp(text, "grown 5+"));
    free(text);
    char line[32] = "";
    f = popen("echo from shell", "r");
    CHECK("popen", f && fgets(line, sizeof line, f) && !strcmp(line, "from shell\n"));
    CHECK("pclose", pclose(f) == 0);
    f = popen("cat > made; exit 3", "w");
    CHECK("popen", f && fputs("to shell", f) >= 0);
    CHECK("pclose", pclose(f) == 3 << 8 && holds("made", "to shell"));
    CHECK_ERRNO("popen", EINVAL, !popen("true", "q"));
    remove("made");
}

int main(void)
{
    check_begin();
    opening();
    positions();
    buffers();
    characters();
    memory();
    return check_end();
}
