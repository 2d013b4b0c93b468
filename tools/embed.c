// embed OUT NAME [--part BACKEND KERNEL|- TARGET FILE]... [--texts FILE]... Writes a C file that
// holds the files as parts of `const struct hc_image NAME_image`. A texts file has one line a text:
// its id in hexadecimal, a blank, and the text as a C string literal.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_file(const char *path, const char *mode)
{
    FILE *f = fopen(path, mode);
    if (!f) {
        fprintf(stderr, "embed: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return f;
}

static void write_bytes(FILE *out, const char *path, int part)
{
    FILE *in = open_file(path, "rb");
    fprintf(out, "static _Alignas(4096) const unsigned char part_%d[] = {", part);
    int c;
    for (unsigned long n = 0; (c = getc(in)) != EOF; n++)
        fprintf(out, "%s%d,", n % 24 ? "" : "\n    ", c);
    fprintf(out, "\n};\n");
    fclose(in);
}

static int write_texts(FILE *out, const char *path)
{
    FILE *in = open_file(path, "r");
    char line[8192], *text;
    int n = 0;
    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, "\n")] = 0;
        text = strchr(line, ' ');
        if (!text) {
            fprintf(stderr, "embed: %s: line %d is not 'ID \"text\"'\n", path, n + 1);
            exit(1);
        }
        *text++ = 0;
        fprintf(out, "    {0x%s, %s},\n", line, text);
        n++;
    }
    fclose(in);
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(
            stderr,
            "usage: embed OUT NAME [--part BACKEND KERNEL|- TARGET FILE]... [--texts FILE]...\n");
        return 2;
    }
    FILE *out = open_file(argv[1], "w");
    const char *name = argv[2];
    fprintf(out, "#include \"hostcall/hostcall.h\"\nextern const struct hc_image %s_image;\n",
            name);
    int parts = 0, texts = 0;
    for (int i = 3; i < argc; i += strcmp(argv[i], "--part") ? 2 : 5)
        if (!strcmp(argv[i], "--part")) write_bytes(out, argv[i + 4], parts++);

    fprintf(out, "static const struct hc_image_part parts[] = {\n");
    parts = 0;
    for (int i = 3; i < argc; i += strcmp(argv[i], "--part") ? 2 : 5) {
        if (strcmp(argv[i], "--part")) continue;
        fprintf(out, "    {\"%s\", ", argv[i + 1]);
        fprintf(out, strcmp(argv[i + 2], "-") ? "\"%s\"" : "NULL", argv[i + 2]);
        fprintf(out, ", \"%s\", part_%d, sizeof part_%d},\n", argv[i + 3], parts, parts);
        parts++;
    }
    fprintf(
        out,
        "    {\"cpu\", NULL, \"host\", NULL, 0},\n};\nstatic const struct hc_text texts[] = {\n");
    for (int i = 3; i < argc; i += strcmp(argv[i], "--part") ? 2 : 5)
        if (!strcmp(argv[i], "--texts")) texts += write_texts(out, argv[i + 1]);
    fprintf(
        out,
        "    {0, NULL},\n};\nconst struct hc_image %s_image = {\"%s\", parts, %d, texts, %d};\n",
        name, name, parts + 1, texts);
    if (ferror(out) || fclose(out)) {
        fprintf(stderr, "embed: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    return 0;
}
