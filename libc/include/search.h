// newlib's tables and trees, with POSIX's lists.
#ifndef _HOSTCALL_SEARCH_H
#define _HOSTCALL_SEARCH_H

#include_next <search.h>

__BEGIN_DECLS
void insque(void *element, void *behind);
void remque(void *element);
void *lfind(const void *key, const void *base, size_t *count, size_t size,
            int (*compare)(const void *, const void *));
void *lsearch(const void *key, void *base, size_t *count, size_t size,
              int (*compare)(const void *, const void *));
__END_DECLS

#endif
