// Strings and memory: copying, comparing, searching, cutting.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int x) { return (x > 0) - (x < 0); }

int main(void)
{
    char text[64] = "the quick brown fox", copy[64];
    printf("%zu %zu %zu\n", strlen(text), strnlen(text, 5), strlen(""));
    printf("%d %d %d %d\n", sign(strcmp("a", "b")), sign(strcmp("b", "a")), sign(strcmp("ab", "a")),
           sign(strcmp("\x80", "\x7f")));
    printf("%d %d %d\n", strncmp("abcd", "abXX", 2), sign(strcasecmp("HeLLo", "hElp")),
           strncasecmp("HELlo", "helP", 3));
    printf("%d %d\n", sign(memcmp("\0\1", "\0\2", 2)), memcmp("same", "same", 4));
    printf("%s %s %d\n", strchr(text, 'q'), strrchr(text, 'o'), strchr(text, 'z') == NULL);
    printf("%zu %d\n", strlen(strchr(text, 0)), memchr(text, 'f', 3) == NULL);
    printf("%s %s %d\n", strstr(text, "brown"), strstr(text, ""), strstr(text, "browns") == NULL);
    printf("%s\n", strcasestr(text, "BROWN"));
    printf("%zu %zu %s\n", strspn(text, "eht "), strcspn(text, "q"), strpbrk(text, "xyz"));
    strcpy(copy, text);
    strcat(copy, " jumps");
    strncat(copy, " over the dog", 5);
    puts(copy);
    memset(copy, '#', sizeof copy);
    strncpy(copy, "ab", 5);
    printf("%d %d %c\n", copy[2], copy[4], copy[5]);
    printf("%s\n", (memmove(text + 4, text, strlen(text) + 1), text));
    memmove(text, text + 4, strlen(text) - 3);
    puts(text);
    char *save, *part = strtok_r(text, " ", &save);
    for (; part; part = strtok_r(NULL, " ", &save)) printf("<%s>", part);
    char list[] = "a::b:c", *at = list;
    while ((part = strsep(&at, ":"))) printf("(%s)", part);
    char *doubled = strdup("twice"), *cut = strndup("shortened", 5);
    printf("\n%s %s\n", doubled, cut);
    free(doubled);
    free(cut);
    char *end = stpcpy(copy, "one");
    stpcpy(end, "two");
    printf("%s %d\n", copy, (int)(end - copy));
    printf("%s\n", (char *)mempcpy(copy, "THREE", 3) - 3);
    printf("%d %d %d\n", ffs(0), ffs(8), ffs(-1));
    printf("%d\n", (int)((char *)memrchr("abcabc", 'b', 6) ? 1 : 0));
    printf("%s\n", (char *)memmem("haystack", 8, "st", 2));
    // Every length and place, as word-wise routines take short cuts.
    unsigned char from[80], to[80];
    int wrong = 0;
    for (int i = 0; i < 80; i++) from[i] = (unsigned char)(i + 1);
    for (int offset = 0; offset < 9; offset++)
        for (int size = 0; size < 60; size++) {
            memset(to, 0, sizeof to);
            memcpy(to + 5, from + offset, (size_t)size);
            for (int i = 0; i < 80; i++)
                wrong += to[i] != (i >= 5 && i < 5 + size ? from[i - 5 + offset] : 0);
            memset(to + offset, 'x', (size_t)size);
            to[offset + size] = 0;
            wrong += strlen((char *)to + offset) != (size_t)size;
            wrong += memchr(to + offset, 0, 70) != to + offset + size;
            wrong += strchr((char *)to + offset, 'y') != NULL;
        }
    printf("wrong %d\n", wrong);
    return 0;
}
