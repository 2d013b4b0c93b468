// intern IN OUT TEXTS Copies a shader and puts a number in the place of every string literal: the
// 32-bit FNV-1a of the text, which is what the host knows it by.  The texts go to TEXTS, one a line
// as tools/embed.c reads them. GLSL has no strings; here "%d\n" is a uint.  Literals take C's
// escapes and neighbours join, as in C. Lines stay where they are.  Comments and directives other
// than #define are left alone.
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 1900  // bytes; escaped it must fit a line of embed's

struct text {
    struct text *next;
    uint32_t id;
    int line;  // where it stood first
    size_t size;
    char bytes[TEXT_MAX + 1];
};

static const char *path;    // of the shader
static const char *at;      // what comes next in it
static int line = 1;
static struct text *texts;  // newest first

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", path, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static char *read_all(const char *name)
{
    FILE *in = fopen(name, "rb");
    char *all = NULL;
    size_t size = 0, n = 0;
    if (!in) {
        fprintf(stderr, "intern: %s: %s\n", name, strerror(errno));
        exit(1);
    }
    do {
        size += n;
        all = realloc(all, size + 65536 + 1);
        if (!all) abort();
    } while ((n = fread(all + size, 1, 65536, in)) > 0);
    fclose(in);
    all[size] = 0;
    return all;
}

static uint32_t text_id(const struct text *t)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < t->size; i++) h = (h ^ (unsigned char)t->bytes[i]) * 16777619u;
    return h ? h : 1;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

// The byte an escape stands for; at is behind the backslash.
static int escape(void)
{
    static const char letters[] = "abfnrtv\\\"'?", values[] = "\a\b\f\n\r\t\v\\\"'?";
    const char *letter = *at ? strchr(letters, *at) : NULL;
    if (letter) {
        at++;
        return values[letter - letters];
    }
    int value = 0;
    if (*at == 'x') {
        if (digit(*++at) > 15) fail("\\x without a hexadecimal digit");
        for (; digit(*at) < 16; at++)
            if ((value = value * 16 + digit(*at)) > 255) fail("\\x names more than a byte");
    } else if (digit(*at) < 8) {
        for (int i = 0; i < 3 && digit(*at) < 8; i++) value = value * 8 + digit(*at++);
        if (value > 255) fail("an octal escape names more than a byte");
    } else {
        fail("unknown escape \\%c", *at);
    }
    if (!value) fail("a text cannot hold a NUL");
    return value;
}

// Appends the literal that at stands on, and moves behind it.
static void literal(struct text *t)
{
    for (at++; *at != '"';) {
        if (!*at || *at == '\n') fail("a literal without its closing quote");
        int c = *at++;
        if (c == '\\' && *at == '\n') {
            at++;
            line++;
            continue;
        }
        if (c == '\\') c = escape();
        if (t->size == TEXT_MAX) fail("a text of more than %d bytes", TEXT_MAX);
        t->bytes[t->size++] = (char)c;
    }
    at++;
}

// Remembers the text, unless it is known.
static uint32_t keep(struct text *t)
{
    t->id = text_id(t);
    for (const struct text *old = texts; old; old = old->next) {
        if (old->id != t->id) continue;
        if (old->size == t->size && !memcmp(old->bytes, t->bytes, t->size)) {
            free(t);
            return old->id;
        }
        fail("\"%s\" and \"%s\" (%s:%d) have the same id %08x: change one of them", t->bytes,
             old->bytes, path, old->line, t->id);
    }
    t->next = texts;
    texts = t;
    return t->id;
}

// Replaces the literal at stands on, with those that follow it.
static void replace(FILE *out)
{
    struct text *t = calloc(1, sizeof *t);
    if (!t) abort();
    const int first = line;
    t->line = line;
    for (;;) {
        literal(t);
        const char *next = at + strspn(at, " \t\r\n");
        if (*next != '"') break;
        for (; at < next; at++) line += *at == '\n';
    }
    fprintf(out, "0x%08xu", keep(t));
    for (int i = first; i < line; i++) fputc('\n', out);
}

static void copy_line(FILE *out)
{
    while (*at && *at != '\n') {
        if (*at == '\\' && at[1] == '\n') {
            fputc(*at++, out);
            line++;
        }
        fputc(*at++, out);
    }
}

static void copy_comment(FILE *out)
{
    const char *end = strstr(at + 2, "*/");
    if (!end) fail("a comment without its end");
    for (; at < end + 2; at++) {
        line += *at == '\n';
        fputc(*at, out);
    }
}

// A directive that may hold quotes which are no texts.
static bool plain_directive(void)
{
    const char *word = at + 1 + strspn(at + 1, " \t");
    return strncmp(word, "define", 6) != 0;
}

static void copy(FILE *out)
{
    bool fresh = true;  // only blanks so far on this line
    while (*at) {
        if (!strncmp(at, "//", 2) || (*at == '#' && fresh && plain_directive())) {
            copy_line(out);
        } else if (!strncmp(at, "/*", 2)) {
            copy_comment(out);
        } else if (*at == '"') {
            replace(out);
            fresh = false;
        } else {
            fresh = *at == '\n' || (fresh && (*at == ' ' || *at == '\t'));
            line += *at == '\n';
            fputc(*at++, out);
        }
    }
}

static void write_text(FILE *out, const struct text *t)
{
    fprintf(out, "%08x \"", t->id);
    for (size_t i = 0; i < t->size; i++) {
        const unsigned char c = (unsigned char)t->bytes[i];
        if (c < ' ' || c > '~' || c == '?')  // ?: no trigraphs
            fprintf(out, "\\%03o", c);
        else
            fprintf(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
    }
    fprintf(out, "\"\n");
}

static FILE *create(const char *name)
{
    FILE *out = fopen(name, "wb");
    if (out) return out;
    fprintf(stderr, "intern: %s: %s\n", name, strerror(errno));
    exit(1);
}

static void finish(FILE *out, const char *name)
{
    const bool bad = ferror(out);
    if (!fclose(out) && !bad) return;
    fprintf(stderr, "intern: %s: %s\n", name, strerror(errno));
    exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: intern IN OUT TEXTS\n");
        return 2;
    }
    path = argv[1];
    char *all = read_all(path);
    at = all;
    FILE *out = create(argv[2]), *table = create(argv[3]);
    copy(out);
    for (const struct text *t = texts; t; t = t->next) write_text(table, t);
    finish(out, argv[2]);
    finish(table, argv[3]);
    while (texts) {
        struct text *next = texts->next;
        free(texts);
        texts = next;
    }
    free(all);
    return 0;
}
