// Growing arrays of SPIR-V words, and a map from keys to ids.
#include <stdlib.h>
#include <string.h>

#include "compiler/spirv/spv.h"

struct spv_entry {
    uint64_t a, b;
    uint32_t id, used;
};

void spv_put(struct spv_words *w, uint32_t word)
{
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 256;
        w->word = realloc(w->word, w->room * sizeof *w->word);
        if (!w->word) ir_refuse(NULL, "out of memory");
    }
    w->word[w->count++] = word;
}

void spv_append(struct spv_words *w, const struct spv_words *other)
{
    for (uint32_t i = 0; i < other->count; i++) spv_put(w, other->word[i]);
}

void spv_write(struct spv_words *w, SpvOp op, uint32_t operands, const uint32_t *operand)
{
    spv_put(w, (operands + 1) << 16 | (uint32_t)op);
    for (uint32_t i = 0; i < operands; i++) spv_put(w, operand[i]);
}

void spv_write_text(struct spv_words *w, SpvOp op, uint32_t before, const uint32_t *first,
                    const char *text, uint32_t after, const uint32_t *last)
{
    const uint32_t bytes = (uint32_t)strlen(text) + 1, words = (bytes + 3) / 4;
    spv_put(w, (1 + before + words + after) << 16 | (uint32_t)op);
    for (uint32_t i = 0; i < before; i++) spv_put(w, first[i]);
    for (uint32_t i = 0; i < words; i++) {
        uint32_t word = 0;
        for (uint32_t k = 4 * i; k < 4 * i + 4 && k < bytes; k++)
            word |= (uint32_t)(unsigned char)text[k] << 8 * (k % 4);
        spv_put(w, word);
    }
    for (uint32_t i = 0; i < after; i++) spv_put(w, last[i]);
}

static struct spv_entry *entry_find(const struct spv_map *map, uint64_t a, uint64_t b)
{
    uint64_t hash = (a * 0x9e3779b97f4a7c15u) ^ (b * 0xc2b2ae3d27d4eb4fu);
    hash ^= hash >> 29;
    for (uint32_t i = (uint32_t)hash;; i++) {
        struct spv_entry *e = &map->entry[i & (map->room - 1)];
        if (!e->used || (e->a == a && e->b == b)) return e;
    }
}

uint32_t *spv_slot(struct spv_map *map, uint64_t a, uint64_t b)
{
    if (2 * map->count >= map->room) {
        const struct spv_map old = *map;
        map->room = old.room ? 2 * old.room : 64;
        map->entry = calloc(map->room, sizeof *map->entry);
        if (!map->entry) ir_refuse(NULL, "out of memory");
        for (uint32_t i = 0; i < old.room; i++)
            if (old.entry[i].used) *entry_find(map, old.entry[i].a, old.entry[i].b) = old.entry[i];
        free(old.entry);
    }
    struct spv_entry *e = entry_find(map, a, b);
    if (!e->used) {
        *e = (struct spv_entry){.a = a, .b = b, .used = 1};
        map->count++;
    }
    return &e->id;
}
