// Hash tables of names under a readers-writer lock: many look-ups, rare additions.
#include "core/registry.h"

#include <stdlib.h>
#include <string.h>

#include "core/atomic.h"
#include "core/backend.h"
#include "hostcall/protocol.h"

#include "core/pack.h"

uint32_t hc_id(const char *text) { return hc_name_id(text); }

void hc_registry_init(struct hc_registry *registry)
{
    memset(registry, 0, sizeof *registry);
    pthread_rwlock_init(&registry->lock, NULL);
}

static void table_free(struct hc_table *table)
{
    for (uint32_t i = 0; i < table->capacity; i++) free((char *)table->entries[i].name);
    free(table->entries);
}

void hc_registry_free(struct hc_registry *registry)
{
    table_free(&registry->calls);
    table_free(&registry->texts);
    pthread_rwlock_destroy(&registry->lock);
}

// The entry of that id, or the free one where it belongs.  NULL: the table is empty.
static struct hc_entry *table_find(const struct hc_table *table, uint32_t id)
{
    if (!table->capacity) return NULL;
    uint32_t i = id & (table->capacity - 1);
    while (table->entries[i].id && table->entries[i].id != id) i = (i + 1) & (table->capacity - 1);
    return &table->entries[i];
}

static int table_add(struct hc_table *table, const struct hc_entry *entry)
{
    if (2 * (table->count + 1) > table->capacity) {
        struct hc_table more = {.capacity = table->capacity ? 2 * table->capacity : 64,
                                .count = table->count};
        more.entries = calloc(more.capacity, sizeof *more.entries);
        if (!more.entries) return HC_ERR_MEMORY;
        for (uint32_t i = 0; i < table->capacity; i++)
            if (table->entries[i].id) *table_find(&more, table->entries[i].id) = table->entries[i];
        free(table->entries);
        *table = more;
    }
    struct hc_entry *at = table_find(table, entry->id);
    if (at->id) return HC_ERR_BUSY;
    const char *name = strdup(entry->name);
    if (!name) return HC_ERR_MEMORY;
    *at = *entry;
    at->name = name;
    table->count++;
    return 0;
}

bool hc_registry_call(struct hc_registry *registry, uint32_t id, struct hc_entry *out)
{
    pthread_rwlock_rdlock(&registry->lock);
    const struct hc_entry *at = id ? table_find(&registry->calls, id) : NULL;
    const bool found = at && at->id;
    if (found) *out = *at;
    pthread_rwlock_unlock(&registry->lock);
    return found;
}

const char *hc_registry_text(struct hc_registry *registry, uint32_t id)
{
    pthread_rwlock_rdlock(&registry->lock);
    const struct hc_entry *at = id ? table_find(&registry->texts, id) : NULL;
    const char *text = at && at->id ? at->name : NULL;
    pthread_rwlock_unlock(&registry->lock);
    return text;
}

int hc_registry_add_call(struct hc_registry *registry, const struct hc_entry *entry)
{
    pthread_rwlock_wrlock(&registry->lock);
    const struct hc_entry *at = table_find(&registry->calls, entry->id);
    int err;
    if (at && at->id)
        err = hc_error(HC_ERR_BUSY, "register '%s': %s '%s' is registered already", entry->name,
                       strcmp(at->name, entry->name) ? "its id collides: rename it;"
                                                     : "the name is taken:",
                       at->name);
    else if ((err = table_add(&registry->calls, entry)))
        hc_error(err, "register '%s': out of memory", entry->name);
    pthread_rwlock_unlock(&registry->lock);
    return err;
}

int hc_registry_add_text(struct hc_registry *registry, uint32_t id, const char *text)
{
    const struct hc_entry entry = {.id = id, .name = text};
    pthread_rwlock_wrlock(&registry->lock);
    const struct hc_entry *at = table_find(&registry->texts, id);
    int err = 0;
    if (!at || !at->id)
        err = table_add(&registry->texts, &entry);
    else if (strcmp(at->name, text))
        err = hc_error(HC_ERR_BUSY, "texts \"%s\" and \"%s\" have the same id: change one", text,
                       at->name);
    pthread_rwlock_unlock(&registry->lock);
    return err;
}
