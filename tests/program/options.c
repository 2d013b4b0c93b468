// Options on the command line: getopt and getopt_long.
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void short_ones(int argc, char **argv)
{
    int c;
    optind = 1;
    opterr = 0;
    while ((c = getopt(argc, argv, "ab:c")) != -1) {
        if (c == '?')
            puts("unknown");
        else
            printf("-%c %s\n", c, c == 'b' ? optarg : "");
    }
    for (int i = optind; i < argc; i++) printf("rest %s\n", argv[i]);
}

int main(int argc, char **argv)
{
    char *plain[] = {"prog", "-a", "-bvalue", "-c", "-b", "next", "-ac", "one", "two", NULL};
    short_ones(9, plain);
    char *wrong[] = {"prog", "-x", "-a", "--", "-c", NULL};
    short_ones(5, wrong);

    static int flag;
    static const struct option known[] = {{"verbose", no_argument, NULL, 'v'},
                                          {"output", required_argument, NULL, 'o'},
                                          {"level", optional_argument, NULL, 'l'},
                                          {"flag", no_argument, &flag, 77},
                                          {NULL, 0, NULL, 0}};
    int c, index = -1;
    optind = 1;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "vo:l::", known, &index)) != -1) switch (c) {
        case 0: printf("flag %s %d\n", known[index].name, flag); break;
        case '?': printf("unknown\n"); break;
        default: printf("%c %s\n", c, optarg ? optarg : "(none)");
        }
    for (int i = optind; i < argc; i++) printf("rest %s\n", argv[i]);
    return 0;
}
