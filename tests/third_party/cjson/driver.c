// A program for cJSON: each document is printed in both forms, sorted, compared with its copy; files of patches are
// applied, case by case.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cJSON.h"
#include "cJSON_Utils.h"

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    fseek(f, 0, SEEK_END);
    const long size = ftell(f);
    rewind(f);
    char *text = malloc((size_t)size + 1);
    if (text) text[fread(text, 1, (size_t)size, f)] = 0;
    fclose(f);
    return text;
}

static void print_item(const char *what, const cJSON *item)
{
    char *text = cJSON_PrintUnformatted(item);
    printf("%s: %.2000s, %zu bytes\n", what, text ? text : "none", text ? strlen(text) : 0);
    cJSON_free(text);
}

static void patches_apply(cJSON *cases)
{
    cJSON *one;
    cJSON_ArrayForEach(one, cases)
    {
        cJSON *document = cJSON_GetObjectItemCaseSensitive(one, "doc");
        const cJSON *patch = cJSON_GetObjectItemCaseSensitive(one, "patch");
        const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(one, "expected");
        if (!document || !patch) continue;
        if (wanted) {
            cJSON *made = cJSONUtils_GeneratePatchesCaseSensitive(document, (cJSON *)wanted);
            print_item("patch", made);
            cJSON_Delete(made);
        }
        printf("applied %d\n", cJSONUtils_ApplyPatchesCaseSensitive(document, patch));
        print_item("patched", document);
    }
}

int main(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i < argc; i++) {
        char *text = read_file(argv[i]), *shown;
        if (!text) {
            perror(argv[i]);
            status = 1;
            continue;
        }
        const char *end = NULL;
        cJSON *document = cJSON_ParseWithOpts(text, &end, 1);
        if (!document) {
            printf("%s: wrong at byte %td\n", argv[i], cJSON_GetErrorPtr() - text);
            free(text);
            continue;
        }
        shown = cJSON_Print(document);
        printf("%s:\n%.3000s\n", argv[i], shown);
        print_item("short", document);
        cJSON *copy = cJSON_Duplicate(document, 1), *again = cJSON_Parse(shown);
        cJSONUtils_SortObjectCaseSensitive(copy);
        print_item("sorted", copy);
        printf("equal %d %d\n", cJSON_Compare(document, copy, 1),
               cJSON_Compare(document, again, 1));
        if (cJSON_IsArray(document) && strstr(argv[i], "tests.json")) patches_apply(document);
        cJSON_Minify(text);
        printf("minified %zu bytes\n", strlen(text));
        cJSON_free(shown);
        cJSON_Delete(again);
        cJSON_Delete(copy);
        cJSON_Delete(document);
        free(text);
    }
    return status;
}
