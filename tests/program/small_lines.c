// A program small enough for any device: lines through stdio, and a status.
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0]) puts(line);
    }
    fputs(argv[argc - 1], stdout);
    putchar('\n');
    return argc + 40;
}
