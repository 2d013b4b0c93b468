// Formats what a kernel printed, by the host's C library.
#ifndef HC_PRINT_H
#define HC_PRINT_H

#include "core/lines.h"

// The longest text one call may print, in bytes.
#define HC_PRINT_MAX (1 << 20)

// Appends the text of a HC_OP_PRINT blob (format: NULL, or in place of the blob's) to out.  lookup
// gives the texts that HC_ARG_ID arguments name.  Bytes appended; or -HC_EINVAL (a conversion does
// not fit its argument; why, of why_size bytes, says which), -HC_EMSGSIZE (over HC_PRINT_MAX),
// -HC_EPROTO (the blob is not one), -HC_ENOMEM; nothing is appended then.
int64_t hc_print_format(const uint8_t *blob, size_t size, const char *format,
                        const char *(*lookup)(void *user, uint32_t id), void *user,
                        struct hc_batch *out, char *why, size_t why_size);

#endif
