// Wide streams into memory, and the errno of a locale that there is not.
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "libc/system/names.h"

locale_t bare_newlocale(int mask, const char *name, locale_t base);
locale_t newlocale(int mask, const char *name, locale_t base)
{
    errno = 0;
    const locale_t made = bare_newlocale(mask, name, base);
    if (!made && !errno) errno = ENOENT;
    return made;
}

struct stream {
    wchar_t **text;  // the program's
    size_t *size;
    size_t count, room;
    mbstate_t state;
};

// Wide output arrives as bytes of the locale.
static ssize_t stream_write(void *cookie, const char *bytes, size_t size)
{
    struct stream *s = cookie;
    for (size_t done = 0; done < size;) {
        wchar_t c;
        const size_t n = mbrtowc(&c, bytes + done, size - done, &s->state);
        if (n == (size_t)-1) return -1;
        if (n == (size_t)-2) break;  // its rest comes with the next bytes
        if (s->count + 2 > s->room) {
            wchar_t *more = realloc(*s->text, 2 * s->room * sizeof *more);
            if (!more) return -1;
            *s->text = more;
            s->room *= 2;
        }
        (*s->text)[s->count++] = c;
        done += n ? n : 1;
    }
    (*s->text)[s->count] = 0;
    *s->size = s->count;
    return (ssize_t)size;
}

static int stream_close(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *open_wmemstream(wchar_t **text, size_t *size)
{
    if (!text || !size) return hc_result(-HC_EINVAL), NULL;
    struct stream *s = calloc(1, sizeof *s);
    wchar_t *first = calloc(64, sizeof *first);
    FILE *f =
        s && first
            ? fopencookie(s, "w",
                          (cookie_io_functions_t){.write = stream_write, .close = stream_close})
            : NULL;
    if (!f) {
        free(s);
        free(first);
        return NULL;
    }
    *s = (struct stream){.text = text, .size = size, .room = 64};
    *text = first;
    *size = 0;
    fwide(f, 1);
    return f;
}
