// Keys: values that each thread has of its own, and who takes care of them at its end.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "libc/system/thread.h"

static struct key {
    uint32_t round;  // odd: in use; values of another round are not there
    void (*destructor)(void *);
} keys[PTHREAD_KEYS_MAX];
static uint32_t keys_lock;

struct value {
    uint32_t round;
    void *value;
};
static _Thread_local struct value *values;  // PTHREAD_KEYS_MAX; NULL: none set yet

// A word that stands for itself: who uses a key got it from whoever made it.
static uint32_t round_of(pthread_key_t key)
{
    return __atomic_load_n(&keys[key].round, __ATOMIC_RELAXED);
}

int pthread_key_create(pthread_key_t *out, void (*destructor)(void *))
{
    int result = EAGAIN;
    hc_lock(&keys_lock);
    for (pthread_key_t k = 0; result && k < PTHREAD_KEYS_MAX; k++) {
        if (round_of(k) & 1) continue;
        keys[k].destructor = destructor;
        __atomic_store_n(&keys[k].round, round_of(k) + 1, __ATOMIC_RELAXED);
        *out = k;
        result = 0;
    }
    hc_unlock(&keys_lock);
    return result;
}

int pthread_key_delete(pthread_key_t key)
{
    if (key >= PTHREAD_KEYS_MAX) return EINVAL;
    hc_lock(&keys_lock);
    const bool known = round_of(key) & 1;
    if (known) __atomic_store_n(&keys[key].round, round_of(key) + 1, __ATOMIC_RELAXED);
    hc_unlock(&keys_lock);
    return known ? 0 : EINVAL;
}

void *pthread_getspecific(pthread_key_t key)
{
    if (!values || key >= PTHREAD_KEYS_MAX || values[key].round != round_of(key)) return NULL;
    return values[key].value;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    if (key >= PTHREAD_KEYS_MAX || !(round_of(key) & 1)) return EINVAL;
    if (!values && !value) return 0;
    if (!values && !(values = calloc(PTHREAD_KEYS_MAX, sizeof *values))) return ENOMEM;
    values[key] = (struct value){round_of(key), (void *)(uintptr_t)value};
    return 0;
}

// Destructors may set values again: that is looked at as often as POSIX wants it.
void hc_keys_end(void)
{
    bool any = values != NULL;
    for (int i = 0; any && i < PTHREAD_DESTRUCTOR_ITERATIONS; i++) {
        any = false;
        for (pthread_key_t k = 0; k < PTHREAD_KEYS_MAX; k++) {
            void *value = pthread_getspecific(k);
            if (!value) continue;
            hc_lock(&keys_lock);
            void (*destructor)(void *) = round_of(k) & 1 ? keys[k].destructor : NULL;
            hc_unlock(&keys_lock);
            values[k].value = NULL;
            if (destructor) destructor(value);
            any |= destructor != NULL;
        }
    }
    free(values);
    values = NULL;
}
