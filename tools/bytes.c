// bytes OUT NAME FILE...   Writes a C file that holds the files, as `const struct bytes_part NAME[]`, the last
// with a null pointer.
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    FILE *out = argc < 3 ? NULL : fopen(argv[1], "w");
    if (!out) {
        fprintf(stderr, argc < 3 ? "usage: bytes OUT NAME FILE...\n" : "bytes: %s: %s\n", argv[1],
                strerror(errno));
        return argc < 3 ? 2 : 1;
    }
    for (int i = 3; i < argc; i++) {
        FILE *in = fopen(argv[i], "rb");
        if (!in) {
            fprintf(stderr, "bytes: %s: %s\n", argv[i], strerror(errno));
            return 1;
        }
        fprintf(out, "static const unsigned char part_%d[] = {", i - 3);
        int c;
        for (unsigned long n = 0; (c = getc(in)) != EOF; n++)
            fprintf(out, "%s%d,", n % 24 ? "" : "\n    ", c);
        fprintf(out, "\n};\n");
        fclose(in);
    }
    fprintf(out,
            "struct bytes_part {\n    const unsigned char *bytes;\n    unsigned long size;\n};\n"
            "extern const struct bytes_part %s[];\nconst struct bytes_part %s[] = {\n",
            argv[2], argv[2]);
    for (int i = 3; i < argc; i++) fprintf(out, "    {part_%d, sizeof part_%d},\n", i - 3, i - 3);
    fprintf(out, "    {0, 0},\n};\n");
    if (ferror(out) || fclose(out)) {
        fprintf(stderr, "bytes: %s: %s\n", argv[1], strerror(errno));
        return 1;
    }
    return 0;
}
