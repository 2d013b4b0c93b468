// Names: calls the host program registered, and texts that shaders name by id.
#ifndef HC_REGISTRY_H
#define HC_REGISTRY_H

#include <pthread.h>

#include "hostcall/hostcall.h"

struct hc_entry {
    uint32_t id;            // 0: free
    const char *name;       // owned copy
    hc_call_fn *fn;
    void *user;
    unsigned flags;
};

struct hc_table {           // open addressing, at most half full
    struct hc_entry *entries;
    uint32_t capacity, count;
};

struct hc_registry {
    pthread_rwlock_t lock;
    struct hc_table calls, texts;
};

void hc_registry_init(struct hc_registry *registry);
void hc_registry_free(struct hc_registry *registry);
// Copies the entry of that id to *out.  Names live as long as the registry.
bool hc_registry_call(struct hc_registry *registry, uint32_t id, struct hc_entry *out);
// NULL if there is no such text.
const char *hc_registry_text(struct hc_registry *registry, uint32_t id);
// 0, HC_ERR_BUSY: the id is taken (by another text; the same text again is fine), HC_ERR_MEMORY.
int hc_registry_add_call(struct hc_registry *registry, const struct hc_entry *entry);
int hc_registry_add_text(struct hc_registry *registry, uint32_t id, const char *text);

#endif
