// Cases of the interpreter's tests: reads what their files say, and runs them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "tests/spirv/interpret_case.h"
#include "tests/spirv/interpret_pack.h"

// ------------------------------------------------------------------------- what a case's file says

// The rest of the line that begins with `key`, or NULL.
static const char *line_of(const char *text, const char *key, char *line, size_t size)
{
    const char *at = strstr(text, key);
    if (!at) return NULL;
    at += strlen(key);
    snprintf(line, size, "%.*s", (int)strcspn(at, "\n"), at);
    return line;
}

static void read_triple(const char *text, uint32_t triple[3])
{
    char *end = (char *)text;
    for (uint32_t k = 0; k < 3 && (!k || *end++ == 'x'); k++)
        triple[k] = (uint32_t)strtoul(end, &end, 10);
}

static void read_run(struct wanted *w, char *line)
{
    struct spirv_launch *l = &w->launch;
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        const uint32_t number = value ? (uint32_t)strtoul(value + 1, NULL, 0) : 0;
        if (!strncmp(word, "groups=", 7))
            read_triple(value + 1, l->groups);
        else if (!strncmp(word, "size=", 5))
            read_triple(value + 1, l->group_size);
        else if (!strncmp(word, "fill=", 5))
            l->fill = (uint8_t)strtoul(value + 1, NULL, 16);
        else if (!strncmp(word, "steps=", 6))
            l->steps = number;
        else if (!strncmp(word, "stack=", 6))
            w->stack = number;
        else if (!strncmp(word, "needs=", 6))
            w->needs = number;
        else if (!strncmp(word, "shared=", 7))
            w->shared = number;
        else if (!strncmp(word, "constant=", 9)) {
            w->constant =
                (struct spirv_constant){number, (uint32_t)strtoul(strchr(value, ':') + 1, NULL, 0)};
            l->constants = &w->constant;
            l->constant_count = 1;
        } else if (!strcmp(word, "own_data"))
            l->own_data = true;
        else if (!strcmp(word, "undefined"))
            l->undefined_is_fill = true;
        else
            HC_ASSERT_MSG(false, "'%s' in ; run:", word);
    }
}

static void read_expect(struct wanted *w, const char *line)
{
    static const struct {
        const char *name;
        enum spirv_status status;
    } names[] = {{"done", SPIRV_DONE},
                 {"refused", SPIRV_REFUSED},
                 {"fault", SPIRV_FAULT},
                 {"steps", SPIRV_STEPS}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t length = strlen(names[i].name);
        if (strncmp(line, names[i].name, length)) continue;
        w->status = names[i].status;
        snprintf(w->message, sizeof w->message, "%s", line + length + (line[length] == ' '));
        return;
    }
    HC_ASSERT_MSG(false, "'%s' in ; expect:", line);
}

void read_wanted(struct wanted *w, const struct bytes_part *text)
{
    char line[1000];
    memset(w, 0, sizeof *w);
    w->needs = EVERYTHING;
    w->shared = 32;
    HC_ASSERT(text->size < sizeof w->text);
    memcpy(w->text, text->bytes, text->size);
    if (line_of(w->text, "\n; run: ", line, sizeof line)) read_run(w, line);
    HC_ASSERT(line_of(w->text, "\n; expect: ", line, sizeof line));
    read_expect(w, line);
    if (!line_of(w->text, "\n; out: ", line, sizeof line)) return;
    uint32_t count = 0;
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
        HC_ASSERT(count < OUT / 8);
        w->out[count++] = strtoull(word, NULL, 16);
    }
}

// ------------------------------------------------------------------------------------------- runs

// 24, its own address to be added; then a number, a counter, another number.
const uint64_t case_data[8] = {24, 0x1122334455667788, 0, 0xcafe};
const uint32_t case_relocs[1] = {0};

static void load(struct spirv_module *m, const struct wanted *w, const struct bytes_part *code)
{
    char message[SPIRV_MESSAGE];
    size_t size;
    void *file = module_pack("case", code->bytes, code->size, w->needs, w->stack, w->shared,
                             case_data, sizeof case_data, case_relocs, 1, &size);
    HC_ASSERT_MSG(spirv_load_bytes(m, file, size, message), "%s", message);
    free(file);
}

enum spirv_status run_case(struct wanted *w, const struct bytes_part *code, uint64_t out[OUT / 8],
                           struct spirv_result *result, struct spirv_lane *lanes)
{
    struct spirv_module m;
    uint8_t *memory = aligned_alloc(64, OUT);
    memset(memory, 0, OUT);
    const struct spirv_range range = {(uintptr_t)memory, OUT, 0};
    struct {
        uint64_t out;
        uint32_t numbers[8];
    } args = {(uintptr_t)memory, {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17}};
    w->launch.args = &args;
    w->launch.args_size = sizeof args;
    w->launch.ranges = &range;
    w->launch.range_count = 1;
    w->launch.context = 0xc0ffee;
    load(&m, w, code);
    const enum spirv_status status = spirv_run(&m, 0, &w->launch, result, lanes);
    spirv_unload(&m);
    memcpy(out, memory, OUT);
    free(memory);
    return status;
}

int find_case(const char *name)
{
    char first[100];
    const int length = snprintf(first, sizeof first, "; %s\n", name);
    for (int i = 0; asm_texts[i].bytes; i++)
        if (asm_texts[i].size > (unsigned long)length &&
            !memcmp(asm_texts[i].bytes, first, (size_t)length))
            return i;
    hc_test_fail(__FILE__, __LINE__, "no file is called %s", name);
}
